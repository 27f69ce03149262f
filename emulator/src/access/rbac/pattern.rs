//! Patterns of permissions: names in which `*` stands for anything, and which are regular expressions beside that.

use std::borrow::Cow;

use regex::Regex;
use serde_json::Value as Json;

use crate::engine::letter_case::capitalised;

use super::fault::{PatternFault, PermissionFault};
use super::permission::{DOMAINS, Domain};

/// Bound on the length of a pattern.
const LONGEST: usize = 256;

/// Returns whether the pattern allows the name, or all that the name allows where it is a pattern itself.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    if is_plain(pattern) {
        return pattern == name;
    }
    Regex::new(&format!("^(?:{})$", expanded(pattern))).is_ok_and(|pattern| pattern.is_match(name))
}

/// Returns whether it has nothing but letters that stand for themselves.
fn is_plain(pattern: &str) -> bool {
    pattern.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ':' | '@' | ' ' | '/'))
}

/// The regular expression that the server makes of a pattern.
fn expanded(pattern: &str) -> String {
    // `.*` is a pattern, too, and means the same.
    let plain = pattern.replace(".*", "*").replace('*', ".*");
    match (plain.find('{'), plain.rfind('}')) {
        (Some(open), Some(close)) if open + 1 < close => {
            let (before, after) = (plain.get(..open), plain.get(close + 1..));
            format!("{}[^/]+{}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        _ => plain,
    }
}

/// Checks the names of a permission, of all domains that it has.
pub(crate) fn check(permission: &Json) -> Result<(), PermissionFault> {
    /// In the order in which the server looks.
    const ORDER: [&str; 11] = [
        "collections",
        "tenants",
        "data",
        "backups",
        "nodes",
        "replicate",
        "users",
        "groups",
        "roles",
        "aliases",
        "namespaces",
    ];
    let named = |name: &str| DOMAINS.into_iter().find(|domain| domain.name == name);
    let faults: Vec<_> =
        ORDER.into_iter().filter_map(named).flat_map(|domain| faults(domain, &permission[domain.name])).collect();
    if faults.is_empty() { Ok(()) } else { Err(PermissionFault::Names(faults)) }
}

fn faults(domain: &Domain, given: &Json) -> Vec<PatternFault> {
    let mut faults = Vec::new();
    for field in domain.fields.iter().filter(|field| field.choices.is_empty()) {
        let Some(name) = given[field.name].as_str() else { continue };
        let mut name = Cow::Borrowed(name);
        match field.name {
            "collection" => {
                name = capitalised(&name).into();
                faults.extend(check_collection(&name).err());
            }
            "tenant" => faults.extend(check_tenant(&name).err()),
            _ => {}
        }
        faults.extend(check_pattern(field.name, &name).err());
    }
    faults
}

fn check_collection(name: &str) -> Result<(), PatternFault> {
    if name.len() > 255 {
        return Err(PatternFault::LongCollection(name.to_owned()));
    }
    let of_pattern = |letter: char| letter.is_ascii_alphanumeric() || "_-.*+?^$()|{}[]\\".contains(letter);
    let legal =
        name == "*" || (name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(of_pattern));
    if legal { Ok(()) } else { Err(PatternFault::Collection(name.to_owned())) }
}

fn check_tenant(name: &str) -> Result<(), PatternFault> {
    let of_pattern = |letter: char| letter.is_ascii_alphanumeric() || "-_.*+?^$()|{}[]\\".contains(letter);
    if name.is_empty() {
        return Err(PatternFault::NoTenant);
    }
    if name.len() <= 64 && name.chars().all(of_pattern) {
        return Ok(());
    }
    Err(PatternFault::Tenant(name.to_owned()))
}

fn check_pattern(field: &'static str, pattern: &str) -> Result<(), PatternFault> {
    if pattern.len() > LONGEST {
        return Err(PatternFault::Long { field, longest: LONGEST });
    }
    if pattern.contains('/') {
        return Err(PatternFault::Slash { field, pattern: pattern.to_owned() });
    }
    let expanded = expanded(pattern);
    match Regex::new(&expanded) {
        Ok(_) => Ok(()),
        Err(fault) => {
            let fault = in_gos_words(&expanded, &fault);
            Err(PatternFault::Syntax { field, pattern: pattern.to_owned(), fault })
        }
    }
}

/// The fault of a regular expression: in Go's words where they are known, else in those of the crate.
fn in_gos_words(expression: &str, fault: &regex::Error) -> String {
    let text = fault.to_string();
    let from = |bracket: char| expression.find(bracket).and_then(|at| expression.get(at..)).unwrap_or_default();
    let what = if text.contains("unclosed group") {
        format!("missing closing ): `{expression}`")
    } else if text.contains("unopened group") {
        format!("unexpected ): `{expression}`")
    } else if text.contains("unclosed character class") {
        format!("missing closing ]: `{}`", from('['))
    } else if text.contains("repetition operator missing expression") {
        let operator = expression.find(['*', '+', '?']).and_then(|at| expression.get(at..=at));
        format!("missing argument to repetition operator: `{}`", operator.unwrap_or_default())
    } else if text.contains("incomplete escape sequence") {
        "trailing backslash at end of expression: ``".to_owned()
    } else {
        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    };
    format!("error parsing regexp: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_regular_expressions() {
        for (pattern, text, expected) in [
            ("*", "Pets", true),
            ("*", "*", true),
            ("Pets", "Pets", true),
            ("Pets", "PetsOther", false),
            ("Pets*", "PetsOther", true),
            ("Pets*", "PetsO*", true),
            ("Pets*", "Pet", false),
            ("*s", "Pets", true),
            ("P*t*s", "Plants", true),
            ("Pets", "*", false),
            ("t*", "*", false),
            ("ä*", "äö", true),
            ("", "", true),
            ("Pets|Plants", "Plants", true),
            ("Pets|Plants", "PlantsToo", false),
            ("P[el].*", "Plants", true),
            ("P.ts", "Pets", true),
            ("P{x}s", "Plants", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
