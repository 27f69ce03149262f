//! The names and spellings that the server's error texts take from Go.

use std::fmt;

use serde_json::Value as Json;

/// Protocol that a value came over. What Go reads from the two has different types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Rest,
    Grpc,
}

/// Go's name of the value's type (`%T`).
pub(crate) fn type_name(value: &Json, origin: Origin) -> &'static str {
    match value {
        Json::Null => "<nil>",
        Json::Bool(_) => "bool",
        Json::Number(_) => match origin {
            Origin::Rest => "json.Number",
            Origin::Grpc => "float64",
        },
        Json::String(_) => "string",
        Json::Array(_) => "[]interface {}",
        Json::Object(_) => "map[string]interface {}",
    }
}

/// The value in Go's default format (`%v`).
pub(crate) fn display(value: &Json) -> String {
    match value {
        Json::Null => "<nil>".to_owned(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(number) => number_text(number),
        Json::String(text) => text.clone(),
        Json::Array(items) => format!("[{}]", items.iter().map(display).collect::<Vec<_>>().join(" ")),
        Json::Object(members) => {
            let mut parts: Vec<_> = members.iter().map(|(name, value)| format!("{name}:{}", display(value))).collect();
            parts.sort();
            format!("map[{}]", parts.join(" "))
        }
    }
}

/// The number as it stood in the request; beyond 64 bits a whole number is written out in full.
pub(crate) fn number_text(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() >= 9.2e18 && float.abs() < 1e40 => {
            format!("{float:.0}")
        }
        _ => number.to_string(),
    }
}

/// A float in Go's default format (`%v`): the fewest digits that read back as the same number, with an exponent where it is
/// below -4 or above 5.
pub(crate) fn float(number: impl fmt::Display + fmt::LowerExp) -> String {
    let scientific = format!("{number:e}");
    match scientific.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>())) {
        Some((digits, Ok(exponent))) if !(-4..=5).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn spells_values_as_go_does() {
        assert_eq!(display(&json!([1, "a", null, {"b": true, "a": 1.5}])), "[1 a <nil> map[a:1.5 b:true]]");
        assert_eq!(display(&serde_json::from_str("92233720368547758080").unwrap()), "92233720368547758080");
        assert_eq!(display(&json!(3.0)), "3.0");
    }

    #[test]
    fn floats_are_written_short() {
        assert_eq!(float(0.0_f32), "0");
        assert_eq!(float(0.008_333_334_f32), "0.008333334");
        assert_eq!(float(0.000_012_5_f32), "1.25e-05");
        assert_eq!(float(100_000.0), "100000");
        assert_eq!(float(1_000_000.0), "1e+06");
        assert_eq!(float(12_345_678.0_f32), "1.2345678e+07");
        assert_eq!(float(f32::NAN), "NaN");
    }
}
