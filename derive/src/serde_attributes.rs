//! serde's attributes that change the names and the presence of properties.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Expr, LitStr, Result, Token};

use crate::names::Rule;

/// serde's attributes of a struct.
#[derive(Default)]
pub(crate) struct StructAttributes {
    pub(crate) rename_all: Option<Rule>,
}

/// serde's attributes of a field.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "one per attribute of serde")]
pub(crate) struct FieldAttributes {
    pub(crate) rename: Option<String>,
    pub(crate) skip_serializing: bool,
    pub(crate) skip_deserializing: bool,
    pub(crate) flatten: bool,
    /// A function of the application writes the value, so its form is unknown here.
    pub(crate) serialize_with: bool,
}

impl StructAttributes {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut this = Self::default();
        each_serde(attributes, |meta| {
            if meta.path.is_ident("rename_all") {
                let name = one_name(meta)?;
                let rule = Rule::parse(&name.value())
                    .ok_or_else(|| syn::Error::new(name.span(), "unknown `rename_all` rule of serde"))?;
                this.rename_all = Some(rule);
                return Ok(());
            }
            for refused in ["transparent", "tag", "untagged", "from", "try_from", "into", "remote"] {
                if meta.path.is_ident(refused) {
                    return Err(meta.error(format!(
                        "`{refused}` is not supported: the properties are the fields, and serde would write or read something else"
                    )));
                }
            }
            skip_value(meta)
        })?;
        Ok(this)
    }
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut this = Self::default();
        each_serde(attributes, |meta| {
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
            skip_value(meta)
        })?;
        Ok(this)
    }
}

fn each_serde(attributes: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>) -> Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .try_for_each(|attribute| attribute.parse_nested_meta(|meta| read(&meta)))
}

/// Skips attributes that do not matter here. serde reports those that are wrong.
fn skip_value(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    } else if meta.input.peek(syn::token::Paren) {
        meta.parse_nested_meta(|inner| skip_value(&inner))?;
    }
    Ok(())
}

/// Reads `= "name"`, or `(serialize = "name", deserialize = "name")` with equal names.
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
        _ => Err(meta.error("a property has one name; use the same name for `serialize` and `deserialize`")),
    }
}
