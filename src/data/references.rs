//! The requests that change what an object refers to.

use std::future::IntoFuture;
use std::pin::Pin;

use super::scope::{Scope, scope_options};
use crate::report::{Failures, ItemError, into_result};
use crate::schema::CollectionName;
use crate::transport::Idempotency;
use crate::wire::batch_references;
use crate::wire::references::check_property;
use crate::{Collection, Result, Uuid};

const ADD_MANY: &str = "add references";

/// More references in one message gain nothing: the server works through them one by one.
const MAX_REFERENCES: usize = 1_000;

/// What the address of an object begins with, wherever the server is.
pub(crate) const BEACON: &str = "weaviate://localhost/";

/// An object that another refers to. An id alone is one, too, where the property refers to a single collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceTo {
    pub(crate) collection: Option<String>,
    pub(crate) id: Uuid,
}

impl ReferenceTo {
    /// An object of the one collection that the property refers to.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self { collection: None, id }
    }

    /// An object of this collection, for a property that refers to several.
    #[must_use]
    pub fn in_collection(collection: impl AsRef<str>, id: Uuid) -> Self {
        Self { collection: Some(CollectionName::new(collection.as_ref()).as_str().to_owned()), id }
    }
}

impl ReferenceTo {
    /// The id of the object.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The collection of the object, if it was named.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.collection.as_deref()
    }

    /// The object's address.
    pub(crate) fn beacon(&self) -> String {
        match &self.collection {
            Some(collection) => format!("{BEACON}{collection}/{}", self.id),
            None => format!("{BEACON}{}", self.id),
        }
    }
}

impl From<Uuid> for ReferenceTo {
    fn from(id: Uuid) -> Self {
        Self::new(id)
    }
}

/// A reference to be added, see [`Data::reference_add_many`](super::Data::reference_add_many).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReference {
    pub(crate) from: Uuid,
    pub(crate) property: String,
    pub(crate) to: ReferenceTo,
}

impl NewReference {
    /// From a property of the object of this id to another object.
    #[must_use]
    pub fn new(from: Uuid, property: impl Into<String>, to: impl Into<ReferenceTo>) -> Self {
        Self { from, property: property.into(), to: to.into() }
    }

    /// The object that is to refer.
    #[must_use]
    pub fn from(&self) -> Uuid {
        self.from
    }

    /// By which of its properties.
    #[must_use]
    pub fn property(&self) -> &str {
        &self.property
    }

    /// What it is to refer to.
    #[must_use]
    pub fn to(&self) -> &ReferenceTo {
        &self.to
    }
}

/// Changes what a property of one object refers to, see [`Data::reference_add`](super::Data::reference_add),
/// [`reference_replace`](super::Data::reference_replace) and [`reference_delete`](super::Data::reference_delete).
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until the request is awaited"]
pub struct ChangeReferences {
    scope: Scope,
    from: Uuid,
    property: String,
    change: Change,
}

#[derive(Clone, Debug)]
pub(super) enum Change {
    Add(ReferenceTo),
    Replace(Vec<ReferenceTo>),
    Delete(ReferenceTo),
}

impl Change {
    fn operation(&self) -> &'static str {
        match self {
            Self::Add(_) => "add reference",
            Self::Replace(_) => "replace references",
            Self::Delete(_) => "delete reference",
        }
    }
}

impl ChangeReferences {
    pub(super) fn new<P>(collection: &Collection<P>, from: Uuid, property: String, change: Change) -> Self {
        Self { scope: Scope::new(collection), from, property, change }
    }

    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, from, property, change } = self;
        check_property(property)?;
        let (transport, place, operation) = (&scope.transport, scope.place(), change.operation());
        match change {
            Change::Add(to) => {
                // The same reference may be there twice.
                let call = scope.call(operation, Idempotency::Never);
                transport.add_reference(&call, place, *from, property, to).await
            }
            Change::Replace(all) => {
                let call = scope.call(operation, Idempotency::Idempotent);
                transport.replace_references(&call, place, *from, property, all).await
            }
            Change::Delete(to) => {
                let call = scope.call(operation, Idempotency::Idempotent);
                transport.delete_reference(&call, place, *from, property, to).await
            }
        }
    }
}

impl IntoFuture for ChangeReferences {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await.map_err(|error| self.scope.failed(self.change.operation(), error)) })
    }
}

/// Adds many references, see [`Data::reference_add_many`](super::Data::reference_add_many).
#[derive(Clone, Debug)]
#[must_use = "nothing is added until the request is awaited"]
pub struct AddReferences {
    scope: Scope,
    references: Vec<NewReference>,
}

impl AddReferences {
    pub(super) fn new<P>(collection: &Collection<P>, references: Vec<NewReference>) -> Self {
        Self { scope: Scope::new(collection), references }
    }

    scope_options!();

    async fn send(&self) -> Result<ReferenceReport> {
        let Self { scope, references } = self;
        references.iter().try_for_each(|reference| check_property(&reference.property))?;
        let mut failures = Failures::new(ADD_MANY, &scope.collection);
        for (number, message) in references.chunks(MAX_REFERENCES).enumerate() {
            let items = (number * MAX_REFERENCES..).zip(message.iter().cloned());
            if failures.is_over() {
                failures.not_sent(items);
                continue;
            }
            let call = scope.call(ADD_MANY, Idempotency::Never);
            let request = batch_references::message(&scope.collection, scope.tenant.as_deref(), scope.level, message);
            let reply = scope.transport.batch_references(call, &request).await;
            failures.message(items, reply.and_then(|reply| batch_references::refusals(reply, message.len())))?;
        }
        Ok(ReferenceReport { count: references.len(), errors: failures.finish() })
    }
}

impl IntoFuture for AddReferences {
    type Output = Result<ReferenceReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.send().await.map_err(|error| self.scope.failed(ADD_MANY, error)) })
    }
}

/// What became of many references.
#[derive(Clone, Debug)]
#[must_use = "references that failed are listed here and nowhere else"]
pub struct ReferenceReport {
    count: usize,
    errors: Vec<ItemError<NewReference>>,
}

impl ReferenceReport {
    /// The references that are not there, or of which nobody can say.
    #[must_use]
    pub fn errors(&self) -> &[ItemError<NewReference>] {
        &self.errors
    }

    /// Whether any reference failed.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Nothing if all references are there, otherwise an error of kind [`Partial`](crate::ErrorKind::Partial) that speaks of
    /// the first that is not.
    pub fn into_result(self) -> Result<()> {
        into_result(&self.errors, self.count, "references", "added")
    }
}
