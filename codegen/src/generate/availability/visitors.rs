//! Generation of visitors that report the version requirements of the fields set in a request, and
//! the deprecated fields.
//!
//! Other fields that every supported server has produce no code, so that the check of a plain
//! search costs almost nothing.
//!
//! A field that is as old as its message is not reported, because the field that contains the
//! message already is.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet};

use super::behaviours::{Feature, FieldOverride};
use super::version_set::{Version, VersionSet};
use super::{Table, requirement};
use crate::generate::grpc::{ENCODED, Emitted, RustType, folded};
use crate::generate::inventory::is_map_entry;
use crate::sync::history::Kind;

/// Version requirements of symbols.
pub struct VersionGates<'a> {
    pub table: &'a Table,
    pub overrides: &'a BTreeMap<String, FieldOverride>,
    /// Deprecated symbols that are reported.
    pub deprecated: &'a BTreeSet<String>,
    /// Oldest supported version. Symbols that it and all later versions have are not reported.
    pub oldest: Version,
}

impl VersionGates<'_> {
    /// Returns the versions that have a symbol. `None` if every supported version has it.
    fn gate(&self, symbol: &str) -> Option<&VersionSet> {
        self.table.since(Kind::Proto, symbol).filter(|since| !since.covers_from(self.oldest))
    }

    fn is_ignorable(&self, symbol: &str) -> bool {
        matches!(self.overrides.get(symbol), Some(FieldOverride::Ignorable { alternative: None }))
    }

    /// Whether a symbol is reported. `reported` are the versions of the enclosing message or field,
    /// which was reported already; a symbol that all of them have adds nothing.
    fn is_reported(&self, symbol: &str, reported: Option<&VersionSet>) -> bool {
        match self.overrides.get(symbol) {
            Some(FieldOverride::Rule(_)) => true,
            Some(FieldOverride::Ignorable { alternative: None }) => false,
            _ => self.gate(symbol).is_some_and(|since| !reported.is_some_and(|reported| since.covers(reported))),
        }
    }
}

/// Messages and enums of all proto files, by full name without the package.
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

    /// Returns the name of a field's message or enum. `None` for scalars and for Google's types.
    fn type_name(&self, field: &FieldDescriptorProto) -> Option<String> {
        let parts: Vec<&str> = field.type_name().split('.').collect();
        (0..parts.len())
            .map(|start| parts.get(start..).unwrap_or_default().join("."))
            .find(|name| self.messages.contains_key(name) || self.enums.contains_key(name))
    }

    fn map_value(&self, field: &FieldDescriptorProto) -> Option<&'a FieldDescriptorProto> {
        let entry = self.type_name(field).and_then(|name| self.messages.get(&name).copied())?;
        is_map_entry(entry).then(|| entry.field.get(1)).flatten()
    }
}

/// Renders `visit.rs`.
pub fn visitors(gates: &VersionGates<'_>, descriptors: &FileDescriptorSet, grpc: &Emitted) -> Result<String> {
    let contract = Contract::of(descriptors);
    let mut writer = Writer { gates, contract: &contract, grpc, visits: BTreeMap::new() };
    writer.find_visits()?;

    let requests = requests(descriptors);
    let mut pending: Vec<String> = requests.keys().map(|name| (*name).to_owned()).collect();
    let mut blocks = BTreeMap::new();
    while let Some(name) = pending.pop() {
        if blocks.contains_key(&name) {
            continue;
        }
        let (mut body, needed) = writer.visits.get(&name).cloned().unwrap_or_default();
        if let Some(rpcs) = requests.get(name.as_str()) {
            // A message does not tell which of its RPCs it is sent to.
            let advised_against = rpcs.iter().all(|rpc| gates.deprecated.contains(rpc));
            let rpc = rpcs.first().filter(|_| advised_against).map(|rpc| writer.report_deprecated(rpc));
            let needs = if gates.gate(&name).is_some() { report(&name) } else { String::new() };
            let deprecated = rpc.unwrap_or_else(|| writer.report_deprecated(&name));
            body.insert_str(0, &format!("{deprecated}{needs}"));
        }
        if body.contains(DESCENT) {
            let level = indented(&body.replace("self.", "level."));
            body = format!("levels(self, visit, |level, inside, visit| {{\n{level}}});\n");
        }
        let visit = if body.is_empty() { "_visit" } else { "visit" };
        let (path, _) = writer.rust_message(&name)?;
        let body = indented(&indented(&body));
        let block = format!(
            "impl Requirements for {path} {{\n    fn requirements(&self, {visit}: &mut Visit<'_>) {{\n{body}    }}\n}}\n"
        );
        blocks.insert(name, block);
        pending.extend(needed);
    }
    let mut out = String::from(
        "//! Visitors that report the set fields of a request that some supported server lacks, or that are deprecated.\n\nuse \
         super::{Range, Requirement, Requirements, Version, deprecated, feature_row, levels, proto};\nuse crate::grpc::*;\n\nconst START: Version = \
         Version::START;\nconst END: Version = Version::END;\n\ntype Visit<'a> = dyn FnMut(&'static Requirement) + \
         'a;\n",
    );
    for block in blocks.values() {
        out.push('\n');
        out.push_str(block);
    }
    Ok(out)
}

/// Returns the request messages, each with the RPCs that take it.
fn requests(descriptors: &FileDescriptorSet) -> BTreeMap<&str, Vec<String>> {
    let mut requests: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for service in descriptors.file.iter().flat_map(|file| &file.service) {
        for method in &service.method {
            let message = method.input_type().rsplit('.').next().unwrap_or_default();
            requests.entry(message).or_default().push(format!("{}.rpc {}", service.name(), method.name()));
        }
    }
    requests
}

/// Begin of the statement that puts encoded messages on the list of those to visit.
const DESCENT: &str = "inside.extend_from_slice(&";

/// Statements that visit a message, and the messages that they descend into.
type Visit = (String, BTreeSet<String>);

struct Writer<'a> {
    gates: &'a VersionGates<'a>,
    contract: &'a Contract<'a>,
    grpc: &'a Emitted,
    /// Visits of the messages that contain a reported symbol, at any depth.
    visits: BTreeMap<String, Visit>,
}

impl Writer<'_> {
    /// Finds the messages to visit. Messages are recursive, so this repeats until a fixed point.
    fn find_visits(&mut self) -> Result<()> {
        loop {
            let mut found = BTreeMap::new();
            for (name, message) in &self.contract.messages {
                if !is_map_entry(message) {
                    let visit = self.visit(name, message).with_context(|| format!("message {name}"))?;
                    if !visit.0.is_empty() {
                        found.insert(name.clone(), visit);
                    }
                }
            }
            let done = found.len() == self.visits.len();
            self.visits = found;
            if done {
                return Ok(());
            }
        }
    }

    /// Returns the Rust path of a message and the Rust names of its fields.
    fn rust_message(&self, name: &str) -> Result<(&str, &BTreeMap<String, String>)> {
        match self.grpc.rust_types.get(&folded(name)) {
            Some(RustType::Message { path, fields }) => Ok((path, fields)),
            _ => bail!("{name} was not generated"),
        }
    }

    fn visit(&self, name: &str, message: &DescriptorProto) -> Result<Visit> {
        let (_, fields) = self.rust_message(name)?;
        let rust = |field: &str| fields.get(&folded(field)).with_context(|| format!("{field} was not generated"));
        let mut out = String::new();
        let mut needed = BTreeSet::new();
        let mut choices: BTreeMap<&str, String> = BTreeMap::new();
        for field in &message.field {
            let symbol = format!("{name}.{}", field.name());
            let needs = self.report_needs(name, &symbol, message)?;
            let reported = if needs.is_empty() { name } else { &symbol };
            let report = format!("{}{needs}", self.report_deprecated(&symbol));
            let (inside, leads) = self.visit_value(field, &symbol, self.gates.gate(reported));
            if report.is_empty() && inside.is_empty() {
                continue;
            }
            needed.extend(leads);
            let index = field.oneof_index.filter(|_| !field.proto3_optional()).map(usize::try_from);
            let Some(oneof) = index.transpose()?.and_then(|index| message.oneof_decl.get(index)) else {
                let place = format!("self.{}", rust(field.name())?);
                if ENCODED.contains(&symbol.as_str()) && !inside.is_empty() {
                    let kind = self.contract.type_name(field).unwrap_or_default();
                    // Values of properties. The client chooses their fields, so that none of them is a user's.
                    if kind != name && !self.has_gates(&kind, &mut BTreeSet::new()) {
                        if !report.is_empty() {
                            out.push_str(&self.visit_if_set(field, &place, &report, ""));
                        }
                        continue;
                    }
                    if field.label() != Label::Repeated || self.contract.type_name(field).as_deref() != Some(name) {
                        bail!("{symbol} is kept encoded, and only a list of the message's own type can be visited");
                    }
                    out.push_str(&self.visit_if_set(field, &place, &report, ""));
                    out.push_str(&format!("{DESCENT}{place});\n"));
                    continue;
                }
                out.push_str(&self.visit_if_set(field, &place, &report, &inside));
                continue;
            };
            let Some(RustType::Oneof { path, variants }) =
                self.grpc.rust_types.get(&folded(&format!("{name}.{}", oneof.name())))
            else {
                bail!("the oneof {} was not generated", oneof.name())
            };
            let variant = variants.get(&folded(field.name())).with_context(|| format!("{symbol} was not generated"))?;
            let binding = binding(&inside);
            let arm =
                format!("Some({path}::{variant}({binding})) => {{\n{}}}\n", indented(&format!("{report}{inside}")));
            choices.entry(oneof.name()).or_default().push_str(&arm);
        }
        for (oneof, arms) in choices {
            let arms = indented(&format!("{arms}_ => {{}}\n"));
            out.push_str(&format!("match &self.{} {{\n{arms}}}\n", rust(oneof)?));
        }
        Ok((out, needed))
    }

    /// Whether some supported server lacks a field of the message, at any depth.
    fn has_gates(&self, name: &str, seen: &mut BTreeSet<String>) -> bool {
        let Some(message) = self.contract.messages.get(name).filter(|_| seen.insert(name.to_owned())) else {
            return false;
        };
        message.field.iter().any(|field| {
            let symbol = format!("{name}.{}", field.name());
            let kind = self.contract.type_name(field);
            self.gates.is_reported(&symbol, self.gates.gate(name))
                || kind.is_some_and(|kind| self.has_gates(&kind, seen))
        })
    }

    /// Returns the statement that reports a set item as deprecated, if the contract marks it.
    fn report_deprecated(&self, symbol: &str) -> String {
        let is_reported = self.gates.deprecated.contains(symbol);
        if is_reported { format!("visit(const {{ &deprecated({symbol:?}) }});\n") } else { String::new() }
    }

    /// Returns the statements that report a set field that some supported server lacks.
    fn report_needs(&self, name: &str, symbol: &str, message: &DescriptorProto) -> Result<String> {
        if !self.gates.is_reported(symbol, self.gates.gate(name)) {
            return Ok(String::new());
        }
        match self.gates.overrides.get(symbol) {
            Some(FieldOverride::Rule(feature)) => Ok(rule(symbol, feature)),
            Some(FieldOverride::Ignorable { alternative: Some(alternative) }) => {
                let sibling = message.field.iter().find(|field| field.name() == alternative);
                let sibling = sibling.with_context(|| format!("behaviours.toml: {name} has no field {alternative}"))?;
                let fields = self.rust_message(name)?.1;
                let place =
                    fields.get(&folded(alternative)).with_context(|| format!("{alternative} was not generated"))?;
                let (_, unset) = presence(sibling, &format!("self.{place}"));
                Ok(format!("if {unset} {{\n{}}}\n", indented(&report(symbol))))
            }
            _ => Ok(report(symbol)),
        }
    }

    /// Wraps the statements about a field outside of a oneof in a condition that it is set.
    fn visit_if_set(&self, field: &FieldDescriptorProto, place: &str, report: &str, inside: &str) -> String {
        let (set, _) = presence(field, place);
        if field.label() == Label::Repeated {
            let mut out = String::new();
            if !report.is_empty() {
                out.push_str(&format!("if {set} {{\n{}}}\n", indented(report)));
            }
            if !inside.is_empty() {
                let map = self.contract.map_value(field).is_some();
                let values = if map { format!("{place}.values()") } else { format!("&{place}") };
                out.push_str(&format!("for {} in {values} {{\n{}}}\n", binding(inside), indented(inside)));
            }
            return out;
        }
        if !field.proto3_optional() && field.r#type() == Type::Enum && report.is_empty() {
            return inside.replace("*value", place);
        }
        if binding(inside) == "_" {
            return format!("if {set} {{\n{}}}\n", indented(&format!("{report}{inside}")));
        }
        if !field.proto3_optional() && field.r#type() == Type::Enum {
            return format!("if {set} {{\n{}}}\n", indented(&format!("{report}{}", inside.replace("*value", place))));
        }
        format!("if let Some(value) = &{place} {{\n{}}}\n", indented(&format!("{report}{inside}")))
    }

    /// Returns the statements about the value of a field: the fields of a message or the values of
    /// an enum. `reported` are the versions that were reported already.
    fn visit_value(&self, field: &FieldDescriptorProto, symbol: &str, reported: Option<&VersionSet>) -> Visit {
        let value = self.contract.map_value(field).unwrap_or(field);
        let Some(kind) = self.contract.type_name(value) else { return Visit::default() };
        if let Some(values) = self.contract.enums.get(&kind) {
            // Zero is the value of an enum that is not set.
            let arms = values.value.iter().filter(|value| value.number() != 0).filter_map(|value| {
                let symbol = format!("{kind}.{}", value.name());
                let mut statements = format!("{}{}", self.report_deprecated(&kind), self.report_deprecated(&symbol));
                if self.gates.is_reported(&symbol, reported) {
                    statements.push_str(&match self.gates.overrides.get(&symbol) {
                        Some(FieldOverride::Rule(feature)) => rule(&symbol, feature),
                        _ => report(&symbol),
                    });
                }
                (!statements.is_empty()).then(|| format!("{} => {{\n{}}}\n", value.number(), indented(&statements)))
            });
            let arms: String = arms.collect();
            if arms.is_empty() {
                return Visit::default();
            }
            return (format!("match *value {{\n{}}}\n", indented(&format!("{arms}_ => {{}}\n"))), BTreeSet::new());
        }
        let mut out = self.report_deprecated(&kind);
        let mut needed = BTreeSet::new();
        if !self.gates.is_ignorable(symbol) && self.gates.is_reported(&kind, reported) {
            out.push_str(&report(&kind));
        }
        if self.visits.contains_key(&kind) {
            out.push_str("value.requirements(visit);\n");
            needed.insert(kind);
        }
        (out, needed)
    }
}

/// Returns the conditions that a field outside of a oneof is set, and that it is not set.
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

/// Returns the pattern that binds the value of a field: `_` if the statements do not use it.
fn binding(statements: &str) -> &'static str {
    let used = ["value.requirements(visit)", "match *value {"].iter().any(|part| statements.contains(part));
    if used { "value" } else { "_" }
}

fn report(symbol: &str) -> String {
    format!("visit(const {{ proto({symbol:?}) }});\n")
}

fn rule(symbol: &str, feature: &Feature) -> String {
    format!("visit(const {{ &{} }});\n", requirement(symbol, feature))
}

fn indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        out.push_str(&format!("    {line}\n"));
    }
    out
}
