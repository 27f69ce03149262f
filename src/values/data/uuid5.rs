//! Deterministic ids (UUID version 5).

use crate::Uuid;

/// Returns the deterministic id (UUID version 5) of an identifier in a namespace.
///
/// The same input always gives the same id, so that a repeated import replaces objects instead of
/// duplicating them. The namespace separates identifiers of different kinds and can be empty.
///
/// The id equals that of `generate_uuid5` in the Python client: version 5 in the DNS namespace, of
/// namespace and identifier concatenated. Pass a number as its digits (`7.to_string()`).
///
/// ```
/// use weaviate::data::uuid5;
///
/// assert_eq!(uuid5("Of crabs and gophers", "Article"), uuid5("Of crabs and gophers", "Article"));
/// assert_ne!(uuid5("Of crabs and gophers", "Article"), uuid5("Of crabs and gophers", ""));
/// ```
#[doc(alias = "generate_uuid5")]
pub fn uuid5(identifier: impl AsRef<str>, namespace: impl AsRef<str>) -> Uuid {
    let name = [namespace.as_ref(), identifier.as_ref()].concat();
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded with version 4.23 of the Python client.
    #[test]
    fn ids_equal_those_of_the_python_client() {
        for (identifier, namespace, id) in [
            ("", "", "4ebd0208-8328-5d69-8c44-ec50939c0967"),
            ("Of crabs and gophers", "", "8b8871b7-1912-5aeb-99f9-ca04c01e8279"),
            ("Of crabs and gophers", "Article", "046a7817-a62c-5998-8566-0a410287f8a5"),
            ("Grüße 🦀", "", "5d5615cc-9fd8-52d1-b271-a16f73ac768a"),
            ("42", "", "7c411b5e-9d3f-50b5-9c28-62096e41c4ed"),
            ("12345678-1234-5678-1234-567812345678", "", "45c9f94a-2718-559c-b38c-e5c1ec373356"),
            ("a", "b", "bbb897bd-76a5-5dae-82a2-55395a8a4610"),
            ("", "ba", "bbb897bd-76a5-5dae-82a2-55395a8a4610"),
        ] {
            assert_eq!(uuid5(identifier, namespace).to_string(), id, "{identifier:?} {namespace:?}");
        }
    }
}
