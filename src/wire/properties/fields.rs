//! Iterator over the fields of an encoded protobuf message, in place. Decoded messages would
//! allocate each name and each value.

use prost::encoding::{WireType, decode_key, decode_varint};

use super::error::PathError;

type Result<T> = std::result::Result<T, PathError>;

/// Fields of an encoded message.
#[derive(Clone, Copy)]
pub(super) struct Fields<'b>(&'b [u8]);

/// Content of a field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Content<'b> {
    Varint(u64),
    Eight([u8; 8]),
    Four([u8; 4]),
    Bytes(&'b [u8]),
}

impl<'b> Fields<'b> {
    pub(super) fn new(message: &'b [u8]) -> Self {
        Self(message)
    }

    /// Returns number and content of the next field.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(u32, Content<'b>)>> {
        let Some(&first) = self.0.first() else { return Ok(None) };
        let (number, wire_type) = match WireType::try_from(u64::from(first & 7)) {
            // Keys of the fields 1 to 15 have one byte.
            Ok(wire_type) if (0x08..0x80).contains(&first) => {
                self.0 = self.0.get(1..).unwrap_or_default();
                (u32::from(first >> 3), wire_type)
            }
            _ => self.long_key()?,
        };
        let content = match wire_type {
            WireType::Varint => Content::Varint(self.varint()?),
            WireType::SixtyFourBit => Content::Eight(*self.chunk()?),
            WireType::ThirtyTwoBit => Content::Four(*self.chunk()?),
            WireType::LengthDelimited => {
                let len = self.varint()?;
                let cut = usize::try_from(len).ok().and_then(|len| self.0.split_at_checked(len));
                let (content, rest) = cut.ok_or_else(incomplete)?;
                self.0 = rest;
                Content::Bytes(content)
            }
            WireType::StartGroup | WireType::EndGroup => return Err(broken("it has a group, a deprecated field type")),
        };
        Ok(Some((number, content)))
    }

    #[inline]
    fn varint(&mut self) -> Result<u64> {
        match self.0 {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.0 = rest;
                Ok(u64::from(*byte))
            }
            // A text of more than 127 bytes is within two messages, so that its length stands there three times.
            [low, high, rest @ ..] if *high < 0x80 => {
                self.0 = rest;
                Ok(u64::from(low & 0x7f) | u64::from(*high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64> {
        decode_varint(&mut self.0).map_err(broken)
    }

    #[cold]
    fn long_key(&mut self) -> Result<(u32, WireType)> {
        decode_key(&mut self.0).map_err(broken)
    }

    fn chunk<const N: usize>(&mut self) -> Result<&'b [u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk().ok_or_else(incomplete)?;
        self.0 = rest;
        Ok(chunk)
    }
}

#[cold]
fn incomplete() -> PathError {
    PathError::new("the reply is incomplete")
}

#[cold]
fn broken(error: impl std::fmt::Display) -> PathError {
    PathError::new(format!("the reply is not a Weaviate message: {error}"))
}

/// Parses text as UTF-8.
pub(super) fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_of_content() {
        let message = [0x08, 0xac, 0x02, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0x1d, 2, 0, 0, 0, 0x22, 2, b'h', b'i', 0x22, 0];
        let mut fields = Fields::new(&message);
        let mut found = Vec::new();
        while let Some(field) = fields.next().unwrap() {
            found.push(field);
        }
        let expected = [
            (1, Content::Varint(300)),
            (2, Content::Eight([1, 0, 0, 0, 0, 0, 0, 0])),
            (3, Content::Four([2, 0, 0, 0])),
            (4, Content::Bytes(b"hi")),
            (4, Content::Bytes(b"")),
        ];
        assert_eq!(found, expected);
    }

    /// A message cut at any byte yields the complete fields, then an error.
    #[test]
    fn an_incomplete_message_is_an_error() {
        for message in [
            &[0x08][..],
            &[0x08, 0x80],
            &[0x11, 1, 2, 3],
            &[0x1d, 1],
            &[0x22, 5, b'h', b'i'],
            &[0x22, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
            &[0x0b],
            &[0x0c],
            &[0x00, 1],
            &[0x0e, 1],
            &[0xff; 12],
        ] {
            assert!(Fields::new(message).next().is_err(), "{message:?}");
        }
    }
}
