//! A second look at what a batch has sent and got no answer for.

use serde::Serialize;

use super::setters::Draft;
use crate::call::Idempotency;
use crate::operations::objects::{self, Stored};
use crate::scope::{Pending, Scope};
use crate::values::data::{NewObject, NewReference};

const OPERATION: &str = "get object";

/// Returns whether an object is stored as it was sent. With an id that the client made, any object is
/// the one that was sent: the server may have added to it.
///
/// `properties` are those of the object, whose type its report does not know.
pub(crate) fn is_stored<P: Serialize, T>(
    scope: &Scope,
    object: &NewObject<T>,
    properties: &P,
    own_id: bool,
) -> Pending<'static, bool> {
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
            Stored::Same => true,
            Stored::Another => own_id,
            Stored::Missing => false,
        })
    })
}

/// Returns whether an object has a reference.
pub(crate) fn has_reference(scope: &Scope, reference: &NewReference) -> Pending<'static, bool> {
    let (scope, reference) = (scope.clone(), reference.clone());
    Box::pin(async move {
        let call = scope.call(OPERATION, Idempotency::Read)?.about_object();
        objects::has_reference(&scope.transport, &call, &scope.target, &reference).await
    })
}
