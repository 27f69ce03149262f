//! Is the reply the recorded one? If not, where does it differ?

use serde_json::Value;

use super::marks::Marks;

/// The differences between two replies, one line each; none where they agree.
pub(crate) fn differences(expected: &Value, actual: &Value, marks: &Marks) -> Vec<String> {
    let mut found = Vec::new();
    compare(&marks.normalise(expected), &marks.normalise(actual), &mut Vec::new(), marks, &mut found);
    found
}

fn compare(expected: &Value, actual: &Value, path: &mut Vec<String>, marks: &Marks, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(e), Value::Object(a)) => {
            let mut keys: Vec<&String> = e.keys().chain(a.keys().filter(|k| !e.contains_key(*k))).collect();
            keys.sort();
            for key in keys {
                path.push(key.clone());
                match (e.get(key), a.get(key)) {
                    (Some(e), Some(a)) => compare(e, a, path, marks, found),
                    (Some(e), None) => found.push(format!("{}: missing, expected {}", pointer(path), shorten(e))),
                    (None, Some(a)) => found.push(format!("{}: not expected, got {}", pointer(path), shorten(a))),
                    (None, None) => {}
                }
                path.pop();
            }
        }
        (Value::Array(e), Value::Array(a)) if e.len() == a.len() => {
            for (i, (e, a)) in e.iter().zip(a).enumerate() {
                path.push(i.to_string());
                compare(e, a, path, marks, found);
                path.pop();
            }
        }
        (Value::Array(e), Value::Array(a)) => found.push(format!(
            "{}: {} elements expected, got {}\n        expected {}\n        got      {}",
            pointer(path),
            e.len(),
            a.len(),
            shorten(expected),
            shorten(actual)
        )),
        _ if expected == actual
            || are_zero(expected, actual)
            || (marks.is_approximate(path) && close(expected, actual)) => {}
        _ => found.push(format!(
            "{}:\n        expected {}\n        got      {}",
            pointer(path),
            shorten(expected),
            shorten(actual)
        )),
    }
}

/// The recorder read `-0` as 0.
fn are_zero(a: &Value, b: &Value) -> bool {
    a.as_f64() == Some(0.0)
        && b.as_f64() == Some(0.0)
        && (a.is_f64() == b.is_f64() || a.as_i64().or(b.as_i64()).is_some())
}

/// Equal but for the last digits: 1e-6 plus 1e-5 of the larger one.
fn close(a: &Value, b: &Value) -> bool {
    let (Some(a), Some(b)) = (number(a), number(b)) else { return false };
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-6 + 1e-5 * a.abs().max(b.abs())
}

/// JSON has no NaN and no infinity: protobuf's JSON writes them as strings.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn pointer(path: &[String]) -> String {
    path.iter().flat_map(|s| ["/".to_owned(), s.replace('~', "~0").replace('/', "~1")]).collect()
}

/// The value on one line of readable length.
pub(crate) fn shorten(value: &Value) -> String {
    const LIMIT: usize = 1500;
    let text = value.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn diff(expected: &Value, actual: &Value, approx: &[&str]) -> Vec<String> {
        let approx: Vec<String> = approx.iter().map(ToString::to_string).collect();
        differences(expected, actual, &Marks::new(&[], &[], &approx))
    }

    #[test]
    fn names_the_place_of_a_difference() {
        let found = diff(&json!({"a": [{"b": 1}], "c": 1}), &json!({"a": [{"b": 2}], "d": 1}), &[]);
        assert_eq!(found.len(), 3);
        assert!(found[0].starts_with("/a/0/b:"), "{}", found[0]);
        assert!(found[1].starts_with("/c: missing"), "{}", found[1]);
        assert!(found[2].starts_with("/d: not expected"), "{}", found[2]);
    }

    #[test]
    fn whole_and_decimal_numbers_differ() {
        assert!(diff(&json!(1), &json!(1), &[]).is_empty());
        assert_eq!(diff(&json!(1), &json!(1.0), &[]).len(), 1);
        assert_eq!(diff(&json!([1]), &json!([1, 2]), &[]).len(), 1);
    }

    #[test]
    fn marked_numbers_may_differ_in_the_last_digits() {
        let (a, b) = (json!({"d": 0.5, "e": 0.5}), json!({"d": 0.500_001, "e": 0.5}));
        assert!(diff(&a, &b, &["/**/d"]).is_empty());
        assert_eq!(diff(&a, &b, &["/**/e"]).len(), 1);
        assert_eq!(diff(&a, &json!({"d": 0.51, "e": 0.5}), &["/**/d"]).len(), 1);
        assert!(diff(&json!({"d": "NaN"}), &json!({"d": "NaN"}), &["/**/d"]).is_empty());
    }
}
