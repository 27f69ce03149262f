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

const INDEX: &str = "fixed when the vector was made; add another vector";

/// Paths and what becomes of a difference there; the first that fits counts. `*` is one name, a name that ends in `*` is
/// a beginning, and `**` at the end is whatever follows. What no rule names is left to the server, which knows more of it
/// than this client.
const RULES: &[(&str, Fate)] = &[
    ("class", Fixed("a collection keeps its name; give it another one with an alias")),
    ("properties.*.description", Changed),
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
    ("vectorConfig.*.vectorizer.**", Fixed("a vector keeps its vectorizer; add another vector")),
    ("vectorConfig.*.vectorIndexType", Fixed(INDEX)),
];

/// Settings of a vector index that it keeps.
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

/// What becomes of a difference at this path.
pub(crate) fn fate(path: &[String]) -> Fate {
    let setting = match path {
        [first, rest @ ..] if first == "vectorIndexConfig" => Some(rest),
        [first, _, second, rest @ ..] if first == "vectorConfig" && second == "vectorIndexConfig" => Some(rest),
        _ => None,
    };
    if let Some(setting) = setting {
        return if OF_AN_INDEX.contains(&setting.join(".").as_str()) { Fixed(INDEX) } else { Changed };
    }
    RULES.iter().find(|(pattern, _)| fits(pattern, path)).map_or(Changed, |(_, fate)| *fate)
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
    use super::*;

    #[test]
    fn paths_have_their_fates() {
        let fate = |path: &str| fate(&path.split('.').map(str::to_owned).collect::<Vec<_>>());
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
            "vectorConfig.a.vectorIndexConfig.dynamicEfMin",
            "vectorConfig.a.vectorIndexConfig.pq.enabled",
            "something.new",
        ] {
            assert_eq!(fate(path), Changed, "{path}");
        }
        for path in [
            "class",
            "properties.title.dataType",
            "properties.title.textAnalyzer.asciiFold",
            "properties.o.nestedProperties.x.description",
            "invertedIndexConfig.indexNullState",
            "shardingConfig.desiredCount",
            "multiTenancyConfig.enabled",
            "moduleConfig.text2vec-openai.model",
            "vectorizer",
            "vectorIndexConfig.distance",
            "vectorConfig.a.vectorizer",
            "vectorConfig.a.vectorizer.none",
            "vectorConfig.a.vectorIndexConfig.rq.bits",
        ] {
            assert!(matches!(fate(path), Fixed(_)), "{path}");
        }
    }
}
