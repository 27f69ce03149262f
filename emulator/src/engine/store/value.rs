//! Stored property values.

use std::collections::BTreeMap;

use serde_json::{Number, Value as Json, json};
use uuid::Uuid;

use super::date::Date;

/// A stored value. Integers are kept as doubles, as the server does, so they are exact within ±2^53 only.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    TextArray(Vec<String>),
    Int(f64),
    IntArray(Vec<f64>),
    Number(f64),
    NumberArray(Vec<f64>),
    Bool(bool),
    BoolArray(Vec<bool>),
    Date(Date),
    DateArray(Vec<Date>),
    Uuid(Uuid),
    UuidArray(Vec<Uuid>),
    Geo(Geo),
    Phone(Phone),
    /// Base64, as it came.
    Blob(String),
    Object(Properties),
    ObjectArray(Vec<Properties>),
    References(Vec<Beacon>),
    /// A null inside an object, where it is kept.
    Null,
}

/// Property values by name.
pub(crate) type Properties = BTreeMap<String, Value>;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Geo {
    pub(crate) latitude: f32,
    pub(crate) longitude: f32,
}

/// A phone number as the server parsed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) input: String,
    /// ISO 3166-1 alpha-2 in capitals; empty if none was given.
    pub(crate) default_country: String,
    pub(crate) country_code: u64,
    pub(crate) national: u64,
    pub(crate) international_formatted: String,
    pub(crate) national_formatted: String,
    pub(crate) valid: bool,
}

/// The target of a reference: `weaviate://localhost/{Collection}/{uuid}`, where the collection may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beacon {
    pub(crate) collection: Option<String>,
    pub(crate) id: Uuid,
}

impl Beacon {
    fn path(&self) -> String {
        match &self.collection {
            Some(collection) => format!("{collection}/{}", self.id),
            None => self.id.to_string(),
        }
    }

    pub(crate) fn uri(&self) -> String {
        format!("weaviate://localhost/{}", self.path())
    }

    pub(crate) fn to_json(&self) -> Json {
        json!({"beacon": self.uri(), "href": format!("/v1/objects/{}", self.path())})
    }
}

impl Value {
    /// The value as REST answers it.
    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Text(text) | Self::Blob(text) => json!(text),
            Self::TextArray(texts) => json!(texts),
            Self::Int(number) | Self::Number(number) => double(*number),
            Self::IntArray(numbers) | Self::NumberArray(numbers) => numbers.iter().copied().map(double).collect(),
            Self::Bool(flag) => json!(flag),
            Self::BoolArray(flags) => json!(flags),
            Self::Date(date) => json!(date.text()),
            Self::DateArray(dates) => dates.iter().map(Date::text).collect(),
            Self::Uuid(id) => json!(id),
            Self::UuidArray(ids) => json!(ids),
            Self::Geo(geo) => json!({"latitude": single(geo.latitude), "longitude": single(geo.longitude)}),
            Self::Phone(phone) => phone.to_json(),
            Self::Object(object) => properties_to_json(object),
            Self::ObjectArray(objects) => objects.iter().map(properties_to_json).collect(),
            Self::References(beacons) => beacons.iter().map(Beacon::to_json).collect(),
            Self::Null => Json::Null,
        }
    }
}

impl Phone {
    fn to_json(&self) -> Json {
        let mut json = json!({
            "countryCode": self.country_code,
            "input": self.input,
            "internationalFormatted": self.international_formatted,
            "national": self.national,
            "nationalFormatted": self.national_formatted,
            "valid": self.valid,
        });
        if !self.default_country.is_empty() {
            json["defaultCountry"] = json!(self.default_country);
        }
        json
    }
}

/// Properties as REST answers them.
pub(crate) fn properties_to_json(properties: &Properties) -> Json {
    properties.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
}

/// The JSON number Go writes: whole numbers without a fraction, no infinities.
pub(crate) fn double(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return json!(number as i64);
    }
    // Larger whole numbers are written out too, with zeros behind the digits that a double holds.
    let digits = number.to_string();
    if let Ok(whole) = digits.parse::<u64>() {
        return json!(whole);
    }
    if let Ok(whole) = digits.parse::<i64>() {
        return json!(whole);
    }
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}

/// The shortest JSON number that reads back as the same single.
pub(crate) fn single(number: f32) -> Json {
    number.to_string().parse().map_or(Json::Null, double)
}
