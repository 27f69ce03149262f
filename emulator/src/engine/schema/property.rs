//! Properties of a definition: rules and defaults.

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::engine::letter_case::lower_first;

use super::analyzer::{self, Analyzed};
use super::fault::{PropertyFault, SettingFault, TypeFault};
use super::names::{check_class_name, check_nested_name, check_property_name};
use super::{DataType, modules};

/// Tokenizers that a server offers only when it was told to.
const OPTIONAL_TOKENIZERS: [(&str, &str, &str); 4] = [
    ("gse", "GSE", "ENABLE_TOKENIZER_GSE"),
    ("gse_ch", "Chinese", "ENABLE_TOKENIZER_GSE_CH"),
    ("kagome_ja", "Japanese", "ENABLE_TOKENIZER_KAGOME_JA"),
    ("kagome_kr", "Korean", "ENABLE_TOKENIZER_KAGOME_KR"),
];

/// The tokenizations of a text property.
const TOKENIZATIONS: [&str; 5] = ["word", "lowercase", "whitespace", "field", "trigram"];

/// Those of a text inside an object.
const NESTED_TOKENIZATIONS: [&str; 4] = ["word", "lowercase", "whitespace", "field"];

/// Settings beyond a property that its rules depend on.
pub(crate) struct Surroundings<'a> {
    pub(crate) config: &'a Config,
    /// The collection's own stopword presets.
    pub(crate) stopword_presets: &'a Json,
    /// Vectorizer modules of the collection.
    pub(crate) vectorizers: &'a [String],
}

/// Refuses tokenizers that no server has.
pub(super) fn check_known_tokenizers(config: &Config) -> Result<(), SettingFault> {
    match config.tokenizers.iter().find(|name| OPTIONAL_TOKENIZERS.iter().all(|(known, ..)| known != name)) {
        Some(unknown) => Err(SettingFault::Tokenizer(unknown.clone())),
        None => Ok(()),
    }
}

/// Returns whether a text property can have it, on a server that offers everything.
pub(super) fn is_tokenization(name: &str) -> bool {
    TOKENIZATIONS.contains(&name) || OPTIONAL_TOKENIZERS.iter().any(|(known, ..)| *known == name)
}

/// Checks one property of a collection and fills in the defaults.
pub(crate) fn complete(given: &Json, around: &Surroundings<'_>) -> Result<Json, PropertyFault> {
    let name = lower_first(given["name"].as_str().unwrap_or_default());
    check_property_name(&name)?;
    let names: Vec<&str> = given["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let data_type = data_type(&name, &names)?;
    let nested = nested_properties(given, &name, &data_type, around)?;
    let tokenization = tokenization(&given["tokenization"], &data_type, &names, around.config)?;
    let flags = Flags::of(given, &data_type)?;
    let subject = Analyzed {
        path: &name,
        data_type: &data_type,
        type_name: names.first().copied().unwrap_or_default(),
        indexed: flags.filterable || flags.searchable,
        flags: Some((flags.searchable, flags.filterable)),
        tokenization: tokenization.as_deref(),
    };
    let analyzer = analyzer::complete(&given["textAnalyzer"], &subject, around.stopword_presets)?;
    check_modules(&name, &given["moduleConfig"], around)?;
    let mut property = shown(given, &name, &data_type, &names, flags, nested, tokenization);
    if let Some(flag) = given.get("disableDuplicatedReferences").filter(|flag| flag.is_boolean()) {
        property.insert("disableDuplicatedReferences".to_owned(), flag.clone());
    }
    if let Some(analyzer) = analyzer {
        property.insert("textAnalyzer".to_owned(), analyzer);
    }
    if let Some(config) = modules::property_config(around.vectorizers, &given["moduleConfig"]) {
        property.insert("moduleConfig".to_owned(), config);
    }
    Ok(Json::Object(property))
}

fn data_type(name: &str, names: &[&str]) -> Result<DataType, PropertyFault> {
    let invalid = |fault| PropertyFault::Type { property: name.to_owned(), types: names.join(" "), fault };
    match names {
        [] => Err(invalid(TypeFault::Missing)),
        [""] => Err(invalid(TypeFault::Empty)),
        [one] if !one.starts_with(|first: char| first.is_ascii_uppercase()) => {
            DataType::from_name(one).ok_or_else(|| invalid(TypeFault::Unknown((*one).to_owned())))
        }
        targets => {
            for target in targets {
                check_class_name(target).map_err(|fault| invalid(fault.into()))?;
            }
            Ok(DataType::Reference(targets.iter().map(ToString::to_string).collect()))
        }
    }
}

/// Refuses references to nowhere, which comes last.
pub(super) fn check_targets(property: &Json, is_collection: &dyn Fn(&str) -> bool) -> Result<(), PropertyFault> {
    let mut names = property["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str);
    match names.find(|name| DataType::from_name(name).is_none() && !is_collection(name)) {
        Some(_) => Err(PropertyFault::Nowhere),
        None => Ok(()),
    }
}

/// Settings are taken only for the vectorizers that the collection has.
fn check_modules(name: &str, given: &Json, around: &Surroundings<'_>) -> Result<(), PropertyFault> {
    let config = match given {
        Json::Null => return Ok(()),
        Json::Object(config) => config,
        _ => return Err(PropertyFault::Modules(name.to_owned())),
    };
    let mut vectorizers = config.keys().filter(|module| modules::is_vectorizer(module, around.config));
    match vectorizers.find(|module| !around.vectorizers.contains(module)) {
        Some(other) => Err(PropertyFault::Vectorizer(other.clone())),
        None => Ok(()),
    }
}

/// Checks a property inside an object. `path` names the properties around it.
fn complete_nested(given: &Json, path: &str, around: &Surroundings<'_>) -> Result<Json, PropertyFault> {
    let name = given["name"].as_str().unwrap_or_default();
    let path = format!("{path}.{name}");
    check_nested_name(name, &path)?;
    let names: Vec<&str> = given["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let data_type = match names.as_slice() {
        [old @ ("string" | "string[]")] => {
            return Err(PropertyFault::NestedOld { path, old: (*old).to_owned() });
        }
        [one] => DataType::from_name(one),
        _ => None,
    };
    let data_type = data_type.ok_or_else(|| PropertyFault::NestedReference(path.clone()))?;
    if matches!(data_type, DataType::Geo | DataType::Phone) {
        return Err(PropertyFault::NestedType { path, data_type: data_type.name().to_owned() });
    }
    let tokenization = nested_tokenization(&given["tokenization"], &path, &data_type)?;
    let flags = Flags::of_nested(given, &path, &data_type)?;
    let subject = Analyzed {
        path: &path,
        data_type: &data_type,
        type_name: names.first().copied().unwrap_or_default(),
        indexed: flags.filterable || flags.searchable,
        flags: None,
        tokenization: tokenization.as_deref(),
    };
    let analyzer = analyzer::complete(&given["textAnalyzer"], &subject, around.stopword_presets)?;
    let nested = nested_properties(given, &path, &data_type, around)?;
    let mut property = shown(given, name, &data_type, &names, flags, nested, tokenization);
    if let Some(analyzer) = analyzer {
        property.insert("textAnalyzer".to_owned(), analyzer);
    }
    Ok(Json::Object(property))
}

/// Shows the fields that top-level and nested properties share.
fn shown(
    given: &Json,
    name: &str,
    data_type: &DataType,
    names: &[&str],
    flags: Flags,
    nested: Vec<Json>,
    tokenization: Option<String>,
) -> Map<String, Json> {
    let data_types: Vec<&str> = match data_type {
        DataType::Reference(_) => names.to_vec(),
        primitive => vec![primitive.name()],
    };
    let mut property = Map::new();
    property.insert("dataType".to_owned(), json!(data_types));
    if let Some(description) = given["description"].as_str().filter(|text| !text.is_empty()) {
        property.insert("description".to_owned(), json!(description));
    }
    property.insert("indexFilterable".to_owned(), json!(flags.filterable));
    property.insert("indexRangeFilters".to_owned(), json!(flags.range_filters));
    property.insert("indexSearchable".to_owned(), json!(flags.searchable));
    property.insert("name".to_owned(), json!(name));
    if !nested.is_empty() {
        property.insert("nestedProperties".to_owned(), Json::Array(nested));
    }
    if let Some(tokenization) = tokenization {
        property.insert("tokenization".to_owned(), json!(tokenization));
    }
    property
}

fn tokenization(
    given: &Json,
    data_type: &DataType,
    names: &[&str],
    config: &Config,
) -> Result<Option<String>, PropertyFault> {
    let refused = |data_type: &str, tokenization: &str| PropertyFault::Tokenization {
        tokenization: tokenization.to_owned(),
        data_type: data_type.to_owned(),
    };
    let given = given.as_str().unwrap_or_default();
    if !data_type.is_text() {
        return match (given, data_type) {
            ("", _) => Ok(None),
            (_, DataType::Reference(_)) => Err(PropertyFault::TokenizedReference),
            (_, nested) if nested.is_nested() => Err(PropertyFault::TokenizedObject),
            (_, primitive) => Err(PropertyFault::Tokenized(primitive.name().to_owned())),
        };
    }
    // The old string type knew `word` and `field`; its `word` is today's `whitespace`.
    if let [old @ ("string" | "string[]")] = names {
        return match given {
            "" | "word" => Ok(Some("whitespace".to_owned())),
            "field" => Ok(Some("field".to_owned())),
            other => Err(refused(old, other)),
        };
    }
    match OPTIONAL_TOKENIZERS.iter().find(|(name, ..)| *name == given) {
        Some((name, language, variable)) if !config.tokenizers.iter().any(|known| known == name) => {
            Err(PropertyFault::TokenizerOff { language, variable })
        }
        Some(_) => Ok(Some(given.to_owned())),
        None if given.is_empty() => Ok(Some("word".to_owned())),
        None if TOKENIZATIONS.contains(&given) => Ok(Some(given.to_owned())),
        None => Err(refused(data_type.name(), given)),
    }
}

fn nested_tokenization(given: &Json, path: &str, data_type: &DataType) -> Result<Option<String>, PropertyFault> {
    let (path, name) = (path.to_owned(), data_type.name().to_owned());
    let given = given.as_str().unwrap_or_default();
    match (given, data_type) {
        ("", text) if text.is_text() => Ok(Some("word".to_owned())),
        (known, text) if text.is_text() && NESTED_TOKENIZATIONS.contains(&known) => Ok(Some(known.to_owned())),
        (other, text) if text.is_text() => {
            Err(PropertyFault::NestedTokenization { path, tokenization: other.to_owned(), data_type: name })
        }
        ("", _) => Ok(None),
        (_, object) if object.is_nested() => Err(PropertyFault::NestedTokenizedObject(path)),
        (_, _) => Err(PropertyFault::NestedTokenized { path, data_type: name }),
    }
}

/// Inverted indexes of a property.
#[derive(Clone, Copy)]
struct Flags {
    filterable: bool,
    searchable: bool,
    range_filters: bool,
}

impl Flags {
    fn of(given: &Json, data_type: &DataType) -> Result<Self, PropertyFault> {
        let flag = |name: &str| given[name].as_bool();
        let text = data_type.is_text();
        if let Some(inverted) = flag("indexInverted") {
            if ["indexFilterable", "indexSearchable", "indexRangeFilters"].into_iter().any(|name| flag(name).is_some())
            {
                return Err(PropertyFault::IndexInverted);
            }
            return Ok(Self { filterable: inverted, searchable: inverted && text, range_filters: false });
        }
        if flag("indexSearchable") == Some(true) && !text {
            return Err(PropertyFault::Searchable);
        }
        if flag("indexRangeFilters") == Some(true) && !data_type.is_numeric() {
            return Err(PropertyFault::RangeFilters);
        }
        Ok(Self {
            filterable: flag("indexFilterable").unwrap_or(true),
            searchable: flag("indexSearchable").unwrap_or(text),
            range_filters: flag("indexRangeFilters").unwrap_or(false),
        })
    }

    fn of_nested(given: &Json, path: &str, data_type: &DataType) -> Result<Self, PropertyFault> {
        let flag = |name: &str| given[name].as_bool();
        if flag("indexFilterable") == Some(true) && data_type.is_blob() {
            let data_type = data_type.name().to_owned();
            return Err(PropertyFault::NestedFilterable { path: path.to_owned(), data_type });
        }
        if flag("indexSearchable") == Some(true) && !data_type.is_text() {
            return Err(PropertyFault::NestedSearchable(path.to_owned()));
        }
        if flag("indexRangeFilters") == Some(true) && !data_type.is_numeric() {
            return Err(PropertyFault::NestedRangeFilters(path.to_owned()));
        }
        Ok(Self {
            filterable: flag("indexFilterable").unwrap_or(!data_type.is_blob()),
            searchable: flag("indexSearchable").unwrap_or(data_type.is_text()),
            range_filters: flag("indexRangeFilters").unwrap_or(false),
        })
    }
}

fn nested_properties(
    given: &Json,
    path: &str,
    data_type: &DataType,
    around: &Surroundings<'_>,
) -> Result<Vec<Json>, PropertyFault> {
    let nested = given["nestedProperties"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (data_type.is_nested(), nested.is_empty()) {
        (true, true) => Err(PropertyFault::NoNested(path.to_owned())),
        (false, false) => Err(PropertyFault::Nested(path.to_owned())),
        _ => nested.iter().map(|property| complete_nested(property, path, around)).collect(),
    }
}
