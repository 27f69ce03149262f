//! Conversion of keyword (BM25) and hybrid searches to `SearchRequest`. Arguments that the server
//! always refuses are refused here, before anything is sent.

use weaviate_generated::grpc;
use weaviate_generated::grpc::hybrid::{FusionType, Threshold as HybridThreshold};
use weaviate_generated::grpc::search_operator_options::Operator as OperatorMessage;
use weaviate_generated::grpc::{SearchOperatorOptions, SearchRequest};

use super::generative_request;
use super::near::{near_text, near_vector};
use super::ranking::selection;
use super::search::{DefaultMetadata, ToMessage, common};
use super::targets::{query_vectors, targets};
use super::vector;
use crate::values::property_names;
use crate::values::query::{
    Bm25, Bm25Operator, Fusion, Hybrid, HybridVector, Keywords, NearText, NearVector, Operator, Options,
    SearchProperty, Threshold, VectorPart, Weight,
};
use crate::values::target::Target;
use crate::{Error, Result};

impl ToMessage for Bm25 {
    const NAME: &'static str = "bm25";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        bm25(target, options, self)
    }
}

impl ToMessage for Hybrid {
    const NAME: &'static str = "hybrid";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        hybrid(target, options, self)
    }

    fn to_embed(&mut self) -> Option<&mut NearVector> {
        match &mut self.vector {
            Some(HybridVector(VectorPart::NearVector(near))) => near.to_embed(),
            _ => None,
        }
    }
}

fn bm25(target: &Target, options: &Options, kind: &Bm25) -> Result<SearchRequest> {
    let Bm25 { keywords: Keywords { text, properties, operator: words } } = kind;
    if text.is_empty() {
        return Err(Error::validation("bm25", "must have a search text; to list all objects, use `fetch_objects`"));
    }
    Ok(SearchRequest {
        bm25_search: Some(grpc::Bm25 {
            query: text.clone(),
            properties: weighted(properties.as_deref())?,
            search_operator: words.map(|words| operator("operator", words)).transpose()?,
        }),
        ..common(target, options, DefaultMetadata::Score)?
    })
}

fn hybrid(target: &Target, options: &Options, kind: &Hybrid) -> Result<SearchRequest> {
    let Hybrid {
        keywords: Keywords { text, properties, operator: words },
        alpha,
        fusion,
        vector: part,
        max_vector_distance,
    } = kind;
    if text.is_empty() && part.is_none() {
        return Err(Error::validation(
            "hybrid",
            "must have a search text or a vector; to list all objects, use `fetch_objects`",
        ));
    }
    // Refuses NaN, too. The server does not check the range.
    if !(0.0..=1.0).contains(alpha) {
        let message = format!("must be between 0 (keywords only) and 1 (vector only), got {alpha}");
        return Err(Error::validation("alpha", message));
    }
    if max_vector_distance.is_some_and(|distance| !distance.is_finite()) {
        return Err(Error::validation("max_vector_distance", "must be a finite number"));
    }
    let by_vector = vector_part(part.as_ref(), options)?;
    // Servers read one of three fields, depending on their version. All are set alike.
    #[expect(deprecated, reason = "servers before 1.36 have no other field for alpha")]
    let message = grpc::Hybrid {
        query: text.clone(),
        properties: weighted(properties.as_deref())?,
        alpha: *alpha,
        alpha_param: Some(*alpha),
        use_alpha_param: true,
        fusion_type: match fusion {
            None => FusionType::Unspecified,
            Some(Fusion::Ranked) => FusionType::Ranked,
            Some(Fusion::RelativeScore) => FusionType::RelativeScore,
        }
        .into(),
        selection: selection(options)?,
        threshold: max_vector_distance.map(HybridThreshold::VectorDistance),
        bm25_search_operator: words.map(|words| operator("operator", words)).transpose()?,
        ..by_vector
    };
    // What only its vector search finds is read as in one.
    generative_request::check_images(options)?;
    Ok(SearchRequest { hybrid_search: Some(Box::new(message)), ..common(target, options, DefaultMetadata::Score)? })
}

/// Converts the vector search: the fields of `Hybrid` for it and for its targets.
fn vector_part(part: Option<&HybridVector>, options: &Options) -> Result<grpc::Hybrid> {
    let targets = targets(options.target.as_ref())?;
    let plain = grpc::Hybrid { targets, ..grpc::Hybrid::default() };
    let Some(HybridVector(part)) = part else { return Ok(plain) };
    Ok(match part {
        VectorPart::NearVector(NearVector { vector, threshold, .. }) if *threshold == Threshold::default() => {
            vector::check(vector, "vector")?;
            grpc::Hybrid { vectors: vec![vector::message(vector, "")], ..plain }
        }
        VectorPart::NearVector(NearVector { threshold: Threshold { certainty: Some(_), .. }, .. }) => {
            return Err(ignored("certainty", "a distance"));
        }
        VectorPart::NearText(NearText { threshold, .. }) if *threshold != Threshold::default() => {
            let field = if threshold.distance.is_some() { "distance" } else { "certainty" };
            return Err(ignored(field, "`max_vector_distance`"));
        }
        VectorPart::NearVector(near) => grpc::Hybrid { near_vector: Some(near_vector(near, "vector")?), ..plain },
        VectorPart::NearText(near) => {
            check_moves(near)?;
            grpc::Hybrid { near_text: Some(near_text(near)?), ..plain }
        }
        VectorPart::PerTarget(_) if options.target.is_some() => {
            return Err(Error::validation("target", "cannot be combined with `QueryVectors`, which name the targets"));
        }
        VectorPart::PerTarget(vectors) => {
            let (targets, vector_for_targets) = query_vectors(vectors)?;
            let near_vector = grpc::NearVector { vector_for_targets, ..grpc::NearVector::default() };
            grpc::Hybrid { targets: Some(targets), near_vector: Some(near_vector), ..plain }
        }
    })
}

fn ignored(threshold: &'static str, way_out: &str) -> Error {
    let message = format!("the server ignores it in the vector search of a hybrid search; set {way_out}");
    Error::validation(threshold, message)
}

/// Refuses objects to move by: the server ignores them here.
fn check_moves(near: &NearText) -> Result<()> {
    for (field, target) in [("move_to", &near.move_to), ("move_away", &near.move_away)] {
        if target.as_ref().is_some_and(|target| !target.objects.is_empty()) {
            let message =
                "a hybrid search cannot move by objects: the server ignores them; use concepts, or `near_text`";
            return Err(Error::validation(field, message));
        }
    }
    Ok(())
}

/// Formats properties as `name` or `name^weight`. The server treats an unreadable weight as zero.
fn weighted(properties: Option<&[SearchProperty]>) -> Result<Vec<String>> {
    fn invalid<T>(message: String) -> Result<T> {
        Err(Error::validation("query_properties", message))
    }
    match properties {
        None => Ok(Vec::new()),
        Some([]) => invalid("must not be empty; omit it to search all text properties".to_owned()),
        Some(properties) => properties
            .iter()
            .map(|SearchProperty { name, weight }| {
                property_names::check(name).or_else(invalid)?;
                match weight {
                    _ if name.contains('^') => {
                        invalid(format!("`{name}` is not a property name; set the weight with `weight`"))
                    }
                    None => Ok(name.clone()),
                    Some(Weight::Number(weight)) if weight.is_finite() && *weight >= 0.0 => {
                        Ok(format!("{name}^{weight}"))
                    }
                    Some(Weight::Number(weight)) => {
                        invalid(format!("the weight of `{name}` must be finite and not negative, got {weight}"))
                    }
                    Some(Weight::Unreadable(weight)) => {
                        invalid(format!("the weight of `{name}` must be a number, as in `{name}^2`, got `{weight}`"))
                    }
                }
            })
            .collect(),
    }
}

fn operator(field: &'static str, Bm25Operator(operator): Bm25Operator) -> Result<SearchOperatorOptions> {
    let (operator, minimum_or_tokens_match) = match operator {
        Operator::And => (OperatorMessage::And, None),
        Operator::AndCross => (OperatorMessage::AndCross, None),
        Operator::Or { minimum_match } => {
            let Ok(minimum @ 1..) = i32::try_from(minimum_match) else {
                let message =
                    format!("the minimum of matching words must be between 1 and {}, got {minimum_match}", i32::MAX);
                return Err(Error::validation(field, message));
            };
            (OperatorMessage::Or, Some(minimum))
        }
    };
    Ok(SearchOperatorOptions { operator: operator.into(), minimum_or_tokens_match })
}

#[cfg(test)]
mod tests {
    use weaviate_generated::grpc::vectors::VectorType;

    use super::*;
    use crate::ErrorKind;
    use crate::values::query::Selected;
    use crate::values::query::{Diversity, Metadata, Move, QueryVectors};

    fn article() -> Target {
        Target::new("Article")
    }

    fn words(text: &str) -> Bm25 {
        Bm25::new(text.to_owned())
    }

    fn both(text: &str) -> Hybrid {
        Hybrid { vector: Some([1.0].into()), ..Hybrid::new(text.to_owned()) }
    }

    fn sent(kind: &Hybrid) -> grpc::Hybrid {
        hybrid(&article(), &Options::default(), kind).unwrap().hybrid_search.map(|message| *message).unwrap()
    }

    fn to(target: &str) -> Options {
        Options { target: Some(target.into()), ..Options::default() }
    }

    fn one() -> grpc::Vectors {
        grpc::Vectors {
            vector_bytes: vec![0, 0, 128, 63].into(),
            r#type: VectorType::SingleFp32.into(),
            ..grpc::Vectors::default()
        }
    }

    #[test]
    fn a_plain_keyword_search_sends_the_text_only() {
        let request = bm25(&article(), &Options::default(), &words("owls")).unwrap();
        assert_eq!(request.bm25_search, Some(grpc::Bm25 { query: "owls".to_owned(), ..grpc::Bm25::default() }));
        let metadata = request.metadata.unwrap();
        assert!(metadata.uuid && metadata.score && !metadata.distance && !metadata.explain_score);

        let explained = Options {
            selected: Selected { metadata: vec![Metadata::ExplainScore], ..Selected::default() },
            ..Options::default()
        };
        let metadata = bm25(&article(), &explained, &words("owls")).unwrap().metadata.unwrap();
        assert!(metadata.score && metadata.explain_score);
    }

    #[test]
    fn properties_carry_their_weights() {
        let mut kind = words("owls");
        kind.keywords.properties = Some(vec![
            "title^2".into(),
            SearchProperty::new("body").weight(0.5),
            SearchProperty::new("note").weight(0.0),
            "slug".into(),
        ]);
        let message = bm25(&article(), &Options::default(), &kind).unwrap().bm25_search.unwrap();
        assert_eq!(message.properties, ["title^2", "body^0.5", "note^0", "slug"]);
    }

    #[test]
    fn every_operator_has_its_message() {
        for (given, expected, minimum) in [
            (Bm25Operator::and(), OperatorMessage::And, None),
            (Bm25Operator::and_cross(), OperatorMessage::AndCross, None),
            (Bm25Operator::or(2), OperatorMessage::Or, Some(2)),
        ] {
            let expected = Some(SearchOperatorOptions { operator: expected.into(), minimum_or_tokens_match: minimum });
            let mut kind = words("owls");
            kind.keywords.operator = Some(given);
            let message = bm25(&article(), &Options::default(), &kind).unwrap().bm25_search.unwrap();
            assert_eq!(message.search_operator, expected);
            let kind = Hybrid { keywords: kind.keywords, ..both("owls") };
            assert_eq!(sent(&kind).bm25_search_operator, expected);
        }
    }

    #[test]
    #[expect(deprecated, reason = "sent for old servers")]
    fn alpha_is_sent_in_three_fields() {
        let default = sent(&both("owls"));
        assert_eq!((default.alpha, default.alpha_param, default.use_alpha_param), (0.75, Some(0.75), true));
        let zero = sent(&Hybrid { alpha: 0.0, ..both("owls") });
        assert_eq!((zero.alpha, zero.alpha_param, zero.use_alpha_param), (0.0, Some(0.0), true));
    }

    #[test]
    fn all_hybrid_options_are_sent() {
        let bare = sent(&both("owls"));
        assert_eq!((bare.query.as_str(), &bare.vectors, &bare.near_vector), ("owls", &vec![one()], &None));
        assert_eq!((bare.fusion_type(), &bare.targets, bare.threshold), (FusionType::Unspecified, &None, None));

        let kind = Hybrid {
            keywords: Keywords { properties: Some(vec!["title".into()]), ..words("owls").keywords },
            fusion: Some(Fusion::Ranked),
            max_vector_distance: Some(0.0),
            ..both("owls")
        };
        let options = Options { diversity: Some(Diversity::mmr(2)), ..to("title") };
        let request = hybrid(&article(), &options, &kind).unwrap();
        let message = *request.hybrid_search.unwrap();
        assert!(message.selection.is_some());
        assert_eq!(message.properties, ["title"]);
        assert_eq!(message.fusion_type(), FusionType::Ranked);
        assert_eq!(message.targets.as_ref().unwrap().target_vectors, ["title"]);
        assert_eq!(message.threshold, Some(HybridThreshold::VectorDistance(0.0)));
        let kind = Hybrid { fusion: Some(Fusion::RelativeScore), ..kind };
        assert_eq!(sent(&kind).fusion_type(), FusionType::RelativeScore);

        assert_eq!(sent(&Hybrid { vector: None, ..both("owls") }).vectors, []);
        assert_eq!(sent(&both("")).query, "", "a vector is enough");
        let metadata = hybrid(&article(), &Options::default(), &kind).unwrap().metadata.unwrap();
        assert!(metadata.score && !metadata.distance);
    }

    #[test]
    fn a_vector_search_with_options_is_a_nested_one() {
        let with = |vector: HybridVector| sent(&Hybrid { vector: Some(vector), ..both("owls") });
        let message = with(NearVector::new([1.0]).distance(0.5).into());
        let expected = grpc::NearVector { vectors: vec![one()], distance: Some(0.5), ..grpc::NearVector::default() };
        assert_eq!((message.near_vector, message.vectors), (Some(expected), vec![]));

        let moved = NearText::new("kite").move_to(Move::force(0.5).concepts("arctic"));
        let message = with(moved.clone().into());
        assert_eq!((message.near_text, message.vectors), (Some(near_text(&moved).unwrap()), vec![]));

        let message = with(QueryVectors::sum([("title", [1.0]), ("body", [2.0])]).into());
        assert_eq!(message.targets.unwrap().target_vectors, ["title", "body"]);
        assert_eq!(message.near_vector.unwrap().vector_for_targets.len(), 2);
    }

    #[test]
    fn invalid_arguments_are_not_sent() {
        let with = |change: &dyn Fn(&mut Keywords)| {
            let mut keywords = words("owls").keywords;
            change(&mut keywords);
            keywords
        };
        let properties = |all: Vec<SearchProperty>| with(&|keywords| keywords.properties = Some(all.clone()));
        let minimum = |minimum| with(&|keywords| keywords.operator = Some(Bm25Operator::or(minimum)));
        let weight = |weight| properties(vec![SearchProperty::new("title").weight(weight)]);
        for keywords in [
            properties(vec![]),
            properties(vec!["".into()]),
            properties(vec!["Title".into()]),
            properties(vec!["Title^2".into()]),
            properties(vec!["^2".into()]),
            properties(vec!["title^big".into()]),
            properties(vec!["title^2^3".into()]),
            properties(vec![SearchProperty::new("title^2").weight(3.0)]),
            weight(-1.0),
            weight(f32::NAN),
        ] {
            let error = bm25(&article(), &Options::default(), &Bm25 { keywords: keywords.clone() }).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("query_properties")));
            let error = hybrid(&article(), &Options::default(), &Hybrid { keywords, ..both("") }).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("query_properties")));
        }
        for (kind, field) in [
            (words(""), "bm25"),
            (Bm25 { keywords: minimum(0) }, "operator"),
            (Bm25 { keywords: minimum(u32::MAX) }, "operator"),
        ] {
            let error = bm25(&article(), &Options::default(), &kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
        let near = |vector: HybridVector| Hybrid { vector: Some(vector), ..both("owls") };
        for (kind, field) in [
            (Hybrid::new(String::new()), "hybrid"),
            (Hybrid { alpha: -0.1, ..both("owls") }, "alpha"),
            (Hybrid { alpha: 1.1, ..both("owls") }, "alpha"),
            (Hybrid { alpha: f32::NAN, ..both("owls") }, "alpha"),
            (Hybrid { max_vector_distance: Some(f32::INFINITY), ..both("owls") }, "max_vector_distance"),
            (Hybrid { keywords: minimum(0), ..both("owls") }, "operator"),
            (near(Vec::<f32>::new().into()), "vector"),
            (near(NearVector::new([1.0]).certainty(0.5).into()), "certainty"),
            (near(NearVector::new([1.0]).distance(f64::NAN).into()), "distance"),
            (near(NearText::new("kite").certainty(0.5).into()), "certainty"),
            (near(NearText::new("kite").distance(0.5).into()), "distance"),
            (near(NearVector::new([1.0]).certainty(0.5).distance(0.5).into()), "certainty"),
            (near(NearText::new("").into()), "near_text"),
            (near(NearText::new("kite").move_away(Move::force(0.5).objects([uuid::Uuid::nil()])).into()), "move_away"),
        ] {
            let error = hybrid(&article(), &Options::default(), &kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)), "{kind:?}");
        }
        for (kind, options) in
            [(both("owls"), to("")), (near(QueryVectors::sum([("title", [1.0])]).into()), to("title"))]
        {
            let error = hybrid(&article(), &options, &kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("target")), "{kind:?}");
        }
    }
}
