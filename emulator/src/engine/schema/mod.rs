//! Collections: what a definition may say, the defaults the server fills in, and the parsed view the rest works with.

mod analyzer;
mod create;
mod data_type;
mod index_plan;
mod inverted;
mod modules;
mod names;
mod placement;
mod property;
mod ttl;
mod update;
mod vector_index;
mod vectors;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::config::Config;

pub(crate) use analyzer::check_spared;
pub(crate) use create::{complete, late_fault};
pub(crate) use data_type::DataType;
pub(crate) use index_plan::{
    Index, Migration, Plan, Running, Wanted, conflict as index_conflict, rebuild as plan_rebuild, upsert as plan_upsert,
};
pub(crate) use modules::meta as modules_meta;
pub(crate) use names::{check_class_name, check_property_name, check_tenant_name};
pub(crate) use ttl::Expiry;
pub(crate) use update::{add_property, drop_index, drop_vector, update};
pub(crate) use vectors::kept;

/// Refuses settings that no server can have. Modules that no server knows are left out, as there.
pub(crate) fn check_settings(config: &mut Config) -> Result<(), String> {
    property::check_known_tokenizers(config)?;
    modules::leave_out_unknown(config);
    vectors::check_default_vectorizer(config)
}

/// A collection's definition, parsed once from what `GET /v1/schema/{class}` answers.
#[derive(Debug, Clone)]
pub(crate) struct ClassView {
    pub(crate) name: String,
    /// In the order of the definition.
    pub(crate) properties: Vec<Property>,
    /// The one unnamed vector, unless the collection has named vectors alone.
    pub(crate) vector: Option<VectorIndex>,
    pub(crate) named_vectors: BTreeMap<String, VectorIndex>,
    pub(crate) multi_tenancy: MultiTenancy,
    pub(crate) inverted: InvertedIndex,
    /// When objects expire, if searches leave expired ones out.
    pub(crate) expiry: Option<Expiry>,
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
}

/// What a search has to know of a vector index.
#[derive(Debug, Clone)]
pub(crate) struct VectorIndex {
    pub(crate) distance: Distance,
    pub(crate) multi: bool,
    /// Whether several vectors are put into one, by MUVERA.
    pub(crate) encoded: bool,
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
}

impl ClassView {
    /// Reads a definition that has passed validation; what is missing takes the server's default.
    pub(crate) fn parse(class: &Json) -> Self {
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
            multi_tenancy: MultiTenancy {
                enabled: flag("multiTenancyConfig", "enabled"),
                auto_creation: flag("multiTenancyConfig", "autoTenantCreation"),
                auto_activation: flag("multiTenancyConfig", "autoTenantActivation"),
            },
            inverted: InvertedIndex {
                timestamps: flag("invertedIndexConfig", "indexTimestamps"),
                null_state: flag("invertedIndexConfig", "indexNullState"),
                property_length: flag("invertedIndexConfig", "indexPropertyLength"),
            },
            expiry: Expiry::parse(class),
        }
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
        }
    }

    /// Whether any index knows its values.
    pub(crate) fn is_indexed(&self) -> bool {
        self.filterable || self.searchable || self.range_filters
    }

    pub(crate) fn nested(&self, name: &str) -> Option<&Property> {
        self.nested.iter().find(|property| property.name == name)
    }
}

impl VectorIndex {
    fn parse(owner: &Json) -> Self {
        let config = &owner["vectorIndexConfig"];
        Self {
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
