//! Mutability of the settings of an existing collection.

use Mutability::{Fixed, Mutable};
use serde_json::Value;

use super::QUANTIZERS;

/// Mutability of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mutability {
    /// The server changes it in place.
    Mutable,
    /// It cannot change, for this reason.
    Fixed(&'static str),
}

const PROPERTY: &str = "fixed when the property is created; add another property";
const INDEX_OF_PROPERTY: &str = "not part of an update; use `upsert_property_index` or `drop_property_index`";
const COLLECTION: &str = "fixed when the collection is created; create another collection";
const VECTOR: &str = "fixed when the vector is created; add another vector";
const VECTORIZER: &str = "the vectorizer is fixed when the vector is created; add another vector";

/// Path patterns with their mutability; the first match counts.
///
/// `*` matches one name, `x*` a name that starts with `x`, and `**` at the end any rest. Other
/// paths count as mutable: the server decides, since a newer one may know them.
const RULES: &[(&str, Mutability)] = &[
    ("class", Fixed("a collection cannot be renamed; give it an alias")),
    ("properties.*.dataType", Fixed("the data type of a property is fixed; add another property")),
    ("properties.*.tokenization", Fixed("not part of an update; use `upsert_property_index`")),
    ("properties.*.indexFilterable", Fixed(INDEX_OF_PROPERTY)),
    ("properties.*.indexSearchable", Fixed(INDEX_OF_PROPERTY)),
    ("properties.*.indexRangeFilters", Fixed(INDEX_OF_PROPERTY)),
    ("properties.*.nestedProperties.**", Fixed("the properties of a nested object are fixed; add another property")),
    ("properties.*.**", Fixed(PROPERTY)),
    ("invertedIndexConfig.indexTimestamps", Fixed(COLLECTION)),
    ("invertedIndexConfig.indexNullState", Fixed(COLLECTION)),
    ("invertedIndexConfig.indexPropertyLength", Fixed(COLLECTION)),
    ("shardingConfig.**", Fixed(COLLECTION)),
    ("multiTenancyConfig.enabled", Fixed(COLLECTION)),
    ("moduleConfig.generative-*.**", Mutable),
    ("moduleConfig.reranker-*.**", Mutable),
    ("moduleConfig.*.**", Fixed("only generative and reranker modules can change; create another collection")),
    ("vectorizer", Fixed(VECTORIZER)),
    ("vectorIndexType", Fixed(VECTOR)),
    // The server lets the settings of these modules change, for future vectors. The module itself stays.
    ("vectorConfig.*.vectorizer.text2vec-cohere.*", Mutable),
    ("vectorConfig.*.vectorizer.text2vec-huggingface.*", Mutable),
    ("vectorConfig.*.vectorizer.text2vec-jinaai.*", Mutable),
    ("vectorConfig.*.vectorizer.text2vec-openai.*", Mutable),
    ("vectorConfig.*.vectorizer.text2vec-voyageai.*", Mutable),
    ("vectorConfig.*.vectorizer.text2vec-weaviate.*", Mutable),
    ("vectorConfig.*.vectorizer.**", Fixed(VECTORIZER)),
    ("vectorConfig.*.vectorIndexType", Fixed(VECTOR)),
];

/// Settings that are fixed in vector indexes of every kind.
const FIXED_INDEX_SETTINGS: &[&str] = &[
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

/// Returns the mutability of the setting at a path.
///
/// It depends on the existing collection, since the settings that are fixed depend on the kind of
/// the vector index.
pub(crate) fn mutability(path: &[String], there: &Value) -> Mutability {
    match path {
        [first, setting @ ..] if first == "vectorIndexConfig" => index_setting(kind(there), setting),
        [first, name, second, setting @ ..] if first == "vectorConfig" && second == "vectorIndexConfig" => {
            index_setting(there.get("vectorConfig").and_then(|all| all.get(name)).map_or("", kind), setting)
        }
        // Descriptions are mutable at any depth.
        [first, .., last] if first == "properties" && last == "description" => Mutable,
        _ => RULES.iter().find(|(pattern, _)| matches(pattern, path)).map_or(Mutable, |(_, mutability)| *mutability),
    }
}

fn kind(vector: &Value) -> &str {
    vector.get("vectorIndexType").and_then(Value::as_str).unwrap_or_default()
}

fn index_setting(kind: &str, setting: &[String]) -> Mutability {
    if let ("dynamic", [part @ ("hnsw" | "flat"), setting @ ..]) = (kind, names(setting).as_slice()) {
        let setting: Vec<String> = setting.iter().map(|name| (*name).to_owned()).collect();
        return index_setting(part, &setting);
    }
    let kept = FIXED_INDEX_SETTINGS.contains(&setting.join(".").as_str());
    // A flat index is compressed when it is created or never.
    let compression =
        kind == "flat" && matches!(names(setting).as_slice(), [slot, "enabled"] if QUANTIZERS.contains(slot));
    if kept || compression { Fixed(VECTOR) } else { Mutable }
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn matches(pattern: &str, path: &[String]) -> bool {
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
    fn settings_are_mutable_or_fixed() {
        let there = json!({ "vectorConfig": {
            "a": { "vectorIndexType": "hnsw" }, "f": { "vectorIndexType": "flat" }, "d": { "vectorIndexType": "dynamic" },
        } });
        let mutability = |path: &str| mutability(&path.split('.').map(str::to_owned).collect::<Vec<_>>(), &there);
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
            assert_eq!(mutability(path), Mutable, "{path}");
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
            assert!(matches!(mutability(path), Fixed(_)), "{path}");
        }
    }
}
