//! The stored definition of a collection, parsed. Nothing else reads settings out of its JSON to act by them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::data_type::DataType;
use super::modules;
use super::ttl::Expiry;
use super::vectorizer::Vectorizer;

/// A collection's definition as it is stored, and what the engine has read of it.
#[derive(Debug, Clone)]
pub(crate) struct ClassView {
    stored: Json,
    pub(crate) name: String,
    /// In the order of the definition.
    pub(crate) properties: Vec<Property>,
    /// The one unnamed vector, unless the collection has named vectors alone.
    pub(crate) vector: Option<VectorIndex>,
    pub(crate) named_vectors: BTreeMap<String, VectorIndex>,
    /// By the name of their vector; empty for the unnamed one.
    pub(crate) vectorizers: BTreeMap<String, Vectorizer>,
    /// The modules that rank results once more.
    pub(crate) rerankers: Vec<String>,
    /// The generative module, with its settings.
    pub(crate) generative: Option<(String, Json)>,
    pub(crate) multi_tenancy: MultiTenancy,
    pub(crate) inverted: InvertedIndex,
    /// Expiry of objects, if searches leave expired ones out.
    pub(crate) expiry: Option<Expiry>,
    /// The shards that are wanted where there are no tenants.
    pub(crate) shards: u64,
}

/// One property, nested ones included.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) nested: Vec<Property>,
    pub(crate) tokenization: Option<String>,
    pub(crate) filterable: bool,
    pub(crate) searchable: bool,
    pub(crate) range_filters: bool,
    pub(crate) analysis: TextAnalysis,
}

/// The settings of `textAnalyzer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextAnalysis {
    /// `asciiFold`: letters lose their accents.
    pub(crate) fold: bool,
    /// The letters that keep them, sorted.
    pub(crate) spared: Vec<String>,
    /// The property's own list of stopwords; without a name the collection's words count.
    pub(crate) stopwords: Option<String>,
}

/// Vector index, as far as a search has to know it.
#[derive(Debug, Clone)]
pub(crate) struct VectorIndex {
    pub(crate) kind: IndexKind,
    /// `skip`: vectors are stored, but not searched.
    pub(crate) skipped: bool,
    pub(crate) distance: Distance,
    pub(crate) multi: bool,
    /// MUVERA encoding: several vectors are put into one.
    pub(crate) encoded: bool,
}

/// The type of a vector index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IndexKind {
    /// `hnsw` and `dynamic`, with or without a quantizer.
    Hnsw {
        compressed: bool,
    },
    Flat,
    Hfresh,
}

/// The five distances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    Cosine,
    Dot,
    L2Squared,
    Manhattan,
    Hamming,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MultiTenancy {
    pub(crate) enabled: bool,
    pub(crate) auto_creation: bool,
    pub(crate) auto_activation: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct InvertedIndex {
    pub(crate) timestamps: bool,
    pub(crate) null_state: bool,
    pub(crate) property_length: bool,
    pub(crate) bm25: Bm25,
    pub(crate) stopwords: Stopwords,
    /// The collection's own lists, by name.
    pub(crate) stopword_presets: BTreeMap<String, Vec<String>>,
    /// Replacements of words, by tokenizer.
    pub(crate) user_dictionaries: BTreeMap<String, Vec<(String, String)>>,
}

/// Parameters of the keyword ranking.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bm25 {
    pub(crate) k1: f32,
    pub(crate) b: f32,
}

impl Default for Bm25 {
    fn default() -> Self {
        Self { k1: 1.2, b: 0.75 }
    }
}

/// The stopwords of a collection: a list, and what differs from it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopwords {
    pub(crate) preset: Option<String>,
    pub(crate) additions: Vec<String>,
    pub(crate) removals: Vec<String>,
}

impl ClassView {
    /// Index of a vector; an empty name is the unnamed one.
    pub(crate) fn index(&self, vector: &str) -> Option<&VectorIndex> {
        if vector.is_empty() { self.vector.as_ref() } else { self.named_vectors.get(vector) }
    }

    /// Reads a definition that has passed validation; what is missing takes the server's default.
    pub(crate) fn parse(stored: Json) -> Self {
        let class = &stored;
        let flag = |section: &str, name: &str| class[section][name].as_bool().unwrap_or(false);
        let named_vectors: BTreeMap<_, _> = class["vectorConfig"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, config)| (name.clone(), VectorIndex::parse(config)))
            .collect();
        Self {
            name: class["class"].as_str().unwrap_or_default().to_owned(),
            properties: Property::parse_all(&class["properties"]),
            vector: class.get("vectorIndexType").map(|_| VectorIndex::parse(class)),
            named_vectors,
            vectorizers: Vectorizer::parse_all(class),
            rerankers: modules::rerankers(class),
            generative: modules::generative_module(class),
            multi_tenancy: MultiTenancy {
                enabled: flag("multiTenancyConfig", "enabled"),
                auto_creation: flag("multiTenancyConfig", "autoTenantCreation"),
                auto_activation: flag("multiTenancyConfig", "autoTenantActivation"),
            },
            inverted: InvertedIndex::parse(&class["invertedIndexConfig"]),
            expiry: Expiry::parse(class),
            shards: class["shardingConfig"]["desiredCount"].as_u64().unwrap_or(1),
            stored,
        }
    }

    /// Exactly what `GET /v1/schema/{class}` answers.
    pub(crate) fn stored(&self) -> &Json {
        &self.stored
    }

    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

impl Property {
    fn parse_all(properties: &Json) -> Vec<Self> {
        properties.as_array().into_iter().flatten().map(Self::parse).collect()
    }

    fn parse(property: &Json) -> Self {
        let data_types: Vec<&str> =
            property["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let data_type = match data_types.as_slice() {
            [one] => DataType::from_name(one),
            _ => None,
        }
        .unwrap_or_else(|| DataType::Reference(data_types.iter().map(ToString::to_string).collect()));
        Self {
            name: property["name"].as_str().unwrap_or_default().to_owned(),
            data_type,
            nested: Self::parse_all(&property["nestedProperties"]),
            tokenization: property["tokenization"].as_str().filter(|name| !name.is_empty()).map(str::to_owned),
            filterable: property["indexFilterable"].as_bool().unwrap_or(true),
            searchable: property["indexSearchable"].as_bool().unwrap_or(false),
            range_filters: property["indexRangeFilters"].as_bool().unwrap_or(false),
            analysis: TextAnalysis::parse(&property["textAnalyzer"]),
        }
    }

    /// Returns whether any index knows its values.
    pub(crate) fn is_indexed(&self) -> bool {
        self.filterable || self.searchable || self.range_filters
    }

    pub(crate) fn nested(&self, name: &str) -> Option<&Property> {
        self.nested.iter().find(|property| property.name == name)
    }
}

impl TextAnalysis {
    fn parse(settings: &Json) -> Self {
        let mut spared: Vec<_> = strings(&settings["asciiFoldIgnore"]).collect();
        spared.sort_unstable();
        Self {
            fold: settings["asciiFold"].as_bool().unwrap_or(false),
            spared,
            stopwords: settings["stopwordPreset"].as_str().filter(|name| !name.is_empty()).map(str::to_owned),
        }
    }
}

impl InvertedIndex {
    fn parse(config: &Json) -> Self {
        let flag = |name: &str| config[name].as_bool().unwrap_or(false);
        let mut user_dictionaries = BTreeMap::new();
        for dictionary in config["tokenizerUserDict"].as_array().into_iter().flatten() {
            let replacements = dictionary["replacements"].as_array().into_iter().flatten();
            let pair = |replacement: &Json| {
                Some((replacement["source"].as_str()?.to_owned(), replacement["target"].as_str()?.to_owned()))
            };
            let tokenizer = dictionary["tokenizer"].as_str().unwrap_or_default().to_owned();
            user_dictionaries.entry(tokenizer).or_insert_with(|| replacements.filter_map(pair).collect());
        }
        let presets = config["stopwordPresets"].as_object().into_iter().flatten();
        Self {
            timestamps: flag("indexTimestamps"),
            null_state: flag("indexNullState"),
            property_length: flag("indexPropertyLength"),
            bm25: Bm25::parse(&config["bm25"]),
            stopwords: Stopwords {
                preset: config["stopwords"]["preset"].as_str().map(str::to_owned),
                additions: strings(&config["stopwords"]["additions"]).collect(),
                removals: strings(&config["stopwords"]["removals"]).collect(),
            },
            stopword_presets: presets.map(|(name, words)| (name.clone(), strings(words).collect())).collect(),
            user_dictionaries,
        }
    }
}

impl Bm25 {
    fn parse(config: &Json) -> Self {
        // The definition holds singles, which are nearly the numbers that are shown.
        #[expect(clippy::cast_possible_truncation, reason = "that is the point")]
        let single = |name: &str, default: f32| config[name].as_f64().map_or(default, |number| number as f32);
        let default = Self::default();
        Self { k1: single("k1", default.k1), b: single("b", default.b) }
    }
}

/// Texts of a list.
pub(super) fn strings(list: &Json) -> impl Iterator<Item = String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned)
}

impl VectorIndex {
    fn parse(owner: &Json) -> Self {
        let config = &owner["vectorIndexConfig"];
        let quantizer = |name: &str| config[name]["enabled"] == true;
        let kind = match owner["vectorIndexType"].as_str() {
            Some("flat") => IndexKind::Flat,
            Some("hfresh") => IndexKind::Hfresh,
            _ => IndexKind::Hnsw { compressed: ["pq", "bq", "sq", "rq"].into_iter().any(quantizer) },
        };
        Self {
            kind,
            skipped: config["skip"].as_bool().unwrap_or(false),
            distance: config["distance"].as_str().and_then(Distance::from_name).unwrap_or(Distance::Cosine),
            multi: config["multivector"]["enabled"].as_bool().unwrap_or(false),
            encoded: config["multivector"]["muvera"]["enabled"].as_bool().unwrap_or(false),
        }
    }
}

impl Distance {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "cosine" => Self::Cosine,
            "dot" => Self::Dot,
            "l2-squared" => Self::L2Squared,
            "manhattan" => Self::Manhattan,
            "hamming" => Self::Hamming,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cosine => "cosine",
            Self::Dot => "dot",
            Self::L2Squared => "l2-squared",
            Self::Manhattan => "manhattan",
            Self::Hamming => "hamming",
        }
    }
}
