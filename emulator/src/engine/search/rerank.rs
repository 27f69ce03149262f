//! Reranking: orders a page of results once more, by one of their properties.

use super::Hit;
use super::fault::RerankFault;
use super::group::text_of;
use crate::engine::providers::Providers;
use crate::engine::schema::ClassView;

/// Checks that a reranker of the collection can be asked. The server does so only where something is found.
pub(crate) fn check(class: &ClassView, property: &str, providers: Providers<'_>) -> Result<(), RerankFault> {
    let Some(first) = class.rerankers.first() else { return Err(RerankFault::Capability) };
    if property.is_empty() {
        return Err(RerankFault::Property);
    }
    if class.rerankers.iter().any(|module| providers.rank_for(module)) {
        return Ok(());
    }
    Err(RerankFault::Provider(first.clone()))
}

/// Gives every result the score of the dummy, the bytes of its text, and puts the highest first.
pub(crate) fn apply(hits: &mut [Hit<'_>], property: &str) {
    for hit in hits.iter_mut() {
        hit.rerank_score = Some(score(hit, property));
    }
    hits.sort_by(|a, b| b.rerank_score.unwrap_or_default().total_cmp(&a.rerank_score.unwrap_or_default()));
}

/// The score of one result; what is not told as a text has none.
#[expect(clippy::cast_precision_loss, reason = "texts are short")]
fn score(hit: &Hit<'_>, property: &str) -> f64 {
    let text = hit.object.properties.get(property).and_then(text_of);
    text.map_or(0.0, |text| text.len() as f64)
}
