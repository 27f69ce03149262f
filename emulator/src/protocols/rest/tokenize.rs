//! Tokenization of a text, with settings of the request or those of a property.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::config::Config;
use crate::emulated::Emulated;
use crate::engine::schema::{ClassView, InvertedIndex, Property, check_spared};
use crate::engine::search::analysis::Analyzer;

use super::bodies::{PROPERTY_TOKENIZE, TOKENIZE};
use super::call::{Call, check_enum};
use super::reply::Reply;
use super::schema::TOKENIZATIONS;

pub(super) fn text(config: &Config, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&TOKENIZE)?;
    for name in ["text", "tokenization"] {
        if body[name].is_null() {
            return Err(Reply::code(602, format!("{name} in body is required")));
        }
    }
    check_enum("tokenization in body", &body["tokenization"], &TOKENIZATIONS)?;
    let tokenization = body["tokenization"].as_str().unwrap_or_default();
    if needs_dictionary(tokenization) && !config.tokenizers.iter().any(|known| known == tokenization) {
        return Err(Reply::unprocessable(format!("unsupported tokenization strategy: {tokenization}")));
    }
    check_analyzer(&body["analyzerConfig"])?;
    let (analyzer, presets) = (&body["analyzerConfig"], &body["stopwordPresets"]);
    let preset = analyzer["stopwordPreset"].as_str().unwrap_or_default();
    if !matches!(preset, "" | "en" | "none") && presets.get(preset).is_none() {
        return Err(Reply::unprocessable(format!(
            "unknown stopword preset \"{preset}\"; define it in stopwordPresets or use a built-in preset ('en', 'none')"
        )));
    }
    let mut stopwords = body["stopwords"].clone();
    if stopwords.is_null() {
        // Words alone lose stopwords without being asked.
        stopwords = json!({"preset": if tokenization == "word" { "en" } else { "none" }});
    }
    if let Some(unknown) = stopwords["preset"].as_str().filter(|name| !matches!(*name, "" | "en" | "none")) {
        return Err(Reply::unprocessable(format!("stopwordPreset '{unknown}' does not exist")));
    }
    let class = json!({
        "invertedIndexConfig": {"stopwords": stopwords, "stopwordPresets": presets},
        "properties": [{"name": "text", "tokenization": tokenization, "textAnalyzer": analyzer}],
    });
    let class = ClassView::parse(class);
    let property = class.property("text").ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    split(property, &class.inverted, body["text"].as_str().unwrap_or_default())
}

/// Refuses letters to be spared where none are folded, and what is not a letter.
fn check_analyzer(analyzer: &Json) -> Result<(), Reply> {
    let spared: Vec<&str> =
        analyzer["asciiFoldIgnore"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    check_spared(analyzer["asciiFold"] == true, &spared).map_err(Reply::unprocessable)
}

pub(super) fn property(emulated: &Emulated, class: &str, property: &str, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&PROPERTY_TOKENIZE)?;
    if body["text"].is_null() {
        return Err(Reply::code(602, "text in body is required"));
    }
    let state = emulated.read();
    let found =
        state.collection(class).and_then(|collection| Some((collection, collection.schema.property(property)?)));
    let (collection, known) = found.ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    if known.tokenization.is_none() || !known.data_type.is_text() {
        return Err(Reply::unprocessable("tokenization is not enabled for this property"));
    }
    split(known, &collection.schema.inverted, body["text"].as_str().unwrap_or_default())
}

fn needs_dictionary(tokenization: &str) -> bool {
    matches!(tokenization, "gse" | "gse_ch" | "kagome_ja" | "kagome_kr")
}

fn split(property: &Property, inverted: &InvertedIndex, text: &str) -> Result<Reply, Reply> {
    let tokenization = property.tokenization.as_deref().unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(Reply::ok(json!({"indexed": [], "query": []})));
    }
    if needs_dictionary(tokenization) {
        let terms = with_user_dictionary(inverted, tokenization, text);
        let terms = terms.ok_or_else(|| {
            Reply::error(
                StatusCode::NOT_IMPLEMENTED,
                format!("the emulator has no dictionary for the tokenization {tokenization}"),
            )
        })?;
        return Ok(Reply::ok(json!({"indexed": terms, "query": terms})));
    }
    let analyzer = Analyzer::new(property, inverted);
    Ok(Reply::ok(json!({"indexed": analyzer.terms(text), "query": analyzer.query_terms(text)})))
}

/// Splits a text of Latin words, for which no dictionary is needed but the collection's own; `None` for any other text.
fn with_user_dictionary(inverted: &InvertedIndex, tokenization: &str, text: &str) -> Option<Vec<String>> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter.is_ascii_whitespace();
    if !tokenization.starts_with("kagome") || !text.chars().all(plain) {
        return None;
    }
    let own = inverted.user_dictionaries.get(tokenization).map(Vec::as_slice).unwrap_or_default();
    let terms = text.split_ascii_whitespace().flat_map(|word| {
        own.iter().find(|(source, _)| source == word).map_or(word, |(_, target)| target).split_whitespace()
    });
    Some(terms.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_dictionary_splits_its_words() {
        let own = json!([{"tokenizer": "kagome_kr", "replacements": [{"source": "Weaviate", "target": "We Aviate"}]}]);
        let class = ClassView::parse(json!({"invertedIndexConfig": {"tokenizerUserDict": own}}));
        let split = |tokenization, text| with_user_dictionary(&class.inverted, tokenization, text);
        assert_eq!(split("kagome_kr", "Weaviate 7").unwrap(), ["We", "Aviate", "7"]);
        assert_eq!(split("kagome_ja", "Weaviate").unwrap(), ["Weaviate"]);
        assert_eq!(split("kagome_kr", "아버지"), None);
        assert_eq!(split("gse", "Weaviate"), None);
    }
}
