//! Generation of the code that the derive emits.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, Result};

use crate::container::Container;
use crate::field::{Field, Kind, Property};

pub(crate) fn expand(container: &Container) -> Result<TokenStream> {
    let Container { ident, vis, fields } = container;
    let companion = format_ident!("__{ident}Fields");
    let companion_doc = format!("Handles of the properties of [`{ident}`].");
    let mut schema = Vec::new();
    let mut types = Vec::new();
    let mut values = Vec::new();
    let mut checks = Vec::new();
    let mut parts = Vec::new();
    let (mut names, mut flattened) = (Vec::new(), Vec::new());
    for field in fields {
        let Field { ident: name, vis, ty, .. } = field;
        let doc = match field.property_name() {
            Some(property) => format!("Handle of the property `{property}`."),
            None => "Handles of the properties of the flattened struct.".to_owned(),
        };
        let (handle, value) = match &field.kind {
            Kind::Flattened => {
                flattened.push(ty);
                schema.push(quote_spanned! {ty.span()=>
                    properties.extend(<#ty as ::weaviate::properties::Properties>::properties());
                });
                (
                    quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::Properties>::Fields<__P, __At>),
                    quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::Properties>::fields_at::<__P, __At>(place)),
                )
            }
            Kind::Property(property) if property.vector.is_some() || !property.references.is_empty() => {
                refuse_other_attributes(property)?;
                let (part, handle) = part(property, ty);
                parts.push(part);
                if !property.references.is_empty() {
                    names.push(&property.name);
                    schema.push(reference(property));
                    checks.extend(reference_assertion(property, ty));
                }
                handle
            }
            Kind::Property(property) => {
                let DataType { rust, variant } = data_type(ty, property)?;
                names.push(&property.name);
                schema.push(single(property, &rust, variant.as_ref()));
                checks.extend(type_assertions(property, ty, &rust));
                let property = &property.name;
                let span = ty.span();
                (
                    quote_spanned!(span=> <#rust as ::weaviate::properties::PropertyType>::Handle<__P, __At>),
                    quote_spanned! {span=>
                        <#rust as ::weaviate::properties::PropertyType>::handle::<__P, __At>(place.name_of(#property))
                    },
                )
            }
        };
        types.push(quote!(#[doc = #doc] #vis #name: #handle));
        values.push(quote!(#name: #value));
    }
    let object = as_nested_object(ident);
    checks.extend(flattening_assertions(&parts, &flattened));
    Ok(quote! {
        const _: () = {
            #[doc = #companion_doc]
            #[allow(missing_debug_implementations, non_snake_case, unnameable_types, unreachable_pub, dead_code)]
            #vis struct #companion<__P, __At> {
                #(#types,)*
                #[doc(hidden)]
                __of: ::core::marker::PhantomData<fn() -> (__P, __At)>,
            }

            #[automatically_derived]
            impl ::weaviate::properties::Properties for #ident {
                const LAYOUT: &'static ::weaviate::properties::Layout =
                    &::weaviate::properties::Layout::new(
                        &[#(#names),*],
                        &[#(#parts),*],
                        &[#(<#flattened as ::weaviate::properties::Properties>::LAYOUT),*],
                    );
                const IS_OPEN: bool = false #(|| <#flattened as ::weaviate::properties::Properties>::IS_OPEN)*;
                type Fields<__P, __At> = #companion<__P, __At>;

                fn properties() -> ::std::vec::Vec<::weaviate::schema::Property> {
                    #[allow(unused_mut)]
                    let mut properties = ::std::vec::Vec::new();
                    #(#schema)*
                    properties
                }

                fn fields_at<__P, __At>(place: &::weaviate::properties::Place) -> #companion<__P, __At> {
                    let _ = place;
                    #companion { #(#values,)* __of: ::core::marker::PhantomData }
                }
            }

            #object

            #(#checks)*
        };
    })
}

/// The struct as a nested object of another one.
fn as_nested_object(ident: &syn::Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::weaviate::properties::PropertyType for #ident {
            const SHAPE: ::weaviate::properties::Shape = ::weaviate::properties::Shape::OTHER;
            const HAS_PARTS: bool = !<Self as ::weaviate::properties::Properties>::LAYOUT.is_empty();
            type Handle<__P, __At> = ::weaviate::properties::ObjectField<__P, Self, __At>;

            fn data_type() -> ::weaviate::schema::DataType {
                ::weaviate::schema::DataType::object(<Self as ::weaviate::properties::Properties>::properties())
            }

            fn handle<__P, __At>(name: ::std::borrow::Cow<'static, str>) -> Self::Handle<__P, __At> {
                ::weaviate::properties::ObjectField::new(name)
            }
        }

        #[automatically_derived]
        impl ::weaviate::properties::ArrayElement for #ident {
            type ArrayHandle<__P, __At> = ::weaviate::properties::ObjectField<__P, Self, __At>;

            fn array_type() -> ::weaviate::schema::DataType {
                ::weaviate::schema::DataType::object_array(<Self as ::weaviate::properties::Properties>::properties())
            }

            fn array_handle<__P, __At>(name: ::std::borrow::Cow<'static, str>) -> Self::ArrayHandle<__P, __At> {
                ::weaviate::properties::ObjectField::new(name)
            }
        }
    }
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

/// Returns the entry of the layout for a vector or a reference, and type and value of the handle.
fn part(property: &Property, ty: &syn::Type) -> (TokenStream, (TokenStream, TokenStream)) {
    let (name, span) = (&property.name, ty.span());
    if let Some(vector) = &property.vector {
        let part = quote_spanned!(span=> ::weaviate::properties::LayoutField::vector::<#ty>(#name, #vector));
        let handle = quote!(::weaviate::properties::VectorField<__P>);
        return (part, (handle, quote!(::weaviate::properties::VectorField::new(#vector))));
    }
    let targets = &property.references;
    let part = quote_spanned! {span=>
        ::weaviate::properties::LayoutField::reference::<#ty>(#name, &[#(#targets),*])
    };
    let target = quote_spanned!(span=> <#ty as ::weaviate::properties::ReferenceType>::Target);
    let handle = quote!(::weaviate::properties::ReferenceField<__P, #target>);
    (part, (handle, quote!(::weaviate::properties::ReferenceField::new(#name))))
}

/// A search returns references to one collection, so that others may be missing.
fn reference_assertion(property: &Property, ty: &syn::Type) -> Option<TokenStream> {
    let several = property.references.len() > 1;
    several.then(|| {
        assertion(
            ty,
            &quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::ReferenceType>::IS_OPTIONAL),
            "a field that refers to several collections must be an `Option`, because a search returns the objects of one \
             of them",
        )
    })
}

fn refuse_other_attributes(property: &Property) -> Result<()> {
    let flags = [&property.index_filterable, &property.index_searchable, &property.index_range_filters];
    let spans = [
        property.tokenization.as_ref().map(|(value, _)| value.span()),
        property.data_type.as_ref().map(syn::LitStr::span),
    ];
    let others = spans.into_iter().chain(flags.map(|flag| flag.as_ref().map(syn::LitBool::span))).flatten().next();
    let (wrong, message) = if property.vector.is_some() {
        let wrong = others
            .or_else(|| property.description.as_ref().map(syn::LitStr::span))
            .or_else(|| property.references.first().map(syn::LitStr::span));
        (wrong, "a `vector` is not a property, and has no other attributes; remove this attribute")
    } else {
        (others, "a `reference` has no index, tokenization or other data type; remove this attribute")
    };
    wrong.map_or(Ok(()), |span| Err(Error::new(span, message)))
}

/// Assertions about the layouts of flattened structs, which the derive does not see.
fn flattening_assertions(own: &[TokenStream], flattened: &[&syn::Type]) -> Vec<TokenStream> {
    const REFERENCES: &str =
        "a flattened struct cannot have references, because serde loses their objects; move them out of it";
    const VECTOR: &str =
        "the flattened struct has a vector of the same name; name one with `#[weaviate(vector = \"...\")]`";
    let layout = |ty: &syn::Type| quote_spanned!(ty.span()=> <#ty as ::weaviate::properties::Properties>::LAYOUT);
    let own = quote!(::weaviate::properties::Layout::new(&[], &[#(#own),*], &[]));
    let mut assertions = Vec::new();
    for (at, ty) in flattened.iter().enumerate() {
        let this = layout(ty);
        assertions.push(assertion(ty, &quote!(!#this.has_references()), REFERENCES));
        assertions.push(assertion(ty, &quote!(!#own.shares_a_vector(#this)), VECTOR));
        for other in flattened.iter().take(at).map(|other| layout(other)) {
            assertions.push(assertion(ty, &quote!(!#other.shares_a_vector(#this)), VECTOR));
        }
    }
    assertions
}

/// Assertion that the compiler evaluates, shown at a type.
fn assertion(ty: &syn::Type, condition: &TokenStream, message: &str) -> TokenStream {
    quote_spanned!(ty.span()=> const _: () = ::core::assert!(#condition, #message);)
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
    if property.data_type.is_none() {
        let message = "a nested object holds neither vectors nor references; move them to the struct of the collection";
        let condition = quote_spanned!(ty.span()=> !<#ty as ::weaviate::properties::PropertyType>::HAS_PARTS);
        check(ty.span(), condition, message);
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
