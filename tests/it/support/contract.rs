//! The messages of the contract, as `generated/API.md` lists them: walks encoded messages and makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

/// Fields of each message.
pub(crate) struct Contract(BTreeMap<String, Vec<Field>>);

#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// With the message: `SearchRequest.limit`.
    pub(crate) path: String,
    number: u32,
    /// A scalar, a message or an enum.
    pub(crate) kind: String,
    is_list: bool,
    /// Kind of the values; the keys of all maps are texts.
    is_map: bool,
    pub(crate) is_deprecated: bool,
}

impl Contract {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated/API.md");
        let text = std::fs::read_to_string(path).unwrap();
        let mut messages: BTreeMap<String, Vec<Field>> = BTreeMap::new();
        for line in text.lines() {
            let Some((path, rest)) = line.strip_prefix("- `").and_then(|line| line.split_once("` ")) else { continue };
            if rest == "message" || rest.starts_with("message ·") {
                messages.entry(path.to_owned()).or_default();
            }
            let Some((kind, rest)) = rest.split_once(" = ") else { continue };
            let (Some((message, _)), true) = (path.rsplit_once('.'), !kind.is_empty()) else { continue };
            let number = rest.split(' ').next().unwrap().parse().unwrap();
            let kind = kind.split(", one of").next().unwrap().trim_start_matches("optional ");
            let (is_list, kind) = kind.strip_prefix("list of ").map_or((false, kind), |kind| (true, kind));
            let (is_map, kind) = kind.strip_prefix("map of string to ").map_or((false, kind), |kind| (true, kind));
            let (path, kind, is_deprecated) = (path.to_owned(), kind.to_owned(), rest.contains("**deprecated**"));
            let field = Field { path, number, kind, is_list, is_map, is_deprecated };
            messages.entry(message.to_owned()).or_default().push(field);
        }
        Self(messages)
    }

    /// Fields of a message and of all that it contains.
    pub(crate) fn beneath(&self, message: &str) -> BTreeMap<String, Field> {
        let mut found = BTreeMap::new();
        let mut open = vec![message];
        while let Some(message) = open.pop() {
            for field in &self.0[message] {
                if found.insert(field.path.clone(), field.clone()).is_none() && self.0.contains_key(&field.kind) {
                    open.push(&field.kind);
                }
            }
        }
        found
    }

    /// Paths of the fields that an encoded message sets.
    pub(crate) fn set_in(&self, message: &str, mut encoded: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        while !encoded.is_empty() {
            let (number, wire_type) = decode_key(&mut encoded).unwrap();
            let field = self.0[message].iter().find(|field| field.number == number);
            let field = field.unwrap_or_else(|| panic!("{message} has no field {number}"));
            found.insert(field.path.clone());
            let len = match wire_type {
                WireType::Varint => {
                    decode_varint(&mut encoded).unwrap();
                    0
                }
                WireType::SixtyFourBit => 8,
                WireType::ThirtyTwoBit => 4,
                WireType::LengthDelimited => usize::try_from(decode_varint(&mut encoded).unwrap()).unwrap(),
                WireType::StartGroup | WireType::EndGroup => panic!("{message} has a group"),
            };
            let (content, rest) = encoded.split_at(len);
            if self.0.contains_key(&field.kind) && !field.is_map {
                found.extend(self.set_in(&field.kind, content));
            }
            encoded = rest;
        }
        found
    }

    /// Encodes a message. `value` returns the encoded values of a field that is not a message, and how often a message
    /// occurs; none leaves the field out.
    pub(crate) fn encode(&self, message: &str, value: &mut impl FnMut(&Field) -> Vec<Content>) -> Vec<u8> {
        let mut out = Vec::new();
        for field in &self.0[message] {
            for content in value(field) {
                let content = match content {
                    Content::Message if self.0.contains_key(&field.kind) => self.encode(&field.kind, value),
                    Content::Message => panic!("{} is not a message", field.path),
                    Content::Bytes(bytes) => bytes,
                    Content::Varint(number) => {
                        encode_key(field.number, WireType::Varint, &mut out);
                        encode_varint(number, &mut out);
                        continue;
                    }
                    Content::Four(bytes) => {
                        encode_key(field.number, WireType::ThirtyTwoBit, &mut out);
                        out.extend_from_slice(&bytes);
                        continue;
                    }
                    Content::Eight(bytes) => {
                        encode_key(field.number, WireType::SixtyFourBit, &mut out);
                        out.extend_from_slice(&bytes);
                        continue;
                    }
                };
                let content = if field.is_map { entry(&content) } else { content };
                encode_key(field.number, WireType::LengthDelimited, &mut out);
                encode_varint(content.len() as u64, &mut out);
                out.extend_from_slice(&content);
            }
        }
        out
    }

    pub(crate) fn is_message(&self, field: &Field) -> bool {
        self.0.contains_key(&field.kind)
    }
}

pub(crate) enum Content {
    Message,
    Bytes(Vec<u8>),
    Varint(u64),
    Four([u8; 4]),
    Eight([u8; 8]),
}

impl Field {
    /// A value of the field's kind, made of a number.
    pub(crate) fn of(&self, number: u8) -> Content {
        match self.kind.as_str() {
            "string" => Content::Bytes(format!("text {number}").into()),
            "bytes" => Content::Bytes(vec![number; 16]),
            "float" if self.is_list => Content::Bytes(f32::from(number).to_le_bytes().to_vec()),
            "float" => Content::Four(f32::from(number).to_le_bytes()),
            "double" => Content::Eight(f64::from(number).to_le_bytes()),
            "bool" => Content::Varint(1),
            _ => Content::Varint(number.into()),
        }
    }

    pub(crate) fn repeats(&self) -> bool {
        self.is_list || self.is_map
    }
}

/// Returns whether a field is in a list of fields with reasons. `Message.*` stands for all that begin with `Message.`.
pub(crate) fn is_listed(path: &str, list: &[(&str, &str)]) -> bool {
    list.iter().any(|(entry, _)| covers(entry, path))
}

fn covers(entry: &str, path: &str) -> bool {
    entry.strip_suffix('*').map_or(entry == path, |prefix| path.starts_with(prefix))
}

/// Checks that each entry of such a list stands for a field.
pub(crate) fn assert_in_contract(list: &[(&str, &str)], fields: &BTreeMap<String, Field>) {
    for (entry, _) in list {
        assert!(fields.keys().any(|path| covers(entry, path)), "{entry} is not in the contract");
    }
}

/// Entry of a map, with the key `key`.
fn entry(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, content) in [(1, &b"key"[..]), (2, value)] {
        encode_key(number, WireType::LengthDelimited, &mut out);
        encode_varint(content.len() as u64, &mut out);
        out.extend_from_slice(content);
    }
    out
}
