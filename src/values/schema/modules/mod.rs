//! Modules of the server and their settings: vectorizers, generative (RAG) modules, rerankers.
//!
//! Each module is a struct with its options. The server applies its defaults to options without a
//! value. Vectorizers belong to a [`VectorConfig`](crate::schema::VectorConfig), the other modules
//! to a [`CollectionConfig`](crate::schema::CollectionConfig). [`CustomModule`] stands for modules
//! without a struct here. API keys of the providers are headers of the client or settings of the
//! server.
//!
//! See [Model providers](https://docs.weaviate.io/weaviate/model-providers).
//!
//! ```
//! use weaviate::prelude::*;
//! use weaviate::schema::modules::{GenerativeAnthropic, RerankerCohere, Text2VecCohere};
//!
//! let vectorizer = Text2VecCohere::new().model("embed-multilingual-v3.0").truncate("END");
//! let config = CollectionConfig::new("Article")
//!     .vector(VectorConfig::new(vectorizer))
//!     .generative(GenerativeAnthropic::new().max_tokens(1_000))
//!     .reranker(RerankerCohere::new());
//! ```

// The other files of this folder are tables: modules and options with their names on the wire. The macros
// below generate everything else from them, and a test prints `docs/modules.md`.

#![allow(clippy::doc_markdown, reason = "names of companies and products, not of code")]

mod generative;
mod rerankers;
#[cfg(test)]
mod tests;
mod vectorizers;
pub(crate) mod weighted;

use serde::Serialize;
use serde_json::Value;

pub use self::generative::*;
pub use self::rerankers::*;
pub use self::vectorizers::*;
pub use self::weighted::WeightedField;
use crate::values::json_depth;
use crate::{Error, Result};

/// Module without a type of its own in this crate: its name and its settings as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomModule {
    pub(crate) name: String,
    pub(crate) settings: Value,
}

impl CustomModule {
    /// Creates a module from its name in the server's schema and its settings, a map or a struct.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) if the settings do not serialize to a JSON
    /// object.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use weaviate::prelude::*;
    /// use weaviate::schema::modules::CustomModule;
    ///
    /// # fn main() -> weaviate::Result<()> {
    /// let settings = BTreeMap::from([("model", "in-house-1")]);
    /// let vector = VectorConfig::new(CustomModule::new("text2vec-inhouse", settings)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(name: impl Into<String>, settings: impl Serialize) -> Result<Self> {
        let name = name.into();
        match json_depth::to_value(&settings) {
            Ok(settings @ Value::Object(_)) => Ok(Self { name, settings }),
            Ok(_) => {
                let message = format!("the settings of module `{name}` are not a JSON object; pass a map or a struct");
                Err(Error::validation("module", message))
            }
            Err(error) => {
                let message = format!("cannot serialize the settings of module `{name}` to JSON: {error}");
                Err(Error::validation("module", message).with_source(error))
            }
        }
    }

    /// Returns the name in the server's schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Deserializes the settings into a type of the application.
    ///
    /// # Errors
    ///
    /// [`Decode`](crate::ErrorKind::Decode) if the settings do not fit the type.
    pub fn settings<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.settings.clone()).map_err(|error| {
            Error::decode(format!("the settings of module `{}` do not fit the type", self.name)).with_source(error)
        })
    }
}

/// Row of a table, from which a test prints `docs/modules.md`.
#[cfg(test)]
pub(crate) struct Row {
    /// Name of the enum: `Vectorizer`, `Generative` or `Reranker`.
    pub(crate) kind: &'static str,
    pub(crate) rust: &'static str,
    pub(crate) wire: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) doc: &'static str,
    /// Field, type, name on the wire, documentation.
    pub(crate) options: &'static [[&'static str; 4]],
}

/// Declares the modules of one kind: an enum of them, and a struct with the settings of each.
///
/// Modules that are marked `with text` also have the options that follow the name of the enum.
macro_rules! modules {
    (
        $(#[$meta:meta])*
        $kind:ident with text $text:tt
        $(
            $(#[doc = $doc:literal])*
            $module:ident = $wire:literal $(| $alias:literal)* $(with $mark:ident)? { $($options:tt)* }
        )*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a collection has a few of them, and they are matched on")]
        pub enum $kind {
            $( $(#[doc = $doc])* $module($module), )*
            /// Module without a type of its own in this crate.
            Custom($crate::values::schema::modules::CustomModule),
        }

        impl $kind {
            /// Returns the name of the module in the server's schema.
            #[must_use]
            pub fn module(&self) -> &str {
                match self {
                    $( Self::$module(settings) => settings.extra.alias.unwrap_or($wire), )*
                    Self::Custom(module) => &module.name,
                }
            }

            pub(crate) fn read(module: &str, settings: &serde_json::Value) -> Self {
                use $crate::values::schema::settings::Json as _;
                $(
                    let names: &[&'static str] = &[$wire $(, $alias)*];
                    if let Some(name) = names.iter().find(|name| **name == module)
                        && let Some(mut read) = $module::read(settings)
                    {
                        read.extra.alias = (*name != $wire).then_some(*name);
                        return Self::$module(read);
                    }
                )*
                Self::Custom($crate::values::schema::modules::CustomModule {
                    name: module.to_owned(),
                    settings: settings.clone(),
                })
            }

            pub(crate) fn write(&self) -> serde_json::Value {
                use $crate::values::schema::settings::Json as _;
                match self {
                    $( Self::$module(settings) => settings.write(), )*
                    Self::Custom(module) => module.settings.clone(),
                }
            }
        }

        impl From<$crate::values::schema::modules::CustomModule> for $kind {
            fn from(module: $crate::values::schema::modules::CustomModule) -> Self {
                Self::Custom(module)
            }
        }

        #[cfg(test)]
        pub(crate) const ROWS: &[$crate::values::schema::modules::Row] = &[
            $( $crate::values::schema::modules::Row {
                kind: stringify!($kind),
                rust: stringify!($module),
                wire: $wire,
                aliases: &[$($alias),*],
                doc: concat!($($doc),*),
                options: $module::OPTIONS,
            }, )*
        ];

        $(
            module! {
                $kind [$(#[doc = $doc])*] $module $wire [$($options)*] [$($mark)?] $text
            }
        )*
    };
}

/// Declares one module, with the common options if it is marked.
macro_rules! module {
    ($kind:ident [$($meta:tt)*] $module:ident $wire:literal [$($options:tt)*] [] $text:tt) => {
        module! { @finish $kind [$($meta)*] $module $wire { $($options)* } }
    };
    (
        $kind:ident [$($meta:tt)*] $module:ident $wire:literal [$($options:tt)*] [text] { $($text:tt)* }
    ) => {
        module! { @finish $kind [$($meta)*] $module $wire { $($options)* $($text)* } }
    };
    (@finish $kind:ident [$($meta:tt)*] $module:ident $wire:literal {
        $( $(#[doc = $doc:literal])* $field:ident: $ty:tt $(via $codec:ident)? = $key:literal, )*
    }) => {
        settings! {
            $($meta)*
            #[doc = ""]
            #[doc = concat!("Module `", $wire, "` of the server. See")]
            /// [Model providers](https://docs.weaviate.io/weaviate/model-providers).
            #[doc(alias = $wire)]
            $module {
                $( $(#[doc = $doc])* $field: $ty $(via $codec)? = $key, )*
            }
        }

        impl $module {
            /// Name of the module in the server's schema.
            pub const NAME: &'static str = $wire;

            #[cfg(test)]
            pub(crate) const OPTIONS: &'static [[&'static str; 4]] =
                &[$( [stringify!($field), stringify!($ty), $key, concat!($($doc),*)], )*];
        }

        impl From<$module> for $kind {
            fn from(settings: $module) -> Self {
                Self::$module(settings)
            }
        }
    };
}

pub(crate) use {module, modules};
