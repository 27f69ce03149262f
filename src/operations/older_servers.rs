//! Adapts requests to older servers.

use bytes::Bytes;
use weaviate_generated::grpc::vectors::VectorType;
use weaviate_generated::grpc::{NearVector, SearchRequest, VectorForTarget, Vectors};

use crate::error::Result;
use crate::values::server::{Feature, ServerVersion};

use crate::transport::version_check;

/// Returns whether some supported server needs another form of the request, which its fields do not
/// tell.
pub(crate) fn has_older_form(request: &SearchRequest) -> bool {
    request.generative.is_some()
}

/// Gives the request the form that the server reads. Fails for what has no older form.
pub(crate) fn adapt(request: &mut SearchRequest, server: &ServerVersion) -> Result<()> {
    adapt_generative(request, server)?;
    adapt_vectors(request, server)
}

/// Moves prompt and task to the deprecated fields, which alone are reliable before 1.27.14. Fails if
/// a provider is named, which has no older form.
#[expect(deprecated, reason = "these are the fields that older servers read")]
fn adapt_generative(request: &mut SearchRequest, server: &ServerVersion) -> Result<()> {
    let Some(generative) = &mut request.generative else { return Ok(()) };
    let runtime = version_check::feature(server, Feature::RuntimeGenerative);
    if runtime.is_ok() {
        return Ok(());
    }
    let named = generative.single.iter().map(|single| &single.queries);
    let mut named = named.chain(generative.grouped.iter().map(|grouped| &grouped.queries));
    if named.any(|providers| !providers.is_empty()) {
        return runtime;
    }
    if let Some(single) = generative.single.take() {
        generative.single_response_prompt = single.prompt;
    }
    if let Some(grouped) = generative.grouped.take() {
        generative.grouped_response_task = grouped.task;
        generative.grouped_properties = grouped.properties.map(|names| names.values).unwrap_or_default();
    }
    // With the flag, the server reads the newer fields only.
    request.uses_127_api = false;
    Ok(())
}

/// Moves query vectors to the deprecated field, the only one before 1.29. Fails for multi-vectors,
/// which have no older form.
fn adapt_vectors(request: &mut SearchRequest, server: &ServerVersion) -> Result<()> {
    let multi_vectors = version_check::feature(server, Feature::MultiVectors);
    if multi_vectors.is_ok() {
        return Ok(());
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
    let near = [request.near_vector.as_ref(), request.hybrid_search.as_ref().and_then(|it| it.near_vector.as_ref())];
    let mut lists = near.into_iter().flatten().flat_map(|near| {
        std::iter::once(&near.vectors).chain(near.vector_for_targets.iter().map(|target| &target.vectors))
    });
    let is_adapted = request.hybrid_search.as_ref().is_none_or(|hybrid| hybrid.vectors.is_empty());
    if is_adapted && lists.all(Vec::is_empty) { Ok(()) } else { multi_vectors }
}

#[expect(deprecated, reason = "these are the fields that older servers read")]
fn adapt_near(near: &mut NearVector) {
    move_single(&mut near.vectors, &mut near.vector_bytes);
    // Several vectors of one target are as many entries there.
    let targets = std::mem::take(&mut near.vector_for_targets);
    near.vector_for_targets = targets.into_iter().flat_map(one_by_one).collect();
    for target in &mut near.vector_for_targets {
        move_single(&mut target.vectors, &mut target.vector_bytes);
    }
}

fn one_by_one(target: VectorForTarget) -> Vec<VectorForTarget> {
    let VectorForTarget { name, vectors, .. } = target;
    let each = |vector| VectorForTarget { name: name.clone(), vectors: vec![vector], ..VectorForTarget::default() };
    vectors.into_iter().map(each).collect()
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
            adapt(&mut request, &server).unwrap();
            assert!(version_check::check(&server, &request).is_ok(), "{version}");
            let mut set = Vec::new();
            request
                .requirements(&mut |requirement| set.extend((!requirement.deprecated).then_some(requirement.symbol)));
            assert_eq!(set.is_empty(), version < "1.29", "{version}: {set:?}");
        }
    }

    /// Up to 1.28, each vector has an entry of its own, in the order of the targets.
    #[test]
    fn vectors_of_one_target_are_entries_of_their_own() {
        let vector = |byte: u8| Vectors { vector_bytes: vec![byte; 4].into(), r#type: 1, ..Vectors::default() };
        let target =
            |name: &str, vectors| VectorForTarget { name: name.to_owned(), vectors, ..VectorForTarget::default() };
        let vector_for_targets = vec![target("a", vec![vector(1), vector(2)]), target("b", vec![vector(3)])];
        let near_vector = Some(NearVector { vector_for_targets, ..NearVector::default() });
        let mut request = SearchRequest { near_vector, ..SearchRequest::default() };
        let server = ServerVersion::new(1, 28, 16);
        adapt(&mut request, &server).unwrap();
        assert!(version_check::check(&server, &request).is_ok());
        #[expect(deprecated, reason = "this is the field that older servers read")]
        let found: Vec<_> = request
            .near_vector
            .iter()
            .flat_map(|near| &near.vector_for_targets)
            .map(|target| (target.name.as_str(), target.vectors.len(), target.vector_bytes[0]))
            .collect();
        assert_eq!(found, [("a", 0, 1), ("a", 0, 2), ("b", 0, 3)]);
    }

    #[test]
    fn a_multi_vector_is_not_moved() {
        let server = ServerVersion::new(1, 28, 16);
        let mut request = near(VectorType::MultiFp32);
        let error = adapt(&mut request, &server).unwrap_err();
        assert_eq!(error.feature(), Some("MultiVectors"));
        assert_eq!(request, near(VectorType::MultiFp32));
    }
}
