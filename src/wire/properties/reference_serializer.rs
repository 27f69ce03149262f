//! Serializer of a field with references: collects their targets.

use serde::ser::{Impossible, Serialize, SerializeSeq, Serializer};

use super::super::references;
use super::encode::{PropertiesEncoder, Result, common};
use super::error::PathError;
use crate::PropertyMap;
use crate::values::data::ReferenceTo;
use crate::values::properties::ReferencesOfField;

/// Serializer of the references of a property.
pub(super) struct ReferenceSerializer<'e> {
    pub(super) encoder: &'e mut PropertiesEncoder,
    pub(super) name: &'static str,
    pub(super) part: ReferencesOfField,
}

fn not_a_reference<T>() -> Result<T> {
    Err(PathError::new("a reference must be a beacon or the id of an object, or a list of these"))
}

impl ReferenceSerializer<'_> {
    /// Returns the target in the form that the property takes: without its collection if there is
    /// only one, with it if there are several.
    fn target(&self, text: &str) -> Result<ReferenceTo> {
        let parsed = references::parsed::<PropertyMap>(text);
        let Some(to) = parsed.to() else { return not_a_reference() };
        let targets = self.part.targets;
        let is_target = |name: &str| targets.iter().any(|target| ReferenceTo::is_same_collection(target, name));
        match (to.collection(), targets) {
            (Some(named), _) if !is_target(named) => Err(PathError::new(format!(
                "refers to an object of {named}, and the field to objects of {}",
                targets.join(" or ")
            ))),
            (_, [_]) => Ok(ReferenceTo::new(to.id())),
            (None, _) => Err(PathError::new(format!(
                "the collection of the object is missing, {}: use `Reference::in_collection`",
                targets.join(" or ")
            ))),
            (Some(_), _) => Ok(to.clone()),
        }
    }
}

impl Serializer for ReferenceSerializer<'_> {
    common!();
    type SerializeSeq = Self;
    type SerializeTuple = Impossible<(), PathError>;
    type SerializeTupleStruct = Impossible<(), PathError>;
    type SerializeMap = Impossible<(), PathError>;
    type SerializeStruct = Impossible<(), PathError>;

    fn serialize_bool(self, _: bool) -> Result {
        not_a_reference()
    }

    fn serialize_i64(self, _: i64) -> Result {
        not_a_reference()
    }

    fn serialize_f64(self, _: f64) -> Result {
        not_a_reference()
    }

    fn serialize_str(self, text: &str) -> Result {
        let to = self.target(text)?;
        self.encoder.references.push((self.name, to));
        Ok(())
    }

    fn serialize_none(self) -> Result {
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        not_a_reference()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct> {
        not_a_reference()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        not_a_reference()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        not_a_reference()
    }
}

impl SerializeSeq for ReferenceSerializer<'_> {
    type Ok = ();
    type Error = PathError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        let Self { encoder, name, part } = self;
        value.serialize(ReferenceSerializer { encoder, name, part: *part })
    }

    fn end(self) -> Result {
        Ok(())
    }
}
