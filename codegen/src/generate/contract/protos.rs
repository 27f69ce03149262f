//! Names in the proto files that would become one Rust name, and what the generated code cannot hold.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto,
};

use super::Problems;
use super::names::is_identifier;
use crate::generate::grpc::{folded, stub_modules};
use crate::generate::inventory::is_map_entry;
use crate::generate::{field_numbers, replies};

/// Methods of every generated stub.
const METHODS: [&str; 7] = [
    "new",
    "with_interceptor",
    "with_origin",
    "send_compressed",
    "accept_compressed",
    "max_decoding_message_size",
    "max_encoding_message_size",
];

const RENAME: &str = "rename one in the descriptors (`edited` in codegen/src/generate/grpc.rs); only numbers are sent";
const RENAME_TYPE: &str =
    "rename one and its uses in the descriptors (`edited` in codegen/src/generate/grpc.rs); only numbers are sent";
const WIRE: &str = "ask upstream for another name: names of services and RPCs are sent";

/// Names of one scope, each with its symbol.
#[derive(Default)]
struct Scope(BTreeMap<String, String>);

impl Scope {
    fn add(&mut self, rust: String, symbol: String, way_out: &str, problems: &mut Problems) {
        if let Some(other) = self.0.get(&rust) {
            problems.add(&symbol, format!("`{symbol}` and `{other}` would both be `{rust}` in Rust"), way_out);
        } else {
            self.0.insert(rust, symbol);
        }
    }
}

/// Checks all files but those of Google.
///
/// # Errors
///
/// Fails with all faults, each with its symbols and the way out.
pub fn check(descriptors: &FileDescriptorSet) -> anyhow::Result<()> {
    let mut problems = Problems::default();
    let mut own: BTreeSet<String> = stub_modules(descriptors);
    own.extend([replies::MODULE, field_numbers::MODULE].map(str::to_owned));
    let mut package = None;
    let (mut types, mut services) = (Scope::default(), Scope::default());
    for file in descriptors.file.iter().filter(|file| !file.name().starts_with("google/")) {
        let (other, first) = *package.get_or_insert((file.package(), file.name()));
        if other != file.package() {
            let what = format!("the package is `{}`, but that of {first} is `{other}`", file.package());
            problems.add(file.name(), what, "code is generated for one package: leave the other out of specs/proto");
        }
        for message in &file.message_type {
            types.add(folded(message.name()), message.name().to_owned(), RENAME_TYPE, &mut problems);
            check_message("", message, &mut problems);
            let module = snake(message.name());
            if own.contains(&module) && has_module(message) {
                let what =
                    format!("the types in it would be in the module `{module}`, which the generator writes itself");
                problems.add(message.name(), what, RENAME_TYPE);
            }
        }
        for values in &file.enum_type {
            types.add(folded(values.name()), values.name().to_owned(), RENAME_TYPE, &mut problems);
            check_enum("", values, &mut problems);
        }
        for service in &file.service {
            services.add(folded(service.name()), service.name().to_owned(), WIRE, &mut problems);
            check_service(service, &mut problems);
        }
    }
    problems.result()
}

/// Whether prost makes a module for what is in the message.
pub fn has_module(message: &DescriptorProto) -> bool {
    let nested = message.nested_type.iter().any(|nested| !is_map_entry(nested));
    nested || !message.enum_type.is_empty() || oneofs(message).next().is_some()
}

/// Returns the oneofs that are written as such, with their indices.
fn oneofs(message: &DescriptorProto) -> impl Iterator<Item = (i32, &str)> {
    let synthetic =
        |index: i32| message.field.iter().any(|field| field.proto3_optional() && field.oneof_index == Some(index));
    (0..)
        .zip(&message.oneof_decl)
        .filter(move |(index, _)| !synthetic(*index))
        .map(|(index, oneof)| (index, oneof.name()))
}

fn check_message(scope: &str, message: &DescriptorProto, problems: &mut Problems) {
    let name = format!("{scope}{}", message.name());
    let symbol = |part: &str| format!("{name}.{part}");
    let mut fields = Scope::default();
    for (index, oneof) in oneofs(message) {
        fields.add(snake(oneof), symbol(oneof), RENAME, problems);
        let mut variants = Scope::default();
        for field in message.field.iter().filter(|field| field.oneof_index == Some(index)) {
            variants.add(camel(field.name()), symbol(field.name()), RENAME, problems);
        }
    }
    for field in message.field.iter().filter(|field| field.oneof_index.is_none() || field.proto3_optional()) {
        fields.add(snake(field.name()), symbol(field.name()), RENAME, problems);
    }
    let (mut types, mut modules) = (Scope::default(), Scope::default());
    for nested in message.nested_type.iter().filter(|nested| !is_map_entry(nested)) {
        types.add(folded(nested.name()), symbol(nested.name()), RENAME_TYPE, problems);
        if has_module(nested) {
            modules.add(snake(nested.name()), symbol(nested.name()), RENAME_TYPE, problems);
        }
        check_message(&format!("{name}."), nested, problems);
    }
    for values in &message.enum_type {
        types.add(folded(values.name()), symbol(values.name()), RENAME_TYPE, problems);
        check_enum(&format!("{name}."), values, problems);
    }
}

fn check_enum(scope: &str, values: &EnumDescriptorProto, problems: &mut Problems) {
    let prefix = values.name().to_upper_camel_case();
    let mut numbers = Vec::new();
    let mut variants = Scope::default();
    for value in &values.value {
        // prost drops an alias.
        if numbers.contains(&value.number()) {
            continue;
        }
        numbers.push(value.number());
        let whole = value.name().to_upper_camel_case();
        let short = whole.strip_prefix(&prefix).filter(|short| short.starts_with(char::is_uppercase)).unwrap_or(&whole);
        let symbol = format!("{scope}{}.{}", values.name(), value.name());
        variants.add(identifier(short.to_owned()), symbol, RENAME, problems);
    }
}

fn check_service(service: &ServiceDescriptorProto, problems: &mut Problems) {
    let mut methods = Scope::default();
    for method in &service.method {
        let symbol = format!("{}.{}", service.name(), method.name());
        let rust = snake(method.name());
        if METHODS.contains(&rust.as_str()) {
            problems.add(&symbol, format!("`{rust}` is a method that every stub has"), WIRE);
        }
        for kind in [MethodDescriptorProto::input_type, MethodDescriptorProto::output_type].map(|of| of(method)) {
            if kind.starts_with(".google.") {
                problems.add(
                    &symbol,
                    format!("{} is not a message of the contract", kind.trim_start_matches('.')),
                    "replace it by an own message in the descriptors (`edited` in codegen/src/generate/grpc.rs)",
                );
            }
        }
        methods.add(rust, symbol, WIRE, problems);
    }
}

/// Returns the name of a field, method or module, as prost forms it.
pub fn snake(name: &str) -> String {
    identifier(name.to_snake_case())
}

fn camel(name: &str) -> String {
    identifier(name.to_upper_camel_case())
}

fn identifier(name: String) -> String {
    match name.as_str() {
        "_" | "super" | "self" | "Self" | "extern" | "crate" => format!("{name}_"),
        _ if name.starts_with(|first: char| first.is_numeric()) => format!("_{name}"),
        _ if is_identifier(&name) => name,
        _ => format!("r#{name}"),
    }
}
