//! Removal of properties from an encoded object.

use bytes::Bytes;
use weaviate_generated::grpc::field_number::properties::FIELDS;

use super::error::PathError;
use super::fields::{Content, Fields};
use super::protobuf::{key, put_field};

/// Returns an encoded message `Properties` without the properties of these names.
pub(crate) fn without(object: &[u8], names: &[&str]) -> Result<Bytes, PathError> {
    let mut kept = Vec::with_capacity(object.len());
    let mut properties = Fields::new(object);
    while let Some((number, content)) = properties.next()? {
        let (FIELDS, Content::Bytes(entry)) = (number, content) else { continue };
        if !names.iter().any(|name| Some(name.as_bytes()) == name_of(entry)) {
            put_field(&mut kept, key(FIELDS), entry);
        }
    }
    Ok(kept.into())
}

fn name_of(entry: &[u8]) -> Option<&[u8]> {
    let mut fields = Fields::new(entry);
    while let Ok(Some(field)) = fields.next() {
        if let (1, Content::Bytes(name)) = field {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use weaviate_generated::grpc::value::Kind;
    use weaviate_generated::grpc::{Properties, Value};

    use super::*;

    #[test]
    fn the_other_properties_stay_as_they_are() {
        let value = |number| Value { kind: Some(Kind::IntValue(number)) };
        let fields = [("a".to_owned(), value(1)), ("b".to_owned(), value(2)), ("c".to_owned(), value(3))];
        let all = Properties { fields: fields.into() }.encode_to_vec();
        let found = without(&all, &["a", "c", "missing"]).unwrap();
        let expected = Properties { fields: [("b".to_owned(), value(2))].into() };
        assert_eq!(Properties::decode(found).unwrap(), expected);
        assert!(without(&all[..all.len() - 1], &[]).is_err());
    }
}
