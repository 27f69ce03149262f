//! Types of the providers that a query can name, made from their table.

#![allow(clippy::doc_markdown, reason = "names of companies and products, not of code")]

use super::provider_table::provider_table;
use crate::values::types::Blob;

/// How much a model of OpenAI reasons before it answers, for
/// [`OpenAi::reasoning_effort`](crate::generate::providers::OpenAi::reasoning_effort).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReasoningEffort {
    /// As little as possible.
    Minimal,
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

/// How long an answer of a model of OpenAI is, for
/// [`OpenAi::verbosity`](crate::generate::providers::OpenAi::verbosity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verbosity {
    /// Short.
    Low,
    /// Neither short nor long.
    Medium,
    /// Long.
    High,
}

/// Row of the table, from which a test prints `docs/modules.md`.
#[cfg(test)]
pub(crate) struct ProviderRow {
    pub(crate) rust: &'static str,
    pub(crate) module: &'static str,
    pub(crate) doc: &'static str,
    /// Name, type and documentation.
    pub(crate) options: &'static [[&'static str; 3]],
    pub(crate) has_metadata: bool,
}

/// Type that holds an option.
macro_rules! held {
    ([$element:ident]) => { Option<Vec<$element>> };
    ($ty:ident) => { Option<$ty> };
}

/// Setter of an option.
macro_rules! option_setter {
    ([$($doc:tt)*] $field:ident String) => {
        $($doc)*
        pub fn $field(mut self, $field: impl Into<String>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
    ([$($doc:tt)*] $field:ident [$element:ident]) => {
        $($doc)*
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$element>>) -> Self {
            self.$field = Some($field.into_iter().map(Into::into).collect());
            self
        }
    };
    ([$($doc:tt)*] $field:ident $ty:ident) => {
        $($doc)*
        pub fn $field(mut self, $field: $ty) -> Self {
            self.$field = Some($field);
            self
        }
    };
}

/// Returns the images of an option of this name.
macro_rules! image_properties {
    (image_properties $provider:ident) => {
        return $provider.image_properties.as_deref().unwrap_or_default()
    };
    ($other:ident $provider:ident) => {};
}

macro_rules! metadata_setter {
    () => {};
    (metadata) => {
        /// Returns what the provider counted:
        /// [`Generated::metadata`](crate::generate::Generated::metadata). Default: off.
        ///
        /// The server does not tell it in groups.
        pub fn return_metadata(mut self, return_metadata: bool) -> Self {
            self.return_metadata = return_metadata;
            self
        }
    };
}

#[cfg(test)]
macro_rules! has_metadata {
    () => {
        false
    };
    (metadata) => {
        true
    };
}

macro_rules! declare_providers {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $message:ident $variant:ident $module:literal $($metadata:ident)? {
            $( $(#[doc = $option_doc:literal])* $field:ident: $ty:tt, )*
        }
    )*) => {
        /// Provider of a language model that a query names, with its options.
        ///
        /// [`Generate::provider`](crate::properties::Typed::provider) takes it. A
        /// [type](crate::generate::providers) of a provider converts into it. Needs Weaviate 1.27.14.
        ///
        /// The key of a provider comes from
        /// [`ClientBuilder::integrations`](crate::connect::ClientBuilder::integrations), or from the
        /// environment of the server.
        ///
        /// An option without a value has that of the collection's module, if it is of the same
        /// provider, otherwise the server's default. `docs/modules.md` in the repository lists all
        /// options. See [Model providers](https://docs.weaviate.io/weaviate/model-providers).
        ///
        /// ```
        /// use weaviate::generate::{GenerativeProvider, providers};
        ///
        /// let claude: GenerativeProvider = providers::Anthropic::new().max_tokens(500).into();
        /// ```
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "a query has one or two of them, in boxes")]
        pub enum GenerativeProvider {
            $( $(#[doc = $doc])* $name($name), )*
        }

        $(
            $(#[doc = $doc])*
            #[doc = ""]
            #[doc = concat!("Module `", $module, "` of the server. See")]
            /// [Model providers](https://docs.weaviate.io/weaviate/model-providers).
            #[doc = ""]
            #[doc = "```"]
            #[doc = concat!("use weaviate::generate::providers::", stringify!($name), ";")]
            #[doc = ""]
            #[doc = concat!("let provider = ", stringify!($name), "::new();")]
            #[doc = "```"]
            #[doc(alias = $module)]
            #[derive(Clone, Debug, Default, PartialEq)]
            #[must_use = "a provider does nothing until a query takes it"]
            pub struct $name {
                $( pub(crate) $field: held!($ty), )*
                pub(crate) return_metadata: bool,
            }

            impl $name {
                /// Creates the provider, without a value for any option.
                pub fn new() -> Self {
                    Self::default()
                }

                $( option_setter! { [$(#[doc = $option_doc])*] $field $ty } )*

                metadata_setter! { $($metadata)? }
            }

            impl From<$name> for GenerativeProvider {
                fn from(provider: $name) -> Self {
                    Self::$name(provider)
                }
            }
        )*

        impl GenerativeProvider {
            /// Returns the properties of the objects that hold images for the model.
            pub(crate) fn image_properties(&self) -> &[String] {
                match self {
                    $( Self::$name(_provider) => { $( image_properties!($field _provider); )* } )*
                }
                &[]
            }
        }

        #[cfg(test)]
        pub(crate) const ROWS: &[ProviderRow] = &[
            $( ProviderRow {
                rust: stringify!($name),
                module: $module,
                doc: concat!($($doc),*),
                options: &[$( [stringify!($field), stringify!($ty), concat!($($option_doc),*)], )*],
                has_metadata: has_metadata!($($metadata)?),
            }, )*
        ];
    };
}

provider_table!(declare_providers);
