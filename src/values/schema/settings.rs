//! Macros that declare groups of settings, and the lossless reading and writing of their JSON.
//!
//! A group writes back everything it reads. A member without a field, or with a value that the
//! field cannot hold, is kept unchanged in [`Extra`]. A newer server can therefore send settings
//! that this client does not know, and an update does not lose them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::{Number, Value};

use crate::values::map_of::map_of;

/// A JSON object.
pub(crate) type Map = serde_json::Map<String, Value>;

/// JSON members that were read and have no field. They are written back unchanged, unless a field
/// of the same name is set.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Extra {
    pub(crate) members: Map,
    /// The former name of a module, if the server still uses it. It is written back.
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

/// Lossless conversion to and from JSON.
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

    /// The server refuses `60.0` where it expects an integer, so whole numbers are written as
    /// integers.
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
        let mut map = Self::new();
        for (key, value) in value.as_object()? {
            map.insert(key.clone(), T::read(value)?);
        }
        Some(map)
    }

    fn write(&self) -> Value {
        Value::Object(map_of(self.iter().map(|(key, value)| (key.clone(), value.write()))))
    }
}

/// Codec of a member that is taken only if it can be written back unchanged.
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

/// Codec of a `Duration` in whole seconds.
pub(crate) mod seconds {
    use super::{Duration, Map, number};

    pub(crate) fn take(map: &mut Map, key: &str) -> Option<Duration> {
        number(map, key).map(Duration::from_secs)
    }

    pub(crate) fn put(value: &Duration, map: &mut Map, key: &str) {
        map.insert(key.to_owned(), value.as_secs().into());
    }
}

/// Codec of a `Duration` in whole milliseconds.
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

/// Codec of a group with an `enabled` flag. A group that is not enabled stays in [`Extra`].
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

/// Compares two JSON values; `1` equals `1.0`.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => same_number(left, right),
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

/// The server keeps numbers with a fraction, such as `b` of BM25, in 32 bits.
fn same_number(left: &Number, right: &Number) -> bool {
    let (Some(wide), Some(other)) = (left.as_f64(), right.as_f64()) else { return left == right };
    #[expect(clippy::cast_possible_truncation, reason = "the precision of the server")]
    let as_stored = |number: f64| (number as f32).to_bits();
    left == right || wide.total_cmp(&other).is_eq() || (wide.fract() != 0.0 && as_stored(wide) == as_stored(other))
}

/// The Rust type of a field; `[String]` in the declaration is a `Vec<String>`.
macro_rules! field_type {
    ([$item:ty]) => { Vec<$item> };
    ($ty:ty) => { $ty };
}

/// Declares the setter of a field. Texts, lists and groups accept anything that converts into them.
macro_rules! setter {
    ($(#[$doc:meta])* $field:ident [$item:ty]) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, values: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.$field = Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
    ($(#[$doc:meta])* $field:ident bool) => { setter!(@plain $(#[$doc])* $field bool); };
    ($(#[$doc:meta])* $field:ident i64) => { setter!(@plain $(#[$doc])* $field i64); };
    ($(#[$doc:meta])* $field:ident f64) => { setter!(@plain $(#[$doc])* $field f64); };
    ($(#[$doc:meta])* $field:ident Duration) => { setter!(@plain $(#[$doc])* $field Duration); };
    (@plain $(#[$doc:meta])* $field:ident $ty:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, value: $ty) -> Self {
            self.$field = Some(value);
            self
        }
    };
    ($(#[$doc:meta])* $field:ident $ty:ty) => {
        $(#[$doc])*
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

/// Declares a group of settings: a struct of optional public fields, a setter for each, and its
/// JSON.
///
/// A line is `field: type = "name on the wire"`. `via` names the codec, if it is not [`plain`].
macro_rules! settings {
    ($(#[$meta:meta])* $name:ident {
        $( $(#[$doc:meta])* $field:ident: $ty:tt $(via $codec:ident)? = $key:literal, )*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])* pub $field: Option<field_type!($ty)>, )*
            pub(crate) extra: $crate::values::schema::settings::Extra,
        }

        impl $name {
            /// Creates settings without values: the server applies its defaults.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            $( setter!($(#[$doc])* $field $ty); )*
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

/// Declares an enum of the server's names, with a variant for names that this client does not know.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $variant:ident = $word:literal, )* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$doc])* $variant, )*
            /// A value that this client does not know, by its name in the server's schema.
            Other(String),
        }

        impl $name {
            /// Returns the name in the server's schema.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(name) => name,
                }
            }
        }

        impl From<&str> for $name {
            /// Converts a name of the server's schema. An unknown name becomes `Other`.
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
#[allow(unreachable_pub, reason = "the items that the macros declare are public elsewhere")]
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
    fn unknown_and_unfit_values_are_written_back() {
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
    fn setting_a_field_replaces_an_unfit_value() {
        let sample = Sample::read(&json!({ "number": "many" })).unwrap().number(1.5);
        assert_eq!(sample.write(), json!({ "number": 1.5 }));
    }
}
