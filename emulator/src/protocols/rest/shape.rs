//! Shape of a request body, as the server's decoder reads it: fields that are typed and found whatever the case of their
//! names, and its texts about those that do not fit.

use serde_json::{Map, Value as Json};

use super::call::json_name;
use super::fault::ShapeFault;

/// A typed object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// The parameter's name in errors.
    pub(super) parameter: &'static str,
    /// Go's package of the type.
    pub(super) package: &'static str,
    /// Go's name of the type.
    pub(super) type_name: &'static str,
    pub(super) fields: &'static [(&'static str, Kind)],
}

/// The JSON a field takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    Bool,
    Int,
    Float,
    Double,
    Texts,
    Bools,
    Ints,
    Doubles,
    Vector,
    /// Vectors by name.
    Vectors,
    /// Any JSON; the keys in it are kept as they are.
    Any,
    /// An object of this Go type, whatever is in it.
    Object(&'static str),
    One(&'static Shape),
    List(&'static Shape),
    /// Objects by name.
    Map(&'static Shape),
}

impl Shape {
    /// A type of the contract that comes inside another one, or as the parameter `body`.
    pub(super) const fn of(type_name: &'static str, fields: &'static [(&'static str, Kind)]) -> Self {
        Self { parameter: "body", package: "models", type_name, fields }
    }

    /// Reads an object: its fields under the names they have in the contract, all others left out. The error names the
    /// first field that does not fit.
    pub(super) fn read(&self, json: Json) -> Result<Json, ShapeFault> {
        match json {
            Json::Object(members) => self.members(members, "").map(Json::Object),
            Json::Null => Ok(Json::Object(Map::new())),
            other => Err(ShapeFault::Whole { found: json_name(&other), go_type: self.go_type() }),
        }
    }

    /// Reads a list of objects, which is of the Go type `list`.
    pub(super) fn read_all(&self, list: &str, json: Json) -> Result<Vec<Json>, ShapeFault> {
        match json {
            Json::Array(items) => items.into_iter().map(|item| self.read(item)).collect(),
            Json::Null => Ok(Vec::new()),
            other => Err(ShapeFault::Whole { found: json_name(&other), go_type: list.to_owned() }),
        }
    }

    fn go_type(&self) -> String {
        format!("{}.{}", self.package, self.type_name)
    }

    /// `path` names the fields around the object, each with a point behind it.
    fn members(&self, members: Map<String, Json>, path: &str) -> Result<Map<String, Json>, ShapeFault> {
        let mut read = Map::new();
        for (name, value) in members {
            let Some((field, kind)) = self.field(&name) else { continue };
            let place = Place { shape: self, path: format!("{path}{field}") };
            match (read.get_mut(*field), kind.read(value, &place)?) {
                // A null does not undo what the same field said before in another case, and an object adds to it.
                (Some(_), Json::Null) => {}
                (Some(Json::Object(known)), Json::Object(more)) if matches!(kind, Kind::One(_)) => known.extend(more),
                (_, value) => {
                    read.insert((*field).to_owned(), value);
                }
            }
        }
        Ok(read)
    }

    /// The field of that name; where no name is the same, of one that differs in case alone.
    fn field(&self, name: &str) -> Option<&(&'static str, Kind)> {
        let exact = self.fields.iter().find(|(field, _)| *field == name);
        exact.or_else(|| self.fields.iter().find(|(field, _)| folded(field).eq(folded(name))))
    }
}

/// The letters without their case, as the server's decoder compares names: two letters beyond ASCII are an `s` and a `k`.
fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|letter| match letter {
        'ſ' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    })
}

/// A field.
struct Place<'a> {
    shape: &'a Shape,
    path: String,
}

impl Place<'_> {
    fn fault(&self, found: &str, go_type: &str) -> ShapeFault {
        let (found, path, go_type) = (found.to_owned(), self.path.clone(), go_type.to_owned());
        ShapeFault::Field { found, owner: self.shape.type_name, path, go_type }
    }

    fn object(&self, json: Json, shape: &Shape) -> Result<Json, ShapeFault> {
        match json {
            Json::Object(members) => shape.members(members, &format!("{}.", self.path)).map(Json::Object),
            Json::Null => Ok(Json::Null),
            other => Err(self.fault(json_name(&other), &shape.go_type())),
        }
    }

    /// Refuses the first element that does not fit; a null fits everywhere.
    fn elements(&self, items: &[Json], go_type: &str, fits: fn(&Json) -> bool) -> Result<(), ShapeFault> {
        match items.iter().find(|item| !item.is_null() && !fits(item)) {
            Some(Json::Number(number)) => Err(self.fault(&format!("number {number}"), go_type)),
            Some(other) => Err(self.fault(json_name(other), go_type)),
            None => Ok(()),
        }
    }
}

impl Kind {
    fn read(self, value: Json, place: &Place<'_>) -> Result<Json, ShapeFault> {
        match (self, &value) {
            (_, Json::Null)
            | (Self::Any, _)
            | (Self::Text, Json::String(_))
            | (Self::Bool, Json::Bool(_))
            | (Self::Double, Json::Number(_))
            | (Self::Object(_), Json::Object(_)) => {}
            (Self::Float, Json::Number(_)) if is_single(&value) => {}
            (Self::Int, Json::Number(number)) if number.is_i64() => {}
            (Self::Float | Self::Int, Json::Number(number)) => {
                return Err(place.fault(&format!("number {number}"), &self.go_type()));
            }
            (Self::Texts, Json::Array(items)) => place.elements(items, "string", Json::is_string)?,
            (Self::Bools, Json::Array(items)) => place.elements(items, "bool", Json::is_boolean)?,
            (Self::Ints, Json::Array(items)) => place.elements(items, "int64", Json::is_i64)?,
            (Self::Doubles, Json::Array(items)) => place.elements(items, "float64", Json::is_number)?,
            (Self::Vector, Json::Array(items)) => place.elements(items, "float32", is_single)?,
            (Self::Vectors | Self::Map(_), Json::Object(_)) | (Self::List(_), Json::Array(_)) => {
                return self.read_inside(value, place);
            }
            (Self::One(shape), _) => return place.object(value, shape),
            (kind, other) => return Err(place.fault(json_name(other), &kind.go_type())),
        }
        Ok(value)
    }

    /// Reads what holds objects or vectors.
    fn read_inside(self, value: Json, place: &Place<'_>) -> Result<Json, ShapeFault> {
        match (self, value) {
            (Self::Vectors, Json::Object(vectors)) => vectors_in(vectors).map(Json::Object),
            (Self::List(shape), Json::Array(items)) => {
                items.into_iter().map(|item| place.object(item, shape)).collect::<Result<_, _>>().map(Json::Array)
            }
            (Self::Map(shape), Json::Object(members)) => {
                let read = members.into_iter().map(|(name, member)| Ok((name, place.object(member, shape)?)));
                read.collect::<Result<_, _>>().map(Json::Object)
            }
            (_, value) => Ok(value),
        }
    }

    fn go_type(self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int => "int64".to_owned(),
            Self::Float => "float32".to_owned(),
            Self::Double => "float64".to_owned(),
            Self::Texts => "[]string".to_owned(),
            Self::Bools => "[]bool".to_owned(),
            Self::Ints => "[]int64".to_owned(),
            Self::Doubles => "[]float64".to_owned(),
            Self::Vector => "models.C11yVector".to_owned(),
            Self::Vectors => "map[string]json.RawMessage".to_owned(),
            Self::Any => "interface {}".to_owned(),
            Self::Object(go_type) => go_type.to_owned(),
            Self::One(shape) => shape.go_type(),
            Self::List(shape) => format!("[]*{}", shape.go_type()),
            Self::Map(shape) => format!("map[string]{}", shape.go_type()),
        }
    }
}

/// Returns whether it is a number that a single can hold.
fn is_single(value: &Json) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "it is asked whether the number fits")]
    value.as_f64().is_some_and(|number| (number as f32).is_finite())
}

/// The named vectors that have elements: lists of numbers, or lists of such lists.
fn vectors_in(vectors: Map<String, Json>) -> Result<Map<String, Json>, ShapeFault> {
    let is_vector = |items: &[Json]| items.iter().all(|item| item.is_null() || is_single(item));
    let is_row = |item: &Json| item.is_null() || item.as_array().is_some_and(|items| is_vector(items));
    let mut read = Map::new();
    for (name, vector) in vectors {
        let items = match &vector {
            Json::Null => continue,
            Json::Array(items) => items,
            _ => return Err(ShapeFault::Vector(name)),
        };
        if !is_vector(items) && !items.iter().all(is_row) {
            return Err(ShapeFault::Vector(name));
        }
        if !items.is_empty() {
            read.insert(name, vector);
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::super::bodies::{CLASS, OBJECT};
    use super::*;
    use serde_json::json;

    #[test]
    fn names_the_field_and_the_type_that_owns_it() {
        let fault = |class: Json| CLASS.read(class).unwrap_err().to_string();
        assert!(fault(json!({"class": 17})).ends_with("number into Go struct field Class.class of type string"));
        assert!(
            fault(json!({"properties": [{"dataType": "text"}]}))
                .ends_with("Go struct field Property.properties.dataType of type []string")
        );
        assert!(fault(json!({"properties": ["a"]})).ends_with("field Class.properties of type models.Property"));
        assert!(fault(json!({"properties": {}})).ends_with("field Class.properties of type []*models.Property"));
        assert!(fault(json!({"replicationConfig": {"factor": 1.5}})).contains("number 1.5 into Go struct field"));
        assert!(CLASS.read(json!({"class": null, "properties": [null], "other": 1})).is_ok());
    }

    #[test]
    fn vectors_hold_numbers() {
        let fault = |object: Json| OBJECT.read(object).unwrap_err().to_string();
        assert!(fault(json!({"vector": ["a"]})).ends_with("string into Go struct field Object.vector of type float32"));
        assert!(fault(json!({"vector": [1e39]})).ends_with("field Object.vector of type float32"));
        assert!(fault(json!({"vector": "a"})).ends_with("vector of type models.C11yVector"));
        assert!(fault(json!({"vectors": []})).ends_with("Object.vectors of type map[string]json.RawMessage"));
        for vector in [json!("a"), json!(["a"]), json!([1, "a"]), json!([[1], 2]), json!([1e39])] {
            assert_eq!(fault(json!({"vectors": {"v": vector}})), ShapeFault::Vector("v".to_owned()).to_string());
        }
        let vectors = json!({"none": null, "empty": [], "one": [1, null], "rows": [[1], null, []]});
        let read = OBJECT.read(json!({"vectors": vectors})).unwrap();
        assert_eq!(read["vectors"], json!({"one": [1, null], "rows": [[1], null, []]}));
    }

    #[test]
    fn fields_are_found_whatever_the_case_of_their_names() {
        let given = json!({"CLASS": "A", "VectorConfig": {"Own": {"VECTORINDEXTYPE": "flat"}}, "unheard": 1});
        let expected = json!({"class": "A", "vectorConfig": {"Own": {"vectorIndexType": "flat"}}});
        assert_eq!(CLASS.read(given), Ok(expected));
        // The last one counts, a null for nothing, and what is in a field of any content stays as it is.
        let given = json!({"class": "A", "Class": "B", "cLASS": null, "moduleConfig": {"Own": {"A": 1}}});
        assert_eq!(CLASS.read(given), Ok(json!({"class": "B", "moduleConfig": {"Own": {"A": 1}}})));
        assert_eq!(CLASS.read(json!({"cla\u{17f}s": "A"})), Ok(json!({"class": "A"})));
        let given =
            json!({"multiTenancyConfig": {"enabled": true}, "MultiTenancyConfig": {"autoTenantCreation": true}});
        let expected = json!({"multiTenancyConfig": {"enabled": true, "autoTenantCreation": true}});
        assert_eq!(CLASS.read(given), Ok(expected));
    }
}
