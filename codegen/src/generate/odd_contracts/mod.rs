//! Table of odd contracts: each generates code that compiles, or is refused with an error that names
//! the place and the way out.

mod compile;
mod definitions;
mod operations;
mod protos;

use serde_json::{Map, Value, json};

use super::completeness::{self, Skipped};
use super::docs::Docs;
use super::output::FileSet;
use super::{Metadata, Sources, build_corrected, grpc, rest, tests};
use crate::fixups;
use crate::sync::history::History;

/// Expected result of a generation.
enum Expected {
    /// The generated code compiles, and one of its files contains each of the texts.
    Compiles(&'static [&'static str]),
    /// The generation fails, and its error contains all of the texts.
    Refused(&'static [&'static str]),
}

use Expected::{Compiles, Refused};

/// Odd contract.
struct Case {
    /// Name of the case, and of its module when it is compiled.
    name: &'static str,
    contract: Value,
    proto: String,
    expected: Expected,
}

const PROTO: &str = "service Tiny { rpc Find(Request) returns (Reply) {} } message Request {} message Reply {}";

fn contract(paths: &Value, definitions: &Value) -> Value {
    json!({
        "openapi": "3.0.3", "info": { "title": "Odd", "version": "1.39.0" },
        "paths": paths, "components": { "schemas": definitions },
    })
}

/// Returns a case with the definitions, and an operation that sends and returns each.
fn definitions(name: &'static str, definitions: &Value, expected: Expected) -> Case {
    let mut paths = Map::new();
    for (index, definition) in definitions.as_object().into_iter().flatten().map(|(name, _)| name).enumerate() {
        let reference = format!("#/components/schemas/{}", definition.replace('~', "~0").replace('/', "~1"));
        let content = json!({ "application/json": { "schema": { "$ref": reference } } });
        let operation = json!({
            "operationId": format!("call.number{index}"), "tags": ["call"],
            "requestBody": { "required": true, "content": content },
            "responses": { "200": { "description": "", "content": content } },
        });
        paths.insert(format!("/v1/call/{index}"), json!({ "post": operation }));
    }
    Case { name, contract: contract(&Value::Object(paths), definitions), proto: PROTO.to_owned(), expected }
}

/// Returns a case with the definition `Thing`, which has the property `odd`.
fn property(name: &'static str, schema: &Value, expected: Expected) -> Case {
    definitions(name, &json!({ "Thing": { "type": "object", "properties": { "odd": schema } } }), expected)
}

/// Returns a case with the paths, and a definition `Thing`.
fn paths(name: &'static str, paths: &Value, expected: Expected) -> Case {
    let thing = json!({ "Thing": { "type": "object", "properties": { "name": { "type": "string" } } } });
    Case { name, contract: contract(paths, &thing), proto: PROTO.to_owned(), expected }
}

/// Returns a case with the items in a proto file beside a service.
fn proto(name: &'static str, items: &str, expected: Expected) -> Case {
    Case { name, contract: contract(&json!({}), &json!({})), proto: format!("{PROTO}\n{items}"), expected }
}

fn generate(case: &Case) -> anyhow::Result<FileSet> {
    let history = json!({ "covers": ["1.23.0", "1.39.0"], "newest": {}, "releases": 2, "items": {} });
    let sources = Sources {
        contract: case.contract.clone(),
        descriptors: tests::protos(&format!("syntax = \"proto3\"; package odd.v1;\n{}", case.proto))?,
        history: History::parse(&history.to_string())?,
        behaviours: toml::from_str("oldest = '1.27.0'\n[features]")?,
        preview: None,
    };
    let mut corrected = case.contract.clone();
    // The release is older than any fixup, so that fixups may change nothing.
    let applied = fixups::apply(&mut corrected, "1.0.0")?;
    Ok(build_corrected(&sources, &corrected, &applied, &mut Docs::default())?.files)
}

/// Returns what is not as expected. A package that has to compile is added to the list.
fn faults(case: &Case, packages: &mut Vec<(&'static str, FileSet)>) -> Vec<String> {
    let lacks = |text: &str, parts: &[&str]| -> Vec<String> {
        let squeezed = squeeze(text);
        let lacking = parts.iter().filter(|part| !squeezed.contains(&squeeze(part)));
        lacking.map(|part| format!("{}: `{part}` is not in {text}", case.name)).collect()
    };
    match (generate(case).map_err(|error| format!("{error:#}")), &case.expected) {
        (Ok(files), Compiles(parts)) => {
            let rest: Vec<&str> =
                files.iter().filter(|(path, _)| !path.contains("support")).map(|(_, body)| body).collect();
            let found = lacks(&rest.join("\n"), parts);
            packages.push((case.name, files));
            found
        }
        (Err(error), Refused(parts)) => lacks(&error, parts),
        (Err(error), Compiles(_)) => vec![format!("{}: {error}", case.name)],
        (Ok(_), Refused(_)) => vec![format!("{} is not refused", case.name)],
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_odd_contract_compiles_or_is_refused_with_its_place_and_the_way_out() -> anyhow::Result<()> {
    let mut packages = Vec::new();
    let cases: Vec<Case> = [operations::cases(), definitions::cases(), protos::cases()].into_iter().flatten().collect();
    let faults: Vec<String> = cases.iter().flat_map(|case| faults(case, &mut packages)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    compile::check(&packages)
}

#[test]
fn one_of_two_definitions_that_fold_can_be_dropped_and_skipped() -> anyhow::Result<()> {
    let kept = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let dropped = json!({ "type": "object", "properties": { "b": { "type": "string" } } });
    let contract = contract(&json!({}), &json!({ "FooBar": kept, "foo-bar": dropped }));
    let mut corrected = contract.clone();
    corrected["components"]["schemas"] = json!({ "FooBar": kept });
    let (mut docs, mut files) = (Docs::default(), FileSet::default());
    let descriptors = tests::protos(&format!("syntax = \"proto3\"; package odd.v1;\n{PROTO}"))?;
    let rest = rest::emit(&corrected, &Metadata::read(&corrected)?, &mut docs, &mut files)?;
    let grpc = grpc::emit(&descriptors, &mut docs, &mut files)?;
    let check = |skipped: &[Skipped]| completeness::check(&contract, &descriptors, &rest, &grpc, skipped);
    assert!(check(&[]).is_err_and(|error| error.to_string().contains("foo-bar.b")));
    let counts = check(&[Skipped { name: "foo-bar", reason: "a test" }])?;
    assert_eq!((counts.definitions, counts.skipped), (1, 1));
    Ok(())
}
