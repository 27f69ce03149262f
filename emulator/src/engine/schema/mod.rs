//! Collections: what a definition may say, the defaults the server fills in, and the parsed view the rest works with.

mod analyzer;
mod create;
mod data_type;
pub(crate) mod fault;
mod index_plan;
mod inverted;
pub(crate) mod late_fault;
mod limits;
mod modules;
mod names;
mod placement;
pub(crate) mod plan_fault;
mod property;
mod ttl;
mod update;
mod vector_index;
mod vectorizer;
mod vectors;
mod view;

use crate::config::Config;

pub(crate) use analyzer::check_spared;
pub(crate) use create::{complete, late_fault};
pub(crate) use data_type::DataType;
use fault::SettingFault;
pub(crate) use index_plan::{
    Index, Migration, Plan, Running, Wanted, conflict as index_conflict, rebuild as plan_rebuild, upsert as plan_upsert,
};
pub(crate) use inverted::ENGLISH_STOPWORDS;
pub(crate) use limits::{Limit, LimitReached, NotAllowed};
pub(crate) use modules::{
    is_multi_vector as makes_multi_vectors, is_present as has_module, media_of, meta as modules_meta, takes_texts,
};
pub(crate) use names::{check_class_name, check_property_name, check_tenant_name};
pub(crate) use ttl::{Expiry, ExpiryStart};
pub(crate) use update::{add_property, drop_index, drop_vector, update};
pub(crate) use vectorizer::{Media, TextInput, VectorField, VectorInput, Vectorizer};
pub(crate) use vectors::kept;
pub(crate) use view::{Bm25, ClassView, Distance, IndexKind, InvertedIndex, Property, TextAnalysis, VectorIndex};

/// Refuses settings that no server can have. Modules that no server knows are left out, as there.
pub(crate) fn check_settings(config: &mut Config) -> Result<(), SettingFault> {
    property::check_known_tokenizers(config)?;
    modules::file_functions(config)?;
    modules::leave_out_unknown(config);
    limits::check_settings(&config.limits)?;
    vectors::check_default_vectorizer(config)
}
