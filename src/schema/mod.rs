//! What a collection is: its properties and its vectors.

mod collection_config;
mod data_type;
mod name;
mod property;
mod tokenization;
mod vector_config;

pub use collection_config::CollectionConfig;
pub use data_type::DataType;
pub(crate) use name::{CollectionName, check as check_name};
pub use property::Property;
pub use tokenization::Tokenization;
pub(crate) use vector_config::Vectorizer;
pub use vector_config::{Distance, VectorConfig};
