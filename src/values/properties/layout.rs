//! Layout of a struct: the fields that are not properties, but vectors and references.

use std::fmt;

use super::Properties;
use super::reference_type::ReferenceType;
use super::vector_type::VectorType;
use crate::values::query::{IncludeVectors, Selected};
use crate::values::types::Vectors;

/// Fields of a struct that hold a vector or references. The derive macro writes it.
///
/// A serializer sees names and values. By this table it tells a vector from an array property.
#[doc(hidden)]
#[derive(Debug)]
pub struct Layout {
    /// Names of the properties that are not flattened. `None` for a type that does not tell them.
    properties: Option<&'static [&'static str]>,
    fields: &'static [LayoutField],
    /// Layouts of flattened structs, whose fields count as fields of this one.
    flattened: &'static [&'static Self],
}

#[doc(hidden)]
#[derive(Debug)]
pub struct LayoutField {
    /// Name of the field, as serde writes it.
    pub(crate) name: &'static str,
    pub(crate) part: FieldPart,
}

/// Content of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FieldPart {
    Vector(VectorOfField),
    Reference(ReferencesOfField),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct VectorOfField {
    /// Name of the vector in the collection.
    pub(crate) vector: &'static str,
    /// `None` for a type that takes both.
    pub(crate) is_multi: Option<bool>,
    pub(crate) is_optional: bool,
    /// The type takes an empty list, as arrays do not.
    pub(crate) can_be_empty: bool,
}

#[derive(Clone, Copy)]
pub(crate) struct ReferencesOfField {
    pub(crate) targets: &'static [&'static str],
    pub(crate) is_optional: bool,
    pub(crate) is_many: bool,
    /// Selection of the fields of the target's struct. For a map or an id, the id alone.
    pub(crate) selected: fn() -> Selected,
    /// Layout of the target.
    pub(super) target: fn() -> &'static Layout,
}

impl Layout {
    pub(crate) const EMPTY: Self = Self { properties: None, fields: &[], flattened: &[] };

    #[must_use]
    pub const fn new(
        properties: &'static [&'static str],
        fields: &'static [LayoutField],
        flattened: &'static [&'static Self],
    ) -> Self {
        Self { properties: Some(properties), fields, flattened }
    }

    /// Returns whether there is a property of this name. `None` if the type does not tell.
    pub(crate) fn has_property(&self, name: &str) -> Option<bool> {
        let own = self.properties?;
        if own.contains(&name) {
            return Some(true);
        }
        let mut found = Some(false);
        for layout in self.flattened {
            match layout.has_property(name) {
                Some(false) => {}
                Some(true) => return Some(true),
                None => found = None,
            }
        }
        found
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        if !self.fields.is_empty() {
            return false;
        }
        let mut at = 0;
        while at < self.flattened.len() {
            if !self.flattened[at].is_empty() {
                return false;
            }
            at += 1;
        }
        true
    }

    /// Returns whether two structs have a vector of one name.
    #[must_use]
    pub const fn shares_a_vector(&self, other: &Self) -> bool {
        let mut at = 0;
        while at < self.fields.len() {
            if let FieldPart::Vector(part) = self.fields[at].part
                && other.has_vector(part.vector)
            {
                return true;
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.flattened.len() {
            if self.flattened[at].shares_a_vector(other) {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn has_vector(&self, name: &str) -> bool {
        let mut at = 0;
        while at < self.fields.len() {
            if let FieldPart::Vector(part) = self.fields[at].part
                && is_equal(part.vector.as_bytes(), name.as_bytes())
            {
                return true;
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.flattened.len() {
            if self.flattened[at].has_vector(name) {
                return true;
            }
            at += 1;
        }
        false
    }

    #[must_use]
    pub const fn has_references(&self) -> bool {
        let mut at = 0;
        while at < self.fields.len() {
            if matches!(self.fields[at].part, FieldPart::Reference(_)) {
                return true;
            }
            at += 1;
        }
        let mut at = 0;
        while at < self.flattened.len() {
            if self.flattened[at].has_references() {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Returns what the field of this name holds, if it is not a property.
    pub(crate) fn find(&'static self, name: &str) -> Option<&'static LayoutField> {
        let own = self.fields.iter().find(|field| field.name == name);
        own.or_else(|| self.flattened.iter().find_map(|layout| layout.find(name)))
    }

    /// Returns the field at a position, those of flattened structs after the own ones.
    pub(crate) fn field(&self, at: usize) -> Option<&'static LayoutField> {
        let mut at = at;
        self.skip(&mut at)
    }

    fn skip(&self, at: &mut usize) -> Option<&'static LayoutField> {
        if let Some(field) = self.fields.get(*at) {
            return Some(field);
        }
        *at -= self.fields.len();
        self.flattened.iter().find_map(|layout| layout.skip(at))
    }

    fn fields(&self) -> impl Iterator<Item = &'static LayoutField> {
        (0..).map_while(|at| self.field(at))
    }

    pub(crate) fn vectors(&self) -> impl Iterator<Item = VectorOfField> {
        self.fields().filter_map(|field| match field.part {
            FieldPart::Vector(part) => Some(part),
            FieldPart::Reference(_) => None,
        })
    }

    pub(crate) fn references(&self) -> impl Iterator<Item = (&'static str, ReferencesOfField)> {
        self.fields().filter_map(|field| match field.part {
            FieldPart::Reference(part) => Some((field.name, part)),
            FieldPart::Vector(_) => None,
        })
    }
}

/// Selections that a layout asks for.
impl Layout {
    /// Adds what a struct of this layout cannot do without: vectors and references that are not
    /// optional, the references by their ids. The objects of selected references get their vectors
    /// only: the server mixes up what several references select of one object.
    pub(crate) fn complete(&'static self, selected: &mut Selected) {
        for (name, _) in self.references().filter(|(_, part)| !part.is_optional) {
            selected.add_missing_reference(name, Selected::none);
        }
        self.complete_vectors(selected);
        self.agree(selected);
    }

    fn complete_vectors(&self, selected: &mut Selected) {
        self.add_vectors(selected, |part| !part.is_optional);
        for reference in selected.references.iter_mut().filter(|reference| !reference.ids_alone) {
            if let Some((_, part)) = self.references().find(|(name, _)| *name == reference.property) {
                (part.target)().complete_vectors(&mut reference.selected);
            }
        }
    }

    /// Selects all vectors and references, except references to several collections, of which a
    /// request takes one.
    pub(crate) fn select_all(&self, selected: &mut Selected) {
        self.add_vectors(selected, |_| true);
        for (name, part) in self.references().filter(|(_, part)| part.targets.len() == 1) {
            selected.add_missing_reference(name, part.selected);
        }
    }
}

impl Layout {
    /// Adds vectors. If the only one is `default`, adds all: the collections of old clients have a vector
    /// without a name, which the server does not return by that name.
    fn add_vectors(&self, selected: &mut Selected, is_wanted: impl Fn(&VectorOfField) -> bool) {
        let is_only = self.vectors().all(|part| part.vector == Vectors::DEFAULT);
        for part in self.vectors().filter(is_wanted) {
            if is_only && selected.vectors == IncludeVectors::None {
                selected.vectors = IncludeVectors::All;
            }
            selected.vectors.add(part.vector);
        }
    }
}

/// No vectors and no references.
impl Default for &'static Layout {
    fn default() -> Self {
        &Layout::EMPTY
    }
}

impl LayoutField {
    #[must_use]
    pub const fn vector<T: VectorType>(name: &'static str, vector: &'static str) -> Self {
        let part =
            VectorOfField { vector, is_multi: T::IS_MULTI, is_optional: T::IS_OPTIONAL, can_be_empty: T::CAN_BE_EMPTY };
        Self { name, part: FieldPart::Vector(part) }
    }

    #[must_use]
    pub const fn reference<T: ReferenceType>(name: &'static str, targets: &'static [&'static str]) -> Self {
        let part = ReferencesOfField {
            targets,
            is_optional: T::IS_OPTIONAL,
            is_many: T::IS_MANY,
            selected: selected_of::<T::Target>,
            target: layout_of::<T::Target>,
        };
        Self { name, part: FieldPart::Reference(part) }
    }
}

const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    one.len() == other.len()
}

fn selected_of<T: Properties>() -> Selected {
    if T::IS_MAP {
        return Selected::none();
    }
    let mut selected = Selected { properties: Some(super::selected::<T>()), ..Selected::default() };
    T::LAYOUT.complete_vectors(&mut selected);
    selected
}

fn layout_of<T: Properties>() -> &'static Layout {
    T::LAYOUT
}

/// Without the functions, whose addresses tell nothing.
impl fmt::Debug for ReferencesOfField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReferencesOfField").field("targets", &self.targets).finish_non_exhaustive()
    }
}
