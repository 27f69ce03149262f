//! `BatchReferences`: every reference on its own, errors by position.

use weaviate_generated::grpc::batch_references_reply::BatchError;
use weaviate_generated::grpc::{BatchReference, BatchReferencesReply, BatchReferencesRequest};

use super::write_fault::BatchFault;
use crate::emulated::Emulated;
use crate::engine::store::Link;

/// Adds what it can and lists what it could not.
pub(crate) fn add(emulated: &Emulated, request: &BatchReferencesRequest) -> Result<BatchReferencesReply, BatchFault> {
    if request.references.is_empty() {
        return Err(BatchFault::NoReferences);
    }
    let mut state = emulated.write();
    let mut add_one = |reference: &BatchReference| {
        let BatchReference { name, from_collection, from_uuid, to_collection, to_uuid, tenant } = reference;
        let from = format!("weaviate://localhost/{from_collection}/{from_uuid}/{name}");
        let to = match to_collection {
            Some(collection) => format!("weaviate://localhost/{collection}/{to_uuid}"),
            None => format!("weaviate://localhost/{to_uuid}"),
        };
        Link::parse(&from, &to).add(&mut state, tenant)
    };
    let results = request.references.iter().enumerate().map(|(index, reference)| (index, add_one(reference)));
    let errors = results
        .filter_map(|(index, result)| {
            Some(BatchError { index: i32::try_from(index).unwrap_or(i32::MAX), error: result.err()?.to_string() })
        })
        .collect();
    Ok(BatchReferencesReply { took: 0.0, errors })
}
