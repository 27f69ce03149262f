//! A field of the derived struct with its attributes.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Error, Ident, LitBool, LitStr, Result, Token, Type, Visibility};

use crate::names::{self, Rule};
use crate::serde_attributes::FieldAttributes;

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// `#[serde(flatten)]`: the fields of another struct count as fields of this one.
    Flattened,
    Property(Box<Property>),
}

pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) description: Option<LitStr>,
    /// The value of the attribute, and the variant of `Tokenization` with that name.
    pub(crate) tokenization: Option<(LitStr, Ident)>,
    pub(crate) index_filterable: Option<LitBool>,
    pub(crate) index_searchable: Option<LitBool>,
    pub(crate) index_range_filters: Option<LitBool>,
    pub(crate) data_type: Option<LitStr>,
    pub(crate) references: Vec<LitStr>,
    /// Name of the vector that the field holds.
    pub(crate) vector: Option<LitStr>,
    pub(crate) serialize_with: bool,
}

/// Tokenizations with the variants of `Tokenization`.
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

const KNOWN: &str = "use `tokenization`, `index_filterable`, `index_searchable`, `index_range_filters`, `description`, \
                     `data_type`, `vector` or `reference`";

/// Name of a vector without one.
const DEFAULT_VECTOR: &str = "default";

impl Field {
    /// Reads a field. `None` for a field that is not a property.
    pub(crate) fn read(field: &syn::Field, rename_all: Option<Rule>) -> Result<Option<Self>> {
        let Some(ident) = &field.ident else { return Ok(None) };
        let serde = FieldAttributes::read(&field.attrs)?;
        let mut property = Property {
            name: String::new(),
            description: None,
            tokenization: None,
            index_filterable: None,
            index_searchable: None,
            index_range_filters: None,
            data_type: None,
            references: Vec::new(),
            vector: None,
            serialize_with: serde.serialize_with,
        };
        let mut weaviate_attribute = None;
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("weaviate")) {
            weaviate_attribute = Some(attribute);
            attribute.parse_nested_meta(|meta| property.read_attribute(&meta))?;
        }
        let this = |kind| Some(Self { ident: ident.clone(), vis: field.vis.clone(), ty: field.ty.clone(), kind });
        if serde.flatten {
            return match weaviate_attribute {
                None => Ok(this(Kind::Flattened)),
                Some(attribute) => Err(Error::new_spanned(
                    attribute,
                    "a flattened field is not a property; move the attribute to a field of the flattened struct",
                )),
            };
        }
        if serde.skip_serializing && serde.skip_deserializing {
            return match weaviate_attribute {
                None => Ok(None),
                Some(attribute) => Err(Error::new_spanned(
                    attribute,
                    "a field with `#[serde(skip)]` is not a property; remove one attribute",
                )),
            };
        }
        property.name = match (serde.rename, rename_all) {
            (Some(name), _) => name,
            (None, Some(rule)) => rule.apply(&ident.unraw().to_string()),
            (None, None) => ident.unraw().to_string(),
        };
        match names::problem(&property.name) {
            None => Ok(this(Kind::Property(Box::new(property)))),
            Some(problem) => Err(Error::new(ident.span(), problem)),
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
    fn read_attribute(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "description" => set_once(meta, &mut self.description, meta.value()?.parse()?),
            "tokenization" => {
                let value: LitStr = meta.value()?.parse()?;
                let variant = variant(&value)?;
                set_once(meta, &mut self.tokenization, (value, variant))
            }
            "index_filterable" => set_once(meta, &mut self.index_filterable, flag(meta)?),
            "index_searchable" => set_once(meta, &mut self.index_searchable, flag(meta)?),
            "index_range_filters" => set_once(meta, &mut self.index_range_filters, flag(meta)?),
            "data_type" => set_once(meta, &mut self.data_type, meta.value()?.parse()?),
            "reference" => {
                let target: LitStr = meta.value()?.parse()?;
                if !names::is_collection(&target.value()) {
                    let message = "not a valid name of a collection, which is a letter, then up to 254 ASCII letters, digits or \
                                   underscores";
                    return Err(Error::new(target.span(), message));
                }
                let name = target.value().to_lowercase();
                if self.references.iter().any(|known| known.value().to_lowercase() == name) {
                    return Err(Error::new(target.span(), "duplicate collection; remove one"));
                }
                self.references.push(target);
                Ok(())
            }
            "vector" => {
                let name = if meta.input.peek(Token![=]) {
                    meta.value()?.parse()?
                } else {
                    LitStr::new(DEFAULT_VECTOR, meta.path.span())
                };
                if !names::is_vector(&name.value()) {
                    let message = "not a valid name of a vector, which is a letter or underscore, then up to 229 ASCII \
                                   letters, digits or underscores; `vector` alone names it `default`";
                    return Err(Error::new(name.span(), message));
                }
                set_once(meta, &mut self.vector, name)
            }
            "name" | "rename" => {
                Err(meta.error("the name of a property is set through serde: `#[serde(rename = \"...\")]`"))
            }
            _ => Err(meta.error(format!("unknown attribute; {KNOWN}"))),
        }
    }
}

fn set_once<T>(meta: &ParseNestedMeta<'_>, place: &mut Option<T>, value: T) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(meta.error("duplicate attribute; remove one")),
    }
}

/// Reads a flag: `index_filterable = false`, or `index_range_filters` for true.
fn flag(meta: &ParseNestedMeta<'_>) -> Result<LitBool> {
    if meta.input.peek(Token![=]) { meta.value()?.parse() } else { Ok(LitBool::new(true, meta.path.span())) }
}

fn variant(value: &LitStr) -> Result<Ident> {
    let text = value.value();
    let known = TOKENIZATIONS.iter().find(|(name, _)| *name == text);
    known.map(|(_, variant)| Ident::new(variant, value.span())).ok_or_else(|| {
        let known: Vec<_> = TOKENIZATIONS.iter().map(|(name, _)| format!("`{name}`")).collect();
        Error::new(value.span(), format!("unknown tokenization; use one of {}", known.join(", ")))
    })
}
