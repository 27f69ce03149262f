//! Checks of module settings.

use serde_json::Value as Json;

use super::catalog::{Kind, current_name};
use super::fault::{ModuleFault, SettingsFault};
use super::generative::generative;
use super::settings::{Settings, all, one_of, required};

const OPENAI_MODELS: [&str; 6] =
    ["ada", "babbage", "curie", "davinci", "text-embedding-3-small", "text-embedding-3-large"];
const OPENAI_V3_MODELS: [&str; 2] = ["text-embedding-3-small", "text-embedding-3-large"];
const GOOGLE_TASKS: [&str; 7] = [
    "RETRIEVAL_QUERY",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
    "CLASSIFICATION",
    "CLUSTERING",
    "SEMANTIC_SIMILARITY",
];
pub(super) const GOOGLE_AI_STUDIO: &str = "generativelanguage.googleapis.com";
const AWS_SERVICES: [&str; 2] = ["bedrock", "sagemaker"];

/// Refuses settings that the module refuses, in its words.
pub(super) fn check(class: &str, module: &str, given: &Json) -> Result<(), ModuleFault> {
    let settings = Settings(given);
    let current = current_name(module);
    let outcome = match Kind::of(current) {
        Kind::Vectorizer if current.starts_with("text2") => text_vectorizer(current, settings),
        Kind::Vectorizer => media_vectorizer(class, current, settings),
        Kind::Generative => generative(current, settings),
        Kind::Reranker | Kind::Other => Ok(()),
    };
    outcome.map_err(|fault| ModuleFault::Settings { module: module.to_owned(), fault })
}

fn source_properties(settings: Settings<'_>) -> Result<(), SettingsFault> {
    let Some(properties) = settings.0.get("properties").filter(|properties| !properties.is_null()) else {
        return Ok(());
    };
    let Some(names) = properties.as_array() else {
        let found = match properties {
            Json::String(_) => "string",
            Json::Bool(_) => "bool",
            Json::Number(_) => "json.Number",
            _ => "map[string]interface {}",
        };
        return Err(SettingsFault::Properties(found));
    };
    if names.is_empty() {
        return Err(SettingsFault::NoProperties);
    }
    match names.iter().find(|name| !name.is_string()) {
        Some(other) => Err(SettingsFault::PropertyName(other.to_string())),
        None => Ok(()),
    }
}

fn text_vectorizer(module: &str, settings: Settings<'_>) -> Result<(), SettingsFault> {
    if matches!(module, "text2vec-aws" | "text2vec-google") {
        let mut faults: Vec<SettingsFault> = source_properties(settings).err().into_iter().collect();
        faults.extend(if module == "text2vec-aws" { aws(settings, true) } else { google(settings) });
        return all(faults);
    }
    source_properties(settings)?;
    match module {
        "text2vec-openai" => openai(settings),
        "text2vec-cohere" => one_of(
            settings.text_or("truncate", "END"),
            &["NONE", "START", "END", "LEFT", "RIGHT"],
            "wrong truncate type, available types are",
        ),
        "text2vec-nvidia" => one_of(
            settings.text_or("truncate", "NONE"),
            &["NONE", "START", "END"],
            "wrong truncate type, available types are",
        ),
        "text2vec-databricks" => required(settings, &["endpoint"]),
        "text2vec-ollama" => required(settings, &["apiEndpoint", "model"]),
        "text2vec-digitalocean" if settings.text("model").is_empty() => Err(SettingsFault::DigitalOceanModel),
        "text2vec-huggingface" => {
            let one_model = settings.text("model").is_empty() || settings.text("passageModel").is_empty();
            let endpoint = ["endpointUrl", "endpointURL"].into_iter().any(|name| !settings.text(name).is_empty());
            if one_model || endpoint {
                return Ok(());
            }
            Err(SettingsFault::TwoModels)
        }
        "text2vec-transformers" => transformers(settings),
        _ => Ok(()),
    }
}

fn transformers(settings: Settings<'_>) -> Result<(), SettingsFault> {
    let set = |name: &str| !settings.text(name).is_empty();
    let half = |set, empty| Err(SettingsFault::HalfInferenceUrls { set, empty });
    match (set("inferenceUrl"), set("passageInferenceUrl"), set("queryInferenceUrl")) {
        (true, passage, query) if passage || query => Err(SettingsFault::InferenceUrls),
        (_, false, true) => half("queryInferenceUrl", "passageInferenceUrl"),
        (_, true, false) => half("passageInferenceUrl", "queryInferenceUrl"),
        _ => Ok(()),
    }
}

pub(super) fn aws(settings: Settings<'_>, with_region: bool) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    let service = settings.text_or("service", "bedrock");
    faults.extend(one_of(service, &AWS_SERVICES, "wrong service, available services are").err());
    if with_region && settings.text("region").is_empty() {
        faults.push(SettingsFault::Empty("region"));
    }
    let (model, endpoint) = (settings.text("model"), settings.text("endpoint"));
    if service == "bedrock" {
        if model.is_empty() {
            faults.push(SettingsFault::NoModel);
        }
        if !endpoint.is_empty() {
            faults.push(SettingsFault::AwsEndpoint { endpoint: endpoint.to_owned(), service: service.to_owned() });
        }
    }
    if service == "sagemaker" {
        if endpoint.is_empty() {
            faults.push(SettingsFault::Empty("endpoint"));
        }
        if !model.is_empty() {
            faults.push(SettingsFault::AwsModel(service.to_owned()));
        }
    }
    faults
}

fn google(settings: Settings<'_>) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    if settings.text("apiEndpoint") != GOOGLE_AI_STUDIO && settings.text("projectId").is_empty() {
        faults.push(SettingsFault::Empty("projectId"));
    }
    let task = settings.text_or("taskType", "RETRIEVAL_QUERY");
    faults.extend(one_of(task, &GOOGLE_TASKS, "wrong taskType supported task types are").err());
    faults
}

fn openai(settings: Settings<'_>) -> Result<(), SettingsFault> {
    let (resource, deployment) = (settings.text("resourceName"), settings.text("deploymentId"));
    let is_azure = settings.0["isAzure"] == true || (!resource.is_empty() && !deployment.is_empty());
    let own = settings.text_or("baseURL", "https://api.openai.com").contains("api.openai.com") && !is_azure;
    let kind = settings.text_or("type", "text");
    one_of(kind, &["text", "code"], "wrong OpenAI type name, available model names are")?;
    let model = settings.text_or("model", "text-embedding-3-small");
    if own {
        one_of(model, &OPENAI_MODELS, "wrong OpenAI model name, available model names are")?;
    }
    let is_v3 = OPENAI_V3_MODELS.contains(&model);
    let default_version = match (model, kind) {
        _ if is_v3 => "",
        ("ada", "text") => "002",
        _ => "001",
    };
    let version = settings.text_or("modelVersion", default_version);
    if !is_v3 {
        openai_version(version, model, kind)?;
    }
    if let Some(length) = settings.number("dimensions").filter(|_| own && version.is_empty()) {
        if !is_v3 {
            return Err(SettingsFault::OldDimensions(OPENAI_V3_MODELS.join(" ")));
        }
        let lengths: &[f64] =
            if model == "text-embedding-3-small" { &[512.0, 1536.0] } else { &[256.0, 1024.0, 3072.0] };
        if !lengths.contains(&length) {
            let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
            let (model, allowed) = (model.to_owned(), lengths.join(" "));
            return Err(SettingsFault::Number { setting: "dimensions", model, allowed });
        }
    }
    if is_azure && resource.is_empty() != deployment.is_empty() {
        return Err(SettingsFault::Azure);
    }
    Ok(())
}

fn openai_version(version: &str, model: &str, kind: &str) -> Result<(), SettingsFault> {
    match version {
        "002" if !matches!(model, "ada" | "davinci") => Err(SettingsFault::Version(version.to_owned())),
        "003" if model != "davinci" => Err(SettingsFault::Version(version.to_owned())),
        "002" | "003" if kind != "text" => Err(SettingsFault::Ada),
        "" | "001" | "002" | "003" => Ok(()),
        _ => Err(SettingsFault::OldModel(model.to_owned())),
    }
}

/// The kinds of fields that a vectorizer of more than texts takes.
fn field_kinds(module: &str) -> &'static [&'static str] {
    match module {
        "multi2multivec-weaviate" => &["image"],
        "multi2vec-bind" => &["image", "text", "audio", "video", "imu", "thermal", "depth"],
        "multi2vec-google" => &["text", "image", "video", "audio"],
        "multi2vec-voyageai" => &["text", "image", "video"],
        _ => &["text", "image"],
    }
}

fn media_vectorizer(class: &str, module: &str, settings: Settings<'_>) -> Result<(), SettingsFault> {
    match module {
        "img2vec-neural" => match settings.0.get("imageFields") {
            None => Err(SettingsFault::NoImageFields),
            Some(fields) => field_names("image", fields).map(|_| ()),
        },
        "ref2vec-centroid" => ref2vec(class, settings),
        "multi2multivec-jinaai" => jinaai_multivec(settings),
        "multi2vec-google" => {
            let mut faults = Vec::new();
            if settings.has("apiEndpoint") && settings.text("apiEndpoint").is_empty() {
                for name in ["location", "projectId"] {
                    if settings.text(name).is_empty() {
                        faults.push(SettingsFault::Missing(name));
                    }
                }
            }
            google_media(settings, &mut faults)?;
            faults.extend(media_fields(module, settings).err());
            all(faults)
        }
        "multi2vec-jinaai" => {
            let mut faults: Vec<SettingsFault> = media_fields(module, settings).err().into_iter().collect();
            match settings.text_or("model", "jina-clip-v2") {
                "jina-clip-v2" if !settings.within("dimensions", 64.0, 1024.0) => {
                    faults.push(SettingsFault::ClipDimensions);
                }
                "jina-clip-v1" if !settings.within("dimensions", 768.0, 768.0) => {
                    faults.push(SettingsFault::OldClipDimensions);
                }
                _ => {}
            }
            all(faults)
        }
        _ => media_fields(module, settings),
    }
}

/// The rules of the one model of the older kind, which is the default.
fn google_media(settings: Settings<'_>, faults: &mut Vec<SettingsFault>) -> Result<(), SettingsFault> {
    const OLD_MODEL: &str = "multimodalembedding@001";
    let model = [settings.text("model"), settings.text_or("modelId", OLD_MODEL)];
    let model = model.into_iter().find(|name| !name.is_empty()).unwrap_or(OLD_MODEL);
    if model != OLD_MODEL {
        return Ok(());
    }
    for (name, allowed) in [("dimensions", [128, 256, 512, 1408]), ("videoIntervalSeconds", [4, 8, 15, 120])] {
        if settings.0[name].as_i64().is_some_and(|value| !allowed.contains(&value)) {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            let (model, allowed) = (model.to_owned(), allowed.join(" "));
            return Err(SettingsFault::Number { setting: name, model, allowed });
        }
    }
    if settings.has("videoFields") && !settings.within("dimensions", 1408.0, 1408.0) {
        faults.push(SettingsFault::VideoDimensions);
    }
    Ok(())
}

fn media_fields(module: &str, settings: Settings<'_>) -> Result<(), SettingsFault> {
    let mut faults = Vec::new();
    for kind in field_kinds(module) {
        let Some(fields) = settings.0.get(format!("{kind}Fields")) else { continue };
        let named = field_names(kind, fields).unwrap_or_else(|fault| {
            faults.push(fault);
            0
        });
        let weights = settings.0["weights"][format!("{kind}Fields")].as_array();
        if weights.is_some_and(|weights| weights.len() != named) {
            faults.push(SettingsFault::Weights(kind));
        }
    }
    all(faults)
}

/// A property of which only a digest is kept cannot be part of a vector with others, as they could not be made anew together.
pub(super) fn check_hashes(target: &str, module: &str, given: &Json, properties: &Json) -> Result<(), ModuleFault> {
    let module = current_name(module);
    if Kind::of(module) != Kind::Vectorizer || module.starts_with("text2") || module == "ref2vec-centroid" {
        return Ok(());
    }
    let kinds = if module == "img2vec-neural" { &["image"][..] } else { field_kinds(module) };
    let fields = kinds.iter().filter_map(|kind| given[format!("{kind}Fields")].as_array()).flatten();
    let fields: Vec<&str> = fields.filter_map(Json::as_str).collect();
    let is = |property: &Json, names: &[&str]| {
        property["dataType"]
            .as_array()
            .is_some_and(|types| types.iter().any(|name| names.iter().any(|known| name == known)))
    };
    let all = || properties.as_array().into_iter().flatten();
    let named = |property: &&Json| property["name"].as_str().is_some_and(|name| fields.contains(&name));
    if !all().filter(named).any(|property| is(property, &["blobHash"])) {
        return Ok(());
    }
    // This one reads all texts beside its fields.
    let texts =
        if module == "multi2vec-bind" { all().filter(|property| is(property, &["text", "text[]"])).count() } else { 0 };
    if fields.len() + texts <= 1 {
        return Ok(());
    }
    Err(ModuleFault::Hash(target.to_owned()))
}

/// Returns the number of fields that are named.
fn field_names(kind: &'static str, fields: &Json) -> Result<usize, SettingsFault> {
    let names = fields.as_array().ok_or(SettingsFault::FieldsType(kind))?;
    if names.is_empty() {
        return Err(SettingsFault::NoFields(kind));
    }
    for name in names {
        match name.as_str() {
            None => return Err(SettingsFault::FieldType(kind)),
            Some("") => return Err(SettingsFault::EmptyField(kind)),
            Some(_) => {}
        }
    }
    Ok(names.len())
}

fn jinaai_multivec(settings: Settings<'_>) -> Result<(), SettingsFault> {
    let mut faults = Vec::new();
    match (settings.has("imageFields"), settings.has("textFields")) {
        (false, false) => faults.push(SettingsFault::NoMultivecFields),
        (true, true) => faults.push(SettingsFault::BothMultivecFields),
        _ => {}
    }
    for kind in ["image", "text"] {
        let Some(fields) = settings.0.get(format!("{kind}Fields")) else { continue };
        match field_names(kind, fields) {
            Err(fault) => faults.push(fault),
            Ok(count) if count > 1 => faults.push(SettingsFault::MultivecField(kind)),
            Ok(_) => {}
        }
        if settings.0["weights"][format!("{kind}Fields")].is_array() {
            faults.push(SettingsFault::MultivecWeights(kind));
        }
    }
    all(faults)
}

fn ref2vec(class: &str, settings: Settings<'_>) -> Result<(), SettingsFault> {
    match settings.0["referenceProperties"].as_array() {
        Some(names) if !names.is_empty() => {}
        _ => return Err(SettingsFault::NoReferences(class.to_owned())),
    }
    match settings.text_or("method", "mean") {
        "mean" => Ok(()),
        other => Err(SettingsFault::Method { class: class.to_owned(), method: other.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(module: &str, settings: &Json) -> String {
        check("Thing", module, settings).unwrap_err().to_string()
    }

    #[test]
    fn names_what_is_missing() {
        assert_eq!(
            fault("text2vec-aws", &json!({})),
            "module 'text2vec-aws': region cannot be empty, model has to be defined"
        );
        assert_eq!(fault("text2vec-palm", &json!({})), "module 'text2vec-palm': projectId cannot be empty");
        assert!(check("Thing", "text2vec-google", &json!({"apiEndpoint": GOOGLE_AI_STUDIO})).is_ok());
        assert!(fault("text2vec-ollama", &json!({"apiEndpoint": "x"})).ends_with("model cannot be empty"));
        assert!(fault("img2vec-neural", &json!({})).ends_with("imageFields not present"));
        assert!(fault("ref2vec-centroid", &json!({})).contains("referenceProperties"));
    }

    #[test]
    fn knows_the_models_of_openai_but_not_those_of_others() {
        assert!(fault("text2vec-openai", &json!({"model": "wat"})).contains("[ada babbage"));
        assert!(check("Thing", "text2vec-openai", &json!({"model": "wat", "baseURL": "http://own"})).is_ok());
        assert!(
            check("Thing", "text2vec-openai", &json!({"model": "wat", "resourceName": "r", "deploymentId": "d"}))
                .is_ok()
        );
        assert!(fault("text2vec-openai", &json!({"dimensions": 7})).contains("[512 1536]"));
        assert!(fault("text2vec-openai", &json!({"model": "ada", "modelVersion": "003"})).ends_with("version 003"));
    }

    #[test]
    fn digests_stand_alone() {
        let properties = json!([{"name": "h", "dataType": ["blobHash"]}, {"name": "t", "dataType": ["text"]}]);
        let check = |module: &str, settings: Json| check_hashes("v", module, &settings, &properties);
        assert!(check("multi2vec-clip", json!({"imageFields": ["h"]})).is_ok());
        assert!(check("multi2vec-clip", json!({"imageFields": ["h"], "textFields": ["t"]})).is_err());
        assert!(check("multi2vec-bind", json!({"imageFields": ["h"]})).is_err());
        assert!(check("text2vec-openai", json!({"imageFields": ["h", "t"]})).is_ok());
    }

    #[test]
    fn counts_fields_and_weights() {
        assert!(
            check("Thing", "multi2vec-clip", &json!({"imageFields": ["a"], "weights": {"imageFields": [0.5]}})).is_ok()
        );
        assert!(
            fault("multi2vec-clip", &json!({"imageFields": ["a"], "weights": {"imageFields": []}}))
                .contains("does not equal number of imageFields")
        );
        assert!(fault("multi2vec-bind", &json!({"imuFields": []})).contains("at least one imu field"));
        assert!(fault("multi2vec-google", &json!({"videoFields": ["v"], "dimensions": 128})).contains("only 1408"));
    }
}
