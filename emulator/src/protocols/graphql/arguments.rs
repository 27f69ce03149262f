//! The arguments of a collection, read into the messages of gRPC.

use graphql_parser::query::Value;
use serde_json::{Map, Value as Json, json};
use weaviate_generated::grpc::{Filters, SearchRequest, SortBy};

use super::fault::AnswerFault;
use super::{Node, Refusal};
use crate::engine::schema::ClassView;
use crate::engine::store::{Collection, State};
use crate::protocols::grpc::fault::{SearchFault, Step};
use crate::protocols::rest::where_filter;

/// Limit of a query that names none.
const DEFAULT_LIMIT: i64 = 100;

const KNOWN: [&str; 7] = ["after", "autocut", "limit", "offset", "sort", "tenant", "where"];

/// Arguments of the server that the emulator leaves out.
const LEFT_OUT: [&str; 17] = [
    "ask",
    "bm25",
    "boost",
    "group",
    "groupBy",
    "hybrid",
    "nearAudio",
    "nearDepth",
    "nearIMU",
    "nearImage",
    "nearObject",
    "nearText",
    "nearThermal",
    "nearVector",
    "nearVideo",
    "objectLimit",
    "search",
];

#[derive(Debug)]
pub(super) struct Arguments {
    given: Map<String, Json>,
}

impl Arguments {
    pub(super) fn read(node: &Node<'_>, owner: &str, class: &ClassView) -> Result<Self, Refusal> {
        let mut given = Map::new();
        for (name, value) in &node.arguments {
            if LEFT_OUT.contains(name) {
                return Err(Refusal::left_out(format!("`{name}`")));
            }
            if !KNOWN.contains(name) || *name == "tenant" && !class.multi_tenancy.enabled {
                let message = format!("Unknown argument \"{name}\" on field \"{}\" of type \"{owner}\".", node.name);
                return Err(Refusal::invalid(node.position, message));
            }
            let value = json_of(value)?;
            let expected = match *name {
                "limit" | "offset" | "autocut" if !value.is_i64() => "Int",
                "tenant" | "after" if !value.is_string() => "String",
                _ => "",
            };
            if !expected.is_empty() {
                let message = format!(
                    "Argument \"{name}\" has invalid value {value}.\nExpected type \"{expected}\", found {value}."
                );
                return Err(Refusal::invalid(node.position, message));
            }
            given.insert((*name).to_owned(), value);
        }
        Ok(Self { given })
    }

    /// Returns whether there are no others than these.
    pub(super) fn only_of(&self, names: &[&str]) -> bool {
        self.given.keys().all(|name| names.contains(&name.as_str()))
    }

    pub(super) fn tenant(&self) -> String {
        self.text("tenant")
    }

    fn text(&self, name: &str) -> String {
        self.given.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.given.get(name).and_then(Json::as_i64)
    }

    /// The filter, or what is wrong with it.
    pub(super) fn filters(&self, state: &State, collection: &Collection) -> Result<Option<Filters>, AnswerFault> {
        let Some(given) = self.given.get("where") else { return Ok(None) };
        let given = as_in_rest(given);
        let message = where_filter::message(&given)?;
        where_filter::check(&given, state, &collection.schema)?;
        match where_filter::late_fault(&given) {
            Some(fault) => {
                let index = collection.schema.name.to_lowercase();
                let shard = collection.shards.get(&self.tenant()).map_or("", |shard| &shard.name);
                let (shard, fault) = (format!("{index}_{shard}"), Box::new(fault.into()));
                Err(SearchFault::Evaluation { step: Step::List, index, shard, fault }.into())
            }
            None => Ok(Some(message)),
        }
    }

    pub(super) fn search(
        &self,
        collection: &str,
        filters: Option<Filters>,
        maximum: u32,
    ) -> Result<SearchRequest, AnswerFault> {
        if self.given.contains_key("after") && !self.given.contains_key("limit") {
            return Err(AnswerFault::CursorWithoutLimit);
        }
        let offset = self.number("offset").unwrap_or(0).max(0);
        let limit = match self.number("limit").unwrap_or(DEFAULT_LIMIT) {
            0 => return Err(AnswerFault::NoLimit),
            // As many as there may be.
            below if below < 0 => i64::from(maximum).saturating_sub(offset).max(1),
            limit => limit,
        };
        let size = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(SearchRequest {
            collection: collection.to_owned(),
            tenant: self.tenant(),
            limit: size(limit),
            offset: size(offset),
            after: self.text("after"),
            autocut: self.number("autocut").map(size).unwrap_or_default(),
            sort_by: listed(self.given.get("sort")).iter().map(sort).collect(),
            filters,
            ..SearchRequest::default()
        })
    }
}

fn sort(given: &Json) -> SortBy {
    let path = listed(given.get("path")).iter().filter_map(Json::as_str).map(str::to_owned).collect();
    SortBy { ascending: given["order"] != "desc", path }
}

/// A list, which may be written as its only element.
fn listed(given: Option<&Json>) -> Vec<Json> {
    match given {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
    }
}

/// A `where` in the words of REST, where a list of values has a field of its own.
fn as_in_rest(given: &Json) -> Json {
    let mut shown = Map::new();
    for (name, value) in given.as_object().into_iter().flatten() {
        let (name, value) = match name.as_str() {
            "operands" => (name.clone(), listed(Some(value)).iter().map(as_in_rest).collect()),
            "path" => (name.clone(), json!(listed(Some(value)))),
            _ if value.is_array() => (format!("{name}Array"), value.clone()),
            _ => (name.clone(), value.clone()),
        };
        shown.insert(name, value);
    }
    Json::Object(shown)
}

fn json_of<'q>(value: &Value<'q, &'q str>) -> Result<Json, Refusal> {
    Ok(match value {
        Value::Variable(_) => return Err(Refusal::left_out("a variable")),
        Value::Int(number) => json!(number.as_i64()),
        Value::Float(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Boolean(flag) => json!(flag),
        Value::Null => Json::Null,
        Value::Enum(word) => json!(word),
        Value::List(items) => items.iter().map(json_of).collect::<Result<_, _>>()?,
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Ok(((*name).to_owned(), json_of(value)?)));
            Json::Object(members.collect::<Result<_, Refusal>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use graphql_parser::query::{Definition, OperationDefinition, Selection, parse_query};

    use super::*;

    fn read(query: &str) -> Result<Arguments, Refusal> {
        let document = parse_query::<&str>(query).unwrap();
        let [Definition::Operation(OperationDefinition::SelectionSet(set))] = document.definitions.as_slice() else {
            panic!("{document:?}")
        };
        let [Selection::Field(node)] = set.items.as_slice() else { panic!("{set:?}") };
        Arguments::read(node, "GetObjectsObj", &ClassView::parse(json!({"class": "Owl"})))
    }

    #[test]
    fn a_list_of_values_has_a_field_of_its_own_in_rest() {
        let query =
            r#"{Owl(where:{operator:And operands:{operator:ContainsAny path:"tags" valueText:["a" "b"]}}){name}}"#;
        let expected = json!({"operator": "And", "operands": [
            {"operator": "ContainsAny", "path": ["tags"], "valueTextArray": ["a", "b"]},
        ]});
        assert_eq!(as_in_rest(&read(query).unwrap().given["where"]), expected);
    }

    #[test]
    fn a_page_is_that_of_the_message() {
        let page = |query| {
            read(query)
                .and_then(|all| all.search("Owl", None, 50).map_err(|fault| Refusal::left_out(fault.to_string())))
        };
        let request = page(r#"{Owl(offset:3 sort:[{path:["name"] order:desc}]){name}}"#).unwrap();
        assert_eq!((request.limit, request.offset), (100, 3));
        assert_eq!(request.sort_by, [SortBy { ascending: false, path: vec!["name".to_owned()] }]);
        assert_eq!(page("{Owl(limit:-1 offset:3){name}}").unwrap().limit, 47);
        assert!(page("{Owl(limit:0){name}}").is_err());
        assert!(page(r#"{Owl(after:""){name}}"#).is_err());
    }

    #[test]
    fn what_is_left_out_is_told_from_what_there_is_not() {
        assert_eq!(read("{Owl(bm25:{}){name}}").unwrap_err(), Refusal::left_out("`bm25`"));
        assert_eq!(read("{Owl(limit:$n){name}}").unwrap_err(), Refusal::left_out("a variable"));
        for (query, says) in [
            ("{Owl(nosuch:1){name}}", "Unknown argument"),
            ("{Owl(tenant:\"a\"){name}}", "Unknown argument"),
            ("{Owl(limit:\"two\"){name}}", "Expected type \\\"Int\\\""),
        ] {
            let fault = format!("{:?}", read(query).unwrap_err());
            assert!(fault.starts_with("Invalid") && fault.contains(says), "{query}: {fault}");
        }
    }
}
