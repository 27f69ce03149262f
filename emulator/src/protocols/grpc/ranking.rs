//! Reordering of results after a search: `selection` (MMR) and `boost`.

use weaviate_generated::grpc::boost::condition::Condition as Kind;
use weaviate_generated::grpc::boost::{
    DecayCurve, NumericDecayFunction, PropertyValueFunction, PropertyValueModifier, TimeDecayFunction,
};
use weaviate_generated::grpc::selection::Selection as Choice;
use weaviate_generated::grpc::{Boost as BoostMessage, SearchRequest, Selection as SelectionMessage};

use super::fault::{BoostFault, BoostPropertyFault, MmrFault, SearchFault};
use super::filters;
use super::selection::Selection;
use super::targets::TargetList;
use crate::engine::letter_case::lower_first;
use crate::engine::schema::{ClassView, DataType};
use crate::engine::search::boost::{Boost, Condition, Curve, Decay, Modifier, seconds, span};
use crate::engine::search::boost_filter;
use crate::engine::search::mmr::Mmr;
use crate::engine::search::{Scope, rfc3339};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{State, now_ms};

const MAXIMUM_CONDITIONS: usize = 20;
const DEFAULT_WEIGHT: f32 = 0.5;
const DEFAULT_DEPTH: u32 = 100;
const DEFAULT_DECAY: f32 = 0.5;

/// Reads the selection of the one search that has it. `limit` is the query's.
pub(crate) fn mmr(
    request: &SearchRequest,
    targets: &TargetList,
    class: &ClassView,
    limit: usize,
) -> Result<Option<Mmr>, MmrFault> {
    let near = request.near_vector.as_ref().and_then(|near| near.selection);
    let object = request.near_object.as_ref().and_then(|near| near.selection);
    let text = request.near_text.as_ref().and_then(|near| near.selection);
    let hybrid = request.hybrid_search.as_ref().and_then(|hybrid| hybrid.selection);
    let Some(SelectionMessage { selection: Some(Choice::Mmr(message)) }) = near.or(object).or(text).or(hybrid) else {
        return Ok(None);
    };
    let wanted = super::query::size(message.limit());
    if wanted == 0 {
        return Err(MmrFault::NoLimit);
    }
    if wanted > limit {
        return Err(MmrFault::Limit { limit: wanted, query: limit });
    }
    if !(0.0..=1.0).contains(&message.balance()) {
        return Err(MmrFault::Balance);
    }
    let indexes = targets.names.iter().filter_map(|name| Some((name, class.index(name)?)));
    if let Some((name, _)) = indexes.clone().find(|(_, index)| index.multi) {
        return Err(MmrFault::Rows(name.clone()));
    }
    let first = indexes.into_iter().next();
    Ok(first.map(|(name, index)| Mmr {
        limit: wanted,
        balance: message.balance(),
        target: name.clone(),
        distance: index.distance,
    }))
}

/// Checks a boost against the schema; what `compile` does afterwards cannot fail on the schema.
pub(crate) fn check(message: &BoostMessage, state: &State, class: &ClassView) -> Result<(), BoostFault> {
    // First what does not fit the schema, in any condition.
    let mut filters = Vec::new();
    for (index, condition) in message.conditions.iter().enumerate() {
        let unfit = |kind| move |fault| BoostFault::Property { index, kind, fault };
        match &condition.condition {
            None => return Err(BoostFault::Empty { index }),
            Some(Kind::Filter(message)) => {
                let filter = filters::parse(message, state, class);
                filters.push((index, filter.map_err(|fault| BoostFault::Filter { index, fault })?));
            }
            Some(Kind::TimeDecay(decay)) => check_date(class, &decay.property).map_err(unfit("time_decay"))?,
            Some(Kind::NumericDecay(decay)) => {
                check_number(class, &decay.property).map_err(unfit("numeric_decay"))?;
                // Written so that a scale that is no number is refused as well.
                if decay.scale.is_nan() || decay.scale <= 0.0 {
                    return Err(BoostFault::Scale { index });
                }
            }
            Some(Kind::PropertyValue(value)) => {
                check_number(class, &value.property).map_err(unfit("property_value"))?;
            }
        }
    }
    if message.conditions.is_empty() {
        return Err(BoostFault::NoCondition);
    }
    if message.conditions.len() > MAXIMUM_CONDITIONS {
        return Err(BoostFault::TooMany { given: message.conditions.len(), maximum: MAXIMUM_CONDITIONS });
    }
    if let Some(weight) = message.weight.filter(|weight| !(0.0..=1.0).contains(weight)) {
        return Err(BoostFault::Weight(weight));
    }
    for (index, condition) in message.conditions.iter().enumerate() {
        let decay_value = match &condition.condition {
            Some(Kind::TimeDecay(decay)) if decay.scale.is_empty() => return Err(BoostFault::NoScale { index }),
            Some(Kind::TimeDecay(decay)) => decay.decay_value,
            Some(Kind::NumericDecay(decay)) => decay.decay_value,
            _ => None,
        };
        if let Some(value) = decay_value.filter(|value| !(0.0..=1.0).contains(value)) {
            return Err(BoostFault::DecayValue { index, value });
        }
    }
    match filters.iter().find_map(|(index, filter)| Some((*index, boost_filter::unsupported(filter)?))) {
        Some((index, operator)) => Err(BoostFault::Operator { index, operator }),
        None => Ok(()),
    }
}

fn check_date(class: &ClassView, name: &str) -> Result<(), BoostPropertyFault> {
    check_type(class, name, "date", |kind| *kind == DataType::Date)
}

fn check_number(class: &ClassView, name: &str) -> Result<(), BoostPropertyFault> {
    check_type(class, name, "int or number", |kind| matches!(kind, DataType::Int | DataType::Number))
}

fn check_type(
    class: &ClassView,
    name: &str,
    wanted: &'static str,
    fits: impl Fn(&DataType) -> bool,
) -> Result<(), BoostPropertyFault> {
    if name.contains('.') {
        return Err(BoostPropertyFault::Nested(name.to_owned()));
    }
    let property = class.property(&lower_first(name)).ok_or_else(|| NoSuchProperty::new(name, &class.name))?;
    if fits(&property.data_type) {
        Ok(())
    } else {
        let found = property.data_type.name().to_owned();
        Err(BoostPropertyFault::Type { property: name.to_owned(), wanted, found })
    }
}

/// Makes a checked boost ready to use. With a vector search it sees the selected properties alone; `visible` is then the selection.
pub(crate) fn compile(
    message: &BoostMessage,
    scope: &Scope<'_>,
    visible: Option<&Selection<'_>>,
) -> Result<Boost, SearchFault> {
    let hidden = |name: &str| {
        visible
            .is_some_and(|selection| !selection.properties.iter().any(|pick| pick.property.name == lower_first(name)))
    };
    let mut conditions = Vec::new();
    for condition in &message.conditions {
        let compiled = match &condition.condition {
            Some(Kind::Filter(message)) => {
                let parsed = filters::parse(message, scope.state, scope.class())?;
                if parsed.properties().iter().any(|name| hidden(name)) {
                    Condition::Nothing
                } else {
                    Condition::Filter(parsed)
                }
            }
            Some(Kind::TimeDecay(decay)) if !hidden(&decay.property) => time_decay(decay).unwrap_or(Condition::Nothing),
            Some(Kind::NumericDecay(decay)) if !hidden(&decay.property) => numeric_decay(decay),
            Some(Kind::PropertyValue(value)) if !hidden(&value.property) => property_value(value),
            _ => Condition::Nothing,
        };
        conditions.push((compiled, condition.weight.unwrap_or(1.0)));
    }
    Ok(Boost {
        conditions,
        weight: message.weight.unwrap_or(DEFAULT_WEIGHT),
        depth: super::query::size(message.depth.filter(|depth| *depth > 0).unwrap_or(DEFAULT_DEPTH)),
    })
}

/// `None` if origin, scale or offset cannot be read.
fn time_decay(message: &TimeDecayFunction) -> Option<Condition> {
    let origin = match message.origin.as_str() {
        "" | "now" => i128::from(now_ms()) * 1_000_000,
        text => rfc3339::nanos(text).ok()?,
    };
    let scale = span(&message.scale).filter(|scale| *scale > 0.0)?;
    let offset = message.offset.as_deref().map_or(Some(0.0), span)?;
    let decay = Decay {
        curve: curve(message.curve()),
        scale,
        offset,
        value: message.decay_value.unwrap_or(DEFAULT_DECAY).into(),
    };
    Some(Condition::Decay { property: lower_first(&message.property), origin: seconds(origin), decay })
}

fn numeric_decay(message: &NumericDecayFunction) -> Condition {
    let decay = Decay {
        curve: curve(message.curve()),
        scale: message.scale,
        offset: message.offset(),
        value: message.decay_value.unwrap_or(DEFAULT_DECAY).into(),
    };
    Condition::Decay { property: lower_first(&message.property), origin: message.origin, decay }
}

fn property_value(message: &PropertyValueFunction) -> Condition {
    let modifier = match message.modifier() {
        PropertyValueModifier::Unspecified => Modifier::None,
        PropertyValueModifier::Log1p => Modifier::Log1p,
        PropertyValueModifier::Sqrt => Modifier::Sqrt,
    };
    Condition::Value { property: lower_first(&message.property), modifier }
}

fn curve(message: DecayCurve) -> Curve {
    match message {
        DecayCurve::Unspecified | DecayCurve::Exponential => Curve::Exponential,
        DecayCurve::Gauss => Curve::Gauss,
        DecayCurve::Linear => Curve::Linear,
    }
}
