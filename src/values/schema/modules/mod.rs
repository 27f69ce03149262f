//! Modules of the server and their settings: what makes vectors, what writes answers, what ranks results anew.
//!
//! Each module is a struct with its options; what is not set is left to the server. The settings of a vectorizer go into
//! a [`VectorConfig`](crate::schema::VectorConfig), those of the others into a [`CollectionConfig`](crate::schema::CollectionConfig). A
//! module that has no struct here is a [`CustomModule`].
//!
//! ```
//! use weaviate::schema::modules::{GenerativeAnthropic, RerankerCohere, Text2VecCohere};
//! use weaviate::prelude::*;
//!
//! let config = CollectionConfig::new("Article")
//!     .vector(VectorConfig::new(Text2VecCohere::new().model("embed-multilingual-v3.0").truncate("END")))
//!     .generative(GenerativeAnthropic::new().max_tokens(1_000))
//!     .reranker(RerankerCohere::new());
//! ```

// The files beside this one are the table: a module, its name on the wire, its options with theirs. Everything else is
// made of it by the macros below, `docs/modules.md` included.

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
use crate::{Error, Result};

/// A module that has no type of its own here, with its settings as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomModule {
    pub(crate) name: String,
    pub(crate) settings: Value,
}

impl CustomModule {
    /// A module by its name in the server's schema. An error if the settings cannot be written as a JSON object.
    ///
    /// ```
    /// use weaviate::schema::modules::{CustomModule, Vectorizer};
    ///
    /// # fn main() -> weaviate::Result<()> {
    /// let settings = std::collections::BTreeMap::from([("model", "in-house-1")]);
    /// let vectorizer = Vectorizer::from(CustomModule::new("text2vec-inhouse", settings)?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(name: impl Into<String>, settings: impl Serialize) -> Result<Self> {
        let name = name.into();
        match serde_json::to_value(settings) {
            Ok(settings @ Value::Object(_)) => Ok(Self { name, settings }),
            Ok(_) => Err(Error::validation("module", format!("the settings of {name} have to be a map or a struct"))),
            Err(error) => {
                let message = format!("the settings of {name} cannot be written as JSON: {error}");
                Err(Error::validation("module", message).with_source(error))
            }
        }
    }

    /// The name in the server's schema.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the settings into a type of the caller's.
    pub fn settings<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.settings.clone())
            .map_err(|error| Error::decode(format!("the settings of {}", self.name)).with_source(error))
    }
}

/// A row of the table, for the documentation.
#[cfg(test)]
pub(crate) struct Row {
    /// The enum of its kind.
    pub(crate) kind: &'static str,
    pub(crate) rust: &'static str,
    pub(crate) wire: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) doc: &'static str,
    /// Field, type, name on the wire, words.
    pub(crate) options: &'static [[&'static str; 4]],
}

/// The modules of one kind: an enum over them and a type for the settings of each.
///
/// Options `with text` follow those of every module that is marked so.
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
            /// A module that has no type of its own here.
            Custom($crate::values::schema::modules::CustomModule),
        }

        impl $kind {
            /// The module's name in the server's schema.
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

/// One module, with the common options where it is marked.
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
            #[doc = concat!("Module `", $wire, "` of the server.")]
            $module {
                $( $(#[doc = $doc])* $field: $ty $(via $codec)? = $key, )*
            }
        }

        impl $module {
            /// The module's name in the server's schema.
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
