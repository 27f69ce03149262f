//! Generation of the REST part: progenitor and typify generate code from the corrected contract,
//! `postprocess` rewrites it, and the result is split into files.

use std::collections::BTreeSet;

use anyhow::Context as _;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use serde_json::Value;

use super::docs::Docs;
use super::grpc::without_panic;
use super::metadata::Metadata;
use super::output::FileSet;
use super::postprocess;
use super::postprocess::types::{OpenEnum, Types};

/// Runs progenitor on the corrected contract.
fn run_progenitor(document: &Value) -> anyhow::Result<syn::File> {
    let spec: openapiv3::OpenAPI =
        serde_json::from_value(document.clone()).context("the corrected contract is not OpenAPI 3.0")?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    let tokens = without_panic("progenitor", || Generator::new(&settings).generate_tokens(&spec))?
        .context("progenitor does not support this contract")?;
    syn::parse2(tokens).context("cannot parse the output of progenitor")
}

/// Generated types and methods.
#[derive(Debug)]
pub struct Emitted {
    /// Structs and enums.
    pub types: Types,
    /// Names of the client methods.
    pub methods: BTreeSet<String>,
}

/// Generates the modules under `src/rest` from the corrected contract.
pub fn emit(document: &Value, metadata: &Metadata, docs: &mut Docs, files: &mut FileSet) -> anyhow::Result<Emitted> {
    let parts = postprocess::split_file(run_progenitor(document)?)?;
    let mut types = postprocess::types::rewrite(parts.types, metadata, docs)?;
    let modules = postprocess::operations::rewrite(parts.methods, metadata, docs)?;
    postprocess::directions::restrict_derives(&mut types.structs, modules.values().flatten())?;

    let items = types.structs.iter().cloned().map(syn::Item::Struct).collect();
    files.rust(
        "src/rest/types.rs",
        &format!(
            "//! Types of request and reply bodies.\n\nuse std::collections::BTreeMap;\n\nuse serde::{{Deserialize, \
             Serialize}};\nuse serde_json::{{Map, Value}};\n\npub use super::enums::*;\nuse super::support::EncodedJson;\n\n{}",
            with_blank_lines(&unparse(items))
        ),
    );
    files.rust("src/rest/enums.rs", &enums(&types.enums));
    files.rust("src/rest/support.rs", include_str!("templates/support.rs"));

    let mut index = String::from("//! Weaviate's REST operations, one module per tag of the contract.\n\n");
    for module in ["enums", "support", "types"].into_iter().chain(modules.keys().map(String::as_str)) {
        let visibility = if modules.contains_key(module) || module == "enums" { "" } else { "pub " };
        index.push_str(&format!("#[rustfmt::skip]\n{visibility}mod {module};\n"));
    }
    index.push_str(
        "\npub use progenitor_client::{Error, ResponseValue};\npub use support::{Client, EncodedJson, Exchange, Reply, RestHooks};\n",
    );
    files.rust("src/rest/mod.rs", &index);

    let mut names = BTreeSet::new();
    for (module, methods) in modules {
        names.extend(methods.iter().map(|method| method.sig.ident.to_string()));
        let block: syn::ItemImpl = syn::parse_quote! { impl Client { #(#methods)* } };
        let body = with_blank_lines(&unparse(vec![syn::Item::Impl(block)]));
        files.rust(format!("src/rest/{module}.rs"), &format!("{IMPORTS}\n{body}"));
    }
    Ok(Emitted { types, methods: names })
}

const IMPORTS: &str = "use super::support::{Client, Reply, joined, optional_body, segment};
use super::types;
";

fn unparse(items: Vec<syn::Item>) -> String {
    prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items })
}

/// Adds a blank line before each item and method, which prettyplease omits.
fn with_blank_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut closed = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if closed && indent <= 4 && !line.trim_start().starts_with('}') {
            out.push('\n');
        }
        closed = indent <= 4 && line.trim() == "}";
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn enums(enums: &[OpenEnum]) -> String {
    let mut out = String::from("//! Enums of strings.\n\n");
    out.push_str(include_str!("templates/open_enum.rs"));
    for item in enums {
        out.push_str(&format!("\nopen_enum! {{\n    {} {{\n", item.name));
        for (variant, wire) in &item.variants {
            out.push_str(&format!("        {variant} = {wire:?},\n"));
        }
        out.push_str("    }\n}\n");
    }
    out
}
