//! What can be changed about a collection that exists, and how.

/// What becomes of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The server changes it in place.
    Changed,
    /// It cannot be changed, for this reason.
    Fixed(&'static str),
}

use Fate::{Changed, Fixed};
use serde_json::Value;

use super::QUANTIZERS;

const INDEX: &str = "fixed when the vector was made; add another vector";

/// Paths and what becomes of a difference there; the first that fits counts. `*` is one name, a name that ends in `*` is
/// a beginning, and `**` at the end is whatever follows. What no rule names is left to the server, which knows more of it
/// than this client.
const RULES: &[(&str, Fate)] = &[
    ("class", Fixed("a collection keeps its name; give it another one with an alias")),
    ("properties.*.dataType", Fixed("a property keeps its type; add another property")),
    ("properties.*.tokenization", Fixed("changed through the index: `upsert_property_index`")),
    (
        "properties.*.indexFilterable",
        Fixed("changed through the index: `upsert_property_index`, `drop_property_index`"),
    ),
    (
        "properties.*.indexSearchable",
        Fixed("changed through the index: `upsert_property_index`, `drop_property_index`"),
    ),
    (
        "properties.*.indexRangeFilters",
        Fixed("changed through the index: `upsert_property_index`, `drop_property_index`"),
    ),
    ("properties.*.nestedProperties.**", Fixed("an object property keeps its parts; add another property")),
    ("properties.*.**", Fixed("fixed when the property was made")),
    ("invertedIndexConfig.indexTimestamps", Fixed("fixed when the collection was made")),
    ("invertedIndexConfig.indexNullState", Fixed("fixed when the collection was made")),
    ("invertedIndexConfig.indexPropertyLength", Fixed("fixed when the collection was made")),
    ("shardingConfig.**", Fixed("a collection keeps its shards")),
    ("multiTenancyConfig.enabled", Fixed("fixed when the collection was made")),
    ("moduleConfig.generative-*.**", Changed),
    ("moduleConfig.reranker-*.**", Changed),
    ("moduleConfig.*.**", Fixed("only modules that write answers or rank can be changed")),
    ("vectorizer", Fixed("a vector keeps its vectorizer; add another vector")),
    ("vectorIndexType", Fixed(INDEX)),
    // The server lets these be set anew, for vectors to come; a module that makes them stays.
    ("vectorConfig.*.vectorizer.text2vec-cohere.*", Changed),
    ("vectorConfig.*.vectorizer.text2vec-huggingface.*", Changed),
    ("vectorConfig.*.vectorizer.text2vec-jinaai.*", Changed),
    ("vectorConfig.*.vectorizer.text2vec-openai.*", Changed),
    ("vectorConfig.*.vectorizer.text2vec-voyageai.*", Changed),
    ("vectorConfig.*.vectorizer.text2vec-weaviate.*", Changed),
    ("vectorConfig.*.vectorizer.**", Fixed("a vector keeps its vectorizer; add another vector")),
    ("vectorConfig.*.vectorIndexType", Fixed(INDEX)),
];

/// Settings that a vector index keeps, whatever its kind.
const OF_AN_INDEX: &[&str] = &[
    "distance",
    "efConstruction",
    "maxConnections",
    "cleanupIntervalSeconds",
    "replicas",
    "multivector.enabled",
    "multivector.muvera.enabled",
    "rq.bits",
    "skipDefaultQuantization",
    "trackDefaultQuantization",
];

/// What becomes of a difference at this path. `there` is the collection as it is, because what a vector index keeps
/// depends on its kind.
pub(crate) fn fate(path: &[String], there: &Value) -> Fate {
    match path {
        [first, setting @ ..] if first == "vectorIndexConfig" => of_an_index(kind(there), setting),
        [first, name, second, setting @ ..] if first == "vectorConfig" && second == "vectorIndexConfig" => {
            of_an_index(there.get("vectorConfig").and_then(|all| all.get(name)).map_or("", kind), setting)
        }
        // At any depth.
        [first, .., last] if first == "properties" && last == "description" => Changed,
        _ => RULES.iter().find(|(pattern, _)| fits(pattern, path)).map_or(Changed, |(_, fate)| *fate),
    }
}

fn kind(vector: &Value) -> &str {
    vector.get("vectorIndexType").and_then(Value::as_str).unwrap_or_default()
}

fn of_an_index(kind: &str, setting: &[String]) -> Fate {
    if let ("dynamic", [part @ ("hnsw" | "flat"), setting @ ..]) = (kind, names(setting).as_slice()) {
        let setting: Vec<String> = setting.iter().map(|name| (*name).to_owned()).collect();
        return of_an_index(part, &setting);
    }
    let kept = OF_AN_INDEX.contains(&setting.join(".").as_str());
    // A list is compressed from the beginning or never.
    let compression =
        kind == "flat" && matches!(names(setting).as_slice(), [slot, "enabled"] if QUANTIZERS.contains(slot));
    if kept || compression { Fixed(INDEX) } else { Changed }
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn fits(pattern: &str, path: &[String]) -> bool {
    let mut names = path.iter();
    for part in pattern.split('.') {
        if part == "**" {
            return true;
        }
        let Some(name) = names.next() else { return false };
        let fits = match part.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == part,
        };
        if !fits {
            return false;
        }
    }
    names.next().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_have_their_fates() {
        let there = json!({ "vectorConfig": {
            "a": { "vectorIndexType": "hnsw" }, "f": { "vectorIndexType": "flat" }, "d": { "vectorIndexType": "dynamic" },
        } });
        let fate = |path: &str| fate(&path.split('.').map(str::to_owned).collect::<Vec<_>>(), &there);
        for path in [
            "description",
            "properties.title.description",
            "invertedIndexConfig.bm25.b",
            "invertedIndexConfig.stopwords.additions",
            "replicationConfig.factor",
            "multiTenancyConfig.autoTenantCreation",
            "objectTtlConfig.enabled",
            "moduleConfig.generative-openai",
            "moduleConfig.reranker-cohere.model",
            "vectorIndexConfig.ef",
            "vectorConfig.a.vectorizer.text2vec-openai.baseURL",
            "vectorConfig.a.vectorIndexConfig.dynamicEfMin",
            "vectorConfig.a.vectorIndexConfig.pq.enabled",
            "vectorConfig.f.vectorIndexConfig.bq.cache",
            "vectorConfig.d.vectorIndexConfig.hnsw.ef",
            "vectorConfig.d.vectorIndexConfig.threshold",
            "properties.o.nestedProperties.x.description",
            "something.new",
        ] {
            assert_eq!(fate(path), Changed, "{path}");
        }
        for path in [
            "class",
            "properties.title.dataType",
            "properties.title.textAnalyzer.asciiFold",
            "properties.o.nestedProperties.x.dataType",
            "invertedIndexConfig.indexNullState",
            "shardingConfig.desiredCount",
            "multiTenancyConfig.enabled",
            "moduleConfig.text2vec-openai.model",
            "vectorizer",
            "vectorIndexConfig.distance",
            "vectorConfig.a.vectorizer",
            "vectorConfig.a.vectorizer.none",
            "vectorConfig.a.vectorizer.text2vec-openai",
            "vectorConfig.a.vectorizer.text2vec-mistral.baseURL",
            "vectorConfig.a.vectorIndexConfig.rq.bits",
            "vectorConfig.f.vectorIndexConfig.bq.enabled",
            "vectorConfig.d.vectorIndexConfig.hnsw.efConstruction",
            "vectorConfig.d.vectorIndexConfig.flat.bq.enabled",
        ] {
            assert!(matches!(fate(path), Fixed(_)), "{path}");
        }
    }
}
