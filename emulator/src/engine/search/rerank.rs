//! Reranking: orders a page of results once more, by one of their properties.

use std::collections::BTreeSet;

use super::fault::RerankFault;
use super::group::text_of;
use super::{Hit, float};
use crate::engine::providers::Providers;
use crate::engine::providers::fault::ProviderFault;
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
        providers.scale_of(module)?.ok_or_else(|| RerankFault::NoProvider(module.clone()))
    }

    /// Gives every result its score, and puts the highest first.
    pub(crate) fn apply(&self, scale: Scale, hits: &mut [Hit<'_>]) {
        let words: BTreeSet<&str> = self.query.split_whitespace().collect();
        for hit in hits.iter_mut() {
            // What is not told as a text has none.
            let text = hit.object.properties.get(&self.property).and_then(text_of).unwrap_or_default();
            hit.rerank_score = Some(match scale {
                Scale::Bytes => float(text.len()),
                Scale::CommonWords => {
                    let (all, common) = text
                        .split_whitespace()
                        .fold((1, 1), |(all, common), word| (all + 1, common + usize::from(words.contains(word))));
                    float(common) / float(all)
                }
            });
        }
        hits.sort_by(|a, b| b.rerank_score.unwrap_or_default().total_cmp(&a.rerank_score.unwrap_or_default()));
    }
}

impl Providers<'_> {
    /// Returns the scale of a reranker. `None` if nothing ranks in its place.
    fn scale_of(&self, module: &str) -> Result<Option<Scale>, ProviderFault> {
        if module == "reranker-dummy" {
            return Ok(Some(Scale::Bytes));
        }
        if !self.models.offline {
            return Ok(None);
        }
        self.keys.check(module)?;
        Ok(Some(Scale::CommonWords))
    }
}
