//! Comparison of a stored object with the one sent, for an insert that was repeated and finds the
//! id taken.

use serde_json::Value;
use weaviate_generated::rest::types;

use super::object::{Json, read_vector};
use super::references;

/// Returns whether a stored object equals the one that was sent.
pub(crate) fn equals_sent(sent: &types::Object, stored: &types::Object) -> bool {
    let empty = Json::new();
    let json = |object: &'_ types::Object| match &object.properties {
        Some(types::PropertySchema(Value::Object(json))) => json.clone(),
        _ => empty.clone(),
    };
    let (ours, theirs) = (json(sent), json(stored));
    let vector = |object: &types::Object, name: &str| {
        object.vectors.as_ref().and_then(|types::Vectors(all)| read_vector(&all.get(name)?.0))
    };
    let named = sent.vectors.as_ref().map(|types::Vectors(all)| all);
    sent.id == stored.id
        && holds(&theirs, &ours)
        && theirs.keys().all(|name| ours.contains_key(name))
        && sent.vector.as_ref().is_none_or(|vector| stored.vector.as_ref() == Some(vector))
        && named.into_iter().flat_map(|all| all.keys()).all(|name| vector(sent, name) == vector(stored, name))
}

/// Returns whether `theirs` contains all of `ours`. The server adds fields to phone numbers.
fn holds(theirs: &Json, ours: &Json) -> bool {
    let point = ours.len() == 2 && ours.contains_key("latitude") && ours.contains_key("longitude");
    ours.iter().all(|(name, ours)| theirs.get(name).is_some_and(|theirs| is_same(theirs, ours, point)))
}

fn is_same(theirs: &Value, ours: &Value, point: bool) -> bool {
    match (theirs, ours) {
        (theirs, ours) if references::is_reference(ours) => references::is_same(theirs, ours),
        (Value::Object(theirs), Value::Object(ours)) => holds(theirs, ours),
        (Value::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(theirs, ours)| is_same(theirs, ours, false))
        }
        (Value::Number(theirs), Value::Number(ours)) => {
            let (theirs, ours) = (theirs.as_f64(), ours.as_f64());
            // The server stores coordinates with 32 bits.
            #[expect(clippy::cast_possible_truncation, reason = "what is compared is what is kept")]
            let short = |number: Option<f64>| number.map(|number| number as f32);
            theirs == ours || point && short(theirs) == short(ours)
        }
        (theirs, ours) => theirs == ours,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const ID: Uuid = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);

    fn object(properties: &Value) -> types::Object {
        serde_json::from_value(json!({"class": "Owl", "id": ID.to_string(), "properties": properties})).unwrap()
    }

    #[test]
    fn different_objects_are_not_equal() {
        let one = json!({"n": 2, "at": {"latitude": 47.376_899_719_238_28, "longitude": 1}, "call": {"input": "1"}});
        let kept =
            json!({"n": 2.0, "at": {"latitude": 47.3769, "longitude": 1}, "call": {"input": "1", "valid": true}});
        assert!(equals_sent(&object(&one), &object(&kept)));
        assert!(equals_sent(&object(&json!({})), &object(&Value::Null)));
        let to = |path: &str| json!({"by": [{"beacon": format!("weaviate://localhost/{path}")}]});
        let kept = json!({"by": [{"beacon": format!("weaviate://localhost/Owl/{ID}"), "href": "/v1/objects"}]});
        for path in [format!("{ID}"), format!("Owl/{ID}")] {
            assert!(equals_sent(&object(&to(&path)), &object(&kept)), "{path}");
        }
        for path in [format!("Crab/{ID}"), Uuid::nil().to_string(), "Owl".to_owned()] {
            assert!(!equals_sent(&object(&to(&path)), &object(&kept)), "{path}");
        }
        for (sent, stored) in [
            (json!({"n": 2}), json!({"n": 3})),
            (json!({"n": 2}), json!({})),
            (json!({}), json!({"n": 2})),
            (json!({"n": [1, 2]}), json!({"n": [1]})),
            (json!({"n": 0.1}), json!({"n": 0.100_000_001_490_116})),
        ] {
            assert!(!equals_sent(&object(&sent), &object(&stored)), "{sent} {stored}");
        }
        let with = |vector: &[f32]| types::Object {
            vectors: Some(types::Vectors([("a".to_owned(), types::Vector(json!(vector)))].into())),
            ..object(&json!({}))
        };
        assert!(equals_sent(&with(&[0.1]), &with(&[0.1])));
        assert!(!equals_sent(&with(&[0.1]), &with(&[0.2])));
        assert!(!equals_sent(&with(&[0.1]), &object(&json!({}))));
        assert!(equals_sent(&object(&json!({})), &with(&[0.1])), "a vectorizer may have made it");
    }
}
