//! Telephone numbers.

use serde::{Deserialize, Serialize};

/// A telephone number: the data type `phoneNumber`.
///
/// What is written is [`input`](Self::input) and, for a number without country code, the
/// [`default_country`](Self::default_country). The server parses it and hands back the rest.
///
/// ```
/// use weaviate::types::PhoneNumber;
///
/// let office = PhoneNumber::national("044 668 18 00", "CH");
/// let mobile = PhoneNumber::international("+41 44 668 18 00");
/// assert_eq!(office.default_country.as_deref(), Some("CH"));
/// assert_eq!(mobile.valid, None); // not known before the server has seen it
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "$weaviate::PhoneNumber", rename_all = "camelCase")]
#[non_exhaustive]
pub struct PhoneNumber {
    /// The number as somebody typed it.
    pub input: String,
    /// ISO 3166-1 alpha-2 code of the country whose rules apply to a number without country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_country: Option<String>,
    /// Country calling code, such as 41. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<u64>,
    /// The number within its country, as digits. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub national: Option<u64>,
    /// How one writes it from abroad. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub international_formatted: Option<String>,
    /// How one writes it at home. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub national_formatted: Option<String>,
    /// Whether the server takes it for a possible number. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
}

impl PhoneNumber {
    /// A number with its country code, `+41 44 …`.
    #[must_use]
    pub fn international(input: impl Into<String>) -> Self {
        Self {
            input: input.into(),
            default_country: None,
            country_code: None,
            national: None,
            international_formatted: None,
            national_formatted: None,
            valid: None,
        }
    }

    /// A number as it is dialled in `country`, an ISO 3166-1 alpha-2 code such as `"CH"`.
    #[must_use]
    pub fn national(input: impl Into<String>, country: impl Into<String>) -> Self {
        Self { default_country: Some(country.into()), ..Self::international(input) }
    }
}
