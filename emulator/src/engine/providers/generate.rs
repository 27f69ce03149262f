//! Texts in the place of generative modules, which are never called.

use serde_json::Value as Json;

use super::fault::ProviderFault;
use super::{PROVOCATION, Prompt, Providers, call};
use crate::config::Models;

/// The module that needs no provider.
const DUMMY: &str = "generative-dummy";

/// A generative module, with what one request sets.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Generator {
    /// Today's name of the module.
    pub(crate) module: String,
    pub(crate) model: String,
    /// The URL of the provider, where one is named.
    pub(crate) address: String,
    /// The settings of the collection, which the dummy repeats.
    pub(crate) settings: Json,
}

/// The answer of a generative module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) text: String,
    /// The prompt as it was sent.
    pub(crate) prompt: String,
    /// Set if the module returns its usage and, on demand, the prompt.
    pub(crate) reports: bool,
}

impl Providers<'_> {
    /// The text that a module writes for a prompt, with so many images beside it.
    pub(crate) fn generate(
        &self,
        generator: &Generator,
        prompt: &str,
        images: usize,
    ) -> Result<Written, ProviderFault> {
        let Generator { module, model, address, .. } = generator;
        let written = |text, reports| Written { text, prompt: prompt.to_owned(), reports };
        let dummy = module == DUMMY;
        if self.models.generative.is_some() {
            let text = self.asked.texts.to((module.clone(), prompt.to_owned()), module)?;
            return Ok(written(text, !dummy));
        }
        if dummy {
            return Ok(written(in_the_dummys_words(prompt, &generator.settings), false));
        }
        self.keys.check(module)?;
        if !self.models.offline {
            return Err(ProviderFault::NoGenerator(module.clone()));
        }
        if self.models.unreachable.contains(address.trim_end_matches('/')) {
            return Err(ProviderFault::Unreachable { module: module.clone(), address: address.clone() });
        }
        if prompt.contains(PROVOCATION) {
            let text = "Rate limit reached".to_owned();
            return Err(ProviderFault::Refused { module: module.clone(), status: 429, text });
        }
        let images = (1..=images).fold(String::new(), |before, number| before + &format!("Image {number}: <image> "));
        Ok(written(format!("model {model} says: {images}{prompt}"), true))
    }
}

/// Asks the function of the user's.
pub(super) fn ask(models: &Models, (module, prompt): &Prompt) -> Result<String, ProviderFault> {
    let function = models.generative.as_ref().ok_or_else(|| ProviderFault::NoGenerator(module.clone()))?;
    call(module, || function(prompt))
}

fn in_the_dummys_words(prompt: &str, settings: &Json) -> String {
    let settings = settings.as_object().into_iter().flatten();
    let settings: String = settings
        .map(|(name, value)| match value {
            Json::String(text) => format!("{name}={text},"),
            // As Go writes a number where it expects a text.
            Json::Number(number) => format!("{name}=%!s(float64={number}),"),
            other => format!("{name}={other},"),
        })
        .collect();
    format!(
        "You want me to generate something based on the following prompt: {prompt}. With settings: {settings}. I'm sorry, I'm just a dummy and can't generate anything."
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::{Asked, ProviderKeys};
    use super::*;

    fn generate(models: &Models, module: &str, header: &str, prompt: &str) -> Result<String, ProviderFault> {
        let (keys, asked) = (ProviderKeys::of([header]), Asked::default());
        let providers = Providers { models, keys: &keys, asked: &asked };
        let settings = json!({"a": "b"});
        let generator =
            Generator { module: module.to_owned(), model: "m".to_owned(), settings, ..Generator::default() };
        let answer = || providers.generate(&generator, prompt, 1).map(|written| written.text);
        let first = answer();
        if asked.answer(models) { answer() } else { first }
    }

    fn fault(models: &Models, module: &str, header: &str, prompt: &str) -> String {
        generate(models, module, header, prompt).unwrap_err().to_string()
    }

    #[test]
    fn the_rule_repeats_the_prompt() {
        let models = Models { offline: true, ..Models::default() };
        let answer = generate(&models, "generative-mistral", "x-mistral-api-key", "Say a");
        assert_eq!(answer.unwrap(), "model m says: Image 1: <image> Say a");
        let says = fault(&models, "generative-mistral", "x-other", "Say a");
        assert!(says.starts_with("Mistral API Key: no api key found"), "{says}");
        let says = fault(&models, "generative-anthropic", "x-anthropic-api-key", "provoke error");
        assert_eq!(says, "Anthropic API error: rate_limit_error - Rate limit reached");
        let says = fault(&Models::default(), "generative-xai", "X-xAI-Api-Key", "a");
        assert!(says.contains("`Builder::generative`, so that generative-xai answers"), "{says}");
    }

    #[test]
    fn the_dummy_repeats_its_settings() {
        let answer = generate(&Models::default(), DUMMY, "", "Say a").unwrap();
        assert!(answer.contains("prompt: Say a. With settings: a=b,. I'm sorry"), "{answer}");
    }

    #[test]
    fn a_function_stands_for_all_modules() {
        let with = |function: fn(&str) -> Result<String, Box<dyn std::error::Error + Send + Sync>>| Models {
            generative: Some(Arc::new(function)),
            ..Models::default()
        };
        let loud = with(|prompt| Ok(prompt.to_uppercase()));
        for module in [DUMMY, "generative-openai"] {
            assert_eq!(generate(&loud, module, "", "say").unwrap(), "SAY");
        }
        let says = fault(&with(|_| Err("no model today".into())), "generative-openai", "", "say");
        assert_eq!(says, "connection to: OpenAI API failed with status: 400 error: no model today");
        assert!(fault(&with(|_| panic!()), "generative-openai", "", "say").contains("panicked"));
    }
}
