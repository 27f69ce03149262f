//! Keyword search: BM25F over the searchable text properties.
//!
//! Statistics are those of the objects that are there. The server's own lag behind after updates and deletes, until it
//! has merged what it wrote; that is not imitated.

mod bm25;

use std::collections::BTreeMap;

use self::bm25::{Corpus, Field, Match};
use super::analysis::Analyzer;
use super::fault::{KeywordFault, KeywordFaultAt};
use super::filter::Predicate;
use super::tokenization::Tokenization;
use super::{Hit, Scope};
use crate::engine::schema::{Bm25, Property, TextAnalysis};
use crate::engine::store::{Object, Value};

pub(crate) use bm25::Operator;

/// Keyword search: the query and the properties to look into.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Keyword {
    pub(crate) query: String,
    /// Names with weights (`title^2`); none stands for all searchable text properties.
    pub(crate) properties: Vec<String>,
    pub(crate) operator: Operator,
}

impl KeywordFault {
    /// As part of a search over this scope.
    pub(crate) fn at(self, scope: &Scope<'_>) -> KeywordFaultAt {
        KeywordFaultAt { index: scope.index_name(), shard: scope.shard_name(), fault: self }
    }
}

/// The best objects first, at most `limit`; equal ones in the order of their ids.
pub(crate) fn search<'a>(
    scope: &Scope<'a>,
    keyword: &Keyword,
    allowed: Option<&Predicate<'_>>,
    limit: usize,
    explain: bool,
) -> Result<Vec<Hit<'a>>, KeywordFault> {
    let names = names(scope, &keyword.properties)?;
    let searched = searched(scope, &names)?;
    // Numbered by age, which decides between equal scores at the limit.
    let mut objects: Vec<&'a Object> = scope.objects().collect();
    objects.sort_by_key(|object| object.doc_id);
    let permitted: Vec<bool> = objects.iter().map(|object| allowed.is_none_or(|allowed| allowed(object))).collect();
    if allowed.is_some() && !permitted.contains(&true) {
        return Ok(Vec::new());
    }
    if let Some((name, ..)) = searched.iter().find(|(name, ..)| name.contains('.')) {
        return Err(KeywordFault::NoBucket(name.clone()));
    }
    let analyses: Vec<Analysis<'_>> = searched.iter().map(|(_, property, _)| Analysis::of(scope, property)).collect();
    if keyword.operator == Operator::AndCross
        && analyses.windows(2).any(|pair| matches!(pair, [a, b] if a.settings != b.settings))
    {
        return Err(KeywordFault::MixedAnalysis);
    }
    let fields: Vec<Field> = searched
        .iter()
        .zip(&analyses)
        .enumerate()
        .map(|(at, ((_, property, weight), analysis))| {
            let group = analyses.iter().position(|other| other.shares_terms_with(analysis)).unwrap_or(at);
            let terms = bm25::count_terms(analysis.query_terms(&keyword.query));
            let texts =
                objects.iter().enumerate().map(|(document, object)| (document, analysis.terms(object, &property.name)));
            Field::new(*weight, group, terms, texts)
        })
        .collect();
    let matches =
        bm25::rank(corpus(scope), &fields, keyword.operator, |document| permitted.get(document) == Some(&true), limit);
    let mut hits: Vec<Hit<'a>> = matches
        .iter()
        .filter_map(|found| {
            let explain = if explain { explanation(found) } else { String::new() };
            Some(Hit { score: found.score, explain, ..Hit::new(objects.get(found.document)?) })
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.object.id.cmp(&b.object.id)));
    Ok(hits)
}

/// Counts the terms of a query in each of the analyses that the searched properties have.
pub(crate) fn term_counts(scope: &Scope<'_>, keyword: &Keyword) -> BTreeMap<String, usize> {
    let searched = names(scope, &keyword.properties).and_then(|names| searched(scope, &names)).unwrap_or_default();
    let count = |(_, property, _): &(String, &Property, f32)| {
        let analysis = Analysis::of(scope, property);
        let tokenization = property.tokenization.as_deref().unwrap_or_default();
        let name = if analysis.own { format!("{tokenization}:{}", property.name) } else { tokenization.to_owned() };
        (name, bm25::count_terms(analysis.query_terms(&keyword.query)).len())
    };
    searched.iter().map(count).collect()
}

/// The names as asked for, or all there are.
fn names(scope: &Scope<'_>, wanted: &[String]) -> Result<Vec<String>, KeywordFault> {
    if !wanted.is_empty() {
        return Ok(wanted.to_vec());
    }
    let all: Vec<String> = scope
        .class()
        .properties
        .iter()
        .filter(|property| searchable(property))
        .map(|property| property.name.clone())
        .collect();
    if all.is_empty() {
        return Err(KeywordFault::NothingSearchable);
    }
    Ok(all)
}

fn searchable(property: &Property) -> bool {
    property.data_type.is_text() && property.searchable
}

/// Each property once, in the place of its first mention and with the weight of its last.
fn searched<'a>(scope: &Scope<'a>, names: &[String]) -> Result<Vec<(String, &'a Property, f32)>, KeywordFault> {
    let mut searched: Vec<(String, &Property, f32)> = Vec::new();
    for text in names {
        let (name, weight) = weighted(text);
        let base = name.split('.').next().unwrap_or_default();
        let property = scope.class().property(base).filter(|property| searchable(property));
        let property = property.ok_or_else(|| KeywordFault::NotSearchable(text.clone()))?;
        match searched.iter_mut().find(|(known, ..)| known == name) {
            Some(known) => known.2 = weight,
            None => searched.push((name.to_owned(), property, weight)),
        }
    }
    Ok(searched)
}

/// `name^weight`. A weight that is no number counts as zero.
fn weighted(text: &str) -> (&str, f32) {
    let mut parts = text.split('^');
    let name = parts.next().unwrap_or_default();
    (name, parts.next().map_or(1.0, |weight| weight.parse().unwrap_or(0.0)))
}

fn corpus(scope: &Scope<'_>) -> Corpus {
    let Bm25 { k1, b } = scope.class().inverted.bm25;
    Corpus { documents: scope.shard.objects.len(), k1: k1.into(), b: b.into() }
}

/// Analysis that makes terms of a property's texts and of the query.
struct Analysis<'a> {
    analyzer: Analyzer,
    /// Everything in the schema that decides it.
    settings: (Option<&'a str>, &'a TextAnalysis),
    /// Has settings that the server keeps apart per property, even from others that are the same.
    own: bool,
}

impl<'a> Analysis<'a> {
    fn of(scope: &Scope<'_>, property: &'a Property) -> Self {
        let analysis = &property.analysis;
        Self {
            analyzer: scope.analyzer(property),
            settings: (property.tokenization.as_deref(), analysis),
            own: analysis.stopwords.is_some() || (analysis.fold && !analysis.spared.is_empty()),
        }
    }

    fn shares_terms_with(&self, other: &Self) -> bool {
        !self.own && !other.own && self.settings == other.settings
    }

    /// Stopwords are words: other tokenizations keep them.
    fn query_terms(&self, query: &str) -> Vec<String> {
        if self.analyzer.tokenization == Tokenization::Word {
            self.analyzer.query_terms(query)
        } else {
            self.analyzer.terms(query)
        }
    }

    fn terms(&self, object: &Object, property: &str) -> Vec<String> {
        match object.properties.get(property) {
            Some(Value::Text(text)) => self.analyzer.terms(text),
            Some(Value::TextArray(texts)) => texts.iter().flat_map(|text| self.analyzer.terms(text)).collect(),
            _ => Vec::new(),
        }
    }
}

fn explanation(found: &Match) -> String {
    let facts = found.evidence.iter().map(|(term, (frequency, length))| {
        format!("BM25F_{term}_frequency:{frequency}, BM25F_{term}_propLength:{length}")
    });
    // The server begins with a comma.
    format!(", {}", facts.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights() {
        assert_eq!(weighted("title"), ("title", 1.0));
        assert_eq!(weighted("title^2.5"), ("title", 2.5));
        assert_eq!(weighted("title^2^3"), ("title", 2.0));
        assert_eq!(weighted("title^"), ("title", 0.0));
        assert_eq!(weighted("title^big"), ("title", 0.0));
        assert_eq!(weighted("title^-1e1"), ("title", -10.0));
        assert_eq!(weighted("^2"), ("", 2.0));
    }

    #[test]
    fn explanations_list_frequency_and_length() {
        let found = Match { document: 0, score: 1.0, evidence: BTreeMap::from([("fox".to_owned(), (3, 4))]) };
        assert_eq!(explanation(&found), ", BM25F_fox_frequency:3, BM25F_fox_propLength:4");
    }
}
