//! References as REST writes them, and what it says of many.

use weaviate_generated::rest::types;

use super::batch::refusal;
use crate::data::{NewReference, ReferenceTo};
use crate::{Error, Result};

fn beacon(to: &ReferenceTo) -> String {
    match &to.collection {
        Some(collection) => format!("weaviate://localhost/{collection}/{}", to.id),
        None => format!("weaviate://localhost/{}", to.id),
    }
}

pub(crate) fn single(to: &ReferenceTo) -> types::SingleRef {
    types::SingleRef { beacon: Some(beacon(to)), ..types::SingleRef::default() }
}

pub(crate) fn batch(collection: &str, tenant: Option<&str>, references: &[NewReference]) -> Vec<types::BatchReference> {
    let one = |NewReference { from, property, to }: &NewReference| types::BatchReference {
        from: Some(format!("weaviate://localhost/{collection}/{from}/{property}")),
        tenant: tenant.map(str::to_owned),
        to: Some(beacon(to)),
    };
    references.iter().map(one).collect()
}

/// The references that were refused, by their position.
pub(crate) fn refusals(results: Vec<types::BatchReferenceResponse>, sent: usize) -> Result<Vec<(usize, Error)>> {
    if results.len() != sent {
        return Err(Error::decode(format!("{} results for {sent} references", results.len())));
    }
    let refused = results.into_iter().enumerate().filter_map(|(index, result)| {
        let result = result.result?;
        let failed = result.status.is_some_and(|status| status.as_str() == "FAILED");
        let texts = result.errors.and_then(|errors| errors.error).unwrap_or_default();
        let text = texts.into_iter().filter_map(|error| error.message).collect::<Vec<_>>().join("; ");
        let silent = || failed.then(|| refusal("the server says that it failed, and not why"));
        let error = if text.is_empty() { silent()? } else { refusal(&text) };
        Some((index, error))
    });
    Ok(refused.collect())
}

/// A property's name that would lead somewhere else within an address is none.
pub(crate) fn check_property(name: &str) -> Result<()> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.is_empty() && name.chars().all(legal) {
        return Ok(());
    }
    Err(Error::validation("property", format!("{name:?} is no name of a property: letters, digits and _ make one")))
}

/// The server no longer sees references in a list that it has emptied, and says so to whoever deletes from it.
pub(crate) fn was_empty(error: &Error) -> bool {
    error.server_message().is_some_and(|text| text.contains("of type []interface {} is not a valid cross-reference"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{ErrorKind, Outcome};

    const FROM: Uuid = Uuid::from_u128(1);
    const TO: Uuid = Uuid::from_u128(2);

    #[test]
    fn references_are_beacons() {
        let plain = single(&TO.into());
        assert_eq!(plain.beacon.unwrap(), format!("weaviate://localhost/{TO}"));
        // The server keeps names with a capital.
        let named = single(&ReferenceTo::in_collection("author", TO));
        assert_eq!(named.beacon.unwrap(), format!("weaviate://localhost/Author/{TO}"));
        let all = batch("Book", Some("a"), &[NewReference::new(FROM, "writtenBy", TO)]);
        let expected = json!([{
            "from": format!("weaviate://localhost/Book/{FROM}/writtenBy"),
            "tenant": "a",
            "to": format!("weaviate://localhost/{TO}"),
        }]);
        assert_eq!(serde_json::to_value(all).unwrap(), expected);
    }

    #[test]
    fn each_refusal_is_found_by_its_position() {
        let results: Vec<types::BatchReferenceResponse> = serde_json::from_value(json!([
            {"result": {"status": "SUCCESS"}},
            {"result": {"status": "FAILED", "errors": {"error": [{"message": "no"}, {"message": "never"}]}}},
            {},
            {"result": {"status": "FAILED"}},
        ]))
        .unwrap();
        let refused = refusals(results.clone(), 4).unwrap();
        let texts: Vec<_> = refused.iter().map(|(index, error)| (*index, error.server_message().unwrap())).collect();
        assert_eq!(texts, [(1, "no; never"), (3, "the server says that it failed, and not why")]);
        assert_eq!(refused[0].1.outcome(), Outcome::Refused);
        assert_eq!(refusals(results, 3).unwrap_err().kind(), ErrorKind::Decode);
    }

    #[test]
    fn a_name_is_no_path() {
        assert!(check_property("writtenBy_2").is_ok());
        for name in ["", "a/b", "..", "a b", "ä"] {
            assert_eq!(check_property(name).unwrap_err().field(), Some("property"), "{name}");
        }
    }
}
