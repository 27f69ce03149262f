//! Rules for names of collections, properties, tenants and vectors.

use super::fault::NameFault;

/// Names a property may not have.
const RESERVED: [&str; 3] = ["_additional", "_id", "id"];

pub(crate) fn check_class_name(name: &str) -> Result<(), NameFault> {
    if name.len() > 255 {
        return Err(NameFault::LongCollection(name.to_owned()));
    }
    let legal = name.starts_with(|first: char| first.is_ascii_uppercase()) && is_word(name);
    if legal { Ok(()) } else { Err(NameFault::Collection(name.to_owned())) }
}

pub(crate) fn check_property_name(name: &str) -> Result<(), NameFault> {
    if name.len() > 231 {
        return Err(NameFault::LongProperty(name.to_owned()));
    }
    if !is_graphql_name(name, 231) {
        return Err(NameFault::Property(name.to_owned()));
    }
    if RESERVED.contains(&name) {
        return Err(NameFault::Reserved(name.to_owned()));
    }
    Ok(())
}

/// The ends that mark indexes of a property, so that no property's own name may have one.
const SUFFIXES: [&str; 6] = ["_searchable", "_rangeable", "_temp", "__meta_count", "_propertyLength", "_nullState"];

pub(crate) fn check_suffix(name: &str) -> Result<(), NameFault> {
    match SUFFIXES.into_iter().find(|suffix| name.ends_with(suffix)) {
        Some(suffix) => Err(NameFault::Suffix { name: name.to_owned(), suffix }),
        None => Ok(()),
    }
}

/// `path` is the name with those of the properties around it.
pub(crate) fn check_nested_name(name: &str, path: &str) -> Result<(), NameFault> {
    if is_graphql_name(name, 231) {
        return Ok(());
    }
    Err(NameFault::Nested { name: name.to_owned(), path: path.to_owned() })
}

pub(crate) fn check_vector_name(name: &str) -> Result<(), NameFault> {
    if name.len() > 230 {
        return Err(NameFault::LongVector(name.to_owned()));
    }
    if is_graphql_name(name, 230) {
        return Ok(());
    }
    Err(NameFault::Vector(name.to_owned()))
}

/// `index` is the tenant's place in the request.
pub(crate) fn check_tenant_name(index: usize, name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::NoTenant(index));
    }
    if name.len() <= 64 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-') {
        return Ok(());
    }
    Err(NameFault::Tenant { index, name: name.to_owned() })
}

fn is_graphql_name(name: &str, longest: usize) -> bool {
    name.len() <= longest
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && is_word(name)
}

fn is_word(name: &str) -> bool {
    name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_start_with_a_capital() {
        assert!(check_class_name("Article_2").is_ok());
        assert!(check_class_name(&"A".repeat(255)).is_ok());
        for bad in ["", "article", "1A", "A b", "A-b", "Ä", &"A".repeat(256)] {
            assert!(check_class_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn reserved_and_illegal_property_names() {
        assert!(check_property_name("_private").is_ok());
        assert_eq!(check_property_name("id").unwrap_err(), NameFault::Reserved("id".to_owned()));
        assert_eq!(check_property_name("bad name").unwrap_err(), NameFault::Property("bad name".to_owned()));
        assert!(matches!(check_suffix("text_searchable"), Err(NameFault::Suffix { suffix: "_searchable", .. })));
        assert!(check_suffix("searchable").is_ok());
    }
}
