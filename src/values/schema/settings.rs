//! How groups of settings are declared, and how they are read without loss.
//!
//! What a group reads, it writes back: a member that has no field, or whose value the field cannot hold, stays as it was
//! beside the fields. So a server may send what this client has never heard of, and gets it back.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::Value;

/// A JSON object.
pub(crate) type Map = serde_json::Map<String, Value>;

/// What was read and has no field. It is written as it came, unless a field of the same name is set.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Extra {
    pub(crate) members: Map,
    /// The name under which a module was found, where it is not the one it has today.
    pub(crate) alias: Option<&'static str>,
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.alias.map(|alias| ("alias", alias))).entries(&self.members).finish()
    }
}

impl From<Map> for Extra {
    fn from(members: Map) -> Self {
        Self { members, alias: None }
    }
}

/// A value with a form in JSON.
pub(crate) trait Json: Sized {
    fn read(value: &Value) -> Option<Self>;
    fn write(&self) -> Value;
}

impl Json for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Json for bool {
    fn read(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Json for i64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_i64()
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Json for f64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_f64()
    }

    /// Whole numbers without a point, as the server writes them.
    fn write(&self) -> Value {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the range")]
        let whole = (self.fract() == 0.0 && self.abs() < EXACT).then_some(*self as i64);
        whole.map_or_else(|| Value::from(*self), Value::from)
    }
}

impl<T: Json> Json for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::read).collect()
    }

    fn write(&self) -> Value {
        self.iter().map(T::write).collect()
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn read(value: &Value) -> Option<Self> {
        value.as_object()?.iter().map(|(key, value)| Some((key.clone(), T::read(value)?))).collect()
    }

    fn write(&self) -> Value {
        self.iter().map(|(key, value)| (key.clone(), value.write())).collect()
    }
}

/// A member of an object, if it can be read and written back the same.
pub(crate) mod plain {
    use super::{Json, Map, same};

    pub(crate) fn take<T: Json>(map: &mut Map, key: &str) -> Option<T> {
        let value = map.get(key)?;
        let read = T::read(value).filter(|read| same(&read.write(), value))?;
        map.remove(key);
        Some(read)
    }

    pub(crate) fn put<T: Json>(value: &T, map: &mut Map, key: &str) {
        map.insert(key.to_owned(), value.write());
    }
}

/// A span of time in whole seconds.
pub(crate) mod seconds {
    use super::{Duration, Map, number};

    pub(crate) fn take(map: &mut Map, key: &str) -> Option<Duration> {
        number(map, key).map(Duration::from_secs)
    }

    pub(crate) fn put(value: &Duration, map: &mut Map, key: &str) {
        map.insert(key.to_owned(), value.as_secs().into());
    }
}

/// A span of time in whole milliseconds.
pub(crate) mod millis {
    use super::{Duration, Map, number};

    pub(crate) fn take(map: &mut Map, key: &str) -> Option<Duration> {
        number(map, key).map(Duration::from_millis)
    }

    pub(crate) fn put(value: &Duration, map: &mut Map, key: &str) {
        let millis = u64::try_from(value.as_millis()).unwrap_or(u64::MAX);
        map.insert(key.to_owned(), millis.into());
    }
}

fn number(map: &mut Map, key: &str) -> Option<u64> {
    let number = map.get(key)?.as_u64()?;
    map.remove(key);
    Some(number)
}

/// A group that is there where its `enabled` is true. One that is off stays beside the fields.
pub(crate) mod enabled {
    use super::{Json, Map, Value};

    pub(crate) fn take<T: Json>(map: &mut Map, key: &str) -> Option<T> {
        let mut settings = map.get(key)?.as_object()?.clone();
        if settings.remove("enabled") != Some(Value::Bool(true)) {
            return None;
        }
        let read = T::read(&Value::Object(settings))?;
        map.remove(key);
        Some(read)
    }

    pub(crate) fn put<T: Json>(value: &T, map: &mut Map, key: &str) {
        let mut settings = value.write();
        if let Some(settings) = settings.as_object_mut() {
            settings.insert("enabled".to_owned(), Value::Bool(true));
        }
        map.insert(key.to_owned(), settings);
    }
}

pub(crate) use super::modules::weighted;
pub(crate) use super::quantizer;

/// Whether two values say the same. `1` and `1.0` do.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

/// The type of a field: lists are written `[String]`.
macro_rules! field_type {
    ([$item:ty]) => { Vec<$item> };
    ($ty:ty) => { $ty };
}

/// The setter of a field: texts, lists and groups take whatever becomes one.
macro_rules! setter {
    ($(#[doc = $doc:literal])* $field:ident [$item:ty]) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(mut self, values: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.$field = Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
    ($(#[doc = $doc:literal])* $field:ident bool) => { setter!(@plain $(#[doc = $doc])* $field bool); };
    ($(#[doc = $doc:literal])* $field:ident i64) => { setter!(@plain $(#[doc = $doc])* $field i64); };
    ($(#[doc = $doc:literal])* $field:ident f64) => { setter!(@plain $(#[doc = $doc])* $field f64); };
    ($(#[doc = $doc:literal])* $field:ident Duration) => { setter!(@plain $(#[doc = $doc])* $field Duration); };
    (@plain $(#[doc = $doc:literal])* $field:ident $ty:ty) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(mut self, value: $ty) -> Self {
            self.$field = Some(value);
            self
        }
    };
    ($(#[doc = $doc:literal])* $field:ident $ty:ty) => {
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(mut self, value: impl Into<$ty>) -> Self {
            self.$field = Some(value.into());
            self
        }
    };
}

macro_rules! take {
    ($map:expr, $key:literal) => {
        $crate::values::schema::settings::plain::take($map, $key)
    };
    ($map:expr, $key:literal, $codec:ident) => {
        $crate::values::schema::settings::$codec::take($map, $key)
    };
}

macro_rules! put {
    ($value:expr, $map:expr, $key:literal) => {
        $crate::values::schema::settings::plain::put($value, $map, $key)
    };
    ($value:expr, $map:expr, $key:literal, $codec:ident) => {
        $crate::values::schema::settings::$codec::put($value, $map, $key)
    };
}

/// A group of settings: a struct of optional public fields, a setter for each, and its form in JSON. A line is
/// `field: type = "name on the wire"`, with `via` the module that reads and writes it where it is not [`plain`].
macro_rules! settings {
    ($(#[$meta:meta])* $name:ident {
        $( $(#[doc = $doc:literal])* $field:ident: $ty:tt $(via $codec:ident)? = $key:literal, )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: Option<field_type!($ty)>, )*
            pub(crate) extra: $crate::values::schema::settings::Extra,
        }

        impl $name {
            /// Nothing is set, so the server decides everything.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $( setter!($(#[doc = $doc])* $field $ty); )*
        }

        impl $crate::values::schema::settings::Json for $name {
            fn read(value: &serde_json::Value) -> Option<Self> {
                #[allow(unused_mut, reason = "not every group has fields")]
                let mut map = value.as_object()?.clone();
                Some(Self {
                    $( $field: take!(&mut map, $key $(, $codec)?), )*
                    extra: map.into(),
                })
            }

            fn write(&self) -> serde_json::Value {
                #[allow(unused_mut, reason = "not every group has fields")]
                let mut map = self.extra.members.clone();
                $( if let Some(value) = &self.$field { put!(value, &mut map, $key $(, $codec)?); } )*
                serde_json::Value::Object(map)
            }
        }
    };
}

/// An enum of words of the server that takes words it does not know.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $( $(#[doc = $doc:literal])* $variant:ident = $word:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[doc = $doc])* $variant, )*
            /// One that this client does not know, by its name in the server's schema.
            Other(String),
        }

        impl $name {
            /// The name in the server's schema.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(name) => name,
                }
            }
        }

        impl From<&str> for $name {
            /// By its name in the server's schema.
            fn from(name: &str) -> Self {
                match name {
                    $( $word => Self::$variant, )*
                    _ => Self::Other(name.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::values::schema::settings::Json for $name {
            fn read(value: &serde_json::Value) -> Option<Self> {
                value.as_str().map(Self::from)
            }

            fn write(&self) -> serde_json::Value {
                self.as_str().into()
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macros make is public elsewhere")]
mod tests {
    use serde_json::json;

    use super::*;

    settings! {
        /// Inner.
        Inner {
            /// A word.
            word: String = "word",
        }
    }

    settings! {
        /// One of each.
        Sample {
            /// A number.
            number: f64 = "number",
            /// Words.
            words: [String] = "words",
            /// Time.
            pause: Duration via seconds = "pauseSeconds",
            /// A group.
            inner: Inner = "inner",
        }
    }

    #[test]
    fn only_what_is_set_is_written() {
        assert_eq!(Sample::new().write(), json!({}));
        let sample = Sample::new().number(2.0).words(["a"]).pause(Duration::from_secs(3)).inner(Inner::new().word("w"));
        let written = json!({ "number": 2, "words": ["a"], "pauseSeconds": 3, "inner": { "word": "w" } });
        assert_eq!(sample.write(), written);
        assert_eq!(Sample::read(&written), Some(sample));
    }

    #[test]
    fn what_no_field_can_hold_stays_as_it_was() {
        for value in [
            json!({ "new": [1, null, { "a": 1.5 }] }),
            json!({ "number": "many" }),
            json!({ "words": ["a", 1] }),
            json!({ "words": null }),
            json!({ "pauseSeconds": -1 }),
            json!({ "pauseSeconds": 0.5 }),
            json!({ "inner": [] }),
            json!({ "inner": { "word": 1, "other": {} }, "number": 0.1 }),
        ] {
            let sample = Sample::read(&value).unwrap();
            assert_eq!(sample.write(), value);
        }
        assert!(Sample::read(&json!([])).is_none());
    }

    #[test]
    fn a_field_that_is_set_replaces_what_it_could_not_hold() {
        let sample = Sample::read(&json!({ "number": "many" })).unwrap().number(1.5);
        assert_eq!(sample.write(), json!({ "number": 1.5 }));
    }
}
