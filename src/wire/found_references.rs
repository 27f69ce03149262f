//! References of an object that was read: messages of a reply, or beacons of REST.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::{DeserializeOwned, Deserializer, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use weaviate_generated::grpc::reply::RefPropertiesResult;

use super::properties::Asked;
use super::{references, reply};
use crate::values::data::ReferenceTo;
use crate::values::properties::{Layout, Properties};
use crate::values::query::{EncodedReference, Hit, MAX_REFERENCES, Reference};
use crate::values::types::marker;
use crate::{Error, PropertyMap, Result};

/// References of an object, by the name of the property.
#[derive(Debug, Default)]
pub(crate) struct FoundReferences(Vec<(String, Vec<FoundReference>)>);

/// A reference that is not parsed yet.
#[derive(Debug)]
pub(super) enum FoundReference {
    /// Encoded `PropertiesResult`: the object, or its id.
    Message(Bytes),
    Beacon(String),
}

impl FoundReferences {
    pub(super) fn of_reply(found: Vec<RefPropertiesResult>) -> Self {
        // As most objects of a reply. Collecting nothing costs as much as reading a property.
        if found.is_empty() {
            return Self::default();
        }
        let each = found.into_iter().map(|RefPropertiesResult { properties, prop_name }| {
            (prop_name, properties.into_iter().map(FoundReference::Message).collect())
        });
        Self(each.collect())
    }

    pub(super) fn of_json(found: impl Iterator<Item = (String, Value)>) -> Self {
        let each = found.map(|(name, all)| {
            let beacons = references::beacons(&all).map(|beacon| FoundReference::Beacon(beacon.to_owned()));
            (name, beacons.collect())
        });
        Self(each.collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&[FoundReference]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, all)| all.as_slice())
    }

    /// Returns the references that are not fields of the struct.
    pub(super) fn of_no_field(
        self,
        layout: &'static Layout,
        depth: usize,
        asked: Asked<'_>,
    ) -> Result<Vec<(String, Vec<Reference>)>> {
        if self.0.is_empty() {
            return Ok(Vec::new());
        }
        let others = self.0.into_iter().filter(|(name, _)| layout.find(name).is_none());
        let read = others.map(|(name, all)| {
            let (ids_alone, asked) = asked.of(&name);
            let all = all.iter().map(|found| match found {
                FoundReference::Message(message) if ids_alone => reply::target(message).map(Reference::new),
                found => found.read::<PropertyMap>(depth, asked),
            });
            let all = all.collect::<Result<_>>()?;
            Ok((name, all))
        });
        read.collect()
    }
}

impl FoundReference {
    /// Returns the address of the object, if it can be parsed.
    pub(super) fn target(&self) -> Result<Option<ReferenceTo>> {
        match self {
            Self::Beacon(beacon) => Ok(references::parsed::<PropertyMap>(beacon).to().cloned()),
            Self::Message(message) => reply::target(message).map(Some),
        }
    }

    fn read<T: Properties + DeserializeOwned>(&self, depth: usize, asked: Asked<'_>) -> Result<Reference<T>> {
        match self {
            Self::Beacon(beacon) => Ok(references::parsed(beacon)),
            Self::Message(message) => from_message(message, depth, asked),
        }
    }
}

/// Reads a reference. `depth` is the number of references before it.
fn from_message<T: Properties + DeserializeOwned>(
    message: &[u8],
    depth: usize,
    asked: Asked<'_>,
) -> Result<Reference<T>> {
    if depth >= MAX_REFERENCES {
        return Err(Error::decode(format!("references lead more than {MAX_REFERENCES} objects deep")));
    }
    let (to, object) = reply::referenced::<T>(message, T::LAYOUT, depth + 1, asked)?;
    let reference = Reference::new(to);
    Ok(match object {
        // A struct was read into what the caller wants.
        Some(object) if !T::IS_MAP => reference.with_object(object, None),
        Some(object) => {
            let asked = asked.0.unwrap_or_default().to_owned();
            reference.with_object(object, Some(EncodedReference { message: Bytes::copy_from_slice(message), asked }))
        }
        None => reference,
    })
}

impl Reference {
    /// Reads the object that the reference leads to as a struct, for example by its collection.
    ///
    /// `None` without an [object](Self::object).
    ///
    /// # Errors
    ///
    /// [`Decode`](crate::ErrorKind::Decode) if the object does not fit the struct.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Author { name: String }
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Publisher { city: String }
    /// # fn example(book: Hit<PropertyMap>) -> weaviate::Result<()> {
    /// for maker in book.references("madeBy") {
    ///     match maker.collection() {
    ///         Some("Author") => println!("{:?}", maker.object_as::<Author>()?.map(|hit| hit.properties.name)),
    ///         _ => println!("{:?}", maker.object_as::<Publisher>()?.map(|hit| hit.properties.city)),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn object_as<U: Properties + DeserializeOwned>(&self) -> Result<Option<Hit<U>>> {
        let Some(EncodedReference { message, asked }) = self.encoded() else { return Ok(None) };
        let (_, object) = reply::referenced::<U>(message, U::LAYOUT, 1, Asked(Some(asked)))?;
        Ok(object)
    }
}

/// Writes the beacon, without the object.
impl<T> Serialize for Reference<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.beacon())
    }
}

/// Reads a beacon or an id; from a Weaviate server, with the object.
impl<'de, T: Properties + DeserializeOwned> Deserialize<'de> for Reference<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(marker::REFERENCE, ReferenceVisitor(PhantomData))
    }
}

struct ReferenceVisitor<T>(PhantomData<T>);

impl<'de, T: Properties + DeserializeOwned> Visitor<'de> for ReferenceVisitor<T> {
    type Value = Reference<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a beacon or the id of an object")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(references::parsed(text))
    }

    /// Depth, requested references and message, from the deserializer of replies.
    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let missing = || A::Error::custom("an encoded reference was expected");
        let depth: usize = parts.next_element()?.ok_or_else(missing)?;
        let asked: &str = parts.next_element()?.ok_or_else(missing)?;
        let message: &[u8] = parts.next_element()?.ok_or_else(missing)?;
        from_message(message, depth, Asked(Some(asked))).map_err(|error| A::Error::custom(error.detail()))
    }
}
