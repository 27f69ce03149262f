use std::collections::BTreeMap;

use super::settings::Extra;
use super::{DataType, TextAnalyzer, Tokenization};

/// Property of a collection or of a nested object. References are properties, too.
///
/// See [Properties](https://docs.weaviate.io/weaviate/config-refs/collections#properties).
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::PropertyVectorization;
/// use weaviate::schema::modules::Text2VecOpenAi;
///
/// let slug = Property::new("slug", DataType::Text)
///     .tokenization(Tokenization::Field)
///     .index_searchable(false)
///     .vectorization(Text2VecOpenAi::NAME, PropertyVectorization::new().skip(true));
/// let address = Property::new("address", DataType::object([Property::new("city", DataType::Text)]));
/// let written_by = Property::new("writtenBy", DataType::reference(["Author"]));
/// ```
#[doc(alias = "field")]
#[doc(alias = "column")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Property {
    /// Name of the property.
    pub name: String,
    /// Data type. Fixed once the property exists.
    pub data_type: DataType,
    /// Description of the property, for people.
    pub description: Option<String>,
    /// Tokenization of text, for keyword search and filters.
    pub tokenization: Option<Tokenization>,
    /// Text analyzer: accent folding and stopwords.
    pub text_analyzer: Option<TextAnalyzer>,
    /// Inverted index for filters.
    pub index_filterable: Option<bool>,
    /// Inverted index for keyword search (BM25).
    pub index_searchable: Option<bool>,
    /// Range index for greater-than and less-than filters.
    pub index_range_filters: Option<bool>,
    /// Refuses a second reference to the same object.
    pub disable_duplicated_references: Option<bool>,
    /// Vectorization settings of the property, by the name of the vectorizer module.
    pub vectorization: BTreeMap<String, PropertyVectorization>,
    pub(crate) extra: Extra,
}

impl Property {
    /// Creates a property with a name and a data type.
    ///
    /// A name is a letter or underscore, then up to 230 ASCII letters, digits or underscores. `id`,
    /// `_id` and `_additional` are reserved.
    ///
    /// The first letter must not be upper case. The server would store it in lower case and not
    /// find the property by the name given here, so creating the collection is an error. Names of
    /// nested properties may begin with any letter.
    #[must_use]
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self {
            name: name.into(),
            data_type,
            description: None,
            tokenization: None,
            text_analyzer: None,
            index_filterable: None,
            index_searchable: None,
            index_range_filters: None,
            disable_duplicated_references: None,
            vectorization: BTreeMap::new(),
            extra: Extra::default(),
        }
    }

    setter! {
        /// Sets the description, for people.
        description String
    }

    /// Sets the tokenization of text, for keyword search and filters. For text only. Default:
    /// [`Tokenization::Word`].
    #[must_use]
    pub fn tokenization(mut self, tokenization: Tokenization) -> Self {
        self.tokenization = Some(tokenization);
        self
    }

    setter! {
        /// Sets the text analyzer: accent folding and stopwords. For text only. Needs Weaviate
        /// 1.37.
        text_analyzer TextAnalyzer
    }

    setter! {
        /// Builds the inverted index that filters on this property need. Without it the server
        /// refuses such filters. Default: on.
        index_filterable bool
    }

    setter! {
        /// Builds the inverted index that keyword search (BM25) on this property needs. For text
        /// only. Default: on for text.
        index_searchable bool
    }

    setter! {
        /// Builds the range index that speeds up greater-than and less-than filters. For int,
        /// number and date only. Default: off. Needs Weaviate 1.26.
        index_range_filters bool
    }

    setter! {
        /// Refuses a second reference to the same object. For references only. Default: off. Needs
        /// Weaviate 1.36.
        disable_duplicated_references bool
    }

    /// Sets how a vectorizer module uses the property. Not for properties of nested objects.
    ///
    /// Each module has its name as a constant, such as
    /// [`Text2VecOpenAi::NAME`](crate::schema::modules::Text2VecOpenAi::NAME).
    #[doc(alias = "moduleConfig")]
    #[must_use]
    pub fn vectorization(mut self, module: impl Into<String>, vectorization: PropertyVectorization) -> Self {
        self.vectorization.insert(module.into(), vectorization);
        self
    }
}

settings! {
    /// Vectorization settings of a property (`moduleConfig`): the part it has in the vector of a
    /// module.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::PropertyVectorization;
    /// use weaviate::schema::modules::Text2VecOpenAi;
    ///
    /// let slug = Property::new("slug", DataType::Text)
    ///     .vectorization(Text2VecOpenAi::NAME, PropertyVectorization::new().skip(true));
    /// ```
    #[doc(alias = "skip_vectorization")]
    PropertyVectorization {
        /// Excludes the property from the vector. Default: off.
        skip: bool = "skip",
        /// Includes the name of the property in the vectorized text. Default: off for most modules.
        vectorize_property_name: bool = "vectorizePropertyName",
    }
}
