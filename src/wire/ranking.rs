//! Conversion of what changes the ranking of results: boost, diversity and reranking.

use std::time::Duration;

use weaviate_generated::grpc;
use weaviate_generated::grpc::boost::condition::Condition;
use weaviate_generated::grpc::boost::{
    Condition as ConditionMessage, DecayCurve as CurveMessage, NumericDecayFunction, PropertyValueFunction,
    PropertyValueModifier, TimeDecayFunction,
};
use weaviate_generated::grpc::selection::{Mmr, Selection as SelectionKind};

use super::filters;
use crate::values::filter::{Comparison, FilterNode, Operand, OperandValue};
use crate::values::property_names;
use crate::values::query::{
    Boost, BoostCondition, ConditionScore, DecayCurve, Diversity, Modifier, NumericDecay, Options, Rerank, TimeDecay,
    ValueBoost,
};
use crate::{Error, Filter, Result};

/// Largest number of conditions of a boost.
const MAX_CONDITIONS: usize = 20;

/// Converts the selection of diverse results.
pub(super) fn selection(options: &Options) -> Result<Option<grpc::Selection>> {
    let Some(Diversity { limit, balance }) = options.diversity else { return Ok(None) };
    let invalid = |message: String| Err(Error::validation("diversity", message));
    if limit == 0 {
        return invalid("the limit must be 1 or more".to_owned());
    }
    if let Some(all) = options.limit.filter(|&all| all < limit) {
        return invalid(format!("cannot select {limit} of {all} results: the limit of the query must not be less"));
    }
    if !(0.0..=1.0).contains(&balance) {
        return invalid(format!("the balance must be between 0 (diversity) and 1 (relevance), got {balance}"));
    }
    // Without a balance, the server would select by diversity only.
    let selection = Some(SelectionKind::Mmr(Mmr { limit: Some(limit), balance: Some(balance) }));
    Ok(Some(grpc::Selection { selection }))
}

/// Converts the selection of diverse results of a search by vector. The server ignores it there in
/// groups; it does not in a hybrid search.
pub(super) fn ungrouped_selection(options: &Options) -> Result<Option<grpc::Selection>> {
    if options.diversity.is_some() && options.group_by.is_some() {
        return Err(Error::validation("diversity", "cannot be combined with `group_by`: the server would ignore it"));
    }
    selection(options)
}

/// Converts a reranking.
pub(super) fn rerank(Rerank { property, query }: &Rerank) -> Result<grpc::Rerank> {
    property_names::check_unnested(property).map_err(|fault| Error::validation("rerank", fault))?;
    if query.is_empty() {
        return Err(Error::validation("rerank", "must have a query; the server does not take that of the search"));
    }
    Ok(grpc::Rerank { property: property.clone(), query: Some(query.clone()) })
}

/// Converts a boost.
pub(super) fn boost(Boost { conditions, weight, depth }: &Boost) -> Result<grpc::Boost> {
    if !(1..=MAX_CONDITIONS).contains(&conditions.len()) {
        return Err(invalid(format!("must have 1 to {MAX_CONDITIONS} conditions, got {}", conditions.len())));
    }
    if let Some(weight) = weight.filter(|weight| !(0.0..=1.0).contains(weight)) {
        return Err(invalid(format!("the weight must be between 0 and 1, got {weight}")));
    }
    if *depth == Some(0) {
        return Err(invalid("the depth must be 1 or more"));
    }
    let conditions = conditions.iter().map(condition).collect::<Result<_>>()?;
    Ok(grpc::Boost { conditions, weight: *weight, depth: *depth })
}

fn condition(BoostCondition { weight, score }: &BoostCondition) -> Result<ConditionMessage> {
    // The server takes 0 for the default.
    if let Some(weight) = weight.filter(|weight| !weight.is_finite() || *weight == 0.0) {
        return Err(invalid(format!("the weight of a condition must be a finite number other than 0, got {weight}")));
    }
    let condition = match score {
        ConditionScore::Filter(filter) => {
            check_filter(filter)?;
            Condition::Filter(filters::message(filter)?)
        }
        ConditionScore::TimeDecay(decay) => Condition::TimeDecay(time_decay(decay)?),
        ConditionScore::NumericDecay(decay) => Condition::NumericDecay(numeric_decay(decay)?),
        ConditionScore::PropertyValue(ValueBoost { property, modifier, .. }) => {
            let modifier = modifier.map(|modifier| match modifier {
                Modifier::Log1p => PropertyValueModifier::Log1p.into(),
                Modifier::Sqrt => PropertyValueModifier::Sqrt.into(),
            });
            Condition::PropertyValue(PropertyValueFunction { property: checked(property)?, modifier })
        }
    };
    Ok(ConditionMessage { weight: *weight, condition: Some(condition) })
}

/// Refuses what the server does not evaluate for a boost: other operators by an error, and all but
/// the values of properties without a word.
fn check_filter(filter: &Filter) -> Result<()> {
    use Comparison::{Equal, GreaterOrEqual, GreaterThan, LessOrEqual, LessThan, NotEqual};
    for node in filter.nodes() {
        let FilterNode::Compare { target, comparison } = node else { continue };
        if compared_property(target).is_none() {
            let message = format!("a filter here compares values of properties, not `{target}`");
            return Err(invalid(message));
        }
        match comparison {
            Equal(_) | NotEqual(_) | GreaterThan(_) | GreaterOrEqual(_) | LessThan(_) | LessOrEqual(_) => {}
            other => return Err(invalid(format!("a filter here cannot have `{}`", other.name()))),
        }
    }
    Ok(())
}

/// Returns the property of the collection itself whose value is compared.
fn compared_property(target: &Operand) -> Option<&str> {
    let OperandValue::Property(name) = &target.value else { return None };
    let is_plain = target.path.is_empty() && !name.starts_with('_') && !name.contains(['.', '(']);
    is_plain.then_some(name)
}

fn time_decay(decay: &TimeDecay) -> Result<TimeDecayFunction> {
    let TimeDecay { property, scale, origin, offset, curve: kind, decay_value, .. } = decay;
    if scale.is_zero() {
        return Err(invalid(format!("the scale of `{}` must be more than zero", property_names::shown(property))));
    }
    Ok(TimeDecayFunction {
        property: checked(property)?,
        origin: origin.as_ref().map(ToString::to_string).unwrap_or_default(),
        scale: seconds(*scale),
        offset: offset.map(seconds),
        curve: kind.map(curve),
        decay_value: checked_decay(property, *decay_value)?,
    })
}

fn numeric_decay(decay: &NumericDecay) -> Result<NumericDecayFunction> {
    let NumericDecay { property, origin, scale, offset, curve: kind, decay_value, .. } = decay;
    let shown = property_names::shown(property);
    if !origin.is_finite() {
        return Err(invalid(format!("the origin of `{shown}` must be a finite number, got {origin}")));
    }
    if !scale.is_finite() || *scale <= 0.0 {
        return Err(invalid(format!("the scale of `{shown}` must be a finite number above 0, got {scale}")));
    }
    if let Some(offset) = offset.filter(|offset| !offset.is_finite() || *offset < 0.0) {
        return Err(invalid(format!("the offset of `{shown}` must be a finite number of 0 or more, got {offset}")));
    }
    Ok(NumericDecayFunction {
        property: checked(property)?,
        origin: *origin,
        scale: *scale,
        offset: *offset,
        curve: kind.map(curve),
        decay_value: checked_decay(property, *decay_value)?,
    })
}

fn checked(property: &str) -> Result<String> {
    property_names::check_unnested(property).map_err(invalid)?;
    Ok(property.to_owned())
}

/// The server takes 0 for the default.
fn checked_decay(property: &str, value: Option<f32>) -> Result<Option<f32>> {
    match value.filter(|value| !(*value > 0.0 && *value <= 1.0)) {
        Some(value) => {
            let shown = property_names::shown(property);
            Err(invalid(format!("the decay value of `{shown}` must be above 0 and at most 1, got {value}")))
        }
        None => Ok(value),
    }
}

fn curve(curve: DecayCurve) -> i32 {
    match curve {
        DecayCurve::Exponential => CurveMessage::Exponential,
        DecayCurve::Gauss => CurveMessage::Gauss,
        DecayCurve::Linear => CurveMessage::Linear,
    }
    .into()
}

fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs_f64())
}

fn invalid(message: impl Into<String>) -> Error {
    Error::validation("boost", message)
}

/// Returns the properties that boost, reranking and groups need besides the selected ones.
///
/// In a search, the server finds the value of a boosted property only if it is returned. Those that
/// it reranks or groups by it returns in any case.
pub(super) fn unselected(options: &Options) -> Vec<&str> {
    let Some(selected) = &options.selected.properties else { return Vec::new() };
    let mut needed = boosted(options);
    needed.extend(options.rerank.as_ref().map(|rerank| rerank.property.as_str()));
    needed.extend(options.group_by.as_ref().map(|by| by.property.as_str()));
    needed.retain(|name| !selected.iter().any(|selected| selected == name));
    needed
}

/// Returns the properties that the conditions of a boost read.
pub(super) fn boosted(options: &Options) -> Vec<&str> {
    let mut needed = Vec::new();
    for BoostCondition { score, .. } in options.boost.iter().flat_map(|boost| &boost.conditions) {
        match score {
            ConditionScore::TimeDecay(TimeDecay { property, .. })
            | ConditionScore::NumericDecay(NumericDecay { property, .. })
            | ConditionScore::PropertyValue(ValueBoost { property, .. }) => {
                needed.push(property.as_str());
            }
            ConditionScore::Filter(filter) => needed.extend(filter.nodes().filter_map(|node| match node {
                FilterNode::Compare { target, .. } => compared_property(target),
                _ => None,
            })),
        }
    }
    needed.sort_unstable();
    needed.dedup();
    needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::values::properties::{IntoList, Typed};
    use crate::values::types::DateTime;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn blend(conditions: impl IntoList<(), BoostCondition>) -> Boost {
        Boost::blend(conditions).into_inner()
    }

    fn of(condition: impl Into<Typed<(), BoostCondition>>) -> Boost {
        blend(vec![condition])
    }

    #[test]
    fn each_condition_has_its_message() {
        let time = BoostCondition::time_decay("published", DAY * 7)
            .origin(DateTime::parse("2026-01-01T00:00:00Z").unwrap())
            .offset(Duration::from_millis(1_500))
            .curve(DecayCurve::Gauss)
            .decay_value(0.25)
            .weight(-2.0);
        let number = BoostCondition::numeric_decay("rating", 5.0, 2.0).offset(0.5).curve(DecayCurve::Linear);
        let value = BoostCondition::property_value("views").modifier(Modifier::Log1p);
        let filter = BoostCondition::filter(Filter::property("topic").equal("birds")).weight(0.5);
        let message = boost(&Boost::blend::<()>((time, number, value, filter)).weight(0.25).depth(200).into_inner());
        let message = message.unwrap();
        assert_eq!((message.weight, message.depth), (Some(0.25), Some(200)));
        let weights: Vec<_> = message.conditions.iter().map(|condition| condition.weight).collect();
        assert_eq!(weights, [Some(-2.0), None, None, Some(0.5)]);
        let mut kinds = message.conditions.into_iter().map(|condition| condition.condition.unwrap());
        let time = TimeDecayFunction {
            property: "published".to_owned(),
            origin: "2026-01-01T00:00:00Z".to_owned(),
            scale: "604800s".to_owned(),
            offset: Some("1.5s".to_owned()),
            curve: Some(CurveMessage::Gauss.into()),
            decay_value: Some(0.25),
        };
        assert_eq!(kinds.next(), Some(Condition::TimeDecay(time)));
        let number = NumericDecayFunction {
            property: "rating".to_owned(),
            origin: 5.0,
            scale: 2.0,
            offset: Some(0.5),
            curve: Some(CurveMessage::Linear.into()),
            decay_value: None,
        };
        assert_eq!(kinds.next(), Some(Condition::NumericDecay(number)));
        let value =
            PropertyValueFunction { property: "views".to_owned(), modifier: Some(PropertyValueModifier::Log1p.into()) };
        assert_eq!(kinds.next(), Some(Condition::PropertyValue(value)));
        let filter = filters::message(&Filter::property("topic").equal("birds")).unwrap();
        assert_eq!(kinds.next(), Some(Condition::Filter(filter)));
    }

    #[test]
    fn boosts_that_the_server_would_refuse_or_read_otherwise_are_refused() {
        let value = || BoostCondition::property_value("views");
        let number = |origin, scale| BoostCondition::numeric_decay("rating", origin, scale);
        let filter = |filter: Filter| of(BoostCondition::filter::<()>(filter));
        let author = || Filter::reference("writtenBy").property("name").equal("x");
        for invalid in [
            blend(Vec::<BoostCondition>::new()),
            blend(vec![value(); 21]),
            Boost { weight: Some(1.5), ..of(value()) },
            Boost { weight: Some(f32::NAN), ..of(value()) },
            Boost { depth: Some(0), ..of(value()) },
            of(value().weight(0.0)),
            of(value().weight(f32::INFINITY)),
            of(BoostCondition::property_value("")),
            of(BoostCondition::property_value("author.age")),
            of(BoostCondition::time_decay("published", Duration::ZERO)),
            of(BoostCondition::time_decay("published", DAY).decay_value(0.0)),
            of(number(f64::NAN, 1.0)),
            of(number(1.0, 0.0)),
            of(number(1.0, 1.0).offset(-1.0)),
            of(number(1.0, 1.0).decay_value(1.1)),
            filter(Filter::property("title").like("owl*")),
            filter(Filter::property("title").is_null(true) | Filter::property("year").equal(1)),
            filter(author()),
            filter(Filter::reference_count("writtenBy").equal(1)),
            filter(Filter::id().equal(uuid::Uuid::nil())),
            filter(Filter::creation_time().greater_than(DateTime::parse("2026-01-01T00:00:00Z").unwrap())),
            filter(Filter::property_length("title").equal(1)),
            filter(!Filter::property("author.name").equal("x")),
        ] {
            let error = boost(&invalid).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("boost")), "{invalid:?}");
        }
    }

    #[test]
    fn a_balance_is_always_sent() {
        let options = |diversity, limit| Options { diversity: Some(diversity), limit, ..Options::default() };
        let sent = selection(&options(Diversity::mmr(3), Some(10))).unwrap().unwrap();
        let mmr = Mmr { limit: Some(3), balance: Some(0.5) };
        assert_eq!(sent.selection, Some(SelectionKind::Mmr(mmr)));
        assert_eq!(selection(&Options::default()).unwrap(), None);
        for (diversity, limit) in [
            (Diversity::mmr(0), None),
            (Diversity::mmr(11), Some(10)),
            (Diversity::mmr(1).balance(1.1), None),
            (Diversity::mmr(1).balance(f32::NAN), None),
        ] {
            let error = selection(&options(diversity, limit)).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("diversity")));
        }
    }

    #[test]
    fn a_reranking_needs_property_and_query() {
        let sent = rerank(&Rerank::new("body", "owls")).unwrap();
        assert_eq!((sent.property.as_str(), sent.query.as_deref()), ("body", Some("owls")));
        for invalid in [Rerank::new("", "owls"), Rerank::new("body", ""), Rerank::new("author.name", "owls")] {
            assert_eq!(rerank(&invalid).unwrap_err().field(), Some("rerank"));
        }
    }

    #[test]
    fn properties_of_a_boost_are_those_of_all_its_conditions() {
        let filter = Filter::property("topic").equal("birds") & !Filter::property("year").equal(1);
        let conditions = (
            BoostCondition::time_decay("published", DAY),
            BoostCondition::numeric_decay("rating", 1.0, 1.0),
            BoostCondition::property_value("views"),
            BoostCondition::filter(filter),
        );
        let options = Options { boost: Some(Boost::blend::<()>(conditions).into_inner()), ..Options::default() };
        assert_eq!(boosted(&options), ["published", "rating", "topic", "views", "year"]);
    }
}
