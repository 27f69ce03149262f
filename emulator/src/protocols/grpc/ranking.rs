//! Reordering of results after a search: `selection` (MMR) and `boost`.

use weaviate_generated::grpc::boost::condition::Condition as Kind;
use weaviate_generated::grpc::boost::{
    DecayCurve, NumericDecayFunction, PropertyValueFunction, PropertyValueModifier, TimeDecayFunction,
};
use weaviate_generated::grpc::selection::Selection as Choice;
use weaviate_generated::grpc::{Boost as BoostMessage, SearchRequest, Selection as SelectionMessage};

use super::filters;
use super::selection::Selection;
use super::targets::TargetList;
use crate::engine::schema::{ClassView, DataType};
use crate::engine::search::boost::{Boost, Condition, Curve, Decay, Modifier, seconds, span};
use crate::engine::search::filter::{self};
use crate::engine::search::mmr::Mmr;
use crate::engine::search::{Scope, rfc3339};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{State, lower_first, now_ms};

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
) -> Result<Option<Mmr>, String> {
    let near = request.near_vector.as_ref().and_then(|near| near.selection);
    let object = request.near_object.as_ref().and_then(|near| near.selection);
    let hybrid = request.hybrid_search.as_ref().and_then(|hybrid| hybrid.selection);
    let Some(SelectionMessage { selection: Some(Choice::Mmr(message)) }) = near.or(object).or(hybrid) else {
        return Ok(None);
    };
    let wanted = super::query::size(message.limit());
    if wanted == 0 {
        return Err("MMR limit must be at least 1".to_owned());
    }
    if wanted > limit {
        return Err(format!("MMR limit ({wanted}) cannot be larger than the query limit ({limit})"));
    }
    if !(0.0..=1.0).contains(&message.balance()) {
        return Err("MMR balance must be between 0 and 1".to_owned());
    }
    let indexes = targets.names.iter().filter_map(|name| Some((name, super::targets::index(class, name)?)));
    if let Some((name, _)) = indexes.clone().find(|(_, index)| index.multi) {
        return Err(format!("MMR selection is not supported with multi-vector indexes (target vector {name:?})"));
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
pub(crate) fn check(message: &BoostMessage, state: &State, class: &ClassView) -> Result<(), String> {
    if message.conditions.is_empty() {
        return Err("boost: at least one condition is required".to_owned());
    }
    if message.conditions.len() > MAXIMUM_CONDITIONS {
        return Err(format!(
            "boost: too many conditions ({}), maximum is {MAXIMUM_CONDITIONS}",
            message.conditions.len()
        ));
    }
    if let Some(weight) = message.weight.filter(|weight| !(0.0..=1.0).contains(weight)) {
        return Err(format!("boost: weight must be between 0 and 1, got {weight:.6}"));
    }
    for (index, condition) in message.conditions.iter().enumerate() {
        let at = format!("boost condition[{index}]");
        match &condition.condition {
            None => return Err(format!("{at}: exactly one of 'filter', 'decay', or 'property_value' must be set")),
            Some(Kind::Filter(message)) => {
                filters::parse(message, state, class).map_err(|fault| format!("{at} filter: {fault}"))?;
            }
            Some(Kind::TimeDecay(decay)) => {
                check_type(class, &decay.property, "date", |kind| *kind == DataType::Date)
                    .map_err(|fault| format!("{at} time_decay: {fault}"))?;
            }
            Some(Kind::NumericDecay(decay)) => {
                check_number(class, &decay.property).map_err(|fault| format!("{at} numeric_decay: {fault}"))?;
                // Written so that a scale that is no number is refused as well.
                if decay.scale.is_nan() || decay.scale <= 0.0 {
                    return Err(format!("{at} numeric_decay: scale must be > 0"));
                }
            }
            Some(Kind::PropertyValue(value)) => {
                check_number(class, &value.property).map_err(|fault| format!("{at} property_value: {fault}"))?;
            }
        }
    }
    Ok(())
}

fn check_number(class: &ClassView, name: &str) -> Result<(), String> {
    check_type(class, name, "int or number", |kind| matches!(kind, DataType::Int | DataType::Number))
}

fn check_type(class: &ClassView, name: &str, wanted: &str, fits: impl Fn(&DataType) -> bool) -> Result<(), String> {
    let property =
        class.property(&lower_first(name)).ok_or_else(|| NoSuchProperty::new(name, &class.name).to_string())?;
    if fits(&property.data_type) {
        Ok(())
    } else {
        Err(format!("property {name:?} must be of type {wanted}, got {}", property.data_type.name()))
    }
}

/// Makes a checked boost ready to use. With a vector search it sees the selected properties alone; `visible` is then the selection.
pub(crate) fn compile<'a>(
    message: &BoostMessage,
    scope: &Scope<'a>,
    visible: Option<&Selection<'_>>,
) -> Result<Boost<'a>, String> {
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
                    Condition::Filter(filter::compile(&parsed, scope).map_err(|fault| fault.to_string())?)
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
fn time_decay(message: &TimeDecayFunction) -> Option<Condition<'static>> {
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

fn numeric_decay(message: &NumericDecayFunction) -> Condition<'static> {
    let decay = Decay {
        curve: curve(message.curve()),
        scale: message.scale,
        offset: message.offset(),
        value: message.decay_value.unwrap_or(DEFAULT_DECAY).into(),
    };
    Condition::Decay { property: lower_first(&message.property), origin: message.origin, decay }
}

fn property_value(message: &PropertyValueFunction) -> Condition<'static> {
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
