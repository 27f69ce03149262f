//! Filters of a boost: compared with the values of a hit, without an index.
//!
//! So a text is compared as a whole, whatever its tokenization, and a list never matches. Targets other than properties of the
//! collection itself find nothing.

use std::cmp::Ordering;

use super::filter::{Clause, Filter, FilterValue, Operator, Target};
use crate::engine::store::{Object, Value};

pub(crate) fn matches(filter: &Filter, object: &Object) -> bool {
    match filter {
        Filter::And(all) => all.iter().all(|one| matches(one, object)),
        Filter::Or(all) => all.iter().any(|one| matches(one, object)),
        Filter::Not(all) => all.first().is_some_and(|one| !matches(one, object)),
        Filter::Clause(clause) => matches_clause(clause, object),
    }
}

/// Returns the first operator that is not one of the comparisons.
pub(crate) fn unsupported(filter: &Filter) -> Option<Operator> {
    match filter {
        Filter::And(all) | Filter::Or(all) | Filter::Not(all) => all.iter().find_map(unsupported),
        Filter::Clause(clause) => Some(clause.operator).filter(|operator| !operator.is_comparison()),
    }
}

fn matches_clause(clause: &Clause, object: &Object) -> bool {
    let (Target::Property(name), true) = (&clause.target, clause.hops.is_empty()) else { return false };
    let Some(ordering) = object.properties.get(name).and_then(|value| compared(value, &clause.value)) else {
        return false;
    };
    match (clause.operator, &clause.value) {
        (Operator::NotEqual, _) => !ordering.is_eq(),
        (Operator::Equal, _) => ordering.is_eq(),
        (_, FilterValue::Bool(_)) => false,
        (operator, _) => operator.accepts(Some(ordering)),
    }
}

/// `None` where the two cannot be compared.
fn compared(stored: &Value, wanted: &FilterValue) -> Option<Ordering> {
    match (stored, wanted) {
        (Value::Bool(stored), FilterValue::Bool(wanted)) => Some(stored.cmp(wanted)),
        (Value::Int(stored) | Value::Number(stored), FilterValue::Number(wanted)) => stored.partial_cmp(wanted),
        #[expect(clippy::cast_precision_loss, reason = "the server compares doubles")]
        (Value::Int(stored) | Value::Number(stored), FilterValue::Int(wanted)) => stored.partial_cmp(&(*wanted as f64)),
        (Value::Text(stored), FilterValue::Text(wanted)) => Some(stored.cmp(wanted)),
        (Value::Date(stored), FilterValue::Text(wanted)) => Some(stored.text().cmp(wanted)),
        (Value::Uuid(stored), FilterValue::Text(wanted)) => Some(stored.to_string().cmp(wanted)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_as_they_are() {
        let text = |text: &str| FilterValue::Text(text.to_owned());
        let is_equal = |stored: Value, wanted: FilterValue| compared(&stored, &wanted).is_some_and(Ordering::is_eq);
        assert!(is_equal(Value::Text("Snowy owl".to_owned()), text("Snowy owl")));
        assert!(!is_equal(Value::Text("Snowy owl".to_owned()), text("snowy")));
        assert!(!is_equal(Value::TextArray(vec!["owl".to_owned()]), text("owl")));
        assert!(
            is_equal(Value::Int(4.0), FilterValue::Int(4)) && is_equal(Value::Number(4.0), FilterValue::Number(4.0))
        );
        assert_eq!(compared(&Value::Bool(true), &text("true")), None);
    }
}
