//! Writer of the protobuf parts that properties need, without building messages.
//!
//! Nested content is written first and wrapped afterwards, when its length is known, so that length
//! prefixes are minimal. Wrapping moves the content by the few bytes of its prefix.

use bytes::BufMut;
use prost::encoding::{encode_varint, encoded_len_varint};

/// Returns the key of a length-delimited field.
pub(crate) const fn key(field: u32) -> u8 {
    debug_assert!(field < 16, "field numbers up to 15 fit one byte");
    #[expect(clippy::cast_possible_truncation, reason = "field numbers here are below 16")]
    let key = (field << 3 | 2) as u8;
    key
}

/// Returns the length of a length-delimited field with a one-byte key.
pub(crate) fn field_len(content: usize) -> usize {
    1 + encoded_len_varint(content as u64) + content
}

pub(crate) fn put_prefix(out: &mut Vec<u8>, key: u8, len: usize) {
    match u8::try_from(len) {
        // Most lengths have one byte: the loop of the general case costs more than the rest of a short field.
        Ok(short) if short < 0x80 => out.extend_from_slice(&[key, short]),
        _ => {
            out.push(key);
            encode_varint(len as u64, out);
        }
    }
}

pub(crate) fn put_field(out: &mut Vec<u8>, key: u8, content: &[u8]) {
    put_prefix(out, key, content.len());
    out.extend_from_slice(content);
}

/// Keys and lengths to insert in front of existing content.
pub(crate) struct Prefix {
    /// Room for three prefixes of at most eleven bytes.
    bytes: [u8; 40],
    len: usize,
}

impl Prefix {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 40], len: 0 }
    }

    /// Adds a prefix after the earlier ones. There is room for three.
    pub(crate) fn push(&mut self, key: u8, len: usize) {
        let mut room = self.bytes.get_mut(self.len..).unwrap_or_default();
        let before = room.len();
        room.put_u8(key);
        encode_varint(len as u64, &mut room);
        self.len += before - room.len();
    }

    /// Inserts the prefixes and then `first` at position `at` of `out`.
    pub(crate) fn insert(&self, out: &mut Vec<u8>, at: usize, first: &[u8]) {
        let end = out.len();
        let prefix = self.bytes.get(..self.len).unwrap_or_default();
        let room = prefix.len() + first.len();
        out.resize(end + room, 0);
        out.copy_within(at..end, at + room);
        if let Some(gap) = out.get_mut(at..at + room) {
            let (front, back) = gap.split_at_mut(prefix.len());
            front.copy_from_slice(prefix);
            back.copy_from_slice(first);
        }
    }
}
