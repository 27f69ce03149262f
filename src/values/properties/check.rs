//! A struct held against a collection.

use std::collections::BTreeMap;
use std::fmt;

use crate::values::schema::{DataType, Property, Tokenization};
use crate::{Error, Result};

/// How the properties of a struct differ from those of a collection, see [`Collection::check`](crate::Collection::check).
///
/// It prints as one line for each difference.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a difference that nobody looks at is found by a user"]
pub struct PropertiesCheck {
    pub(crate) collection: String,
    pub(crate) differences: Vec<PropertyDifference>,
}

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PropertyDifference {
    /// Which property; `address.city` within an object.
    pub property: String,
    /// What of it.
    pub kind: PropertyDifferenceKind,
    /// What the struct says, in the server's words. `None` where it does not have the property.
    pub expected: Option<String>,
    /// What the collection has. `None` where it has nothing.
    pub found: Option<String>,
}

/// What of a property differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PropertyDifferenceKind {
    /// The collection does not have it.
    Missing,
    /// The struct does not have it.
    Unmentioned,
    /// It holds something else, or refers to other collections.
    DataType,
    /// Text is split in another way.
    Tokenization,
    /// Whether filters on it are fast.
    IndexFilterable,
    /// Whether keyword search finds it.
    IndexSearchable,
    /// Whether greater-than and less-than filters are fast.
    IndexRangeFilters,
    /// The text for people.
    Description,
}

impl PropertyDifferenceKind {
    fn words(self) -> &'static str {
        match self {
            Self::Missing | Self::Unmentioned => "property",
            Self::DataType => "data type",
            Self::Tokenization => "tokenization",
            Self::IndexFilterable => "index_filterable",
            Self::IndexSearchable => "index_searchable",
            Self::IndexRangeFilters => "index_range_filters",
            Self::Description => "description",
        }
    }
}

impl PropertiesCheck {
    /// All that differs: in the order of the struct, then what the collection has beyond it.
    #[must_use]
    pub fn differences(&self) -> &[PropertyDifference] {
        &self.differences
    }

    /// Whether the collection has what the struct says. It may have more properties: a struct need not know all.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.against().next().is_none()
    }

    /// Returns an error unless the collection [is](Self::is_ok) what the struct says.
    ///
    /// # Errors
    ///
    /// [`SchemaDrift`](crate::ErrorKind::SchemaDrift), with the differences in its text.
    pub fn into_result(self) -> Result<()> {
        if self.is_ok() {
            return Ok(());
        }
        let lines: Vec<_> = self.against().map(ToString::to_string).collect();
        Err(Error::schema_drift(&self.collection, "the struct", &lines.join("; ")))
    }

    fn against(&self) -> impl Iterator<Item = &PropertyDifference> {
        self.differences.iter().filter(|difference| difference.kind != PropertyDifferenceKind::Unmentioned)
    }
}

impl fmt::Display for PropertiesCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.differences.is_empty() {
            return write!(f, "collection {} is what the struct says", self.collection);
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
                kind.words(),
                shown(expected),
                shown(found)
            ),
        }
    }
}

/// What the struct does not say is left to the collection.
pub(crate) fn compare(expected: &[Property], found: &[Property]) -> Vec<PropertyDifference> {
    let mut differences = Vec::new();
    lists("", expected, found, &mut differences);
    let (mut against, beyond): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|difference| difference.kind != PropertyDifferenceKind::Unmentioned);
    against.extend(beyond);
    against
}

fn lists(within: &str, expected: &[Property], found: &[Property], differences: &mut Vec<PropertyDifference>) {
    use PropertyDifferenceKind::{Missing, Unmentioned};

    let mut left: BTreeMap<&str, &Property> = found.iter().map(|property| (property.name.as_str(), property)).collect();
    for property in expected {
        let path = format!("{within}{}", property.name);
        match left.remove(property.name.as_str()) {
            Some(found) => one(&path, property, found, differences),
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

fn one(path: &str, expected: &Property, found: &Property, differences: &mut Vec<PropertyDifference>) {
    use DataType::{Object, ObjectArray};
    use PropertyDifferenceKind::{Description, IndexFilterable, IndexRangeFilters, IndexSearchable};

    match (&expected.data_type, &found.data_type) {
        (Object(expected), Object(found)) | (ObjectArray(expected), ObjectArray(found)) => {
            lists(&format!("{path}."), expected, found, differences);
        }
        (expected, found) if same(expected, found) => {}
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

/// In which order a reference lists its collections says nothing.
fn same(expected: &DataType, found: &DataType) -> bool {
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
