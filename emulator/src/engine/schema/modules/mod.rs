//! Modules in a definition: which there are, what they add to it, and what they object to.
//!
//! The vectors themselves are computed in `store` and `search`.

mod catalog;
mod checks;
mod defaults;
pub(crate) mod fault;
mod generative;
mod settings;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::fault::SettingFault;
use crate::config::Config;

use catalog::Kind;
pub(crate) use catalog::is_present;
pub(super) use catalog::{Input, current_name, vector_input};
pub(crate) use catalog::{is_multi_vector, media_of, meta, takes_texts};
pub(super) use defaults::{property_config, vectorizer_config};
use fault::ModuleFault;

/// Leaves out modules that no server has.
pub(super) fn leave_out_unknown(config: &mut Config) {
    config.modules.retain(|name| {
        let known = catalog::is_known(name);
        if !known {
            tracing::warn!(module = %name, "no module has this name; it is left out");
        }
        known
    });
}

/// The rerankers that a definition configures.
pub(super) fn rerankers(class: &Json) -> Vec<String> {
    let modules = class["moduleConfig"].as_object().into_iter().flat_map(Map::keys);
    modules.filter(|name| Kind::of(name) == Kind::Reranker).cloned().collect()
}

/// The generative module that a definition configures, under today's name, with its settings.
pub(super) fn generative_module(class: &Json) -> Option<(String, Json)> {
    let mut modules = class["moduleConfig"].as_object().into_iter().flatten();
    let (name, settings) = modules.find(|(name, _)| Kind::of(name) == Kind::Generative)?;
    Some((current_name(name).to_owned(), settings.clone()))
}

/// Files functions in the place of providers under today's names of their modules, which have to make one vector of a text.
pub(super) fn file_functions(config: &mut Config) -> Result<(), SettingFault> {
    let given = std::mem::take(&mut config.models.functions);
    for (name, function) in given {
        let module = current_name(&name).to_owned();
        if !catalog::is_known(&module) || !takes_texts(&module) || is_multi_vector(&module) {
            return Err(SettingFault::Function(name));
        }
        config.models.functions.insert(module, function);
    }
    Ok(())
}

pub(super) fn is_vectorizer(name: &str, config: &Config) -> bool {
    is_present(name, config) && Kind::of(name) == Kind::Vectorizer
}

/// Refuses a completed definition that its modules object to.
pub(super) fn check_class(class: &Json, config: &Config) -> Result<(), ModuleFault> {
    let (name, settings) = (class["class"].as_str().unwrap_or_default(), class["moduleConfig"].as_object());
    let Some(named) = class["vectorConfig"].as_object().filter(|named| !named.is_empty()) else {
        return match class["vectorizer"].as_str() {
            None | Some("" | "none") => Ok(()),
            Some(vectorizer) => check_legacy(name, vectorizer, settings, &class["properties"]),
        };
    };
    for (target, vector) in named {
        for (module, settings) in vector["vectorizer"].as_object().into_iter().flatten() {
            checks::check(name, module, settings)?;
            checks::check_hashes(target, module, settings, &class["properties"])?;
        }
    }
    for (module, own) in settings.into_iter().flatten() {
        if !is_present(module, config) {
            return Err(ModuleFault::Unknown(module.clone()));
        }
        if Kind::of(module) != Kind::Vectorizer {
            checks::check(name, module, own)?;
        }
    }
    Ok(())
}

fn check_legacy(
    name: &str,
    vectorizer: &str,
    settings: Option<&Map<String, Json>>,
    properties: &Json,
) -> Result<(), ModuleFault> {
    let Some(settings) = settings else { return Ok(()) };
    for (module, own) in settings {
        checks::check(name, module, own)?;
        checks::check_hashes("", module, own, properties)?;
    }
    let vectorizers: Vec<&str> =
        settings.keys().map(String::as_str).filter(|name| Kind::of(name) == Kind::Vectorizer).collect();
    if vectorizers.len() > 1 {
        let vectorizers = vectorizers.join(" ");
        return Err(ModuleFault::Vectorizers { vectorizers, vectorizer: vectorizer.to_owned() });
    }
    match vectorizers.first().into_iter().chain([&vectorizer]).find(|name| is_multi_vector(name)) {
        Some(multi) => Err(ModuleFault::UnnamedMulti((*multi).to_owned())),
        None => Ok(()),
    }
}

/// `moduleConfig` after an update: generative modules and rerankers may be exchanged, the rest is kept.
pub(super) fn merge(old: &Json, given: &Json, class: &str) -> Result<Json, ModuleFault> {
    let Some(new) = given.as_object().filter(|_| old != given) else { return Ok(old.clone()) };
    let empty = Map::new();
    let before = old.as_object().unwrap_or(&empty);
    let mut exchanged: BTreeMap<&str, u32> = BTreeMap::new();
    for (module, settings) in new {
        let kind = match Kind::of(module) {
            Kind::Generative => "generative",
            Kind::Reranker => "reranker",
            _ if before.get(module).is_none_or(|known| is_same_module(module, known, settings)) => continue,
            _ => {
                return Err(ModuleFault::Fixed { module: module.clone(), class: class.to_owned() });
            }
        };
        let count = exchanged.entry(kind).or_default();
        *count += 1;
        if *count > 1 {
            return Err(ModuleFault::Twice { kind, given: go_map(new) });
        }
    }
    let prefixes: Vec<String> = exchanged.keys().map(|kind| format!("{kind}-")).collect();
    let mut merged = before.clone();
    merged.retain(|module, _| !prefixes.iter().any(|prefix| module.starts_with(prefix)));
    merged.extend(new.clone());
    Ok(Json::Object(merged))
}

/// Modules that have renamed settings. When the server brings old and new names together it takes all that is new over, so
/// that only taking a setting away is still noticed.
const RENAMING: [&str; 6] = [
    "text2vec-cohere",
    "text2vec-huggingface",
    "text2vec-jinaai",
    "text2vec-openai",
    "text2vec-voyageai",
    "text2vec-weaviate",
];

/// Returns whether an update leaves the settings of these modules, by name, as far as the server notices.
pub(super) fn are_same_settings(before: &Json, after: &Json) -> bool {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return before == after };
    before.len() == after.len()
        && before.iter().all(|(module, old)| after.get(module).is_some_and(|new| is_same_module(module, old, new)))
}

fn is_same_module(module: &str, old: &Json, new: &Json) -> bool {
    match (old.as_object(), new.as_object()) {
        (Some(old), Some(new)) if RENAMING.contains(&module) => old.keys().all(|name| new.contains_key(name)),
        _ => same_numbers(old, new),
    }
}

/// Equal, where `1` and `1.0` are the same.
fn same_numbers(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_numbers(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| same_numbers(value, other)))
        }
        _ => left == right,
    }
}

/// An object as Go prints it.
fn go_map(object: &Map<String, Json>) -> String {
    let mut entries: Vec<(&String, String)> = object.iter().map(|(name, value)| (name, go_value(value))).collect();
    entries.sort();
    let entries: Vec<String> = entries.into_iter().map(|(name, value)| format!("{name}:{value}")).collect();
    format!("map[{}]", entries.join(" "))
}

fn go_value(value: &Json) -> String {
    match value {
        Json::Object(object) => go_map(object),
        Json::Array(items) => format!("[{}]", items.iter().map(go_value).collect::<Vec<_>>().join(" ")),
        Json::Null => "<nil>".to_owned(),
        Json::String(text) => text.clone(),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exchanges_generative_modules_and_keeps_the_rest() {
        let old = json!({"text2vec-aws": {"model": "ada"}, "generative-cohere": {}});
        let merged = merge(&old, &json!({"generative-openai": {"model": "x"}}), "C").unwrap();
        assert_eq!(merged, json!({"text2vec-aws": {"model": "ada"}, "generative-openai": {"model": "x"}}));
        assert_eq!(merge(&old, &Json::Null, "C").unwrap(), old);
        let refused = merge(&old, &json!({"text2vec-aws": {"model": "curie"}}), "C").unwrap_err();
        assert_eq!(refused, ModuleFault::Fixed { module: "text2vec-aws".to_owned(), class: "C".to_owned() });
        let twice = merge(&old, &json!({"reranker-cohere": {}, "reranker-dummy": {"a": [1]}}), "C").unwrap_err();
        assert!(twice.to_string().ends_with("map[reranker-cohere:map[] reranker-dummy:map[a:[1]]]"), "{twice}");
    }

    #[test]
    fn some_modules_take_new_settings() {
        let openai = |settings: Json| json!({"text2vec-openai": settings});
        let old = openai(json!({"model": "ada"}));
        assert!(are_same_settings(&old, &openai(json!({"model": "curie", "dimensions": 5}))));
        assert!(!are_same_settings(&old, &openai(json!({"dimensions": 5}))));
        let aws = |settings: Json| json!({"text2vec-aws": settings});
        assert!(!are_same_settings(&aws(json!({"dimensions": 5})), &aws(json!({"dimensions": 6}))));
        assert!(are_same_settings(&aws(json!({"dimensions": 5})), &aws(json!({"dimensions": 5.0}))));
        assert!(!are_same_settings(&old, &aws(json!({}))));
    }

    #[test]
    fn unnamed_vectors_take_one_vectorizer_with_one_vector() {
        let refused = |settings: Json| {
            check_legacy("C", "text2vec-openai", settings.as_object(), &Json::Null).unwrap_err().to_string()
        };
        assert!(refused(json!({"text2vec-openai": {}, "text2vec-voyageai": {}})).starts_with("multiple vectorizers"));
        assert!(refused(json!({"text2multivec-jinaai": {}})).starts_with("multi vector vectorizer"));
    }

    #[test]
    fn every_optional_module_is_there_once_it_is_named() {
        let mut config = Config::default();
        assert!(!is_vectorizer("text2vec-transformers", &config));
        config.modules.push("text2vec-transformers".to_owned());
        assert!(is_vectorizer("text2vec-transformers", &config));
        assert_eq!(meta(&config)["text2vec-transformers"], json!({}));
        config.modules.push("text2vec-nothing".to_owned());
        leave_out_unknown(&mut config);
        assert_eq!(config.modules, ["text2vec-transformers"]);
    }
}
