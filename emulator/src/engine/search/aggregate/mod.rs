//! Aggregation: figures about the values of a property, over many objects or over each group of them.
//!
//! The server reads the values from an index where it can, and from the objects otherwise. Some figures tell which it was.

pub(crate) mod fault;
mod figures;
mod grouping;
mod members;

use super::Scope;
use super::filter::Filter;
use crate::engine::providers::Providers;
use crate::engine::schema::{DataType, Property};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{Object, Value};
use fault::{AggregateFault, Place, PropertyFault};

pub(crate) use figures::{DateFigures, NumberFigures, Occurrence};
pub(crate) use grouping::{GroupBy, GroupValue};
pub(crate) use members::Bound;

/// Aggregation of one shard.
#[derive(Debug)]
pub(crate) struct Aggregation {
    pub(crate) properties: Vec<Wanted>,
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) filter: Option<Filter>,
    /// The search whose results are aggregated.
    pub(crate) bound: Option<Bound>,
    /// The most objects that the search may find.
    pub(crate) object_limit: Option<usize>,
    /// The same for a hybrid search that has no limit of its own.
    pub(crate) default_limit: usize,
}

/// A property to aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) property: String,
    /// The most texts in the reply; the most frequent come first.
    pub(crate) occurrences: usize,
}

/// Results of an aggregation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Aggregated {
    Whole(Section),
    /// Largest group first.
    Groups(Vec<(GroupValue, Section)>),
}

/// Results over all objects, or over one group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Section {
    pub(crate) count: usize,
    /// In the order in which they are wanted.
    pub(crate) properties: Vec<Measured>,
}

/// Figures of one property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub(crate) property: String,
    /// The type's name in the schema.
    pub(crate) data_type: String,
    pub(crate) figures: Figures,
}

/// Figures by the type of the property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Figures {
    /// `None` where there are no values.
    Ints(Option<NumberFigures>),
    Numbers(Option<NumberFigures>),
    Texts {
        count: usize,
        top: Vec<Occurrence>,
    },
    Booleans {
        total_true: usize,
        total_false: usize,
    },
    Dates(Option<DateFigures>),
    /// The collections that it may point to.
    References(Vec<String>),
}

/// Aggregates one shard.
pub(crate) fn aggregate(
    scope: &Scope<'_>,
    asked: &Aggregation,
    providers: Providers<'_>,
) -> Result<Aggregated, AggregateFault> {
    let objects = members::of(scope, asked, providers)?;
    let Some(by) = &asked.group_by else {
        let from_index = asked.filter.is_none() && asked.bound.is_none();
        let place = if from_index { Place::Index } else { Place::Objects };
        return Ok(Aggregated::Whole(section(scope, asked, &objects, &place)?));
    };
    let groups = grouping::group(&objects, by)?;
    let sections = groups.into_iter().enumerate().map(|(position, (value, objects))| {
        let place = Place::Group { position, value: value.to_string() };
        let section = section(scope, asked, &objects, &place)?;
        Ok((value, section))
    });
    Ok(Aggregated::Groups(sections.collect::<Result<_, _>>()?))
}

fn section(
    scope: &Scope<'_>,
    asked: &Aggregation,
    objects: &[&Object],
    place: &Place,
) -> Result<Section, AggregateFault> {
    let measured = asked.properties.iter().map(|wanted| {
        measure(scope, wanted, objects, *place == Place::Index).map_err(|fault| AggregateFault::Property {
            shard: scope.shard.name.clone(),
            place: place.clone(),
            property: wanted.property.clone(),
            fault: Box::new(fault),
        })
    });
    Ok(Section { count: objects.len(), properties: measured.collect::<Result<_, _>>()? })
}

/// Figures of one property. `from_index`: the server takes single values from the index, where there is one.
fn measure(
    scope: &Scope<'_>,
    wanted: &Wanted,
    objects: &[&Object],
    from_index: bool,
) -> Result<Measured, PropertyFault> {
    let name = &wanted.property;
    // What follows a dot is not looked at for the type.
    let base = name.split('.').next().unwrap_or_default();
    let unknown = || PropertyFault::Unknown(NoSuchProperty::new(name, &scope.class().name));
    let property = scope.class().property(base).ok_or_else(unknown)?;
    let from_index = from_index && !property.data_type.is_list();
    let values = || objects.iter().filter_map(|object| object.properties.get(name));
    let figures = match &property.data_type {
        DataType::Int | DataType::IntArray | DataType::Number | DataType::NumberArray => {
            check_index(property, name, from_index)?;
            let of = NumberFigures::of(&values().flat_map(numbers).copied().collect::<Vec<_>>(), from_index);
            if matches!(property.data_type, DataType::Int | DataType::IntArray) {
                Figures::Ints(of)
            } else {
                Figures::Numbers(of)
            }
        }
        DataType::Text | DataType::TextArray => {
            let texts: Vec<&str> = values().flat_map(texts).map(String::as_str).collect();
            Figures::Texts { count: texts.len(), top: figures::most_frequent(&texts, wanted.occurrences) }
        }
        DataType::Boolean | DataType::BooleanArray => {
            check_index(property, name, from_index)?;
            let (yes, no): (Vec<bool>, Vec<bool>) = values().flat_map(booleans).partition(|flag| **flag);
            Figures::Booleans { total_true: yes.len(), total_false: no.len() }
        }
        DataType::Date | DataType::DateArray => {
            check_index(property, name, from_index)?;
            Figures::Dates(DateFigures::of(values().flat_map(dates).copied().collect(), from_index))
        }
        DataType::Reference(targets) => Figures::References(targets.clone()),
        DataType::Geo | DataType::Phone => return Err(PropertyFault::Composed(property.data_type.name().to_owned())),
        other => return Err(PropertyFault::Type(other.name().to_owned())),
    };
    let data_type = property.data_type.name().to_owned();
    Ok(Measured { property: name.clone(), data_type, figures })
}

fn check_index(property: &Property, name: &str, from_index: bool) -> Result<(), PropertyFault> {
    if from_index && (!property.filterable || property.name != name) {
        return Err(PropertyFault::NoBucket(name.to_owned()));
    }
    Ok(())
}

macro_rules! elements {
    ($name:ident, $element:ty, $one:pat => $single:ident, $many:pat => $list:ident) => {
        fn $name(value: &Value) -> &[$element] {
            match value {
                $one => std::slice::from_ref($single),
                $many => $list,
                _ => &[],
            }
        }
    };
}

elements!(numbers, f64, Value::Int(v) | Value::Number(v) => v, Value::IntArray(v) | Value::NumberArray(v) => v);
elements!(texts, String, Value::Text(v) => v, Value::TextArray(v) => v);
elements!(booleans, bool, Value::Bool(v) => v, Value::BoolArray(v) => v);
elements!(dates, crate::engine::store::Date, Value::Date(v) => v, Value::DateArray(v) => v);
