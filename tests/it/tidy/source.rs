//! Parsed source: every item of the public API with its documentation, those that macros make included.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::{Attribute, Expr, ExprLit, Fields, FnArg, ImplItem, Item, Lit, Meta, ReturnType, Type, Visibility};

use super::{files, root};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    Type,
    /// A function outside an `impl`.
    Function,
    Method,
    /// A field, variant, constant or line of a table that a macro reads.
    Other,
}

#[derive(Debug)]
pub(super) struct Documented {
    /// Relative to the root of the repository.
    pub(super) file: String,
    /// The first line of the documentation, or that of the name.
    pub(super) line: usize,
    /// The type that a method, field or variant belongs to; `name!` for what the body of a macro has.
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Lines without the comment marks.
    pub(super) docs: Vec<String>,
    /// Returns or sets a `bool`.
    pub(super) predicate: bool,
    /// An associated function without `self`.
    pub(super) constructor: bool,
}

impl Documented {
    pub(super) fn has_example(&self) -> bool {
        !self.example().is_empty()
    }

    /// From the first fence on.
    pub(super) fn example(&self) -> &[String] {
        let from = self.docs.iter().position(|line| line.trim_start().starts_with("```"));
        &self.docs[from.unwrap_or(self.docs.len())..]
    }

    pub(super) fn summary(&self) -> &str {
        self.docs.iter().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// The first sentence, across lines.
    pub(super) fn first_sentence(&self) -> String {
        let paragraph: Vec<_> = self
            .docs
            .iter()
            .map(|line| line.trim())
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect();
        let paragraph = paragraph.join(" ");
        let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
        paragraph[..end].to_owned()
    }

    /// `Client::meta`, or the name alone.
    pub(super) fn path(&self) -> String {
        if self.owner.is_empty() { self.name.clone() } else { format!("{}::{}", self.owner, self.name) }
    }
}

/// Reads `dirs`, which are relative to the root. Tests are left out.
pub(super) fn documented(dirs: &[&str]) -> Vec<Documented> {
    let mut found = Vec::new();
    for dir in dirs {
        for path in files(&root().join(dir), ".rs") {
            if path.iter().any(|part| part == "tests" || part == "tests.rs" || part == "templates") {
                continue;
            }
            let mut reader = Reader { file: relative(&path), found: &mut found };
            let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
            reader.add(&file.attrs, "", "//!", Kind::Module, Span::call_site(), false);
            reader.items(&file.items);
        }
    }
    found
}

pub(super) fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// `#[cfg(test)]`, and `#[cfg(all(test, ...))]`.
pub(super) fn is_test(attribute: &TokenStream) -> bool {
    let text: String = attribute.to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

struct Reader<'a> {
    file: String,
    found: &'a mut Vec<Documented>,
}

impl Reader<'_> {
    fn add(&mut self, attrs: &[Attribute], owner: &str, name: &str, kind: Kind, span: Span, predicate: bool) {
        let docs = attrs.iter().filter_map(doc).collect();
        let first = attrs.iter().find(|attribute| doc(attribute).is_some());
        let span = first.map_or(span, |attribute| attribute.pound_token.span);
        self.push(docs, owner, name, kind, span, predicate);
    }

    fn push(&mut self, docs: Vec<String>, owner: &str, name: &str, kind: Kind, span: Span, predicate: bool) {
        self.found.push(Documented {
            file: self.file.clone(),
            line: span.start().line.max(1),
            owner: owner.to_owned(),
            name: name.to_owned(),
            kind,
            docs,
            predicate,
            constructor: false,
        });
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Struct(it) if public(&it.vis) => {
                    let name = it.ident.to_string();
                    self.add(&it.attrs, "", &name, Kind::Type, it.ident.span(), false);
                    self.fields(&it.fields, &name, it.ident.span(), true);
                }
                Item::Enum(it) if public(&it.vis) => {
                    let name = it.ident.to_string();
                    self.add(&it.attrs, "", &name, Kind::Type, it.ident.span(), false);
                    for variant in &it.variants {
                        let span = variant.ident.span();
                        self.add(&variant.attrs, &name, &variant.ident.to_string(), Kind::Other, span, false);
                        self.fields(&variant.fields, &format!("{name}::{}", variant.ident), span, false);
                    }
                }
                Item::Trait(it) if public(&it.vis) => {
                    let name = it.ident.to_string();
                    self.add(&it.attrs, "", &name, Kind::Type, it.ident.span(), false);
                    for item in &it.items {
                        if let syn::TraitItem::Fn(method) = item {
                            self.method(&method.attrs, &name, &method.sig);
                        }
                    }
                }
                Item::Type(it) if public(&it.vis) => {
                    self.add(&it.attrs, "", &it.ident.to_string(), Kind::Type, it.ident.span(), false);
                }
                Item::Const(it) if public(&it.vis) => {
                    self.add(&it.attrs, "", &it.ident.to_string(), Kind::Other, it.ident.span(), false);
                }
                Item::Fn(it) if public(&it.vis) => {
                    let (name, span) = (it.sig.ident.to_string(), it.sig.ident.span());
                    self.add(&it.attrs, "", &name, Kind::Function, span, is_predicate(&it.sig));
                }
                Item::Mod(it) if !it.attrs.iter().any(test) => {
                    if let Some((_, items)) = &it.content {
                        self.items(items);
                    }
                }
                Item::Impl(it) if it.trait_.is_none() && !it.attrs.iter().any(test) => {
                    let owner = last_segment(&it.self_ty);
                    for item in &it.items {
                        match item {
                            ImplItem::Fn(it) if public(&it.vis) && !it.attrs.iter().any(test) => {
                                self.method(&it.attrs, &owner, &it.sig);
                            }
                            ImplItem::Const(it) if public(&it.vis) => {
                                self.add(&it.attrs, &owner, &it.ident.to_string(), Kind::Other, it.ident.span(), false);
                            }
                            ImplItem::Macro(it) => self.table(it.mac.tokens.clone(), &owner),
                            _ => {}
                        }
                    }
                }
                Item::Macro(it) if !it.attrs.iter().any(test) => {
                    let owner = match &it.ident {
                        Some(name) => format!("{name}!"),
                        None => String::new(),
                    };
                    self.table(it.mac.tokens.clone(), &owner);
                }
                _ => {}
            }
        }
    }

    fn method(&mut self, attrs: &[Attribute], owner: &str, sig: &syn::Signature) {
        self.add(attrs, owner, &sig.ident.to_string(), Kind::Method, sig.ident.span(), is_predicate(sig));
        self.found.last_mut().unwrap().constructor = sig.receiver().is_none();
    }

    fn fields(&mut self, fields: &Fields, owner: &str, within: Span, only_public: bool) {
        for field in fields.iter().filter(|field| !only_public || public(&field.vis)) {
            let name = field.ident.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string);
            let span = field.ident.as_ref().map_or(within, syn::Ident::span);
            self.add(&field.attrs, owner, &name, Kind::Other, span, mentions_bool(&field.ty));
        }
    }

    /// What a macro defines or is given: each documented line of it that is not private, and each sentence of a table.
    fn table(&mut self, tokens: TokenStream, owner: &str) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let (mut docs, mut start, mut at) = (Vec::new(), Span::call_site(), 0);
        while at < tokens.len() {
            if let (TokenTree::Punct(sign), Some(TokenTree::Group(group))) = (&tokens[at], tokens.get(at + 1))
                && sign.as_char() == '#'
                && group.delimiter() == Delimiter::Bracket
            {
                if let Some(text) = doc_tokens(group.stream()) {
                    if docs.is_empty() {
                        start = sign.span();
                    }
                    docs.push(text);
                }
                at += 2;
                continue;
            }
            let words: Vec<_> = tokens[at..].iter().take(12).map(ToString::to_string).collect();
            if !docs.is_empty() {
                let docs = std::mem::take(&mut docs);
                let private = ["fn", "impl", "const", "struct", "enum", "let", "use", "macro_rules"];
                let restricted = words[0] == "pub" && words.get(1).is_some_and(|word| word.starts_with('('));
                if !restricted && !private.contains(&words[0].as_str()) {
                    let keywords = ["pub", "async", "const", "fn", "struct", "enum", "$"];
                    let name = words.iter().find(|word| !keywords.contains(&word.as_str())).unwrap();
                    let method = words.iter().take(4).any(|word| word == "fn");
                    let named =
                        name.starts_with(char::is_uppercase) && words.get(1).is_some_and(|w| w.starts_with('{'));
                    let kind = match (method, named) {
                        (true, _) => Kind::Method,
                        (false, true) => Kind::Type,
                        (false, false) => Kind::Other,
                    };
                    let end = words.iter().position(|word| word == "#" || word == ";").unwrap_or(words.len());
                    let predicate = words[..end].iter().any(|word| word.contains("bool"));
                    self.push(docs, owner, name, kind, start, predicate);
                }
            }
            match &tokens[at] {
                TokenTree::Group(group) => self.table(group.stream(), owner),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value())
                        && text.starts_with(char::is_uppercase)
                        && text.ends_with('.')
                    {
                        self.push(vec![text], owner, "table", Kind::Other, literal.span(), false);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => is_test(&format!("cfg({})", list.tokens).parse().unwrap()),
        _ => false,
    }
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    if !pair.path.is_ident("doc") {
        return None;
    }
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Macro(call) => first_text(call.mac.tokens.clone()),
        _ => None,
    }
}

/// The text of `doc = "..."` and of `doc = concat!("...", ...)`; `doc = $doc` has none.
fn doc_tokens(attribute: TokenStream) -> Option<String> {
    let mut tokens = attribute.into_iter();
    match tokens.next() {
        Some(TokenTree::Ident(name)) if name == "doc" => first_text(tokens.collect()),
        _ => None,
    }
}

fn first_text(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) => {
            syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
        }
        TokenTree::Group(group) => first_text(group.stream()),
        _ => None,
    })
}

fn is_predicate(sig: &syn::Signature) -> bool {
    let returns = matches!(&sig.output, ReturnType::Type(_, ty) if mentions_bool(ty));
    returns || sig.inputs.iter().any(|input| matches!(input, FnArg::Typed(typed) if mentions_bool(&typed.ty)))
}

/// `bool`, `Option<bool>`, `Result<bool>`.
fn mentions_bool(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| {
        segment.ident == "bool"
            || matches!(&segment.arguments, syn::PathArguments::AngleBracketed(list)
                if list.args.iter().any(|arg| matches!(arg, syn::GenericArgument::Type(ty) if mentions_bool(ty))))
    })
}

fn last_segment(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().unwrap().ident.to_string(),
        _ => String::new(),
    }
}
