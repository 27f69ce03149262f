use super::{DataType, Tokenization};

/// One property of a collection, or of an object within an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub(crate) name: String,
    pub(crate) data_type: DataType,
    pub(crate) description: Option<String>,
    pub(crate) tokenization: Option<Tokenization>,
    pub(crate) index_filterable: Option<bool>,
    pub(crate) index_searchable: Option<bool>,
    pub(crate) index_range_filters: Option<bool>,
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
            index_filterable: None,
            index_searchable: None,
            index_range_filters: None,
        }
    }

    /// A text for people.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// How text is split into words for keyword search and filters. Default: [`Tokenization::Word`].
    #[must_use]
    pub fn tokenization(mut self, tokenization: Tokenization) -> Self {
        self.tokenization = Some(tokenization);
        self
    }

    /// Whether filters on it are fast. Default: yes.
    #[must_use]
    pub fn index_filterable(mut self, index: bool) -> Self {
        self.index_filterable = Some(index);
        self
    }

    /// Whether keyword search finds it; text alone. Default: yes for text.
    #[must_use]
    pub fn index_searchable(mut self, index: bool) -> Self {
        self.index_searchable = Some(index);
        self
    }

    /// Whether greater-than and less-than filters are fast; int, number and date alone. Default: no.
    #[must_use]
    pub fn index_range_filters(mut self, index: bool) -> Self {
        self.index_range_filters = Some(index);
        self
    }
}
