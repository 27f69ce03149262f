//! What a search brings back.

use std::ops::Deref;
use std::time::Duration;

use super::Reference;
use crate::Uuid;
use crate::values::types::{DateTime, Vector, Vectors};

/// An object that was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit<P> {
    /// Its id.
    pub id: Uuid,
    /// Its properties.
    pub properties: P,
    /// What else was asked for.
    pub metadata: HitMetadata,
    pub(crate) vector: Option<Vector>,
    pub(crate) vectors: Vectors,
    /// By the property that refers.
    pub(crate) references: Vec<(String, Vec<Reference>)>,
}

impl<P> Hit<P> {
    /// The one vector of the object: that without a name, or that which came alone. `None` where no vector was asked for,
    /// and where several came; those are in [`vectors`](Self::vectors).
    #[must_use]
    pub fn vector(&self) -> Option<&Vector> {
        let mut named = self.vectors.iter().map(|(_, vector)| vector);
        match (&self.vector, named.next(), named.next()) {
            (Some(vector), _, _) | (None, Some(vector), None) => Some(vector),
            _ => None,
        }
    }

    /// The vectors with names that came with the object.
    #[must_use]
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// What this property refers to, in the server's order. Empty where it refers to nothing, and where references did not
    /// come with the object: [`Data::get`](crate::data::Data::get) brings them, searches do not yet.
    ///
    /// ```no_run
    /// use weaviate::Uuid;
    ///
    /// # async fn example(books: weaviate::Collection, book: Uuid) -> weaviate::Result<()> {
    /// if let Some(book) = books.data().get(book).await? {
    ///     for author in book.references("writtenBy") {
    ///         println!("{:?} of {:?}", author.id(), author.collection());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn references(&self, property: &str) -> &[Reference] {
        self.references.iter().find(|(name, _)| name == property).map_or(&[], |(_, all)| all)
    }

    /// The properties that refer to something.
    pub fn referring_properties(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(|(name, _)| name.as_str())
    }
}

/// What is known of an object that was found. Only what was asked for is there, and only where it applies.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HitMetadata {
    /// When it was first stored, in UTC, to the millisecond.
    pub creation_time: Option<DateTime>,
    /// When it was last changed, in UTC, to the millisecond.
    pub last_update_time: Option<DateTime>,
    /// How far its vector is from the one searched for. Less is nearer; it may be negative.
    pub distance: Option<f32>,
    /// The same as a number from 0 to 1, where 1 is nearest.
    pub certainty: Option<f32>,
    /// How well it fits the words searched for. More is better.
    pub score: Option<f32>,
    /// How that score came about, in words.
    pub explain_score: Option<String>,
    /// Whether all replicas agree.
    pub is_consistent: Option<bool>,
}

/// The objects that were found, best first. A slice of [`Hit`]s.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResults<P> {
    pub(crate) hits: Vec<Hit<P>>,
    pub(crate) took: Duration,
}

impl<P> SearchResults<P> {
    /// How long the server says it took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The objects.
    #[must_use]
    pub fn into_vec(self) -> Vec<Hit<P>> {
        self.hits
    }
}

impl<P> Deref for SearchResults<P> {
    type Target = [Hit<P>];

    fn deref(&self) -> &[Hit<P>] {
        &self.hits
    }
}

impl<P> IntoIterator for SearchResults<P> {
    type Item = Hit<P>;
    type IntoIter = std::vec::IntoIter<Hit<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.into_iter()
    }
}

impl<'a, P> IntoIterator for &'a SearchResults<P> {
    type Item = &'a Hit<P>;
    type IntoIter = std::slice::Iter<'a, Hit<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.iter()
    }
}
