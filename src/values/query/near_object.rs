//! Vector search with the vector of a stored object.

use super::threshold::Threshold;
use crate::Uuid;

/// Vector search with the vector of a stored object, made by
/// [`Queries::near_object`](crate::query::Queries::near_object).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{NearObject, Query};
///
/// # fn example(articles: Collection, id: Uuid) {
/// let similar: Query<PropertyMap, NearObject> = articles.query().near_object(id).limit(5);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct NearObject {
    pub(crate) id: Uuid,
    pub(crate) threshold: Threshold,
}

impl NearObject {
    pub(crate) fn new(id: Uuid) -> Self {
        Self { id, threshold: Threshold::default() }
    }
}
