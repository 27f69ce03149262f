//! The server's reply for an object that was sent.

use bytes::Bytes;
use prost::Message as _;
use prost_types::value::Kind as Plain;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    BoolValues, DateValues, GeoCoordinate, IntValues, ListValue, NumberValues, ObjectPropertiesValue, ObjectValues,
    PhoneNumber, Properties, TextValues, UuidValues, Value, batch_object, list_value,
};

use crate::values::types::{PropertyMap, PropertyValue};

/// Returns the object in the data types of `schema`, which has the same properties.
pub(super) fn reply(sent: batch_object::Properties, schema: &PropertyMap) -> Properties {
    let sent = ObjectPropertiesValue {
        non_ref_properties: sent.non_ref_properties,
        number_array_properties: sent.number_array_properties,
        int_array_properties: sent.int_array_properties,
        text_array_properties: sent.text_array_properties,
        boolean_array_properties: sent.boolean_array_properties,
        object_properties: sent.object_properties,
        object_array_properties: sent.object_array_properties,
        empty_list_props: sent.empty_list_props,
    };
    object(sent, schema)
}

fn object(sent: ObjectPropertiesValue, schema: &PropertyMap) -> Properties {
    let mut all: Vec<(String, Kind)> = Vec::new();
    for (name, value) in sent.non_ref_properties.unwrap_or_default().fields {
        let kind = single(value.kind.expect("a value"), schema.get(&name).expect("a known property"));
        all.push((name, kind));
    }
    for array in sent.number_array_properties {
        all.push((array.prop_name, list(list_value::Kind::NumberValues(NumberValues { values: array.values_bytes }))));
    }
    for array in sent.int_array_properties {
        let values: Vec<u8> = array.values.into_iter().flat_map(i64::to_le_bytes).collect();
        all.push((array.prop_name, list(list_value::Kind::IntValues(IntValues { values: values.into() }))));
    }
    for array in sent.boolean_array_properties {
        all.push((array.prop_name, list(list_value::Kind::BoolValues(BoolValues { values: array.values }))));
    }
    for array in sent.text_array_properties {
        let values = array.values;
        let kind = match schema.get(&array.prop_name) {
            Some(PropertyValue::DateArray(_)) => list_value::Kind::DateValues(DateValues { values }),
            Some(PropertyValue::UuidArray(_)) => list_value::Kind::UuidValues(UuidValues { values }),
            _ => list_value::Kind::TextValues(TextValues { values }),
        };
        all.push((array.prop_name, list(kind)));
    }
    for nested in sent.object_properties {
        let Some(PropertyValue::Object(schema)) = schema.get(&nested.prop_name) else { panic!("no object") };
        all.push((nested.prop_name, Kind::ObjectValue(object(inside(nested.value.expect("an object")), schema))));
    }
    for array in sent.object_array_properties {
        let Some(PropertyValue::ObjectArray(schemas)) = schema.get(&array.prop_name) else { panic!("no objects") };
        let values =
            array.values.into_iter().zip(schemas).map(|(value, schema)| object(inside(value), schema)).collect();
        all.push((array.prop_name, list(list_value::Kind::ObjectValues(ObjectValues { values }))));
    }
    for name in sent.empty_list_props {
        let kind = empty(schema.get(&name).expect("a known property"));
        all.push((name, list(kind)));
    }
    let count = all.len();
    let fields: std::collections::HashMap<_, _> =
        all.into_iter().map(|(name, kind)| (name, Value { kind: Some(kind) })).collect();
    assert_eq!(fields.len(), count, "a property was sent twice");
    Properties { fields }
}

fn inside(object: Bytes) -> ObjectPropertiesValue {
    ObjectPropertiesValue::decode(object).expect("an object")
}

fn list(kind: list_value::Kind) -> Kind {
    Kind::ListValue(ListValue { kind: Some(kind) })
}

fn empty(schema: &PropertyValue) -> list_value::Kind {
    match schema {
        PropertyValue::IntArray(_) => list_value::Kind::IntValues(IntValues { values: Bytes::new() }),
        PropertyValue::NumberArray(_) => list_value::Kind::NumberValues(NumberValues { values: Bytes::new() }),
        PropertyValue::BoolArray(_) => list_value::Kind::BoolValues(BoolValues::default()),
        PropertyValue::DateArray(_) => list_value::Kind::DateValues(DateValues::default()),
        PropertyValue::UuidArray(_) => list_value::Kind::UuidValues(UuidValues::default()),
        PropertyValue::ObjectArray(_) => list_value::Kind::ObjectValues(ObjectValues::default()),
        _ => list_value::Kind::TextValues(TextValues::default()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as the server does")]
fn single(sent: Plain, schema: &PropertyValue) -> Kind {
    match (sent, schema) {
        (Plain::StringValue(text), PropertyValue::Date(_)) => Kind::DateValue(text),
        (Plain::StringValue(text), PropertyValue::Uuid(_)) => Kind::UuidValue(text),
        (Plain::StringValue(text), PropertyValue::Blob(_)) => Kind::BlobValue(text),
        (Plain::StringValue(text), PropertyValue::Text(_)) => Kind::TextValue(text),
        (Plain::NumberValue(number), PropertyValue::Int(_)) => Kind::IntValue(number as i64),
        (Plain::NumberValue(number), PropertyValue::Number(_)) => Kind::NumberValue(number),
        (Plain::BoolValue(value), PropertyValue::Bool(_)) => Kind::BoolValue(value),
        (Plain::StructValue(point), PropertyValue::Geo(_)) => {
            let degrees = |name: &str| match point.fields[name].kind {
                Some(Plain::NumberValue(degrees)) => degrees as f32,
                ref other => panic!("{other:?}"),
            };
            assert_eq!(point.fields.len(), 2);
            Kind::GeoValue(GeoCoordinate { latitude: degrees("latitude"), longitude: degrees("longitude") })
        }
        (Plain::StructValue(number), PropertyValue::Phone(_)) => {
            let text = |name: &str| match number.fields.get(name).and_then(|value| value.kind.clone()) {
                Some(Plain::StringValue(text)) => text,
                None => String::new(),
                other => panic!("{other:?}"),
            };
            assert!(number.fields.keys().all(|name| name == "input" || name == "defaultCountry"), "{number:?}");
            Kind::PhoneValue(Box::new(PhoneNumber {
                input: text("input"),
                default_country: text("defaultCountry"),
                country_code: 41,
                national: 446_681_800,
                international_formatted: "+41 44 668 18 00".to_owned(),
                national_formatted: "044 668 18 00".to_owned(),
                valid: true,
            }))
        }
        other => panic!("{other:?}"),
    }
}
