//! The gRPC half: protox compiles the proto files, tonic-prost-build writes messages and stubs, and the result is
//! split into one file per proto file and one per stub, so that a diff says where the contract moved.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use prost_types::FileDescriptorSet;

use super::output::FileSet;
use super::words::Words;

/// Rarely set and large: in a box, so that the messages around them stay small to move and to hold in futures.
/// A path that a contract does not have is passed over.
const BOXED: &[&str] = &[
    ".weaviate.v1.Value.kind.phone_value",
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

/// Compiles every proto file under `protos`, which is also where imports start.
pub fn compile(protos: &Path) -> anyhow::Result<FileDescriptorSet> {
    let mut files = Vec::new();
    find_protos(protos, &mut files)?;
    files.sort();
    if files.is_empty() {
        bail!("no .proto file under {}", protos.display());
    }
    let mut compiler = protox::Compiler::new([protos]).with_context(|| format!("cannot read {}", protos.display()))?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(&files).with_context(|| format!("{} does not compile", protos.display()))?;
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

/// Writes the modules under `src/grpc`; returns the Rust names of all items for the accounting.
pub fn emit(descriptors: &FileDescriptorSet, words: &mut Words, files: &mut FileSet) -> anyhow::Result<Emitted> {
    let scratch = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut config = prost_build::Config::new();
    config.bytes(["."]).out_dir(scratch.path());
    for path in BOXED {
        config.boxed(path);
    }
    tonic_prost_build::configure()
        .build_transport(false)
        .server_mod_attribute(".", "#[cfg(feature = \"server\")]")
        .out_dir(scratch.path())
        .compile_fds_with_config(descriptors.clone(), config)
        .context("tonic-prost-build failed")?;
    let mut items = Vec::new();
    let mut outputs: Vec<PathBuf> = fs::read_dir(scratch.path())
        .context("cannot list the output of tonic-prost-build")?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .context("cannot list the output of tonic-prost-build")?;
    outputs.sort();
    for path in outputs {
        let text = fs::read_to_string(&path).context("cannot read the output of tonic-prost-build")?;
        items.extend(syn::parse_file(&text).context("tonic-prost-build wrote something that is not Rust")?.items);
    }
    for item in &mut items {
        words.mark_message("", item);
    }
    split(descriptors, items, words, files)
}

/// The Rust side of a message or of the choices of a oneof; the contract's names are folded.
#[derive(Debug)]
pub enum Rust {
    /// A struct and its fields.
    Message { path: String, fields: BTreeMap<String, String> },
    /// An enum that holds data, and its variants.
    Oneof { path: String, variants: BTreeMap<String, String> },
}

/// Names of what was written: messages, enums and services as Rust spells them.
#[derive(Debug, Default)]
pub struct Emitted {
    /// How Rust spells what the contract names, folded.
    pub rust: BTreeMap<String, Rust>,
    /// Structs and enums with the modules they lie in, folded.
    pub types: BTreeSet<String>,
    /// `client` modules, one per service, with the methods of each.
    pub clients: BTreeMap<String, BTreeSet<String>>,
}

fn split(
    descriptors: &FileDescriptorSet,
    items: Vec<syn::Item>,
    words: &mut Words,
    files: &mut FileSet,
) -> anyhow::Result<Emitted> {
    let home = homes(descriptors)?;
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
            .context("an implementation for a type without a name")?,
            other => {
                bail!("tonic-prost-build wrote an item that the split does not know: {other:?}")
            }
        };
        match item {
            syn::Item::Mod(module) if name.ends_with("_client") || name.ends_with("_server") => {
                let mut content = module.content.with_context(|| format!("{name} has no body"))?.1;
                if name.ends_with("_client") {
                    words.mark_rpcs(&mut content);
                    emitted.clients.insert(name.clone(), methods(&content));
                }
                stubs.insert(name, (module.attrs, content));
            }
            item => {
                let file = home.get(&folded(&name)).with_context(|| format!("no proto file declares {name}"))?;
                types("", &item, &mut emitted);
                modules.entry(file.clone()).or_default().push(item);
            }
        }
    }
    let mut index = String::from("//! Messages and stubs of Weaviate's gRPC services, one file per proto file.\n\n");
    for (name, items) in modules {
        let body = prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items });
        files.rust(format!("src/grpc/{name}.rs"), &format!("use super::*;\n\n{body}"));
        index.push_str(&format!("#[rustfmt::skip]\nmod {name};\n"));
    }
    let names: Vec<String> = home.into_values().collect::<BTreeSet<_>>().into_iter().collect();
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

fn types(scope: &str, item: &syn::Item, emitted: &mut Emitted) {
    let path = |ident: &syn::Ident| format!("{scope}{ident}");
    match item {
        syn::Item::Struct(item) => {
            let path = path(&item.ident);
            let idents = item.fields.iter().filter_map(|field| field.ident.as_ref());
            let fields = idents.map(|ident| (folded(ident.to_string().trim_start_matches("r#")), ident.to_string()));
            emitted.rust.insert(folded(&path), Rust::Message { fields: fields.collect(), path: path.clone() });
            emitted.types.insert(folded(&path));
        }
        syn::Item::Enum(item) => {
            let path = path(&item.ident);
            emitted.types.insert(folded(&path));
            if item.variants.iter().any(|variant| variant.fields != syn::Fields::Unit) {
                let idents = item.variants.iter().map(|variant| variant.ident.to_string());
                let variants = idents.map(|ident| (folded(&ident), ident)).collect();
                emitted.rust.insert(folded(&path), Rust::Oneof { variants, path });
            }
        }
        syn::Item::Mod(module) => {
            let inner = format!("{scope}{}::", module.ident);
            for item in module.content.iter().flat_map(|(_, items)| items) {
                types(&inner, item, emitted);
            }
        }
        _ => {}
    }
}

fn methods(items: &[syn::Item]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in items {
        if let syn::Item::Impl(item) = item {
            for member in &item.items {
                if let syn::ImplItem::Fn(function) = member
                    && function.sig.asyncness.is_some()
                {
                    names.insert(function.sig.ident.to_string());
                }
            }
        }
    }
    names
}

/// Rust's spelling of a name differs from the contract's in case and punctuation only (`NearIMUSearch`, `NearImuSearch`,
/// `near_imu_search`): folding both away finds one from the other.
pub fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect()
}

/// Folded name of each top-level message and enum → the module named after its proto file.
fn homes(descriptors: &FileDescriptorSet) -> anyhow::Result<BTreeMap<String, String>> {
    let mut homes = BTreeMap::new();
    for file in descriptors.file.iter().filter(|file| !file.name().starts_with("google/")) {
        let stem = Path::new(file.name()).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if stem.is_empty() || !stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            bail!("{} does not make a module name", file.name());
        }
        let names = file.message_type.iter().map(prost_types::DescriptorProto::name);
        for name in names.chain(file.enum_type.iter().map(prost_types::EnumDescriptorProto::name)) {
            if homes.insert(folded(name), stem.to_owned()).is_some() {
                bail!("two messages differ from {name} in case and underscores only");
            }
        }
    }
    Ok(homes)
}
