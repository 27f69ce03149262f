//! Reranking: orders a page of results once more, by one of their properties.

use std::collections::BTreeSet;

use super::Hit;
use super::fault::RerankFault;
use super::group::text_of;
use crate::engine::providers::Providers;
use crate::engine::schema::ClassView;

/// Order of a page: by a property, and a query to compare it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rerank {
    pub(crate) property: String,
    pub(crate) query: String,
}

/// The rules by which the emulator's rerankers score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// The dummy's: the bytes of the text.
    Bytes,
    /// The rule in the place of providers: how many of the words are in the query.
    CommonWords,
}

impl Rerank {
    /// Checks that a reranker of the collection can be asked. The server does so only where something is found.
    pub(crate) fn check(&self, class: &ClassView, providers: Providers<'_>) -> Result<Scale, RerankFault> {
        let Some(module) = class.rerankers.first() else { return Err(RerankFault::Capability) };
        if self.property.is_empty() {
            return Err(RerankFault::Property);
        }
        if !providers.rank_for(module)? {
            return Err(RerankFault::NoProvider(module.clone()));
        }
        Ok(if module == "reranker-dummy" { Scale::Bytes } else { Scale::CommonWords })
    }

    /// Gives every result its score, and puts the highest first.
    pub(crate) fn apply(&self, scale: Scale, hits: &mut [Hit<'_>]) {
        let words: BTreeSet<&str> = self.query.split_whitespace().collect();
        for hit in hits.iter_mut() {
            // What is not told as a text has none.
            let text = hit.object.properties.get(&self.property).and_then(text_of).unwrap_or_default();
            hit.rerank_score = Some(match scale {
                Scale::Bytes => number(text.len()),
                Scale::CommonWords => {
                    let (all, common) = text
                        .split_whitespace()
                        .fold((1, 1), |(all, common), word| (all + 1, common + usize::from(words.contains(word))));
                    number(common) / number(all)
                }
            });
        }
        hits.sort_by(|a, b| b.rerank_score.unwrap_or_default().total_cmp(&a.rerank_score.unwrap_or_default()));
    }
}

#[expect(clippy::cast_precision_loss, reason = "texts are short")]
fn number(count: usize) -> f64 {
    count as f64
}
