//! What serde's own attributes say of names and of what is written and read.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, LitStr, Result, Token};

use crate::names::Rule;

/// Of a struct.
#[derive(Default)]
pub(crate) struct OfStruct {
    pub(crate) rename_all: Option<Rule>,
}

/// Of a field.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "as serde has them")]
pub(crate) struct OfField {
    pub(crate) rename: Option<String>,
    pub(crate) skip_serializing: bool,
    pub(crate) skip_deserializing: bool,
    pub(crate) flatten: bool,
    /// Somebody else writes the value.
    pub(crate) serialize_with: bool,
}

impl OfStruct {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut this = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("rename_all") {
                let name = one_name(meta)?;
                let rule =
                    Rule::parse(&name.value()).ok_or_else(|| syn::Error::new(name.span(), "serde has no such rule"))?;
                this.rename_all = Some(rule);
                return Ok(());
            }
            for refused in ["transparent", "tag", "untagged", "from", "try_from", "into", "remote"] {
                if meta.path.is_ident(refused) {
                    return Err(meta.error(format!(
                        "with `{refused}`, serde writes or reads something else than the fields, which are the properties"
                    )));
                }
            }
            ignore(meta)
        })?;
        Ok(this)
    }
}

impl OfField {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut this = Self::default();
        each(attributes, |meta| {
            let is = |name: &str| meta.path.is_ident(name);
            if is("rename") {
                this.rename = Some(one_name(meta)?.value());
                return Ok(());
            }
            if is("skip") {
                (this.skip_serializing, this.skip_deserializing) = (true, true);
            } else if is("skip_serializing") {
                this.skip_serializing = true;
            } else if is("skip_deserializing") {
                this.skip_deserializing = true;
            } else if is("flatten") {
                this.flatten = true;
            } else if is("with") || is("serialize_with") {
                this.serialize_with = true;
            }
            ignore(meta)
        })?;
        Ok(this)
    }
}

fn each(attributes: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>) -> Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .try_for_each(|attribute| attribute.parse_nested_meta(|meta| read(&meta)))
}

/// Serde itself says what is wrong with the rest.
fn ignore(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| ignore(&inner))?;
    }
    Ok(())
}

/// `= "name"`, or `(serialize = "name", deserialize = "name")` where both are the same.
fn one_name(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse();
    }
    let (mut written, mut read) = (None, None);
    meta.parse_nested_meta(|inner| {
        let name: LitStr = inner.value()?.parse()?;
        if inner.path.is_ident("serialize") {
            written = Some(name);
        } else {
            read = Some(name);
        }
        Ok(())
    })?;
    match (written, read) {
        (Some(written), Some(read)) if written.value() == read.value() => Ok(written),
        _ => Err(meta.error("a property has one name: it is written and read under the same")),
    }
}
