//! Conversion of generative searches to messages.

use weaviate_generated::grpc;
use weaviate_generated::grpc::TextArray;
use weaviate_generated::grpc::generative_open_ai::{ReasoningEffort as EffortMessage, Verbosity as VerbosityMessage};
use weaviate_generated::grpc::generative_provider::Kind;
use weaviate_generated::grpc::generative_search::{Grouped, Single};

use crate::values::properties::Layout;
use crate::values::property_names;
use crate::values::query::Options;
use crate::values::query::generate::provider_table::provider_table;
use crate::values::query::generate::{
    Generate, GenerativeProvider, GroupedTask, ReasoningEffort, Verbosity, check_task, placeholders,
};
use crate::values::types::Blob;
use crate::{Error, Result};

/// Converts a generation.
pub(super) fn message(generate: &Generate) -> Result<grpc::GenerativeSearch> {
    if generate.debug && generate.provider.is_none() {
        return Err(invalid("`debug` needs a provider: name the one of the collection with `Generate::provider`"));
    }
    Ok(grpc::GenerativeSearch {
        single: generate.single.as_ref().map(|prompt| single(generate, prompt)).transpose()?,
        grouped: generate.grouped.as_ref().map(|task| grouped(generate, task)).transpose()?,
        ..grpc::GenerativeSearch::default()
    })
}

/// Refuses names that the struct of the collection does not have. The server would fail for them.
pub(crate) fn check_names(generate: &Generate, layout: &'static Layout) -> Result<()> {
    let prompt = generate.single.iter().flat_map(|prompt| placeholders(prompt).unwrap_or_default());
    let chosen = generate.grouped.iter().filter_map(|task| task.properties.as_ref()).flatten().map(String::as_str);
    let images = image_properties(generate).iter().map(String::as_str);
    match prompt.chain(chosen).chain(images).find(|name| layout.has_property(name) == Some(false)) {
        Some(name) => {
            let name = property_names::shown(name);
            Err(invalid(format!(
                "the struct of the collection has no property `{name}`; write the name as serde does, or query with a \
                 handle from `Client::collection`, which takes any name"
            )))
        }
        None => Ok(()),
    }
}

fn image_properties(generate: &Generate) -> &[String] {
    generate.provider.as_deref().map(GenerativeProvider::image_properties).unwrap_or_default()
}

/// Refuses images of properties that are not selected. The server would ask the model without them,
/// except beside a task, for which it reads all properties, and in a keyword search.
pub(super) fn check_images(options: &Options) -> Result<()> {
    let Some(generate) = options.generate.as_deref().filter(|generate| generate.grouped.is_none()) else {
        return Ok(());
    };
    let selected = options.selected.properties.as_deref().unwrap_or_default();
    match image_properties(generate).iter().find(|name| !selected.contains(name)) {
        Some(name) => {
            let name = property_names::shown(name);
            Err(invalid(format!(
                "the image property `{name}` is not selected, and the server would ask the model without the image; name it in `properties` or `select`"
            )))
        }
        None => Ok(()),
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::validation("generate", message.into())
}

fn single(generate: &Generate, prompt: &str) -> Result<Single> {
    if prompt.is_empty() {
        return Err(invalid("the prompt is empty; write what the model is to do with each object"));
    }
    for name in placeholders(prompt).map_err(|fault| invalid(format!("the prompt {fault}")))? {
        property_names::check(name).map_err(invalid)?;
    }
    Ok(Single { prompt: prompt.to_owned(), debug: generate.debug, queries: queries(generate)? })
}

fn grouped(generate: &Generate, task: &GroupedTask) -> Result<Grouped> {
    if task.text.is_empty() {
        return Err(invalid("the task is empty; write what the model is to do with the objects"));
    }
    check_task(&task.text).map_err(invalid)?;
    let properties = task.properties.as_deref();
    if properties.is_some_and(<[_]>::is_empty) {
        return Err(invalid("the task names no properties; omit `properties` for all of them"));
    }
    for name in properties.unwrap_or_default() {
        property_names::check_unnested(name).map_err(invalid)?;
    }
    Ok(Grouped {
        task: task.text.clone(),
        properties: properties.map(|names| TextArray { values: names.to_vec() }),
        queries: queries(generate)?,
        debug: generate.debug,
    })
}

/// Prompt and task have a provider each on the wire, but servers up to 1.39 ask that of the task for
/// both.
fn queries(generate: &Generate) -> Result<Vec<grpc::GenerativeProvider>> {
    Ok(generate.provider.as_deref().map(provider_message).transpose()?.into_iter().collect())
}

/// An option of a provider, as the message has it.
trait ProviderOption {
    type Message;

    fn message(&self) -> Result<Self::Message>;
}

macro_rules! plain_options {
    ($($ty:ty)*) => {
        $(
            impl ProviderOption for Option<$ty> {
                type Message = Self;

                fn message(&self) -> Result<Self> {
                    Ok(self.clone())
                }
            }
        )*
    };
}

plain_options!(String i64 bool);

impl ProviderOption for Option<f64> {
    type Message = Self;

    fn message(&self) -> Result<Self> {
        match self.filter(|number| !number.is_finite()) {
            Some(number) => Err(invalid(format!("the options of a provider must be finite numbers, got {number}"))),
            None => Ok(*self),
        }
    }
}

impl ProviderOption for Option<Vec<String>> {
    type Message = Option<TextArray>;

    fn message(&self) -> Result<Self::Message> {
        Ok(self.clone().map(|values| TextArray { values }))
    }
}

impl ProviderOption for Option<Vec<Blob>> {
    type Message = Option<TextArray>;

    fn message(&self) -> Result<Self::Message> {
        let images = self.as_deref();
        Ok(images.map(|images| TextArray { values: images.iter().map(Blob::to_base64).collect() }))
    }
}

impl ProviderOption for Option<ReasoningEffort> {
    type Message = Option<i32>;

    fn message(&self) -> Result<Self::Message> {
        Ok(self.map(|effort| match effort {
            ReasoningEffort::Minimal => EffortMessage::Minimal.into(),
            ReasoningEffort::Low => EffortMessage::Low.into(),
            ReasoningEffort::Medium => EffortMessage::Medium.into(),
            ReasoningEffort::High => EffortMessage::High.into(),
        }))
    }
}

impl ProviderOption for Option<Verbosity> {
    type Message = Option<i32>;

    fn message(&self) -> Result<Self::Message> {
        Ok(self.map(|verbosity| match verbosity {
            Verbosity::Low => VerbosityMessage::Low.into(),
            Verbosity::Medium => VerbosityMessage::Medium.into(),
            Verbosity::High => VerbosityMessage::High.into(),
        }))
    }
}

macro_rules! write_providers {
    ($(
        $(#[$doc:meta])*
        $name:ident $message:ident $variant:ident $module:literal $($metadata:ident)? {
            $( $(#[$option_doc:meta])* $field:ident: $ty:tt, )*
        }
    )*) => {
        fn provider_message(provider: &GenerativeProvider) -> Result<grpc::GenerativeProvider> {
            for name in provider.image_properties() {
                property_names::check_unnested(name).map_err(invalid)?;
            }
            match provider {
                $( GenerativeProvider::$name(options) => {
                    #[allow(unused_mut, reason = "one has no options")]
                    let mut message = grpc::$message::default();
                    $( message.$field = options.$field.message()?; )*
                    let return_metadata = options.return_metadata;
                    Ok(grpc::GenerativeProvider { return_metadata, kind: Some(Kind::$variant(message)) })
                } )*
            }
        }
    };
}

provider_table!(write_providers);
