//! Conversion of target vectors, and of query vectors for them.

use weaviate_generated::grpc;
use weaviate_generated::grpc::{CombinationMethod, VectorForTarget, WeightsForTarget};

use super::vector;
use crate::values::query::{Join, QueryVectors, Targets};
use crate::{Error, Result};

/// Converts the targets of a search with one query vector or text.
pub(super) fn targets(targets: Option<&Targets>) -> Result<Option<grpc::Targets>> {
    let Some(Targets { names, join }) = targets else { return Ok(None) };
    if let Some(twice) = names.iter().enumerate().find_map(|(at, name)| names.iter().take(at).find(|n| *n == name)) {
        return Err(invalid(format!("names `{twice}` twice; `near_vectors` takes several vectors for one target")));
    }
    message(names, join).map(Some)
}

/// Converts the targets of a search with query vectors of their own.
///
/// The server expects the vectors in the order of the targets, and those of one target next to
/// each other.
pub(super) fn query_vectors(query: &QueryVectors) -> Result<(grpc::Targets, Vec<VectorForTarget>)> {
    let QueryVectors { targets: Targets { names, join }, vectors } = query;
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_cached_key(|&at| names.iter().position(|name| Some(name) == names.get(at)));
    let weights = |all: &[f32]| order.iter().filter_map(|&at| all.get(at).copied()).collect();
    let join = match join {
        Join::ManualWeights(all) => Join::ManualWeights(weights(all)),
        Join::RelativeScore(all) => Join::RelativeScore(weights(all)),
        other => other.clone(),
    };
    let mut grouped: Vec<VectorForTarget> = Vec::new();
    let mut sorted = Vec::with_capacity(names.len());
    for (name, query) in order.into_iter().filter_map(|at| Some((names.get(at)?, vectors.get(at)?))) {
        vector::check(query, "near_vectors")?;
        sorted.push(name.clone());
        match grouped.last_mut().filter(|last| last.name == *name) {
            Some(last) => last.vectors.push(vector::message(query, "")),
            None => grouped.push(VectorForTarget {
                name: name.clone(),
                vectors: vec![vector::message(query, "")],
                ..VectorForTarget::default()
            }),
        }
    }
    Ok((message(&sorted, &join)?, grouped))
}

fn message(names: &[String], join: &Join) -> Result<grpc::Targets> {
    if names.is_empty() {
        return Err(invalid("must name a vector; omit the target if there is only one"));
    }
    if names.iter().any(String::is_empty) {
        return Err(invalid("must not have an empty name; omit the target if there is only one vector"));
    }
    let (combination, weights) = match join {
        Join::None => (CombinationMethod::Unspecified, None),
        Join::Sum => (CombinationMethod::TypeSum, None),
        Join::Average => (CombinationMethod::TypeAverage, None),
        Join::Minimum => (CombinationMethod::TypeMin, None),
        Join::ManualWeights(weights) => (CombinationMethod::TypeManual, Some(weights)),
        Join::RelativeScore(weights) => (CombinationMethod::TypeRelativeScore, Some(weights)),
    };
    let weights = weights.map_or(&[][..], Vec::as_slice);
    if let Some((name, weight)) = names.iter().zip(weights).find(|(_, weight)| !weight.is_finite()) {
        return Err(invalid(format!("the weight of `{name}` must be a finite number, got {weight}")));
    }
    let weighted = |(target, &weight): (&String, &f32)| WeightsForTarget { target: target.clone(), weight };
    Ok(grpc::Targets {
        target_vectors: names.to_vec(),
        combination: combination.into(),
        weights_for_targets: names.iter().zip(weights).map(weighted).collect(),
    })
}

fn invalid(message: impl Into<String>) -> Error {
    Error::validation("target", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn converted(names: &Targets) -> grpc::Targets {
        targets(Some(names)).unwrap().unwrap()
    }

    #[test]
    fn each_join_has_its_method_and_weights() {
        assert_eq!(targets(None).unwrap(), None);
        let both = || ["a", "b"];
        for (targets, method) in [
            (Targets::sum(both()), CombinationMethod::TypeSum),
            (Targets::average(both()), CombinationMethod::TypeAverage),
            (Targets::minimum(both()), CombinationMethod::TypeMin),
        ] {
            let message = converted(&targets);
            assert_eq!((message.combination(), message.target_vectors), (method, vec!["a".to_owned(), "b".to_owned()]));
            assert!(message.weights_for_targets.is_empty());
        }
        assert_eq!(converted(&"a".into()).combination(), CombinationMethod::Unspecified);
        let weights = [("b", 0.5), ("a", 2.0)];
        for (targets, method) in [
            (Targets::manual_weights(weights), CombinationMethod::TypeManual),
            (Targets::relative_score(weights), CombinationMethod::TypeRelativeScore),
        ] {
            let message = converted(&targets);
            let found: Vec<_> = message.weights_for_targets.iter().map(|w| (w.target.as_str(), w.weight)).collect();
            assert_eq!((message.combination(), found), (method, weights.to_vec()));
        }
    }

    #[test]
    fn vectors_of_one_target_stand_together() {
        let query = QueryVectors::manual_weights([("a", 0.5, [1.0]), ("b", 2.0, [2.0]), ("a", 0.25, [3.0])]);
        let (targets, vectors) = query_vectors(&query).unwrap();
        assert_eq!(targets.target_vectors, ["a", "a", "b"]);
        let weights: Vec<_> = targets.weights_for_targets.iter().map(|weight| weight.weight).collect();
        assert_eq!(weights, [0.5, 0.25, 2.0]);
        let found: Vec<_> = vectors.iter().map(|target| (target.name.as_str(), target.vectors.len())).collect();
        assert_eq!(found, [("a", 2), ("b", 1)]);
    }

    #[test]
    fn targets_that_mean_nothing_are_refused() {
        for targets in [
            Targets::sum(Vec::<String>::new()),
            Targets::sum(["a", ""]),
            Targets::sum(["a", "a"]),
            Targets::manual_weights([("a", f32::NAN)]),
            "".into(),
        ] {
            let error = super::targets(Some(&targets)).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("target")), "{targets:?}");
        }
        assert!(query_vectors(&QueryVectors::sum(Vec::<(String, Vec<f32>)>::new())).is_err());
        assert!(query_vectors(&QueryVectors::sum([("a", Vec::<f32>::new())])).is_err());
    }
}
