//! Target vectors and the vectors to search near, as requests name them.

use weaviate_generated::grpc::{CombinationMethod, NearVector, Targets, Vectors};

use super::codec;
use crate::schema::ClassView;
use crate::search::vector::{Combination, Nearest, TargetQuery};
use crate::store::NamedVector;

/// The target vectors of a request, in its order and with repetitions.
#[derive(Debug, Clone)]
pub(crate) struct TargetList {
    /// Each with its weight; the unnamed vector has no name.
    pub(crate) targets: Vec<(String, f32)>,
    pub(crate) combination: Combination,
}

impl TargetList {
    /// No vector at all.
    pub(crate) fn none() -> Self {
        Self { targets: Vec::new(), combination: Combination::default() }
    }

    /// `old` is the deprecated list of names.
    pub(crate) fn parse(message: Option<&Targets>, old: &[String], class: &ClassView) -> Result<Self, String> {
        Self::checked(message, old, class).map_err(|fault| format!("extract target vectors: {fault}"))
    }

    fn checked(message: Option<&Targets>, old: &[String], class: &ClassView) -> Result<Self, String> {
        let names = message.map_or(old, |targets| &targets.target_vectors);
        let names = if names.is_empty() { default_target(class)? } else { names.to_vec() };
        let available = || class.named_vectors.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        if let Some(unknown) = names.iter().find(|name| !name.is_empty() && !class.named_vectors.contains_key(*name)) {
            return Err(format!(
                "class {} does not have named vector {unknown} configured. Available named vectors [{}]",
                class.name,
                available()
            ));
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
            return Err(format!(
                "number of weights ({}) does not match number of targets ({})",
                weights.len(),
                names.len()
            ));
        }
        if let Some((weight, _)) = weights.iter().zip(&names).find(|(weight, name)| weight.target != **name) {
            return Err(format!("target vector {} not found in target vectors", weight.target));
        }
        let weights = weights.iter().map(|weight| weight.weight).chain(std::iter::repeat(1.0));
        Ok(Self { targets: names.into_iter().zip(weights).collect(), combination })
    }

    /// The names without repetitions.
    fn distinct(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in &self.targets {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// The one distance all targets share with its certainty: a single target on cosine.
    pub(crate) fn has_certainty(&self, class: &ClassView) -> bool {
        self.index_distance(class).is_some_and(|distance| distance == crate::schema::Distance::Cosine)
    }

    fn index_distance(&self, class: &ClassView) -> Option<crate::schema::Distance> {
        let [(name, _)] = self.targets.as_slice() else { return None };
        index(class, name).map(|index| index.distance)
    }

    /// Turns thresholds into one maximum distance.
    pub(crate) fn max_distance(
        &self,
        distance: Option<f64>,
        certainty: Option<f64>,
        class: &ClassView,
    ) -> Result<Option<f32>, String> {
        #[expect(clippy::cast_possible_truncation, reason = "distances are singles")]
        let single = |number: f64| number as f32;
        let Some(certainty) = certainty else { return Ok(distance.map(single)) };
        if self.targets.len() > 1 {
            return Err("multiple target vectors are not supported with certainty".to_owned());
        }
        match self.index_distance(class) {
            Some(distance) if distance != crate::schema::Distance::Cosine => Err(format!(
                "can't compute and return certainty when vector index is configured with {} distance",
                distance.name()
            )),
            _ => Ok(Some(single((1.0 - certainty) * 2.0))),
        }
    }

    /// The query for these targets with a vector each.
    pub(crate) fn nearest(self, vectors: Vec<NamedVector>, max_distance: Option<f32>) -> Nearest {
        let targets = self
            .targets
            .into_iter()
            .zip(vectors)
            .map(|((name, weight), vector)| TargetQuery { name, vector, weight })
            .collect();
        Nearest { targets, combination: self.combination, max_distance }
    }
}

fn default_target(class: &ClassView) -> Result<Vec<String>, String> {
    if class.vector.is_some() || class.named_vectors.is_empty() {
        return Ok(vec![String::new()]);
    }
    let mut names = class.named_vectors.keys();
    match (names.next(), names.next()) {
        (Some(only), None) => Ok(vec![only.clone()]),
        _ => Err(format!("class {} has multiple vectors, but no target vectors were provided", class.name)),
    }
}

/// The index of a vector by name; empty for the unnamed one.
pub(crate) fn index<'a>(class: &'a ClassView, name: &str) -> Option<&'a crate::schema::VectorIndex> {
    if name.is_empty() { class.vector.as_ref() } else { class.named_vectors.get(name) }
}

/// The vectors of a `NearVector`, one for each entry of the target list.
#[expect(deprecated, reason = "old clients send the deprecated fields and the server reads them")]
pub(crate) fn near_vectors(
    message: &NearVector,
    list: &TargetList,
    class: &ClassView,
) -> Result<Vec<NamedVector>, String> {
    if let [_, _, ..] = message.vectors.as_slice() {
        return Err(format!("only 1 vector supported, found {} vectors", message.vectors.len()));
    }
    let for_all = |vector: NamedVector| {
        list.targets.iter().map(|(name, _)| check_kind(vector.clone(), name, class)).collect::<Result<Vec<_>, _>>()
    };
    if let [vector] = message.vectors.as_slice() {
        return for_all(read(vector)?);
    }
    if !message.vector_for_targets.is_empty() {
        let given: Vec<&str> = message.vector_for_targets.iter().map(|target| target.name.as_str()).collect();
        let wanted = list.distinct();
        if given.len() != wanted.len() {
            return Err("vector for target must have the same lengths as target vectors".to_owned());
        }
        if let Some((missing, _)) = wanted.iter().zip(&given).find(|(wanted, given)| wanted != given) {
            return Err(format!(
                "vector for target {missing} is required. All target vectors: [{}] all vectors for targets [{}]",
                wanted.join(" "),
                given.join(" ")
            ));
        }
        let mut pools = Vec::new();
        for target in &message.vector_for_targets {
            let vectors = if target.vectors.is_empty() {
                vec![NamedVector::Single(codec::floats(&target.vector_bytes))]
            } else {
                several(&target.vectors, &target.name, class)?
            };
            pools.push((target.name.as_str(), vectors.into_iter()));
        }
        return list
            .targets
            .iter()
            .map(|(name, _)| {
                let pool = pools.iter_mut().find(|(pool, _)| pool == name);
                let vector = pool
                    .and_then(|(_, vectors)| vectors.next())
                    .ok_or_else(|| format!("vector for target {name} is required"))?;
                check_kind(vector, name, class)
            })
            .collect();
    }
    if !message.vector_per_target.is_empty() {
        return list
            .targets
            .iter()
            .map(|(name, _)| {
                let bytes = message
                    .vector_per_target
                    .get(name)
                    .ok_or_else(|| format!("vector for target {name} is required"))?;
                check_kind(NamedVector::Single(codec::floats(bytes)), name, class)
            })
            .collect();
    }
    if !message.vector_bytes.is_empty() {
        return for_all(NamedVector::Single(codec::floats(&message.vector_bytes)));
    }
    if !message.vector.is_empty() {
        return for_all(NamedVector::Single(message.vector.clone()));
    }
    Err("vector is required".to_owned())
}

fn read(message: &Vectors) -> Result<NamedVector, String> {
    codec::vector(message).map_err(|fault| format!("extract vector: {fault}"))
}

/// Several query vectors for one target: one message each, or the rows of a multi-vector where the index holds single ones.
fn several(messages: &[Vectors], target: &str, class: &ClassView) -> Result<Vec<NamedVector>, String> {
    let multi = index(class, target).is_some_and(|index| index.multi);
    let mut vectors = Vec::new();
    for message in messages {
        match read(message)? {
            NamedVector::Multi(rows) if !multi => vectors.extend(rows.into_iter().map(NamedVector::Single)),
            vector => vectors.push(vector),
        }
    }
    Ok(vectors)
}

fn check_kind(vector: NamedVector, target: &str, class: &ClassView) -> Result<NamedVector, String> {
    let multi = index(class, target).is_some_and(|index| index.multi);
    match (&vector, multi) {
        (NamedVector::Multi(_), false) => {
            Err("provided vector is a multi vector but vector index supports regular vectors".to_owned())
        }
        (NamedVector::Single(_), true) => {
            Err("provided vector is a regular vector but vector index supports multi vectors".to_owned())
        }
        _ => Ok(vector),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};
    use weaviate_generated::grpc::{VectorForTarget, WeightsForTarget};

    fn class(vectors: &Json) -> ClassView {
        ClassView::parse(&json!({"class": "Many", "vectorConfig": vectors}))
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
        assert_eq!(TargetList::parse(None, &[], &one).unwrap().targets, [("only".to_owned(), 1.0)]);
        assert!(TargetList::parse(None, &[], &two()).unwrap_err().contains("has multiple vectors"));
        let unknown = TargetList::parse(None, &["c".to_owned()], &two()).unwrap_err();
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
        assert_eq!(parse(&[("a", 0.7), ("b", 0.3)]).unwrap().targets, [("a".to_owned(), 0.7), ("b".to_owned(), 0.3)]);
        assert!(
            parse(&[("a", 0.7)]).unwrap_err().ends_with("number of weights (1) does not match number of targets (2)")
        );
        assert!(parse(&[("b", 0.3), ("a", 0.7)]).unwrap_err().ends_with("target vector b not found in target vectors"));
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
        let expected = [1.0, 2.0, 3.0].map(|number| NamedVector::Single(vec![number]));
        assert_eq!(near_vectors(&message, &list, &two()).unwrap(), expected);
        let swapped =
            NearVector { vector_for_targets: vec![entry("b", &single), entry("a", &rows)], ..NearVector::default() };
        assert!(near_vectors(&swapped, &list, &two()).unwrap_err().starts_with("vector for target a is required"));
        assert_eq!(near_vectors(&NearVector::default(), &list, &two()), Err("vector is required".to_owned()));
    }
}
