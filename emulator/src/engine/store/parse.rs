//! Checks property values against the schema, with the server's own texts.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::engine::schema::{ClassView, DataType, Property};

use super::date::Date;
use super::fault::{BeaconFault, NoSuchProperty, PropertyFault, ReferenceFault, UuidFault, ValueFault};
use super::value::{Beacon, Geo, Phone, Properties, Value};
use super::{State, phone};
use crate::engine::go::{self, Origin};
use crate::engine::letter_case::{capitalised, lower_first};

/// Reads the properties of one object of `class`. Nulls are left out, but not inside objects.
pub(crate) fn parse_properties(
    state: &State,
    class: &ClassView,
    properties: &Map<String, Json>,
    origin: Origin,
) -> Result<Properties, PropertyFault> {
    let context = Context { state, class: &class.name, origin };
    let mut parsed = Properties::new();
    for (name, value) in properties {
        let name = lower_first(name);
        if value.is_null() {
            continue;
        }
        let property = class.property(&name).ok_or_else(|| NoSuchProperty::new(&name, &class.name))?;
        parsed.insert(name.clone(), context.property(property, &name, value)?);
    }
    Ok(parsed)
}

struct Context<'a> {
    state: &'a State,
    class: &'a str,
    origin: Origin,
}

impl Context<'_> {
    /// `path` is the property's name, behind those of the objects around it.
    fn property(&self, property: &Property, path: &str, value: &Json) -> Result<Value, PropertyFault> {
        if let DataType::Reference(targets) = &property.data_type {
            return Ok(Value::References(self.references(targets, path, value)?));
        }
        let parsed = self.value(property, path, value).map_err(|fault| PropertyFault::Value {
            kind: kind(&property.data_type),
            path: path.to_owned(),
            class: self.class.to_owned(),
            fault: Box::new(fault),
        })?;
        Ok(match parsed {
            // The digest is that of the text, and inside an object there is none.
            Value::Blob(text) if property.data_type == DataType::BlobHash => Value::Blob(sha256(&text)),
            other => other,
        })
    }

    fn value(&self, property: &Property, path: &str, value: &Json) -> Result<Value, ValueFault> {
        Ok(match &property.data_type {
            DataType::Text => Value::Text(self.text(value)?),
            DataType::TextArray => {
                Value::TextArray(self.array(("text", "a text array"), value, |item| item.as_str().map(str::to_owned))?)
            }
            DataType::Int => Value::Int(self.int(value)?),
            DataType::IntArray => {
                Value::IntArray(self.array(("integer", "an integer array"), value, |item| self.int(item).ok())?)
            }
            DataType::Number => Value::Number(number(value)?),
            DataType::NumberArray => {
                Value::NumberArray(self.array(("number", "a number array"), value, Json::as_f64)?)
            }
            DataType::Boolean => Value::Bool(value.as_bool().ok_or_else(|| self.not("a bool", value))?),
            DataType::BooleanArray => {
                Value::BoolArray(self.array(("boolean", "a boolean array"), value, Json::as_bool)?)
            }
            DataType::Date => Value::Date(date(value)?),
            DataType::DateArray => {
                Value::DateArray(self.array(("date", "a date array"), value, |item| date(item).ok())?)
            }
            DataType::Uuid => Value::Uuid(uuid(value)?),
            DataType::UuidArray => {
                Value::UuidArray(self.array(("uuid", "a uuid array"), value, |item| uuid(item).ok())?)
            }
            DataType::Geo => Value::Geo(self.geo(value)?),
            DataType::Phone => Value::Phone(self.phone(value)?),
            DataType::Blob | DataType::BlobHash => Value::Blob(self.blob(value)?),
            DataType::Object => Value::Object(self.object(&property.nested, path, value)?),
            DataType::ObjectArray => {
                let items = value.as_array().ok_or_else(|| self.not("an object array", value))?;
                let objects = items.iter().enumerate().map(|(index, item)| {
                    self.object(&property.nested, path, item)
                        .map_err(|fault| ValueFault::Item { index, fault: Box::new(fault) })
                });
                Value::ObjectArray(objects.collect::<Result<_, _>>()?)
            }
            // Handled by the caller, whose error has another shape.
            DataType::Reference(targets) => Value::References(self.references(targets, path, value)?),
        })
    }

    fn type_of(&self, value: &Json) -> &'static str {
        go::type_name(value, self.origin)
    }

    fn not(&self, expected: &'static str, value: &Json) -> ValueFault {
        ValueFault::Type { expected, found: self.type_of(value) }
    }

    fn map<'v>(&self, what: &'static str, value: &'v Json) -> Result<&'v Map<String, Json>, ValueFault> {
        value.as_object().ok_or_else(|| ValueFault::NoMap { what, found: self.type_of(value) })
    }

    fn text(&self, value: &Json) -> Result<String, ValueFault> {
        value.as_str().map(str::to_owned).ok_or_else(|| self.not("a string", value))
    }

    fn int(&self, value: &Json) -> Result<f64, ValueFault> {
        let Json::Number(number) = value else {
            return Err(ValueFault::Integer(go::display(value)));
        };
        let double = number.as_f64().unwrap_or_default();
        match self.origin {
            // Over REST the digits count: `3.0` is not an integer.
            Origin::Rest if number.is_f64() => Err(ValueFault::Fraction(go::number_text(number))),
            Origin::Grpc if double.fract() != 0.0 => Err(ValueFault::Integer(go::display(value))),
            _ => Ok(double),
        }
    }

    /// `whole` is what the value should be, `kind` what its items should be.
    fn array<T>(
        &self,
        (kind, whole): (&'static str, &'static str),
        value: &Json,
        item: impl Fn(&Json) -> Option<T>,
    ) -> Result<Vec<T>, ValueFault> {
        let items = value.as_array().ok_or_else(|| self.not(whole, value))?;
        let parsed: Option<Vec<T>> = items.iter().map(item).collect();
        parsed.ok_or_else(|| ValueFault::Items { kind, value: go::display(value) })
    }

    fn geo(&self, value: &Json) -> Result<Geo, ValueFault> {
        let members = self.map("geoCoordinates", value)?;
        let degrees = |field: &'static str| {
            let value = members.get(field).ok_or(ValueFault::NoField { what: "geoCoordinates", field })?;
            #[expect(clippy::cast_possible_truncation, reason = "the server stores singles")]
            let degrees = value.as_f64().map(|degrees| degrees as f32);
            degrees.ok_or_else(|| ValueFault::Degrees { field, found: self.type_of(value) })
        };
        Ok(Geo { longitude: degrees("longitude")?, latitude: degrees("latitude")? })
    }

    fn phone(&self, value: &Json) -> Result<Phone, ValueFault> {
        let members = self.map("phoneNumber", value)?;
        let no_text = |field: &'static str, found: &Json| ValueFault::PhoneField { field, found: self.type_of(found) };
        let input = members.get("input").ok_or(ValueFault::NoField { what: "phoneNumber", field: "input" })?;
        let input = input.as_str().ok_or_else(|| no_text("input", input))?;
        let country = match members.get("defaultCountry") {
            None | Some(Json::Null) => "",
            Some(Json::String(country)) => country,
            Some(other) => return Err(no_text("defaultCountry", other)),
        };
        Ok(phone::parse(input, country)?)
    }

    fn blob(&self, value: &Json) -> Result<String, ValueFault> {
        let text = value.as_str().ok_or_else(|| self.not("a blob base64 string", value))?;
        let decoded = STANDARD.decode(text).is_ok_and(|bytes| !bytes.is_empty());
        if decoded { Ok(text.to_owned()) } else { Err(ValueFault::Blob) }
    }

    fn object(&self, schema: &[Property], path: &str, value: &Json) -> Result<Properties, ValueFault> {
        let members = self.map("object", value)?;
        let mut parsed = Properties::new();
        for (name, value) in members {
            let path = format!("{path}.{name}");
            // Auto-schema has made all others.
            let property = schema.iter().find(|property| &property.name == name);
            let property = property.ok_or_else(|| ValueFault::Unknown(path.clone()))?;
            let value = if value.is_null() {
                Value::Null
            } else {
                self.property(property, &path, value)
                    .map_err(|fault| ValueFault::Nested { path: path.clone(), fault: Box::new(fault) })?
            };
            parsed.insert(name.clone(), value);
        }
        Ok(parsed)
    }

    fn references(&self, targets: &[String], path: &str, value: &Json) -> Result<Vec<Beacon>, ReferenceFault> {
        let refs = value.as_array().ok_or_else(|| ReferenceFault::NoList(go::display(value)))?;
        // All are read before any is looked for.
        let parsed: Vec<ParsedBeacon> = refs.iter().map(|it| self.beacon(targets, it)).collect::<Result<_, _>>()?;
        refs.iter().zip(parsed).map(|(given, parsed)| self.reference(path, given, parsed)).collect()
    }

    fn beacon(&self, targets: &[String], reference: &Json) -> Result<ParsedBeacon, ReferenceFault> {
        if !reference.is_object() {
            return Err(ReferenceFault::NoMap);
        }
        let beacon = &reference["beacon"];
        let text = beacon.as_str().ok_or_else(|| ReferenceFault::NoText(self.type_of(beacon)))?;
        Ok(ParsedBeacon::parse(text)?.within(targets))
    }

    fn reference(&self, path: &str, given: &Json, parsed: ParsedBeacon) -> Result<Beacon, ReferenceFault> {
        let (class, path) = (self.class.to_owned(), path.to_owned());
        let members: Map<String, Json> =
            given.as_object().into_iter().flatten().filter(|(name, _)| *name != "href").map(cloned).collect();
        if members.len() != 1 {
            let given = go::display(&Json::Object(members));
            return Err(ReferenceFault::Fields { class, path, given });
        }
        let beacon = parsed.local().map_err(ReferenceFault::Foreign)?;
        if !self.state.exists(beacon.collection.as_deref(), beacon.id) {
            return Err(ReferenceFault::NoObject { class, path, id: beacon.id });
        }
        Ok(beacon)
    }
}

fn cloned((name, value): (&String, &Json)) -> (String, Json) {
    (name.clone(), value.clone())
}

/// A beacon as it was read, of any host.
#[derive(Debug)]
pub(crate) struct ParsedBeacon {
    pub(crate) beacon: Beacon,
    is_local: bool,
}

impl ParsedBeacon {
    /// Reads `weaviate://localhost/[Collection/]uuid`. The scheme is not looked at, as on the server.
    pub(crate) fn parse(text: &str) -> Result<Self, BeaconFault> {
        let (host, path) = host_and_path(text);
        if path.is_empty() {
            return Err(BeaconFault::NoPath);
        }
        let id_of = |text: &str, position| {
            parse_uuid(text).map_err(|_| BeaconFault::NoUuid { position, segment: text.to_owned() })
        };
        // What stands in front of the first slash is not looked at.
        let beacon = match path.split('/').collect::<Vec<_>>().as_slice() {
            [_, id] => Beacon { collection: None, id: id_of(id, 1)? },
            [_, collection, id] => {
                let collection = (!collection.is_empty()).then(|| capitalised(collection));
                Beacon { collection, id: id_of(id, 2)? }
            }
            _ => return Err(BeaconFault::Path(path.to_owned())),
        };
        Ok(Self { beacon, is_local: host == "localhost" })
    }

    /// Adds the collection, if it is missing and the reference has a single target. Such a beacon becomes a local one.
    pub(crate) fn within(mut self, targets: &[String]) -> Self {
        if let (None, [only]) = (&self.beacon.collection, targets) {
            self.beacon.collection = Some(only.clone());
            self.is_local = true;
        }
        self
    }

    pub(crate) fn local(self) -> Result<Beacon, BeaconFault> {
        if self.is_local { Ok(self.beacon) } else { Err(BeaconFault::Foreign) }
    }
}

/// Host and path of a URL, which need neither a scheme nor a host.
fn host_and_path(text: &str) -> (&str, &str) {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+.-".contains(letter))
    };
    let rest = match text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
        // A scheme without slashes leaves no path.
        Some((_, rest)) if !rest.starts_with('/') => return ("", ""),
        Some((_, rest)) => rest,
        None => text,
    };
    match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    }
}

impl Beacon {
    /// Reads a beacon of whatever host.
    pub(crate) fn parse(text: &str) -> Result<Self, BeaconFault> {
        ParsedBeacon::parse(text).map(|parsed| parsed.beacon)
    }
}

/// Reads a uuid in any of its spellings.
pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, UuidFault> {
    let lengths = [32, 36, 38, 45];
    if !lengths.contains(&text.len()) {
        return Err(UuidFault::Length(text.len()));
    }
    Uuid::parse_str(text).map_err(|_| UuidFault::Format)
}

fn number(value: &Json) -> Result<f64, ValueFault> {
    value.as_f64().ok_or_else(|| ValueFault::Number(go::display(value)))
}

fn date(value: &Json) -> Result<Date, ValueFault> {
    value.as_str().and_then(Date::parse).ok_or_else(|| ValueFault::Date(go::display(value)))
}

fn uuid(value: &Json) -> Result<Uuid, ValueFault> {
    let parsed = value.as_str().and_then(|text| parse_uuid(text).ok());
    parsed.ok_or_else(|| ValueFault::Uuid(go::display(value)))
}

/// In hexadecimal.
fn sha256(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Text => "text",
        DataType::TextArray => "text array",
        DataType::Int => "integer",
        DataType::IntArray => "integer array",
        DataType::Number => "number",
        DataType::NumberArray => "number array",
        DataType::Boolean => "boolean",
        DataType::BooleanArray => "boolean array",
        DataType::Date => "date",
        DataType::DateArray => "date array",
        DataType::Uuid => "uuid",
        DataType::UuidArray => "uuid array",
        DataType::Geo => "geoCoordinates",
        DataType::Phone => "phoneNumber",
        DataType::Blob => "blob",
        DataType::BlobHash => "blobHash",
        DataType::Object => "object",
        DataType::ObjectArray => "object[]",
        DataType::Reference(_) => "reference",
    }
}
