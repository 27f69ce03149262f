//! Setters of what comes back with each object.

/// Setters for requests that hold a [`Selected`](crate::values::query::Selected) in the place given.
/// Their examples begin with `$start`.
macro_rules! selection_setters {
    ($start:literal, $default:literal, $($place:ident).+) => {
        /// Selects what comes back with each object: properties, vectors, metadata, and the objects
        /// that it refers to.
        #[doc = concat!("Default: ", $default, ".")]
        ///
        /// Replaces what other setters have selected before. See
        /// [`Selection`](crate::query::Selection).
        ///
        /// ```no_run
        /// use weaviate::prelude::*;
        ///
        /// # fn example(articles: Collection, id: Uuid) {
        /// let selection = Selection::of(["title"]).vectors(["title"]).metadata([Metadata::CreationTime]);
        #[doc = concat!("let request = ", $start, ".select(selection);")]
        /// # }
        /// ```
        pub fn select(mut self, selection: crate::values::properties::Selection<P>) -> Self {
            self.$($place).+ = selection.selected;
            self
        }

        /// Returns only these properties with each object.
        ///
        #[doc = concat!("Default: ", $default, ".")]
        /// A property of type `object` is returned with all its nested properties.
        ///
        /// A dot selects one nested property: `author.name`, `author.home.city`. The last name must
        /// not be that of an object. The server leaves out nested names that it does not know, and
        /// does not find those with an upper-case first letter.
        ///
        /// Takes names, or a tuple of field handles of the struct: `(fields.title, fields.year)`.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # fn example(articles: Collection, id: Uuid) {
        #[doc = concat!("let request = ", $start, ".properties([\"title\", \"author.name\"]);")]
        /// # }
        /// ```
        #[doc(alias = "return_properties")]
        pub fn properties(
            mut self,
            names: impl crate::values::properties::IntoList<P, crate::values::properties::PropertyName>,
        ) -> Self {
            let selection = crate::values::properties::Selection::of(names);
            self.$($place).+.properties = selection.selected.properties;
            self
        }

        /// Returns all vectors with each object. Default: off.
        ///
        /// [`include_vectors`](Self::include_vectors) is cheaper if the names are known.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # fn example(articles: Collection, id: Uuid) {
        #[doc = concat!("let request = ", $start, ".include_vector(true);")]
        /// # }
        /// ```
        #[doc(alias = "return_vector")]
        pub fn include_vector(mut self, include: bool) -> Self {
            self.$($place).+.vectors = if include {
                crate::values::query::IncludeVectors::All
            } else {
                crate::values::query::IncludeVectors::None
            };
            self
        }

        /// Returns the named vectors with each object. Default: none.
        ///
        /// Takes names, or a tuple of vector handles of the struct.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # fn example(articles: Collection, id: Uuid) {
        #[doc = concat!("let request = ", $start, ".include_vectors([\"title\"]);")]
        /// # }
        /// ```
        #[doc(alias = "return_vectors")]
        pub fn include_vectors(
            mut self,
            names: impl crate::values::properties::IntoList<P, crate::values::properties::VectorName>,
        ) -> Self {
            self.$($place).+.vectors = crate::values::query::IncludeVectors::named(names);
            self
        }
    };
}

pub(super) use selection_setters;
