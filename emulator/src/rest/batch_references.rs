//! Many references in one request: each has its own result, in the order they came. Targets are not looked up.

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::schema::DataType;
use crate::store::{Beacon, Emulated, Origin, State, Value, lower_first, now_ms, parse_uuid, type_name};

use super::call::Call;
use super::objects::check_consistency;
use super::reply::Reply;

pub(super) fn add(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let given = call.array("body", "*models.BatchReference")?;
    for field in ["from", "to"] {
        let mut texts = given.iter().filter_map(|reference| reference[field].as_str());
        if let Some(bad) = texts.find(|text| !text.is_empty() && !text.contains("://")) {
            return Err(Reply::code(601, format!("{field} in body must be of type uri: \"{bad}\"")));
        }
    }
    check_consistency(call)?;
    if given.is_empty() {
        return Err(Reply::unprocessable(
            "invalid params: length cannot be 0, need at least one reference for batching",
        ));
    }
    let mut state = emulated.write();
    Ok(Reply::ok(given.iter().map(|reference| one(&mut state, reference)).collect()))
}

/// The reference with its result; an end that cannot be read is left out.
fn one(state: &mut State, given: &Json) -> Json {
    let text = |field: &str| given[field].as_str().unwrap_or_default();
    let source = Source::parse(text("from"));
    let target = Beacon::parse(text("to"));
    let mut shown = Map::new();
    if source.is_ok() {
        shown.insert("from".to_owned(), json!(text("from")));
    }
    let outcome = match (source, target) {
        (Err(fault), Ok(target)) => {
            shown.insert("to".to_owned(), target.to_json()["beacon"].clone());
            Err(fault)
        }
        (Err(fault), Err(other)) => Err(format!("{fault}; {other}")),
        (Ok(_), Err(fault)) => Err(fault),
        (Ok(source), Ok(mut target)) => {
            let outcome = source.refer(state, &mut target, text("tenant"));
            shown.insert("to".to_owned(), target.to_json()["beacon"].clone());
            outcome
        }
    };
    let result = match outcome {
        Ok(()) => json!({"status": "SUCCESS"}),
        Err(fault) => json!({"errors": {"error": [{"message": fault}]}, "status": "FAILED"}),
    };
    shown.insert("result".to_owned(), result);
    Json::Object(shown)
}

/// The property that refers: `weaviate://localhost/{Collection}/{uuid}/{property}`.
struct Source {
    class: String,
    id: Uuid,
    property: String,
}

impl Source {
    fn parse(text: &str) -> Result<Self, String> {
        let path = text.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
        let [class, id, property] = path.split('/').collect::<Vec<_>>()[..] else {
            return Err(format!(
                "invalid cref URI: must use long-form: path must be of format '/<className>/<uuid>/<propertyName>', but got '/{path}'"
            ));
        };
        let parsed =
            parse_uuid(id).map_err(|_| format!("invalid cref URI: 2nd path segment must be uuid, but got '{id}'"))?;
        Ok(Self { class: class.to_owned(), id: parsed, property: lower_first(property) })
    }

    fn refer(&self, state: &mut State, target: &mut Beacon, tenant: &str) -> Result<(), String> {
        let Self { class, id, property } = self;
        let collection =
            state.collection_mut(class).ok_or_else(|| format!("source class \"{class}\" not found in schema"))?;
        let known = collection.schema.property(property).map(|property| property.data_type.clone());
        if let (None, Some(DataType::Reference(targets))) = (&target.collection, &known)
            && let [only] = targets.as_slice()
        {
            target.collection = Some(only.clone());
        }
        let without_tenant = collection.schema.multi_tenancy.enabled && tenant.is_empty();
        let name = collection.schema.name.clone();
        let shard = collection.shard_mut(tenant).map_err(|fault| {
            if without_tenant { format!("source: get object {name}/{id}: determine shard: {fault}") } else { fault }
        })?;
        let object = shard.objects.get_mut(id).ok_or_else(|| format!("ref batch: object with id {id} not found"))?;
        object.updated_ms = now_ms();
        // The object takes the reference in any case; only then it shows that the property is none.
        let before = object.properties.remove(property);
        let found = before.as_ref().map(|value| type_name(&value.to_json(), Origin::Grpc));
        let mut beacons = match before {
            Some(Value::References(beacons)) => beacons,
            _ => Vec::new(),
        };
        beacons.push(target.clone());
        object.properties.insert(property.clone(), Value::References(beacons));
        match (known, found) {
            (Some(DataType::Reference(_)), _) => Ok(()),
            (None, _) => Err(format!("ref batch: property '{property}' not found in schema")),
            (Some(_), Some(found)) => {
                Err(format!("ref batch: prop {property} is present, but not a ref, got: {found}"))
            }
            (Some(_), None) => Err(format!(
                "ref batch: write inverted batch: write additions: no bucket for prop '{property}__meta_count' found"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_collection_object_and_property() {
        let id = "a0000001-0000-4000-8000-000000000001";
        let source = Source::parse(&format!("weaviate://localhost/Page/{id}/LinksTo")).unwrap();
        assert_eq!((source.class.as_str(), source.property.as_str()), ("Page", "linksTo"));
        let fault = |text: &str| Source::parse(text).err().unwrap();
        assert!(fault("weaviate://localhost/Page").ends_with("but got '/Page'"));
        assert!(fault("weaviate://localhost/Page/x/linksTo").ends_with("must be uuid, but got 'x'"));
    }
}
