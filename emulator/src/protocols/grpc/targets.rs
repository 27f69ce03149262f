//! Target vectors and the vectors to search near, as requests name them.

use weaviate_generated::grpc::{CombinationMethod, NearVector, Targets, VectorForTarget, Vectors};

use super::codec;
use super::fault::{CertaintyFault, NearVectorFault, TargetFault};
use crate::engine::named_vector::NamedVector;
use crate::engine::schema::{ClassView, Distance};
use crate::engine::search::aim::{Aim, Anchor};
use crate::engine::search::vector::{Combination, Cutoff, Nearest, TargetQuery};

/// The target vectors of a request, in its order and with repetitions.
#[derive(Debug, Clone)]
pub(crate) struct TargetList {
    /// The unnamed vector has no name.
    pub(crate) names: Vec<String>,
    /// One for each name, where the combination is a weighted one.
    weights: Vec<f32>,
    pub(crate) combination: Combination,
    /// The request says how to combine; several names without a word are combined, too.
    combined: bool,
}

impl TargetList {
    /// No vector at all.
    pub(crate) fn none() -> Self {
        Self { names: Vec::new(), weights: Vec::new(), combination: Combination::default(), combined: false }
    }

    /// `old` is the deprecated list of names.
    pub(crate) fn parse(message: Option<&Targets>, old: &[String], class: &ClassView) -> Result<Self, TargetFault> {
        let names = message.map_or(old, |targets| &targets.target_vectors);
        let names = if names.is_empty() { default_target(class)? } else { names.to_vec() };
        let available = || class.named_vectors.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        if let Some(unknown) = names.iter().find(|name| !name.is_empty() && !class.named_vectors.contains_key(*name)) {
            let (class, vector) = (class.name.clone(), unknown.clone());
            return Err(TargetFault::Unknown { class, vector, available: available() });
        }
        let combination = match message.map(Targets::combination).unwrap_or_default() {
            CombinationMethod::Unspecified | CombinationMethod::TypeMin => Combination::Minimum,
            CombinationMethod::TypeSum => Combination::Sum,
            CombinationMethod::TypeAverage => Combination::Average,
            CombinationMethod::TypeManual => Combination::Manual,
            CombinationMethod::TypeRelativeScore => Combination::RelativeScore,
        };
        let weighted = matches!(combination, Combination::Manual | Combination::RelativeScore);
        let weights = message.filter(|_| weighted).map_or(&[][..], |targets| &targets.weights_for_targets);
        if weighted && weights.len() != names.len() {
            return Err(TargetFault::Weights { weights: weights.len(), targets: names.len() });
        }
        if let Some((weight, _)) = weights.iter().zip(&names).find(|(weight, name)| weight.target != **name) {
            return Err(TargetFault::Weight(weight.target.clone()));
        }
        let weights = weights.iter().map(|weight| weight.weight).collect();
        Ok(Self { names, weights, combination, combined: message.is_some() || old.len() > 1 })
    }

    /// The names without repetitions.
    fn distinct(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in &self.names {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// The one distance all targets share with its certainty: a single target on cosine.
    pub(crate) fn has_certainty(&self, class: &ClassView) -> bool {
        self.index_distance(class).is_some_and(|distance| distance == Distance::Cosine)
    }

    fn index_distance(&self, class: &ClassView) -> Option<Distance> {
        let [name] = self.names.as_slice() else { return None };
        class.index(name).map(|index| index.distance)
    }

    /// The one threshold of two that may be given; `vectors` is how many there are to search near.
    pub(crate) fn threshold(
        &self,
        vectors: usize,
        distance: Option<f64>,
        certainty: Option<f64>,
        class: &ClassView,
    ) -> Result<Option<Cutoff>, CertaintyFault> {
        let Some(certainty) = certainty else { return Ok(distance.map(Cutoff::Distance)) };
        if vectors > 1 {
            return Err(CertaintyFault::SeveralTargets);
        }
        match self.index_distance(class) {
            Some(distance) if distance != Distance::Cosine => Err(CertaintyFault::Distance(distance.name())),
            _ => Ok(Some(Cutoff::Certainty(certainty))),
        }
    }

    /// The query near these vectors.
    pub(crate) fn nearest(self, targets: Vec<TargetQuery>, threshold: Option<Cutoff>) -> Nearest {
        Nearest { targets, combination: self.combination, weights: self.weights, threshold }
    }

    /// The query near what has no vectors yet.
    pub(crate) fn aim(self, anchor: Anchor, threshold: Option<Cutoff>) -> Aim {
        Aim { anchor, targets: self.names, combination: self.combination, weights: self.weights, threshold }
    }

    /// One vector for each name.
    pub(crate) fn each<F>(&self, vector: impl Fn(&str) -> Result<NamedVector, F>) -> Result<Vec<TargetQuery>, F> {
        self.names.iter().map(|name| Ok(TargetQuery { name: name.clone(), vector: vector(name)? })).collect()
    }
}

fn default_target(class: &ClassView) -> Result<Vec<String>, TargetFault> {
    if class.vector.is_some() || class.named_vectors.is_empty() {
        return Ok(vec![String::new()]);
    }
    let mut names = class.named_vectors.keys();
    match (names.next(), names.next()) {
        (Some(only), None) => Ok(vec![only.clone()]),
        _ => Err(TargetFault::Ambiguous(class.name.clone())),
    }
}

/// The vectors of a `NearVector`, each with its target; a target may have several.
#[expect(deprecated, reason = "old clients send the deprecated fields and the server reads them")]
pub(crate) fn near_vectors(
    message: &NearVector,
    list: &TargetList,
    class: &ClassView,
) -> Result<Vec<TargetQuery>, NearVectorFault> {
    let vector = match message.vectors.as_slice() {
        [vector] => Some(codec::vector(vector)?),
        several @ [_, _, ..] => return Err(NearVectorFault::Several(several.len())),
        [] if !message.vector_bytes.is_empty() => Some(NamedVector::Single(codec::floats(&message.vector_bytes))),
        [] if !message.vector.is_empty() => Some(NamedVector::Single(message.vector.clone())),
        [] => None,
    };
    if let Some(vector) = vector {
        if !message.vector_per_target.is_empty() {
            return Err(NearVectorFault::Both);
        }
        return list.each(|name| check_kind(vector.clone(), name, class));
    }
    if !message.vector_for_targets.is_empty() {
        return vectors_for_targets(&message.vector_for_targets, list, class);
    }
    if message.vector_per_target.is_empty() {
        return Err(NearVectorFault::Missing);
    }
    let given = &message.vector_per_target;
    if given.len() != list.names.len() {
        return Err(NearVectorFault::PerTarget);
    }
    list.each(|name| {
        let bytes = given.get(name).ok_or_else(|| missing(name, &list.names, given.keys()))?;
        check_kind(NamedVector::Single(codec::floats(bytes)), name, class)
    })
}

/// Targets in the order of the list, each named once if the first entry has vectors rather than bytes.
#[expect(deprecated, reason = "old clients send the deprecated field and the server reads it")]
fn vectors_for_targets(
    given: &[VectorForTarget],
    list: &TargetList,
    class: &ClassView,
) -> Result<Vec<TargetQuery>, NearVectorFault> {
    let several = given.first().is_some_and(|target| !target.vectors.is_empty());
    if several && !list.combined {
        return Err(NearVectorFault::NoCombination);
    }
    let wanted = if several { list.distinct() } else { list.names.iter().map(String::as_str).collect() };
    if given.len() != wanted.len() {
        return Err(NearVectorFault::ForTargets);
    }
    let mut queries = Vec::new();
    for (target, name) in given.iter().zip(&wanted) {
        if target.name != *name {
            return Err(missing(name, &wanted, given.iter().map(|target| &target.name)));
        }
        let vectors = if target.vectors.is_empty() {
            vec![NamedVector::Single(codec::floats(&target.vector_bytes))]
        } else {
            of_target(&target.vectors, name, class)?
        };
        queries.extend(vectors.into_iter().map(|vector| TargetQuery { name: target.name.clone(), vector }));
    }
    match (queries.is_empty(), wanted.len()) {
        (true, _) if class.named_vectors.len() > 1 => Err(NearVectorFault::NoneOfSeveral),
        (true, _) => Err(NearVectorFault::NothingToSearch),
        (false, _) => Ok(queries),
    }
}

fn missing(name: &str, wanted: &[impl AsRef<str>], given: impl Iterator<Item = impl AsRef<str>>) -> NearVectorFault {
    let joined = |names: Vec<String>| names.join(" ");
    NearVectorFault::NoVector {
        target: name.to_owned(),
        wanted: joined(wanted.iter().map(|name| name.as_ref().to_owned()).collect()),
        given: joined(given.map(|name| name.as_ref().to_owned()).collect()),
    }
}

/// The query vectors of one target: those with rows alone if any has some. An index of single vectors takes each row for
/// itself, one of multi-vectors takes single ones together as rows.
fn of_target(messages: &[Vectors], target: &str, class: &ClassView) -> Result<Vec<NamedVector>, NearVectorFault> {
    let takes_rows = class.index(target).is_some_and(|index| index.multi);
    let (mut single, mut multi) = (Vec::new(), Vec::new());
    for message in messages {
        match codec::vector(message)? {
            NamedVector::Single(vector) => single.push(vector),
            NamedVector::Multi(rows) => multi.push(rows),
        }
    }
    Ok(match (multi.is_empty(), takes_rows) {
        (false, true) => multi.into_iter().map(NamedVector::Multi).collect(),
        (false, false) => multi.into_iter().flatten().map(NamedVector::Single).collect(),
        (true, true) => vec![NamedVector::Multi(single)],
        (true, false) => single.into_iter().map(NamedVector::Single).collect(),
    })
}

fn check_kind(vector: NamedVector, target: &str, class: &ClassView) -> Result<NamedVector, NearVectorFault> {
    let multi = class.index(target).is_some_and(|index| index.multi);
    match (&vector, multi) {
        (NamedVector::Multi(_), false) => Err(NearVectorFault::Rows),
        (NamedVector::Single(_), true) => Err(NearVectorFault::NoRows),
        _ => Ok(vector),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};
    use weaviate_generated::grpc::WeightsForTarget;

    fn class(vectors: &Json) -> ClassView {
        ClassView::parse(json!({"class": "Many", "vectorConfig": vectors}))
    }

    fn two() -> ClassView {
        class(&json!({"a": {"vectorIndexType": "hnsw"}, "b": {"vectorIndexType": "hnsw"}}))
    }

    fn targets(names: &[&str], combination: CombinationMethod, weights: &[(&str, f32)]) -> Targets {
        let weights =
            weights.iter().map(|(target, weight)| WeightsForTarget { target: (*target).to_owned(), weight: *weight });
        Targets {
            target_vectors: names.iter().map(ToString::to_string).collect(),
            combination: combination.into(),
            weights_for_targets: weights.collect(),
        }
    }

    #[test]
    fn a_single_named_vector_is_chosen_by_itself() {
        let one = class(&json!({"only": {"vectorIndexType": "hnsw"}}));
        assert_eq!(TargetList::parse(None, &[], &one).unwrap().names, ["only"]);
        assert!(TargetList::parse(None, &[], &two()).unwrap_err().to_string().contains("has multiple vectors"));
        let unknown = TargetList::parse(None, &["c".to_owned()], &two()).unwrap_err().to_string();
        assert!(
            unknown.ends_with("does not have named vector c configured. Available named vectors [a b]"),
            "{unknown}"
        );
    }

    #[test]
    fn weights_have_to_match_the_targets_in_order() {
        let parse = |weights: &[_]| {
            TargetList::parse(Some(&targets(&["a", "b"], CombinationMethod::TypeManual, weights)), &[], &two())
        };
        assert_eq!(parse(&[("a", 0.7), ("b", 0.3)]).unwrap().weights, [0.7, 0.3]);
        assert!(
            parse(&[("a", 0.7)])
                .unwrap_err()
                .to_string()
                .ends_with("number of weights (1) does not match number of targets (2)")
        );
        assert!(
            parse(&[("b", 0.3), ("a", 0.7)])
                .unwrap_err()
                .to_string()
                .ends_with("target vector b not found in target vectors")
        );
    }

    #[test]
    fn one_name_may_have_several_vectors() {
        let list =
            TargetList::parse(Some(&targets(&["a", "a", "b"], CombinationMethod::TypeSum, &[])), &[], &two()).unwrap();
        let rows = NamedVector::Multi(vec![vec![1.0], vec![2.0]]);
        let entry = |name: &str, vector: &NamedVector| VectorForTarget {
            name: name.to_owned(),
            vectors: vec![codec::vector_message("", vector)],
            ..VectorForTarget::default()
        };
        let single = NamedVector::Single(vec![3.0]);
        let message =
            NearVector { vector_for_targets: vec![entry("a", &rows), entry("b", &single)], ..NearVector::default() };
        let found = near_vectors(&message, &list, &two()).unwrap();
        let found: Vec<_> = found.into_iter().map(|query| (query.name, query.vector)).collect();
        let expected = [("a", 1.0), ("a", 2.0), ("b", 3.0)];
        let expected = expected.map(|(name, number)| (name.to_owned(), NamedVector::Single(vec![number])));
        assert_eq!(found, expected);
        let swapped =
            NearVector { vector_for_targets: vec![entry("b", &single), entry("a", &rows)], ..NearVector::default() };
        assert!(
            near_vectors(&swapped, &list, &two())
                .unwrap_err()
                .to_string()
                .starts_with("vector for target a is required")
        );
        assert_eq!(near_vectors(&NearVector::default(), &list, &two()), Err(NearVectorFault::Missing));
    }
}
