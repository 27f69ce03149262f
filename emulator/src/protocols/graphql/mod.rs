//! GraphQL: the part of it that lists and counts objects. A query becomes the messages that gRPC has for it, and what is
//! found is shown in GraphQL's own shape. Whatever else a query asks for is refused as not in the emulator.

mod arguments;
mod fault;
mod select;

use graphql_parser::Pos;
use graphql_parser::query::{Definition, Document, Field, OperationDefinition, Selection, parse_query};
use serde_json::{Map, Value as Json, json};
use weaviate_generated::grpc::{AggregateRequest, MetadataRequest, PropertiesRequest, SearchRequest};

use crate::access::auth::Caller;
use crate::access::rbac::Need;
use crate::emulated::Emulated;
use crate::engine::providers::NO_KEYS;
use crate::engine::store::{Collection, parse_uuid};
use crate::protocols::grpc;

use arguments::Arguments;
use fault::AnswerFault;
use select::Fields;

type Node<'q> = Field<'q, &'q str>;
type Item<'q> = Selection<'q, &'q str>;

/// Reason why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// GraphQL says so in its own list of errors, with the place in the query.
    Invalid(Box<Json>),
    /// The server can do it, the emulator cannot.
    LeftOut(String),
}

impl Refusal {
    fn invalid(at: Pos, message: impl Into<String>) -> Self {
        Self::Invalid(Box::new(error(at, message, &Json::Null)))
    }

    fn left_out(what: impl Into<String>) -> Self {
        Self::LeftOut(what.into())
    }

    fn no_field(node: &Node<'_>, owner: &str) -> Self {
        Self::invalid(node.position, format!("Cannot query field \"{}\" on type \"{owner}\".", node.name))
    }
}

fn error(at: Pos, message: impl Into<String>, path: &Json) -> Json {
    json!({"locations": [{"column": at.column, "line": at.line}], "message": message.into(), "path": path})
}

/// A fault without a place. That of a fault of syntax is in the parser's own words.
fn nowhere(message: &str) -> Refusal {
    Refusal::Invalid(Box::new(json!({"locations": [], "message": message, "path": null})))
}

/// Answers the body of `POST /v1/graphql` once it is known to hold a query.
pub(crate) fn answer(emulated: &Emulated, caller: &Caller, query: &str, operation: &str) -> Result<Json, Refusal> {
    let document =
        parse_query::<&str>(query).map_err(|fault| nowhere(&format!("Syntax Error GraphQL request {fault}")))?;
    let mut run = Run { emulated, caller, errors: Vec::new() };
    let mut data = Map::new();
    for root in fields(operation_of(&document, operation)?)? {
        if matches!(root.name, "Get" | "Aggregate") {
            select::check_selected(root, &format!("{}ObjectsObj", root.name))?;
        }
        let mut collections = Map::new();
        for node in fields(&root.selection_set.items)? {
            let shown = match root.name {
                "Get" => run.get(node)?,
                "Aggregate" => run.aggregate(node)?,
                "__schema" | "__type" => return Err(Refusal::left_out("introspection")),
                _ => return Err(Refusal::no_field(root, "WeaviateObj")),
            };
            collections.insert(key(node), shown);
        }
        data.insert(key(root), Json::Object(collections));
    }
    let mut answer = json!({"data": data});
    if !run.errors.is_empty() {
        answer["errors"] = Json::Array(run.errors);
    }
    Ok(answer)
}

/// The name under which a field is answered.
fn key(node: &Node<'_>) -> String {
    node.alias.unwrap_or(node.name).to_owned()
}

fn operation_of<'d, 'q>(document: &'d Document<'q, &'q str>, name: &str) -> Result<&'d [Item<'q>], Refusal> {
    let mut found = Vec::new();
    for definition in &document.definitions {
        let (known, variables, selection) = match definition {
            Definition::Operation(OperationDefinition::SelectionSet(set)) => (None, false, set),
            Definition::Operation(OperationDefinition::Query(query)) => {
                (query.name, !query.variable_definitions.is_empty(), &query.selection_set)
            }
            Definition::Operation(OperationDefinition::Mutation(mutation)) => {
                return Err(Refusal::invalid(mutation.position, "Schema is not configured for mutations"));
            }
            Definition::Operation(OperationDefinition::Subscription(_)) => {
                return Err(Refusal::left_out("a subscription"));
            }
            Definition::Fragment(_) => return Err(Refusal::left_out("a named fragment")),
        };
        if name.is_empty() || known == Some(name) {
            if variables {
                return Err(Refusal::left_out("a variable"));
            }
            found.push(selection);
        }
    }
    match found.as_slice() {
        [only] => Ok(&only.items),
        [] => Err(nowhere(&format!("Unknown operation named \"{name}\"."))),
        _ => Err(nowhere("Must provide operation name if query contains multiple operations.")),
    }
}

/// The fields of a selection in which there can be nothing else.
fn fields<'d, 'q>(selection: &'d [Item<'q>]) -> Result<Vec<&'d Node<'q>>, Refusal> {
    let field = |item: &'d Item<'q>| match item {
        Selection::Field(node) if node.directives.is_empty() => Ok(node),
        Selection::Field(_) => Err(Refusal::left_out("a directive")),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => Err(Refusal::left_out("a fragment here")),
    };
    selection.iter().map(field).collect()
}

/// One query on its way.
struct Run<'e> {
    emulated: &'e Emulated,
    caller: &'e Caller,
    /// Faults of collections that have no answer, while the rest can have one.
    errors: Vec<Json>,
}

impl Run<'_> {
    /// The objects of one collection.
    fn get(&mut self, node: &Node<'_>) -> Result<Json, Refusal> {
        let request = {
            let state = self.emulated.read();
            let collection = named(node, state.collections.get(node.name), "GetObjectsObj")?;
            let arguments = Arguments::read(node, "GetObjectsObj", &collection.schema)?;
            select::check_selected(node, &format!("[{}]", node.name))?;
            Fields::of_collection(&node.selection_set.items, &collection.schema, &state)?;
            let maximum = self.emulated.config.query_maximum_results;
            let filters = arguments.filters(&state, collection);
            match filters.and_then(|filters| arguments.search(node.name, filters, maximum)) {
                Ok(request) => request,
                Err(fault) => return Ok(self.failed(node, "Get", &fault)),
            }
        };
        match self.search(request, node)? {
            Ok(found) => Ok(found),
            Err(fault) => Ok(self.failed(node, "Get", &fault)),
        }
    }

    fn search(&self, request: SearchRequest, node: &Node<'_>) -> Result<Result<Json, AnswerFault>, Refusal> {
        let need = Need::data("read", node.name, &request.tenant, "*");
        if let Err(refusal) = self.emulated.allows(self.caller, &need) {
            return Ok(Err(refusal.into()));
        }
        let request = SearchRequest {
            metadata: Some(MetadataRequest { uuid: true, ..MetadataRequest::default() }),
            properties: Some(PropertiesRequest::default()),
            ..request
        };
        let reply = match grpc::search::find(self.emulated, &NO_KEYS, &request) {
            Ok(reply) => reply,
            Err(fault) => return Ok(Err(fault.into())),
        };
        let state = self.emulated.read();
        let collection = named(node, state.collections.get(node.name), "GetObjectsObj")?;
        let fields = Fields::of_collection(&node.selection_set.items, &collection.schema, &state)?;
        if fields.depth() > select::DEEPEST {
            return Ok(Err(AnswerFault::Depth(select::DEEPEST)));
        }
        let ids = reply.results.iter().filter_map(|hit| parse_uuid(&hit.metadata.as_ref()?.id).ok());
        let Some(shard) = collection.shards.get(&request.tenant) else { return Ok(Ok(json!([]))) };
        // What was deleted since it was found is left out.
        let objects = ids.filter_map(|id| shard.objects.get(&id));
        Ok(Ok(objects.map(|object| fields.show(object, &state, &request.tenant)).collect()))
    }

    /// Counts the objects of one collection.
    fn aggregate(&mut self, node: &Node<'_>) -> Result<Json, Refusal> {
        let request = {
            let state = self.emulated.read();
            let collection = named(node, state.collections.get(node.name), "AggregateObjectsObj")?;
            let arguments = Arguments::read(node, "AggregateObjectsObj", &collection.schema)?;
            select::check_selected(node, &format!("[Aggregate{}]", node.name))?;
            let counts = arguments.only_of(&["tenant", "where"]) && is_count(node)?;
            if !counts {
                return Err(Refusal::left_out("an aggregation other than `meta{count}`"));
            }
            let tenant = arguments.tenant();
            arguments.filters(&state, collection).map(|filters| AggregateRequest {
                collection: node.name.to_owned(),
                tenant,
                objects_count: true,
                filters,
                ..AggregateRequest::default()
            })
        };
        let counted = request.and_then(|request| {
            let need = Need::data("read", node.name, &request.tenant, "*");
            self.emulated.allows(self.caller, &need)?;
            Ok(grpc::aggregate::count(self.emulated, &request)?)
        });
        match counted {
            Ok(count) => shown_count(node, count),
            Err(fault) => Ok(self.failed(node, "Aggregate", &fault)),
        }
    }

    /// There is nothing to show for a collection, and why.
    fn failed(&mut self, node: &Node<'_>, root: &str, fault: &AnswerFault) -> Json {
        self.errors.push(error(node.position, fault.to_string(), &json!([root, key(node)])));
        Json::Null
    }
}

fn named<'s>(node: &Node<'_>, found: Option<&'s Collection>, owner: &str) -> Result<&'s Collection, Refusal> {
    found.ok_or_else(|| Refusal::no_field(node, owner))
}

/// Returns whether nothing is asked for but `meta{count}`.
fn is_count(node: &Node<'_>) -> Result<bool, Refusal> {
    let mut counts = true;
    for meta in fields(&node.selection_set.items)? {
        let inner = fields(&meta.selection_set.items)?;
        counts &= meta.name == "meta" && !inner.is_empty() && inner.iter().all(|field| field.name == "count");
    }
    Ok(counts)
}

fn shown_count(node: &Node<'_>, count: usize) -> Result<Json, Refusal> {
    let mut shown = Map::new();
    for meta in fields(&node.selection_set.items)? {
        let inner = fields(&meta.selection_set.items)?;
        let counts: Map<String, Json> = inner.into_iter().map(|field| (key(field), json!(count))).collect();
        shown.insert(key(meta), Json::Object(counts));
    }
    Ok(json!([shown]))
}
