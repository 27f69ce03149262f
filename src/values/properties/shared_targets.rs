//! References that lead to objects of one collection.
//!
//! The server reads an object once for a reply, with the vectors and metadata that one of the
//! references to it asks for. So all references to a collection ask for the same.

use std::collections::BTreeMap;

use super::Layout;
use crate::values::collection_name::CollectionName;
use crate::values::query::{IncludeVectors, Metadata, Selected, SelectedReference};

/// Vectors and metadata by collection.
type Wanted = BTreeMap<String, (IncludeVectors, Vec<Metadata>)>;

impl Layout {
    /// Asks for the same of all objects of a collection, as far as the structs tell which references
    /// lead to it.
    pub(super) fn agree(&'static self, selected: &mut Selected) {
        if selected.references.len() > 1 || selected.depth > 1 {
            let mut wanted = Wanted::new();
            self.collect(selected, &mut wanted);
            self.apply(selected, &wanted);
        }
    }

    fn collect(&'static self, selected: &Selected, wanted: &mut Wanted) {
        for reference in &selected.references {
            let (target, layout) = self.target_of(reference);
            if let Some(target) = target {
                let (vectors, metadata) = wanted.entry(target).or_default();
                vectors.add_all(&reference.selected.vectors);
                let missing = reference.selected.metadata.iter().filter(|one| !metadata.contains(one));
                let missing: Vec<_> = missing.copied().collect();
                metadata.extend(missing);
            }
            layout.collect(&reference.selected, wanted);
        }
    }

    fn apply(&'static self, selected: &mut Selected, wanted: &Wanted) {
        for reference in &mut selected.references {
            let (target, layout) = self.target_of(reference);
            if let Some((vectors, metadata)) = target.and_then(|target| wanted.get(&target)) {
                reference.selected.vectors = vectors.clone();
                reference.selected.metadata.clone_from(metadata);
            }
            layout.apply(&mut reference.selected, wanted);
        }
    }

    /// Returns the collection that a reference leads to, and the layout of its struct.
    fn target_of(&'static self, reference: &SelectedReference) -> (Option<String>, &'static Self) {
        let known = self.references().find(|(name, _)| *name == reference.property).map(|(_, part)| part);
        let only = known.filter(|part| part.targets.len() == 1).and_then(|part| part.targets.first().copied());
        let name = reference.target.as_deref().or(only);
        let layout = known.map_or(&Self::EMPTY, |part| (part.target)());
        (name.map(|name| CollectionName::new(name).as_str().to_owned()), layout)
    }
}
