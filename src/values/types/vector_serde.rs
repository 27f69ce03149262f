//! Vectors in serde: a list of numbers, or a list of rows.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq as _, Serializer};

use super::Vector;

/// Writes a list of numbers; for a multi-vector, a list of such lists.
impl Serialize for Vector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_multi() {
            let mut rows = serializer.serialize_seq(Some(self.row_count()))?;
            self.rows().try_for_each(|row| rows.serialize_element(&row))?;
            return rows.end();
        }
        let mut numbers = serializer.serialize_seq(Some(self.dimension()))?;
        self.iter().try_for_each(|number| numbers.serialize_element(&number))?;
        numbers.end()
    }
}

/// Reads what [`Serialize`] writes. An empty list is an empty vector.
impl<'de> Deserialize<'de> for Vector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(VectorVisitor)
    }
}

struct VectorVisitor;

impl<'de> Visitor<'de> for VectorVisitor {
    type Value = Vector;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers, or a list of rows of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vector, A::Error> {
        let mut numbers: Vec<f32> = Vec::new();
        let mut rows: Vec<Vec<f32>> = Vec::new();
        while let Some(element) = elements.next_element()? {
            match element {
                Element::Number(number) if rows.is_empty() => numbers.push(number),
                Element::Row(row) if numbers.is_empty() => rows.push(row),
                _ => return Err(A::Error::custom("numbers and rows in one vector")),
            }
        }
        Ok(if rows.is_empty() { numbers.into() } else { rows.into() })
    }
}

enum Element {
    Number(f32),
    Row(Vec<f32>),
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

struct ElementVisitor;

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "numbers of a vector have 32 bits")]
impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a row of numbers")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Element, E> {
        Ok(Element::Number(number as f32))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Element, E> {
        Ok(Element::Number(number as f32))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Element, E> {
        Ok(Element::Number(number as f32))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Element, A::Error> {
        let mut row = Vec::new();
        while let Some(number) = numbers.next_element()? {
            row.push(number);
        }
        Ok(Element::Row(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_the_shape() {
        for (vector, json) in [
            (Vector::from([0.5, -2.0]), "[0.5,-2.0]"),
            (Vector::from(vec![vec![0.5], vec![1.0]]), "[[0.5],[1.0]]"),
            (Vector::from(Vec::<f32>::new()), "[]"),
        ] {
            assert_eq!(serde_json::to_string(&vector).unwrap(), json);
            assert_eq!(serde_json::from_str::<Vector>(json).unwrap(), vector);
        }
        assert_eq!(serde_json::from_str::<Vector>("[1, 2]").unwrap(), Vector::from([1.0, 2.0]));
        for odd in ["[1, [2]]", "[[1], 2]", "[\"a\"]", "1", "[[[1]]]", "null"] {
            assert!(serde_json::from_str::<Vector>(odd).is_err(), "{odd}");
        }
    }
}
