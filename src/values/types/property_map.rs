//! Properties by name, for objects without a struct.

mod without_recursion;

use std::cell::Cell;
use std::collections::{BTreeMap, btree_map};
use std::{fmt, mem};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::PropertyValue;

/// Properties of an object by name, for objects without a struct.
///
/// A collection without a struct, [`Collection<PropertyMap>`](crate::Collection), reads and writes
/// it. The names are sorted. The map holds no nulls: a property that is missing in the reply, or
/// null, is absent, because Weaviate does not distinguish the two.
///
/// ```
/// use weaviate::prelude::*;
///
/// let mut article = PropertyMap::new();
/// article.insert("title", "Grüezi");
/// article.insert("year", 2024);
/// article.insert("published", WeaviateDateTime::parse("2024-02-29T12:00:00+01:00")?);
/// article.insert("tags", ["swiss", "german"]);
///
/// assert_eq!(article.get("title").and_then(|value| value.as_text()), Some("Grüezi"));
/// assert_eq!(article.get("year").and_then(|value| value.as_int()), Some(2024));
/// assert_eq!(article.keys().collect::<Vec<_>>(), ["published", "tags", "title", "year"]);
/// # Ok::<(), weaviate::Error>(())
/// ```
///
/// A struct with a field `#[serde(flatten)] others: PropertyMap` collects the properties without a
/// field there. serde buffers flattened values and loses their data types: dates, UUIDs and blobs
/// arrive as text, and coordinates and phone numbers as objects.
#[doc(alias = "dynamic")]
#[doc(alias = "untyped")]
#[derive(Default)]
pub struct PropertyMap(BTreeMap<String, PropertyValue>);

impl PropertyMap {
    /// Largest number of objects inside each other, in what is written. It holds for structs, JSON and
    /// the nested properties of a collection, too. Anything deeper is a
    /// [`Validation`](crate::ErrorKind::Validation) error, before it is sent.
    ///
    /// Servers store more. But the configuration of such a collection has two levels of JSON for each
    /// object, and JSON is read up to 128 levels. Objects are read up to 100 inside each other.
    pub const MAX_DEPTH: usize = 50;

    /// Creates an empty map.
    ///
    /// ```
    /// assert!(weaviate::PropertyMap::new().is_empty());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Returns the value of a property.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let article = PropertyMap::from([("year", 2024)]);
    /// assert_eq!(article.get("year"), Some(&PropertyValue::Int(2024)));
    /// assert_eq!(article.get("title"), None);
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PropertyValue> {
        self.0.get(name)
    }

    /// Returns a mutable reference to the value of a property.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let mut article = PropertyMap::from([("year", 2024)]);
    /// if let Some(PropertyValue::Int(year)) = article.get_mut("year") {
    ///     *year += 1;
    /// }
    /// assert_eq!(article, PropertyMap::from([("year", 2025)]));
    /// ```
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut PropertyValue> {
        self.0.get_mut(name)
    }

    /// Sets a property and returns its previous value.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let mut article = PropertyMap::new();
    /// assert_eq!(article.insert("tags", ["owl", "snow"]), None);
    /// assert!(article.insert("tags", ["owl"]).is_some());
    /// ```
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<PropertyValue>) -> Option<PropertyValue> {
        self.0.insert(name.into(), value.into())
    }

    /// Removes a property and returns its value.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let mut article = PropertyMap::from([("draft", true)]);
    /// assert_eq!(article.remove("draft"), Some(PropertyValue::Bool(true)));
    /// assert!(article.is_empty());
    /// ```
    pub fn remove(&mut self, name: &str) -> Option<PropertyValue> {
        self.0.remove(name)
    }

    /// Returns `true` if the property is in the map.
    ///
    /// ```
    /// assert!(weaviate::PropertyMap::from([("year", 2024)]).contains_key("year"));
    /// ```
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns the number of properties.
    ///
    /// ```
    /// assert_eq!(weaviate::PropertyMap::from([("year", 2024), ("pages", 12)]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if the map is empty.
    ///
    /// ```
    /// assert!(!weaviate::PropertyMap::from([("year", 2024)]).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns an iterator over the names, sorted.
    ///
    /// ```
    /// let article = weaviate::PropertyMap::from([("year", 2024), ("pages", 12)]);
    /// assert_eq!(article.keys().collect::<Vec<_>>(), ["pages", "year"]);
    /// ```
    #[must_use]
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &String> {
        self.0.keys()
    }

    /// Returns an iterator over names and values, sorted by name.
    ///
    /// ```
    /// let article = weaviate::PropertyMap::from([("year", 2024), ("pages", 12)]);
    /// for (name, value) in article.iter() {
    ///     println!("{name}: {value:?}");
    /// }
    /// ```
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&String, &PropertyValue)> {
        self.0.iter()
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

    fn into_iter(mut self) -> Self::IntoIter {
        mem::take(&mut self.0).into_iter()
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
        struct PropertiesVisitor;

        impl<'de> Visitor<'de> for PropertiesVisitor {
            type Value = PropertyMap;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of properties by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<PropertyMap, A::Error> {
                let Some(_level) = OpenLevel::enter() else {
                    return Err(A::Error::custom(format!("more than {MAX_READ_DEPTH} objects inside each other")));
                };
                let mut map = BTreeMap::new();
                while let Some(name) = access.next_key::<String>()? {
                    if let Some(value) = access.next_value::<Option<PropertyValue>>()? {
                        map.insert(name, value);
                    }
                }
                Ok(PropertyMap(map))
            }
        }

        deserializer.deserialize_map(PropertiesVisitor)
    }
}

/// Largest number of objects inside each other that are read, as many as JSON text may have.
const MAX_READ_DEPTH: usize = 128;

thread_local! {
    static OPEN_LEVELS: Cell<usize> = const { Cell::new(0) };
}

/// An object that is being read. A deserializer of values in memory knows no limit of its own.
struct OpenLevel;

impl OpenLevel {
    fn enter() -> Option<Self> {
        let open = OPEN_LEVELS.get();
        (open < MAX_READ_DEPTH).then(|| OPEN_LEVELS.set(open + 1)).map(|()| Self)
    }
}

impl Drop for OpenLevel {
    fn drop(&mut self) {
        OPEN_LEVELS.set(OPEN_LEVELS.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_value_is_an_error_and_the_next_is_read() {
        let deep = |levels: usize| {
            (0..levels).fold(serde_json::json!(1), |value, _| {
                serde_json::Value::Object([("o".to_owned(), value)].into_iter().collect())
            })
        };
        for (levels, fine) in [(129, false), (600, false), (128, true), (1, true)] {
            assert_eq!(serde_json::from_value::<PropertyMap>(deep(levels)).is_ok(), fine, "{levels}");
        }
    }
}
