//! Objects on their way into a shard: the checks of its vector indexes, the object itself, and then its vectors.

use tokio::time::Instant;

use crate::config::Config;
use crate::engine::schema::ClassView;

use super::fault::LengthFault;
use super::refusal::{Fault, Place};
use super::{Object, Refusal, Shard, Value};
use crate::engine::named_vector::NamedVector;

/// The length of the longest vector that can be stored.
const LONGEST_VECTOR: usize = u16::MAX as usize;

impl Shard {
    /// Stores an object whose vectors the indexes can take, and numbers it.
    pub(super) fn keep(&mut self, object: &mut Object) -> Result<(), Refusal> {
        self.check_vectors(object)?;
        object.doc_id = match self.objects.get(&object.id) {
            // The index entry stays where the vectors and points do.
            Some(old)
                if old.vector == object.vector && old.vectors == object.vectors && points(old).eq(points(object)) =>
            {
                old.doc_id
            }
            _ => {
                let next = self.next_doc_id;
                self.next_doc_id += 1;
                next
            }
        };
        self.objects.insert(object.id, object.clone());
        Ok(())
    }

    /// Adds the vectors of a stored object to the indexes, each of which takes its length from its first vector.
    pub(super) fn index(&mut self, class: &ClassView, object: &Object) -> Result<(), Refusal> {
        for Placed { target, rows, multi } in rows_of(object) {
            let refusal = |fault| {
                let place = Place { target: target.to_owned(), id: object.id, multi };
                Refusal::Unindexed { place, doc_id: object.doc_id, fault }
            };
            if class.named_vectors.get(target).is_some_and(|index| index.multi != multi) {
                return Err(refusal(Fault::Kind));
            }
            let Some(length) = length_of(&rows) else { continue };
            let known = *self.dimensions.entry(target.to_owned()).or_insert(length);
            if known != length {
                return Err(refusal(Fault::Length { length, known }));
            }
        }
        Ok(())
    }

    /// Adds the vectors of a stored object to those that wait, if vectors are indexed later and slowly.
    pub(super) fn queue_vectors(&mut self, object: &Object, config: &Config) {
        let Some(rate) = config.indexing_rate.filter(|_| config.async_indexing) else { return };
        let vectors = rows_of(object).filter(|vector| length_of(&vector.rows).is_some()).count();
        if vectors > 0 {
            let vectors = u32::try_from(vectors).unwrap_or(u32::MAX);
            self.queue.push(vectors, rate, config.ready_before_indexing, Instant::now());
        }
    }

    fn check_vectors(&self, object: &Object) -> Result<(), Refusal> {
        for Placed { target, rows, multi } in rows_of(object) {
            let known = self.dimensions.get(target).copied();
            let checked = if multi { check_rows(&rows, known) } else { check_length(&rows, known) };
            checked.map_err(|fault| {
                let place = Place { target: target.to_owned(), id: object.id, multi };
                Refusal::Misfit { place, fault }
            })?;
        }
        let mut lengths = rows_of(object).flat_map(|vector| vector.rows).map(<[f32]>::len);
        match lengths.find(|length| *length > LONGEST_VECTOR) {
            Some(length) => Err(Refusal::TooLong { id: object.id, length, longest: LONGEST_VECTOR }),
            None => Ok(()),
        }
    }
}

/// One vector of an object as rows; a single vector is one row.
struct Placed<'a> {
    /// Its name; empty for the unnamed one.
    target: &'a str,
    rows: Vec<&'a [f32]>,
    multi: bool,
}

/// The named vectors, then the unnamed one.
fn rows_of(object: &Object) -> impl Iterator<Item = Placed<'_>> {
    let named = object.vectors.iter().map(|(target, vector)| match vector {
        NamedVector::Single(vector) => Placed { target, rows: vec![vector], multi: false },
        NamedVector::Multi(rows) => Placed { target, rows: rows.iter().map(Vec::as_slice).collect(), multi: true },
    });
    let unnamed = object.vector.iter().map(|vector| Placed { target: "", rows: vec![vector.as_slice()], multi: false });
    named.chain(unnamed)
}

fn length_of(rows: &[&[f32]]) -> Option<usize> {
    rows.first().map(|row| row.len()).filter(|length| *length > 0)
}

/// `known` is the length that the index has.
fn check_length(rows: &[&[f32]], known: Option<usize>) -> Result<(), LengthFault> {
    match (rows.first().map_or(0, |row| row.len()), known) {
        (length, Some(known)) if length != known => Err(LengthFault::Vector { length, known }),
        _ => Ok(()),
    }
}

fn check_rows(rows: &[&[f32]], known: Option<usize>) -> Result<(), LengthFault> {
    let Some(known) = known else {
        let same = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.len() == b.len()));
        return if same { Ok(()) } else { Err(LengthFault::Varying) };
    };
    match rows.iter().enumerate().find(|(_, row)| row.len() != known) {
        Some((position, row)) => Err(LengthFault::Row { length: row.len(), position, known }),
        None => Ok(()),
    }
}

fn points(object: &Object) -> impl Iterator<Item = (&String, &Value)> {
    object.properties.iter().filter(|(_, value)| matches!(value, Value::Geo(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_one_length_and_that_of_the_index() {
        let (short, long): (&[f32], &[f32]) = (&[1.0], &[1.0, 2.0]);
        assert!(check_rows(&[long, long], None).is_ok());
        assert_eq!(check_rows(&[long, short], None).unwrap_err(), LengthFault::Varying);
        let fault = check_rows(&[long, short], Some(2)).unwrap_err();
        assert_eq!(fault, LengthFault::Row { length: 1, position: 1, known: 2 });
        assert!(check_length(&[long], None).is_ok());
        assert_eq!(check_length(&[long], Some(1)).unwrap_err(), LengthFault::Vector { length: 2, known: 1 });
    }
}
