//! A field, and what its attributes say.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Error, Ident, LitBool, LitStr, Result, Token, Type, Visibility};

use crate::names::{self, Rule};
use crate::serde_attributes::OfField;

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// Another struct's fields, as if they were here.
    Flattened,
    Property(Box<Property>),
}

pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) description: Option<LitStr>,
    /// The value and the variant of `Tokenization`.
    pub(crate) tokenization: Option<(LitStr, Ident)>,
    pub(crate) index_filterable: Option<LitBool>,
    pub(crate) index_searchable: Option<LitBool>,
    pub(crate) index_range_filters: Option<LitBool>,
    pub(crate) data_type: Option<LitStr>,
    pub(crate) references: Vec<LitStr>,
    pub(crate) serialize_with: bool,
}

/// The tokenizations and the variants that stand for them.
const TOKENIZATIONS: [(&str, &str); 9] = [
    ("word", "Word"),
    ("lowercase", "Lowercase"),
    ("whitespace", "Whitespace"),
    ("field", "Field"),
    ("trigram", "Trigram"),
    ("gse", "Gse"),
    ("gse_ch", "GseCh"),
    ("kagome_ja", "KagomeJa"),
    ("kagome_kr", "KagomeKr"),
];

const KNOWN: &str = "there are `tokenization`, `index_filterable`, `index_searchable`, `index_range_filters`, `description`, \
                     `data_type` and `reference`";

impl Field {
    /// `None` for a field that is no property.
    pub(crate) fn read(field: &syn::Field, rename_all: Option<Rule>) -> Result<Option<Self>> {
        let Some(ident) = &field.ident else { return Ok(None) };
        let serde = OfField::read(&field.attrs)?;
        let mut property = Property {
            name: String::new(),
            description: None,
            tokenization: None,
            index_filterable: None,
            index_searchable: None,
            index_range_filters: None,
            data_type: None,
            references: Vec::new(),
            serialize_with: serde.serialize_with,
        };
        let mut spoken_of = None;
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("weaviate")) {
            spoken_of = Some(attribute);
            attribute.parse_nested_meta(|meta| property.take(&meta))?;
        }
        let is_reference = !property.references.is_empty();
        let this = |kind| Some(Self { ident: ident.clone(), vis: field.vis.clone(), ty: field.ty.clone(), kind });
        if serde.flatten {
            return match spoken_of {
                None => Ok(this(Kind::Flattened)),
                Some(attribute) => Err(Error::new_spanned(
                    attribute,
                    "a flattened field is no property; say this where the properties are",
                )),
            };
        }
        if serde.skip_serializing && serde.skip_deserializing && !is_reference {
            return match spoken_of {
                None => Ok(None),
                Some(attribute) => {
                    Err(Error::new_spanned(attribute, "what is neither written nor read is no property"))
                }
            };
        }
        if is_reference && !serde.skip_serializing {
            return Err(Error::new(
                ident.span(),
                "references are not written with the properties of an object: add `#[serde(skip_serializing, default)]`",
            ));
        }
        property.name = match (serde.rename, rename_all) {
            (Some(name), _) => name,
            (None, Some(rule)) => rule.apply(&ident.unraw().to_string()),
            (None, None) => ident.unraw().to_string(),
        };
        match names::fault(&property.name) {
            None => Ok(this(Kind::Property(Box::new(property)))),
            Some(fault) => Err(Error::new(ident.span(), fault)),
        }
    }

    pub(crate) fn property_name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Flattened => None,
            Kind::Property(property) => Some(&property.name),
        }
    }
}

impl Property {
    fn take(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "description" => once(meta, &mut self.description, meta.value()?.parse()?),
            "tokenization" => {
                let value: LitStr = meta.value()?.parse()?;
                let variant = variant(&value)?;
                once(meta, &mut self.tokenization, (value, variant))
            }
            "index_filterable" => once(meta, &mut self.index_filterable, flag(meta)?),
            "index_searchable" => once(meta, &mut self.index_searchable, flag(meta)?),
            "index_range_filters" => once(meta, &mut self.index_range_filters, flag(meta)?),
            "data_type" => once(meta, &mut self.data_type, meta.value()?.parse()?),
            "reference" => {
                let target: LitStr = meta.value()?.parse()?;
                if target.value().is_empty() {
                    return Err(Error::new(target.span(), "the name of the collection is empty"));
                }
                self.references.push(target);
                Ok(())
            }
            "name" | "rename" => Err(meta.error("the name of a property is serde's: `#[serde(rename = \"...\")]`")),
            _ => Err(meta.error(format!("no such attribute; {KNOWN}"))),
        }
    }
}

fn once<T>(meta: &ParseNestedMeta<'_>, place: &mut Option<T>, value: T) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("this is said twice")),
    }
}

/// `index_filterable = false`, or `index_range_filters` for true.
fn flag(meta: &ParseNestedMeta<'_>) -> Result<LitBool> {
    if meta.input.peek(Token![=]) { meta.value()?.parse() } else { Ok(LitBool::new(true, meta.path.span())) }
}

fn variant(value: &LitStr) -> Result<Ident> {
    let text = value.value();
    let known = TOKENIZATIONS.iter().find(|(name, _)| *name == text);
    known.map(|(_, variant)| Ident::new(variant, value.span())).ok_or_else(|| {
        let known: Vec<_> = TOKENIZATIONS.iter().map(|(name, _)| format!("`{name}`")).collect();
        Error::new(value.span(), format!("no such tokenization; there are {}", known.join(", ")))
    })
}
