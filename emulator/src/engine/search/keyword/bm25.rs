//! The BM25F arithmetic over term counts. It knows documents by number alone, so it can be tested on bare figures.

use std::collections::BTreeMap;

use crate::engine::search::float;

/// Statistics and parameters of the whole shard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Corpus {
    /// Objects in the shard, whether they have the searched properties or not.
    pub(crate) documents: usize,
    pub(crate) k1: f64,
    pub(crate) b: f64,
}

/// Search operator: the terms of the query that a document has to contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// At least this many different terms within one property.
    Or { minimum: i32 },
    /// All terms within one property.
    And,
    /// All terms, each in any of the properties.
    AndCross,
}

/// A term of the query, with how often it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) text: String,
    pub(crate) repeats: u32,
}

/// One searched property: the query in its terms, and the documents that have them.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    weight: f32,
    /// Properties of one group share the document frequencies of their terms.
    group: usize,
    terms: Vec<Term>,
    /// Terms per document, averaged over those that have any.
    average_length: f64,
    texts: Vec<Text>,
}

#[derive(Debug, Clone)]
struct Text {
    document: usize,
    length: u32,
    /// Term frequency of each of the query's terms.
    counts: Vec<u32>,
}

/// A document found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Match {
    pub(crate) document: usize,
    pub(crate) score: f32,
    /// By term: its frequency, and the length of the property it was found in.
    pub(crate) evidence: BTreeMap<String, (u32, u32)>,
}

/// Counts the query's terms, in alphabetical order.
pub(crate) fn count_terms(terms: impl IntoIterator<Item = String>) -> Vec<Term> {
    let mut counts = BTreeMap::new();
    for term in terms {
        *counts.entry(term).or_insert(0) += 1;
    }
    counts.into_iter().map(|(text, repeats)| Term { text, repeats }).collect()
}

impl Field {
    /// Reads the property's texts: the document's number and all its terms. Documents without terms do not count.
    pub(crate) fn new(
        weight: f32,
        group: usize,
        terms: Vec<Term>,
        documents: impl Iterator<Item = (usize, Vec<String>)>,
    ) -> Self {
        let (mut total, mut count, mut texts) = (0_usize, 0_usize, Vec::new());
        for (document, words) in documents.filter(|(_, words)| !words.is_empty()) {
            total += words.len();
            count += 1;
            let counts: Vec<u32> =
                terms.iter().map(|term| small(words.iter().filter(|word| **word == term.text).count())).collect();
            if counts.iter().any(|count| *count > 0) {
                texts.push(Text { document, length: small(words.len()), counts });
            }
        }
        Self { weight, group, terms, average_length: if count == 0 { 0.0 } else { float(total) / float(count) }, texts }
    }

    fn containing(&self, term: &str) -> usize {
        let Some(at) = self.terms.iter().position(|candidate| candidate.text == term) else { return 0 };
        self.texts.iter().filter(|text| text.count(at) > 0).count()
    }

    /// Returns the score that one term adds to a document.
    fn score(&self, corpus: Corpus, idf: f64, text: &Text, term: usize) -> f64 {
        let frequency = f64::from(text.count(term));
        if frequency == 0.0 {
            return 0.0;
        }
        let length = f64::from(text.length) / self.average_length;
        frequency / (frequency + corpus.k1 * (1.0 - corpus.b + corpus.b * length)) * idf * f64::from(self.weight)
    }
}

impl Text {
    fn count(&self, term: usize) -> u32 {
        self.counts.get(term).copied().unwrap_or(0)
    }

    fn matched(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0).count()
    }
}

/// The best `limit` documents, best first; of equal ones those with lower numbers.
///
/// Unless all terms may come from any property, each property brings at most a little more than `limit` documents of its
/// own, and only then are scores added up. The scores of further documents are lower than they would be over all
/// properties. With negative weights the server may skip documents that belong here; that is not imitated.
pub(crate) fn rank(
    corpus: Corpus,
    fields: &[Field],
    operator: Operator,
    allowed: impl Fn(usize) -> bool,
    limit: usize,
) -> Vec<Match> {
    let weights: Vec<Vec<f64>> = fields.iter().map(|field| inverse_frequencies(corpus, fields, field)).collect();
    let mut matches = match operator {
        Operator::AndCross => across(corpus, fields, &weights, &allowed),
        Operator::Or { .. } | Operator::And => {
            let mut sums: BTreeMap<usize, Match> = BTreeMap::new();
            for (field, idfs) in fields.iter().zip(&weights) {
                let minimum = match operator {
                    Operator::Or { minimum } => usize::try_from(minimum).unwrap_or(0),
                    Operator::And | Operator::AndCross => field.terms.len(),
                };
                let mut found = within(corpus, field, idfs, minimum, &allowed);
                best(&mut found, limit.saturating_add((limit / 10).max(10)));
                for found in found {
                    match sums.entry(found.document) {
                        std::collections::btree_map::Entry::Vacant(free) => {
                            free.insert(found);
                        }
                        std::collections::btree_map::Entry::Occupied(mut known) => {
                            let known = known.get_mut();
                            known.score += found.score;
                            known.evidence.extend(found.evidence);
                        }
                    }
                }
            }
            sums.into_values().collect()
        }
    };
    best(&mut matches, limit);
    matches
}

/// The weight of each term of a field. Its document frequency is the mean over those properties of the group that have the term.
fn inverse_frequencies(corpus: Corpus, fields: &[Field], field: &Field) -> Vec<f64> {
    let group = || fields.iter().filter(|other| other.group == field.group);
    field
        .terms
        .iter()
        .map(|term| {
            let counts: Vec<usize> =
                group().map(|other| other.containing(&term.text)).filter(|count| *count > 0).collect();
            let containing = counts.iter().sum::<usize>().checked_div(counts.len()).unwrap_or(0);
            inverse_frequency(containing, corpus.documents) * f64::from(term.repeats)
        })
        .collect()
}

fn inverse_frequency(containing: usize, documents: usize) -> f64 {
    let (containing, documents) = (float(containing), float(documents.max(containing)));
    (1.0 + (documents - containing + 0.5) / (containing + 0.5)).ln()
}

/// The documents of one property that have at least `minimum` of the terms.
fn within(corpus: Corpus, field: &Field, idfs: &[f64], minimum: usize, allowed: impl Fn(usize) -> bool) -> Vec<Match> {
    let texts = field.texts.iter().filter(|text| text.matched() >= minimum && allowed(text.document));
    texts
        .map(|text| {
            let score = idfs.iter().enumerate().map(|(at, idf)| field.score(corpus, *idf, text, at)).sum();
            let terms = field.terms.iter().enumerate().filter(|(at, _)| text.count(*at) > 0);
            let evidence = terms.map(|(at, term)| (term.text.clone(), (text.count(at), text.length))).collect();
            Match { document: text.document, score: narrow(score), evidence }
        })
        .collect()
}

/// The documents that have every term somewhere. All fields have the same terms.
fn across(corpus: Corpus, fields: &[Field], idfs: &[Vec<f64>], allowed: impl Fn(usize) -> bool) -> Vec<Match> {
    let Some(terms) = fields.first().map(|field| &field.terms).filter(|terms| !terms.is_empty()) else {
        return Vec::new();
    };
    let mut documents: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for (field, idfs) in fields.iter().zip(idfs) {
        for text in field.texts.iter().filter(|text| allowed(text.document)) {
            documents.entry(text.document).or_default().push((field, idfs, text));
        }
    }
    let mut matches = Vec::new();
    for (document, texts) in documents {
        let (mut total, mut evidence) = (0.0, BTreeMap::new());
        for (at, term) in terms.iter().enumerate() {
            let mut best: Option<f64> = None;
            for (field, idfs, text) in texts.iter().filter(|(_, _, text)| text.count(at) > 0) {
                let score = field.score(corpus, idfs.get(at).copied().unwrap_or(0.0), text, at);
                total += score;
                if best.is_none_or(|best| score > best) {
                    best = Some(score);
                    evidence.insert(term.text.clone(), (text.count(at), text.length));
                }
            }
        }
        if evidence.len() == terms.len() {
            matches.push(Match { document, score: narrow(total), evidence });
        }
    }
    matches
}

/// Keeps the best, in order. A score that is no number (from a weight that is none) is no match.
fn best(matches: &mut Vec<Match>, limit: usize) {
    matches.retain(|found| !found.score.is_nan());
    matches.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
    matches.truncate(limit);
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores are singles on the wire and between the steps of the search"
)]
fn narrow(score: f64) -> f32 {
    score as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORPUS: Corpus = Corpus { documents: 7, k1: 1.2, b: 0.75 };
    const TITLES: [&str; 7] = [
        "the quick brown fox",
        "lazy dog",
        "brown bear and brown fox",
        "forest",
        "town",
        "fox fox fox",
        "quick dog quick fox",
    ];
    const BODIES: [&str; 7] = [
        "a fox jumps over the lazy dog and runs into the deep forest",
        "the dog sleeps all day",
        "bears like honey the fox likes the bear",
        "trees trees and more trees a deep forest of oak birch and beech where a fox may hide from the hunters of the town",
        "no animals here",
        "fox",
        "quick quick dog",
    ];

    fn field(texts: [&str; 7], weight: f32, query: &str) -> Field {
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        Field::new(weight, 0, count_terms(words(query)), texts.iter().map(|text| words(text)).enumerate())
    }

    fn any(minimum: i32) -> Operator {
        Operator::Or { minimum }
    }

    fn check(fields: &[Field], operator: Operator, expected: &[(usize, f32)]) {
        let matches = rank(CORPUS, fields, operator, |_| true, 10);
        let found: Vec<_> = matches.iter().map(|found| (found.document + 1, found.score)).collect();
        assert_eq!(
            found.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            expected.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            "{found:?}"
        );
        for ((id, score), (_, expected)) in found.iter().zip(expected) {
            assert!((score - expected).abs() < 2e-6, "document {id}: {score} is not {expected}");
        }
    }

    #[test]
    fn one_property() {
        check(
            &[field(TITLES, 1.0, "fox")],
            any(0),
            &[(6, 0.406_617_76), (1, 0.224_751_6), (7, 0.224_751_6), (3, 0.200_126_65)],
        );
        check(
            &[field(TITLES, 1.0, "quick fox")],
            any(0),
            &[(7, 0.878_207_1), (1, 0.679_107_37), (6, 0.406_617_76), (3, 0.200_126_65)],
        );
    }

    #[test]
    fn properties_add_up_by_weight() {
        let two = |weight| [field(TITLES, weight, "fox"), field(BODIES, 1.0, "fox")];
        check(
            &two(1.0),
            any(0),
            &[(6, 0.814_525_1), (3, 0.463_546_37), (1, 0.434_980_8), (7, 0.224_751_6), (4, 0.145_564_82)],
        );
        check(
            &two(3.0),
            any(0),
            &[(6, 1.627_760_6), (1, 0.884_484_05), (3, 0.863_799_7), (7, 0.674_254_83), (4, 0.145_564_82)],
        );
        check(&[field(TITLES, 0.0, "fox")], any(0), &[(1, 0.0), (3, 0.0), (6, 0.0), (7, 0.0)]);
    }

    #[test]
    fn document_frequency_is_the_mean_over_the_group() {
        let fields = [field(TITLES, 1.0, "quick brown dog"), field(BODIES, 1.0, "quick brown dog")];
        check(&fields, any(0), &[(7, 3.379_912_9), (1, 1.533_250_1), (2, 1.230_506), (3, 0.600_335_9)]);
    }

    #[test]
    fn operators() {
        let title = || [field(TITLES, 1.0, "quick brown fox")];
        check(&title(), any(2), &[(1, 1.133_463_1), (7, 0.878_207_1), (3, 0.800_462_54)]);
        check(&title(), any(3), &[(1, 1.133_463_1)]);
        check(&title(), any(9), &[]);
        check(&title(), any(-3), &[(1, 1.133_463_1), (7, 0.878_207_1), (3, 0.800_462_54), (6, 0.406_617_76)]);
        check(&[field(TITLES, 1.0, "quick fox")], Operator::And, &[(7, 0.878_207_1), (1, 0.679_107_37)]);
        let both = [field(TITLES, 1.0, "lazy day"), field(BODIES, 1.0, "lazy day")];
        check(&both, Operator::And, &[]);
        check(&both, Operator::AndCross, &[(2, 1.770_912)]);
    }

    #[test]
    fn a_repeated_term_counts_again() {
        let once = rank(CORPUS, &[field(TITLES, 1.0, "forest")], any(0), |_| true, 10);
        let twice = rank(CORPUS, &[field(TITLES, 1.0, "forest forest")], any(0), |_| true, 10);
        assert!((twice[0].score - 2.0 * once[0].score).abs() < 1e-6);
    }

    #[test]
    fn filters_leave_scores_alone() {
        let matches = rank(CORPUS, &[field(TITLES, 1.0, "fox")], any(0), |document| document == 5, 10);
        assert!(matches.len() == 1 && (matches[0].score - 0.406_617_76).abs() < 1e-6);
    }

    #[test]
    fn evidence_names_frequency_and_length() {
        let matches = rank(CORPUS, &[field(TITLES, 1.0, "fox"), field(BODIES, 1.0, "fox")], any(0), |_| true, 1);
        assert_eq!(matches[0].evidence, BTreeMap::from([("fox".to_owned(), (1, 1))]));
    }

    #[test]
    fn nothing_to_find() {
        assert!(rank(CORPUS, &[], Operator::AndCross, |_| true, 10).is_empty());
        assert!(rank(CORPUS, &[field([""; 7], 1.0, "fox")], any(0), |_| true, 10).is_empty());
        assert!(rank(CORPUS, &[field(TITLES, 1.0, "")], Operator::AndCross, |_| true, 10).is_empty());
        assert!(rank(CORPUS, &[field(TITLES, f32::NAN, "fox")], any(0), |_| true, usize::MAX).is_empty());
    }
}
