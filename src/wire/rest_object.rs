//! Conversion of import messages to REST objects.

use bytes::Bytes;
use prost::{DecodeError, Message as _};
use prost_types::value::Kind;
use prost_types::{Struct, Value as ProtobufValue};
use serde_json::{Map, Number, Value};
use weaviate_generated::grpc::batch_object::Properties;
use weaviate_generated::grpc::batch_objects_reply::BatchError;
use weaviate_generated::grpc::{BatchObject, BatchObjectsReply, NumberArrayProperties, ObjectPropertiesValue};
use weaviate_generated::rest::types;

use super::vector;
use crate::values::map_of::map_of;
use crate::values::types::Vector;
use crate::{Error, Result};

/// 2^63, above all integers.
const LIMIT: f64 = 9_223_372_036_854_775_808.0;

pub(crate) fn object(object: BatchObject) -> Result<types::Object> {
    #[expect(deprecated, reason = "a message may still use it")]
    let unnamed = vector::unnamed(object.vector_bytes, &object.vector);
    let unnamed = unnamed.map_err(|message| Error::validation("vector", message))?;
    let named = vector::named(object.vectors).map_err(|message| Error::validation("vectors", message))?;
    let properties = object.properties.map(properties).transpose();
    let properties = properties.map_err(|error| Error::validation("properties", error.to_string()))?;
    let vectors = map_of(named.iter().map(|(name, vector)| (name.to_owned(), types::Vector(numbers(vector)))));
    Ok(types::Object {
        class: Some(object.collection),
        id: Some(object.uuid).filter(|id| !id.is_empty()),
        tenant: Some(object.tenant).filter(|tenant| !tenant.is_empty()),
        properties: properties.map(|all| types::PropertySchema(Value::Object(all))),
        vector: unnamed.map(|vector| types::C11yVector(vector.iter().collect())),
        vectors: (!named.is_empty()).then_some(types::Vectors(vectors)),
        ..types::Object::default()
    })
}

/// Converts the errors of REST results to the gRPC reply. `sent` is the number of objects.
pub(crate) fn reply(results: Vec<types::ObjectsGetResponse>, sent: usize) -> Result<BatchObjectsReply> {
    if results.len() != sent {
        return Err(Error::decode(format!("the reply has {} results for {sent} objects", results.len())));
    }
    let mut errors = Vec::new();
    for (index, result) in results.into_iter().enumerate() {
        let result = result.result.unwrap_or_default();
        let texts = result.errors.and_then(|errors| errors.error).unwrap_or_default();
        let mut error = texts.into_iter().filter_map(|error| error.message).collect::<Vec<_>>().join("; ");
        let stored = result.status.is_some_and(|status| status.as_str() == "SUCCESS");
        if error.is_empty() && !stored {
            super::NO_REASON.clone_into(&mut error);
        }
        if !error.is_empty() {
            errors.push(BatchError { index: i32::try_from(index).unwrap_or(i32::MAX), error });
        }
    }
    Ok(BatchObjectsReply { errors, ..BatchObjectsReply::default() })
}

pub(super) fn numbers(vector: &Vector) -> Value {
    let row = |row: &Vector| row.iter().map(|number| float(f64::from(number))).collect::<Value>();
    if vector.is_multi() { vector.rows().map(|numbers| row(&numbers)).collect() } else { row(vector) }
}

pub(super) fn properties(all: Properties) -> Result<Map<String, Value>, DecodeError> {
    let Properties { single_target_ref_props, multi_target_ref_props, .. } = &all;
    let mut references: Map<String, Value> = Map::new();
    for reference in single_target_ref_props {
        let beacons = reference.uuids.iter().map(|id| beacon(id)).collect();
        references.insert(reference.prop_name.clone(), beacons);
    }
    for reference in multi_target_ref_props {
        let beacons = reference.uuids.iter().map(|id| beacon(&format!("{}/{id}", reference.target_collection)));
        match references.get_mut(&reference.prop_name) {
            // A property can refer to several collections.
            Some(Value::Array(earlier)) => earlier.extend(beacons),
            _ => {
                references.insert(reference.prop_name.clone(), beacons.collect());
            }
        }
    }
    let mut fields = nested(ObjectPropertiesValue {
        non_ref_properties: all.non_ref_properties,
        number_array_properties: all.number_array_properties,
        int_array_properties: all.int_array_properties,
        text_array_properties: all.text_array_properties,
        boolean_array_properties: all.boolean_array_properties,
        object_properties: all.object_properties,
        object_array_properties: all.object_array_properties,
        empty_list_props: all.empty_list_props,
    })?;
    fields.extend(references);
    Ok(fields)
}

fn beacon(path: &str) -> Value {
    Value::Object(map_of([("beacon".to_owned(), Value::from(format!("weaviate://localhost/{path}")))]))
}

/// Converts an object and those in it. The encoder limits their depth.
fn nested(all: ObjectPropertiesValue) -> Result<Map<String, Value>, DecodeError> {
    let mut fields = all.non_ref_properties.map(fields).unwrap_or_default();
    fields.extend(all.number_array_properties.into_iter().map(|property| {
        let values = floats(&property);
        (property.prop_name, values)
    }));
    fields.extend(all.int_array_properties.into_iter().map(|property| (property.prop_name, property.values.into())));
    fields.extend(all.text_array_properties.into_iter().map(|property| (property.prop_name, property.values.into())));
    fields
        .extend(all.boolean_array_properties.into_iter().map(|property| (property.prop_name, property.values.into())));
    // No iterators here: their calls would take most of the stack that a level needs.
    for property in all.object_properties {
        let value = match property.value {
            Some(value) => inside(value)?,
            None => Value::Null,
        };
        fields.insert(property.prop_name, value);
    }
    for property in all.object_array_properties {
        let mut values = Vec::with_capacity(property.values.len());
        for value in property.values {
            values.push(inside(value)?);
        }
        fields.insert(property.prop_name, Value::Array(values));
    }
    fields.extend(all.empty_list_props.into_iter().map(|name| (name, Value::Array(Vec::new()))));
    Ok(fields)
}

fn inside(encoded: Bytes) -> Result<Value, DecodeError> {
    nested(ObjectPropertiesValue::decode(encoded)?).map(Value::Object)
}

fn fields(all: Struct) -> Map<String, Value> {
    map_of(all.fields.into_iter().map(|(name, field)| (name, value(field))))
}

fn value(value_: ProtobufValue) -> Value {
    match value_.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(flag)) => flag.into(),
        Some(Kind::StringValue(text)) => text.into(),
        Some(Kind::NumberValue(number)) => scalar(number),
        Some(Kind::StructValue(all)) => Value::Object(fields(all)),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(value).collect(),
    }
}

/// Converts a whole number to an integer: REST refuses integers with a fraction.
fn scalar(number: f64) -> Value {
    if number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number) && !(number == 0.0 && number.is_sign_negative()) {
        #[expect(clippy::cast_possible_truncation, reason = "it is integral and within bounds")]
        return Value::from(number as i64);
    }
    float(number)
}

/// Converts a finite number: JSON and the server have no others.
fn float(number: f64) -> Value {
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn floats(property: &NumberArrayProperties) -> Value {
    #[expect(deprecated, reason = "a message may still use it")]
    let plain = &property.values;
    let bytes: &Bytes = &property.values_bytes;
    if bytes.is_empty() {
        return plain.iter().map(|number| float(*number)).collect();
    }
    bytes.as_chunks::<8>().0.iter().map(|bytes| float(f64::from_le_bytes(*bytes))).collect()
}
