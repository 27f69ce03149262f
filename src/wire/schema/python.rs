//! Conversion of exports of the Python client to the server's names. The server would ignore the
//! other names, such as the distance.

use serde_json::Value;

use crate::values::schema::Map;

/// Translates an export. Names of the server stay as they are.
pub(super) fn translated(mut value: Value) -> Value {
    if let Some(class) = value.as_object_mut() {
        rename(class, "name", "class");
        index(class.get_mut("vectorIndexConfig"));
        for vector in class.get_mut("vectorConfig").and_then(Value::as_object_mut).into_iter().flatten() {
            index(vector.1.get_mut("vectorIndexConfig"));
        }
    }
    value
}

fn index(settings: Option<&mut Value>) {
    let Some(settings) = settings.and_then(Value::as_object_mut) else { return };
    rename(settings, "distanceMetric", "distance");
    if rename(settings, "multiVector", "multivector")
        && let Some(multi) = settings.get_mut("multivector").and_then(Value::as_object_mut)
    {
        multi.insert("enabled".to_owned(), Value::Bool(true));
        rename(multi, "encoding", "muvera");
    }
    // The two indexes of a dynamic index.
    index(settings.get_mut("hnsw"));
    index(settings.get_mut("flat"));
}

fn rename(map: &mut Map, from: &str, to: &str) -> bool {
    if map.contains_key(to) {
        return false;
    }
    let Some(value) = map.remove(from) else { return false };
    map.insert(to.to_owned(), value);
    true
}
