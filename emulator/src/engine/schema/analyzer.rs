//! `textAnalyzer` of a property: rules.

use serde_json::{Map, Value as Json, json};
use unicode_normalization::UnicodeNormalization;

use super::DataType;
use super::fault::{AnalyzerFault, PropertyFault};

/// The property that is analyzed, as far as it matters here.
pub(super) struct Analyzed<'a> {
    /// Its name, behind those of the objects around it.
    pub(super) path: &'a str,
    pub(super) data_type: &'a DataType,
    /// The type as it was given, which may be an old name of a text.
    pub(super) type_name: &'a str,
    /// Has an inverted index.
    pub(super) indexed: bool,
    /// `(searchable, filterable)`, which the server tells about a property that is not inside an object.
    pub(super) flags: Option<(bool, bool)>,
    pub(super) tokenization: Option<&'a str>,
}

/// Checks the settings; `None` where they say nothing.
pub(super) fn complete(given: &Json, property: &Analyzed<'_>, presets: &Json) -> Result<Option<Json>, PropertyFault> {
    let fold = given["asciiFold"] == true;
    let ignored: Vec<&str> =
        given["asciiFoldIgnore"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let preset = given["stopwordPreset"].as_str().unwrap_or_default();
    if !fold && ignored.is_empty() && preset.is_empty() {
        return Ok(None);
    }
    check(property, fold, &ignored, preset, presets)
        .map_err(|fault| PropertyFault::Analyzer { path: property.path.to_owned(), fault })?;
    let mut analyzer = Map::new();
    if fold {
        analyzer.insert("asciiFold".to_owned(), json!(true));
    }
    if !ignored.is_empty() {
        analyzer.insert("asciiFoldIgnore".to_owned(), json!(ignored));
    }
    if !preset.is_empty() {
        analyzer.insert("stopwordPreset".to_owned(), json!(preset));
    }
    Ok(Some(Json::Object(analyzer)))
}

/// Checks `asciiFoldIgnore`.
pub(crate) fn check_spared(fold: bool, spared: &[&str]) -> Result<(), AnalyzerFault> {
    if !fold && !spared.is_empty() {
        return Err(AnalyzerFault::SparedWithoutFold);
    }
    match spared.iter().find(|entry| entry.nfc().count() != 1) {
        Some(entry) => Err(AnalyzerFault::Spared((*entry).to_owned())),
        None => Ok(()),
    }
}

fn check(
    property: &Analyzed<'_>,
    fold: bool,
    ignored: &[&str],
    preset: &str,
    presets: &Json,
) -> Result<(), AnalyzerFault> {
    match property.data_type {
        text if text.is_text() && matches!(property.type_name, "text" | "text[]") => {}
        DataType::Reference(_) | DataType::Object | DataType::ObjectArray => return Err(AnalyzerFault::NotPrimitive),
        _ => return Err(AnalyzerFault::NotText(property.type_name.to_owned())),
    }
    if !property.indexed {
        return Err(match property.flags {
            Some((searchable, filterable)) => AnalyzerFault::NotIndexed { searchable, filterable },
            None => AnalyzerFault::NestedNotIndexed,
        });
    }
    check_spared(fold, ignored)?;
    let tokenization = property.tokenization.unwrap_or_default();
    if !matches!(tokenization, "" | "word" | "lowercase" | "whitespace" | "field" | "trigram") {
        return Err(AnalyzerFault::Tokenization(tokenization.to_owned()));
    }
    if preset.is_empty() {
        return Ok(());
    }
    if tokenization != "word" {
        return Err(AnalyzerFault::NotWords(tokenization.to_owned()));
    }
    if matches!(preset, "en" | "none") || presets.get(preset).is_some() {
        return Ok(());
    }
    Err(AnalyzerFault::Preset(preset.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete_text(given: &Json, tokenization: &str) -> Result<Option<Json>, PropertyFault> {
        let property = Analyzed {
            path: "t",
            data_type: &DataType::Text,
            type_name: "text",
            indexed: true,
            flags: None,
            tokenization: Some(tokenization),
        };
        complete(given, &property, &json!({"birds": ["crow"]}))
    }

    #[test]
    fn says_nothing_where_nothing_is_asked() {
        assert_eq!(complete_text(&json!({"asciiFold": false}), "word"), Ok(None));
        let given = json!({"asciiFold": true, "asciiFoldIgnore": ["é"], "stopwordPreset": "birds"});
        assert_eq!(complete_text(&given, "word"), Ok(Some(given)));
    }

    #[test]
    fn refuses_what_does_not_go_together() {
        let fault = |given: Json, tokenization: &str| complete_text(&given, tokenization).unwrap_err().to_string();
        assert!(fault(json!({"asciiFoldIgnore": ["é"]}), "word").contains("requires asciiFold"));
        assert!(fault(json!({"asciiFold": true, "asciiFoldIgnore": ["ab"]}), "word").contains("single character"));
        assert!(fault(json!({"stopwordPreset": "fish"}), "word").contains("unknown stopword preset"));
        assert!(fault(json!({"stopwordPreset": "en"}), "field").contains("got \"field\""));
        assert!(fault(json!({"asciiFold": true}), "gse").contains("unsupported tokenization"));
    }
}
