//! Properties of a definition: rules and defaults.

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::engine::store::lower_first;

use super::analyzer::{self, Analyzed};
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

/// What a property's rules depend on beyond itself.
pub(crate) struct Surroundings<'a> {
    pub(crate) config: &'a Config,
    /// The collection's own stopword presets.
    pub(crate) stopword_presets: &'a Json,
    /// Vectorizer modules of the collection.
    pub(crate) vectorizers: &'a [String],
}

/// Refuses tokenizers that no server has.
pub(super) fn check_known_tokenizers(config: &Config) -> Result<(), String> {
    match config.tokenizers.iter().find(|name| OPTIONAL_TOKENIZERS.iter().all(|(known, ..)| known != name)) {
        Some(unknown) => Err(format!("tokenizer `{unknown}`: has to be one of gse, gse_ch, kagome_ja and kagome_kr")),
        None => Ok(()),
    }
}

/// Whether a text property can have it, on a server that offers everything.
pub(super) fn is_tokenization(name: &str) -> bool {
    TOKENIZATIONS.contains(&name) || OPTIONAL_TOKENIZERS.iter().any(|(known, ..)| *known == name)
}

/// Checks one property of a collection and fills in the defaults.
pub(crate) fn complete(given: &Json, around: &Surroundings<'_>) -> Result<Json, String> {
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

fn data_type(name: &str, names: &[&str]) -> Result<DataType, String> {
    let invalid = |text: &str| format!("property '{name}': invalid dataType: [{}]: {text}", names.join(" "));
    match names {
        [] => Err(invalid("dataType must have at least one element")),
        [""] => Err(invalid("dataType cannot be an empty string")),
        [one] if !one.starts_with(|first: char| first.is_ascii_uppercase()) => {
            DataType::from_name(one).ok_or_else(|| invalid(&format!("unknown primitive data type '{one}'")))
        }
        targets => {
            for target in targets {
                check_class_name(target).map_err(|text| invalid(&text))?;
            }
            Ok(DataType::Reference(targets.iter().map(ToString::to_string).collect()))
        }
    }
}

/// Refuses references to nowhere, which comes last.
pub(super) fn check_targets(property: &Json, is_collection: &dyn Fn(&str) -> bool) -> Result<(), String> {
    let mut names = property["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str);
    match names.find(|name| DataType::from_name(name).is_none() && !is_collection(name)) {
        Some(_) => Err("bad request: reference property to nonexistent class".to_owned()),
        None => Ok(()),
    }
}

/// Settings are taken only for the vectorizers that the collection has.
fn check_modules(name: &str, given: &Json, around: &Surroundings<'_>) -> Result<(), String> {
    let config = match given {
        Json::Null => return Ok(()),
        Json::Object(config) => config,
        _ => return Err(format!("{name} property config invalid")),
    };
    let mut vectorizers = config.keys().filter(|module| modules::is_vectorizer(module, around.config));
    match vectorizers.find(|module| !around.vectorizers.contains(module)) {
        Some(other) => Err(format!("vectorizer \"{other}\" not configured for any of target vectors")),
        None => Ok(()),
    }
}

/// Checks a property inside an object. `path` names the properties around it.
fn complete_nested(given: &Json, path: &str, around: &Surroundings<'_>) -> Result<Json, String> {
    let name = given["name"].as_str().unwrap_or_default();
    let path = format!("{path}.{name}");
    check_nested_name(name, &path)?;
    let names: Vec<&str> = given["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let data_type = match names.as_slice() {
        [old @ ("string" | "string[]")] => {
            return Err(format!(
                "property '{path}': data type '{old}' is deprecated and not allowed as nested property"
            ));
        }
        [one] => DataType::from_name(one),
        _ => None,
    };
    let data_type = data_type.ok_or_else(|| format!("property '{path}': reference data type not allowed"))?;
    if matches!(data_type, DataType::Geo | DataType::Phone) {
        return Err(format!("property '{path}': data type '{}' not allowed as nested property", data_type.name()));
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

/// What top-level and nested properties share.
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

fn tokenization(given: &Json, data_type: &DataType, names: &[&str], config: &Config) -> Result<Option<String>, String> {
    let given = given.as_str().unwrap_or_default();
    if !data_type.is_text() {
        return match (given, data_type) {
            ("", _) => Ok(None),
            (_, DataType::Reference(_)) => Err("tokenization is not allowed for reference data type".to_owned()),
            (_, nested) if nested.is_nested() => {
                Err("tokenization is not allowed for object/object[] data types".to_owned())
            }
            (_, primitive) => Err(format!("tokenization is not allowed for data type '{}'", primitive.name())),
        };
    }
    // The old string type knew `word` and `field`; its `word` is today's `whitespace`.
    if let [old @ ("string" | "string[]")] = names {
        return match given {
            "" | "word" => Ok(Some("whitespace".to_owned())),
            "field" => Ok(Some("field".to_owned())),
            other => Err(format!("tokenization '{other}' is not allowed for data type '{old}'")),
        };
    }
    match OPTIONAL_TOKENIZERS.iter().find(|(name, ..)| *name == given) {
        Some((name, language, variable)) if !config.tokenizers.iter().any(|known| known == name) => {
            Err(format!("the {language} tokenizer is not enabled; set '{variable}' to 'true' to enable"))
        }
        Some(_) => Ok(Some(given.to_owned())),
        None if given.is_empty() => Ok(Some("word".to_owned())),
        None if TOKENIZATIONS.contains(&given) => Ok(Some(given.to_owned())),
        None => Err(format!("tokenization '{given}' is not allowed for data type '{}'", data_type.name())),
    }
}

fn nested_tokenization(given: &Json, path: &str, data_type: &DataType) -> Result<Option<String>, String> {
    let given = given.as_str().unwrap_or_default();
    match (given, data_type) {
        ("", text) if text.is_text() => Ok(Some("word".to_owned())),
        (known, text) if text.is_text() && NESTED_TOKENIZATIONS.contains(&known) => Ok(Some(known.to_owned())),
        (other, text) if text.is_text() => {
            Err(format!("property '{path}': Tokenization '{other}' is not allowed for data type '{}'", text.name()))
        }
        ("", _) => Ok(None),
        (_, object) if object.is_nested() => {
            Err(format!("property '{path}': Tokenization is not allowed for object/object[] data types"))
        }
        (_, primitive) => {
            Err(format!("property '{path}': Tokenization is not allowed for data type '{}'", primitive.name()))
        }
    }
}

/// Which indexes a property has.
#[derive(Clone, Copy)]
struct Flags {
    filterable: bool,
    searchable: bool,
    range_filters: bool,
}

impl Flags {
    fn of(given: &Json, data_type: &DataType) -> Result<Self, String> {
        let flag = |name: &str| given[name].as_bool();
        let text = data_type.is_text();
        if let Some(inverted) = flag("indexInverted") {
            if ["indexFilterable", "indexSearchable", "indexRangeFilters"].into_iter().any(|name| flag(name).is_some())
            {
                return Err("`indexInverted` is deprecated and can not be set together with `indexFilterable`, `indexSearchable` or `indexRangeFilters`".to_owned());
            }
            return Ok(Self { filterable: inverted, searchable: inverted && text, range_filters: false });
        }
        if flag("indexSearchable") == Some(true) && !text {
            return Err("`indexSearchable` is allowed only for text/text[] data types. For other data types set false or leave empty".to_owned());
        }
        if flag("indexRangeFilters") == Some(true) && !data_type.is_numeric() {
            return Err("`indexRangeFilters` is allowed only for number/int/date data types. For other data types set false or leave empty".to_owned());
        }
        Ok(Self {
            filterable: flag("indexFilterable").unwrap_or(true),
            searchable: flag("indexSearchable").unwrap_or(text),
            range_filters: flag("indexRangeFilters").unwrap_or(false),
        })
    }

    fn of_nested(given: &Json, path: &str, data_type: &DataType) -> Result<Self, String> {
        let flag = |name: &str| given[name].as_bool();
        if flag("indexFilterable") == Some(true) && data_type.is_blob() {
            return Err(format!(
                "property: '{path}': indexFilterable is not allowed for {} data type",
                data_type.name()
            ));
        }
        if flag("indexSearchable") == Some(true) && !data_type.is_text() {
            return Err(format!(
                "property '{path}': `indexSearchable` is not allowed for other than text/text[] data types"
            ));
        }
        if flag("indexRangeFilters") == Some(true) && !data_type.is_numeric() {
            return Err(format!(
                "property '{path}': `indexRangeFilters` is not allowed for other than number/int/date data types"
            ));
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
) -> Result<Vec<Json>, String> {
    let nested = given["nestedProperties"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (data_type.is_nested(), nested.is_empty()) {
        (true, true) => {
            Err(format!("property '{path}': At least one nested property is required for data type object/object[]"))
        }
        (false, false) => {
            Err(format!("property '{path}': nestedProperties not allowed for data types other than object/object[]"))
        }
        _ => nested.iter().map(|property| complete_nested(property, path, around)).collect(),
    }
}
