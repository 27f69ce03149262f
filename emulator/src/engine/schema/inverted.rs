//! `invertedIndexConfig`: defaults and rules.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::fault::InvertedFault;
use super::late_fault::LateFault;

/// The stopwords of the preset `en`.
pub(crate) const ENGLISH_STOPWORDS: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
];

/// Fills in the defaults and refuses what the server refuses. What is off by default is left out when off, as it does.
pub(crate) fn complete(given: &Json) -> Result<Json, InvertedFault> {
    check_presets(&given["stopwordPresets"])?;
    check_user_dictionaries(&given["tokenizerUserDict"])?;
    complete_update(given)
}

/// The same for an update, where the server looks less closely.
pub(super) fn complete_update(given: &Json) -> Result<Json, InvertedFault> {
    if given["cleanupIntervalSeconds"].as_f64().is_some_and(|seconds| seconds < 0.0) {
        return Err(InvertedFault::CleanupInterval);
    }
    let mut config = Map::new();
    config.insert("bm25".to_owned(), bm25(&given["bm25"])?);
    config.insert(
        "cleanupIntervalSeconds".to_owned(),
        positive(&given["cleanupIntervalSeconds"]).cloned().unwrap_or(json!(60)),
    );
    for name in ["indexNullState", "indexPropertyLength", "indexTimestamps"] {
        if given[name] == true {
            config.insert(name.to_owned(), json!(true));
        }
    }
    let stopwords = stopwords(&given["stopwords"])?;
    if let Some(presets) = given["stopwordPresets"].as_object().filter(|presets| !presets.is_empty()) {
        config.insert("stopwordPresets".to_owned(), Json::Object(presets.clone()));
    }
    config.insert("stopwords".to_owned(), stopwords);
    if let Some(dictionaries) = given["tokenizerUserDict"].as_array().filter(|list| !list.is_empty()) {
        let shown = dictionaries
            .iter()
            .map(|given| json!({"replacements": given["replacements"], "tokenizer": given["tokenizer"]}));
        config.insert("tokenizerUserDict".to_owned(), shown.collect());
    }
    // It cannot be switched off.
    config.insert("usingBlockMaxWAND".to_owned(), json!(true));
    Ok(Json::Object(config))
}

/// Finds the fault that shows only when an update is carried out.
pub(super) fn late_fault(config: &Json) -> Option<LateFault> {
    let mut dictionaries = config["tokenizerUserDict"].as_array().into_iter().flatten();
    let tokenizer =
        dictionaries.find_map(|given| given["tokenizer"].as_str().filter(|name| !takes_dictionary(name)))?;
    Some(LateFault::UserDictionary(tokenizer.to_owned()))
}

fn takes_dictionary(tokenizer: &str) -> bool {
    matches!(tokenizer, "kagome_kr" | "kagome_ja")
}

/// The collection's own stopword lists.
fn check_presets(given: &Json) -> Result<(), InvertedFault> {
    for (name, words) in given.as_object().into_iter().flatten() {
        let words = words.as_array().map(Vec::as_slice).unwrap_or_default();
        if name.trim().is_empty() {
            return Err(InvertedFault::PresetName);
        }
        if words.is_empty() {
            return Err(InvertedFault::EmptyPreset(name.clone()));
        }
        if words.iter().any(|word| word.as_str().is_none_or(|word| word.trim().is_empty())) {
            return Err(InvertedFault::PresetWord(name.clone()));
        }
    }
    Ok(())
}

/// Dictionaries of the tokenizers that take one.
fn check_user_dictionaries(given: &Json) -> Result<(), InvertedFault> {
    let mut tokenizers = BTreeSet::new();
    for dictionary in given.as_array().into_iter().flatten() {
        let tokenizer = dictionary["tokenizer"].as_str().unwrap_or_default();
        if !takes_dictionary(tokenizer) {
            return Err(InvertedFault::DictionaryTokenizer(tokenizer.to_owned()));
        }
        if !tokenizers.insert(tokenizer) {
            return Err(InvertedFault::DictionaryTwice(tokenizer.to_owned()));
        }
        let mut sources = BTreeSet::new();
        for replacement in dictionary["replacements"].as_array().into_iter().flatten() {
            let (Some(source), Some(_)) = (replacement["source"].as_str(), replacement["target"].as_str()) else {
                return Err(InvertedFault::HalfReplacement);
            };
            if source.trim().is_empty() {
                return Err(InvertedFault::EmptySource);
            }
            if !sources.insert(source) {
                return Err(InvertedFault::SourceTwice(source.to_owned()));
            }
        }
    }
    Ok(())
}

fn positive(value: &Json) -> Option<&Json> {
    Some(value).filter(|value| value.as_f64().is_some_and(|number| number > 0.0))
}

fn bm25(given: &Json) -> Result<Json, InvertedFault> {
    if !given.is_object() {
        return Ok(json!({"b": 0.75, "k1": 1.2}));
    }
    let number = |name: &str| given[name].as_f64().unwrap_or(0.0);
    if number("k1") < 0.0 {
        return Err(InvertedFault::K1);
    }
    if !(0.0..=1.0).contains(&number("b")) {
        return Err(InvertedFault::B);
    }
    // Zero is left out, and both are where only one is given.
    let shown = ["b", "k1"].into_iter().filter(|name| number(name) != 0.0);
    Ok(Json::Object(shown.map(|name| (name.to_owned(), given[name].clone())).collect()))
}

fn stopwords(given: &Json) -> Result<Json, InvertedFault> {
    let preset = given["preset"].as_str().filter(|preset| !preset.is_empty()).unwrap_or("en");
    if !matches!(preset, "en" | "none") {
        return Err(InvertedFault::Preset(preset.to_owned()));
    }
    let words = |name: &str| given[name].as_array().map(Vec::as_slice).unwrap_or_default();
    for list in ["additions", "removals"] {
        if words(list).iter().any(|word| word.as_str().is_some_and(|word| word.trim().is_empty())) {
            return Err(InvertedFault::Stopword(list));
        }
    }
    if let Some(word) = words("additions").iter().find(|word| words("removals").contains(word)).and_then(Json::as_str) {
        return Err(InvertedFault::AddedAndRemoved(word.to_owned()));
    }
    // What the preset has anyway is no addition.
    let added = words("additions")
        .iter()
        .filter(|word| preset != "en" || word.as_str().is_none_or(|word| !ENGLISH_STOPWORDS.contains(&word)));
    let added: Vec<&Json> = added.collect();
    let additions = match words("additions") {
        all if added.len() == all.len() => given["additions"].clone(),
        _ if added.is_empty() => Json::Null,
        _ => json!(added),
    };
    Ok(json!({"additions": additions, "preset": preset, "removals": given["removals"]}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_is_on() {
        let config = complete(&json!({"indexNullState": true, "indexTimestamps": false})).unwrap();
        assert_eq!(config["indexNullState"], true);
        assert_eq!(config.get("indexTimestamps"), None);
        assert_eq!(config["stopwords"], json!({"additions": null, "preset": "en", "removals": null}));
    }

    #[test]
    fn refuses_contradictions() {
        assert!(
            complete(&json!({"stopwords": {"additions": ["x"], "removals": ["x"]}}))
                .unwrap_err()
                .to_string()
                .contains("'x'")
        );
        assert!(complete(&json!({"bm25": {"b": 3, "k1": 1.2}})).is_err());
        assert!(
            complete(&json!({"stopwordPresets": {"mine": []}})).unwrap_err().to_string().contains("at least one word")
        );
        let twice = json!([{"tokenizer": "kagome_kr"}, {"tokenizer": "kagome_kr"}]);
        assert!(
            complete(&json!({"tokenizerUserDict": twice})).unwrap_err().to_string().contains("duplicate tokenizer")
        );
        let open = json!([{"tokenizer": "kagome_ja", "replacements": [{"source": "a"}]}]);
        assert!(complete(&json!({"tokenizerUserDict": open})).unwrap_err().to_string().contains("source and target"));
    }

    #[test]
    fn additions_leave_out_what_the_preset_has() {
        let words = |given: Json| complete(&json!({"stopwords": given})).unwrap()["stopwords"]["additions"].clone();
        assert_eq!(words(json!({"additions": ["the", "fox"]})), json!(["fox"]));
        assert_eq!(words(json!({"additions": ["the"]})), Json::Null);
        assert_eq!(words(json!({"preset": "none", "additions": ["the"]})), json!(["the"]));
    }
}
