//! Names of properties: serde's `rename_all` rules, and the names that the server accepts.

/// Rule of serde's `rename_all`, applied to the `snake_case` name of a field.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Rule {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    pub(crate) fn apply(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => joined(field),
            Self::Camel => lower_first(&joined(field)),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn joined(field: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    field.split('_').map(word).collect()
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// Returns why the server would refuse or change the name of a property.
///
/// Reserved names (`id`) are left to the server: they are reserved in a collection, but not in a
/// nested object, and a struct can be either.
pub(crate) fn problem(name: &str) -> Option<String> {
    let legal = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
    if name.is_empty() || name.len() > 231 || !name.chars().all(legal) || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return Some(format!(
            "`{name}` is not a valid property name, which is a letter or underscore, then up to 230 ASCII letters, digits \
             or underscores; rename it with `#[serde(rename = \"...\")]`"
        ));
    }
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return Some(format!(
            "property `{name}` starts with an upper-case letter, which the server stores in lower case; rename it with \
             `#[serde(rename = \"{}\")]`",
            lower_first(name)
        ));
    }
    None
}

/// Returns whether a collection can have this name.
pub(crate) fn is_collection(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.len() <= 255 && has_letters_only(name)
}

/// Returns whether a vector can have this name.
pub(crate) fn is_vector(name: &str) -> bool {
    let is_first = |first: char| first == '_' || first.is_ascii_alphabetic();
    name.starts_with(is_first) && name.len() <= 230 && has_letters_only(name)
}

fn has_letters_only(name: &str) -> bool {
    name.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_as_serde_makes_them() {
        for (rule, expected) in [
            ("lowercase", "born_in_2"),
            ("UPPERCASE", "BORN_IN_2"),
            ("PascalCase", "BornIn2"),
            ("camelCase", "bornIn2"),
            ("snake_case", "born_in_2"),
            ("SCREAMING_SNAKE_CASE", "BORN_IN_2"),
            ("kebab-case", "born-in-2"),
            ("SCREAMING-KEBAB-CASE", "BORN-IN-2"),
        ] {
            assert_eq!(Rule::parse(rule).map(|rule| rule.apply("born_in_2")).as_deref(), Some(expected), "{rule}");
        }
        assert!(Rule::parse("Camel").is_none());
        assert_eq!(Rule::Camel.apply("_private__name"), "privateName");
    }

    #[test]
    fn names_that_the_server_would_refuse_or_change() {
        for fine in ["title", "_hidden", "a1", "camelCase", &"a".repeat(231)] {
            assert_eq!(problem(fine), None, "{fine}");
        }
        for (name, word) in [
            ("", "letter"),
            ("1a", "letter"),
            ("born-in", "letter"),
            ("größe", "letter"),
            (&*"a".repeat(232), "letter"),
            ("Title", "lower case"),
        ] {
            assert!(problem(name).is_some_and(|problem| problem.contains(word)), "{name}");
        }
    }
}
