//! The vectors of a definition: `vectorConfig`, or the three fields of the one unnamed vector.

use serde_json::{Map, Value as Json, json};

use crate::config::Config;

use super::fault::{SettingFault, VectorizerFault, VectorsFault};
use super::late_fault::LateFault;
use super::{Distance, limits, modules, names, vector_index};

/// Returns whether anything is said of the unnamed vector.
pub(super) fn has_unnamed(class: &Json) -> bool {
    ["vectorizer", "vectorIndexType", "vectorIndexConfig"]
        .into_iter()
        .any(|field| class.get(field).is_some_and(|value| !value.is_null() && value != ""))
}

/// `vectorConfig`, if any vector is named.
pub(super) fn named(class: &Json) -> Option<&Map<String, Json>> {
    class["vectorConfig"].as_object().filter(|named| !named.is_empty())
}

/// The name of the unnamed vector's index type, or that of a named one.
pub(super) fn index_type(owner: &Json) -> &str {
    text_or(&owner["vectorIndexType"], "hnsw")
}

pub(super) fn vectorizer(class: &Json) -> &str {
    text_or(&class["vectorizer"], "none")
}

fn text_or<'a>(value: &'a Json, default: &'a str) -> &'a str {
    value.as_str().filter(|text| !text.is_empty()).unwrap_or(default)
}

/// The vectorizer modules a definition uses.
pub(super) fn vectorizers(class: &Json) -> Vec<String> {
    let mut names: Vec<String> = named(class)
        .into_iter()
        .flatten()
        .filter_map(|(_, vector)| vector["vectorizer"].as_object().filter(|settings| settings.len() == 1))
        .flat_map(|settings| settings.keys().cloned())
        .collect();
    if names.is_empty() || has_unnamed(class) {
        names.push(vectorizer(class).to_owned());
    }
    names.retain(|name| name != "none");
    names
}

/// Refuses a default that is not a vectorizer.
pub(super) fn check_default_vectorizer(config: &Config) -> Result<(), SettingFault> {
    check_vectorizer(&config.default_vectorizer, config).map_err(SettingFault::Vectorizer)
}

/// The definition with the default vectorizer, if it has an unnamed vector without one.
pub(super) fn with_vectorizer(given: &Json, default: &str) -> Json {
    let mut class = given.clone();
    if default != "none"
        && (named(given).is_none() || has_unnamed(given))
        && let Some(fields) = class.as_object_mut().filter(|_| text_or(&given["vectorizer"], "").is_empty())
    {
        fields.insert("vectorizer".to_owned(), json!(default));
    }
    class
}

/// The settings of the modules, with what the vectorizers add to them: `vectorConfig` or `moduleConfig` anew.
pub(super) fn with_module_defaults(given: &Json) -> Json {
    let mut class = given.clone();
    for vector in class.get_mut("vectorConfig").and_then(Json::as_object_mut).into_iter().flat_map(Map::values_mut) {
        let Some(settings) =
            vector.get_mut("vectorizer").and_then(Json::as_object_mut).filter(|settings| settings.len() == 1)
        else {
            continue;
        };
        for (module, own) in settings.iter_mut().filter(|(module, _)| *module != "none") {
            if let Some(completed) = modules::vectorizer_config(module, own) {
                *own = completed;
            }
        }
    }
    let module = vectorizer(given);
    if module != "none"
        && (named(given).is_none() || has_unnamed(given))
        && let Some(completed) = modules::vectorizer_config(module, &given["moduleConfig"][module])
        && let Some(config) = object_at(&mut class, "moduleConfig")
    {
        config.insert(module.to_owned(), completed);
    }
    class
}

/// A member that is an object, made one if it is not there; `None` if it is something else.
fn object_at<'a>(class: &'a mut Json, name: &str) -> Option<&'a mut Map<String, Json>> {
    let member = class.as_object_mut()?.entry(name).or_insert(Json::Null);
    if member.is_null() {
        *member = json!({});
    }
    member.as_object_mut()
}

/// Refuses index types, vectorizers and index settings that do not exist. This comes before the modules are asked.
/// `old` is the definition so far, if there is one; what it has is allowed.
pub(super) fn check(class: &Json, old: Option<&Json>, config: &Config) -> Result<(), VectorsFault> {
    let limits = &config.limits;
    if named(class).is_none() || has_unnamed(class) {
        let (index_type, before) = (index_type(class), old.filter(|old| has_unnamed(old)));
        check_index_type(index_type, config)?;
        limits::check_index_type(index_type, before.map(self::index_type), false, limits)?;
        check_vectorizer(vectorizer(class), config)?;
        if class["vectorIndexConfig"].as_object().is_some_and(|given| !given.is_empty()) {
            let index = unnamed_index(class).map_err(|fault| match fault {
                VectorsFault::UnnamedMulti => fault,
                other => VectorsFault::Unnamed(Box::new(other)),
            })?;
            let before = before.map(|old| &old["vectorIndexConfig"]);
            limits::check_compression(index_type, &index, before, limits)?;
        }
    }
    for (name, vector) in named(class).into_iter().flatten() {
        let target = |fault| VectorsFault::Target { name: name.clone(), fault: Box::new(fault) };
        if let Some(settings) = vector["vectorizer"].as_object().filter(|settings| settings.len() == 1) {
            for module in settings.keys() {
                check_vectorizer(module, config).map_err(|fault| target(fault.into()))?;
            }
        }
        let index_type = index_type(vector);
        let before = old.and_then(named).and_then(|vectors| vectors.get(name));
        check_index_type(index_type, config).map_err(target)?;
        limits::check_index_type(index_type, before.map(self::index_type), true, limits)
            .map_err(|fault| target(fault.into()))?;
        if vector["vectorIndexConfig"].is_object() {
            let index = index(vector).map_err(|fault| target(VectorsFault::Parse(Box::new(fault))))?;
            let before = before.filter(|before| self::index_type(before) == index_type);
            let before = before.map(|before| &before["vectorIndexConfig"]);
            limits::check_compression(index_type, &index, before, limits).map_err(|fault| target(fault.into()))?;
        }
    }
    Ok(())
}

fn check_vectorizer(name: &str, config: &Config) -> Result<(), VectorizerFault> {
    if name == "none" || modules::is_vectorizer(name, config) {
        return Ok(());
    }
    if modules::is_present(name, config) {
        return Err(VectorizerFault::Capability(name.to_owned()));
    }
    Err(VectorizerFault::Unknown(name.to_owned()))
}

fn check_index_type(index_type: &str, config: &Config) -> Result<(), VectorsFault> {
    if !vector_index::is_known(index_type) {
        return Err(VectorsFault::IndexType(index_type.to_owned()));
    }
    if index_type == "dynamic" && !config.async_indexing {
        return Err(VectorsFault::Dynamic);
    }
    Ok(())
}

/// Checks the names and the vectorizers of named vectors.
pub(super) fn check_named(class: &Json) -> Result<(), VectorsFault> {
    for (name, vector) in named(class).into_iter().flatten() {
        names::check_vector_name(name)?;
        let settings = vector["vectorizer"].as_object().ok_or_else(|| {
            let found = match &vector["vectorizer"] {
                Json::Null => "<nil>",
                Json::String(_) => "string",
                Json::Bool(_) => "bool",
                Json::Number(_) => "json.Number",
                _ => "[]interface {}",
            };
            VectorsFault::VectorizerType(found)
        })?;
        if settings.len() != 1 {
            return Err(VectorsFault::Vectorizers(settings.len()));
        }
    }
    Ok(())
}

/// The vector fields of a definition, completed.
pub(super) fn complete(class: &Json, config: &Config) -> Result<Map<String, Json>, VectorsFault> {
    let parse = |fault| VectorsFault::Parse(Box::new(fault));
    let mut fields = Map::new();
    if let Some(vectors) = named(class) {
        let mut completed = Map::new();
        for (name, vector) in vectors {
            let fault = |fault| parse(VectorsFault::Named { name: name.clone(), fault: Box::new(fault) });
            let module = module(vector);
            if module != "none" && !modules::is_present(module, config) {
                return Err(fault(VectorsFault::NoModule(module.to_owned())));
            }
            let index = index(vector).map_err(fault)?;
            if index["multivector"]["enabled"] == true && module != "none" && !modules::is_multi_vector(module) {
                return Err(fault(VectorsFault::NotMulti(module.to_owned())));
            }
            completed.insert(
                name.clone(),
                json!({"vectorIndexConfig": index, "vectorIndexType": index_type(vector), "vectorizer": vector["vectorizer"]}),
            );
        }
        fields.insert("vectorConfig".to_owned(), Json::Object(completed));
    }
    if named(class).is_none() || has_unnamed(class) {
        let index = unnamed_index(class).map_err(parse)?;
        fields.insert("vectorIndexConfig".to_owned(), index);
        fields.insert("vectorIndexType".to_owned(), json!(index_type(class)));
        fields.insert("vectorizer".to_owned(), json!(vectorizer(class)));
    }
    Ok(fields)
}

/// The module of a named vector; empty if there is none.
pub(super) fn module(vector: &Json) -> &str {
    vector["vectorizer"].as_object().and_then(|settings| settings.keys().next()).map_or("", String::as_str)
}

fn unnamed_index(class: &Json) -> Result<Json, VectorsFault> {
    let multi = modules::is_multi_vector(vectorizer(class));
    let index = vector_index::complete(index_type(class), &class["vectorIndexConfig"], multi)?;
    if index["multivector"]["enabled"] == true {
        return Err(VectorsFault::UnnamedMulti);
    }
    Ok(index)
}

fn index(vector: &Json) -> Result<Json, VectorsFault> {
    let multi = modules::is_multi_vector(module(vector));
    Ok(vector_index::complete(index_type(vector), &vector["vectorIndexConfig"], multi)?)
}

/// A definition as it is kept. The server reads it once more on the way, by which an index turns out to hold several vectors
/// per object if its vectorizer makes several.
pub(crate) fn kept(mut class: Json) -> Json {
    for vector in class.get_mut("vectorConfig").and_then(Json::as_object_mut).into_iter().flat_map(Map::values_mut) {
        if modules::is_multi_vector(module(vector))
            && let Some(enabled) = vector.pointer_mut("/vectorIndexConfig/multivector/enabled")
        {
            *enabled = json!(true);
        }
    }
    class
}

/// Finds the fault that shows only when the index is being built.
pub(super) fn late_fault(class: &Json, shard: &str) -> Option<LateFault> {
    if class["multiTenancyConfig"]["enabled"] == true {
        return None;
    }
    let unknown = |owner: &Json| {
        let distance = owner["vectorIndexConfig"]["distance"].as_str().filter(|name| !name.is_empty())?;
        Distance::from_name(distance).is_none().then(|| distance.to_owned())
    };
    let of_named = named(class)
        .into_iter()
        .flatten()
        .find_map(|(name, vector)| unknown(vector).map(|distance| (Some(name.clone()), distance)));
    let (vector, distance) = of_named.or_else(|| unknown(class).map(|distance| (None, distance)))?;
    let index = class["class"].as_str().unwrap_or_default().to_lowercase();
    Some(LateFault::Distance { shard: shard.to_owned(), index, vector, distance })
}
