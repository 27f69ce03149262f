//! A second look at what a batch has sent and got no answer for.

use serde::Serialize;

use super::setters::Draft;
use crate::call::Idempotency;
use crate::operations::objects::{self, Stored};
use crate::scope::{Pending, Scope};
use crate::values::batch::SecondLook;
use crate::values::data::{NewObject, NewReference};

const OPERATION: &str = "get object";

/// Reads an object that may be stored. With an id that the client made, any object is the one that was
/// sent: the server may have added to it.
///
/// `properties` are those of the object, whose type its report does not know.
pub(crate) fn at_object<P: Serialize, T>(
    scope: &Scope,
    object: &NewObject<T>,
    properties: &P,
    own_id: bool,
) -> Pending<'static, SecondLook> {
    let mut draft = Draft::new(scope, properties);
    draft.allow_lossy_integers = true;
    draft.unnamed.clone_from(&object.unnamed);
    draft.vectors.clone_from(&object.vectors);
    draft.references.clone_from(&object.references);
    let (scope, id) = (scope.clone(), object.id.unwrap_or_default());
    Box::pin(async move {
        let body = draft.body(&scope, id, draft.properties()?)?;
        let call = scope.call(OPERATION, Idempotency::Read)?.about_object();
        Ok(match objects::stored(&scope.transport, &call, &scope.target, id, &body).await? {
            Stored::Same => SecondLook::Stored,
            Stored::Another if own_id => SecondLook::Stored,
            Stored::Another => SecondLook::Another,
            Stored::Missing => SecondLook::Missing,
        })
    })
}

/// Looks whether an object has a reference.
pub(crate) fn at_reference(scope: &Scope, reference: &NewReference) -> Pending<'static, SecondLook> {
    let (scope, reference) = (scope.clone(), reference.clone());
    Box::pin(async move {
        let call = scope.call(OPERATION, Idempotency::Read)?.about_object();
        let is_there = objects::has_reference(&scope.transport, &call, &scope.target, &reference).await?;
        Ok(if is_there { SecondLook::Stored } else { SecondLook::Missing })
    })
}
