//! Properties by name, for objects without a type of their own.

use std::collections::{BTreeMap, btree_map};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::PropertyValue;

/// The properties of an object whose type is not known when the program is written, by name.
///
/// A property that is missing, or that the server answers with null, is not in the map: to Weaviate the two are one.
///
/// ```
/// use weaviate::types::DateTime;
/// use weaviate::PropertyMap;
///
/// let mut article = PropertyMap::new();
/// article.insert("title", "Grüezi");
/// article.insert("year", 2024);
/// article.insert("published", DateTime::parse("2024-02-29T12:00:00+01:00")?);
/// article.insert("tags", ["swiss", "german"]);
///
/// assert_eq!(article.get("title").and_then(|value| value.as_text()), Some("Grüezi"));
/// assert_eq!(article.get("year").and_then(|value| value.as_int()), Some(2024));
/// assert_eq!(article.keys().collect::<Vec<_>>(), ["published", "tags", "title", "year"]);
/// # Ok::<(), weaviate::Error>(())
/// ```
///
/// Flattened into a struct (`#[serde(flatten)] others: PropertyMap`) it collects what has no field of its own. There
/// serde keeps the values in a form that knows no dates, uuids and blobs, so those come as text, and a point as an object.
#[derive(Clone, Default, PartialEq)]
pub struct PropertyMap(BTreeMap<String, PropertyValue>);

impl PropertyMap {
    /// No properties.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The value of a property.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PropertyValue> {
        self.0.get(name)
    }

    /// The value of a property, to change it.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut PropertyValue> {
        self.0.get_mut(name)
    }

    /// Sets a property and returns what it was before.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<PropertyValue>) -> Option<PropertyValue> {
        self.0.insert(name.into(), value.into())
    }

    /// Takes a property out.
    pub fn remove(&mut self, name: &str) -> Option<PropertyValue> {
        self.0.remove(name)
    }

    /// Whether the property is there.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// How many properties there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, sorted.
    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &String> {
        self.0.keys()
    }

    /// Names and values, sorted by name.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&String, &PropertyValue)> {
        self.0.iter()
    }
}

impl fmt::Debug for PropertyMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

impl<N: Into<String>, V: Into<PropertyValue>> FromIterator<(N, V)> for PropertyMap {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(properties: I) -> Self {
        Self(properties.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl<N: Into<String>, V: Into<PropertyValue>, const M: usize> From<[(N, V); M]> for PropertyMap {
    fn from(properties: [(N, V); M]) -> Self {
        properties.into_iter().collect()
    }
}

impl<N: Into<String>, V: Into<PropertyValue>> Extend<(N, V)> for PropertyMap {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, properties: I) {
        self.0.extend(properties.into_iter().map(|(name, value)| (name.into(), value.into())));
    }
}

impl IntoIterator for PropertyMap {
    type Item = (String, PropertyValue);
    type IntoIter = btree_map::IntoIter<String, PropertyValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a PropertyMap {
    type Item = (&'a String, &'a PropertyValue);
    type IntoIter = btree_map::Iter<'a, String, PropertyValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Serialize for PropertyMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de> Deserialize<'de> for PropertyMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Properties;

        impl<'de> Visitor<'de> for Properties {
            type Value = PropertyMap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("properties by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<PropertyMap, A::Error> {
                let mut map = BTreeMap::new();
                while let Some(name) = access.next_key::<String>()? {
                    if let Some(value) = access.next_value::<Option<PropertyValue>>()? {
                        map.insert(name, value);
                    }
                }
                Ok(PropertyMap(map))
            }
        }

        deserializer.deserialize_map(Properties)
    }
}
