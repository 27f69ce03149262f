//! The derived struct: its checks and its fields.

use std::collections::BTreeSet;

use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Visibility};

use crate::field::{Field, Kind};
use crate::serde_attributes::StructAttributes;

pub(crate) struct Container {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) fields: Vec<Field>,
}

impl Container {
    pub(crate) fn read(input: &DeriveInput) -> Result<Self> {
        let named = match &input.data {
            Data::Struct(data) => match &data.fields {
                Fields::Named(named) => named,
                _ => {
                    return Err(Error::new_spanned(
                        &input.ident,
                        "`Properties` needs a struct with named fields, since each field is a property",
                    ));
                }
            },
            _ => {
                return Err(Error::new_spanned(
                    &input.ident,
                    "`Properties` can only be derived for a struct with named fields",
                ));
            }
        };
        if !input.generics.params.is_empty() {
            return Err(Error::new_spanned(
                &input.generics,
                "`Properties` cannot be derived for a generic struct; a collection has one schema, so remove the parameters",
            ));
        }
        if let Some(attribute) = input.attrs.iter().find(|attribute| attribute.path().is_ident("weaviate")) {
            return Err(Error::new_spanned(
                attribute,
                "`#[weaviate(..)]` belongs to fields; set options of the collection in `CollectionConfig`",
            ));
        }
        let serde = StructAttributes::read(&input.attrs)?;
        let mut fields = Vec::new();
        let mut errors: Option<Error> = None;
        let mut seen = BTreeSet::new();
        let mut vectors = BTreeSet::new();
        for field in &named.named {
            match Field::read(field, serde.rename_all) {
                Ok(Some(field)) => {
                    if let Some(name) = field.property_name()
                        && !seen.insert(name.to_lowercase())
                    {
                        let error = Error::new(
                            field.ident.span(),
                            format!(
                                "duplicate property `{name}` (case is ignored); rename one with `#[serde(rename = \"...\")]`"
                            ),
                        );
                        combine(&mut errors, error);
                    }
                    if let Kind::Property(property) = &field.kind
                        && let Some(vector) = &property.vector
                        && !vectors.insert(vector.value())
                    {
                        let message =
                            format!("duplicate vector `{}`; name one with `vector = \"...\"`", vector.value());
                        combine(&mut errors, Error::new(vector.span(), message));
                    }
                    fields.push(field);
                }
                Ok(None) => {}
                Err(error) => combine(&mut errors, error),
            }
        }
        match errors {
            None => Ok(Self { ident: input.ident.clone(), vis: input.vis.clone(), fields }),
            Some(errors) => Err(errors),
        }
    }
}

/// Collects errors, so that the compiler reports all of them at once.
fn combine(errors: &mut Option<Error>, error: Error) {
    match errors {
        None => *errors = Some(error),
        Some(errors) => errors.combine(error),
    }
}
