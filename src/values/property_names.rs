//! Rules for names of properties: their spelling, and paths of nested properties.

/// Longest name of a property.
const MAX_LENGTH: usize = 231;

/// Longest part of a name that an error quotes, in characters.
const SHOWN: usize = 60;

/// Checks the name of a property of a collection, or of a path that begins with one.
///
/// The server stores the first letter of such a name in lower case. Under the other spelling, some
/// calls find the property, most refuse it, and a few miss it without an error. Names of nested
/// properties keep their spelling.
pub(crate) fn check(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("must name a property".to_owned());
    }
    if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return Ok(());
    }
    let mut stored = shown(name);
    let given = stored.clone();
    if let Some(first) = stored.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    Err(format!("`{given}` starts with an upper-case letter, which the server stores in lower case; use `{stored}`"))
}

/// Checks the name of a property that is written: letters, digits and `_`, not a digit first, 231 at most.
///
/// The server fails for the whole message if one of its objects has another name.
pub(crate) fn check_written(name: &str) -> Result<(), String> {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.len() <= MAX_LENGTH && name.bytes().all(fine) && !name.starts_with(|first: char| first.is_ascii_digit()) {
        return check(name);
    }
    Err(format!(
        "`{}` is not a name that the server takes: letters from a to z, digits and `_`, not a digit first, {MAX_LENGTH} at most",
        shown(name)
    ))
}

/// Checks that a name is not one that the server gives to its own properties.
pub(crate) fn check_unreserved(name: &str) -> Result<(), String> {
    if matches!(name, "id" | "_id" | "_additional") {
        return Err("the name is reserved by the server: rename the property".to_owned());
    }
    Ok(())
}

/// Checks a name where the server takes no nested property, but would not refuse one.
pub(crate) fn check_unnested(name: &str) -> Result<(), String> {
    check(name)?;
    match name.split_once('.') {
        None => Ok(()),
        Some((outer, _)) => Err(format!(
            "`{}` is the path of a nested property, which the server does not look into; use a property of the \
             collection itself, not one of the object `{}`",
            shown(name),
            shown(outer)
        )),
    }
}

/// Returns the part of a name that an error quotes.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_spelling_that_the_server_stores() {
        for fine in ["title", "_hidden", "tITLE", "author.Name", "_id", "größe", "Ämter", "1"] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        assert_eq!(check("").unwrap_err(), "must name a property");
        for (name, stored) in [("Title", "`title`"), ("T", "`t`"), ("Author.Name", "`author.Name`")] {
            let fault = check(name).unwrap_err();
            assert!(fault.starts_with(&format!("`{name}` ")) && fault.ends_with(&format!("use {stored}")), "{fault}");
        }
        assert!(check(&"X".repeat(1_000_000)).unwrap_err().len() < 300);
    }

    #[test]
    fn a_name_that_is_written_has_the_alphabet_of_the_server() {
        for fine in ["title", "_hidden", "a1"] {
            assert_eq!(check_written(fine), Ok(()), "{fine}");
        }
        for odd in ["ü", "a b", "1a", "a.b", "a-b", &"a".repeat(232)] {
            assert!(check_written(odd).unwrap_err().contains("is not a name"), "{odd}");
        }
        assert!(check_written("Title").unwrap_err().contains("use `title`"));
    }

    #[test]
    fn a_nested_path_is_refused_where_it_means_nothing() {
        assert_eq!(check_unnested("author"), Ok(()));
        for (name, words) in [("author.name", "nested property"), ("Author", "use `author`"), ("", "must name")] {
            assert!(check_unnested(name).unwrap_err().contains(words), "{name}");
        }
    }
}
