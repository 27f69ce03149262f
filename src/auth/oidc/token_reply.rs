//! Reading of token replies, whose fields issuers write in several ways.

use serde_json::{Map, Value as Json, json};

/// Longest lifetime, in seconds: 136 years.
const MAX_SECONDS: f64 = u32::MAX as f64;

/// Converts a token reply to the form that the `oauth2` crate reads.
///
/// An error says what is wrong with which field. It does not quote the value, which may be a
/// secret.
pub(super) fn normalized(reply: &Json) -> Result<Json, String> {
    let Json::Object(fields) = reply else { return Err("is not a JSON object".to_owned()) };
    let access_token = text(fields, "access_token")?.ok_or("lacks the field `access_token`")?;
    if access_token.trim().is_empty() {
        return Err("has an empty field `access_token`".to_owned());
    }
    Ok(json!({
        "access_token": access_token,
        // Some issuers leave out the type. Weaviate takes no other than this one.
        "token_type": "Bearer",
        "expires_in": seconds(fields, "expires_in")?,
        "refresh_token": text(fields, "refresh_token")?.filter(|token| !token.is_empty()),
    }))
}

fn text<'f>(fields: &'f Map<String, Json>, name: &str) -> Result<Option<&'f str>, String> {
    match fields.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("has a field `{name}` that is not a text")),
    }
}

/// Returns full seconds: of a number or of a text, as Azure's v1 endpoint writes it. A lifetime
/// below 0 has expired.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is in the range")]
fn seconds(fields: &Map<String, Json>, name: &str) -> Result<Option<u64>, String> {
    let seconds = match fields.get(name) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Number(number)) => number.as_f64(),
        Some(Json::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match seconds {
        Some(seconds) if !f64::is_nan(seconds) => Ok(Some(seconds.clamp(0.0, MAX_SECONDS) as u64)),
        _ => Err(format!("has a field `{name}` that is not a number of seconds")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reply with a token, and one other field.
    fn reply(name: &str, value: Json) -> Json {
        let mut reply = json!({"access_token": "hunter2"});
        reply[name] = value;
        reply
    }

    #[test]
    fn a_lifetime_is_a_number_or_a_text() {
        for (given, expected) in [
            (json!(null), json!(null)),
            (json!(3600), json!(3600)),
            (json!("3600"), json!(3600)),
            (json!(" 3600 "), json!(3600)),
            (json!(3600.5), json!(3600)),
            (json!("3600.5"), json!(3600)),
            (json!("3.6e3"), json!(3600)),
            (json!(0), json!(0)),
            (json!(-5), json!(0)),
            (json!("-5"), json!(0)),
            (json!(-0.5), json!(0)),
            (json!(i64::MIN), json!(0)),
            (json!(u64::MAX), json!(u32::MAX)),
            (json!(1e300), json!(u32::MAX)),
            (json!("1e999"), json!(u32::MAX)),
        ] {
            let read = normalized(&reply("expires_in", given.clone())).unwrap();
            assert_eq!(read["expires_in"], expected, "{given}");
        }
    }

    #[test]
    fn a_field_that_cannot_be_read_is_named_without_its_value() {
        for (reply, words) in [
            (json!("hunter2"), "is not a JSON object"),
            (json!(["hunter2"]), "is not a JSON object"),
            (json!(null), "is not a JSON object"),
            (json!({"id_token": "hunter2"}), "lacks the field `access_token`"),
            (json!({"access_token": null}), "lacks the field `access_token`"),
            (json!({"access_token": ["hunter2"]}), "has a field `access_token` that is not a text"),
            (json!({"access_token": 42}), "has a field `access_token` that is not a text"),
            (json!({"access_token": " "}), "has an empty field `access_token`"),
            (reply("refresh_token", json!({"hunter2": 1})), "has a field `refresh_token` that is not a text"),
            (reply("expires_in", json!("soon, hunter2")), "has a field `expires_in` that is not a number of seconds"),
            (reply("expires_in", json!("")), "has a field `expires_in` that is not a number of seconds"),
            (reply("expires_in", json!("NaN")), "has a field `expires_in` that is not a number of seconds"),
            (reply("expires_in", json!(true)), "has a field `expires_in` that is not a number of seconds"),
            (reply("expires_in", json!([3600])), "has a field `expires_in` that is not a number of seconds"),
        ] {
            assert_eq!(normalized(&reply).unwrap_err(), words, "{reply}");
        }
    }

    #[test]
    fn fields_without_a_use_do_not_matter() {
        let expected = normalized(&reply("refresh_token", json!(null))).unwrap();
        for (name, value) in [
            ("token_type", json!(null)),
            ("token_type", json!("BEARER")),
            ("token_type", json!(7)),
            ("scope", json!(["openid", "email"])),
            ("scope", json!(1)),
            ("refresh_token", json!("")),
            ("error", json!(false)),
        ] {
            assert_eq!(normalized(&reply(name, value.clone())).unwrap(), expected, "{name}: {value}");
        }
    }
}
