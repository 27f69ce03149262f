//! Listing objects: order and cursor.

use super::Sort;
use crate::Uuid;

/// A list of objects without a search, see [`Queries::fetch_objects`](crate::query::Queries::fetch_objects).
#[derive(Clone, Debug, Default)]
pub struct FetchObjects {
    pub(crate) sort: Option<Sort>,
    pub(crate) after: Option<Uuid>,
}
