//! progenitor's client methods, reworked: path parameters that would change the route are refused, optional bodies
//! can be left out, lists are joined, deprecations are marked, and no header of progenitor's own is sent.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use quote::{ToTokens as _, quote};
use syn::visit_mut::{self, VisitMut};

use super::types::ShortPaths;
use crate::generate::facts::{Facts, Operation};
use crate::generate::grpc::folded;
use crate::generate::words::{Group, Words};

/// Methods by the module they go to.
pub fn rework(
    methods: Vec<syn::ImplItemFn>,
    facts: &Facts,
    words: &mut Words,
) -> anyhow::Result<BTreeMap<String, Vec<syn::ImplItemFn>>> {
    let mut modules: BTreeMap<String, Vec<syn::ImplItemFn>> = BTreeMap::new();
    for mut method in methods {
        let name = method.sig.ident.to_string();
        let operation = facts
            .operations
            .get(&folded(&name))
            .with_context(|| format!("progenitor wrote a method {name} that no operation asks for"))?;
        rework_one(&mut method, operation).with_context(|| format!("in {name}"))?;
        if let Some(text) = words.about(Group::Operation, &operation.id) {
            let text = format!(" {text}");
            method.attrs.splice(0..0, [syn::parse_quote!(#[doc = #text]), syn::parse_quote!(#[doc = ""])]);
        }
        modules.entry(operation.module.clone()).or_default().push(method);
    }
    for methods in modules.values_mut() {
        methods.sort_by_key(|method| method.sig.ident.to_string());
    }
    Ok(modules)
}

fn rework_one(method: &mut syn::ImplItemFn, operation: &Operation) -> anyhow::Result<()> {
    method.attrs.retain(|attr| !attr.path().is_ident("doc"));
    let doc = format!(" `{} {}` (`{}`)", operation.method, operation.path, operation.id);
    method.attrs.insert(0, syn::parse_quote!(#[doc = #doc]));
    if operation.deprecated {
        method.attrs.push(syn::parse_quote!(#[deprecated]));
    }
    drop_version_header(&mut method.block)?;
    let mut segments = Segments { placed: 0, failed: None };
    segments.visit_block_mut(&mut method.block);
    if let Some(error) = segments.failed {
        return Err(error.into());
    }
    let expected = operation.path.matches('{').count();
    if segments.placed != expected {
        bail!("{} of {expected} path parameters are guarded", segments.placed);
    }
    if operation.optional_body {
        make_body_optional(method)?;
    }
    ShortPaths { imports: false }.visit_impl_item_fn_mut(method);
    join_lists(method, operation)
}

/// Removes the `api-version` header, and the header map with it where nothing else is put in.
fn drop_version_header(block: &mut syn::Block) -> anyhow::Result<()> {
    let before = block.stmts.len();
    block.stmts.retain(|statement| !statement.to_token_stream().to_string().contains("\"api-version\""));
    if before != block.stmts.len() + 1 {
        bail!("progenitor's api-version header is not where it was");
    }
    let appends = |statement: &syn::Stmt| statement.to_token_stream().to_string().contains("header_map . append");
    if block.stmts.iter().any(appends) {
        return Ok(());
    }
    block.stmts.retain(|statement| !statement.to_token_stream().to_string().starts_with("let mut header_map"));
    Unchain { method: "headers", argument: "header_map", replace: None, done: 0 }.once(block)
}

/// Rewrites `receiver.method(argument)` to `replace(receiver)`, or to the receiver alone.
struct Unchain {
    method: &'static str,
    argument: &'static str,
    replace: Option<fn(&syn::Expr) -> syn::Expr>,
    done: usize,
}

impl Unchain {
    fn once(mut self, block: &mut syn::Block) -> anyhow::Result<()> {
        self.visit_block_mut(block);
        if self.done != 1 {
            bail!(".{}({}) stands {} times where once was expected", self.method, self.argument, self.done);
        }
        Ok(())
    }
}

impl VisitMut for Unchain {
    fn visit_expr_mut(&mut self, expr: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let syn::Expr::MethodCall(call) = expr else {
            return;
        };
        let argument = call.args.to_token_stream().to_string();
        if call.method == self.method && argument == self.argument {
            self.done += 1;
            let receiver = (*call.receiver).clone();
            *expr = self.replace.map_or(receiver.clone(), |replace| replace(&receiver));
        }
    }
}

/// `encode_path(&name.to_string())` → `segment("name", name)?`, inside the `format!` that makes the url.
struct Segments {
    placed: usize,
    failed: Option<syn::Error>,
}

impl VisitMut for Segments {
    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if !call.path.is_ident("format") {
            return;
        }
        let parser = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let mut arguments = match call.parse_body_with(parser) {
            Ok(arguments) => arguments,
            Err(error) => {
                self.failed = Some(error);
                return;
            }
        };
        for argument in &mut arguments {
            if let Some(name) = encoded(argument) {
                let text = name.to_string();
                *argument = syn::parse_quote!(segment(#text, #name)?);
                self.placed += 1;
            }
        }
        call.tokens = arguments.to_token_stream();
    }
}

/// The variable in `encode_path(&variable.to_string())`.
fn encoded(expr: &syn::Expr) -> Option<syn::Ident> {
    let syn::Expr::Call(call) = expr else {
        return None;
    };
    let syn::Expr::Path(function) = &*call.func else {
        return None;
    };
    if !function.path.is_ident("encode_path") {
        return None;
    }
    let syn::Expr::Reference(reference) = call.args.first()? else {
        return None;
    };
    let syn::Expr::MethodCall(to_string) = &*reference.expr else {
        return None;
    };
    let syn::Expr::Path(variable) = &*to_string.receiver else {
        return None;
    };
    variable.path.get_ident().cloned()
}

fn argument<'a>(method: &'a mut syn::ImplItemFn, name: &str) -> Option<&'a mut syn::PatType> {
    method.sig.inputs.iter_mut().find_map(|input| match input {
        syn::FnArg::Typed(typed) => {
            let matches = matches!(&*typed.pat, syn::Pat::Ident(pat) if folded(&pat.ident.to_string()) == name);
            matches.then_some(typed)
        }
        syn::FnArg::Receiver(_) => None,
    })
}

fn make_body_optional(method: &mut syn::ImplItemFn) -> anyhow::Result<()> {
    let body = argument(method, "body").context("no argument is called body")?;
    let kind = &body.ty;
    body.ty = syn::parse_quote!(Option<#kind>);
    let replace: fn(&syn::Expr) -> syn::Expr = |receiver| syn::parse_quote!(optional_body(#receiver, body));
    Unchain { method: "json", argument: "& body", replace: Some(replace), done: 0 }.once(&mut method.block)
}

fn join_lists(method: &mut syn::ImplItemFn, operation: &Operation) -> anyhow::Result<()> {
    for name in &operation.joined {
        let argument = argument(method, name).with_context(|| format!("no argument is called {name}"))?;
        let optional = argument.ty.to_token_stream().to_string().starts_with("Option");
        argument.ty = if optional { syn::parse_quote!(Option<&'a [String]>) } else { syn::parse_quote!(&'a [String]) };
        let syn::Pat::Ident(pat) = &*argument.pat else { bail!("{name} is not a plain argument") };
        let variable = pat.ident.clone();
        let text = variable.to_string();
        let value = if optional { quote!(#variable) } else { quote!(Some(#variable)) };
        method.block.stmts.insert(0, syn::parse_quote!(let #variable = joined(#text, #value)?;));
    }
    Ok(())
}
