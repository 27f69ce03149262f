//! Rules for names of collections, properties, tenants and vectors.

/// Names a property may not have.
const RESERVED: [&str; 3] = ["_additional", "_id", "id"];

pub(crate) fn check_class_name(name: &str) -> Result<(), String> {
    if name.len() > 255 {
        return Err(format!("'{name}' is not a valid class name. Name should not be longer than 255 characters"));
    }
    let legal = name.starts_with(|first: char| first.is_ascii_uppercase()) && is_word(name);
    if legal { Ok(()) } else { Err(format!("'{name}' is not a valid class name")) }
}

pub(crate) fn check_property_name(name: &str) -> Result<(), String> {
    if name.len() > 231 {
        return Err(format!("'{name}' is not a valid property name. Name should not be longer than 231 characters"));
    }
    if !is_graphql_name(name, 231) {
        return Err(format!(
            "'{name}' is not a valid property name. Property names in Weaviate are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{{0,230}}/”"
        ));
    }
    if RESERVED.contains(&name) {
        return Err(format!("'{name}' is a reserved property name"));
    }
    Ok(())
}

/// The ends that mark indexes of a property, so that no property's own name may have one.
const SUFFIXES: [&str; 6] = ["_searchable", "_rangeable", "_temp", "__meta_count", "_propertyLength", "_nullState"];

pub(crate) fn check_suffix(name: &str) -> Result<(), String> {
    match SUFFIXES.into_iter().find(|suffix| name.ends_with(suffix)) {
        Some(suffix) => {
            Err(format!("'{name}' is not a valid property name: suffix '{suffix}' is reserved for internal indices"))
        }
        None => Ok(()),
    }
}

/// `path` is the name with those of the properties around it.
pub(crate) fn check_nested_name(name: &str, path: &str) -> Result<(), String> {
    if is_graphql_name(name, 231) {
        return Ok(());
    }
    Err(format!(
        "property '{path}': '{name}' is not a valid nested property name. Nested property names in Weaviate are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{{0,230}}/”"
    ))
}

pub(crate) fn check_vector_name(name: &str) -> Result<(), String> {
    if name.len() > 230 {
        return Err(format!(
            "class.VectorConfig target vector name \"{name}\" is not valid. Target vector name should not be longer than 230 characters."
        ));
    }
    if is_graphql_name(name, 230) {
        return Ok(());
    }
    Err(format!(
        "class.VectorConfig target vector name \"{name}\" is not valid, in Weaviate target vector names are restricted to valid GraphQL names, which must be “/[_A-Za-z][_0-9A-Za-z]{{0,229}}/”."
    ))
}

/// `index` is the tenant's place in the request.
pub(crate) fn check_tenant_name(index: usize, name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("tenant name at index {index}: empty tenant name"));
    }
    if name.len() <= 64 && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-') {
        return Ok(());
    }
    Err(format!(
        "tenant name at index {index}:  '{name}' is not a valid tenant name. should only contain alphanumeric characters (a-z, A-Z, 0-9), underscore (_), and hyphen (-), with a length between 1 and 64 characters"
    ))
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
        assert!(check_property_name("id").unwrap_err().contains("reserved"));
        assert!(check_property_name("bad name").unwrap_err().contains("GraphQL"));
        assert!(check_suffix("text_searchable").unwrap_err().contains("'_searchable' is reserved"));
        assert!(check_suffix("searchable").is_ok());
    }
}
