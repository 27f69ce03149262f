//! Object serializer, for the root object and nested ones.

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

use super::super::references;
use super::encode::{FieldNumbers, INNER, Key, OUTER, PropertiesEncoder, PropertySerializer, Result, common};
use super::error::PathError;
use super::protobuf::{Prefix, field_len, key, put_field};
use super::reference_serializer::ReferenceSerializer;
use super::vector_serializer::{VectorLevel, VectorSerializer};
use crate::values::properties::{FieldPart, LayoutField};
use crate::values::property_names;
use crate::values::types::{PropertyMap, marker};

/// Destination of a complete object.
enum Destination {
    /// The root object.
    Root,
    /// The value of a property.
    Property { numbers: &'static FieldNumbers, key: Key },
    /// An element of an array.
    Element,
    /// A value of the `Struct`, used for coordinates and phone numbers. Only the known fields are
    /// written.
    StructValue { known: &'static [&'static str], key: Key },
}

/// Serializer of the properties of an object.
pub(super) struct ObjectSerializer<'e> {
    encoder: &'e mut PropertiesEncoder,
    end: Destination,
    /// Start of the object in both buffers.
    fields: usize,
    rest: usize,
    /// Key of a map entry, between the calls for key and value.
    pending: Option<Key>,
}

impl<'e> ObjectSerializer<'e> {
    fn new(encoder: &'e mut PropertiesEncoder, end: Destination) -> Self {
        let (fields, rest) = (encoder.fields.len(), encoder.rest.len());
        Self { encoder, end, fields, rest, pending: None }
    }

    fn nested(encoder: &'e mut PropertiesEncoder, end: Destination) -> Result<Self> {
        if encoder.depth >= PropertyMap::MAX_DEPTH {
            return Err(PathError::too_deep(PropertyMap::MAX_DEPTH));
        }
        encoder.depth += 1;
        Ok(Self::new(encoder, end))
    }

    pub(super) fn element(encoder: &'e mut PropertiesEncoder) -> Result<Self> {
        Self::nested(encoder, Destination::Element)
    }

    pub(super) fn property_of(
        encoder: &'e mut PropertiesEncoder,
        numbers: &'static FieldNumbers,
        key: Key,
    ) -> Result<Self> {
        Self::nested(encoder, Destination::Property { numbers, key })
    }

    pub(super) fn struct_value(
        encoder: &'e mut PropertiesEncoder,
        known: &'static [&'static str],
        key: Key,
    ) -> Result<Self> {
        Self::nested(encoder, Destination::StructValue { known, key })
    }

    fn property<T: Serialize + ?Sized>(&mut self, key: Key, value: &T) -> Result {
        let numbers = match self.end {
            Destination::Root => &OUTER,
            Destination::StructValue { known, .. } if !known.contains(&key.name(self.encoder)) => return Ok(()),
            _ => &INNER,
        };
        let is_root = matches!(self.end, Destination::Root);
        let is_known = matches!(key, Key::Field(name) if is_root && self.encoder.is_known(name));
        let name = key.name(self.encoder);
        if is_root && !is_known {
            if let Some(field) = self.encoder.layout.find(name) {
                return self.part(field, value);
            }
            if !name.is_empty() {
                property_names::check_written(name).map_err(|fault| PathError::new(fault).under(name))?;
            }
        }
        let before = (self.encoder.fields.len(), self.encoder.rest.len());
        let property = PropertySerializer { encoder: self.encoder, numbers, key };
        value.serialize(property).map_err(|error| error.under(key.name(self.encoder)))?;
        let name = key.name(self.encoder);
        let written = (self.encoder.fields.len(), self.encoder.rest.len()) != before;
        // A null is absent, as in a map that is read from JSON.
        if written && name.is_empty() {
            return Err(PathError::new("the name of a property must not be empty"));
        }
        if is_root && written {
            if !is_known {
                property_names::check_unreserved(name).map_err(|fault| PathError::new(fault).under(name))?;
            }
            if self.encoder.reference_names.iter().any(|reference| reference == name) {
                return Err(PathError::new(references::IS_PROPERTY_AND_REFERENCE).under(name));
            }
            if let (Key::Field(name), false) = (key, is_known) {
                self.encoder.remember(name);
            }
        }
        Ok(())
    }

    /// Writes a field that is a vector or a reference.
    fn part<T: Serialize + ?Sized>(&mut self, field: &LayoutField, value: &T) -> Result {
        let (encoder, name) = (&mut *self.encoder, field.name);
        let written = match field.part {
            FieldPart::Vector(part) => {
                value.serialize(VectorSerializer { encoder, level: VectorLevel::Field(part.vector) })
            }
            FieldPart::Reference(part) => value.serialize(ReferenceSerializer { encoder, name, part }),
        };
        written.map_err(|error| error.under(name))
    }

    fn complete(self) {
        let encoder = self.encoder;
        let PropertiesEncoder { fields, rest, stack, .. } = encoder;
        let own_fields = fields.len() - self.fields;
        let own_rest = rest.len() - self.rest;
        let value = if own_fields == 0 { 0 } else { field_len(own_fields) } + own_rest;
        encoder.depth = encoder.depth.saturating_sub(1);
        let mut prefix = Prefix::new();
        match self.end {
            Destination::Root => return,
            Destination::StructValue { key: name, .. } => {
                let name = name.of(stack);
                let value = field_len(own_fields);
                // From the inside out: the name of the entry is between the prefixes.
                prefix.push(key(2), value);
                prefix.push(key(5), own_fields);
                prefix.insert(fields, self.fields, &[]);
                let mut entry = Prefix::new();
                entry.push(key(1), field_len(name.len()) + field_len(value));
                entry.push(key(1), name.len());
                entry.insert(fields, self.fields, name.as_bytes());
                return;
            }
            Destination::Property { numbers, key: name } => {
                let name = name.of(stack);
                prefix.push(key(numbers.object), field_len(value) + field_len(name.len()));
                prefix.push(key(1), value);
            }
            Destination::Element => prefix.push(key(1), value),
        }
        if own_fields > 0 {
            prefix.push(key(1), own_fields);
        }
        prefix.insert(rest, self.rest, fields.get(self.fields..).unwrap_or_default());
        fields.truncate(self.fields);
        if let Destination::Property { key: name, .. } = self.end {
            put_field(rest, key(2), name.of(stack).as_bytes());
        }
    }
}

impl SerializeStruct for ObjectSerializer<'_> {
    type Ok = ();
    type Error = PathError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result {
        self.property(Key::Field(name), value)
    }

    fn end(self) -> Result {
        self.complete();
        Ok(())
    }
}

impl SerializeMap for ObjectSerializer<'_> {
    type Ok = ();
    type Error = PathError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        let start = self.encoder.stack.len();
        key.serialize(KeySerializer(&mut self.encoder.stack))?;
        self.pending = Some(Key::Stacked { start, end: self.encoder.stack.len() });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let key = self.pending.take().ok_or_else(|| PathError::new("a map value was given without a key"))?;
        self.property(key, value)?;
        if let Key::Stacked { start, .. } = key {
            self.encoder.stack.truncate(start);
        }
        Ok(())
    }

    fn end(self) -> Result {
        self.complete();
        Ok(())
    }
}

/// Serializer of the root object: accepts only types with named properties, or without any.
pub(super) struct RootSerializer<'e>(pub(super) &'e mut PropertiesEncoder);

fn not_an_object<T>() -> Result<T> {
    Err(PathError::new("an object must have named properties: use a struct, a map or a `PropertyMap`"))
}

impl<'e> Serializer for RootSerializer<'e> {
    common!();
    type SerializeSeq = Impossible<(), PathError>;
    type SerializeTuple = Impossible<(), PathError>;
    type SerializeTupleStruct = Impossible<(), PathError>;
    type SerializeMap = ObjectSerializer<'e>;
    type SerializeStruct = ObjectSerializer<'e>;

    fn serialize_bool(self, _: bool) -> Result {
        not_an_object()
    }

    fn serialize_i64(self, _: i64) -> Result {
        not_an_object()
    }

    fn serialize_f64(self, _: f64) -> Result {
        not_an_object()
    }

    fn serialize_str(self, _: &str) -> Result {
        not_an_object()
    }

    fn serialize_none(self) -> Result {
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        not_an_object()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        not_an_object()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        not_an_object()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<ObjectSerializer<'e>> {
        Ok(ObjectSerializer::new(self.0, Destination::Root))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<ObjectSerializer<'e>> {
        match name {
            marker::GEO_COORDINATES | marker::PHONE_NUMBER => not_an_object(),
            _ => self.serialize_map(None),
        }
    }
}

/// Serializer of a map key, which becomes a property name.
struct KeySerializer<'e>(&'e mut String);

fn not_a_name<T>() -> Result<T> {
    Err(PathError::new("the keys of a map must be text, since they are property names"))
}

impl Serializer for KeySerializer<'_> {
    common!();
    type SerializeSeq = Impossible<(), PathError>;
    type SerializeTuple = Impossible<(), PathError>;
    type SerializeTupleStruct = Impossible<(), PathError>;
    type SerializeMap = Impossible<(), PathError>;
    type SerializeStruct = Impossible<(), PathError>;

    fn serialize_bool(self, _: bool) -> Result {
        not_a_name()
    }

    fn serialize_i64(self, _: i64) -> Result {
        not_a_name()
    }

    fn serialize_f64(self, _: f64) -> Result {
        not_a_name()
    }

    fn serialize_str(self, name: &str) -> Result {
        self.0.push_str(name);
        Ok(())
    }

    fn serialize_none(self) -> Result {
        not_a_name()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        not_a_name()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        not_a_name()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        not_a_name()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        not_a_name()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        not_a_name()
    }
}
