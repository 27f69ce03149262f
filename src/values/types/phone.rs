//! Values of the data type `phoneNumber`.

use serde::{Deserialize, Serialize};

/// Value of a `phoneNumber` property: a telephone number.
///
/// A program sets [`input`](Self::input) and, for a number without a country code,
/// [`default_country`](Self::default_country). The server parses the number and fills the other
/// fields. See Weaviate's page on
/// [data types](https://docs.weaviate.io/weaviate/config-refs/datatypes#phonenumber).
///
/// ```
/// use weaviate::types::PhoneNumber;
///
/// let office = PhoneNumber::national("044 668 18 00", "CH");
/// let mobile = PhoneNumber::international("+41 44 668 18 00");
/// assert_eq!(office.default_country.as_deref(), Some("CH"));
/// assert_eq!(mobile.valid, None); // filled by the server
/// ```
#[doc(alias = "telephone")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename = "$weaviate::PhoneNumber", rename_all = "camelCase")]
#[non_exhaustive]
pub struct PhoneNumber {
    /// Number as it was typed in.
    pub input: String,
    /// Country whose rules apply to a number without a country code, as ISO 3166-1 alpha-2 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_country: Option<String>,
    /// Country calling code, such as 41. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<u64>,
    /// National number, as digits. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub national: Option<u64>,
    /// Number in international format, such as `+41 44 668 18 00`. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub international_formatted: Option<String>,
    /// Number in national format, such as `044 668 18 00`. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub national_formatted: Option<String>,
    /// `true` if the number is valid by the rules of its country. Filled by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
}

impl PhoneNumber {
    /// Creates a number in international format, with `+` and the country code.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let shop = PropertyMap::from([("phone", PhoneNumber::international("+41 44 668 18 00"))]);
    /// ```
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

    /// Creates a number in the national format of `country`, an ISO 3166-1 alpha-2 code such as
    /// `"CH"`.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let office = PhoneNumber::national("044 668 18 00", "CH");
    /// assert_eq!(office.input, "044 668 18 00");
    /// ```
    #[must_use]
    pub fn national(input: impl Into<String>, country: impl Into<String>) -> Self {
        Self { default_country: Some(country.into()), ..Self::international(input) }
    }
}
