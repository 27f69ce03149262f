//! Comparison of a struct with the properties of a collection.

use std::collections::BTreeMap;
use std::fmt;

use super::Layout;
use crate::values::map_of::map_of;
use crate::values::schema::{DataType, Property, Tokenization, VectorConfig};
use crate::{Error, Result};

/// Differences between the properties of a struct and those of a collection.
///
/// Made by [`Collection::check`](crate::Collection::check). `Display` prints one line per
/// difference.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String }
/// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
/// let check = articles.check().await?;
/// for difference in check.differences() {
///     println!("{difference}");
/// }
/// check.into_result()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the differences have no effect until the program reads them"]
pub struct PropertiesCheck {
    pub(crate) collection: String,
    pub(crate) differences: Vec<PropertyDifference>,
}

/// Difference in one aspect of a property. See [`PropertiesCheck`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PropertyDifference {
    /// Path of the property, `address.city` for one of a nested object. For a vector, its name.
    pub property: String,
    /// Aspect that differs.
    pub kind: PropertyDifferenceKind,
    /// Value in the struct, in the server's words. `None` if the struct does not have the property.
    pub expected: Option<String>,
    /// Value in the collection. `None` if the collection has none.
    pub found: Option<String>,
}

/// Aspect of a property that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PropertyDifferenceKind {
    /// Property that the collection does not have.
    Missing,
    /// Property that the struct does not have.
    Unmentioned,
    /// Data type, or the target collections of a reference.
    DataType,
    /// Tokenization of text.
    Tokenization,
    /// Inverted index for filters.
    IndexFilterable,
    /// Inverted index for keyword search (BM25).
    IndexSearchable,
    /// Inverted index for range filters.
    IndexRangeFilters,
    /// Description of the property.
    Description,
    /// Vector, by its name.
    Vector,
}

impl PropertyDifferenceKind {
    fn name(self) -> &'static str {
        match self {
            Self::Missing | Self::Unmentioned => "property",
            Self::DataType => "data type",
            Self::Tokenization => "tokenization",
            Self::IndexFilterable => "index_filterable",
            Self::IndexSearchable => "index_searchable",
            Self::IndexRangeFilters => "index_range_filters",
            Self::Description => "description",
            Self::Vector => "vector",
        }
    }
}

impl PropertiesCheck {
    /// Returns all differences in the order of the struct, then the properties that only the
    /// collection has.
    #[must_use]
    pub fn differences(&self) -> &[PropertyDifference] {
        &self.differences
    }

    /// Returns `true` if the collection matches the struct. It may have further properties.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.mismatches().next().is_none()
    }

    /// Returns an error if the collection does not [match](Self::is_ok) the struct.
    ///
    /// # Errors
    ///
    /// [`SchemaDrift`](crate::ErrorKind::SchemaDrift), which lists the differences.
    pub fn into_result(self) -> Result<()> {
        if self.is_ok() {
            return Ok(());
        }
        let lines: Vec<_> = self.mismatches().map(ToString::to_string).collect();
        Err(Error::schema_drift(&self.collection, "the struct", &lines.join("; ")))
    }

    fn mismatches(&self) -> impl Iterator<Item = &PropertyDifference> {
        self.differences.iter().filter(|difference| difference.kind != PropertyDifferenceKind::Unmentioned)
    }
}

impl fmt::Display for PropertiesCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.differences.is_empty() {
            return write!(f, "collection {} matches the struct", self.collection);
        }
        write!(f, "collection {}:", self.collection)?;
        self.differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
    }
}

impl fmt::Display for PropertyDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { property, kind, expected, found } = self;
        let shown = |side: &Option<String>| side.clone().unwrap_or_else(|| "none".to_owned());
        match kind {
            PropertyDifferenceKind::Missing => {
                write!(f, "`{property}`: {} in the struct, missing in the collection", shown(expected))
            }
            PropertyDifferenceKind::Unmentioned => {
                write!(f, "`{property}`: {} in the collection, not in the struct", shown(found))
            }
            kind => write!(
                f,
                "`{property}`: {} {} in the struct, {} in the collection",
                kind.name(),
                shown(expected),
                shown(found)
            ),
        }
    }
}

/// Compares the properties of a struct with those of a collection. Settings that the struct does
/// not mention are not compared.
pub(crate) fn compare(expected: &[Property], found: &[Property]) -> Vec<PropertyDifference> {
    let mut differences = Vec::new();
    compare_lists("", expected, found, &mut differences);
    let (mut ordered, unmentioned): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|difference| difference.kind != PropertyDifferenceKind::Unmentioned);
    ordered.extend(unmentioned);
    ordered
}

/// Compares the vectors of a struct with those of a collection. Further vectors of the collection do
/// not count.
pub(crate) fn compare_vectors<'v>(
    layout: &'v Layout,
    found: &'v [VectorConfig],
) -> impl Iterator<Item = PropertyDifference> + 'v {
    let kind = |is_multi: bool| if is_multi { "a multi-vector" } else { "a vector" };
    layout.vectors().filter_map(move |part| {
        let found = found.iter().find(|vector| vector.name == part.vector).map(VectorConfig::is_multi);
        if found.is_some_and(|found| part.is_multi.is_none_or(|is_multi| is_multi == found)) {
            return None;
        }
        Some(PropertyDifference {
            property: part.vector.to_owned(),
            kind: PropertyDifferenceKind::Vector,
            expected: Some(kind(part.is_multi.unwrap_or_default()).to_owned()),
            found: found.map(|is_multi| kind(is_multi).to_owned()),
        })
    })
}

fn compare_lists(within: &str, expected: &[Property], found: &[Property], differences: &mut Vec<PropertyDifference>) {
    use PropertyDifferenceKind::{Missing, Unmentioned};

    let mut left: BTreeMap<&str, &Property> = map_of(found.iter().map(|property| (property.name.as_str(), property)));
    for property in expected {
        let path = format!("{within}{}", property.name);
        match left.remove(property.name.as_str()) {
            Some(found) => compare_property(&path, property, found, differences),
            None => differences.push(PropertyDifference {
                property: path,
                kind: Missing,
                expected: Some(shown(&property.data_type)),
                found: None,
            }),
        }
    }
    differences.extend(left.into_values().map(|property| PropertyDifference {
        property: format!("{within}{}", property.name),
        kind: Unmentioned,
        expected: None,
        found: Some(shown(&property.data_type)),
    }));
}

fn compare_property(path: &str, expected: &Property, found: &Property, differences: &mut Vec<PropertyDifference>) {
    use DataType::{Object, ObjectArray};
    use PropertyDifferenceKind::{Description, IndexFilterable, IndexRangeFilters, IndexSearchable};

    match (&expected.data_type, &found.data_type) {
        (Object(expected), Object(found)) | (ObjectArray(expected), ObjectArray(found)) => {
            compare_lists(&format!("{path}."), expected, found, differences);
        }
        (expected, found) if is_same(expected, found) => {}
        (expected, found) => differences.push(PropertyDifference {
            property: path.to_owned(),
            kind: PropertyDifferenceKind::DataType,
            expected: Some(shown(expected)),
            found: Some(shown(found)),
        }),
    }
    let word = |tokenization: &Option<Tokenization>| tokenization.as_ref().map(|word| word.as_str().to_owned());
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    for (kind, expected, found) in [
        (PropertyDifferenceKind::Tokenization, word(&expected.tokenization), word(&found.tokenization)),
        (IndexFilterable, flag(expected.index_filterable), flag(found.index_filterable)),
        (IndexSearchable, flag(expected.index_searchable), flag(found.index_searchable)),
        (IndexRangeFilters, flag(expected.index_range_filters), flag(found.index_range_filters)),
        (Description, expected.description.clone(), found.description.clone()),
    ] {
        if expected.is_some() && expected != found {
            differences.push(PropertyDifference { property: path.to_owned(), kind, expected, found });
        }
    }
}

/// Compares data types. The order of the target collections of a reference has no meaning.
fn is_same(expected: &DataType, found: &DataType) -> bool {
    let sorted = |targets: &[String]| {
        let mut targets = targets.to_vec();
        targets.sort_unstable();
        targets
    };
    match (expected, found) {
        (DataType::Reference(expected), DataType::Reference(found)) => sorted(expected) == sorted(found),
        (expected, found) => expected == found,
    }
}

fn shown(data_type: &DataType) -> String {
    match data_type {
        DataType::Reference(targets) => format!("reference to {}", targets.join(", ")),
        DataType::Other(name) if name.is_empty() => "an unknown data type".to_owned(),
        other => other.as_str().to_owned(),
    }
}
