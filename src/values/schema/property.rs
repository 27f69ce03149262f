use std::collections::BTreeMap;

use super::settings::Extra;
use super::{DataType, TextAnalyzer, Tokenization};

/// One property of a collection, or of an object within an object. A reference is one, too.
///
/// ```
/// use weaviate::schema::modules::Text2VecOpenAi;
/// use weaviate::schema::{DataType, Property, PropertyVectorization, Tokenization};
///
/// let slug = Property::new("slug", DataType::Text)
///     .tokenization(Tokenization::Field)
///     .index_searchable(false)
///     .vectorization(Text2VecOpenAi::NAME, PropertyVectorization::new().skip(true));
/// let address = Property::new("address", DataType::object([Property::new("city", DataType::Text)]));
/// let written_by = Property::new("writtenBy", DataType::reference(["Author"]));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Property {
    /// What it is called.
    pub name: String,
    /// What it holds. Fixed once the property exists.
    pub data_type: DataType,
    /// A text for people.
    pub description: Option<String>,
    /// How text is split into words for keyword search and filters.
    pub tokenization: Option<Tokenization>,
    /// What else happens to the words.
    pub text_analyzer: Option<TextAnalyzer>,
    /// Whether filters on it are fast.
    pub index_filterable: Option<bool>,
    /// Whether keyword search finds it.
    pub index_searchable: Option<bool>,
    /// Whether greater-than and less-than filters are fast.
    pub index_range_filters: Option<bool>,
    /// Whether an object can refer to another only once.
    pub disable_duplicated_references: Option<bool>,
    /// Its part in the vectors, by module.
    pub vectorization: BTreeMap<String, PropertyVectorization>,
    pub(crate) extra: Extra,
}

impl Property {
    /// A property of this name, `title` for instance.
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
        /// A text for people.
        description String
    }

    /// How text is split into words for keyword search and filters. Default: [`Tokenization::Word`].
    #[must_use]
    pub fn tokenization(mut self, tokenization: Tokenization) -> Self {
        self.tokenization = Some(tokenization);
        self
    }

    setter! {
        /// What else happens to the words; text alone. Needs Weaviate 1.37.
        text_analyzer TextAnalyzer
    }

    setter! {
        /// Whether filters on it are fast. Default: yes.
        index_filterable bool
    }

    setter! {
        /// Whether keyword search finds it; text alone. Default: yes for text.
        index_searchable bool
    }

    setter! {
        /// Whether greater-than and less-than filters are fast; int, number and date alone. Default: no.
        index_range_filters bool
    }

    setter! {
        /// Whether an object can refer to another only once; references alone. Needs Weaviate 1.36.
        disable_duplicated_references bool
    }

    /// Its part in the vectors that a module makes, `text2vec-openai` for instance, which is
    /// [`Text2VecOpenAi::NAME`](crate::schema::modules::Text2VecOpenAi::NAME). Not for properties of objects within the object.
    #[must_use]
    pub fn vectorization(mut self, module: impl Into<String>, vectorization: PropertyVectorization) -> Self {
        self.vectorization.insert(module.into(), vectorization);
        self
    }
}

settings! {
    /// What part a property has in the vectors that a module makes.
    PropertyVectorization {
        /// Whether it has none. Default: no.
        skip: bool = "skip",
        /// Whether its name is part of the text. Default: the module decides.
        vectorize_property_name: bool = "vectorizePropertyName",
    }
}
