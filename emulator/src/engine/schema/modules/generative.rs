//! Checks of the settings of generative modules.
//!
//! Release 1.39.0 takes some fractions for -1 and refuses them therefore; that is not imitated.

use super::checks::{GOOGLE_AI_STUDIO, aws};
use super::fault::SettingsFault;
use super::settings::{Settings, all, one_of};

const AZURE_VERSIONS: [&str; 12] = [
    "2022-12-01",
    "2023-03-15-preview",
    "2023-05-15",
    "2023-06-01-preview",
    "2023-07-01-preview",
    "2023-08-01-preview",
    "2023-09-01-preview",
    "2023-12-01-preview",
    "2024-02-15-preview",
    "2024-03-01-preview",
    "2024-02-01",
    "2024-06-01",
];

pub(super) fn generative(module: &str, settings: Settings<'_>) -> Result<(), SettingsFault> {
    match module {
        "generative-aws" => amazon(settings),
        "generative-google" => google(settings),
        "generative-openai" => openai(settings),
        "generative-databricks" => databricks(settings),
        "generative-deepseek" => {
            bounded(settings, "temperature", 0.0, 2.0)?;
            tokens(settings, deepseek_tokens(settings.text_or("model", "deepseek-chat")))?;
            bounded(settings, "frequencyPenalty", -2.0, 2.0)?;
            bounded(settings, "presencePenalty", -2.0, 2.0)?;
            top_p(settings, 1.0, "a minimal value of 0 and max of 1")
        }
        _ => Ok(()),
    }
}

fn amazon(settings: Settings<'_>) -> Result<(), SettingsFault> {
    let mut faults = aws(settings, false);
    if settings.text_or("service", "bedrock") == "bedrock" {
        // The number in the server's text is not the one it compares with.
        if !settings.within("maxTokens", 1.0, 8192.0) {
            faults.push(between("maxTokens", "an integer", 1, 8096));
        }
        for (name, kind) in [("temperature", "float"), ("topP", "an integer")] {
            if !settings.within(name, 0.0, 1.0) {
                faults.push(between(name, kind, 0, 1));
            }
        }
    }
    all(faults)
}

fn google(settings: Settings<'_>) -> Result<(), SettingsFault> {
    let mut faults = Vec::new();
    // Without a project it is the other API, unless that is contradicted.
    let endpoint = settings.text_or("apiEndpoint", GOOGLE_AI_STUDIO);
    if endpoint != GOOGLE_AI_STUDIO && settings.text("projectId").is_empty() {
        faults.push(SettingsFault::Empty("projectId"));
    }
    if !settings.within("temperature", 0.0, 1.0) {
        faults.push(between("temperature", "float", 0, 1));
    }
    let most = google_tokens(settings.text("modelId"));
    if !settings.within("tokenLimit", 1.0, most.into()) {
        faults.push(between("tokenLimit", "an integer", 1, most));
    }
    if settings.number("topK").is_some_and(|value| value < 1.0) {
        faults.push(SettingsFault::TopK);
    }
    if !settings.within("topP", 0.0, 1.0) {
        faults.push(between("topP", "float", 0, 1));
    }
    all(faults)
}

fn google_tokens(model: &str) -> u32 {
    match model {
        _ if model.starts_with("gemini-1.5") => 8192,
        _ if model.starts_with("gemini-1.0") || model.starts_with("gemini-pro") => 2048,
        _ => 1024,
    }
}

fn between(setting: &'static str, kind: &'static str, least: u32, most: u32) -> SettingsFault {
    SettingsFault::Between { setting, kind, least, most }
}

fn openai(settings: Settings<'_>) -> Result<(), SettingsFault> {
    bounded(settings, "temperature", 0.0, 1.0)?;
    tokens(settings, openai_tokens(settings.text_or("model", "gpt-5-mini")))?;
    bounded(settings, "frequencyPenalty", 0.0, 1.0)?;
    bounded(settings, "presencePenalty", 0.0, 1.0)?;
    top_p(settings, 5.0, "a minimal value of 1 and max of 5")?;
    one_of(
        settings.text_or("apiVersion", "2024-06-01"),
        &AZURE_VERSIONS,
        "wrong Azure OpenAI apiVersion, available api versions are",
    )?;
    if let Some(value) = settings.0["reasoningEffort"].as_str() {
        let efforts = ["minimal", "low", "medium", "high"];
        one_of(value, &efforts, "wrong reasoningEffort value, allowed values are")?;
    }
    if let Some(value) = settings.0["verbosity"].as_str() {
        one_of(value, &["low", "medium", "high"], "wrong verbosity value, allowed values are")?;
    }
    let (resource, deployment) = (settings.text("resourceName"), settings.text("deploymentId"));
    if settings.0["isAzure"] == true && resource.is_empty() != deployment.is_empty() {
        return Err(SettingsFault::Azure);
    }
    Ok(())
}

fn databricks(settings: Settings<'_>) -> Result<(), SettingsFault> {
    bounded(settings, "temperature", 0.0, 1.0)?;
    let positive = |name: &'static str| {
        if settings.number(name).is_none_or(|value| value > 0.0) {
            return Ok(());
        }
        Err(SettingsFault::NotPositive(name))
    };
    positive("maxTokens")?;
    top_p(settings, 5.0, "a minimal value of 1 and max of 5")?;
    positive("topK")
}

/// The most tokens of a model; none where it is not known.
fn openai_tokens(model: &str) -> Option<f64> {
    Some(match model {
        "text-davinci-002" | "text-davinci-003" => 4097.0,
        "gpt-3.5-turbo" => 4096.0,
        "gpt-3.5-turbo-16k" | "gpt-4o-mini" => 16_384.0,
        "gpt-3.5-turbo-1106" => 16_385.0,
        "gpt-4" => 8192.0,
        "gpt-4-32k" => 32_768.0,
        "gpt-4-1106-preview" | "gpt-4o" | "gpt-5" | "gpt-5-mini" | "gpt-5-nano" => 128_000.0,
        _ => return None,
    })
}

fn deepseek_tokens(model: &str) -> Option<f64> {
    matches!(model, "deepseek-chat" | "deepseek-reasoner").then_some(64_000.0)
}

fn tokens(settings: Settings<'_>, most: Option<f64>) -> Result<(), SettingsFault> {
    if settings.within("maxTokens", 0.0, most.unwrap_or(f64::INFINITY)) {
        return Ok(());
    }
    Err(SettingsFault::MaxTokens)
}

fn bounded(settings: Settings<'_>, name: &'static str, least: f64, most: f64) -> Result<(), SettingsFault> {
    if settings.within(name, least, most) {
        return Ok(());
    }
    Err(SettingsFault::Bounds { setting: name, least: format!("{least:.1}"), most: format!("{most:.1}") })
}

fn top_p(settings: Settings<'_>, most: f64, words: &'static str) -> Result<(), SettingsFault> {
    if settings.within("topP", 0.0, most) {
        return Ok(());
    }
    Err(SettingsFault::TopP(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn fault(module: &str, settings: &Json) -> String {
        generative(module, Settings(settings)).unwrap_err().to_string()
    }

    #[test]
    fn bounds_numbers() {
        assert!(fault("generative-openai", &json!({"temperature": 3})).ends_with("between 0.0 and 1.0"));
        assert!(fault("generative-deepseek", &json!({"frequencyPenalty": -3})).ends_with("between -2.0 and 2.0"));
        assert!(fault("generative-databricks", &json!({"topK": 0})).contains("topK"));
        assert!(fault("generative-google", &json!({"tokenLimit": 1025})).ends_with("between 1 and 1024"));
        assert!(fault("generative-openai", &json!({"model": "gpt-4", "maxTokens": 8193})).contains("maxTokens"));
        assert!(generative("generative-openai", Settings(&json!({"temperature": 0.5}))).is_ok());
    }

    #[test]
    fn names_what_does_not_go_together() {
        assert!(fault("generative-aws", &json!({"service": "sagemaker"})).ends_with("endpoint cannot be empty"));
        assert!(fault("generative-google", &json!({"apiEndpoint": "x"})).contains("projectId"));
        assert!(fault("generative-openai", &json!({"verbosity": "loud"})).ends_with("[low medium high]"));
        assert!(fault("generative-openai", &json!({"isAzure": true, "resourceName": "r"})).starts_with("both"));
    }
}
