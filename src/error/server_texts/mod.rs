//! Known texts of the server: kind, outcome and transience of each, and what the caller can do.
//!
//! The texts are those of Weaviate 1.27 to 1.39. Only texts decide here that the status leaves
//! open: nearly every gRPC error is UNKNOWN, and a missing leader may be a 422.

mod rows;

use self::rows::ROWS;
use super::classify::Verdict;
use super::kind::{ErrorKind as K, Outcome};
use super::template::{after_match, is_of_name};

/// Returns the classification of a text; `None` for an unknown text.
pub(super) fn verdict(text: &str) -> Option<Verdict> {
    let found = find(text);
    let known = found.row.map(|(_, verdict, _)| *verdict);
    match found.step {
        Some(WriteStep::Indexing) => {
            Some(Verdict { outcome: Outcome::Unknown, ..known.unwrap_or(Verdict::unknown(K::Server)) })
        }
        Some(WriteStep::Query) => {
            Some(Verdict { outcome: Outcome::Refused, ..known.unwrap_or(Verdict::refused(K::Server)) })
        }
        // Another insert was faster. Nothing is stored, and a repetition finds what it made.
        Some(WriteStep::AutoSchema) if known.is_some_and(|known| known.kind == K::AlreadyExists) => {
            Some(Verdict::refused(K::Unavailable).transient())
        }
        Some(WriteStep::AutoSchema) | None => known,
    }
}

/// Returns what the caller can do about a text, or an empty string.
pub(super) fn remedy(text: &str) -> &'static str {
    match find(text) {
        Found {
            row: Some((_, Verdict { kind: K::AlreadyExists, .. }, _)), step: Some(WriteStep::AutoSchema), ..
        } => "another insert created the collection or the property meanwhile: send the object again",
        found => found.row.map_or("", |(_, _, remedy)| remedy),
    }
}

/// The start of the error of a request that is larger than the server takes.
pub(super) const MESSAGE_TOO_LARGE: &str = "grpc: received message larger than max";

/// Text about vectors of several lengths in an index that has none yet.
pub(super) const MIXED_LENGTHS: &str = "inconsistent vector lengths";

/// Template, classification and remedy of a text.
type Row = (&'static str, Verdict, &'static str);

/// Texts about a missing collection, up to its name.
const NAMES_COLLECTION: &[&str] = &[
    "could not find class ",
    "could not find collection ",
    "tried to browse non-existing index for ",
    "delete from non-existing index for ",
    "cannot get shards status for a non-existing index for ",
];

/// Texts about a missing collection without its name, or with a name of the server's own.
const MEANS_COLLECTION: &[&str] =
    &["class not found", "class \"{}\": not found", "class \"{}\" not found", "class {} not found"];

/// Returns the name of the collection that a text says is missing, or an empty string if it is that
/// of the call.
pub(crate) fn missing_collection(text: &str) -> Option<&str> {
    let found = find(text);
    found.row?;
    let named = NAMES_COLLECTION.iter().find_map(|before| found.rest.strip_prefix(before));
    let named = named.and_then(|name| name.split(|c| !is_of_name(c)).next());
    let means_own = || MEANS_COLLECTION.iter().any(|template| after_match(template, found.rest).is_some());
    named.filter(|name| !name.is_empty()).or_else(|| means_own().then_some(""))
}

struct Found<'t> {
    row: Option<&'static Row>,
    step: Option<WriteStep>,
    /// Text after the prefixes.
    rest: &'t str,
}

/// A step of the server that says whether a write was made before the error.
#[derive(Clone, Copy)]
enum WriteStep {
    /// A question to the leader, which comes before the write.
    Query,
    /// A change of the schema for an object, which comes before the object.
    AutoSchema,
    /// The vector index, which is written after the object.
    Indexing,
}

/// Finds the row of a text: the first that matches the text, or the text after some known
/// prefixes.
fn find(text: &str) -> Found<'_> {
    let mut rest = text;
    let mut step = None;
    loop {
        if let Some(row) = ROWS.iter().find(|(template, ..)| after_match(template, rest).is_some()) {
            return Found { row: Some(row), step, rest };
        }
        if let Some((after, new)) = STEPS.iter().find_map(|(prefix, step)| Some((after_match(prefix, rest)?, *step))) {
            (rest, step) = (after, Some(new));
        } else if let Some(after) = PREFIXES.iter().find_map(|prefix| after_match(prefix, rest)) {
            rest = after;
        } else {
            return Found { row: None, step, rest };
        }
    }
}

const STEPS: &[(&str, WriteStep)] = &[
    ("failed to execute query: ", WriteStep::Query),
    ("auto-schema: create collection: ", WriteStep::AutoSchema),
    ("auto-schema: update collection: ", WriteStep::AutoSchema),
    ("update vector index: ", WriteStep::Indexing),
    ("update vector index for target vector {}: ", WriteStep::Indexing),
    ("update multi vector index for target vector {}: ", WriteStep::Indexing),
    ("insert doc id {} to vector index: ", WriteStep::Indexing),
    ("insert doc id {} to vector index for target vector {}: ", WriteStep::Indexing),
    ("insert doc id {} to multi vector index for target vector {}: ", WriteStep::Indexing),
    ("insert to vector index: ", WriteStep::Indexing),
    ("insert to multi vector index: ", WriteStep::Indexing),
];

/// Steps of the server that an error passes on its way out, each of which puts its name
/// before the text.
const PREFIXES: &[&str] = &[
    // Searches.
    "explorer: ",
    "list class: ",
    "list objects: ",
    "get class: ",
    "search: ",
    "vector search: ",
    "multi vector search: ",
    "keyword search: ",
    "hybrid: ",
    "concurrentTargetVectorSearch): ",
    "object search at index {}: ",
    "object vector search at index {}: ",
    "local shard object search {}: ",
    "local shard {}: ",
    "remote shard {}: ",
    "remote shard object search {}: ",
    "error executing search for each shard: ",
    "error while searching shard={} replica node={}: ",
    "failed to locally execute read plan on replica {}: ",
    "failed to remotely execute read plan on replica {} at addr {}:{}: ",
    "shard {}: ",
    "shard \"{}\": ",
    "shard=\"{}\": ",
    "search index {}: ",
    "index \"{}\": ",
    "sort parameter at position {}: ",
    "determine shard: ",
    "resolve doc ids for prop/value pair: ",
    "resolve cross-refs: ",
    "build reference cache: ",
    "build request cache: ",
    "fetch job list: ",
    "knn search: ",
    "blockmaxwand: ",
    "nearObject params: ",
    "vectorize search vector: ",
    "vectorize params: ",
    "vectorize keywords: ",
    "vectorize move to: ",
    "vectorize move away from: ",
    "vectorize image: ",
    "extend: ",
    "extend generate: ",
    "extend rerank: ",
    "client rank: ",
    "invalid pagination params: ",
    "parse params: ",
    "extract filters: ",
    "extract properties request: ",
    "get property by name {} for class {}: ",
    "aggregate: ",
    "aggregate properties: ",
    "property {}: ",
    "get tenants: ",
    "could not get tenants: ",
    "could not get class {}: ",
    "could not get replication scale plan: ",
    // Objects.
    "batch delete: ",
    "batch delete objects: ",
    "batch delete params: ",
    "cannot find objects: ",
    "find matching doc ids in shard \"{}\": ",
    "docIds: ",
    "find objects: ",
    "find uuids: ",
    "put object: ",
    "merge object: ",
    "import into index {}: ",
    "put local object: ",
    "put remote object: ",
    "merge into index {}: ",
    "update local object: ",
    "update remote object: ",
    "replicate insertion: ",
    "replicate deletion: ",
    "replicate single update: ",
    "exists remotely: shard=\"{}\" owner=\"{}\": ",
    "store object in LSM store: ",
    "error ensuring tenant active for write: ",
    "deleting local objects: ",
    "delete object from vector repo: ",
    "could not delete object from vector repo: ",
    "delete from index \"{}\": ",
    "repo: ",
    "object by id: ",
    "invalid object: ",
    "ref batch: ",
    "source: ",
    "get object {}/{}: ",
    "auto create tenants: ",
    "auto-tenant: ",
    "add tenants to collection \"{}\": ",
    "vectorize check for target vector {}: ",
    "vectorize target vector {}: ",
    "update vector: ",
    "failed to vectorize batch of objects: ",
    "remote client vectorize: ",
    "msg:{words} code:{} err:",
    // Schema, tenants, cluster.
    "updating schema: ",
    "TYPE_{}: ",
    "create alias: ",
    "validation: ",
    "validate: ",
    "validate reference: ",
    "invalid where filter: ",
    "invalid params: ",
    "invalid request: ",
    "bad request :",
    "rpc error: code = {} desc = ",
];

/// Returns a text for each row, and for some rows behind each step.
#[cfg(test)]
pub(super) fn samples() -> Vec<String> {
    let rows = || ROWS.iter().map(|(template, ..)| sample(template));
    rows().chain(STEPS.iter().flat_map(|(step, _)| rows().step_by(20).map(|row| sample(step) + &row))).collect()
}

#[cfg(test)]
fn sample(template: &str) -> String {
    template.replace("{}", "a1").replace("{words}", "a b").replace("{*}", "x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_and_prefix_matches_from_its_own_start() {
        let steps = STEPS.iter().map(|(prefix, _)| prefix);
        for template in PREFIXES.iter().chain(steps).chain(ROWS.iter().map(|(template, ..)| template)) {
            let text = sample(template);
            assert_eq!(after_match(template, &text), Some(""), "{template}");
        }
        assert!(
            PREFIXES.iter().all(|prefix| after_match(prefix, "").is_none()),
            "each prefix takes a part of the text"
        );
    }

    #[test]
    fn a_row_is_not_hidden_by_an_earlier_one() {
        for (index, (template, ..)) in ROWS.iter().enumerate() {
            let text = sample(template);
            let first = ROWS.iter().position(|(template, ..)| after_match(template, &text).is_some());
            assert_eq!(first, Some(index), "{template}");
        }
    }
}
