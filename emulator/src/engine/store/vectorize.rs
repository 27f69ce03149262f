//! Vectors of objects as they are written, where they bring none of their own.

use serde_json::{Map, Value as Json};

use super::fault::{Unvectorized, VectorizeFault};
use super::vector_input::fields_of;
use super::{Beacon, Object, Properties, State, Value};
use crate::engine::named_vector::{NamedVector, combined, mean};
use crate::engine::providers::fault::Wording;
use crate::engine::providers::{ProviderInput, Providers};
use crate::engine::schema::{ClassView, DataType, VectorInput, Vectorizer};

/// An object that is about to be stored.
#[derive(Debug)]
pub(crate) struct Unstored<'a> {
    pub(crate) object: &'a mut Object,
    /// The object it replaces, whose vectors are kept where nothing has changed that they are made of.
    pub(crate) before: Option<&'a Object>,
    /// The properties as they were sent. Of some media a digest is stored.
    pub(crate) sent: &'a Map<String, Json>,
    pub(crate) tenant: &'a str,
    /// The reason why it has no vector.
    pub(crate) fault: Option<Unvectorized>,
}

/// Makes the vectors that the objects do not bring. A provider is asked once for all of them, and its fault is that of all.
pub(crate) fn vectorize(providers: Providers<'_>, state: &State, class: &ClassView, objects: &mut [Unstored<'_>]) {
    for (target, vectorizer) in &class.vectorizers {
        let mut asked = Vec::new();
        for entry in objects.iter_mut() {
            match needed(providers, (class, vectorizer, target), entry) {
                Needed::Nothing => {}
                Needed::Kept(vector) => set(entry.object, target, vector),
                Needed::Centroid => match centroid(state, vectorizer, entry.object, entry.tenant) {
                    Ok(vector) => set(entry.object, target, vector),
                    Err(fault) => entry.fault = Some(Unvectorized { target: target.clone(), fault }),
                },
                Needed::Provider(parts) => asked.push((entry, parts)),
            }
        }
        let inputs: Vec<ProviderInput> =
            asked.iter().flat_map(|(_, parts)| parts.iter().map(|(input, _)| input.clone())).collect();
        // Without any text there is nothing to ask for.
        let vectors = if inputs.is_empty() { Ok(Vec::new()) } else { providers.embed(vectorizer, &inputs) };
        match vectors {
            Ok(vectors) => {
                let mut vectors = vectors.into_iter();
                for (entry, parts) in asked {
                    let own = vectors.by_ref().take(parts.len()).collect();
                    set(entry.object, target, joined(vectorizer, own, &parts));
                }
            }
            Err(fault) => {
                let fault = VectorizeFault::of(Wording::of(&vectorizer.module), fault);
                for (entry, _) in asked {
                    entry.fault = Some(Unvectorized { target: target.clone(), fault: fault.clone() });
                }
            }
        }
    }
}

/// One of the inputs of an object, with its weight.
type Part = (ProviderInput, Option<f32>);

/// Work to be done for one vector of an object.
enum Needed {
    /// It has one, or nothing can make it.
    Nothing,
    /// That of the object before it.
    Kept(Option<NamedVector>),
    Centroid,
    Provider(Vec<Part>),
}

fn needed(
    providers: Providers<'_>,
    (class, vectorizer, target): (&ClassView, &Vectorizer, &str),
    entry: &Unstored<'_>,
) -> Needed {
    let Unstored { object, before, sent, .. } = entry;
    if matches!(vectorizer.input, VectorInput::References(_)) {
        return Needed::Centroid;
    }
    if object.vector_named(target).is_some() || !providers.answer_for(&vectorizer.module) {
        return Needed::Nothing;
    }
    if let Some(before) = before
        && is_unchanged(class, vectorizer, &before.properties, &object.properties)
    {
        return Needed::Kept(before.vector_named(target));
    }
    Needed::Provider(match &vectorizer.input {
        VectorInput::Text(text) => {
            let text = text.text_of(&class.name, &object.properties);
            text.map(|text| (ProviderInput::text(text), None)).into_iter().collect()
        }
        VectorInput::Fields(fields) => fields_of(fields, &object.properties, sent),
        VectorInput::References(_) => Vec::new(),
    })
}

/// Returns whether no text and no medium has changed that the vector is made of.
fn is_unchanged(class: &ClassView, vectorizer: &Vectorizer, before: &Properties, now: &Properties) -> bool {
    let matters = |name: &str, data_type: &DataType| match &vectorizer.input {
        VectorInput::Text(text) => text.takes(name) && matches!(data_type, DataType::Text | DataType::TextArray),
        VectorInput::Fields(fields) => fields.iter().any(|field| field.property == name),
        VectorInput::References(names) => names.contains(name),
    };
    class
        .properties
        .iter()
        .filter(|property| matters(&property.name, &property.data_type))
        .all(|property| before.get(&property.name) == now.get(&property.name))
}

fn set(object: &mut Object, target: &str, vector: Option<NamedVector>) {
    match (target, vector) {
        ("", Some(NamedVector::Single(vector))) => object.vector = Some(vector),
        ("", _) => object.vector = None,
        (_, Some(vector)) => {
            object.vectors.insert(target.to_owned(), vector);
        }
        (_, None) => {
            object.vectors.remove(target);
        }
    }
}

/// The vectors of an object's parts as one. Weights count as shares of the sum of all.
fn joined(vectorizer: &Vectorizer, vectors: Vec<NamedVector>, parts: &[Part]) -> Option<NamedVector> {
    let all = match &vectorizer.input {
        VectorInput::Fields(fields) => fields.iter().map(|field| field.weight).sum(),
        VectorInput::Text(_) | VectorInput::References(_) => None::<f32>,
    };
    let shares: Option<Vec<f32>> =
        all.and_then(|all| parts.iter().map(|(_, weight)| weight.map(|weight| weight * (1.0 / all))).collect());
    let vector = match shares {
        Some(shares) => combined(vectors, Some(&shares)),
        None => mean(vectors),
    };
    vector.filter(|vector| vector.dimensions().is_some())
}

/// The mean of the unnamed vectors of what an object refers to, which takes the place of any that it brings.
fn centroid(
    state: &State,
    vectorizer: &Vectorizer,
    object: &Object,
    tenant: &str,
) -> Result<Option<NamedVector>, VectorizeFault> {
    let VectorInput::References(names) = &vectorizer.input else { return Ok(None) };
    let beacons = names.iter().filter_map(|name| match object.properties.get(name) {
        Some(Value::References(beacons)) => Some(beacons),
        _ => None,
    });
    let mut vectors: Vec<Vec<f32>> = Vec::new();
    for beacon in beacons.flatten() {
        let target = target_of(state, beacon, tenant);
        let target = target.ok_or_else(|| VectorizeFault::NoTarget(beacon.uri()))?;
        vectors.push(target.vector.clone().unwrap_or_default());
    }
    let Some(first) = vectors.first().map(Vec::len).filter(|length| *length > 0) else { return Ok(None) };
    match vectors.iter().map(Vec::len).find(|length| *length != first) {
        Some(other) => Err(VectorizeFault::Lengths { first, other }),
        None => Ok(mean(vectors.into_iter().map(NamedVector::Single).collect())),
    }
}

fn target_of<'s>(state: &'s State, beacon: &Beacon, tenant: &str) -> Option<&'s Object> {
    let Some(name) = &beacon.collection else {
        let mut shards = state.collections.values().filter_map(|collection| collection.shards.get(""));
        return shards.find_map(|shard| shard.objects.get(&beacon.id));
    };
    let collection = state.collection(name)?;
    let tenant = if collection.schema.multi_tenancy.enabled { tenant } else { "" };
    collection.shards.get(tenant)?.objects.get(&beacon.id)
}
