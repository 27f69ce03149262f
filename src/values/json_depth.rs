//! The depth of JSON from outside. Reading, copying and dropping JSON needs stack for each level.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// Levels that are accepted, arrays and objects alike. `serde_json` reads 128, and settings become
/// part of a larger document.
pub(crate) const MAX_LEVELS: usize = 120;

/// Converts a value to JSON. Unlike that of `serde_json`, the conversion ends with an error at the
/// first object or array that is too deep, before it could overflow the stack.
pub(crate) fn to_value(value: &impl Serialize) -> serde_json::Result<Value> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Levels(0)))?;
    serde_json::from_slice(&text)
}

/// Returns `true` for JSON of more levels than are accepted.
pub(crate) fn is_too_deep(value: &Value) -> bool {
    let mut open = vec![(value, 1)];
    while let Some((value, level)) = open.pop() {
        match value {
            Value::Array(_) | Value::Object(_) if level > MAX_LEVELS => return true,
            Value::Array(values) => open.extend(values.iter().map(|value| (value, level + 1))),
            Value::Object(members) => open.extend(members.values().map(|value| (value, level + 1))),
            _ => {}
        }
    }
    false
}

/// Counts the levels that are open while JSON is written.
struct Levels(usize);

impl Levels {
    fn open(&mut self) -> io::Result<()> {
        if self.0 == MAX_LEVELS {
            return Err(io::Error::other(format!("more than {MAX_LEVELS} objects or arrays inside each other")));
        }
        self.0 += 1;
        Ok(())
    }
}

impl Formatter for Levels {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open()?;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0 -= 1;
        writer.write_all(b"]")
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open()?;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0 -= 1;
        writer.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A list that never ends.
    struct Endless;

    impl Serialize for Endless {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq([Endless])
        }
    }

    #[test]
    fn levels_are_counted_while_json_is_written() {
        let text = to_value(&Endless).unwrap_err().to_string();
        assert!(text.contains("more than 120 objects or arrays inside each other"), "{text}");
        let value = json!({"a": [{"b": null, "c": [1, 2.5, -3, u64::MAX]}, []], "text": "}]\"{["});
        assert_eq!(to_value(&value).unwrap(), value);
        let nested = |levels| (0..levels).fold(json!({}), |inside, _| Value::Array(vec![inside, json!(1)]));
        for (levels, fits) in [(119, true), (120, false), (1_000, false)] {
            let value = nested(levels);
            assert_eq!((to_value(&value).is_ok(), !is_too_deep(&value)), (fits, fits), "{levels}");
        }
    }
}
