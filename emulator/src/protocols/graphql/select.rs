//! Selection set of a GraphQL query, checked against the schema and printed.

use std::collections::BTreeMap;

use graphql_parser::query::{Selection, TypeCondition};
use serde_json::{Map, Value as Json, json};

use super::{Item, Node, Refusal, fields, key};
use crate::engine::letter_case::capitalised;
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::{ClassView, DataType, Property};
use crate::engine::store::{Object, Properties, State, Value};

/// Bound on the references that may be followed, one behind the other.
pub(super) const DEEPEST: usize = 5;

/// The fields of one collection, or of a reference for objects of one.
#[derive(Debug)]
pub(super) struct Fields {
    class: String,
    all: Vec<(String, Field)>,
}

#[derive(Debug)]
enum Field {
    TypeName,
    Additional(Vec<(String, Additional)>),
    Plain {
        property: String,
        parts: Parts,
    },
    /// By collection.
    Reference {
        property: String,
        targets: BTreeMap<String, Fields>,
    },
}

#[derive(Debug)]
enum Additional {
    Id,
    CreationTime,
    UpdateTime,
    Vector,
    Vectors(Vec<(String, String)>),
    /// Something that only a search gives, as it is without one.
    Never(Json),
}

/// Of a value that has parts: those asked for.
#[derive(Debug)]
enum Parts {
    Whole,
    Named(Vec<(String, String, Parts)>),
}

impl Fields {
    pub(super) fn of_collection(selection: &[Item<'_>], class: &ClassView, state: &State) -> Result<Self, Refusal> {
        let field = |node: &Node<'_>| Ok((key(node), Field::of(node, class, state)?));
        let all = fields(selection)?.into_iter().map(field).collect::<Result<_, Refusal>>()?;
        Ok(Self { class: class.name.clone(), all })
    }

    /// Returns the number of references that are followed, one behind the other.
    pub(super) fn depth(&self) -> usize {
        let deepest = self.all.iter().filter_map(|(_, field)| match field {
            Field::Reference { targets, .. } => targets.values().map(|fields| fields.depth() + 1).max(),
            _ => None,
        });
        deepest.max().unwrap_or(0)
    }

    pub(super) fn show(&self, object: &Object, state: &State, tenant: &str) -> Json {
        let show = |(key, field): &(String, Field)| {
            let shown = match field {
                Field::TypeName => json!(self.class),
                Field::Additional(all) => {
                    let all: Map<String, Json> =
                        all.iter().map(|(key, additional)| (key.clone(), additional.show(object))).collect();
                    Json::Object(all)
                }
                Field::Plain { property, parts } => {
                    object.properties.get(property).map_or(Json::Null, |value| parts.show(value))
                }
                Field::Reference { property, targets } => {
                    linked(object.properties.get(property), targets, state, tenant)
                }
            };
            (key.clone(), shown)
        };
        Json::Object(self.all.iter().map(show).collect())
    }
}

impl Field {
    fn of(node: &Node<'_>, class: &ClassView, state: &State) -> Result<Self, Refusal> {
        match node.name {
            "__typename" => return Ok(Self::TypeName),
            "_additional" => {
                let owner = format!("{}Additional", class.name);
                let all = sub_selection(node, &owner)?;
                let additional = |node: &Node<'_>| Ok((key(node), Additional::of(node, class, &owner)?));
                return Ok(Self::Additional(all.into_iter().map(additional).collect::<Result<_, Refusal>>()?));
            }
            _ => {}
        }
        let property = class.property(node.name).filter(|property| property.name == node.name);
        let property = property.ok_or_else(|| Refusal::no_field(node, &class.name))?;
        let name = property.name.clone();
        if matches!(property.data_type, DataType::Reference(_)) {
            check_selected(node, &format!("[{}{}Obj]", class.name, capitalised(&name)))?;
            return Ok(Self::Reference { property: name, targets: targets(node, state)? });
        }
        Ok(Self::Plain { property: name, parts: Parts::of(node, property, &class.name, &class.name)? })
    }
}

/// The fields of a node that has to have some.
fn sub_selection<'d, 'q>(node: &'d Node<'q>, owner: &str) -> Result<Vec<&'d Node<'q>>, Refusal> {
    check_selected(node, owner)?;
    fields(&node.selection_set.items)
}

/// Refuses a node of this type of which nothing is asked.
pub(super) fn check_selected(node: &Node<'_>, type_name: &str) -> Result<(), Refusal> {
    if !node.selection_set.items.is_empty() {
        return Ok(());
    }
    let message = format!("Field \"{}\" of type \"{type_name}\" must have a sub selection.", node.name);
    Err(Refusal::invalid(node.position, message))
}

/// Refuses a node of which parts are asked, though it has none.
fn check_whole(node: &Node<'_>, type_name: &str) -> Result<(), Refusal> {
    if node.selection_set.items.is_empty() {
        return Ok(());
    }
    let message = format!("Field \"{}\" of type \"{type_name}\" must not have a sub selection.", node.name);
    Err(Refusal::invalid(node.selection_set.span.0, message))
}

/// GraphQL's name of the type of a property that has no parts.
fn scalar(data_type: &DataType) -> String {
    let name = data_type.name();
    let (element, list) = name.strip_suffix("[]").map_or((name, false), |element| (element, true));
    let scalar = match element {
        "int" => "Int",
        "number" => "Float",
        "boolean" => "Boolean",
        _ => "String",
    };
    if list { format!("[{scalar}]") } else { scalar.to_owned() }
}

/// Reads the fields wanted of the targets of a reference: `... on Collection {…}` for each.
fn targets(node: &Node<'_>, state: &State) -> Result<BTreeMap<String, Fields>, Refusal> {
    let mut targets = BTreeMap::new();
    let mut with_type_name = Vec::new();
    for item in &node.selection_set.items {
        match item {
            Selection::InlineFragment(fragment) => {
                let Some(TypeCondition::On(name)) = fragment.type_condition else {
                    return Err(Refusal::left_out("a fragment for every collection"));
                };
                let Some(collection) = state.collections.get(name) else {
                    return Err(Refusal::invalid(fragment.position, format!("Unknown type \"{name}\".")));
                };
                let fields = Fields::of_collection(&fragment.selection_set.items, &collection.schema, state)?;
                targets.insert(name.to_owned(), fields);
            }
            Selection::Field(field) if field.name == "__typename" => with_type_name.push(key(field)),
            _ => return Err(Refusal::left_out("a field of a reference outside of `... on`")),
        }
    }
    for fields in targets.values_mut() {
        fields.all.extend(with_type_name.iter().map(|key| (key.clone(), Field::TypeName)));
    }
    Ok(targets)
}

/// The targets that exist and are of a collection asked for, in the order in which the object has them.
fn linked(value: Option<&Value>, targets: &BTreeMap<String, Fields>, state: &State, tenant: &str) -> Json {
    let Some(Value::References(beacons)) = value else { return Json::Null };
    if beacons.is_empty() {
        return json!([]);
    }
    let found = beacons.iter().filter_map(|beacon| {
        let owners = targets.iter().filter(|(name, _)| beacon.collection.as_ref().is_none_or(|owner| owner == *name));
        let mut found = owners.filter_map(|(name, fields)| {
            let collection = state.collections.get(name)?;
            let tenant = if collection.schema.multi_tenancy.enabled { tenant } else { "" };
            Some(fields.show(collection.shards.get(tenant)?.objects.get(&beacon.id)?, state, tenant))
        });
        found.next()
    });
    let found: Vec<Json> = found.collect();
    if found.is_empty() { Json::Null } else { Json::Array(found) }
}

impl Additional {
    fn of(node: &Node<'_>, class: &ClassView, owner: &str) -> Result<Self, Refusal> {
        Ok(match node.name {
            "id" => check_whole(node, "String").map(|()| Self::Id)?,
            "creationTimeUnix" => Self::CreationTime,
            "lastUpdateTimeUnix" => Self::UpdateTime,
            "vector" => Self::Vector,
            "vectors" if !class.named_vectors.is_empty() => {
                let named = |node: &&Node<'_>| (key(node), node.name.to_owned());
                Self::Vectors(sub_selection(node, "Vectors")?.iter().map(named).collect())
            }
            "distance" | "certainty" => Self::Never(Json::Null),
            "score" => Self::Never(json!("0")),
            "explainScore" => Self::Never(json!("")),
            "classification" | "generate" | "group" | "queryProfile" | "rerank" | "summary" | "tokens" => {
                return Err(Refusal::left_out(format!("`_additional{{{}}}`", node.name)));
            }
            _ => return Err(Refusal::no_field(node, owner)),
        })
    }

    fn show(&self, object: &Object) -> Json {
        let vector = |vector: &[f32]| NamedVector::Single(vector.to_vec()).to_json();
        match self {
            Self::Id => json!(object.id),
            Self::CreationTime => json!(object.created_ms.to_string()),
            Self::UpdateTime => json!(object.updated_ms.to_string()),
            Self::Vector => object.vector.as_deref().map_or_else(|| json!([]), vector),
            Self::Vectors(names) => {
                let one = |(key, name): &(String, String)| {
                    (key.clone(), object.vectors.get(name).map_or(Json::Null, NamedVector::to_json))
                };
                Json::Object(names.iter().map(one).collect())
            }
            Self::Never(value) => value.clone(),
        }
    }
}

impl Parts {
    /// `path` is the collection's name, with those of the objects around the property.
    fn of(node: &Node<'_>, property: &Property, class: &str, path: &str) -> Result<Self, Refusal> {
        let known: &[&str] = match property.data_type {
            DataType::Geo => &["latitude", "longitude"],
            DataType::Phone => &[
                "countryCode",
                "defaultCountry",
                "input",
                "internationalFormatted",
                "national",
                "nationalFormatted",
                "valid",
            ],
            DataType::Object | DataType::ObjectArray => &[],
            _ => return check_whole(node, &scalar(&property.data_type)).map(|()| Self::Whole),
        };
        let path = format!("{path}_{}", property.name);
        let owner = match property.data_type {
            DataType::Geo => format!("{class}{}GeoCoordinatesObj", property.name),
            DataType::Phone => format!("{class}{}PhoneNumberObj", property.name),
            _ => format!("{path}_object"),
        };
        let shown = if property.data_type == DataType::ObjectArray { format!("[{owner}]") } else { owner.clone() };
        let mut parts = Vec::new();
        for node in sub_selection(node, &shown)? {
            let name = node.name.to_owned();
            if property.data_type.is_nested() {
                let nested = property.nested(&name).ok_or_else(|| Refusal::no_field(node, &owner))?;
                parts.push((key(node), name, Self::of(node, nested, class, &path)?));
            } else if known.contains(&node.name) {
                parts.push((key(node), name, Self::Whole));
            } else {
                return Err(Refusal::no_field(node, &owner));
            }
        }
        Ok(Self::Named(parts))
    }

    fn show(&self, value: &Value) -> Json {
        match (self, value) {
            (_, Value::Null) => Json::Null,
            (Self::Named(_), Value::Object(members)) => self.members(members),
            (Self::Named(_), Value::ObjectArray(all)) => all.iter().map(|members| self.members(members)).collect(),
            (Self::Named(parts), value) => {
                let mut whole = value.to_json();
                if let Value::Phone(phone) = value {
                    // REST leaves out what is empty.
                    whole["defaultCountry"] = json!(phone.default_country);
                }
                Json::Object(parts.iter().map(|(key, name, _)| (key.clone(), whole[name.as_str()].clone())).collect())
            }
            (Self::Whole, Value::Int(number)) => int(*number),
            (Self::Whole, Value::IntArray(numbers)) => numbers.iter().copied().map(int).collect(),
            (Self::Whole, value) => value.to_json(),
        }
    }

    fn members(&self, members: &Properties) -> Json {
        let Self::Named(parts) = self else { return Json::Null };
        let member = |(key, name, parts): &(String, String, Self)| {
            (key.clone(), members.get(name).map_or(Json::Null, |value| parts.show(value)))
        };
        Json::Object(parts.iter().map(member).collect())
    }
}

/// GraphQL's integers have 32 bits; what does not fit is null.
fn int(number: f64) -> Json {
    if number >= f64::from(i32::MIN) && number <= f64::from(i32::MAX) {
        crate::engine::store::double(number)
    } else {
        Json::Null
    }
}
