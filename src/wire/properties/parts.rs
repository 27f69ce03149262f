//! Vectors and references of an object, which a struct may have fields for.

use serde::de::value::{BorrowedBytesDeserializer, UsizeDeserializer};
use serde::de::{DeserializeSeed, SeqAccess};
use uuid::Uuid;

use super::error::PathError;
use super::reply_value::Value;
use crate::values::properties::{FieldPart, Layout, LayoutField, ReferencesOfField};
use crate::values::types::{Vector, Vectors};
use crate::wire::found_references::{FoundReference, FoundReferences};

type Result<T> = std::result::Result<T, PathError>;

/// Vectors and references of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'b> {
    /// Fields of the struct that they are read into.
    pub(crate) layout: &'static Layout,
    pub(crate) unnamed: Option<&'b Vector>,
    pub(crate) vectors: &'b Vectors,
    pub(crate) references: &'b FoundReferences,
    pub(crate) asked: Asked<'b>,
    /// Number of references that led to the object.
    pub(crate) depth: usize,
}

/// References that were requested: none may have been found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked<'b> {
    All(bool),
    Names(&'b [String]),
}

impl Asked<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::All(all) => all,
            Self::Names(names) => names.iter().any(|asked| asked == name),
        }
    }
}

impl<'b> Parts<'b> {
    /// Returns the value of a field. `None` leaves the field out.
    pub(super) fn value(&self, field: &LayoutField) -> Option<Value<'b>> {
        match field.part {
            FieldPart::Vector(part) => {
                let named = self.vectors.get(part.vector);
                let unnamed = self.unnamed.filter(|_| part.vector == Vectors::DEFAULT);
                match named.or(unnamed) {
                    Some(vector) => Some(Value::vector(vector)),
                    None => (!part.is_optional).then(Value::nothing),
                }
            }
            FieldPart::Reference(part) => self.references_of(field.name, part),
        }
    }

    fn references_of(&self, name: &str, part: ReferencesOfField) -> Option<Value<'b>> {
        match self.references.get(name) {
            Some(found) if !found.is_empty() => Some(Value::References(found, self.depth)),
            // Nothing is there: `None` for a single reference, an empty list for several.
            _ if !part.is_optional || part.is_many && self.asked.has(name) => Some(Value::References(&[], self.depth)),
            _ => None,
        }
    }
}

/// Returns the one reference for a field that holds one.
pub(super) fn single(found: &[FoundReference]) -> Result<&FoundReference> {
    match found {
        [one] => Ok(one),
        [] => Err(PathError::new("the object has no reference here: make the field an `Option` or a `Vec`")),
        many => Err(PathError::new(format!("the object has {} references here: make the field a `Vec`", many.len()))),
    }
}

/// Returns the id, for a field that holds no more of a reference.
pub(super) fn id(found: &FoundReference) -> Result<Uuid> {
    let id = found.target().map_err(|error| PathError::new(error.to_string()))?;
    id.map(|to| to.id()).ok_or_else(|| PathError::new("the reference is not the id of an object of this server"))
}

/// Depth and encoded message of a reference, as its visitor takes them.
pub(super) struct EncodedReference<'b> {
    pub(super) depth: Option<usize>,
    pub(super) message: Option<&'b [u8]>,
}

impl<'de> SeqAccess<'de> for EncodedReference<'de> {
    type Error = PathError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if let Some(depth) = self.depth.take() {
            return seed.deserialize(UsizeDeserializer::new(depth)).map(Some);
        }
        let message = self.message.take();
        message.map(|message| seed.deserialize(BorrowedBytesDeserializer::new(message))).transpose()
    }
}
