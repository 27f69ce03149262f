//! Generation: reads `generative`, asks the module about what was found, and writes its texts into the reply.

use weaviate_generated::grpc::generative_provider::Kind;
use weaviate_generated::grpc::{
    GenerativeDebug, GenerativeReply, GenerativeResult, SearchReply, SearchRequest, TextArray,
};

use super::fault::{GenerativeFault, ReplyFault};
use super::generative_usage;
use super::selection::Selection;
use crate::config::Config;
use crate::engine::providers::Providers;
use crate::engine::providers::fault::ProviderFault;
use crate::engine::providers::generate::{Generator, Written};
use crate::engine::schema::{ClassView, DataType, has_module};
use crate::engine::search::{Hit, generate};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{Object, Value};

/// Texts that a request wants.
#[derive(Debug)]
pub(crate) struct Generation {
    single: Option<Ask>,
    grouped: Option<Ask>,
    /// By the fields of old clients, whose answers have other places.
    old: bool,
    /// Objects that only a prompt selects. The server cannot tell them.
    objects: Vec<String>,
    /// The properties that the server has read when it looks for images. `None` for all.
    read: Option<Vec<String>>,
}

/// One prompt or task, and who answers it.
#[derive(Debug, Default)]
struct Ask {
    text: String,
    /// The properties of a task.
    properties: Vec<String>,
    debug: bool,
    provider: Provider,
}

/// Provider that a request names, with its options.
#[derive(Debug, Default)]
struct Provider {
    /// The module; empty for that of the collection.
    module: String,
    model: Option<String>,
    address: Option<String>,
    images: usize,
    image_properties: Vec<String>,
    metadata: bool,
}

/// The texts of one reply: of each hit, and of all together.
#[derive(Debug)]
pub(crate) struct Texts {
    single: Vec<Result<Written, ProviderFault>>,
    grouped: Option<Result<Written, ProviderFault>>,
}

impl Generation {
    /// Reads the message, and adds to the selection what its prompts name.
    #[expect(deprecated, reason = "old clients send the deprecated fields and the server reads them")]
    pub(crate) fn parse<'a>(
        request: &SearchRequest,
        class: &'a ClassView,
        selection: &mut Selection<'a>,
    ) -> Result<Option<Self>, NoSuchProperty> {
        let Some(message) = &request.generative else { return Ok(None) };
        let old = !request.uses_127_api;
        let (single, grouped) = if old {
            let single = Some(&message.single_response_prompt).filter(|prompt| !prompt.is_empty());
            let grouped = Some(&message.grouped_response_task).filter(|task| !task.is_empty());
            let ask = |text: &String| Ask { text: text.clone(), ..Ask::default() };
            let task = |text| Ask { properties: message.grouped_properties.clone(), ..ask(text) };
            (single.map(ask), grouped.map(task))
        } else {
            let single = message.single.as_ref().map(|single| Ask {
                text: single.prompt.clone(),
                properties: Vec::new(),
                debug: single.debug,
                provider: single.queries.first().map(Provider::parse).unwrap_or_default(),
            });
            let grouped = message.grouped.as_ref().map(|grouped| Ask {
                text: grouped.task.clone(),
                properties: grouped.properties.as_ref().map(|names| names.values.clone()).unwrap_or_default(),
                debug: grouped.debug,
                provider: grouped.queries.first().map(Provider::parse).unwrap_or_default(),
            });
            (single, grouped)
        };
        if old && single.is_none() && grouped.is_none() {
            return Ok(None);
        }
        let mut generation = Self { single, grouped, old, objects: Vec::new(), read: None };
        generation.select(class, selection)?;
        // A search by vector reads selected properties only. A task has all of them read.
        let by_vector = request.near_vector.is_some() || request.near_object.is_some() || request.near_text.is_some();
        if by_vector && generation.grouped.is_none() {
            generation.read = Some(selection.properties.iter().map(|pick| pick.property.name.clone()).collect());
        }
        Ok(Some(generation))
    }

    fn select<'a>(&mut self, class: &'a ClassView, selection: &mut Selection<'a>) -> Result<(), NoSuchProperty> {
        let find = |name: &str| class.property(name).ok_or_else(|| NoSuchProperty::new(name, &class.name));
        let placeholders = self.single.iter().flat_map(|ask| generate::placeholders(&ask.text));
        let named = self.grouped.iter().flat_map(|ask| ask.properties.iter().map(String::as_str));
        let mut wanted = placeholders.chain(named).map(find).collect::<Result<Vec<_>, _>>()?;
        if self.grouped.as_ref().is_some_and(|ask| ask.properties.is_empty()) {
            wanted.extend(&class.properties);
        }
        for property in wanted {
            let selected = selection.properties.iter().any(|pick| pick.property.name == property.name);
            match property.data_type {
                DataType::Object | DataType::ObjectArray if !selected => self.objects.push(property.name.clone()),
                DataType::Reference(_) => {}
                ref data_type if data_type.is_blob() => {}
                _ => selection.include(property),
            }
        }
        Ok(())
    }

    /// Asks about the objects found. `None` if there is nothing to ask.
    pub(crate) fn texts(
        &self,
        page: &[Hit<'_>],
        class: &ClassView,
        providers: Providers<'_>,
        config: &Config,
    ) -> Result<Option<Texts>, GenerativeFault> {
        if page.is_empty() || (self.single.is_none() && self.grouped.is_none()) {
            return Ok(None);
        }
        let generator = |ask: &Ask| ask.provider.generator(class, config);
        let objects = || page.iter().map(|hit| hit.object);
        let images = |ask: &Ask, objects: &mut dyn Iterator<Item = &Object>| {
            let is_read = |name: &&String| self.read.as_ref().is_none_or(|read| read.contains(name));
            let names = || ask.provider.image_properties.iter().filter(is_read);
            let of_objects = objects.map(|object| names().filter(|name| object.properties.contains_key(*name)).count());
            ask.provider.images + of_objects.sum::<usize>()
        };
        let mut texts = Texts { single: Vec::new(), grouped: None };
        if let Some(ask) = &self.single {
            let generator = generator(ask)?;
            let answer = |object| {
                let prompt = generate::fill(&ask.text, object, class)?;
                providers.generate(&generator, &prompt, images(ask, &mut std::iter::once(object)))
            };
            texts.single = objects().map(answer).collect();
        }
        if let Some(ask) = &self.grouped {
            let generator = generator(ask)?;
            let task = generate::task(&ask.text, &ask.properties, objects(), class);
            texts.grouped = Some(providers.generate(&generator, &task, images(ask, &mut objects())));
        }
        Ok(Some(texts))
    }

    /// Puts the texts where clients look for them. Without any, the server marks that it was asked.
    pub(crate) fn write(&self, texts: Option<&Texts>, reply: &mut SearchReply) -> Result<(), GenerativeFault> {
        if reply.group_by_results.is_empty() { self.write_hits(texts, reply) } else { write_groups(texts, reply) }
    }

    #[expect(deprecated, reason = "old clients read the deprecated fields")]
    fn write_hits(&self, texts: Option<&Texts>, reply: &mut SearchReply) -> Result<(), GenerativeFault> {
        for (number, result) in reply.results.iter_mut().enumerate() {
            let text = texts.and_then(|texts| texts.single.get(number)).map(written).transpose()?;
            match (text, &self.single, &mut result.metadata) {
                (Some(text), _, Some(metadata)) if self.old => {
                    metadata.generative.clone_from(&text.text);
                    metadata.generative_present = true;
                }
                (Some(text), Some(ask), _) => result.generative = Some(ask.result(text, text)?),
                _ if self.old => {}
                _ => result.generative = Some(GenerativeResult { values: vec![GenerativeReply::default()] }),
            }
        }
        let Some(text) = texts.and_then(|texts| texts.grouped.as_ref()).map(written).transpose()? else {
            return Ok(());
        };
        match &self.grouped {
            Some(ask) if !self.old => {
                // Beside a prompt, the server tells of the first one what it has to tell of the task.
                let first = texts.and_then(|texts| texts.single.first()?.as_ref().ok());
                reply.generative_grouped_results = Some(ask.result(text, first.unwrap_or(text))?);
            }
            _ => reply.generative_grouped_result = Some(text.text.clone()),
        }
        Ok(())
    }

    /// Refuses objects that only a prompt selects, as the server cannot write them into its reply.
    pub(crate) fn check(&self, hit: &Hit<'_>) -> Result<(), ReplyFault> {
        self.objects.iter().try_for_each(|name| match hit.object.properties.get(name) {
            None => Ok(()),
            Some(Value::ObjectArray(_)) => Err(ReplyFault::not_primitive(name, "[]interface {}")),
            Some(_) => Err(ReplyFault::not_primitive(name, "map[string]interface {}")),
        })
    }
}

/// Of groups the server tells the text alone, and no reason why there is none.
#[expect(deprecated, reason = "the server fills no other fields of groups")]
fn write_groups(texts: Option<&Texts>, reply: &mut SearchReply) -> Result<(), GenerativeFault> {
    let Some(texts) = texts else { return Ok(()) };
    for (group, text) in reply.group_by_results.iter_mut().zip(&texts.single) {
        let text = text.as_ref().map_err(|_| GenerativeFault::NoResults)?;
        group.generative = Some(GenerativeReply { result: text.text.clone(), ..GenerativeReply::default() });
    }
    if let Some(text) = texts.grouped.as_ref().map(written).transpose()? {
        reply.generative_grouped_result = Some(text.text.clone());
    }
    Ok(())
}

fn written(text: &Result<Written, ProviderFault>) -> Result<&Written, GenerativeFault> {
    text.as_ref().map_err(|fault| GenerativeFault::Provider(fault.clone()))
}

impl Ask {
    fn result(&self, text: &Written, told: &Written) -> Result<GenerativeResult, GenerativeFault> {
        let module = &self.provider.module;
        let metadata = self
            .provider
            .metadata
            .then(|| generative_usage::metadata(module, &told.prompt).ok_or(GenerativeFault::NoMetadata));
        let debug = (self.debug && text.reports).then(|| GenerativeDebug { full_prompt: Some(told.prompt.clone()) });
        let reply = GenerativeReply { result: text.text.clone(), debug, metadata: metadata.transpose()? };
        Ok(GenerativeResult { values: vec![reply] })
    }
}

impl Provider {
    fn parse(message: &weaviate_generated::grpc::GenerativeProvider) -> Self {
        let list = |names: &Option<TextArray>| names.as_ref().map(|names| names.values.clone()).unwrap_or_default();
        let mut parsed = Self { metadata: message.return_metadata, ..Self::default() };
        /// Takes the fields that the message of a kind has.
        macro_rules! take {
            ($kind:ident, $module:literal, $address:ident $(, $images:ident, $properties:ident)?) => {{
                concat!("generative-", $module).clone_into(&mut parsed.module);
                parsed.model.clone_from(&$kind.model);
                parsed.address.clone_from(&$kind.$address);
                $(
                    parsed.images = list(&$kind.$images).len();
                    parsed.image_properties = list(&$kind.$properties);
                )?
            }};
        }
        match &message.kind {
            None | Some(Kind::Dummy(_)) => {}
            Some(Kind::Anthropic(it)) => take!(it, "anthropic", base_url, images, image_properties),
            Some(Kind::Anyscale(it)) => take!(it, "anyscale", base_url),
            Some(Kind::Aws(it)) => take!(it, "aws", endpoint, images, image_properties),
            Some(Kind::Cohere(it)) => take!(it, "cohere", base_url, images, image_properties),
            Some(Kind::Mistral(it)) => take!(it, "mistral", base_url),
            Some(Kind::Ollama(it)) => take!(it, "ollama", api_endpoint, images, image_properties),
            Some(Kind::Openai(it)) => take!(it, "openai", base_url, images, image_properties),
            Some(Kind::Google(it)) => take!(it, "google", api_endpoint, images, image_properties),
            Some(Kind::Databricks(it)) => take!(it, "databricks", endpoint),
            Some(Kind::Friendliai(it)) => take!(it, "friendliai", base_url),
            Some(Kind::Nvidia(it)) => take!(it, "nvidia", base_url),
            Some(Kind::Xai(it)) => take!(it, "xai", base_url, images, image_properties),
            Some(Kind::Contextualai(it)) => {
                "generative-contextualai".clone_into(&mut parsed.module);
                parsed.model.clone_from(&it.model);
            }
            Some(Kind::Deepseek(it)) => take!(it, "deepseek", base_url),
        }
        parsed
    }

    /// The module that answers, with the settings of the collection for what the request leaves open.
    fn generator(&self, class: &ClassView, config: &Config) -> Result<Generator, GenerativeFault> {
        let own = class.generative.as_ref().filter(|(module, _)| self.module.is_empty() || *module == self.module);
        let module = match own {
            Some((module, _)) => module,
            None if self.module.is_empty() => return Err(GenerativeFault::NoProvider),
            None => &self.module,
        };
        let short = module.strip_prefix("generative-").unwrap_or(module);
        if !has_module(module, config) {
            return Err(GenerativeFault::NoClient(short.to_owned()));
        }
        let setting = |names: &[&str]| {
            let settings = own.map(|(_, settings)| settings)?;
            names.iter().find_map(|name| settings[*name].as_str()).map(str::to_owned)
        };
        let address = self.address.clone().or_else(|| setting(&["baseURL", "endpoint", "apiEndpoint"]));
        Ok(Generator {
            module: module.clone(),
            model: self.model.clone().or_else(|| setting(&["model", "modelId"])).unwrap_or_else(|| short.to_owned()),
            address: address.unwrap_or_default(),
            settings: own.map(|(_, settings)| settings.clone()).unwrap_or_default(),
        })
    }
}
