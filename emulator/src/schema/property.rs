//! Properties of a definition: rules and defaults.

use serde_json::{Map, Value as Json, json};

use crate::store::lower_first;

use super::names::{check_class_name, check_nested_name, check_property_name};
use super::{DataType, modules};

/// Tokenizers that a server offers only when it was told to.
const OPTIONAL_TOKENIZERS: [(&str, &str, &str); 4] = [
    ("gse", "GSE", "ENABLE_TOKENIZER_GSE"),
    ("gse_ch", "Chinese", "ENABLE_TOKENIZER_GSE_CH"),
    ("kagome_ja", "Japanese", "ENABLE_TOKENIZER_KAGOME_JA"),
    ("kagome_kr", "Korean", "ENABLE_TOKENIZER_KAGOME_KR"),
];

/// What a property's rules depend on beyond itself.
pub(crate) struct Surroundings<'a> {
    /// Collections a reference may point to, the property's own included.
    pub(crate) is_collection: &'a dyn Fn(&str) -> bool,
    /// Names of the collection's own stopword presets.
    pub(crate) stopword_presets: Vec<String>,
    /// Vectorizer modules of the collection.
    pub(crate) vectorizers: Vec<String>,
}

/// Checks one property of a collection and fills in the defaults.
pub(crate) fn complete(given: &Json, around: &Surroundings<'_>) -> Result<Json, String> {
    let name = lower_first(given["name"].as_str().unwrap_or_default());
    check_property_name(&name)?;
    let names: Vec<&str> = given["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let invalid = |text: &str| format!("property '{name}': invalid dataType: [{}]: {text}", names.join(" "));
    let data_type = match names.as_slice() {
        [] => return Err(invalid("dataType must have at least one element")),
        [one] if !one.starts_with(|first: char| first.is_ascii_uppercase()) => {
            DataType::from_name(one).ok_or_else(|| invalid(&format!("unknown primitive data type '{one}'")))?
        }
        targets => {
            for target in targets {
                check_class_name(target).map_err(|text| invalid(&text))?;
            }
            if !targets.iter().all(|target| (around.is_collection)(target)) {
                return Err("bad request: reference property to nonexistent class".to_owned());
            }
            DataType::Reference(targets.iter().map(ToString::to_string).collect())
        }
    };
    let mut property = common(given, &name, &name, &data_type, &names)?;
    if let Some(flag) = given.get("disableDuplicatedReferences").filter(|flag| flag.is_boolean()) {
        property.insert("disableDuplicatedReferences".to_owned(), flag.clone());
    }
    if let Some(analyzer) = given.get("textAnalyzer").filter(|analyzer| analyzer.is_object()) {
        check_analyzer(&name, analyzer, around)?;
        property.insert("textAnalyzer".to_owned(), analyzer.clone());
    }
    if let Some(config) = modules::property_config(&around.vectorizers, &given["moduleConfig"]) {
        property.insert("moduleConfig".to_owned(), config);
    }
    Ok(Json::Object(property))
}

/// Checks a property inside an object. `path` names the properties around it.
fn complete_nested(given: &Json, path: &str) -> Result<Json, String> {
    let name = given["name"].as_str().unwrap_or_default();
    let path = format!("{path}.{name}");
    check_nested_name(name, &path)?;
    let names: Vec<&str> = given["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let data_type = match names.as_slice() {
        [] => return Err(format!("property '{path}': dataType must have at least one element")),
        [one] if !one.starts_with(|first: char| first.is_ascii_uppercase()) => {
            DataType::from_name(one).ok_or_else(|| format!("property '{path}': unknown primitive data type '{one}'"))?
        }
        _ => return Err(format!("property '{path}': reference data type not allowed")),
    };
    if matches!(data_type, DataType::Geo | DataType::Phone) {
        return Err(format!("property '{path}': data type '{}' not allowed for nested property", data_type.name()));
    }
    let mut property = common(given, name, &path, &data_type, &names)?;
    if data_type == DataType::Blob && given["indexFilterable"].is_null() {
        property.insert("indexFilterable".to_owned(), json!(false));
    }
    Ok(Json::Object(property))
}

/// What top-level and nested properties share.
fn common(
    given: &Json,
    name: &str,
    path: &str,
    data_type: &DataType,
    names: &[&str],
) -> Result<Map<String, Json>, String> {
    let tokenization = tokenization(&given["tokenization"], data_type, names)?;
    let (filterable, searchable, range_filters) = index_flags(given, data_type)?;
    let nested = nested_properties(given, path, data_type)?;
    let data_types: Vec<&str> = match data_type {
        DataType::Reference(_) => names.to_vec(),
        primitive => vec![primitive.name()],
    };
    let mut property = Map::new();
    property.insert("dataType".to_owned(), json!(data_types));
    if let Some(description) = given["description"].as_str().filter(|text| !text.is_empty()) {
        property.insert("description".to_owned(), json!(description));
    }
    property.insert("indexFilterable".to_owned(), json!(filterable));
    property.insert("indexRangeFilters".to_owned(), json!(range_filters));
    property.insert("indexSearchable".to_owned(), json!(searchable));
    property.insert("name".to_owned(), json!(name));
    if !nested.is_empty() {
        property.insert("nestedProperties".to_owned(), Json::Array(nested));
    }
    if let Some(tokenization) = tokenization {
        property.insert("tokenization".to_owned(), json!(tokenization));
    }
    Ok(property)
}

fn tokenization(given: &Json, data_type: &DataType, names: &[&str]) -> Result<Option<String>, String> {
    let given = given.as_str().unwrap_or_default();
    if !data_type.is_text() {
        return match given {
            "" => Ok(None),
            _ => Err(format!("tokenization is not allowed for data type '{}'", data_type.name())),
        };
    }
    if let Some((_, language, variable)) = OPTIONAL_TOKENIZERS.iter().find(|(name, ..)| *name == given) {
        return Err(format!("the {language} tokenizer is not enabled; set '{variable}' to 'true' to enable"));
    }
    // The old string type knew `word` and `field`; its `word` is today's `whitespace`.
    if let [old @ ("string" | "string[]")] = names {
        return match given {
            "" | "word" => Ok(Some("whitespace".to_owned())),
            "field" => Ok(Some("field".to_owned())),
            other => Err(format!("tokenization '{other}' is not allowed for data type '{old}'")),
        };
    }
    Ok(Some(if given.is_empty() { "word" } else { given }.to_owned()))
}

/// `(filterable, searchable, range filters)`.
fn index_flags(given: &Json, data_type: &DataType) -> Result<(bool, bool, bool), String> {
    let flag = |name: &str| given[name].as_bool();
    let text = data_type.is_text();
    if let Some(inverted) = flag("indexInverted") {
        if ["indexFilterable", "indexSearchable", "indexRangeFilters"].into_iter().any(|name| flag(name).is_some()) {
            return Err("`indexInverted` is deprecated and can not be set together with `indexFilterable`, `indexSearchable` or `indexRangeFilters`".to_owned());
        }
        return Ok((inverted, inverted && text, false));
    }
    if flag("indexSearchable") == Some(true) && !text {
        return Err("`indexSearchable` is allowed only for text/text[] data types. For other data types set false or leave empty".to_owned());
    }
    if flag("indexRangeFilters") == Some(true) && !data_type.is_numeric() {
        return Err("`indexRangeFilters` is allowed only for number/int/date data types. For other data types set false or leave empty".to_owned());
    }
    Ok((
        flag("indexFilterable").unwrap_or(true),
        flag("indexSearchable").unwrap_or(text),
        flag("indexRangeFilters").unwrap_or(false),
    ))
}

fn nested_properties(given: &Json, path: &str, data_type: &DataType) -> Result<Vec<Json>, String> {
    let nested = given["nestedProperties"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (data_type.is_nested(), nested.is_empty()) {
        (true, true) => {
            Err(format!("property '{path}': At least one nested property is required for data type object/object[]"))
        }
        (false, false) => {
            Err(format!("property '{path}': nestedProperties not allowed for data types other than object/object[]"))
        }
        _ => nested.iter().map(|property| complete_nested(property, path)).collect(),
    }
}

fn check_analyzer(name: &str, analyzer: &Json, around: &Surroundings<'_>) -> Result<(), String> {
    let preset = analyzer["stopwordPreset"].as_str().unwrap_or("none");
    if matches!(preset, "" | "en" | "none") || around.stopword_presets.iter().any(|known| known == preset) {
        return Ok(());
    }
    Err(format!(
        "property '{name}': unknown stopword preset \"{preset}\"; must be a built-in preset ('en', 'none') or defined in invertedIndexConfig.stopwordPresets"
    ))
}
