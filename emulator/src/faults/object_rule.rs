//! Rules about the objects of a batch.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// Object of a batch, as a rule of [`Fault::object_errors`](super::Fault::object_errors) sees it.
#[derive(Debug, Clone, Copy)]
pub struct BatchObject<'a> {
    pub(crate) id: Uuid,
    pub(crate) collection: &'a str,
    pub(crate) tenant: &'a str,
    pub(crate) properties: &'a Map<String, Json>,
}

impl<'a> BatchObject<'a> {
    /// Returns the id of the object. One that came without an id over REST has the id that the server has made.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Returns the name of the collection, its first letter in upper case.
    #[must_use]
    pub fn collection(&self) -> &'a str {
        self.collection
    }

    /// Returns the name of the tenant, if the object has one.
    #[must_use]
    pub fn tenant(&self) -> Option<&'a str> {
        Some(self.tenant).filter(|tenant| !tenant.is_empty())
    }

    /// Returns a property as it was sent, if it was. Values of gRPC are shown as JSON.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'a Json> {
        self.properties.get(name)
    }
}

type Judge = dyn Fn(&BatchObject<'_>) -> Option<String> + Send + Sync;

/// A rule, which gives the error of an object or lets it pass.
#[derive(Clone)]
pub(crate) struct ObjectRule(Arc<Judge>);

impl ObjectRule {
    pub(super) fn new(rule: impl Fn(&BatchObject<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(rule))
    }

    /// The error of an object. A rule that panics refuses the object.
    pub(crate) fn error_of(&self, object: &BatchObject<'_>) -> Option<String> {
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.0)(object)));
        judged.unwrap_or_else(|_| Some("the rule of Fault::object_errors panicked".to_owned()))
    }
}

impl fmt::Debug for ObjectRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectRule").finish_non_exhaustive()
    }
}
