//! Vectors and references of an object, which a struct may have fields for.

use serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer, UsizeDeserializer};
use serde::de::{DeserializeSeed, SeqAccess};
use uuid::Uuid;

use super::error::PathError;
use super::reply_value::Value;
use crate::values::properties::{FieldPart, Layout, LayoutField, ReferencesOfField, VectorOfField};
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

/// Requested references, found or not.
///
/// Each name is followed by the references of its objects in brackets: `writtenBy(worksFor())`. A text
/// passes through serde to the objects of references, where a value does not. `None` stands for all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'b>(pub(crate) Option<&'b str>);

impl<'b> Asked<'b> {
    /// Follows the name of a reference of which the ids are wanted alone.
    pub(crate) const IDS_ALONE: char = '~';

    const NOTHING: Self = Self(Some(""));

    /// Returns whether only the ids of a reference are wanted, and what was requested of its objects.
    /// `None` if the reference was not requested.
    fn find(self, name: &str) -> Option<(bool, Self)> {
        match self.0 {
            None => Some((false, self)),
            Some(_) => self.within(name).map(|(ids_alone, inner)| (ids_alone, Self(Some(inner)))),
        }
    }

    /// As `find`, with nothing requested of the objects of a reference that was not requested.
    pub(crate) fn of(self, name: &str) -> (bool, Self) {
        self.find(name).unwrap_or((false, Self::NOTHING))
    }

    fn within(self, name: &str) -> Option<(bool, &'b str)> {
        let mut rest = self.0?;
        while let Some((found, after)) = rest.split_once('(') {
            let mut depth = 1_usize;
            let end = after.find(|letter| {
                depth = match letter {
                    '(' => depth + 1,
                    ')' => depth - 1,
                    _ => depth,
                };
                depth == 0
            })?;
            let (inner, next) = after.split_at_checked(end)?;
            let (found, ids_alone) = match found.strip_suffix(Self::IDS_ALONE) {
                Some(found) => (found, true),
                None => (found, false),
            };
            if found == name {
                return Some((ids_alone, inner));
            }
            rest = next.get(1..)?;
        }
        None
    }
}

impl<'b> Parts<'b> {
    /// Returns the value of a field. `None` leaves the field out.
    pub(super) fn value(&self, field: &LayoutField) -> Result<Option<Value<'b>>> {
        match field.part {
            FieldPart::Vector(part) => self.vector(part),
            FieldPart::Reference(part) => self.references_of(field.name, part),
        }
        .map_err(|error| error.under(field.name))
    }

    fn vector(&self, part: VectorOfField) -> Result<Option<Value<'b>>> {
        let unnamed = self.unnamed.filter(|_| part.vector == Vectors::DEFAULT);
        match self.vectors.get(part.vector).or(unnamed) {
            Some(vector) => Ok(Some(Value::vector(vector))),
            None if part.is_optional => Ok(None),
            // The vectors of the found object are always requested. Those of others may not be, and the server
            // leaves them out of an object that another reference leads to without them.
            None if self.depth > 0 => Err(PathError::new(format!(
                "the reply does not have the vector `{}`: it was not selected here, or not by another reference to the \
                 same object, or the object does not have it; make the field an `Option`",
                part.vector
            ))),
            None => Ok(part.can_be_empty.then(Value::nothing)),
        }
    }

    fn references_of(&self, name: &str, part: ReferencesOfField) -> Result<Option<Value<'b>>> {
        let found = self.asked.find(name);
        let (is_asked, (ids_alone, asked)) = (found.is_some(), found.unwrap_or((false, Asked::NOTHING)));
        let of = ReferenceContext { depth: self.depth, asked, ids_alone };
        match self.references.get(name) {
            Some(found) if !found.is_empty() => Ok(Some(Value::References(found, of))),
            _ if !part.is_optional && !is_asked => {
                Err(PathError::new("the reference was not selected: select it, or make the field an `Option`"))
            }
            // Nothing is there: `None` for a single reference, an empty list for several.
            _ if !part.is_optional || part.is_many && is_asked => Ok(Some(Value::References(&[], of))),
            _ => Ok(None),
        }
    }
}

/// Returns the one reference for a field that holds one.
pub(super) fn single(found: &[FoundReference]) -> Result<&FoundReference> {
    match found {
        [one] => Ok(one),
        [] => Err(PathError::new(
            "the object has no reference here, or its target was deleted: make the field an `Option` or a `Vec`",
        )),
        many => Err(PathError::new(format!("the object has {} references here: make the field a `Vec`", many.len()))),
    }
}

/// Returns the id, for a field that holds no more of a reference.
pub(super) fn id(found: &FoundReference) -> Result<Uuid> {
    let id = found.target().map_err(|error| PathError::new(error.detail()))?;
    id.map(|to| to.id()).ok_or_else(|| PathError::new("the reference is not the id of an object of this server"))
}

/// Returns the address of a reference, as its visitor takes it.
pub(super) fn beacon(found: &FoundReference) -> Result<String> {
    let to = found.target().map_err(|error| PathError::new(error.detail()))?;
    match (to, found) {
        (Some(to), _) => Ok(to.beacon()),
        (None, FoundReference::Beacon(beacon)) => Ok(beacon.clone()),
        (None, FoundReference::Message(_)) => Err(PathError::new("the reference does not have an id")),
    }
}

/// Place of references in a reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReferenceContext<'b> {
    /// Number of references before them.
    pub(super) depth: usize,
    /// References that were requested of their objects.
    pub(super) asked: Asked<'b>,
    pub(super) ids_alone: bool,
}

/// Depth, requested references and encoded message of a reference, as its visitor takes them.
pub(super) struct ReferenceElements<'b> {
    context: ReferenceContext<'b>,
    message: &'b [u8],
    next: usize,
}

impl<'b> ReferenceElements<'b> {
    pub(super) fn new(context: ReferenceContext<'b>, message: &'b [u8]) -> Self {
        Self { context, message, next: 0 }
    }
}

impl<'de> SeqAccess<'de> for ReferenceElements<'de> {
    type Error = PathError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.next += 1;
        let asked = self.context.asked.0.unwrap_or_default();
        match self.next {
            1 => seed.deserialize(UsizeDeserializer::new(self.context.depth)).map(Some),
            2 => seed.deserialize(BorrowedStrDeserializer::new(asked)).map(Some),
            3 => seed.deserialize(BorrowedBytesDeserializer::new(self.message)).map(Some),
            _ => Ok(None),
        }
    }
}
