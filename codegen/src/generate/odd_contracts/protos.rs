//! Odd proto files.

use super::{Case, Compiles, Refused, proto};

const EDIT: &str = "in the descriptors (`edited` in codegen/src/generate/grpc.rs); only numbers are sent";
const WIRE: &str = "ask upstream for another name: names of services and RPCs are sent";
const PROTOC: &str = "protoc refuses the file as well, so correct it upstream";

pub(super) fn cases() -> Vec<Case> {
    [messages(), enums(), services()].into_iter().flatten().collect()
}

fn messages() -> Vec<Case> {
    let fold = "message M { string foo_bar = 1; string fooBar = 2; }";
    let self_ = "message M { string self = 1; string self_ = 2; }";
    let oneof = "message M { oneof kind { string foo_bar = 1; string foo__bar = 2; } }";
    let nested = "message M { message FooBar { string a = 1; } message foo_bar { string a = 1; } }";
    vec![
        proto("fields_that_fold", fold, Refused(&["tiny.proto", "field 'foo_bar' conflicts with field 'fooBar'", PROTOC])),
        proto("a_keyword_field_and_its_escape", self_, Refused(&["tiny.proto", "'self' conflicts with field 'self_'", PROTOC])),
        proto("variants_that_fold", oneof, Refused(&["tiny.proto", "'foo_bar' conflicts with field 'foo__bar'", PROTOC])),
        proto(
            "a_oneof_and_a_field",
            "message M { oneof foo_kind { string a = 1; } string FooKind = 2; }",
            Refused(&["`M.FooKind` and `M.foo_kind` would both be `foo_kind` in Rust", "rename one", EDIT]),
        ),
        proto("messages_that_fold", "message FooBar {} message Foo_Bar {}", Refused(&["`Foo_Bar` and `FooBar`", EDIT])),
        proto("a_message_and_an_enum", "message FooBar {} enum foo_bar { A = 0; }", Refused(&["`foo_bar` and `FooBar`", EDIT])),
        proto("nested_messages_that_fold", nested, Refused(&["`M.foo_bar` and `M.FooBar`", "rename one and its uses", EDIT])),
        proto(
            "modules_of_the_generator",
            "message TinyClient { message A {} A a = 1; } message FieldNumber { oneof a { string b = 1; } }",
            Refused(&["TinyClient: the types in it would be in the module `tiny_client`", "`field_number`", EDIT]),
        ),
        proto("a_group", "message M { optional group Foo = 1 { string a = 1; } }", Refused(&["tiny.proto", "groups", PROTOC])),
        proto("an_odd_letter", "message Größe {}", Refused(&["tiny.proto", PROTOC])),
        proto(
            "names_of_the_standard_library_in_protos",
            "message Option { Vec a = 1; } message Vec { repeated String b = 1; optional Box c = 2; } message Ok {}
             message String { string a = 1; } message Box { Box next = 1; Result r = 2; } message Default {}
             message Result { int32 a = 1; bytes b = 2; oneof c { string d = 3; } } message Some {} message None {}",
            Compiles(&["pub struct Option {"]),
        ),
        proto(
            "keyword_fields",
            "message M { string self = 1; string crate = 2; string type = 3; string async = 4; string super = 5;
             string gen = 6; string extern = 7; string Self2 = 8; oneof match { string some = 9; string none = 10; M box = 11; } }",
            Compiles(&["pub self_: ::prost::alloc::string::String", "pub r#type: "]),
        ),
        proto(
            "keyword_messages",
            "message Type { message Async { string a = 1; } Async a = 1; enum Self { A = 0; } Self b = 2; }
             message foo_client { message A {} A a = 1; } message foo { message Bar {} Bar b = 1; } message M { Type.Async a = 1; }",
            Compiles(&["pub mod r#type {", "pub mod foo_client {"]),
        ),
        proto(
            "a_message_called_like_its_file",
            "message Tiny_ { message A { string a = 1; } A a = 1; } message M { Tiny_.A a = 1; }",
            Compiles(&["mod tiny_proto;", "pub mod tiny {"]),
        ),
        proto(
            "a_oneof_called_like_a_nested_message",
            "message M { oneof kind { Kind a = 1; string b = 2; } message Kind { string c = 1; } }
             message N { oneof kind { Kind a = 1; } enum Kind { KIND_A = 0; } } message O { oneof kind { string a = 1; } }",
            Compiles(&[]),
        ),
        proto(
            "nested_messages_of_one_name",
            "message A { message C { string x = 1; } C c = 1; } message B { message C { string y = 1; } C c = 1; }
             message C { A.C a = 1; } message Properties { string foo_bar = 1; message A { string a = 1; } A a = 2; }",
            Compiles(&[]),
        ),
        proto(
            "recursive_messages",
            "message M { M next = 1; oneof kind { M a = 2; N b = 3; } repeated M all = 4; map<string, M> by = 5; }
             message N { optional M m = 1; O o = 2; } message O { N n = 1; reserved 2, 5 to 9; reserved \"a\"; }",
            Compiles(&["pub next: ::core::option::Option<::prost::alloc::boxed::Box<M>>"]),
        ),
        proto(
            "comments_and_maps",
            "// */ \"# [`x] <b> \\\nmessage M {\n  //     let x = 1;\n  string a = 1; // ```\n map<int32, bytes> b = 2; map<bool, E> c = 3; }
             enum E { E_A = 0; }",
            Compiles(&[]),
        ),
    ]
}

fn enums() -> Vec<Case> {
    vec![
        proto(
            "values_that_differ_in_their_prefix",
            "enum E { E_A = 0; A = 1; }",
            Refused(&["`E.A` and `E.E_A` would both be `A` in Rust", "rename one", EDIT]),
        ),
        proto(
            "values_of_an_enum_in_a_message",
            "message M { enum E { E_FOO = 0; E_foo = 1; } }",
            Refused(&["M.E.E_foo: `M.E.E_foo` and `M.E.E_FOO` would both be `Foo`", EDIT]),
        ),
        proto("a_keyword_value", "enum E { SELF = 0; E_SELF = 1; }", Refused(&["`E.E_SELF` and `E.SELF`", "`Self_`", EDIT])),
        proto("no_zero", "enum E { E_A = 1; }", Refused(&["tiny.proto", "must be 0", PROTOC])),
        proto("equal_values_in_one_scope", "enum A { X = 0; } enum B { X = 0; }", Refused(&["tiny.proto", "twice", PROTOC])),
        proto(
            "odd_enums",
            "enum E { E_A_B = 0; E_AB = 1; E_1 = 2; E_2A = 3; E_C = -1; E_MAX = 2147483647; reserved 7; }
             enum Alias { option allow_alias = true; ALIAS_A = 0; AA = 0; ALIAS_AA = 1; } enum Option { OPTION_A = 0; }
             message M { Option o = 1; optional Option p = 2; repeated E q = 3; enum E2 { X = 0; } } message N { enum E2 { X = 0; } }",
            Compiles(&["AB = 0,", "Ab = 1,"]),
        ),
    ]
}

fn services() -> Vec<Case> {
    let service = |methods: &str| format!("service S {{ {methods} }}");
    vec![
        proto(
            "rpcs_that_fold",
            &service("rpc FooBar(Request) returns (Reply); rpc foo_bar(Request) returns (Reply);"),
            Refused(&["`S.foo_bar` and `S.FooBar` would both be `foo_bar` in Rust", WIRE]),
        ),
        proto(
            "rpcs_that_stubs_have",
            &service("rpc New(Request) returns (Reply); rpc SendCompressed(Request) returns (Reply);"),
            Refused(&["S.New: `new` is a method that every stub has", "S.SendCompressed", WIRE]),
        ),
        proto("services_that_fold", "service FooBar {} service foo_bar {}", Refused(&["`foo_bar` and `FooBar`", WIRE])),
        proto("a_service_called_like_a_message", "service Request {}", Refused(&["tiny.proto", "defined twice", PROTOC])),
        proto(
            "messages_of_google",
            "import \"google/protobuf/empty.proto\"; service S { rpc A(google.protobuf.Empty) returns (Reply); }",
            Refused(&["S.A: google.protobuf.Empty is not a message of the contract", "in the descriptors"]),
        ),
        proto(
            "odd_rpcs",
            &service(
                "rpc A(stream Request) returns (Reply); rpc B(Request) returns (stream Reply); rpc Type(Request) returns (Reply);
                 rpc C(stream Request) returns (stream Reply); rpc Async(Request) returns (Reply); rpc Connect(Request) returns (Reply);",
            ),
            Compiles(&["pub async fn r#type("]),
        ),
        proto(
            "deprecated_items",
            "message M { option deprecated = true; E a = 1; M b = 2 [deprecated = true]; oneof c { E d = 3; M e = 4; } }
             enum E { option deprecated = true; E_A = 0; E_B = 1 [deprecated = true]; E_C = 2; }
             service S { rpc A(M) returns (M) { option deprecated = true; } rpc B(stream M) returns (M); }",
            Compiles(&["#[deprecated] #[derive(Clone, PartialEq, ::prost::Message)] pub struct M {"]),
        ),
        proto("an_empty_service", "service S {}", Compiles(&["pub struct SClient"])),
    ]
}
