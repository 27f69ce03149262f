//! Checks property values against the schema, with the server's own texts.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::engine::schema::{ClassView, DataType, Property};

use super::date::Date;
use super::value::{Beacon, Geo, Phone, Properties, Value};
use super::{Origin, State, capitalised, go, phone};

/// Reads the properties of one object of `class`. Nulls are left out, but not inside objects. The error is the server's bare text.
pub(crate) fn parse_properties(
    state: &State,
    class: &ClassView,
    properties: &Map<String, Json>,
    origin: Origin,
) -> Result<Properties, String> {
    let context = Context { state, class: &class.name, origin };
    let mut parsed = Properties::new();
    for (name, value) in properties {
        let name = lower_first(name);
        if value.is_null() {
            continue;
        }
        let property = class.property(&name).ok_or_else(|| no_such_property(&name, &class.name))?;
        parsed.insert(name.clone(), context.property(property, &name, value)?);
    }
    Ok(parsed)
}

/// The text about a property the collection does not have.
pub(crate) fn no_such_property(name: &str, class: &str) -> String {
    format!(
        "no such prop with name '{name}' found in class '{class}' in the schema. Check your schema files for which properties in this class are available"
    )
}

/// Property names start with a lower-case letter; the server folds the first one.
pub(crate) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

struct Context<'a> {
    state: &'a State,
    class: &'a str,
    origin: Origin,
}

impl Context<'_> {
    /// `path` is the property's name, behind those of the objects around it.
    fn property(&self, property: &Property, path: &str, value: &Json) -> Result<Value, String> {
        if let DataType::Reference(targets) = &property.data_type {
            return self.references(targets, path, value).map(Value::References);
        }
        let parsed = self.value(property, path, value).map_err(|text| {
            let kind = kind(&property.data_type);
            format!("invalid {kind} property '{path}' on class '{}': {text}", self.class)
        })?;
        Ok(match parsed {
            // The digest is that of the text, and inside an object there is none.
            Value::Blob(text) if property.data_type == DataType::BlobHash => Value::Blob(sha256(&text)),
            other => other,
        })
    }

    fn value(&self, property: &Property, path: &str, value: &Json) -> Result<Value, String> {
        Ok(match &property.data_type {
            DataType::Text => Value::Text(self.text(value)?),
            DataType::TextArray => {
                Value::TextArray(self.array("text", value, |item| item.as_str().map(str::to_owned))?)
            }
            DataType::Int => Value::Int(self.int(value)?),
            DataType::IntArray => Value::IntArray(self.array("integer", value, |item| self.int(item).ok())?),
            DataType::Number => Value::Number(number(value)?),
            DataType::NumberArray => Value::NumberArray(self.array("number", value, Json::as_f64)?),
            DataType::Boolean => Value::Bool(value.as_bool().ok_or_else(|| self.not_a("bool", value))?),
            DataType::BooleanArray => Value::BoolArray(self.array("boolean", value, Json::as_bool)?),
            DataType::Date => Value::Date(date(value)?),
            DataType::DateArray => Value::DateArray(self.array("date", value, |item| date(item).ok())?),
            DataType::Uuid => Value::Uuid(uuid(value)?),
            DataType::UuidArray => Value::UuidArray(self.array("uuid", value, |item| uuid(item).ok())?),
            DataType::Geo => Value::Geo(self.geo(value)?),
            DataType::Phone => Value::Phone(self.phone(value)?),
            DataType::Blob | DataType::BlobHash => Value::Blob(self.blob(value)?),
            DataType::Object => Value::Object(self.object(&property.nested, path, value)?),
            DataType::ObjectArray => {
                let items =
                    value.as_array().ok_or_else(|| format!("not an object array, but {}", self.type_of(value)))?;
                let objects = items.iter().enumerate().map(|(index, item)| {
                    self.object(&property.nested, path, item)
                        .map_err(|text| format!("invalid object '{index}' in array: {text}"))
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

    fn not_a(&self, kind: &str, value: &Json) -> String {
        format!("not a {kind}, but {}", self.type_of(value))
    }

    fn text(&self, value: &Json) -> Result<String, String> {
        value.as_str().map(str::to_owned).ok_or_else(|| self.not_a("string", value))
    }

    fn int(&self, value: &Json) -> Result<f64, String> {
        let Json::Number(number) = value else {
            return Err(requires_integer(value));
        };
        let double = number.as_f64().unwrap_or_default();
        match self.origin {
            // Over REST the digits count: `3.0` is not an integer.
            Origin::Rest if number.is_f64() => {
                Err(format!("the JSON number '{}' could not be converted to an int", go::number_text(number)))
            }
            Origin::Grpc if double.fract() != 0.0 => Err(requires_integer(value)),
            _ => Ok(double),
        }
    }

    fn array<T>(&self, kind: &str, value: &Json, item: impl Fn(&Json) -> Option<T>) -> Result<Vec<T>, String> {
        let article = if kind == "integer" { "an" } else { "a" };
        let items =
            value.as_array().ok_or_else(|| format!("not {article} {kind} array, but {}", self.type_of(value)))?;
        let parsed: Option<Vec<T>> = items.iter().map(item).collect();
        parsed.ok_or_else(|| format!("invalid {kind} array value: {}", go::display(value)))
    }

    fn geo(&self, value: &Json) -> Result<Geo, String> {
        let members = value
            .as_object()
            .ok_or_else(|| format!("geoCoordinates must be a map, but got: {}", self.type_of(value)))?;
        let degrees = |name: &str| {
            let value =
                members.get(name).ok_or_else(|| format!("geoCoordinates is missing required field '{name}'"))?;
            #[expect(clippy::cast_possible_truncation, reason = "the server stores singles")]
            let degrees = value.as_f64().map(|degrees| degrees as f32);
            degrees.ok_or_else(|| {
                format!(
                    "invalid {name}: geoCoordinates field '{name}' must be a number, but got: {}",
                    self.type_of(value)
                )
            })
        };
        Ok(Geo { longitude: degrees("longitude")?, latitude: degrees("latitude")? })
    }

    fn phone(&self, value: &Json) -> Result<Phone, String> {
        let members =
            value.as_object().ok_or_else(|| format!("phoneNumber must be a map, but got: {}", self.type_of(value)))?;
        let input = members.get("input").ok_or("phoneNumber is missing required field 'input'")?;
        let input = input
            .as_str()
            .ok_or_else(|| format!("phoneNumber.input must be a string, but got: {}", self.type_of(input)))?;
        let country = match members.get("defaultCountry") {
            None | Some(Json::Null) => "",
            Some(Json::String(country)) => country,
            Some(other) => {
                return Err(format!("phoneNumber.defaultCountry must be a string, but got: {}", self.type_of(other)));
            }
        };
        phone::parse(input, country)
    }

    fn blob(&self, value: &Json) -> Result<String, String> {
        let text = value.as_str().ok_or_else(|| self.not_a("blob base64 string", value))?;
        let decoded = STANDARD.decode(text).is_ok_and(|bytes| !bytes.is_empty());
        if decoded { Ok(text.to_owned()) } else { Err("not a valid blob base64 string".to_owned()) }
    }

    fn object(&self, schema: &[Property], path: &str, value: &Json) -> Result<Properties, String> {
        let members =
            value.as_object().ok_or_else(|| format!("object must be a map, but got: {}", self.type_of(value)))?;
        let mut parsed = Properties::new();
        for (name, value) in members {
            let path = format!("{path}.{name}");
            // Auto-schema has made all others.
            let property = schema.iter().find(|property| &property.name == name);
            let property = property.ok_or_else(|| format!("unknown property '{path}'"))?;
            let value = if value.is_null() {
                Value::Null
            } else {
                self.property(property, &path, value).map_err(|text| format!("property '{path}': {text}"))?
            };
            parsed.insert(name.clone(), value);
        }
        Ok(parsed)
    }

    fn references(&self, targets: &[String], path: &str, value: &Json) -> Result<Vec<Beacon>, String> {
        let refs =
            value.as_array().ok_or_else(|| format!("reference property is not a slice {}", go::display(value)))?;
        // All are read before any is looked for.
        let parsed: Vec<ParsedBeacon> = refs.iter().map(|it| self.beacon(targets, it)).collect::<Result<_, _>>()?;
        refs.iter().zip(parsed).map(|(given, parsed)| self.reference(path, given, parsed)).collect()
    }

    fn beacon(&self, targets: &[String], reference: &Json) -> Result<ParsedBeacon, String> {
        if !reference.is_object() {
            return Err("reference property is not a map: map[string]interface {}".to_owned());
        }
        let beacon = &reference["beacon"];
        let text =
            beacon.as_str().ok_or_else(|| format!("beacon property is not a string: {}", self.type_of(beacon)))?;
        ParsedBeacon::parse(text).map(|beacon| beacon.within(targets))
    }

    fn reference(&self, path: &str, given: &Json, parsed: ParsedBeacon) -> Result<Beacon, String> {
        let place = format!("'cref' {}:{path}", self.class);
        let members: Map<String, Json> =
            given.as_object().into_iter().flatten().filter(|(name, _)| *name != "href").map(cloned).collect();
        if members.len() != 1 {
            let given = go::display(&Json::Object(members));
            return Err(format!("invalid cref: {place}: only the field 'beacon' is allowed, got {given}"));
        }
        let beacon = parsed.local().map_err(|text| format!("invalid cref: {text}"))?;
        if !self.state.exists(beacon.collection.as_deref(), beacon.id) {
            return Err(format!("invalid cref: {place}: no object with id {} found", beacon.id));
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
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (host, path) = host_and_path(text);
        if path.is_empty() {
            // Without a path there is no fault either, for which Go has this word.
            return Err("invalid cref URI: %!w(<nil>)".to_owned());
        }
        let id_of = |text: &str, position| {
            parse_uuid(text)
                .map_err(|_| format!("invalid cref URI: {position}nd path segment must be uuid, but got '{text}'"))
        };
        // What stands in front of the first slash is not looked at.
        let beacon = match path.split('/').collect::<Vec<_>>().as_slice() {
            [_, id] => Beacon { collection: None, id: id_of(id, 1)? },
            [_, collection, id] => {
                let collection = (!collection.is_empty()).then(|| capitalised(collection));
                Beacon { collection, id: id_of(id, 2)? }
            }
            _ => return Err(format!("invalid cref URI: path must be of format '<class>/<uuid>', but got '{path}'")),
        };
        Ok(Self { beacon, is_local: host == "localhost" })
    }

    /// Names the collection where only one can be meant. The beacon is written anew for that, as a local one.
    pub(crate) fn within(mut self, targets: &[String]) -> Self {
        if let (None, [only]) = (&self.beacon.collection, targets) {
            self.beacon.collection = Some(only.clone());
            self.is_local = true;
        }
        self
    }

    pub(crate) fn local(self) -> Result<Beacon, String> {
        if self.is_local { Ok(self.beacon) } else { Err("unrecognized cross-ref ref format".to_owned()) }
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
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        ParsedBeacon::parse(text).map(|parsed| parsed.beacon)
    }
}

/// Reads a uuid in any of its spellings; the error says what the server says.
pub(crate) fn parse_uuid(text: &str) -> Result<Uuid, String> {
    let lengths = [32, 36, 38, 45];
    if !lengths.contains(&text.len()) {
        return Err(format!("invalid UUID length: {}", text.len()));
    }
    Uuid::parse_str(text).map_err(|_| "invalid UUID format".to_owned())
}

fn requires_integer(value: &Json) -> String {
    format!("requires an integer, the given value is '{}'", go::display(value))
}

fn number(value: &Json) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("requires a float, the given value is '{}'", go::display(value)))
}

fn date(value: &Json) -> Result<Date, String> {
    value.as_str().and_then(Date::parse).ok_or_else(|| {
        format!("requires a string with a RFC3339 formatted date, but the given value is '{}'", go::display(value))
    })
}

fn uuid(value: &Json) -> Result<Uuid, String> {
    value
        .as_str()
        .and_then(|text| parse_uuid(text).ok())
        .ok_or_else(|| format!("requires a string of UUID format, but the given value is '{}'", go::display(value)))
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
