//! Rewriting of progenitor's client methods.
//!
//! - A path parameter that would change the route is refused.
//! - An optional body becomes an `Option`.
//! - List parameters are joined with commas.
//! - Deprecated operations are marked.
//! - progenitor's `api-version` header is removed.
//! - A method builds its request only. `Client::json` or `Client::empty` calls the hooks, sends it,
//!   and checks the success that it reads.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use quote::{ToTokens as _, quote};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

use super::type_name;
use super::types::{FreeNames, ShortPaths};
use crate::generate::contract::{method_name, without_marks};
use crate::generate::docs::{Docs, Group};
use crate::generate::grpc::folded;
use crate::generate::metadata::{Metadata, Operation};

/// Rewrites all methods. Returns them by module.
pub fn rewrite(
    methods: Vec<syn::ImplItemFn>,
    metadata: &Metadata,
    docs: &mut Docs,
) -> anyhow::Result<BTreeMap<String, Vec<syn::ImplItemFn>>> {
    let mut modules: BTreeMap<String, Vec<syn::ImplItemFn>> = BTreeMap::new();
    for mut method in methods {
        WithoutMarks.visit_impl_item_fn_mut(&mut method);
        FreeNames { unqualified: false }.visit_impl_item_fn_mut(&mut method);
        let name = method_name(&method.sig.ident.to_string());
        method.sig.ident = syn::Ident::new(&name, method.sig.ident.span());
        let operation = metadata
            .operations
            .get(&folded(&name))
            .with_context(|| format!("progenitor generated a method {name} without an operation"))?;
        rewrite_method(&mut method, operation).with_context(|| format!("method {name}"))?;
        if let Some(text) = docs.lookup(Group::Operation, &operation.id) {
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

/// Restores the names of parameters in the request.
struct WithoutMarks;

impl VisitMut for WithoutMarks {
    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        *text = syn::LitStr::new(&without_marks(&text.value()), text.span());
    }
}

fn rewrite_method(method: &mut syn::ImplItemFn, operation: &Operation) -> anyhow::Result<()> {
    method.attrs.retain(|attr| !attr.path().is_ident("doc"));
    let doc = format!(" `{} {}` (`{}`)", operation.method, operation.path, operation.id);
    method.attrs.insert(0, syn::parse_quote!(#[doc = #doc]));
    if operation.deprecated {
        method.attrs.push(syn::parse_quote!(#[deprecated]));
    }
    drop_version_header(&mut method.block)?;
    let mut segments = PathSegments { replaced: 0, failed: None };
    segments.visit_block_mut(&mut method.block);
    if let Some(error) = segments.failed {
        return Err(error.into());
    }
    let expected = operation.path.matches('{').count();
    if segments.replaced != expected {
        bail!("replaced {} of {expected} path parameters", segments.replaced);
    }
    if operation.optional_body {
        make_body_optional(method)?;
    }
    ShortPaths { imports: false }.visit_impl_item_fn_mut(method);
    join_lists(method, operation)?;
    send(method)
}

/// Turns the async method into a plain one: it builds the request, and `json` or `empty` of the
/// client sends it and reads the reply.
///
/// A method of its own future would be compiled as one, from the hooks to the text of each error,
/// and again in the future of its caller. Here that happens once for each type of reply.
fn send(method: &mut syn::ImplItemFn) -> anyhow::Result<()> {
    let operation = method.sig.ident.to_string();
    let Success { statuses, reader } = success_of(method)?;
    if reader == "json" {
        // `Client::json` sets it.
        ReplaceCall { method: "header", argument: ACCEPT_JSON, replace: None, done: 0 }.once(&mut method.block)?;
    }
    let statements = &mut method.block.stmts;
    let find = |start: &str| statements.iter().position(|found| found.to_token_stream().to_string().starts_with(start));
    let (Some(first), Some(last)) = (find("let info = OperationInfo"), find("let response = result ?")) else {
        bail!("progenitor sends the request in an unknown way");
    };
    if last != first + 4 || last + 2 != statements.len() {
        bail!("progenitor has other hooks than `pre`, `exec` and `post`");
    }
    statements.truncate(first);
    let Some(syn::Stmt::Local(syn::Local { pat: syn::Pat::Ident(pat), init: Some(request), .. })) = statements.pop()
    else {
        bail!("progenitor builds the request in an unknown way");
    };
    if pat.ident != "request" {
        bail!("progenitor names the request {}", pat.ident);
    }
    let request = match *request.expr {
        syn::Expr::Try(request) => match *request.expr {
            syn::Expr::MethodCall(build) if build.method == "build" => build.receiver,
            _ => bail!("progenitor builds the request in an unknown way"),
        },
        _ => bail!("progenitor builds a request that cannot fail"),
    };
    statements.push(syn::Stmt::Expr(syn::parse_quote!(Ok(#request)), None));
    let build = &method.block;
    method.block = syn::parse_quote!({
        let request = || #build;
        self.#reader(&[#(#statuses),*], #operation, request)
    });
    // Compiled where it is called, and not at all without a caller.
    method.attrs.push(syn::parse_quote!(#[inline]));
    method.sig.asyncness = None;
    method.sig.generics = syn::Generics::default();
    WithoutLifetimes.visit_signature_mut(&mut method.sig);
    method.sig.output = Reply::of(&method.sig.output)?;
    Ok(())
}

const ACCEPT_JSON: &str =
    ":: reqwest :: header :: ACCEPT , :: reqwest :: header :: HeaderValue :: from_static (\"application/json\" ,)";

/// Successes of an operation, which are read in the same way.
struct Success {
    statuses: Vec<syn::LitInt>,
    /// Method of the client that reads them.
    reader: syn::Ident,
}

/// Finds the successes in the `match` over the status, which ends the method.
fn success_of(method: &syn::ImplItemFn) -> anyhow::Result<Success> {
    let Some(syn::Stmt::Expr(syn::Expr::Match(statuses), None)) = method.block.stmts.last() else {
        bail!("progenitor does not end a method with a match over the status");
    };
    let [successes @ .., failure] = statuses.arms.as_slice() else { bail!("the operation has no reply") };
    if failure.body.to_token_stream().to_string() != "Err (Error :: UnexpectedResponse (response))" {
        bail!("progenitor reads a failure in an unknown way");
    }
    let (mut statuses, mut readers) = (Vec::new(), BTreeSet::new());
    for success in successes {
        let syn::Pat::Lit(syn::ExprLit { lit: syn::Lit::Int(status), .. }) = &success.pat else {
            bail!("the status of a success is not a number");
        };
        statuses.push(syn::LitInt::new(status.base10_digits(), status.span()));
        let read = success.body.to_token_stream().to_string();
        readers.insert(match read.trim_matches(['{', '}', ' ']) {
            "ResponseValue :: from_response (response) . await" => "json",
            "Ok (ResponseValue :: empty (response))" => "empty",
            other => bail!("progenitor reads a success in an unknown way: {other}"),
        });
    }
    match readers.iter().collect::<Vec<_>>().as_slice() {
        [reader] => Ok(Success { statuses, reader: syn::parse_str(reader)? }),
        _ => bail!("the operation has no success, or some with a body and some without"),
    }
}

/// Removes lifetimes: the request is complete when the method returns.
struct WithoutLifetimes;

impl VisitMut for WithoutLifetimes {
    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        if let Some((_, lifetime)) = &mut receiver.reference {
            *lifetime = None;
        }
        *receiver.ty = syn::parse_quote!(&Self);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        visit_mut::visit_type_reference_mut(self, reference);
        reference.lifetime = None;
    }
}

/// Finds `T` in `Result<ResponseValue<T>, Error<()>>`.
#[derive(Default)]
struct Reply {
    kind: Option<syn::Type>,
}

impl Reply {
    fn of(output: &syn::ReturnType) -> anyhow::Result<syn::ReturnType> {
        let mut reply = Self::default();
        reply.visit_return_type(output);
        let kind = reply.kind.context("progenitor returns another type than ResponseValue")?;
        Ok(syn::parse_quote!(-> Reply<#kind>))
    }
}

impl<'a> Visit<'a> for Reply {
    fn visit_path_segment(&mut self, segment: &'a syn::PathSegment) {
        match &segment.arguments {
            syn::PathArguments::AngleBracketed(arguments) if segment.ident == "ResponseValue" => {
                if let Some(syn::GenericArgument::Type(kind)) = arguments.args.first() {
                    self.kind = Some(kind.clone());
                }
            }
            _ => visit::visit_path_segment(self, segment),
        }
    }
}

/// Removes the `api-version` header. Removes the header map too if it has no other header.
fn drop_version_header(block: &mut syn::Block) -> anyhow::Result<()> {
    let before = block.stmts.len();
    block.stmts.retain(|statement| !statement.to_token_stream().to_string().contains("\"api-version\""));
    if before != block.stmts.len() + 1 {
        bail!("progenitor no longer generates exactly one `api-version` header");
    }
    let appends = |statement: &syn::Stmt| statement.to_token_stream().to_string().contains("header_map . append");
    if block.stmts.iter().any(appends) {
        return Ok(());
    }
    block.stmts.retain(|statement| !statement.to_token_stream().to_string().starts_with("let mut header_map"));
    ReplaceCall { method: "headers", argument: "header_map", replace: None, done: 0 }.once(block)
}

/// Replaces `receiver.method(argument)` by `replace(receiver)`, or by the receiver if `replace` is
/// `None`.
struct ReplaceCall {
    method: &'static str,
    argument: &'static str,
    replace: Option<fn(&syn::Expr) -> syn::Expr>,
    done: usize,
}

impl ReplaceCall {
    fn once(mut self, block: &mut syn::Block) -> anyhow::Result<()> {
        self.visit_block_mut(block);
        if self.done != 1 {
            bail!("expected one call .{}({}), found {}", self.method, self.argument, self.done);
        }
        Ok(())
    }
}

impl VisitMut for ReplaceCall {
    fn visit_expr_mut(&mut self, expr: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let syn::Expr::MethodCall(call) = expr else {
            return;
        };
        let argument = call.args.to_token_stream().to_string();
        if call.method == self.method && argument.trim_end_matches([' ', ',']) == self.argument {
            self.done += 1;
            let receiver = (*call.receiver).clone();
            *expr = self.replace.map_or(receiver.clone(), |replace| replace(&receiver));
        }
    }
}

/// Replaces `encode_path(&name.to_string())` by `segment("name", name)?` in the `format!` of the
/// URL.
struct PathSegments {
    replaced: usize,
    failed: Option<syn::Error>,
}

impl VisitMut for PathSegments {
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
            if let Some(name) = encoded_variable(argument) {
                let text = name.to_string();
                *argument = syn::parse_quote!(segment(#text, #name)?);
                self.replaced += 1;
            }
        }
        call.tokens = arguments.to_token_stream();
    }
}

/// Returns the variable of `encode_path(&variable.to_string())`.
fn encoded_variable(expr: &syn::Expr) -> Option<syn::Ident> {
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
    let body = argument(method, "body").context("no argument is named body")?;
    let kind = &body.ty;
    let is_sized_reference = match &**kind {
        syn::Type::Reference(reference) => type_name(&reference.elem).as_deref() != Some("str"),
        _ => false,
    };
    body.ty = syn::parse_quote!(Option<#kind>);
    // `optional_body` takes a reference, and progenitor passes numbers and the like by value.
    let replace: fn(&syn::Expr) -> syn::Expr = if is_sized_reference {
        |receiver| syn::parse_quote!(optional_body(#receiver, body))
    } else {
        |receiver| syn::parse_quote!(optional_body(#receiver, body.as_ref()))
    };
    ReplaceCall { method: "json", argument: "& body", replace: Some(replace), done: 0 }.once(&mut method.block)
}

fn join_lists(method: &mut syn::ImplItemFn, operation: &Operation) -> anyhow::Result<()> {
    for name in &operation.joined {
        let argument = argument(method, name).with_context(|| format!("no argument is named {name}"))?;
        let optional = argument.ty.to_token_stream().to_string().starts_with("Option");
        argument.ty = if optional { syn::parse_quote!(Option<&[String]>) } else { syn::parse_quote!(&[String]) };
        let syn::Pat::Ident(pat) = &*argument.pat else { bail!("the argument {name} is a pattern") };
        let variable = pat.ident.clone();
        let text = variable.to_string();
        let value = if optional { quote!(#variable) } else { quote!(Some(#variable)) };
        method.block.stmts.insert(0, syn::parse_quote!(let #variable = joined(#text, #value)?;));
    }
    Ok(())
}
