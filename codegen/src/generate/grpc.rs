//! Generation of the gRPC part.
//!
//! protox compiles the proto files and tonic-prost-build generates messages and stubs. The output
//! is split into one file per proto file and one per stub, so that a diff shows which proto file
//! changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{FieldDescriptorProto, FileDescriptorSet};

use super::contract::is_identifier;
use super::contract::protos::{self, has_module, snake};
use super::docs::Docs;
use super::field_numbers;
use super::inventory;
use super::output::FileSet;
use super::replies::{self, Replies, read_items};

/// Fields that are boxed, because they are large and rarely set. Boxing keeps the outer messages
/// small, which are moved and held in futures. A path that is not in the contract is skipped.
const BOXED: &[&str] = &[
    ".weaviate.v1.Value.kind.phone_value",
    ".weaviate.v1.FilterTarget.target.single_target",
    ".weaviate.v1.FilterTarget.target.multi_target",
    ".weaviate.v1.SearchRequest.hybrid_search",
    ".weaviate.v1.SearchRequest.near_text",
    ".weaviate.v1.SearchRequest.near_image",
    ".weaviate.v1.SearchRequest.near_audio",
    ".weaviate.v1.SearchRequest.near_video",
    ".weaviate.v1.SearchRequest.near_depth",
    ".weaviate.v1.SearchRequest.near_thermal",
    ".weaviate.v1.SearchRequest.near_imu",
    ".weaviate.v1.SearchRequest.generative",
    ".weaviate.v1.SearchRequest.boost",
    ".weaviate.v1.AggregateRequest.search.hybrid",
];

/// Fields by which a message contains itself, and which a user can nest without a limit. Each holds
/// the inner message in its encoded form, which is the same on the wire. Otherwise copies, output,
/// encoding and drop of a message would need stack for each level, and prost would decode 100.
pub const ENCODED: &[&str] = &[
    "Filters.filters",
    "FilterReferenceSingleTarget.target",
    "FilterReferenceMultiTarget.target",
    "ObjectProperties.value",
    "ObjectArrayProperties.values",
];

/// Compiles every proto file in the import root `protos`.
pub fn compile(protos: &Path) -> anyhow::Result<FileDescriptorSet> {
    let mut files = Vec::new();
    find_protos(protos, &mut files)?;
    files.sort();
    if files.is_empty() {
        bail!("no .proto file in {}", protos.display());
    }
    let mut compiler = protox::Compiler::new([protos]).with_context(|| format!("cannot read {}", protos.display()))?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files).map_err(|error| {
        let file = error.file().map_or_else(|| protos.to_path_buf(), |file| protos.join(file));
        anyhow!("cannot compile {}: {error}; protoc refuses the file as well, so correct it upstream", file.display())
    })?;
    Ok(compiler.file_descriptor_set())
}

fn find_protos(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.is_dir() {
            find_protos(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            found.push(path);
        }
    }
    Ok(())
}

/// Generates the modules under `src/grpc`. Returns the Rust names of all items.
pub fn emit(descriptors: &FileDescriptorSet, docs: &mut Docs, files: &mut FileSet) -> anyhow::Result<Emitted> {
    protos::check(descriptors)?;
    let scratch = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut config = config();
    config.out_dir(scratch.path());
    let descriptors = &edited(descriptors.clone())?;
    let builder = tonic_prost_build::configure()
        .build_transport(false)
        .client_mod_attribute(".", SERVER)
        .server_mod_attribute(".", SERVER)
        .out_dir(scratch.path());
    without_panic("tonic-prost-build", || builder.compile_fds_with_config(descriptors.clone(), config))?
        .context("tonic-prost-build failed")?;
    let replies = Replies::of(descriptors)?;
    let marked: BTreeSet<String> = inventory::deprecated_types(descriptors).iter().map(|name| folded(name)).collect();
    let mut items = read_items(scratch.path())?;
    for item in &mut items {
        docs.attach_to_message("", item);
        mark_deprecated("", item, &marked);
        if let syn::Item::Struct(item) = item
            && replies.has(item)
        {
            item.attrs.insert(0, syn::parse_quote!(#[cfg(feature = "server")]));
        }
    }
    let mut replies = replies.items(docs, self::config())?;
    for item in &mut replies {
        mark_deprecated("", item, &marked);
    }
    split(descriptors, items, replies, docs, files)
}

/// Attribute of the stubs of both sides, which need complete reply messages.
const SERVER: &str = "#[cfg(feature = \"server\")]";

fn config() -> prost_build::Config {
    let mut config = prost_build::Config::new();
    config.bytes(["."]);
    for path in BOXED {
        config.boxed(path);
    }
    config
}

/// Calls a code generator. They panic on what they do not support.
pub fn without_panic<T>(name: &str, run: impl FnOnce() -> T) -> anyhow::Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown reason");
        anyhow!("{name} does not support this contract; add a check in codegen/src/generate/contract: {text}")
    })
}

/// Returns the descriptors from which code is generated: [`ENCODED`] fields are bytes. A path that is
/// not in the contract is skipped.
fn edited(mut descriptors: FileDescriptorSet) -> anyhow::Result<FileDescriptorSet> {
    for message in descriptors.file.iter_mut().flat_map(|file| &mut file.message_type) {
        for field in &mut message.field {
            let path = format!("{}.{}", message.name.as_deref().unwrap_or_default(), field.name());
            if ENCODED.contains(&path.as_str()) {
                if field.oneof_index.is_some() || field.r#type() != Type::Message {
                    bail!("{path} is not a message outside of a oneof");
                }
                keep_encoded(field);
            }
        }
    }
    Ok(descriptors)
}

/// Makes bytes of a field, which hold its message or text in encoded form.
pub fn keep_encoded(field: &mut FieldDescriptorProto) {
    if field.r#type() == Type::Message && field.label() != Label::Repeated {
        // As of a message, absent and empty are not the same.
        field.proto3_optional = Some(true);
    }
    field.set_type(Type::Bytes);
    field.type_name = None;
}

/// Marks deprecated messages and enums, nested ones too. prost marks only fields and enum values.
fn mark_deprecated(scope: &str, item: &mut syn::Item, marked: &BTreeSet<String>) {
    let (ident, attrs) = match item {
        syn::Item::Struct(item) => (&item.ident, &mut item.attrs),
        syn::Item::Enum(item) if item.variants.iter().all(|variant| variant.fields == syn::Fields::Unit) => {
            (&item.ident, &mut item.attrs)
        }
        syn::Item::Mod(module) => {
            let inner = format!("{scope}{}.", module.ident);
            for item in module.content.iter_mut().flat_map(|(_, items)| items) {
                mark_deprecated(&inner, item, marked);
            }
            return;
        }
        _ => return,
    };
    if marked.contains(&folded(&format!("{scope}{ident}"))) {
        attrs.insert(0, syn::parse_quote!(#[deprecated]));
    }
}

/// Generated Rust type of a message or oneof. Keys are folded names of the contract.
#[derive(Debug)]
pub enum RustType {
    /// Struct with its fields.
    Message { path: String, fields: BTreeMap<String, String> },
    /// Enum with data, and its variants.
    Oneof { path: String, variants: BTreeMap<String, String> },
}

/// Rust names of the generated messages, enums and services.
#[derive(Debug, Default)]
pub struct Emitted {
    /// Rust types of messages and oneofs, by folded name in the contract.
    pub rust_types: BTreeMap<String, RustType>,
    /// Folded paths of structs and enums, including their modules.
    pub types: BTreeSet<String>,
    /// Methods of each client module. There is one module per service.
    pub clients: BTreeMap<String, BTreeSet<String>>,
}

fn split(
    descriptors: &FileDescriptorSet,
    items: Vec<syn::Item>,
    replies: Vec<syn::Item>,
    docs: &mut Docs,
    files: &mut FileSet,
) -> anyhow::Result<Emitted> {
    let stub_modules = stub_modules(descriptors);
    let module_of = modules_by_type(descriptors, &stub_modules)?;
    let mut modules: BTreeMap<String, Vec<syn::Item>> = BTreeMap::new();
    let mut stubs: BTreeMap<String, (Vec<syn::Attribute>, Vec<syn::Item>)> = BTreeMap::new();
    let mut emitted = Emitted::default();
    for item in items {
        let name = match &item {
            syn::Item::Struct(item) => item.ident.to_string(),
            syn::Item::Enum(item) => item.ident.to_string(),
            syn::Item::Mod(item) => item.ident.to_string(),
            syn::Item::Impl(item) => match &*item.self_ty {
                syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
                _ => None,
            }
            .context("tonic-prost-build generated an impl for an unnamed type")?,
            other => {
                bail!("tonic-prost-build generated an unsupported item: {other:?}")
            }
        };
        match item {
            syn::Item::Mod(module) if stub_modules.contains(&name) => {
                let mut content = module.content.with_context(|| format!("{name} has no body"))?.1;
                if name.ends_with("_client") {
                    docs.attach_to_rpcs(&mut content);
                    emitted.clients.insert(name.clone(), method_names(&content));
                }
                stubs.insert(name, (module.attrs, content));
            }
            item => {
                let file = module_of.get(&folded(&name)).with_context(|| format!("no proto file declares {name}"))?;
                collect_types("", &item, &mut emitted);
                modules.entry(file.clone()).or_default().push(item);
            }
        }
    }
    let mut index = String::from("//! Messages and stubs of Weaviate's gRPC services, one module per proto file.\n\n");
    for (name, items) in modules {
        let body = prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items });
        files.rust(format!("src/grpc/{name}.rs"), &format!("use super::*;\n\n{body}"));
        index.push_str(&format!("#[rustfmt::skip]\nmod {name};\n"));
    }
    if !replies.is_empty() {
        let body = prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items: replies });
        files.rust(format!("src/grpc/{}.rs", replies::MODULE), &format!("{}\nuse super::*;\n\n{body}", replies::HEAD));
        index.push_str(&format!("#[rustfmt::skip]\npub mod {};\n", replies::MODULE));
    }
    if field_numbers::emit(descriptors, files)? {
        index.push_str(&format!("#[rustfmt::skip]\npub mod {};\n", field_numbers::MODULE));
    }
    let names: Vec<String> = module_of.into_values().collect::<BTreeSet<_>>().into_iter().collect();
    for (name, (attrs, items)) in &stubs {
        let (inner, outer): (Vec<_>, Vec<_>) =
            attrs.iter().cloned().partition(|attr| matches!(attr.style, syn::AttrStyle::Inner(_)));
        let body = prettyplease::unparse(&syn::File { shebang: None, attrs: inner, items: items.clone() });
        files.rust(format!("src/grpc/{name}.rs"), &body);
        for attr in outer.iter().filter(|attr| attr.path().is_ident("cfg")) {
            let text = prettyplease::unparse(&syn::parse_quote! { #attr struct Cut; });
            index.push_str(text.lines().next().unwrap_or_default());
            index.push('\n');
        }
        index.push_str(&format!("#[rustfmt::skip]\npub mod {name};\n"));
    }
    index.push('\n');
    for name in names {
        if files.get(&format!("src/grpc/{name}.rs")).is_some() {
            index.push_str(&format!("pub use {name}::*;\n"));
        }
    }
    files.rust("src/grpc/mod.rs", &index);
    Ok(emitted)
}

fn collect_types(scope: &str, item: &syn::Item, emitted: &mut Emitted) {
    let path = |ident: &syn::Ident| format!("{scope}{ident}");
    match item {
        syn::Item::Struct(item) => {
            let path = path(&item.ident);
            let idents = item.fields.iter().filter_map(|field| field.ident.as_ref());
            let fields = idents.map(|ident| (folded(ident.to_string().trim_start_matches("r#")), ident.to_string()));
            emitted
                .rust_types
                .insert(folded(&path), RustType::Message { fields: fields.collect(), path: path.clone() });
            emitted.types.insert(folded(&path));
        }
        syn::Item::Enum(item) => {
            let path = path(&item.ident);
            emitted.types.insert(folded(&path));
            if item.variants.iter().any(|variant| variant.fields != syn::Fields::Unit) {
                let idents = item.variants.iter().map(|variant| variant.ident.to_string());
                let variants = idents.map(|ident| (folded(&ident), ident)).collect();
                emitted.rust_types.insert(folded(&path), RustType::Oneof { variants, path });
            }
        }
        syn::Item::Mod(module) => {
            let inner = format!("{scope}{}::", module.ident);
            for item in module.content.iter().flat_map(|(_, items)| items) {
                collect_types(&inner, item, emitted);
            }
        }
        _ => {}
    }
}

fn method_names(items: &[syn::Item]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in items {
        if let syn::Item::Impl(item) = item {
            for member in &item.items {
                if let syn::ImplItem::Fn(function) = member
                    && function.sig.asyncness.is_some()
                {
                    names.insert(function.sig.ident.to_string().trim_start_matches("r#").to_owned());
                }
            }
        }
    }
    names
}

/// Folds a name: lower case, letters and digits only.
///
/// A Rust name differs from the name in the contract in case and punctuation only (`NearIMUSearch`,
/// `NearImuSearch`, `near_imu_search`) and in the mark of a raw identifier, so folded names can be
/// compared.
pub fn folded(name: &str) -> String {
    name.replace("r#", "").chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the modules of the stubs, two for each service.
pub fn stub_modules(descriptors: &FileDescriptorSet) -> BTreeSet<String> {
    let services = descriptors.file.iter().flat_map(|file| &file.service);
    services.flat_map(|service| ["client", "server"].map(|side| format!("{}_{side}", snake(service.name())))).collect()
}

/// Returns the module of each top-level message and enum, by folded name. Modules are named after
/// proto files, with a suffix where the name is taken.
fn modules_by_type(
    descriptors: &FileDescriptorSet,
    stub_modules: &BTreeSet<String>,
) -> anyhow::Result<BTreeMap<String, String>> {
    let files = || descriptors.file.iter().filter(|file| !file.name().starts_with("google/"));
    let messages = files().flat_map(|file| &file.message_type).filter(|message| has_module(message));
    let mut taken: BTreeSet<String> = messages.map(|message| snake(message.name())).collect();
    taken.extend(stub_modules.iter().cloned());
    taken.extend([replies::MODULE, field_numbers::MODULE, "mod"].map(str::to_owned));
    let mut modules_by_type = BTreeMap::new();
    for file in files() {
        let stem = Path::new(file.name()).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let usable = is_identifier(stem) && !taken.contains(stem);
        let module = if usable { stem.to_owned() } else { format!("{stem}_proto") };
        if !is_identifier(&module) {
            bail!("{} is not usable as a module name; rename the file", file.name());
        }
        let names = file.message_type.iter().map(prost_types::DescriptorProto::name);
        for name in names.chain(file.enum_type.iter().map(prost_types::EnumDescriptorProto::name)) {
            modules_by_type.insert(folded(name), module.clone());
        }
    }
    Ok(modules_by_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_a_code_generator_is_an_error_that_says_where_to_check() {
        let error = without_panic("prost-build", || -> () { panic!("a mystery") }).map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| {
            text.contains("prost-build does not support") && text.contains("generate/contract: a mystery")
        }));
    }
    /// prost marks fields and enum values, tonic marks RPCs.
    #[test]
    fn deprecated_messages_and_enums_are_marked_like_their_parts() -> anyhow::Result<()> {
        let proto = "syntax = \"proto3\"; package tiny.v1;
            service Tiny { rpc Find(Find) returns (Find) { option deprecated = true; } }
            message Find { option deprecated = true; Mode mode = 1; bool inner = 2 [deprecated = true]; FindInner a = 3;
              message Old { option deprecated = true; string a = 1; }
              enum Kind { option deprecated = true; X = 0; }
              oneof choice { string b = 4; }
            }
            enum Mode { option deprecated = true; NONE = 0; }
            message FindInner {}";
        let mut files = FileSet::default();
        emit(&crate::generate::tests::protos(proto)?, &mut Docs::default(), &mut files)?;
        let messages = files.get("src/grpc/tiny.rs").unwrap_or_default();
        // The attributes of an item stand between it and the end of the item before.
        let is_marked = |item: &str| {
            let before = messages.split(item).next().unwrap_or_default();
            before.rsplit('}').next().unwrap_or_default().contains("#[deprecated]")
        };
        for item in ["pub struct Find {", "pub struct Old {", "pub enum Kind {", "pub enum Mode {"] {
            assert!(messages.contains(item) && is_marked(item), "{item} in {messages}");
        }
        for item in ["pub struct FindInner {", "pub enum Choice {"] {
            assert!(messages.contains(item) && !is_marked(item), "{item} in {messages}");
        }
        let stub = files.get("src/grpc/tiny_client.rs").unwrap_or_default();
        let (before, _) = stub.split_once("pub async fn find").unwrap_or_default();
        assert!(before.trim_end().ends_with("#[deprecated]"), "{stub}");
        Ok(())
    }
}
