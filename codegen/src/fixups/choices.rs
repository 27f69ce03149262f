//! Fixups for a correct contract that would generate worse code.

use serde_json::{Value, json};

use super::schema::{each_operation, each_schema, named_mut};
use super::{Fixup, Kind};

pub(super) const FIXUPS: &[Fixup] = &[
    Fixup {
        name: "json-only",
        kind: Kind::Choice,
        reason: "progenitor supports one media type per body, and the server reads and writes JSON everywhere",
        since: (1, 24),
        apply: json_only,
    },
    Fixup {
        name: "plain-errors",
        kind: Kind::Choice,
        reason: "error bodies differ by operation, proxy and server version; every non-2xx reply is returned with its \
                 status, headers and unread body",
        since: (1, 24),
        apply: plain_errors,
    },
    Fixup {
        name: "joined-lists",
        kind: Kind::Choice,
        reason: "the server splits a list parameter at commas and reads only its last occurrence; the client joins the \
                 list with commas",
        since: (1, 39),
        apply: joined_lists,
    },
    Fixup {
        name: "no-defaults",
        kind: Kind::Choice,
        reason: "a default in generated code would be sent as if the caller had set it, and read as if the server had \
                 sent it",
        since: (1, 24),
        apply: no_defaults,
    },
    Fixup {
        name: "no-bounds",
        kind: Kind::Choice,
        reason: "the server checks bounds, and they change with its version; in generated code they would become newtypes \
                 that reject replies",
        since: (1, 24),
        apply: no_bounds,
    },
    Fixup {
        name: "plain-strings",
        kind: Kind::Choice,
        reason: "dates, UUIDs and URLs stay strings, because the server also sends empty ones; the handwritten crate has \
                 its own types",
        since: (1, 24),
        apply: plain_strings,
    },
    Fixup {
        name: "whole-collections",
        kind: Kind::Choice,
        reason: "a collection definition stays untyped JSON, so that an update writes unknown settings back unchanged and \
                 one unusual collection does not fail the list of all",
        since: (1, 24),
        apply: whole_collections,
    },
    Fixup {
        name: "metadata-by-field",
        kind: Kind::Choice,
        reason: "the metadata of a server stays untyped JSON, because a single field of another type must not make the \
                 server unusable",
        since: (1, 24),
        apply: metadata_by_field,
    },
];

fn json_only(document: &mut Value) -> usize {
    fn keep_json(holder: &mut Value) -> usize {
        let Some(content) = holder.get_mut("content").and_then(Value::as_object_mut) else {
            return 0;
        };
        if content.len() < 2 || !content.contains_key("application/json") {
            return 0;
        }
        content.retain(|media, _| media == "application/json");
        1
    }
    let mut places = 0;
    each_operation(document, &mut |_, _, operation| {
        places += operation.get_mut("requestBody").map_or(0, keep_json);
        for (_, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
            places += keep_json(response);
        }
    });
    places
}

fn plain_errors(document: &mut Value) -> usize {
    let mut places = 0;
    each_operation(document, &mut |_, _, operation| {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            let before = responses.len();
            responses.retain(|status, _| status.starts_with('2'));
            places += before - responses.len();
        }
    });
    places
}

/// Extension key that marks a joined list parameter, with its schema. Postprocessing replaces it with
/// the join.
pub const JOINED_LIST: &str = "x-joined-list";

fn joined_lists(document: &mut Value) -> usize {
    fn join(parameter: &mut Value) -> usize {
        let Some(parameter) = parameter.as_object_mut() else {
            return 0;
        };
        if parameter.get("schema").and_then(|schema| schema.get("type")) != Some(&json!("array")) {
            return 0;
        }
        let list = parameter.insert("schema".into(), json!({ "type": "string" }));
        parameter.remove("style");
        parameter.remove("explode");
        parameter.insert(JOINED_LIST.into(), list.into());
        1
    }
    let mut places = 0;
    for parameter in named_mut(document, "parameters") {
        places += join(parameter);
    }
    each_operation(document, &mut |_, _, operation| {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            places += join(parameter);
        }
    });
    places
}

fn remove_keys(document: &mut Value, keys: &[&str]) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        for key in keys {
            places += usize::from(schema.remove(*key).is_some());
        }
    });
    places
}

fn no_defaults(document: &mut Value) -> usize {
    remove_keys(document, &["default"])
}

fn no_bounds(document: &mut Value) -> usize {
    let bounds = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "pattern",
    ];
    remove_keys(document, &bounds)
}

fn plain_strings(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        if schema.get("type") == Some(&json!("string")) {
            places += usize::from(schema.remove("format").is_some());
        }
    });
    places
}

const COLLECTIONS: [&str; 2] = ["Class", "Property"];

const METADATA: &str = "Meta";

/// Definitions that stay untyped JSON. A name that is not in the contract is skipped.
pub const OPAQUE: [&str; 3] = [COLLECTIONS[0], COLLECTIONS[1], METADATA];

fn whole_collections(document: &mut Value) -> usize {
    leave_untyped(document, &COLLECTIONS)
}

fn metadata_by_field(document: &mut Value) -> usize {
    leave_untyped(document, &[METADATA])
}

fn leave_untyped(document: &mut Value, names: &[&str]) -> usize {
    let mut places = 0;
    for name in names {
        let pointer = format!("/components/schemas/{name}");
        let Some(schema) = document.pointer_mut(&pointer).filter(|schema| schema.get("properties").is_some()) else {
            continue;
        };
        *schema = json!({});
        places += 1;
    }
    places
}
