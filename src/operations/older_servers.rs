//! Adapts requests to older servers.

use bytes::Bytes;
use weaviate_generated::grpc::vectors::VectorType;
use weaviate_generated::grpc::{NearVector, SearchRequest, Vectors};

use crate::values::server::{Feature, ServerVersion};

use crate::transport::version_check;

/// Moves query vectors to the deprecated field, the only one before 1.29. Vectors without an older
/// form, such as multi-vectors, stay, and the version check refuses them.
pub(crate) fn adapt(request: &mut SearchRequest, server: &ServerVersion) {
    if version_check::feature(server, Feature::MultiVectors).is_ok() {
        return;
    }
    if let Some(near) = &mut request.near_vector {
        adapt_near(near);
    }
    if let Some(hybrid) = &mut request.hybrid_search {
        #[expect(deprecated, reason = "this is the field that older servers read")]
        move_single(&mut hybrid.vectors, &mut hybrid.vector_bytes);
        if let Some(near) = &mut hybrid.near_vector {
            adapt_near(near);
        }
    }
}

#[expect(deprecated, reason = "these are the fields that older servers read")]
fn adapt_near(near: &mut NearVector) {
    move_single(&mut near.vectors, &mut near.vector_bytes);
    for target in &mut near.vector_for_targets {
        move_single(&mut target.vectors, &mut target.vector_bytes);
    }
}

fn move_single(vectors: &mut Vec<Vectors>, bytes: &mut Bytes) {
    if let [vector] = vectors.as_slice()
        && vector.r#type() != VectorType::MultiFp32
    {
        *bytes = vector.vector_bytes.clone();
        vectors.clear();
    }
}

#[cfg(test)]
mod tests {
    use weaviate_generated::availability::Requirements as _;

    use super::*;

    fn near(kind: VectorType) -> SearchRequest {
        let vector =
            Vectors { vector_bytes: Bytes::from_static(&[0, 0, 128, 63]), r#type: kind.into(), ..Vectors::default() };
        SearchRequest {
            near_vector: Some(NearVector { vectors: vec![vector], ..NearVector::default() }),
            ..SearchRequest::default()
        }
    }

    #[test]
    fn every_supported_server_can_search_by_vector() {
        for version in ["1.27.0", "1.28.16", "1.29.0", "1.39.0"] {
            let server = version.parse().unwrap();
            let mut request = near(VectorType::SingleFp32);
            adapt(&mut request, &server);
            assert!(version_check::check(&server, &request).is_ok(), "{version}");
            let mut set = Vec::new();
            request.requirements(&mut |requirement| set.push(requirement.symbol));
            assert_eq!(set.is_empty(), version < "1.29", "{version}: {set:?}");
        }
    }

    #[test]
    fn a_multi_vector_is_not_moved() {
        let server = ServerVersion::new(1, 28, 16);
        let mut request = near(VectorType::MultiFp32);
        adapt(&mut request, &server);
        assert_eq!(request, near(VectorType::MultiFp32));
        assert!(version_check::check(&server, &request).is_err());
    }
}
