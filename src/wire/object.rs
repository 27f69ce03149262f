//! Single objects: properties as JSON of REST, in both directions.
//!
//! Both directions go through the gRPC types, so that values are checked, written and read alike.

use bytes::Bytes;
use prost::Message as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};
use uuid::Uuid;
use weaviate_generated::grpc::batch_object;
use weaviate_generated::grpc::list_value::Kind as List;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    BoolValues, IntValues, ListValue, NumberValues, ObjectValues, Properties, PropertiesRequest, TextValues,
    Value as Typed,
};
use weaviate_generated::rest::types;

use super::found_references::FoundReferences;
use super::properties::{Parts, PropertiesEncoder, from_wire};
use super::reply::Reading;
use super::selection::{self, is_id_alone};
pub(crate) use super::vector::check_kinds;
use super::{references, rest_object, vector};
use crate::values::data::ReferenceTo;
use crate::values::map_of::map_of;
use crate::values::properties::Layout;
use crate::values::query::{Hit, HitMetadata, IncludeVectors, Metadata, Selected};
use crate::values::target::Target;
use crate::values::types::DateTime;
use crate::values::types::{Vector, Vectors};
use crate::{Error, Result};

/// Properties of an object as JSON.
pub(crate) type Json = Map<String, Value>;

/// A property that cannot be encoded, and the reason.
#[derive(Clone, Debug)]
pub(crate) struct InvalidProperty {
    field: String,
    message: String,
}

impl From<InvalidProperty> for Error {
    fn from(invalid: InvalidProperty) -> Self {
        let field = Some(invalid.field).filter(|field| !field.is_empty());
        Self::validation(field.unwrap_or_else(|| "properties".to_owned()), invalid.message)
    }
}

/// An object as it is written, encoded before the option for lossy integers is known. Properties
/// without a value are omitted.
#[derive(Clone, Debug)]
pub(crate) struct EncodedObject {
    encoded: Result<WrittenObject, InvalidProperty>,
    /// The first integer the server would round.
    lossy: Option<InvalidProperty>,
}

/// Properties and references as JSON, and the vectors that are fields of a struct.
#[derive(Clone, Debug, Default)]
pub(crate) struct WrittenObject {
    pub(crate) json: Json,
    pub(crate) vectors: Vectors,
    /// First of the references that are fields of a struct.
    pub(crate) reference: Option<&'static str>,
}

impl EncodedObject {
    pub(crate) fn new<P: Serialize + ?Sized>(properties: &P, layout: &'static Layout) -> Self {
        match encode(properties, layout, false) {
            Err((invalid, true)) => {
                let encoded = encode(properties, layout, true).map_err(|(invalid, _)| invalid);
                Self { encoded, lossy: Some(invalid) }
            }
            encoded => Self { encoded: encoded.map_err(|(invalid, _)| invalid), lossy: None },
        }
    }

    pub(crate) fn get(&self, allow_lossy_integers: bool) -> Result<&WrittenObject, InvalidProperty> {
        match (&self.lossy, &self.encoded) {
            (Some(invalid), _) if !allow_lossy_integers => Err(invalid.clone()),
            (_, encoded) => encoded.as_ref().map_err(Clone::clone),
        }
    }
}

/// Encodes an object. On error, the flag tells whether only a rounded integer is the cause.
fn encode<P: Serialize + ?Sized>(
    properties: &P,
    layout: &'static Layout,
    allow_lossy_integers: bool,
) -> Result<WrittenObject, (InvalidProperty, bool)> {
    let mut encoder = PropertiesEncoder::new(layout, allow_lossy_integers);
    encoder.encode(properties).map_err(|error| {
        (InvalidProperty { field: error.field(), message: error.message().to_owned() }, error.is_lossy())
    })?;
    let mut bytes = Vec::with_capacity(encoder.encoded_len());
    encoder.write(&mut bytes);
    let json = batch_object::Properties::decode(Bytes::from(bytes)).and_then(rest_object::properties);
    let json =
        json.map_err(|error| (InvalidProperty { field: "properties".to_owned(), message: error.to_string() }, false))?;
    let vectors = encoder
        .vectors()
        .map(|(name, bytes, shape)| (name.to_owned(), Vector::from_wire(Bytes::copy_from_slice(bytes), shape)));
    Ok(WrittenObject { json, vectors: vectors.collect(), reference: encoder.reference() })
}

/// Returns whether the struct has a field for this vector, with a value.
pub(crate) fn has_vector<P: Serialize + ?Sized>(encoder: &mut PropertiesEncoder, properties: &P, name: &str) -> bool {
    if encoder.layout().vectors().all(|part| part.vector != name) {
        return false;
    }
    // What cannot be encoded is reported when the object is written.
    let is_written = encoder.encode(properties).is_ok();
    is_written && encoder.vectors().any(|(written, bytes, _)| written == name && !bytes.is_empty())
}

/// Adds references to the properties.
pub(crate) fn add_references(properties: &mut Json, all: &[(String, ReferenceTo)]) -> Result<(), InvalidProperty> {
    for (name, to) in all {
        let invalid = |message: String| InvalidProperty { field: name.clone(), message };
        references::check_name(name).map_err(invalid)?;
        match properties.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(beacons) if beacons.iter().all(references::is_reference) => beacons.push(references::json(to)),
            _ => return Err(invalid(references::IS_PROPERTY_AND_REFERENCE.to_owned())),
        }
    }
    Ok(())
}

/// Request body of an object.
pub(crate) type Body = types::Object;

/// Builds the request body of an object.
pub(crate) fn body(
    target: &Target,
    id: Uuid,
    properties: Json,
    unnamed: Option<&Vector>,
    vectors: &Vectors,
) -> Result<Body> {
    vector::check_all(unnamed, vectors)?;
    let named = vectors.iter().map(|(name, vector)| (name.to_owned(), types::Vector(rest_object::numbers(vector))));
    Ok(types::Object {
        class: Some(target.collection().to_owned()),
        id: Some(id.to_string()),
        tenant: target.tenant().map(str::to_owned),
        properties: Some(types::PropertySchema(Value::Object(properties))),
        vector: unnamed.map(|vector| types::C11yVector(vector.iter().collect())),
        vectors: (!vectors.is_empty()).then(|| types::Vectors(map_of(named))),
        ..types::Object::default()
    })
}

/// Selected part of an object. REST returns it whole, except for vectors.
pub(crate) struct ObjectPart {
    /// `None` for all properties and references.
    properties: Option<PropertiesRequest>,
    vectors: IncludeVectors,
}

impl ObjectPart {
    /// Fails for objects that references lead to, which REST does not return.
    pub(crate) fn of(selected: &Selected) -> Result<Self> {
        let request = selection::properties(selected, &[])?;
        if request.iter().flat_map(|request| &request.ref_properties).any(|reference| !is_id_alone(reference)) {
            let message = "reading one object returns the addresses of its references alone; use \
                           `query().fetch_by_id(id)`, or `Selection::none()` for the reference";
            return Err(Error::validation("select", message));
        }
        if let Some(other) = selected.metadata.iter().find(|metadata| !has_time(**metadata)) {
            let message =
                format!("{other:?} is not metadata that reading one object returns; use `query().fetch_by_id(id)`");
            return Err(Error::validation("select", message));
        }
        let properties = request.filter(|request| !request.return_all_nonref_properties);
        Ok(Self { properties, vectors: selected.vectors.clone() })
    }

    pub(crate) fn has_vectors(&self) -> bool {
        self.vectors != IncludeVectors::None
    }

    /// Removes from an object what is not selected.
    pub(crate) fn of_object(&self, mut object: types::Object) -> types::Object {
        if let (Some(selection), Some(types::PropertySchema(Value::Object(json)))) =
            (&self.properties, &mut object.properties)
        {
            json.retain(|name, value| selection::reduce(selection, name, value));
        }
        if let (IncludeVectors::Named(names), Some(types::Vectors(vectors))) = (&self.vectors, &mut object.vectors) {
            vectors.retain(|name, _| names.contains(name));
        }
        object
    }
}

fn has_time(metadata: Metadata) -> bool {
    matches!(metadata, Metadata::CreationTime | Metadata::LastUpdateTime)
}

/// Converts an object to a hit.
pub(crate) fn hit<P: DeserializeOwned>(object: types::Object, reading: &Reading) -> Result<Hit<P>> {
    let text = object.id.unwrap_or_default();
    let id = Uuid::try_parse(&text).map_err(|_| Error::decode(format!("`{text}` is not an object id")))?;
    let broken = |what: &dyn std::fmt::Display| Error::decode(format!("object {id}: {what}"));
    let json = match object.properties {
        None | Some(types::PropertySchema(Value::Null)) => Json::new(),
        Some(types::PropertySchema(Value::Object(json))) => json,
        Some(_) => return Err(broken(&"its properties are not a JSON object")),
    };
    // As in searches, references are separate from properties.
    let (references, json): (Json, Json) = json.into_iter().partition(|(_, value)| references::are_references(value));
    let fields = fields(json).map_err(|invalid| broken(&invalid))?;
    let references = FoundReferences::of_json(references.into_iter());
    let vectors = object.vectors.into_iter().flat_map(|types::Vectors(all)| all);
    let vectors = vectors
        .map(|(name, types::Vector(numbers))| match read_vector(&numbers) {
            Some(vector) => Ok((name, vector)),
            None => Err(broken(&format!("vector `{name}` contains a value that is not a number"))),
        })
        .collect::<Result<Vectors>>()?;
    let time = |unix: Option<i64>| unix.map(DateTime::from_unix_millis).transpose();
    let metadata = HitMetadata {
        creation_time: time(object.creation_time_unix).map_err(|error| broken(&error))?,
        last_update_time: time(object.last_update_time_unix).map_err(|error| broken(&error))?,
        ..HitMetadata::default()
    };
    let unnamed = object.vector.map(|types::C11yVector(numbers)| numbers).filter(|numbers| !numbers.is_empty());
    let unnamed = unnamed.map(Vector::from);
    let (layout, asked) = (reading.layout, reading.asked());
    let parts =
        Parts { layout, unnamed: unnamed.as_ref(), vectors: &vectors, references: &references, asked, depth: 0 };
    let properties = from_wire(&fields.encode_to_vec(), Some(parts)).map_err(|error| broken(&error))?;
    let references = references.of_no_field(layout, 0, asked)?;
    Ok(Hit { id, properties, metadata, vector: unnamed, vectors, references, generated: None })
}

pub(super) fn read_vector(json: &Value) -> Option<Vector> {
    let rows = json.as_array()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the server keeps 32 bits and writes as many digits as they need"
    )]
    let row = |numbers: &[Value]| {
        numbers.iter().map(|number| number.as_f64().map(|number| number as f32)).collect::<Option<Vec<f32>>>()
    };
    if rows.first().is_some_and(Value::is_array) {
        let rows = rows.iter().map(|numbers| numbers.as_array().and_then(|numbers| row(numbers)));
        return rows.collect::<Option<Vec<_>>>().map(Vector::from);
    }
    row(rows).map(Vector::from)
}

fn fields(json: Json) -> Result<Properties, String> {
    let mut fields = std::collections::HashMap::with_capacity(json.len());
    for (name, value) in json {
        let kind = kind(value).map_err(|invalid| format!("property `{name}`: {invalid}"))?;
        fields.insert(name, Typed { kind });
    }
    Ok(Properties { fields })
}

fn kind(value: Value) -> Result<Option<Kind>, String> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(flag) => Kind::BoolValue(flag),
        Value::String(text) => Kind::TextValue(text),
        Value::Number(number) => match integer(&number) {
            Some(integer) => Kind::IntValue(integer),
            None => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::Object(json) => Kind::ObjectValue(fields(json)?),
        Value::Array(values) => Kind::ListValue(ListValue { kind: list(values)? }),
    }))
}

fn list(values: Vec<Value>) -> Result<Option<List>, String> {
    let mixed = || "an array must hold values of one data type, and no arrays".to_owned();
    let each = |bytes: Vec<[u8; 8]>| Bytes::from(bytes.concat());
    let Some(first) = values.first() else { return Ok(None) };
    Ok(Some(match first {
        Value::String(_) => {
            let texts = values.into_iter().map(|value| if let Value::String(text) = value { Some(text) } else { None });
            List::TextValues(TextValues { values: texts.collect::<Option<_>>().ok_or_else(mixed)? })
        }
        Value::Bool(_) => {
            let flags = values.iter().map(Value::as_bool);
            List::BoolValues(BoolValues { values: flags.collect::<Option<_>>().ok_or_else(mixed)? })
        }
        Value::Number(_) => {
            let whole = |value: &Value| value.as_number().and_then(integer).map(i64::to_le_bytes);
            let integers = values.iter().map(whole).collect::<Option<Vec<_>>>();
            if let Some(integers) = integers {
                List::IntValues(IntValues { values: each(integers) })
            } else {
                let numbers = values.iter().map(|value| value.as_f64().map(f64::to_le_bytes)).collect::<Option<_>>();
                List::NumberValues(NumberValues { values: each(numbers.ok_or_else(mixed)?) })
            }
        }
        Value::Object(_) => {
            let objects = values.into_iter().map(|value| match value {
                Value::Object(json) => fields(json),
                _ => Err(mixed()),
            });
            List::ObjectValues(ObjectValues { values: objects.collect::<Result<_, _>>()? })
        }
        Value::Null | Value::Array(_) => return Err(mixed()),
    }))
}

/// Converts a JSON number as the server does, which stores 64-bit floats. It writes large integers
/// with the shortest digits and zeros behind.
fn integer(number: &Number) -> Option<i64> {
    const MIN: f64 = -9_223_372_036_854_775_808.0;
    let float = number.as_f64()?;
    // These zeros put the smallest integer out of range.
    let whole = number.is_i64() || float == MIN;
    #[expect(clippy::cast_possible_truncation, reason = "it is integral and within bounds")]
    (whole && float < -MIN).then_some(float as i64)
}

#[cfg(test)]
mod tests;
