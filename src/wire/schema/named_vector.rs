//! Conversion of a vector config to and from JSON, named or at the level of the collection.

use serde_json::{Value, json};

use crate::values::schema::modules::{CustomModule, Vectorizer};
use crate::values::schema::{Distance, Extra, Json, Legacy, Map, OtherIndex, VectorConfig, VectorIndex, plain};

const KIND: &str = "vectorIndexType";
const SETTINGS: &str = "vectorIndexConfig";

/// Reads a named vector; `None` if it is not an object.
pub(super) fn read(name: &str, value: &Value) -> Option<VectorConfig> {
    let mut map = value.as_object()?.clone();
    let vectorizer = take_vectorizer(&mut map);
    let (distance, index) = take_index(&mut map);
    let extra = Extra::from(map);
    Some(VectorConfig { name: name.to_owned(), vectorizer, distance, index, legacy: None, extra })
}

pub(super) fn write(config: &VectorConfig) -> Value {
    let mut map = config.extra.members.clone();
    let module = config.vectorizer.module();
    if !module.is_empty() {
        map.insert("vectorizer".to_owned(), json!({ module: config.vectorizer.write() }));
    }
    put_index(config, &mut map);
    Value::Object(map)
}

/// Takes the settings of the single vector of an old collection out of the collection's settings.
pub(super) fn take_legacy(class: &mut Map, modules: &mut Map) -> Option<VectorConfig> {
    let text = |class: &Map, key: &str| class.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let names_vectorizer = text(class, "vectorizer");
    if !names_vectorizer && !text(class, KIND) {
        return None;
    }
    let module: Option<String> = if names_vectorizer { plain::take(class, "vectorizer") } else { None };
    let module = module.unwrap_or_else(|| "none".to_owned());
    let settings = modules.remove(&module);
    let legacy = Legacy { names_vectorizer, has_settings: settings.is_some() };
    let vectorizer = Vectorizer::read(&module, &settings.unwrap_or_else(|| json!({})));
    let (distance, index) = take_index(class);
    let extra = Extra::default();
    Some(VectorConfig { name: "default".to_owned(), vectorizer, distance, index, legacy: Some(legacy), extra })
}

pub(super) fn put_legacy(config: &VectorConfig, legacy: Legacy, class: &mut Map, modules: &mut Map) {
    let module = config.vectorizer.module();
    if legacy.names_vectorizer {
        class.insert("vectorizer".to_owned(), module.into());
    }
    let settings = config.vectorizer.write();
    if legacy.has_settings || settings.as_object().is_some_and(|settings| !settings.is_empty()) {
        modules.insert(module.to_owned(), settings);
    }
    put_index(config, class);
}

/// Takes the vectorizer if there is exactly one. Otherwise the raw map keeps all, with an empty
/// module name.
fn take_vectorizer(map: &mut Map) -> Vectorizer {
    let only = |map: &Map| {
        let modules = map.get("vectorizer")?.as_object()?;
        let (module, settings) = modules.iter().next().filter(|_| modules.len() == 1)?;
        (!module.is_empty()).then(|| Vectorizer::read(module, settings))
    };
    match only(map) {
        Some(vectorizer) => {
            map.remove("vectorizer");
            vectorizer
        }
        None => CustomModule { name: String::new(), settings: Value::Null }.into(),
    }
}

/// Takes index type, index settings, and the distance, which is one of the settings.
fn take_index(map: &mut Map) -> (Option<Distance>, Option<VectorIndex>) {
    let Some(kind) = map.get(KIND).and_then(Value::as_str).filter(|kind| !kind.is_empty()).map(str::to_owned) else {
        return (None, None);
    };
    map.remove(KIND);
    let mut settings = map.remove(SETTINGS);
    let distance = settings.as_mut().and_then(Value::as_object_mut).and_then(|map| plain::take(map, "distance"));
    let known = VectorIndex::read(&kind, settings.as_ref().unwrap_or(&json!({})));
    let index = match known {
        Some(index) => {
            // An empty object stays in the raw map, since it would not be written from the typed
            // value.
            let empty = settings.filter(|settings| settings == &json!({}) && distance.is_none());
            map.extend(empty.map(|settings| (SETTINGS.to_owned(), settings)));
            index
        }
        None => VectorIndex::Other(OtherIndex { name: kind, settings }),
    };
    (distance, Some(index))
}

fn put_index(config: &VectorConfig, map: &mut Map) {
    let VectorConfig { index, distance, .. } = config;
    // The distance is a setting of the index, and the server reads settings only with an index
    // type.
    let kind = index.as_ref().map(VectorIndex::kind).or(distance.as_ref().map(|_| "hnsw"));
    map.extend(kind.map(|kind| (KIND.to_owned(), kind.into())));
    let mut settings = index.as_ref().and_then(VectorIndex::write);
    if let Some(distance) = distance {
        match settings.get_or_insert_with(|| json!({})) {
            Value::Object(settings) => plain::put(distance, settings, "distance"),
            other => *other = json!({ "distance": distance.write() }),
        }
    }
    let own = !matches!(index, Some(VectorIndex::Other(_)));
    let settings = settings.filter(|settings| !own || settings != &json!({}));
    map.extend(settings.map(|settings| (SETTINGS.to_owned(), settings)));
}
