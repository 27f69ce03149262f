//! Visitors over what is set in a request. Only what is worth a look is visited, so that a batch of objects costs next
//! to nothing.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet, OneofDescriptorProto,
};

use super::Table;
use crate::generate::grpc::{Emitted, Rust, folded};
use crate::generate::inventory::is_map_entry;

/// The messages and enums of all files, by their full name without the package.
struct Contract<'a> {
    messages: BTreeMap<String, &'a DescriptorProto>,
    enums: BTreeMap<String, &'a EnumDescriptorProto>,
}

impl<'a> Contract<'a> {
    fn of(descriptors: &'a FileDescriptorSet) -> Self {
        let mut contract = Self { messages: BTreeMap::new(), enums: BTreeMap::new() };
        for file in descriptors.file.iter().filter(|file| !file.name().starts_with("google/")) {
            for message in &file.message_type {
                contract.message("", message);
            }
            for values in &file.enum_type {
                contract.enums.insert(values.name().to_owned(), values);
            }
        }
        contract
    }

    fn message(&mut self, scope: &str, message: &'a DescriptorProto) {
        let name = format!("{scope}{}", message.name());
        let inner = format!("{name}.");
        for nested in &message.nested_type {
            self.message(&inner, nested);
        }
        for values in &message.enum_type {
            self.enums.insert(format!("{inner}{}", values.name()), values);
        }
        self.messages.insert(name, message);
    }

    /// The name under which a field's type is found here. Google's own are not.
    fn named(&self, field: &FieldDescriptorProto) -> Option<String> {
        let parts: Vec<&str> = field.type_name().split('.').collect();
        (0..parts.len())
            .map(|start| parts.get(start..).unwrap_or_default().join("."))
            .find(|name| self.messages.contains_key(name) || self.enums.contains_key(name))
    }

    /// Values of the enum that are worth a look: number and name.
    fn values(&self, table: &Table, name: &str) -> Vec<(i32, String)> {
        let Some(values) = self.enums.get(name) else { return Vec::new() };
        let symbols = values.value.iter().map(|value| (value.number(), format!("{name}.{}", value.name())));
        symbols.filter(|(_, symbol)| table.noteworthy(symbol)).collect()
    }

    /// The messages in which something is worth a look, however deep.
    fn worth_a_visit(&self, table: &Table) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        loop {
            let before = found.len();
            for (name, message) in &self.messages {
                let worth = message.field.iter().any(|field| {
                    let inner = self.inner(field);
                    table.noteworthy(&format!("{name}.{}", field.name()))
                        || self
                            .named(inner)
                            .is_some_and(|kind| found.contains(&kind) || !self.values(table, &kind).is_empty())
                });
                if worth {
                    found.insert(name.clone());
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    /// The field itself, or the value of a map.
    fn inner<'f>(&self, field: &'f FieldDescriptorProto) -> &'f FieldDescriptorProto
    where
        'a: 'f,
    {
        self.map_value(field).unwrap_or(field)
    }

    fn map_value(&self, field: &FieldDescriptorProto) -> Option<&'a FieldDescriptorProto> {
        let entry = self.named(field).and_then(|name| self.messages.get(&name).copied())?;
        is_map_entry(entry).then(|| entry.field.get(1)).flatten()
    }
}

/// The text of `visit.rs`.
pub fn visitors(table: &Table, descriptors: &FileDescriptorSet, grpc: &Emitted) -> anyhow::Result<String> {
    let contract = Contract::of(descriptors);
    let worth = contract.worth_a_visit(table);
    let mut requests = BTreeSet::new();
    for method in descriptors.file.iter().flat_map(|file| &file.service).flat_map(|service| &service.method) {
        let name = method.input_type().rsplit('.').next().unwrap_or_default();
        requests.insert(name.to_owned());
    }
    let mut open: Vec<String> = requests.iter().cloned().collect();
    let mut functions = BTreeMap::new();
    while let Some(name) = open.pop() {
        if functions.contains_key(&name) {
            continue;
        }
        let message = contract.messages.get(&name).with_context(|| format!("no message is called {name}"))?;
        let mut writer = Writer { table, contract: &contract, worth: &worth, grpc, needed: Vec::new() };
        let function = writer.function(&name, message, requests.contains(&name))?;
        open.extend(writer.needed);
        functions.insert(name, function);
    }
    let mut out = String::from(
        "//! Visitors over what is set in a request.\n\nuse super::{SymbolId, Visit};\nuse crate::grpc::*;\n",
    );
    for function in functions.values() {
        out.push('\n');
        out.push_str(function);
    }
    Ok(out)
}

struct Writer<'a> {
    table: &'a Table,
    contract: &'a Contract<'a>,
    worth: &'a BTreeSet<String>,
    grpc: &'a Emitted,
    needed: Vec<String>,
}

impl Writer<'_> {
    fn function(&mut self, name: &str, message: &DescriptorProto, request: bool) -> anyhow::Result<String> {
        let Some(Rust::Message { path, fields }) = self.grpc.rust.get(&folded(name)) else {
            anyhow::bail!("{name} was not generated")
        };
        let mut body = String::new();
        let mut oneofs: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for field in &message.field {
            let symbol = format!("{name}.{}", field.name());
            let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
            if let Some(index) = oneof.and_then(|index| usize::try_from(index).ok()) {
                let mut inside = self.report(&symbol, "    ");
                inside.push_str(&self.descend(field, "value", "    "));
                let arms = oneofs.entry(index).or_default();
                if !inside.is_empty() {
                    let oneof = message.oneof_decl.get(index).map(OneofDescriptorProto::name).unwrap_or_default();
                    let Some(Rust::Oneof { path, variants }) = self.grpc.rust.get(&folded(&format!("{name}.{oneof}")))
                    else {
                        anyhow::bail!("the choices of {name}.{oneof} were not generated")
                    };
                    let variant = variants.get(&folded(field.name()));
                    let variant = variant.with_context(|| format!("{symbol} was not generated"))?;
                    let binding = if uses_value(&inside) { "value" } else { "_" };
                    arms.push(format!(
                        "        Some({path}::{variant}({binding})) => {{\n{}        }}\n",
                        indent(&inside)
                    ));
                }
                continue;
            }
            let rust = fields.get(&folded(field.name())).with_context(|| format!("{symbol} was not generated"))?;
            body.push_str(&self.plain(field, &symbol, rust));
        }
        for (index, arms) in oneofs {
            let Some(oneof) = message.oneof_decl.get(index).filter(|_| !arms.is_empty()) else { continue };
            let rust = fields.get(&folded(oneof.name())).with_context(|| format!("{name}.{} is lost", oneof.name()))?;
            body.push_str(&format!("    match &message.{rust} {{\n{}        _ => {{}}\n    }}\n", arms.concat()));
        }
        let visibility = if request { "pub " } else { "" };
        let doc = if request { format!("/// Reports what is set in a [`{path}`].\n") } else { String::new() };
        let argument = if body.contains("message.") { "message" } else { "_message" };
        let visit = if body.contains("visit") { "visit" } else { "_visit" };
        Ok(format!(
            "{doc}{visibility}fn {}({argument}: &{path}, {visit}: &mut Visit<'_>) {{\n{body}}}\n",
            function_name(name)
        ))
    }

    /// A field outside of a oneof.
    fn plain(&mut self, field: &FieldDescriptorProto, symbol: &str, rust: &str) -> String {
        let report = self.report(symbol, "    ");
        let place = format!("message.{rust}");
        if self.contract.map_value(field).is_some() || field.label() == Label::Repeated {
            let values = if self.contract.map_value(field).is_some() {
                format!("{place}.values()")
            } else {
                format!("&{place}")
            };
            let descend = self.descend(self.contract.map_value(field).unwrap_or(field), "value", "    ");
            let mut out = String::new();
            if !report.is_empty() {
                out.push_str(&format!("    if !{place}.is_empty() {{\n{}    }}\n", indent_once(&report)));
            }
            if !descend.is_empty() {
                out.push_str(&format!("    for value in {values} {{\n{}    }}\n", indent_once(&descend)));
            }
            return out;
        }
        let present = field.proto3_optional() || field.r#type() == Type::Message;
        let inside = format!("{report}{}", self.descend(field, "value", "    "));
        if inside.is_empty() {
            return String::new();
        }
        if present {
            let binding = if uses_value(&inside) { "value" } else { "_" };
            return format!("    if let Some({binding}) = &{place} {{\n{}    }}\n", indent_once(&inside));
        }
        let set = match field.r#type() {
            Type::Bool => place.clone(),
            Type::String | Type::Bytes => format!("!{place}.is_empty()"),
            Type::Double | Type::Float => format!("{place} != 0.0"),
            _ => format!("{place} != 0"),
        };
        let bind = if uses_value(&inside) { format!("        let value = &{place};\n") } else { String::new() };
        format!("    if {set} {{\n{bind}{}    }}\n", indent_once(&inside))
    }

    fn report(&self, symbol: &str, margin: &str) -> String {
        if !self.table.noteworthy(symbol) {
            return String::new();
        }
        format!("{margin}visit(const {{ SymbolId::proto({symbol:?}) }});\n")
    }

    /// Into a message, or to the value of an enum.
    fn descend(&mut self, field: &FieldDescriptorProto, variable: &str, margin: &str) -> String {
        let Some(kind) = self.contract.named(field) else { return String::new() };
        if field.r#type() == Type::Enum {
            let values = self.contract.values(self.table, &kind);
            if values.is_empty() {
                return String::new();
            }
            let mut arms = String::new();
            for (number, symbol) in values {
                arms.push_str(&format!("{margin}    {number} => visit(const {{ SymbolId::proto({symbol:?}) }}),\n"));
            }
            return format!("{margin}match *{variable} {{\n{arms}{margin}    _ => {{}}\n{margin}}}\n");
        }
        if !self.worth.contains(&kind) {
            return String::new();
        }
        let call = format!("{margin}{}({variable}, visit);\n", function_name(&kind));
        self.needed.push(kind);
        call
    }
}

/// `SearchRequest` → `visit_search_request`.
fn function_name(message: &str) -> String {
    let mut name = String::from("visit");
    let mut before = '.';
    for c in message.chars() {
        if c.is_ascii_uppercase() && !before.is_ascii_uppercase() {
            name.push('_');
        }
        before = c;
        if c != '.' {
            name.push(c.to_ascii_lowercase());
        }
    }
    name
}

/// Whether statements need the variable that `descend` was given.
fn uses_value(statements: &str) -> bool {
    statements.contains("(value, visit)") || statements.contains("*value {")
}

fn indent_once(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

fn indent(text: &str) -> String {
    indent_once(&indent_once(text))
}
