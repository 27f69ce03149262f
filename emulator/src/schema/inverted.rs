//! `invertedIndexConfig`: defaults and rules.

use serde_json::{Map, Value as Json, json};

/// Checks the settings and fills in the defaults. What is off by default is left out when off, as the server does.
pub(crate) fn complete(given: &Json) -> Result<Json, String> {
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
    if let Some(presets) = given["stopwordPresets"].as_object().filter(|presets| !presets.is_empty()) {
        config.insert("stopwordPresets".to_owned(), Json::Object(presets.clone()));
    }
    config.insert("stopwords".to_owned(), stopwords(&given["stopwords"])?);
    if let Some(dictionaries) = given["tokenizerUserDict"].as_array().filter(|list| !list.is_empty()) {
        config.insert("tokenizerUserDict".to_owned(), json!(dictionaries));
    }
    config.insert("usingBlockMaxWAND".to_owned(), json!(given["usingBlockMaxWAND"].as_bool().unwrap_or(true)));
    Ok(Json::Object(config))
}

fn positive(value: &Json) -> Option<&Json> {
    Some(value).filter(|value| value.as_f64().is_some_and(|number| number > 0.0))
}

fn bm25(given: &Json) -> Result<Json, String> {
    if !given.is_object() {
        return Ok(json!({"b": 0.75, "k1": 1.2}));
    }
    let number = |name: &str| given[name].as_f64().unwrap_or(0.0);
    if number("k1") < 0.0 {
        return Err("BM25.k1 must be >= 0".to_owned());
    }
    if !(0.0..=1.0).contains(&number("b")) {
        return Err("BM25.b must be >= 0 and <= 1".to_owned());
    }
    let kept = |name: &str| Some(&given[name]).filter(|value| value.is_number()).cloned().unwrap_or(json!(0));
    Ok(json!({"b": kept("b"), "k1": kept("k1")}))
}

fn stopwords(given: &Json) -> Result<Json, String> {
    let preset = given["preset"].as_str().filter(|preset| !preset.is_empty()).unwrap_or("en");
    if !matches!(preset, "en" | "none") {
        return Err(format!("stopwordPreset '{preset}' does not exist"));
    }
    let words = |name: &str| given[name].as_array().map(Vec::as_slice).unwrap_or_default();
    for list in ["additions", "removals"] {
        if words(list).iter().any(|word| word.as_str().is_some_and(|word| word.trim().is_empty())) {
            return Err(format!("cannot use whitespace in stopword.{list}"));
        }
    }
    if let Some(word) = words("additions").iter().find(|word| words("removals").contains(word)).and_then(Json::as_str) {
        return Err(format!("found '{word}' in both stopwords.additions and stopwords.removals"));
    }
    Ok(json!({"additions": given["additions"], "preset": preset, "removals": given["removals"]}))
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
        assert!(complete(&json!({"stopwords": {"additions": ["x"], "removals": ["x"]}})).unwrap_err().contains("'x'"));
        assert!(complete(&json!({"bm25": {"b": 3, "k1": 1.2}})).is_err());
    }
}
