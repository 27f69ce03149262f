//! What comes back with an object, as options hold it.

use super::Metadata;

/// Largest number of references that follow each other. The server's default limit is five.
pub(crate) const MAX_REFERENCES: usize = 32;

/// Parts of an object that come back besides its id.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selected {
    /// `None` for all properties except blobs and references.
    pub(crate) properties: Option<Vec<String>>,
    pub(crate) vectors: IncludeVectors,
    pub(crate) metadata: Vec<Metadata>,
    pub(crate) references: Vec<SelectedReference>,
    /// Number of references that follow each other, at most one more than [`MAX_REFERENCES`].
    pub(crate) depth: usize,
}

/// Objects that a reference leads to, and what comes back with them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SelectedReference {
    pub(crate) property: String,
    /// Collection of the objects. `None` if the property refers to one collection.
    pub(crate) target: Option<String>,
    pub(crate) selected: Selected,
    /// Only the ids are wanted, whatever the server has to be asked for.
    pub(crate) ids_alone: bool,
}

impl SelectedReference {
    pub(crate) fn new(property: String, target: Option<String>, selected: Selected) -> Self {
        let ids_alone = selected.is_id_alone();
        Self { property, target, selected, ids_alone }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum IncludeVectors {
    #[default]
    None,
    All,
    Named(Vec<String>),
}

impl IncludeVectors {
    /// Adds a named vector.
    pub(crate) fn add(&mut self, name: &str) {
        match self {
            Self::All => {}
            Self::None => *self = Self::Named(vec![name.to_owned()]),
            Self::Named(names) if names.iter().any(|known| known == name) => {}
            Self::Named(names) => names.push(name.to_owned()),
        }
    }
}

impl IncludeVectors {
    /// Adds all vectors of another selection.
    pub(crate) fn add_all(&mut self, other: &Self) {
        match other {
            Self::None => {}
            Self::All => *self = Self::All,
            Self::Named(names) => names.iter().for_each(|name| self.add(name)),
        }
    }
}

impl Selected {
    /// The id alone.
    pub(crate) fn none() -> Self {
        Self { properties: Some(Vec::new()), ..Self::default() }
    }

    pub(crate) fn is_id_alone(&self) -> bool {
        let Self { properties, vectors, metadata, references, .. } = self;
        properties.as_ref().is_some_and(Vec::is_empty)
            && *vectors == IncludeVectors::None
            && metadata.is_empty()
            && references.is_empty()
    }

    /// Adds a reference. Beyond [`MAX_REFERENCES`], keeps that it is too deep instead of what it
    /// selects, since each level takes stack.
    pub(crate) fn add_reference(&mut self, mut reference: SelectedReference) {
        let depth = reference.selected.depth + 1;
        if depth > MAX_REFERENCES {
            reference.selected = Self::default();
        }
        self.depth = self.depth.max(depth);
        self.references.push(reference);
    }

    /// Adds a reference to objects of one collection, unless it is selected already.
    pub(crate) fn add_missing_reference(&mut self, property: &str, selected: impl FnOnce() -> Self) {
        if self.references.iter().all(|known| known.property != property) {
            self.add_reference(SelectedReference::new(property.to_owned(), None, selected()));
        }
    }
}
