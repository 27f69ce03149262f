//! Visitors over what is set in a request. What every supported server knows produces no code, so that a plain search
//! costs next to nothing.
//!
//! A new message brings new fields of the same age: who is led into it has heard of that age already, so only fields that
//! are younger than their message are reported.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet};

use super::behaviours::{Named, Treatment};
use super::set::{Set, Version};
use super::{Table, requirement};
use crate::generate::grpc::{Emitted, Rust, folded};
use crate::generate::inventory::is_map_entry;
use crate::sync::history::Kind;

/// What is known of the age of symbols.
pub struct Knowledge<'a> {
    pub table: &'a Table,
    pub treatments: &'a BTreeMap<String, Treatment>,
    /// What every server from here on has, is not worth a look.
    pub oldest: Version,
}

impl Knowledge<'_> {
    /// The servers that have it, if a supported one lacks it.
    fn gate(&self, symbol: &str) -> Option<&Set> {
        self.table.since(Kind::Proto, symbol).filter(|since| !since.covers_from(self.oldest))
    }

    fn tolerated(&self, symbol: &str) -> bool {
        matches!(self.treatments.get(symbol), Some(Treatment::Tolerated { beside: None }))
    }

    /// Whether something new is to be said of it to somebody who knows of `context`.
    fn reported(&self, symbol: &str, context: Option<&Set>) -> bool {
        match self.treatments.get(symbol) {
            Some(Treatment::Rule(_)) => true,
            Some(Treatment::Tolerated { beside: None }) => false,
            _ => self.gate(symbol).is_some_and(|since| !context.is_some_and(|context| since.covers(context))),
        }
    }
}

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

    fn map_value(&self, field: &FieldDescriptorProto) -> Option<&'a FieldDescriptorProto> {
        let entry = self.named(field).and_then(|name| self.messages.get(&name).copied())?;
        is_map_entry(entry).then(|| entry.field.get(1)).flatten()
    }
}

/// The text of `visit.rs`.
pub fn visitors(knowledge: &Knowledge<'_>, descriptors: &FileDescriptorSet, grpc: &Emitted) -> Result<String> {
    let contract = Contract::of(descriptors);
    let mut writer = Writer { knowledge, contract: &contract, grpc, bodies: BTreeMap::new() };
    writer.find_bodies()?;

    let services = descriptors.file.iter().flat_map(|file| &file.service);
    let requests: BTreeSet<&str> = services
        .flat_map(|service| &service.method)
        .map(|method| method.input_type().rsplit('.').next().unwrap_or_default())
        .collect();
    let mut open: Vec<String> = requests.iter().map(|name| (*name).to_owned()).collect();
    let mut blocks = BTreeMap::new();
    while let Some(name) = open.pop() {
        if blocks.contains_key(&name) {
            continue;
        }
        let (mut body, needed) = writer.bodies.get(&name).cloned().unwrap_or_default();
        if requests.contains(name.as_str()) && knowledge.gate(&name).is_some() {
            body.insert_str(0, &report(&name));
        }
        let visit = if body.is_empty() { "_visit" } else { "visit" };
        let (path, _) = writer.rust(&name)?;
        let body = indented(&indented(&body));
        let block = format!(
            "impl Requirements for {path} {{\n    fn requirements(&self, {visit}: &mut Visit<'_>) {{\n{body}    }}\n}}\n"
        );
        blocks.insert(name, block);
        open.extend(needed);
    }
    let mut out = String::from(
        "//! What is set in a request, as far as not every server knows it.\n\nuse super::{Range, Requirement, \
         Requirements, Since, Version, proto};\nuse crate::grpc::*;\n\nconst START: Version = \
         Version::START;\nconst END: Version = Version::END;\n\ntype Visit<'a> = dyn FnMut(&'static Requirement) + \
         'a;\n",
    );
    for block in blocks.values() {
        out.push('\n');
        out.push_str(block);
    }
    Ok(out)
}

/// Statements, and the messages that they lead into.
type Body = (String, BTreeSet<String>);

struct Writer<'a> {
    knowledge: &'a Knowledge<'a>,
    contract: &'a Contract<'a>,
    grpc: &'a Emitted,
    /// Of the messages in which something is worth a look, however deep.
    bodies: BTreeMap<String, Body>,
}

impl Writer<'_> {
    /// Messages contain each other and themselves: repeats until nothing more turns out to be worth a look.
    fn find_bodies(&mut self) -> Result<()> {
        loop {
            let mut found = BTreeMap::new();
            for (name, message) in &self.contract.messages {
                if !is_map_entry(message) {
                    let body = self.body(name, message).with_context(|| format!("in {name}"))?;
                    if !body.0.is_empty() {
                        found.insert(name.clone(), body);
                    }
                }
            }
            let done = found.len() == self.bodies.len();
            self.bodies = found;
            if done {
                return Ok(());
            }
        }
    }

    /// How Rust spells a message and its fields.
    fn rust(&self, name: &str) -> Result<(&str, &BTreeMap<String, String>)> {
        match self.grpc.rust.get(&folded(name)) {
            Some(Rust::Message { path, fields }) => Ok((path, fields)),
            _ => bail!("{name} was not generated"),
        }
    }

    fn body(&self, name: &str, message: &DescriptorProto) -> Result<Body> {
        let (_, fields) = self.rust(name)?;
        let rust = |field: &str| fields.get(&folded(field)).with_context(|| format!("{field} was not generated"));
        let mut out = String::new();
        let mut needed = BTreeSet::new();
        let mut choices: BTreeMap<&str, String> = BTreeMap::new();
        for field in &message.field {
            let symbol = format!("{name}.{}", field.name());
            let said = self.said(name, &symbol, message)?;
            let known = if said.is_empty() { name } else { &symbol };
            let (inside, leads) = self.inside(field, &symbol, self.knowledge.gate(known));
            if said.is_empty() && inside.is_empty() {
                continue;
            }
            needed.extend(leads);
            let index = field.oneof_index.filter(|_| !field.proto3_optional()).map(usize::try_from);
            let Some(oneof) = index.transpose()?.and_then(|index| message.oneof_decl.get(index)) else {
                let place = format!("self.{}", rust(field.name())?);
                out.push_str(&self.guarded(field, &place, &said, &inside));
                continue;
            };
            let Some(Rust::Oneof { path, variants }) = self.grpc.rust.get(&folded(&format!("{name}.{}", oneof.name())))
            else {
                bail!("the choices of {} were not generated", oneof.name())
            };
            let variant = variants.get(&folded(field.name())).with_context(|| format!("{symbol} was not generated"))?;
            let binding = binding(&inside);
            let arm = format!("Some({path}::{variant}({binding})) => {{\n{}}}\n", indented(&format!("{said}{inside}")));
            choices.entry(oneof.name()).or_default().push_str(&arm);
        }
        for (oneof, arms) in choices {
            let arms = indented(&format!("{arms}_ => {{}}\n"));
            out.push_str(&format!("match &self.{} {{\n{arms}}}\n", rust(oneof)?));
        }
        Ok((out, needed))
    }

    /// What is reported where the field is set.
    fn said(&self, name: &str, symbol: &str, message: &DescriptorProto) -> Result<String> {
        if !self.knowledge.reported(symbol, self.knowledge.gate(name)) {
            return Ok(String::new());
        }
        match self.knowledge.treatments.get(symbol) {
            Some(Treatment::Rule(named)) => Ok(rule(symbol, named)),
            Some(Treatment::Tolerated { beside: Some(beside) }) => {
                let sibling = message.field.iter().find(|field| field.name() == beside);
                let sibling = sibling.with_context(|| format!("behaviours.toml: {name} has no field {beside}"))?;
                let place = self.rust(name)?.1.get(&folded(beside)).with_context(|| format!("{beside} is lost"))?;
                let (_, unset) = presence(sibling, &format!("self.{place}"));
                Ok(format!("if {unset} {{\n{}}}\n", indented(&report(symbol))))
            }
            _ => Ok(report(symbol)),
        }
    }

    /// Statements about a field outside of a oneof, for when it is set.
    fn guarded(&self, field: &FieldDescriptorProto, place: &str, said: &str, inside: &str) -> String {
        let (set, _) = presence(field, place);
        if field.label() == Label::Repeated {
            let mut out = String::new();
            if !said.is_empty() {
                out.push_str(&format!("if {set} {{\n{}}}\n", indented(said)));
            }
            if !inside.is_empty() {
                let map = self.contract.map_value(field).is_some();
                let values = if map { format!("{place}.values()") } else { format!("&{place}") };
                out.push_str(&format!("for {} in {values} {{\n{}}}\n", binding(inside), indented(inside)));
            }
            return out;
        }
        if !field.proto3_optional() && field.r#type() == Type::Enum && said.is_empty() {
            return inside.replace("*value", place);
        }
        if binding(inside) == "_" {
            return format!("if {set} {{\n{}}}\n", indented(&format!("{said}{inside}")));
        }
        if !field.proto3_optional() && field.r#type() == Type::Enum {
            return format!("if {set} {{\n{}}}\n", indented(&format!("{said}{}", inside.replace("*value", place))));
        }
        format!("if let Some(value) = &{place} {{\n{}}}\n", indented(&format!("{said}{inside}")))
    }

    /// What is to be looked at in the value of a field: the fields of a message, the values of an enum.
    /// Said already is what asks for servers that know `known`.
    fn inside(&self, field: &FieldDescriptorProto, symbol: &str, known: Option<&Set>) -> Body {
        let value = self.contract.map_value(field).unwrap_or(field);
        let Some(kind) = self.contract.named(value) else { return Body::default() };
        if let Some(values) = self.contract.enums.get(&kind) {
            // Zero is what an enum is where it is not set.
            let arms = values.value.iter().filter(|value| value.number() != 0).filter_map(|value| {
                let symbol = format!("{kind}.{}", value.name());
                let statement = match self.knowledge.treatments.get(&symbol) {
                    Some(Treatment::Rule(named)) => rule(&symbol, named),
                    _ => report(&symbol),
                };
                let reported = self.knowledge.reported(&symbol, known);
                reported.then(|| format!("{} => {{\n{}}}\n", value.number(), indented(&statement)))
            });
            let arms: String = arms.collect();
            if arms.is_empty() {
                return Body::default();
            }
            return (format!("match *value {{\n{}}}\n", indented(&format!("{arms}_ => {{}}\n"))), BTreeSet::new());
        }
        let mut out = String::new();
        let mut needed = BTreeSet::new();
        if !self.knowledge.tolerated(symbol) && self.knowledge.reported(&kind, known) {
            out.push_str(&report(&kind));
        }
        if self.bodies.contains_key(&kind) {
            out.push_str("value.requirements(visit);\n");
            needed.insert(kind);
        }
        (out, needed)
    }
}

/// Whether a field outside of a oneof is set, and whether it is not.
fn presence(field: &FieldDescriptorProto, place: &str) -> (String, String) {
    match field.r#type() {
        _ if field.label() == Label::Repeated => (format!("!{place}.is_empty()"), format!("{place}.is_empty()")),
        _ if field.proto3_optional() => (format!("{place}.is_some()"), format!("{place}.is_none()")),
        Type::Message => (format!("{place}.is_some()"), format!("{place}.is_none()")),
        Type::Bool => (place.to_owned(), format!("!{place}")),
        Type::String | Type::Bytes => (format!("!{place}.is_empty()"), format!("{place}.is_empty()")),
        Type::Double | Type::Float => (format!("{place} != 0.0"), format!("{place} == 0.0")),
        _ => (format!("{place} != 0"), format!("{place} == 0")),
    }
}

/// What statements call the value that they look at.
fn binding(statements: &str) -> &'static str {
    let used = ["value.requirements(visit)", "match *value {"].iter().any(|part| statements.contains(part));
    if used { "value" } else { "_" }
}

fn report(symbol: &str) -> String {
    format!("visit(const {{ proto({symbol:?}) }});\n")
}

fn rule(symbol: &str, named: &Named) -> String {
    format!("visit(const {{ &{} }});\n", requirement(symbol, named))
}

fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        out.push_str(&format!("    {line}\n"));
    }
    out
}
