//! The properties of a `BatchObject` as the JSON that object writes take.

use bytes::Bytes;
use prost::Message as _;
use prost_types::value::Kind;
use prost_types::{Struct, Value};
use serde_json::{Map, Value as Json, json};
use weaviate_generated::grpc::{
    BooleanArrayProperties, IntArrayProperties, NumberArrayProperties, ObjectArrayProperties, ObjectProperties,
    ObjectPropertiesValue, TextArrayProperties, batch_object,
};

use super::codec;
use super::write_fault::BatchFault;
use crate::engine::schema::{ClassView, DataType};
use crate::engine::store::double;
use crate::engine::store::fault::NoSuchProperty;

/// Reads all properties. References need the collection, to know what they lead to.
pub(crate) fn properties(
    message: batch_object::Properties,
    class: Option<&ClassView>,
) -> Result<Map<String, Json>, BatchFault> {
    let mut map = object(ObjectPropertiesValue {
        non_ref_properties: message.non_ref_properties,
        number_array_properties: message.number_array_properties,
        int_array_properties: message.int_array_properties,
        text_array_properties: message.text_array_properties,
        boolean_array_properties: message.boolean_array_properties,
        object_properties: message.object_properties,
        object_array_properties: message.object_array_properties,
        empty_list_props: message.empty_list_props,
    });
    // Where the collection is missing, so are the targets of its references; the server leaves these out.
    let Some(class) = class else { return Ok(map) };
    for reference in message.single_target_ref_props {
        let targets = targets(&reference.prop_name, class)?;
        let [target] = targets.as_slice() else {
            return Err(BatchFault::SeveralTargets(targets.into_iter().map(str::to_owned).collect()));
        };
        add_beacons(&mut map, reference.prop_name, target, &reference.uuids);
    }
    for reference in message.multi_target_ref_props {
        let targets = targets(&reference.prop_name, class)?;
        if targets.len() < 2 {
            return Err(BatchFault::OneTarget(targets.into_iter().map(str::to_owned).collect()));
        }
        add_beacons(&mut map, reference.prop_name, &reference.target_collection, &reference.uuids);
    }
    Ok(map)
}

/// The collections that a property leads to. The server takes the type of any other property for one; that it holds no
/// references shows when its values are checked.
fn targets<'a>(property: &str, class: &'a ClassView) -> Result<Vec<&'a str>, NoSuchProperty> {
    match class.property(property).map(|property| &property.data_type) {
        Some(DataType::Reference(targets)) => Ok(targets.iter().map(String::as_str).collect()),
        Some(other) => Ok(vec![other.name()]),
        None => Err(NoSuchProperty::new(property, &class.name)),
    }
}

fn add_beacons(map: &mut Map<String, Json>, property: String, target: &str, uuids: &[String]) {
    let beacons = uuids.iter().map(|uuid| json!({"beacon": format!("weaviate://localhost/{target}/{uuid}")}));
    match map.get_mut(&property) {
        Some(Json::Array(known)) => known.extend(beacons),
        _ => {
            map.insert(property, beacons.collect());
        }
    }
}

fn object(message: ObjectPropertiesValue) -> Map<String, Json> {
    let mut map = message.non_ref_properties.map(members).unwrap_or_default();
    for NumberArrayProperties { prop_name, values_bytes, .. } in message.number_array_properties.iter().map(with_bytes)
    {
        map.insert(prop_name, codec::doubles(&values_bytes).into_iter().map(double).collect());
    }
    for IntArrayProperties { values, prop_name } in message.int_array_properties {
        map.insert(prop_name, values.into());
    }
    for TextArrayProperties { values, prop_name } in message.text_array_properties {
        map.insert(prop_name, values.into());
    }
    for BooleanArrayProperties { values, prop_name } in message.boolean_array_properties {
        map.insert(prop_name, values.into());
    }
    for ObjectProperties { value, prop_name } in message.object_properties {
        map.insert(prop_name, encoded_object(value.unwrap_or_default()));
    }
    for ObjectArrayProperties { values, prop_name } in message.object_array_properties {
        map.insert(prop_name, values.into_iter().map(encoded_object).collect());
    }
    for name in message.empty_list_props {
        map.insert(name, json!([]));
    }
    map
}

/// Decodes an object. Bytes that are not one make one without members.
fn encoded_object(encoded: Bytes) -> Json {
    Json::Object(object(ObjectPropertiesValue::decode(encoded).unwrap_or_default()))
}

/// Numbers may come in the deprecated repeated field; the bytes win.
#[expect(deprecated, reason = "old clients send it and the server reads it")]
fn with_bytes(message: &NumberArrayProperties) -> NumberArrayProperties {
    let mut message = message.clone();
    if message.values_bytes.is_empty() {
        message.values_bytes = codec::double_bytes(&message.values);
    }
    message
}

fn members(message: Struct) -> Map<String, Json> {
    message.fields.into_iter().map(|(name, value)| (name, json_value(value))).collect()
}

fn json_value(value: Value) -> Json {
    match value.kind {
        None | Some(Kind::NullValue(_)) => Json::Null,
        Some(Kind::NumberValue(number)) => double(number),
        Some(Kind::StringValue(text)) => Json::String(text),
        Some(Kind::BoolValue(flag)) => Json::Bool(flag),
        Some(Kind::StructValue(object)) => Json::Object(members(object)),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(json_value).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn value(kind: Kind) -> Value {
        Value { kind: Some(kind) }
    }

    #[test]
    #[expect(deprecated, reason = "the old field is one of the encodings")]
    fn every_encoding_becomes_json() {
        let scalars = BTreeMap::from([
            ("count".to_owned(), value(Kind::NumberValue(42.0))),
            ("price".to_owned(), value(Kind::NumberValue(1.5))),
            ("none".to_owned(), value(Kind::NullValue(0))),
        ]);
        let message = batch_object::Properties {
            non_ref_properties: Some(Struct { fields: scalars }),
            number_array_properties: vec![
                NumberArrayProperties {
                    prop_name: "new".to_owned(),
                    values_bytes: codec::double_bytes(&[0.5]),
                    values: vec![9.0],
                },
                NumberArrayProperties {
                    prop_name: "old".to_owned(),
                    values: vec![9.0],
                    ..NumberArrayProperties::default()
                },
            ],
            int_array_properties: vec![IntArrayProperties { prop_name: "ints".to_owned(), values: vec![-1, i64::MAX] }],
            object_properties: vec![ObjectProperties { prop_name: "object".to_owned(), value: None }],
            empty_list_props: vec!["empty".to_owned()],
            ..batch_object::Properties::default()
        };
        let json = Json::Object(properties(message, None).unwrap());
        let expected = json!({
            "count": 42, "price": 1.5, "none": null, "new": [0.5], "old": [9], "ints": [-1, i64::MAX], "object": {}, "empty": [],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn references_need_a_collection_that_has_them() {
        let class = ClassView::parse(json!({"class": "C", "properties": [
            {"name": "one", "dataType": ["A"]},
            {"name": "many", "dataType": ["A", "B"]},
        ]}));
        let single = |name: &str| batch_object::Properties {
            single_target_ref_props: vec![batch_object::SingleTargetRefProps {
                prop_name: name.to_owned(),
                uuids: vec!["x".to_owned()],
            }],
            ..batch_object::Properties::default()
        };
        let beacons = properties(single("one"), Some(&class)).unwrap();
        assert_eq!(Json::Object(beacons), json!({"one": [{"beacon": "weaviate://localhost/A/x"}]}));
        let fault = |name: &str| properties(single(name), Some(&class)).unwrap_err().to_string();
        assert_eq!(fault("many"), "target is a multi-target reference, need single target [A B]");
        assert!(fault("nosuch").starts_with("no such prop with name 'nosuch'"));
    }
}
