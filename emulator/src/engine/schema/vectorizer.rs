//! The vectorizers of a collection: which module makes a vector, and out of what.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::modules;
use super::vectors;
use super::view::strings;

/// A vector's module, and what it makes the vector of.
#[derive(Debug, Clone)]
pub(crate) struct Vectorizer {
    /// Today's name of the module.
    pub(crate) module: String,
    pub(crate) input: VectorInput,
    /// The URL of the provider, where the settings name one.
    pub(crate) address: String,
}

/// The parts of an object that a module looks at.
#[derive(Debug, Clone)]
pub(crate) enum VectorInput {
    Text(TextInput),
    Fields(Vec<VectorField>),
    /// The vectors of what these properties refer to.
    References(BTreeSet<String>),
}

/// The settings that make one text of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextInput {
    pub(crate) class_name: bool,
    pub(crate) lower_case: bool,
    /// The properties to take, also those that are no texts; without any, all texts but the skipped ones.
    pub(crate) only: Vec<String>,
    pub(crate) skipped: BTreeSet<String>,
    /// Properties whose name stands before each value.
    pub(crate) named: BTreeSet<String>,
}

/// One property of a module for several media.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VectorField {
    pub(crate) property: String,
    /// `None` for a text.
    pub(crate) media: Option<Media>,
    pub(crate) weight: Option<f32>,
}

/// Medium other than a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Image,
    Audio,
    Video,
    Depth,
    Thermal,
    Imu,
}

/// The settings that list properties, with what those hold. The server combines texts and images first.
const FIELDS: [(&str, Option<Media>); 7] = [
    ("textFields", None),
    ("imageFields", Some(Media::Image)),
    ("audioFields", Some(Media::Audio)),
    ("videoFields", Some(Media::Video)),
    ("imuFields", Some(Media::Imu)),
    ("thermalFields", Some(Media::Thermal)),
    ("depthFields", Some(Media::Depth)),
];

impl Vectorizer {
    /// The vectorizers of a stored definition, by the name of their vector; empty for the unnamed one.
    pub(super) fn parse_all(class: &Json) -> BTreeMap<String, Self> {
        let named = vectors::named(class).into_iter().flatten().filter_map(|(name, vector)| {
            let (module, settings) = vector["vectorizer"].as_object()?.iter().next()?;
            Some((name.clone(), Self::parse(module, settings, class)?))
        });
        let module = vectors::vectorizer(class);
        let unnamed = class
            .get("vectorIndexType")
            .and_then(|_| Some((String::new(), Self::parse(module, &class["moduleConfig"][module], class)?)));
        named.chain(unnamed).collect()
    }

    fn parse(module: &str, settings: &Json, class: &Json) -> Option<Self> {
        if module == "none" {
            return None;
        }
        let texts = |name: &str| strings(&settings[name]);
        let input = match modules::vector_input(module) {
            modules::Input::References => VectorInput::References(texts("referenceProperties").collect()),
            modules::Input::Fields => VectorInput::Fields(fields(settings)),
            modules::Input::Text => VectorInput::Text(TextInput {
                class_name: settings["vectorizeClassName"].as_bool().unwrap_or(true),
                lower_case: module == "text2vec-contextionary",
                only: texts("properties").collect(),
                skipped: properties_with(class, module, "skip"),
                named: properties_with(class, module, "vectorizePropertyName"),
            }),
        };
        let address = ["apiEndpoint", "baseURL", "baseUrl", "inferenceUrl"];
        let address = address.iter().find_map(|name| settings[*name].as_str()).unwrap_or_default();
        Some(Self {
            module: modules::current_name(module).to_owned(),
            input,
            address: address.trim_end_matches('/').to_owned(),
        })
    }
}

impl Media {
    /// The word in the server's messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Depth => "depth",
            Self::Thermal => "thermal",
            Self::Imu => "imu",
        }
    }

    /// The search near such a medium, as GraphQL calls it.
    pub(crate) fn search(self) -> &'static str {
        match self {
            Self::Image => "nearImage",
            Self::Audio => "nearAudio",
            Self::Video => "nearVideo",
            Self::Depth => "nearDepth",
            Self::Thermal => "nearThermal",
            Self::Imu => "nearIMU",
        }
    }
}

/// The fields of all kinds, each with its weight where the settings have some.
fn fields(settings: &Json) -> Vec<VectorField> {
    let of_kind = |(list, media): &(&str, Option<Media>)| {
        let (list, media) = (*list, *media);
        let weights = settings["weights"][list].as_array();
        strings(&settings[list]).enumerate().map(move |(index, property)| {
            #[expect(clippy::cast_possible_truncation, reason = "the server computes with singles")]
            let weight = weights.and_then(|weights| weights.get(index)?.as_f64()).map(|weight| weight as f32);
            VectorField { property, media, weight }
        })
    };
    FIELDS.iter().flat_map(of_kind).collect()
}

/// The properties in whose settings of the module the flag is set.
fn properties_with(class: &Json, module: &str, flag: &str) -> BTreeSet<String> {
    let properties = class["properties"].as_array().into_iter().flatten();
    let set = properties.filter(|property| property["moduleConfig"][module][flag] == true);
    set.filter_map(|property| property["name"].as_str()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_vector_has_a_vectorizer_of_its_own() {
        let class = json!({
            "class": "Pair",
            "properties": [
                {"name": "text", "dataType": ["text"], "moduleConfig": {"text2vec-ollama": {"skip": true}}},
                {"name": "kind", "dataType": ["text"], "moduleConfig": {"text2vec-ollama": {"vectorizePropertyName": true}}},
            ],
            "vectorConfig": {
                "a": {"vectorizer": {"text2vec-ollama": {"apiEndpoint": "http://x:1/", "vectorizeClassName": false, "properties": ["text"]}}},
                "b": {"vectorizer": {"none": {}}},
                "c": {"vectorizer": {"ref2vec-centroid": {"referenceProperties": ["to"]}}},
            },
        });
        let parsed = Vectorizer::parse_all(&class);
        assert_eq!(parsed.keys().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(parsed["a"].address, "http://x:1");
        let VectorInput::Text(text) = &parsed["a"].input else { panic!("{parsed:?}") };
        assert!(!text.class_name);
        assert_eq!(text.only, ["text"]);
        assert_eq!(
            (text.skipped.first().unwrap(), text.named.first().unwrap()),
            (&"text".to_owned(), &"kind".to_owned())
        );
        assert!(matches!(&parsed["c"].input, VectorInput::References(names) if names.contains("to")));
    }

    #[test]
    fn media_fields_have_their_weights() {
        let settings = json!({"imageFields": ["shot"], "textFields": ["label", "more"], "weights": {"imageFields": [0.7], "textFields": [0.3]}});
        let class = json!({"class": "Shots", "vectorIndexType": "hnsw", "vectorizer": "multi2vec-palm", "moduleConfig": {"multi2vec-palm": settings}});
        let parsed = Vectorizer::parse_all(&class);
        assert_eq!(parsed[""].module, "multi2vec-google");
        let VectorInput::Fields(fields) = &parsed[""].input else { panic!("{parsed:?}") };
        let field = |property: &str, media, weight| VectorField { property: property.to_owned(), media, weight };
        let expected =
            [field("label", None, Some(0.3)), field("more", None, None), field("shot", Some(Media::Image), Some(0.7))];
        assert_eq!(fields, &expected);
    }

    #[test]
    fn every_list_of_fields_that_a_module_takes_is_read() {
        let kinds = ["text", "image", "audio", "video", "imu", "thermal", "depth"];
        let settings: Json = kinds.iter().map(|kind| (format!("{kind}Fields"), json!([kind]))).collect();
        let class = json!({"class": "Shots", "vectorIndexType": "hnsw", "vectorizer": "multi2vec-bind", "moduleConfig": {"multi2vec-bind": settings}});
        let VectorInput::Fields(fields) = &Vectorizer::parse_all(&class)[""].input else { panic!("{class}") };
        assert_eq!(fields.iter().map(|field| field.property.as_str()).collect::<Vec<_>>(), kinds);
    }
}
