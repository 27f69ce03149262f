//! Batches of references: the gRPC message, its REST form, and the errors of the reply.

use weaviate_generated::grpc::batch_references_reply::BatchError;
use weaviate_generated::grpc::{BatchReference, BatchReferencesReply, BatchReferencesRequest};
use weaviate_generated::rest::types;

use super::batch::errors_by_index;
use super::consistency;
use super::reply::took;
use crate::values::bulk_report::MessageResult;
use crate::values::data::{BEACON, NewReference};
use crate::values::target::Target;
use crate::{Error, Result};

pub(crate) fn message(target: &Target, references: &[NewReference]) -> BatchReferencesRequest {
    let one = |NewReference { from, property, to }: &NewReference| BatchReference {
        name: property.clone(),
        from_collection: target.collection().to_owned(),
        from_uuid: from.to_string(),
        to_collection: to.collection().map(str::to_owned),
        to_uuid: to.id().to_string(),
        tenant: target.tenant().unwrap_or_default().to_owned(),
    };
    BatchReferencesRequest {
        references: references.iter().map(one).collect(),
        consistency_level: target.level.map(|level| consistency::message(level).into()),
    }
}

/// Converts a message to the REST body.
pub(crate) fn body(request: &BatchReferencesRequest) -> Vec<types::BatchReference> {
    let one = |reference: &BatchReference| {
        let BatchReference { name, from_collection, from_uuid, to_collection, to_uuid, tenant } = reference;
        let target = to_collection.as_ref().map_or_else(|| to_uuid.clone(), |name| format!("{name}/{to_uuid}"));
        types::BatchReference {
            from: Some(format!("{BEACON}{from_collection}/{from_uuid}/{name}")),
            tenant: Some(tenant.clone()).filter(|tenant| !tenant.is_empty()),
            to: Some(format!("{BEACON}{target}")),
        }
    };
    request.references.iter().map(one).collect()
}

/// Converts the REST results to the gRPC reply.
pub(crate) fn reply(results: Vec<types::BatchReferenceResponse>, sent: usize) -> Result<BatchReferencesReply> {
    if results.len() != sent {
        return Err(Error::decode(format!("the reply has {} results for {sent} references", results.len())));
    }
    let mut errors = Vec::new();
    for (index, result) in results.into_iter().enumerate() {
        let result = result.result.unwrap_or_default();
        let texts = result.errors.and_then(|errors| errors.error).unwrap_or_default();
        let error = texts.into_iter().filter_map(|error| error.message).collect::<Vec<_>>().join("; ");
        let added = result.status.is_some_and(|status| status.as_str() == "SUCCESS");
        if !added || !error.is_empty() {
            errors.push(BatchError { index: i32::try_from(index).unwrap_or(i32::MAX), error });
        }
    }
    Ok(BatchReferencesReply { errors, ..BatchReferencesReply::default() })
}

/// Returns the refused references by position, and the time the server took.
pub(crate) fn refusals(reply: BatchReferencesReply, sent: usize) -> Result<MessageResult> {
    let took = took(reply.took);
    let errors = reply.errors.into_iter().map(|BatchError { index, error }| (index, error));
    Ok(MessageResult { refused: errors_by_index(errors, sent)?, took })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;
    use weaviate_generated::grpc::ConsistencyLevel as Level;

    use super::*;
    use crate::ErrorKind;
    use crate::error::Outcome;
    use crate::values::data::ReferenceTo;
    use crate::values::types::ConsistencyLevel;

    const FROM: Uuid = Uuid::from_u128(1);
    const TO: Uuid = Uuid::from_u128(2);

    #[test]
    fn the_rest_body_equals_the_message() {
        let references = [
            NewReference::new(FROM, "writtenBy", TO),
            NewReference::new(FROM, "madeBy", ReferenceTo::in_collection("press", TO)),
        ];
        let bare = message(&Target::new("Book"), &references);
        assert_eq!((bare.consistency_level, bare.references[0].to_collection.as_deref()), (None, None));
        assert_eq!(bare.references[1].to_collection.as_deref(), Some("Press"));
        let full = Target { tenant: Some("a".into()), level: Some(ConsistencyLevel::All), ..Target::new("Book") };
        let full = message(&full, &references);
        assert_eq!(full.consistency_level(), Level::All);
        let expected = json!([
            {
                "from": format!("weaviate://localhost/Book/{FROM}/writtenBy"),
                "tenant": "a",
                "to": format!("weaviate://localhost/{TO}"),
            },
            {
                "from": format!("weaviate://localhost/Book/{FROM}/madeBy"),
                "tenant": "a",
                "to": format!("weaviate://localhost/Press/{TO}"),
            },
        ]);
        assert_eq!(serde_json::to_value(body(&full)).unwrap(), expected);
        assert!(body(&bare).iter().all(|reference| reference.tenant.is_none()));
    }

    #[test]
    fn refusals_have_their_position() {
        let results: Vec<types::BatchReferenceResponse> = serde_json::from_value(json!([
            {"result": {"status": "SUCCESS"}},
            {"result": {"status": "FAILED", "errors": {"error": [{"message": "tenant not found: \"a\""}, {"message": "never"}]}}},
            {"result": {"status": "SUCCESS"}},
            {"result": {"status": "PENDING"}},
        ]))
        .unwrap();
        let refused = refusals(reply(results.clone(), 4).unwrap(), 4).unwrap().refused;
        let texts: Vec<_> = refused.iter().map(|(index, error)| (*index, error.server_message().unwrap())).collect();
        assert_eq!(texts, [(1, "tenant not found: \"a\"; never"), (3, "the server gave no reason")]);
        let outcomes: Vec<_> = refused.iter().map(|(_, error)| error.outcome()).collect();
        assert_eq!(outcomes, [Outcome::Refused, Outcome::Unknown], "an unknown text proves nothing");
        assert_eq!(reply(results, 3).unwrap_err().kind(), ErrorKind::Decode);
        for index in [-1, 4] {
            let errors = vec![BatchError { index, error: "x".to_owned() }];
            let nonsense = refusals(BatchReferencesReply { errors, took: 0.0 }, 4).unwrap_err();
            assert_eq!((nonsense.kind(), nonsense.outcome()), (ErrorKind::Decode, Outcome::Unknown));
        }
    }
}
