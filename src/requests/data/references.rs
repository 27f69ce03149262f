//! The requests that add, replace and delete cross-references.

use std::future::IntoFuture;

use super::setters::scope_options;
use crate::call::Idempotency;
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::bulk_report::Failures;
use crate::values::data::{NewReference, ReferenceReport, ReferenceTo};
use crate::wire::batch_references;
use crate::wire::references::check_property;
use crate::{Result, Uuid};

const ADD_MANY: &str = "add references";

/// Maximal number of references in a message. More gain nothing: the server adds them one by one.
const MAX_REFERENCES: usize = 1_000;

/// Request to change the cross-references of one object.
///
/// Made by [`Data::reference_add`](super::Data::reference_add),
/// [`reference_replace`](super::Data::reference_replace) and
/// [`reference_delete`](super::Data::reference_delete).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(books: Collection, book: Uuid, author: Uuid) -> weaviate::Result<()> {
/// let add = books.data().reference_add(book, "writtenBy", author);
/// add.consistency_level(ConsistencyLevel::All).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until the request is awaited"]
pub struct ChangeReferences {
    scope: Scope,
    from: Uuid,
    property: String,
    change: ReferenceChange,
}

#[derive(Clone, Debug)]
pub(super) enum ReferenceChange {
    Add(ReferenceTo),
    Replace(Vec<ReferenceTo>),
    Delete(ReferenceTo),
}

impl ReferenceChange {
    fn operation(&self) -> &'static str {
        match self {
            Self::Add(_) => "add reference",
            Self::Replace(_) => "replace references",
            Self::Delete(_) => "delete reference",
        }
    }
}

impl ChangeReferences {
    pub(super) fn new(scope: &Scope, from: Uuid, property: String, change: ReferenceChange) -> Self {
        Self { scope: scope.clone(), from, property, change }
    }

    scope_options!();

    async fn send(&self) -> Result<()> {
        let Self { scope, from, property, change } = self;
        check_property(property)?;
        let (transport, target, operation) = (&scope.transport, &scope.target, change.operation());
        match change {
            ReferenceChange::Add(to) => {
                // Not idempotent: a second attempt can store the same reference twice.
                let call = scope.call(operation, Idempotency::Never)?.about_object();
                operations::objects::add_reference(transport, &call, target, *from, property, to).await
            }
            ReferenceChange::Replace(all) => {
                let call = scope.call(operation, Idempotency::Idempotent)?.about_object();
                operations::objects::replace_references(transport, &call, target, *from, property, all).await
            }
            ReferenceChange::Delete(to) => {
                let call = scope.call(operation, Idempotency::Idempotent)?.about_object();
                operations::objects::delete_reference(transport, &call, target, *from, property, to).await
            }
        }
    }
}

impl IntoFuture for ChangeReferences {
    type Output = Result<()>;
    type IntoFuture = Pending<'static, ()>;

    fn into_future(self) -> Self::IntoFuture {
        perform(self.change.operation(), self.scope.name(), async move { self.send().await })
    }
}

/// Request to add many cross-references, made by
/// [`Data::reference_add_many`](super::Data::reference_add_many).
///
/// ```no_run
/// use weaviate::data::NewReference;
/// use weaviate::prelude::*;
///
/// # async fn example(books: Collection, book: Uuid, author: Uuid) -> weaviate::Result<()> {
/// let new = [NewReference::new(book, "writtenBy", author)];
/// books.data().reference_add_many(new).await?.into_result()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is added until the request is awaited"]
pub struct AddReferences {
    scope: Scope,
    references: Vec<NewReference>,
}

impl AddReferences {
    pub(super) fn new(scope: &Scope, references: Vec<NewReference>) -> Self {
        Self { scope: scope.clone(), references }
    }

    scope_options!();

    async fn send(&self) -> Result<ReferenceReport> {
        let Self { scope, references } = self;
        references.iter().try_for_each(|reference| check_property(&reference.property))?;
        let mut failures = Failures::new(ADD_MANY, scope.collection());
        for (number, message) in references.chunks(MAX_REFERENCES).enumerate() {
            let items = (number * MAX_REFERENCES..).zip(message.iter().cloned());
            if failures.is_over() {
                failures.not_sent(items);
                continue;
            }
            let call = scope.call(ADD_MANY, Idempotency::Never)?;
            let request = batch_references::message(&scope.target, message);
            let reply = operations::references::add(&scope.transport, call, &request).await;
            failures.message(items, reply.and_then(|reply| batch_references::refusals(reply, message.len())))?;
        }
        let ids = references.iter().map(NewReference::from).collect();
        Ok(failures.report(ids, "references", "added"))
    }
}

impl IntoFuture for AddReferences {
    type Output = Result<ReferenceReport>;
    type IntoFuture = Pending<'static, ReferenceReport>;

    fn into_future(self) -> Self::IntoFuture {
        perform(ADD_MANY, self.scope.name(), async move { self.send().await })
    }
}
