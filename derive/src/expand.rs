//! Generation of the code that the derive emits.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Result};

use crate::container::Container;
use crate::field::{Field, Kind, Property};

pub(crate) fn expand(container: &Container) -> Result<TokenStream> {
    let Container { ident, vis, fields } = container;
    let companion = format_ident!("{ident}Fields");
    let companion_doc = format!("Handles of the properties of [`{ident}`].");
    let mut schema = Vec::new();
    let mut types = Vec::new();
    let mut values = Vec::new();
    let mut checks = Vec::new();
    for field in fields {
        let Field { ident: name, vis, ty, .. } = field;
        let doc = match field.property_name() {
            Some(property) => format!("Handle of the property `{property}`."),
            None => "Handles of the properties of the flattened struct.".to_owned(),
        };
        let (handle, value) = match &field.kind {
            Kind::Flattened => {
                schema.push(quote_spanned! {ty.span()=>
                    properties.extend(<#ty as ::weaviate::properties::Properties>::properties());
                });
                (
                    quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::Properties>::Fields<P, At>),
                    quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::Properties>::fields_at::<P, At>(place)),
                )
            }
            Kind::Property(property) if !property.references.is_empty() => {
                refuse_attributes_of_reference(property)?;
                schema.push(reference(property));
                let property = &property.name;
                (
                    quote!(::weaviate::properties::ReferenceField<P>),
                    quote!(::weaviate::properties::ReferenceField::new(#property)),
                )
            }
            Kind::Property(property) => {
                let DataType { rust, variant } = data_type(ty, property)?;
                schema.push(single(property, &rust, variant.as_ref()));
                checks.extend(type_assertions(property, ty, &rust));
                let property = &property.name;
                let span = ty.span();
                (
                    quote_spanned!(span=> <#rust as ::weaviate::properties::PropertyType>::Handle<P, At>),
                    quote_spanned! {span=>
                        <#rust as ::weaviate::properties::PropertyType>::handle::<P, At>(place.name_of(#property))
                    },
                )
            }
        };
        types.push(quote!(#[doc = #doc] #vis #name: #handle));
        values.push(quote!(#name: #value));
    }
    Ok(quote! {
        const _: () = {
            #[doc = #companion_doc]
            #[allow(missing_debug_implementations, non_snake_case, unnameable_types, unreachable_pub, dead_code)]
            #vis struct #companion<P, At> {
                #(#types,)*
                #[doc(hidden)]
                __of: ::core::marker::PhantomData<fn() -> (P, At)>,
            }

            #[automatically_derived]
            impl ::weaviate::properties::Properties for #ident {
                type Fields<P, At> = #companion<P, At>;

                fn properties() -> ::std::vec::Vec<::weaviate::schema::Property> {
                    #[allow(unused_mut)]
                    let mut properties = ::std::vec::Vec::new();
                    #(#schema)*
                    properties
                }

                fn fields_at<P, At>(place: &::weaviate::properties::Place) -> #companion<P, At> {
                    let _ = place;
                    #companion { #(#values,)* __of: ::core::marker::PhantomData }
                }
            }

            #[automatically_derived]
            impl ::weaviate::properties::PropertyType for #ident {
                const SHAPE: ::weaviate::properties::Shape = ::weaviate::properties::Shape::OTHER;
                type Handle<P, At> = ::weaviate::properties::ObjectField<P, Self, At>;

                fn data_type() -> ::weaviate::schema::DataType {
                    ::weaviate::schema::DataType::object(<Self as ::weaviate::properties::Properties>::properties())
                }

                fn handle<P, At>(name: ::std::borrow::Cow<'static, str>) -> Self::Handle<P, At> {
                    ::weaviate::properties::ObjectField::new(name)
                }
            }

            #[automatically_derived]
            impl ::weaviate::properties::ArrayElement for #ident {
                type ArrayHandle<P, At> = ::weaviate::properties::ObjectField<P, Self, At>;

                fn array_type() -> ::weaviate::schema::DataType {
                    ::weaviate::schema::DataType::object_array(<Self as ::weaviate::properties::Properties>::properties())
                }

                fn array_handle<P, At>(name: ::std::borrow::Cow<'static, str>) -> Self::ArrayHandle<P, At> {
                    ::weaviate::properties::ObjectField::new(name)
                }
            }

            #(#checks)*
        };
    })
}

/// Rust type that stands for a field, and the data type if it differs from that of the Rust type.
struct DataType {
    rust: TokenStream,
    variant: Option<TokenStream>,
}

fn data_type(ty: &syn::Type, property: &Property) -> Result<DataType> {
    let Some(named) = &property.data_type else { return Ok(DataType { rust: quote!(#ty), variant: None }) };
    let rust = match named.value().as_str() {
        "text" => quote!(::std::string::String),
        "text[]" => quote!(::std::vec::Vec<::std::string::String>),
        "int" => quote!(i64),
        "int[]" => quote!(::std::vec::Vec<i64>),
        "number" => quote!(f64),
        "number[]" => quote!(::std::vec::Vec<f64>),
        "boolean" => quote!(bool),
        "boolean[]" => quote!(::std::vec::Vec<bool>),
        "date" => quote!(::weaviate::types::DateTime),
        "date[]" => quote!(::std::vec::Vec<::weaviate::types::DateTime>),
        "uuid" => quote!(::weaviate::Uuid),
        "uuid[]" => quote!(::std::vec::Vec<::weaviate::Uuid>),
        "geoCoordinates" => quote!(::weaviate::types::GeoCoordinates),
        "phoneNumber" => quote!(::weaviate::types::PhoneNumber),
        "blob" | "blobHash" => quote!(::weaviate::types::Blob),
        "object" | "object[]" => {
            return Err(Error::new(
                named.span(),
                "`data_type` cannot be an object; use a struct that derives `Properties`, or a `Vec` of it, as the type of \
                 the field",
            ));
        }
        _ => {
            return Err(Error::new(
                named.span(),
                "unknown data type; use `text`, `int`, `number`, `boolean`, `date`, `uuid`, an array of these (`text[]`), \
                 `geoCoordinates`, `phoneNumber`, `blob` or `blobHash`",
            ));
        }
    };
    let variant = (named.value() == "blobHash").then(|| quote!(::weaviate::schema::DataType::BlobHash));
    Ok(DataType { rust, variant })
}

fn single(property: &Property, rust: &TokenStream, variant: Option<&TokenStream>) -> TokenStream {
    let span = rust.span();
    let data_type = variant
        .cloned()
        .unwrap_or_else(|| quote_spanned!(span=> <#rust as ::weaviate::properties::PropertyType>::data_type()));
    let name = &property.name;
    let description = property.description.iter().map(|text| quote!(.description(#text)));
    let tokenization = property
        .tokenization
        .iter()
        .map(|(_, variant)| quote!(.tokenization(::weaviate::schema::Tokenization::#variant)));
    let filterable = property.index_filterable.iter().map(|flag| quote!(.index_filterable(#flag)));
    let searchable = property.index_searchable.iter().map(|flag| quote!(.index_searchable(#flag)));
    let range_filters = property.index_range_filters.iter().map(|flag| quote!(.index_range_filters(#flag)));
    quote! {
        properties.push(
            ::weaviate::schema::Property::new(#name, #data_type)
                #(#description)* #(#tokenization)* #(#filterable)* #(#searchable)* #(#range_filters)*
        );
    }
}

fn reference(property: &Property) -> TokenStream {
    let Property { name, references, description, .. } = property;
    let description = description.iter().map(|text| quote!(.description(#text)));
    quote! {
        properties.push(
            ::weaviate::schema::Property::new(#name, ::weaviate::schema::DataType::reference([#(#references),*])) #(#description)*
        );
    }
}

fn refuse_attributes_of_reference(property: &Property) -> Result<()> {
    let flags = [&property.index_filterable, &property.index_searchable, &property.index_range_filters];
    let spans = [
        property.tokenization.as_ref().map(|(value, _)| value.span()),
        property.data_type.as_ref().map(syn::LitStr::span),
    ];
    match spans.into_iter().chain(flags.map(|flag| flag.as_ref().map(syn::LitBool::span))).flatten().next() {
        Some(span) => {
            Err(Error::new(span, "a `reference` has no index, tokenization or other data type; remove this attribute"))
        }
        None => Ok(()),
    }
}

/// Assertions that the compiler evaluates. They need the type of the field, which a macro cannot
/// resolve.
fn type_assertions(property: &Property, ty: &syn::Type, rust: &TokenStream) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    let mut check = |span, condition: TokenStream, message: &str| {
        checks.push(quote_spanned!(span=> const _: () = ::core::assert!(#condition, #message);));
    };
    let shape = |span| quote_spanned!(span=> <#rust as ::weaviate::properties::PropertyType>::SHAPE);
    let is_text = |span| {
        let shape = shape(span);
        quote_spanned!(span=> #shape.is_text())
    };
    if let Some((value, _)) = &property.tokenization {
        check(
            value.span(),
            is_text(value.span()),
            "`tokenization` needs a text property: `String`, or `data_type = \"text\"`",
        );
    }
    if let Some(flag) = property.index_searchable.as_ref().filter(|flag| flag.value) {
        check(
            flag.span(),
            is_text(flag.span()),
            "`index_searchable` needs a text property: `String`, or `data_type = \"text\"`",
        );
    }
    if let Some(flag) = property.index_range_filters.as_ref().filter(|flag| flag.value) {
        let shape = shape(flag.span());
        let message = "`index_range_filters` needs an int, number or date property, not an array";
        check(flag.span(), quote_spanned!(flag.span()=> #shape.has_ranges()), message);
    }
    if property.data_type.is_none() && !property.serialize_with {
        let message = "serde does not write this type as RFC 3339 text, which the server requires; add \
                       `#[serde(with = \"time::serde::rfc3339\")]`, or `time::serde::rfc3339::option` for an `Option`";
        let condition =
            quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::PropertyType>::SHAPE.is_written_by_serde());
        check(ty.span(), condition, message);
    }
    checks
}
