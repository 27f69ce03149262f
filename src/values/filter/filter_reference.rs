//! Filters on the objects that a reference points at.

use super::{CREATION_TIME, FilterTarget, ID, LAST_UPDATE_TIME, Operand, OperandValue, collection_name, length};

/// A filter on the objects that a reference points at, waiting for its property. See [`Filter::reference`](crate::Filter::reference).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a filter needs a property and a comparison"]
pub struct FilterReference(pub(super) Vec<(String, Option<String>)>);

impl FilterReference {
    fn target(self, value: OperandValue) -> FilterTarget {
        FilterTarget(Operand { path: self.0, value })
    }

    /// Continues with the value of a property of these objects.
    pub fn property(self, name: impl Into<String>) -> FilterTarget {
        self.target(OperandValue::Property(name.into()))
    }

    /// Continues with the length of a property of these objects, see [`Filter::property_length`](crate::Filter::property_length).
    pub fn property_length(self, name: impl AsRef<str>) -> FilterTarget {
        self.property(length(name.as_ref()))
    }

    /// Continues with the ids of these objects.
    pub fn id(self) -> FilterTarget {
        self.property(ID)
    }

    /// Continues with the times when these objects were first stored, see [`Filter::creation_time`](crate::Filter::creation_time).
    pub fn creation_time(self) -> FilterTarget {
        self.property(CREATION_TIME)
    }

    /// Continues with the times when these objects were last changed, see [`Filter::last_update_time`](crate::Filter::last_update_time).
    pub fn last_update_time(self) -> FilterTarget {
        self.property(LAST_UPDATE_TIME)
    }

    /// Continues with the objects that a reference of these objects points at.
    pub fn reference(mut self, name: impl Into<String>) -> Self {
        self.0.push((name.into(), None));
        self
    }

    /// Continues with the objects of one collection that a reference of these objects points at.
    pub fn reference_to(mut self, name: impl Into<String>, collection: impl AsRef<str>) -> Self {
        self.0.push((name.into(), Some(collection_name(collection.as_ref()))));
        self
    }

    /// Continues with the number of objects that a reference of these objects points at.
    pub fn reference_count(self, name: impl Into<String>) -> FilterTarget {
        self.target(OperandValue::Count(name.into()))
    }
}
