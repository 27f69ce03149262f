//! Odd definitions and properties.

use serde_json::{Value, json};

use super::{Case, Compiles, Refused, definitions, property};

fn text() -> Value {
    json!({ "type": "string" })
}

fn object(properties: &Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn strings(values: &Value) -> Value {
    json!({ "type": "string", "enum": values })
}

pub(super) fn cases() -> Vec<Case> {
    [deprecations(), names(), types(), enums(), references(), parts()].into_iter().flatten().collect()
}

const THING: &str = "openapi.json#/components/schemas/Thing/properties";
const ODD: &str = "openapi.json#/components/schemas/Thing/properties/odd";
const OPAQUE: &str = "leave the definition untyped, as `Meta` is (`OPAQUE` in codegen/src/fixups/choices.rs)";
const ANY_JSON: &str = "replace the schema by `{}`, which is any JSON, in a fixup";

fn deprecations() -> Vec<Case> {
    let old = |name: &str| object(&json!({ name: { "type": "string", "deprecated": true } }));
    vec![definitions(
        "deprecated_fields_of_merged_and_inner_types",
        &json!({
            "Base": old("oldBase"),
            "Merged": { "allOf": [reference("Base"), old("oldPart"), { "allOf": [old("oldDeep")] }] },
            "Inner": object(&json!({
                "plain": old("oldInner"),
                "list": { "type": "array", "items": old("oldItem") },
                "map": { "type": "object", "additionalProperties": old("oldValue") },
                "again": { "allOf": [reference("Inner")], "nullable": true },
                "merged": { "allOf": [reference("Base"), old("oldOwn")] },
            })),
            "List": { "type": "array", "items": old("oldOfList") },
        }),
        Compiles(&[
            "pub struct Merged { #[deprecated] #[serde(rename = \"oldBase\"",
            "#[deprecated] #[serde(rename = \"oldPart\"",
            "#[deprecated] #[serde(rename = \"oldDeep\"",
            "#[deprecated] #[serde(rename = \"oldInner\"",
            "#[deprecated] #[serde(rename = \"oldItem\"",
            "#[deprecated] #[serde(rename = \"oldValue\"",
            "pub struct InnerMerged { #[deprecated] #[serde(rename = \"oldBase\"",
            "#[deprecated] #[serde(rename = \"oldOwn\"",
            "#[deprecated] #[serde(rename = \"oldOfList\"",
        ]),
    )]
}

fn names() -> Vec<Case> {
    let keywords = ["self", "crate", "async", "type", "gen", "", "1st", "größe", "a b", "日本", "+1"];
    let keywords: serde_json::Map<String, Value> = keywords.into_iter().map(|name| (name.into(), text())).collect();
    vec![
        definitions(
            "properties_that_fold",
            &json!({ "Thing": object(&json!({ "fooBar": text(), "foo_bar": text() })) }),
            Refused(&[
                THING,
                "/foo_bar: `foo_bar` and `fooBar` (",
                "/fooBar) would both be the field `foo_bar`",
                OPAQUE,
            ]),
        ),
        definitions(
            "a_keyword_and_its_escaped_form",
            &json!({ "Thing": object(&json!({ "type": text(), "type_": text() })) }),
            Refused(&[THING, "`type_` and `type` (", "/type) would both be the field `type_`", OPAQUE]),
        ),
        property(
            "properties_of_an_inner_object",
            &json!({ "type": "array", "items": object(&json!({ "a-b": text(), "a.b": text() })) }),
            Refused(&[ODD, "/items/properties/a.b: `a.b` and `a-b` (", "would both be the field `a_b`", OPAQUE]),
        ),
        definitions(
            "properties_of_merged_parts",
            &json!({
                "Part": object(&json!({ "fooBar": text() })),
                "Thing": { "allOf": [reference("Part"), object(&json!({ "foo_bar": text() }))] },
            }),
            Refused(&["/Thing/allOf/1/properties/foo_bar", "#/components/schemas/Part/properties/fooBar", OPAQUE]),
        ),
        property(
            "a_property_called_extra",
            &json!({ "type": "object", "properties": { "extra": text() }, "additionalProperties": text() }),
            Refused(&[ODD, "/properties/extra: `extra` and `additionalProperties` (", OPAQUE]),
        ),
        property("odd_property_names", &object(&Value::Object(keywords)), Compiles(&["pub self_: Option<String>"])),
        definitions(
            "definitions_that_fold",
            &json!({ "foo-bar": object(&json!({ "a": text() })), "FooBar": object(&json!({ "b": text() })) }),
            Refused(&[
                "schemas/FooBar: `FooBar` and `foo-bar` (openapi.json#/components/schemas/foo-bar)",
                "`SKIPPED`",
            ]),
        ),
        definitions(
            "a_definition_without_a_name",
            &json!({ "-": object(&json!({ "a": text() })) }),
            Refused(&["openapi.json#/components/schemas/-: the name has no letter or digit", "in a fixup"]),
        ),
        definitions(
            "names_of_the_standard_library",
            &json!({
                "Option": object(&json!({ "a": text() })), "Vec": object(&json!({ "a": reference("Option") })),
                "String": object(&json!({ "a": text() })), "Value": object(&json!({ "a": {} })),
                "Box": object(&json!({ "next": reference("Box") })), "Result": strings(&json!(["a"])),
                "From": strings(&json!(["a"])), "Map": object(&json!({ "a": {} })), "None": text(), "Ok": text(),
                "BTreeMap": { "type": "object", "additionalProperties": text() }, "Self": object(&json!({ "a": text() })),
                "Deserialize": object(&json!({ "a": text() })), "Clone": object(&json!({ "a": text() })),
                "EncodedJson": object(&json!({})), "Client": text(), "Error": text(), "Reply": text(), "str": text(),
            }),
            Compiles(&["pub struct Option_ {", "pub a: Option<Option_>", "open_enum! { Result_ {"]),
        ),
        definitions(
            "odd_definition_names",
            &json!({
                "1st": object(&json!({ "a": text() })), "a.b/c~d": object(&json!({ "a": text() })),
                "对象": object(&json!({ "a": text() })), "事物": object(&json!({ "a": text() })),
                "L".repeat(300): object(&json!({ "p".repeat(300): strings(&json!(["v".repeat(300)])) })),
            }),
            Compiles(&["pub struct X1st {", "pub struct 对象 {"]),
        ),
        definitions(
            "inner_types_called_like_definitions",
            &json!({
                "ThingState": object(&json!({ "b": text() })), "ThingKind": strings(&json!(["A"])),
                "Thing": object(&json!({
                    "state": object(&json!({ "a": text() })), "kind": strings(&json!(["B"])),
                    "aB": object(&json!({ "c": object(&json!({ "y": text() })) })),
                    "a": object(&json!({ "bC": object(&json!({ "x": text() })) })),
                })),
            }),
            Refused(&[
                "Thing/properties/state: the type would be named `ThingState`, as that of \
                 openapi.json#/components/schemas/ThingState",
                "Thing/properties/kind: the type would be named `ThingKind`",
                "Thing/properties/a/properties/bC: the type would be named `ThingABC`, as that of \
                 openapi.json#/components/schemas/Thing/properties/aB/properties/c",
                OPAQUE,
            ]),
        ),
        definitions(
            "an_inner_type_equal_to_a_definition",
            &json!({
                "ThingState": strings(&json!(["A", "B"])), "Thing": object(&json!({ "state": strings(&json!(["A", "B"])) })),
            }),
            Refused(&["Thing/properties/state: the type would be named `ThingState`", OPAQUE]),
        ),
    ]
}

fn types() -> Vec<Case> {
    let refused = [
        ("null", json!({ "type": "null" }), "the type \"null\" is not one of OpenAPI 3.0"),
        (
            "two_types",
            json!({ "type": ["string", "null"] }),
            "the type [\"string\",\"null\"] is not one of OpenAPI 3.0",
        ),
        ("file", json!({ "type": "file" }), "the type \"file\" is not one of OpenAPI 3.0"),
        ("not_a_schema", json!("string"), "the schema is \"string\", not an object"),
        ("all_of_nothing", json!({ "allOf": [] }), "`allOf` has no parts"),
        ("one_of_nothing", json!({ "oneOf": [] }), "`oneOf` has no generated type"),
        ("any_of", json!({ "anyOf": [text(), { "type": "integer" }] }), "`anyOf` has no generated type"),
        ("not", json!({ "not": text() }), "`not` has no generated type"),
    ];
    let refused = refused.into_iter().map(|(name, schema, what)| {
        let what: &'static str = what;
        property(name, &schema, Refused(Vec::leak(vec![ODD, what, ANY_JSON])))
    });
    let compiled = [
        property(
            "no_type",
            &object(&json!({
                "nothing": {}, "null": { "nullable": true }, "old": { "deprecated": true }, "odd": { "format": "mystery" },
                "number": { "format": "int64" }, "told": { "description": "*/ \"# \\", "title": "Told", "default": 1 },
                "list": { "type": "array" }, "items": { "type": "array", "items": {} },
                "map": { "type": "object", "additionalProperties": {} }, "read": { "readOnly": true },
            })),
            Compiles(&["pub nothing: Option<Value>", "pub odd: Option<Value>", "pub list: Option<Vec<Value>>"]),
        ),
        definitions(
            "definitions_without_a_type",
            &json!({ "Thing": {}, "Other": { "nullable": true }, "Third": { "format": "x" } }),
            Compiles(&["pub struct Thing(pub Value);"]),
        ),
        property(
            "formats",
            &object(&json!({
                "a": { "type": "integer", "format": "int8" }, "b": { "type": "integer", "format": "uint64" },
                "c": { "type": "number", "format": "float" }, "d": { "type": "string", "format": "date-time" },
                "e": { "type": "string", "format": "byte" }, "f": { "type": "string", "format": "uuid" },
                "g": { "type": "integer", "format": "mystery" }, "h": { "type": "number", "format": "mystery" },
                "i": { "type": "string", "format": "binary" }, "j": { "type": "number", "format": "uint8" },
                "k": { "type": "string", "pattern": "^[" }, "l": { "type": "integer", "minimum": 1, "default": 7 },
                "m": { "type": "array", "items": text(), "default": ["a"] }, "n": { "type": "string", "default": 1 },
            })),
            Compiles(&["pub b: Option<u64>", "pub d: Option<String>"]),
        ),
        property(
            "maps_and_objects",
            &object(&json!({
                "a": { "type": "object", "additionalProperties": true }, "c": { "type": "object", "properties": {} },
                "b": { "type": "object", "additionalProperties": false }, "d": { "type": "object" },
                "e": { "type": "object", "additionalProperties": { "type": "array", "items": text() } },
                "f": { "type": "object", "properties": { "a": text() }, "additionalProperties": { "type": "integer" } },
                "g": { "type": "object", "properties": { "a": text() }, "additionalProperties": false },
                "h": { "type": "object", "required": ["a"] }, "i": { "type": "string", "properties": { "a": text() } },
                "j": { "type": "object", "title": "Thing", "properties": { "a": text() } },
                "k": { "allOf": [object(&json!({ "a": text() })), object(&json!({ "b": text() }))] },
            })),
            Compiles(&["pub a: Option<Map<String, Value>>"]),
        ),
    ];
    refused.chain(compiled).collect()
}

fn enums() -> Vec<Case> {
    vec![
        property(
            "values_that_differ_in_case",
            &strings(&json!(["HOT", "hot", "Cold", ""])),
            Compiles(&["HOT = \"HOT\", hot = \"hot\", Cold = \"Cold\", X = \"\","]),
        ),
        property(
            "values_that_differ_in_punctuation",
            &strings(&json!([
                "a-b", "a_b", "1.0", "-", "größe", "+1", "self", "Unknown", "ab", "\"#", "*/", "\\", "\n", "ab"
            ])),
            Compiles(&["a_2d_b = \"a-b\", a_5f_b = \"a_b\", X10 = \"1.0\",", "Unknown_ = \"Unknown\"", "Ab = \"ab\""]),
        ),
        property(
            "enums_that_are_not_of_strings",
            &object(&json!({
                "a": { "type": "integer", "enum": [1, 2] }, "b": { "type": "number", "enum": [1.5] },
                "c": { "type": "boolean", "enum": [true] }, "d": strings(&json!([])), "e": { "enum": [1, "a"] },
            })),
            Compiles(&["pub a: Option<i64>", "pub d: Option<String>", "pub e: Option<Value>"]),
        ),
        property(
            "enums_with_null_or_without_type",
            &object(&json!({
                "a": { "type": "string", "nullable": true, "enum": ["a", null] }, "b": strings(&json!(["a", null])),
                "c": { "enum": ["a", "A"] },
            })),
            Compiles(&["pub a: Option<ThingOddA>", "pub c: Option<ThingOddC>"]),
        ),
    ]
}

fn references() -> Vec<Case> {
    vec![
        property(
            "a_missing_definition",
            &reference("Gone"),
            Refused(&[ODD, "`$ref` is \"#/components/schemas/Gone\", which does not exist", ANY_JSON]),
        ),
        property(
            "another_document",
            &json!({ "$ref": "other.json#/Thing" }),
            Refused(&[ODD, "which is not a definition of this contract", ANY_JSON]),
        ),
        definitions(
            "definitions_that_are_only_names",
            &json!({
                "A": reference("B"), "B": { "allOf": [reference("A")] },
                "C": reference("D"), "D": reference("C"), "E": { "allOf": [reference("C"), reference("Gone")] },
            }),
            Refused(&["openapi.json#/components/schemas/A: the definition is made of itself", ANY_JSON]),
        ),
        definitions(
            "definitions_that_are_parts_of_each_other",
            &json!({
                "A": { "allOf": [reference("A"), object(&json!({ "a": text() }))] },
                "B": { "allOf": [reference("C"), object(&json!({ "b": text() }))] },
                "C": { "allOf": [{ "allOf": [reference("B")] }, object(&json!({ "c": text() }))] },
            }),
            Refused(&[
                "openapi.json#/components/schemas/A: the definition is made of itself",
                "openapi.json#/components/schemas/B: the definition is made of itself",
                "openapi.json#/components/schemas/C: the definition is made of itself",
                ANY_JSON,
            ]),
        ),
        definitions(
            "recursive_definitions",
            &json!({
                "Thing": { "type": "object", "required": ["next"], "properties": {
                    "next": reference("Thing"), "all": { "type": "array", "items": reference("Thing") },
                    "map": { "type": "object", "additionalProperties": reference("Thing") }, "other": reference("Other"),
                } },
                "Other": { "type": "object", "required": ["thing"], "properties": { "thing": reference("Thing") } },
                "List": { "type": "array", "items": reference("List") }, "Alias": reference("Thing"),
            }),
            Compiles(&["pub next: Option<::std::boxed::Box<Thing>>"]),
        ),
        property(
            "keywords_beside_a_reference",
            &json!({ "$ref": "#/components/schemas/Thing", "description": "d", "nullable": true }),
            Compiles(&[]),
        ),
    ]
}

const CONTRADICTION: &str = "correct one of them or replace the schema by `{}`, which is any JSON, in a fixup";

/// If no value fits all parts, typify would make a type without values, so the contract is refused.
fn parts() -> Vec<Case> {
    let all = |parts: &Value| json!({ "allOf": parts });
    let inner = |schema: &Value| object(&json!({ "a": { "type": "array", "items": schema } }));
    let refused = [
        (
            "parts_of_two_types",
            json!([text(), { "type": "integer" }]),
            "odd/allOf/1: the type is \"integer\", not the \"string\" of openapi.json#/components/schemas/Thing/properties/\
             odd/allOf/0, and `allOf` asks for both",
        ),
        (
            "a_property_of_two_types",
            json!([object(&json!({ "a": text() })), object(&json!({ "a": { "type": "boolean" } }))]),
            "odd/allOf/1/properties/a: the type is \"boolean\", not the \"string\" of",
        ),
        (
            "a_property_of_two_formats",
            json!([
                inner(&json!({ "type": "integer", "format": "int32" })),
                inner(&json!({ "type": "integer", "format": "int64" }))
            ]),
            "odd/allOf/1/properties/a/items: the format is \"int64\", not the \"int32\" of",
        ),
        (
            "a_property_with_other_values",
            json!([
                object(&json!({ "a": strings(&json!(["x", "y"])) })),
                all(&json!([object(&json!({ "a": strings(&json!(["z"])) }))]))
            ]),
            "odd/allOf/1/allOf/0/properties/a: the values of `enum` are none of those of",
        ),
        (
            "a_property_that_another_part_forbids",
            json!([{ "type": "object", "additionalProperties": false }, object(&json!({ "a": text() }))]),
            "odd/allOf/1/properties/a: the property is forbidden by openapi.json#/components/schemas/Thing/properties/odd/\
             allOf/0/additionalProperties",
        ),
        (
            "a_property_that_is_not_like_the_others",
            json!([{ "type": "object", "additionalProperties": { "type": "integer" } }, object(&json!({ "a": text() }))]),
            "odd/allOf/1/properties/a: the type is \"string\", not the \"integer\" of",
        ),
    ];
    let refused = refused.into_iter().map(|(name, parts, what)| {
        let what: &'static str = what;
        property(
            name,
            &all(&parts),
            Refused(Vec::leak(vec!["openapi.json#/components/schemas/Thing/", what, CONTRADICTION])),
        )
    });
    let others = [
        definitions(
            "definitions_with_a_property_of_two_types",
            &json!({
                "One": object(&json!({ "name": text(), "next": reference("One") })),
                "Two": object(&json!({ "name": { "type": "number" }, "next": reference("Two") })),
                "Thing": all(&json!([reference("One"), reference("Two")])),
            }),
            Refused(&[
                "openapi.json#/components/schemas/Two/properties/name: the type is \"number\", not the \"string\" of \
                 openapi.json#/components/schemas/One/properties/name",
                CONTRADICTION,
            ]),
        ),
        definitions(
            "definitions_with_a_property_that_agrees",
            &json!({
                "Kind": strings(&json!(["a", "b"])),
                "One": object(&json!({ "name": text(), "kind": reference("Kind"), "next": reference("Kind"), "size": { "type": "integer" } })),
                "Two": object(&json!({
                    "name": { "type": "string", "nullable": true, "maxLength": 9 }, "kind": strings(&json!(["b", "c"])),
                    "next": reference("Kind"), "size": { "minimum": 1 },
                })),
                "Thing": all(&json!([reference("One"), reference("Two"), object(&json!({ "name": { "minLength": 1 } }))])),
            }),
            Compiles(&["pub name: Option<String>", "pub next: Option<Kind>"]),
        ),
    ];
    refused.chain(others).collect()
}
