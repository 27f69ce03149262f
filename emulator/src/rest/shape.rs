//! Shape of a request body, as the server's decoder checks it: typed fields, and its texts about those that do not fit.

use serde_json::Value as Json;

use super::call::json_name;

/// A typed object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// The parameter's name in errors.
    pub(super) parameter: &'static str,
    /// Go's name of the type.
    type_name: &'static str,
    fields: &'static [(&'static str, Kind)],
}

/// The JSON a field takes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Bool,
    Int,
    Float,
    Double,
    Texts,
    Bools,
    Ints,
    Doubles,
    Vector,
    /// An object of this Go type, whatever is in it.
    Object(&'static str),
    One(&'static Shape),
    List(&'static Shape),
    /// Objects by name.
    Map(&'static Shape),
}

/// A type that is no parameter.
const fn inner(type_name: &'static str, fields: &'static [(&'static str, Kind)]) -> Shape {
    Shape { parameter: "", type_name, fields }
}

pub(super) static CLASS: Shape = Shape {
    parameter: "objectClass",
    type_name: "Class",
    fields: &[
        ("class", Kind::Text),
        ("description", Kind::Text),
        ("vectorizer", Kind::Text),
        ("vectorIndexType", Kind::Text),
        ("properties", Kind::List(&PROPERTY)),
        ("vectorConfig", Kind::Map(&VECTOR_CONFIG)),
        ("invertedIndexConfig", Kind::One(&INVERTED_INDEX_CONFIG)),
        ("multiTenancyConfig", Kind::One(&MULTI_TENANCY_CONFIG)),
        ("objectTtlConfig", Kind::One(&OBJECT_TTL_CONFIG)),
        ("replicationConfig", Kind::One(&REPLICATION_CONFIG)),
    ],
};

pub(super) static PROPERTY: Shape = Shape {
    parameter: "body",
    type_name: "Property",
    fields: &[
        ("name", Kind::Text),
        ("description", Kind::Text),
        ("tokenization", Kind::Text),
        ("dataType", Kind::Texts),
        ("disableDuplicatedReferences", Kind::Bool),
        ("indexFilterable", Kind::Bool),
        ("indexInverted", Kind::Bool),
        ("indexSearchable", Kind::Bool),
        ("indexRangeFilters", Kind::Bool),
        ("searchableBlockmax", Kind::Bool),
        ("nestedProperties", Kind::List(&NESTED_PROPERTY)),
        ("textAnalyzer", Kind::One(&TEXT_ANALYZER_CONFIG)),
    ],
};

static NESTED_PROPERTY: Shape = inner(
    "NestedProperty",
    &[
        ("name", Kind::Text),
        ("description", Kind::Text),
        ("tokenization", Kind::Text),
        ("dataType", Kind::Texts),
        ("indexFilterable", Kind::Bool),
        ("indexSearchable", Kind::Bool),
        ("indexRangeFilters", Kind::Bool),
        ("nestedProperties", Kind::List(&NESTED_PROPERTY)),
        ("textAnalyzer", Kind::One(&TEXT_ANALYZER_CONFIG)),
    ],
);

static TEXT_ANALYZER_CONFIG: Shape = inner(
    "TextAnalyzerConfig",
    &[("asciiFold", Kind::Bool), ("asciiFoldIgnore", Kind::Texts), ("stopwordPreset", Kind::Text)],
);

static VECTOR_CONFIG: Shape = inner("VectorConfig", &[("vectorIndexType", Kind::Text)]);

static INVERTED_INDEX_CONFIG: Shape = inner(
    "InvertedIndexConfig",
    &[
        ("bm25", Kind::One(&BM25_CONFIG)),
        ("cleanupIntervalSeconds", Kind::Int),
        ("indexNullState", Kind::Bool),
        ("indexPropertyLength", Kind::Bool),
        ("indexTimestamps", Kind::Bool),
        ("stopwordPresets", Kind::Object("map[string][]string")),
        ("stopwords", Kind::One(&STOPWORD_CONFIG)),
        ("tokenizerUserDict", Kind::List(&USER_DICT_CONFIG)),
        ("usingBlockMaxWAND", Kind::Bool),
    ],
);

static BM25_CONFIG: Shape = inner("BM25Config", &[("b", Kind::Float), ("k1", Kind::Float)]);

static STOPWORD_CONFIG: Shape =
    inner("StopwordConfig", &[("additions", Kind::Texts), ("preset", Kind::Text), ("removals", Kind::Texts)]);

static USER_DICT_CONFIG: Shape =
    inner("TokenizerUserDictConfig", &[("replacements", Kind::List(&REPLACEMENT)), ("tokenizer", Kind::Text)]);

static REPLACEMENT: Shape =
    inner("TokenizerUserDictConfigReplacementsItems0", &[("source", Kind::Text), ("target", Kind::Text)]);

static MULTI_TENANCY_CONFIG: Shape = inner(
    "MultiTenancyConfig",
    &[("autoTenantActivation", Kind::Bool), ("autoTenantCreation", Kind::Bool), ("enabled", Kind::Bool)],
);

static OBJECT_TTL_CONFIG: Shape = inner(
    "ObjectTTLConfig",
    &[
        ("defaultTtl", Kind::Int),
        ("deleteOn", Kind::Text),
        ("enabled", Kind::Bool),
        ("filterExpiredObjects", Kind::Bool),
    ],
);

static REPLICATION_CONFIG: Shape = inner(
    "ReplicationConfig",
    &[("asyncConfig", Kind::One(&REPLICATION_ASYNC_CONFIG)), ("deletionStrategy", Kind::Text), ("factor", Kind::Int)],
);

static REPLICATION_ASYNC_CONFIG: Shape = inner(
    "ReplicationAsyncConfig",
    &[
        ("diffBatchSize", Kind::Int),
        ("diffPerNodeTimeout", Kind::Int),
        ("frequency", Kind::Int),
        ("frequencyWhilePropagating", Kind::Int),
        ("hashtreeHeight", Kind::Int),
        ("loggingFrequency", Kind::Int),
        ("prePropagationTimeout", Kind::Int),
        ("propagationBatchSize", Kind::Int),
        ("propagationConcurrency", Kind::Int),
        ("propagationDelay", Kind::Int),
        ("propagationLimit", Kind::Int),
        ("propagationTimeout", Kind::Int),
    ],
);

pub(super) static OBJECT: Shape = Shape {
    parameter: "body",
    type_name: "Object",
    fields: &[
        ("class", Kind::Text),
        ("tenant", Kind::Text),
        ("vector", Kind::Vector),
        ("vectors", Kind::Object("models.Vectors")),
    ],
};

pub(super) static INDEX_UPSERT: Shape = Shape {
    parameter: "body",
    type_name: "IndexUpsertRequest",
    fields: &[("algorithm", Kind::Text), ("tokenization", Kind::Text)],
};

pub(super) static SHARD_STATUS: Shape =
    Shape { parameter: "body", type_name: "ShardStatus", fields: &[("status", Kind::Text)] };

pub(super) static TOKENIZE: Shape = Shape {
    parameter: "body",
    type_name: "TokenizeRequest",
    fields: &[
        ("analyzerConfig", Kind::One(&TEXT_ANALYZER_CONFIG)),
        ("stopwordPresets", Kind::Object("map[string][]string")),
        ("stopwords", Kind::One(&STOPWORD_CONFIG)),
        ("text", Kind::Text),
        ("tokenization", Kind::Text),
    ],
};

pub(super) static PROPERTY_TOKENIZE: Shape =
    Shape { parameter: "body", type_name: "PropertyTokenizeRequest", fields: &[("text", Kind::Text)] };

pub(super) static BATCH_DELETE: Shape = Shape {
    parameter: "body",
    type_name: "BatchDelete",
    fields: &[
        ("deletionTimeUnixMilli", Kind::Int),
        ("dryRun", Kind::Bool),
        ("match", Kind::One(&BATCH_DELETE_MATCH)),
        ("output", Kind::Text),
    ],
};

static BATCH_DELETE_MATCH: Shape =
    inner("BatchDeleteMatch", &[("class", Kind::Text), ("where", Kind::One(&WHERE_FILTER))]);

pub(super) static WHERE_FILTER: Shape = inner(
    "WhereFilter",
    &[
        ("operands", Kind::List(&WHERE_FILTER)),
        ("operator", Kind::Text),
        ("path", Kind::Texts),
        ("valueBoolean", Kind::Bool),
        ("valueBooleanArray", Kind::Bools),
        ("valueDate", Kind::Text),
        ("valueDateArray", Kind::Texts),
        ("valueGeoRange", Kind::One(&GEO_RANGE)),
        ("valueInt", Kind::Int),
        ("valueIntArray", Kind::Ints),
        ("valueNumber", Kind::Double),
        ("valueNumberArray", Kind::Doubles),
        ("valueString", Kind::Text),
        ("valueStringArray", Kind::Texts),
        ("valueText", Kind::Text),
        ("valueTextArray", Kind::Texts),
    ],
);

static GEO_RANGE: Shape = inner(
    "WhereFilterGeoRange",
    &[("distance", Kind::One(&GEO_DISTANCE)), ("geoCoordinates", Kind::One(&GEO_COORDINATES))],
);

static GEO_DISTANCE: Shape = inner("WhereFilterGeoRangeDistance", &[("max", Kind::Double)]);

static GEO_COORDINATES: Shape = inner("GeoCoordinates", &[("latitude", Kind::Float), ("longitude", Kind::Float)]);

/// The first field that does not fit is the error.
pub(super) fn check_shape(json: &Json, shape: Shape) -> Result<(), String> {
    match json {
        Json::Object(_) => shape.check(json, ""),
        Json::Null => Ok(()),
        other => {
            let type_name = shape.type_name;
            Err(format!("json: cannot unmarshal {} into Go value of type models.{type_name}", json_name(other)))
        }
    }
}

impl Shape {
    /// `path` names the fields around the object, each with a point behind it.
    fn check(&self, json: &Json, path: &str) -> Result<(), String> {
        let Some(members) = json.as_object() else { return Ok(()) };
        for (name, value) in members {
            if let Some((field, kind)) = self.fields.iter().find(|(field, _)| field == name) {
                kind.check(value, &Place { shape: self, path: format!("{path}{field}") })?;
            }
        }
        Ok(())
    }
}

/// A field.
struct Place<'a> {
    shape: &'a Shape,
    path: String,
}

impl Place<'_> {
    fn fault(&self, found: &str, go_type: &str) -> String {
        let (owner, path) = (self.shape.type_name, &self.path);
        format!("json: cannot unmarshal {found} into Go struct field {owner}.{path} of type {go_type}")
    }

    fn object(&self, json: &Json, shape: &Shape) -> Result<(), String> {
        match json {
            Json::Object(_) | Json::Null => shape.check(json, &format!("{}.", self.path)),
            other => Err(self.fault(json_name(other), &format!("models.{}", shape.type_name))),
        }
    }
}

impl Kind {
    fn check(self, value: &Json, place: &Place<'_>) -> Result<(), String> {
        match (self, value) {
            (_, Json::Null)
            | (Self::Text, Json::String(_))
            | (Self::Bool, Json::Bool(_))
            | (Self::Float | Self::Double, Json::Number(_))
            | (Self::Object(_), Json::Object(_)) => Ok(()),
            (Self::Int, Json::Number(number)) if number.is_i64() => Ok(()),
            (Self::Int, Json::Number(number)) => Err(place.fault(&format!("number {number}"), "int64")),
            (Self::Vector, Json::Array(items)) => elements(items, place, "float32", Json::is_number),
            (Self::Texts, Json::Array(items)) => elements(items, place, "string", Json::is_string),
            (Self::Bools, Json::Array(items)) => elements(items, place, "bool", Json::is_boolean),
            (Self::Ints, Json::Array(items)) => elements(items, place, "int64", Json::is_i64),
            (Self::Doubles, Json::Array(items)) => elements(items, place, "float64", Json::is_number),
            (Self::One(shape), value) => place.object(value, shape),
            (Self::List(shape), Json::Array(items)) => items.iter().try_for_each(|item| place.object(item, shape)),
            (Self::Map(shape), Json::Object(members)) => {
                members.values().try_for_each(|member| place.object(member, shape))
            }
            (kind, other) => Err(place.fault(json_name(other), &kind.go_type())),
        }
    }

    fn go_type(self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int => "int64".to_owned(),
            Self::Float => "float32".to_owned(),
            Self::Double => "float64".to_owned(),
            Self::Texts => "[]string".to_owned(),
            Self::Bools => "[]bool".to_owned(),
            Self::Ints => "[]int64".to_owned(),
            Self::Doubles => "[]float64".to_owned(),
            Self::Vector => "models.C11yVector".to_owned(),
            Self::Object(go_type) => go_type.to_owned(),
            Self::One(shape) => format!("models.{}", shape.type_name),
            Self::List(shape) => format!("[]*models.{}", shape.type_name),
            Self::Map(shape) => format!("map[string]models.{}", shape.type_name),
        }
    }
}

fn elements(items: &[Json], place: &Place<'_>, go_type: &str, fits: fn(&Json) -> bool) -> Result<(), String> {
    match items.iter().find(|item| !fits(item) && !item.is_null()) {
        Some(other) => Err(place.fault(json_name(other), go_type)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_the_field_and_the_type_that_owns_it() {
        let fault = |class: Json| check_shape(&class, CLASS).unwrap_err();
        assert!(fault(json!({"class": 17})).ends_with("number into Go struct field Class.class of type string"));
        assert!(
            fault(json!({"properties": [{"dataType": "text"}]}))
                .ends_with("Go struct field Property.properties.dataType of type []string")
        );
        assert!(fault(json!({"properties": ["a"]})).ends_with("field Class.properties of type models.Property"));
        assert!(fault(json!({"properties": {}})).ends_with("field Class.properties of type []*models.Property"));
        assert!(fault(json!({"replicationConfig": {"factor": 1.5}})).contains("number 1.5 into Go struct field"));
        assert!(check_shape(&json!({"class": null, "properties": [null], "other": 1}), CLASS).is_ok());
    }

    #[test]
    fn vectors_hold_numbers() {
        assert!(check_shape(&json!({"vector": ["a"]}), OBJECT).unwrap_err().ends_with("Object.vector of type float32"));
        assert!(
            check_shape(&json!({"vector": "a"}), OBJECT).unwrap_err().ends_with("vector of type models.C11yVector")
        );
    }
}
