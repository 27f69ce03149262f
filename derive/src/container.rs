//! The struct as a whole.

use std::collections::BTreeSet;

use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Visibility};

use crate::field::Field;
use crate::serde_attributes::OfStruct;

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
                        "properties have names, so it takes a struct with named fields",
                    ));
                }
            },
            _ => {
                return Err(Error::new_spanned(
                    &input.ident,
                    "`Properties` is for structs: an object always has the same properties",
                ));
            }
        };
        if !input.generics.params.is_empty() {
            return Err(Error::new_spanned(
                &input.generics,
                "a collection has one schema, so the struct has no parameters",
            ));
        }
        if let Some(attribute) = input.attrs.iter().find(|attribute| attribute.path().is_ident("weaviate")) {
            return Err(Error::new_spanned(
                attribute,
                "there is nothing to say of the struct here: settings of the collection go into `CollectionConfig`",
            ));
        }
        let serde = OfStruct::read(&input.attrs)?;
        let mut fields = Vec::new();
        let mut errors: Option<Error> = None;
        let mut seen = BTreeSet::new();
        for field in &named.named {
            match Field::read(field, serde.rename_all) {
                Ok(Some(field)) => {
                    if let Some(name) = field.property_name()
                        && !seen.insert(name.to_lowercase())
                    {
                        let error = Error::new(field.ident.span(), format!("there is another property `{name}`"));
                        combine(&mut errors, error);
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

/// All that is wrong is said at once.
fn combine(errors: &mut Option<Error>, error: Error) {
    match errors {
        None => *errors = Some(error),
        Some(errors) => errors.combine(error),
    }
}
