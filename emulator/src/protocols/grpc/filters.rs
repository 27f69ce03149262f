//! `Filters` messages: read, checked against the schema, values brought to the type of their property.

use bytes::Bytes;
use prost::Message as _;
use tonic::Status;
use weaviate_generated::grpc::filter_target::Target as MessageTarget;
use weaviate_generated::grpc::filters::{Operator as MessageOperator, TestValue};
use weaviate_generated::grpc::{FilterTarget, Filters};

use super::fault::{FilterFault, Operands, OperatorFault};
use crate::engine::letter_case::lower_first;
use crate::engine::schema::{ClassView, DataType, Property};
use crate::engine::search::filter::{Clause, Filter, FilterValue, Hop, NestedPath, Operator, Target};
use crate::engine::search::geo::Point;
use crate::engine::store::State;
use crate::engine::store::fault::NoSuchProperty;

/// Size of a request from which on its filter may be deep, in bytes: each level takes five.
const SHALLOW: usize = 500;

/// Stack for a filter of 10,000 levels, which is what the server accepts, in a debug build.
const LARGE_STACK: usize = 256 * 1024 * 1024;

/// Answers a request whose filter takes so many bytes. Filters are read, evaluated and dropped level by level, and the thread
/// that asked may have little stack.
pub(crate) fn with_stack_for<R: Send>(
    bytes: Option<usize>,
    answer: impl FnOnce() -> Result<R, Status> + Send,
) -> Result<R, Status> {
    if bytes.is_none_or(|bytes| bytes < SHALLOW) {
        return answer();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(LARGE_STACK).spawn_scoped(scope, answer);
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(answer)) => answer,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Err(Status::resource_exhausted(format!("no thread for a filter: {error}"))),
        }
    })
}

/// Reads a filter on objects of `class`.
pub(crate) fn parse(message: &Filters, state: &State, class: &ClassView) -> Result<Filter, FilterFault> {
    let filter = read(message, state, class)?;
    validate(&filter, state, class)?;
    Ok(filter)
}

fn read(message: &Filters, state: &State, class: &ClassView) -> Result<Filter, FilterFault> {
    let child = |child: &Bytes| read(&Filters::decode(child.clone())?, state, class);
    let children = || message.filters.iter().map(child).collect::<Result<Vec<_>, _>>();
    let operator = MessageOperator::try_from(message.operator).unwrap_or_default();
    let operator = match operator {
        MessageOperator::And => return Ok(Filter::And(children()?)),
        MessageOperator::Or => return Ok(Filter::Or(children()?)),
        MessageOperator::Not => return Ok(Filter::Not(children()?)),
        other => comparison(other).ok_or(FilterFault::NoOperator)?,
    };
    let mut path = Path { state, class, hops: Vec::new() };
    let (target, value_type) = path.resolve(message, operator)?;
    let value = value_type.coerce(value(message.test_value.as_ref().ok_or(FilterFault::NoValue)?))?;
    Ok(Filter::Clause(Clause { hops: path.hops, target, operator, value }))
}

/// Refuses operators that the type of their target does not have, all of them at once.
fn validate(filter: &Filter, state: &State, class: &ClassView) -> Result<(), FilterFault> {
    match filter {
        Filter::And(operands) | Filter::Or(operands) | Filter::Not(operands) => {
            Ok(Operands::check(operands.iter().map(|operand| validate(operand, state, class)))?)
        }
        Filter::Clause(clause) => {
            let linked = clause.hops.last().and_then(|hop| state.collection(&hop.collection));
            Ok(validate_clause(clause, linked.map_or(class, |collection| &collection.schema))?)
        }
    }
}

fn validate_clause(clause: &Clause, class: &ClassView) -> Result<(), OperatorFault> {
    match (&clause.target, &clause.value) {
        (Target::Length(_), FilterValue::Int(length)) => check_length(clause.operator, Some(*length)),
        (Target::Length(_), _) => check_length(clause.operator, None),
        (Target::Property(name), _) => match class.property(name).map(|property| &property.data_type) {
            Some(DataType::Uuid | DataType::UuidArray) => check_uuid_operator(clause.operator),
            _ => Ok(()),
        },
        (Target::Nested(path), _) if matches!(path.data_type, DataType::Uuid | DataType::UuidArray) => {
            check_uuid_operator(clause.operator)
        }
        _ => Ok(()),
    }
}

/// The operators that compare one property; `None` for those that join others.
pub(crate) fn comparison(operator: MessageOperator) -> Option<Operator> {
    Some(match operator {
        MessageOperator::Unspecified | MessageOperator::And | MessageOperator::Or | MessageOperator::Not => {
            return None;
        }
        MessageOperator::Equal => Operator::Equal,
        MessageOperator::NotEqual => Operator::NotEqual,
        MessageOperator::GreaterThan => Operator::GreaterThan,
        MessageOperator::GreaterThanEqual => Operator::GreaterThanEqual,
        MessageOperator::LessThan => Operator::LessThan,
        MessageOperator::LessThanEqual => Operator::LessThanEqual,
        MessageOperator::WithinGeoRange => Operator::WithinGeoRange,
        MessageOperator::Like => Operator::Like,
        MessageOperator::IsNull => Operator::IsNull,
        MessageOperator::ContainsAny => Operator::ContainsAny,
        MessageOperator::ContainsAll => Operator::ContainsAll,
        MessageOperator::ContainsNone => Operator::ContainsNone,
    })
}

/// Type that a target's values are compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueType {
    Int,
    Number,
    AsGiven,
}

struct Path<'a> {
    state: &'a State,
    class: &'a ClassView,
    hops: Vec<Hop>,
}

impl<'a> Path<'a> {
    fn resolve(&mut self, message: &Filters, operator: Operator) -> Result<(Target, ValueType), FilterFault> {
        match &message.target {
            Some(target) => self.target(target, operator),
            None => self.list(on(message), operator),
        }
    }

    /// The deprecated list: property, class, property, …
    fn list(&mut self, path: &[String], operator: Operator) -> Result<(Target, ValueType), FilterFault> {
        let ([links @ .., last], true) = (path, path.len() % 2 == 1) else {
            return Err(FilterFault::Path(path.to_vec()));
        };
        for link in links.chunks_exact(2) {
            if let [property, collection] = link {
                self.follow(property, Some(collection))?;
            }
        }
        self.leaf(last, operator)
    }

    fn target(&mut self, target: &FilterTarget, operator: Operator) -> Result<(Target, ValueType), FilterFault> {
        let mut target = target.clone();
        loop {
            let inside = match target.target.ok_or(FilterFault::NoTarget)? {
                MessageTarget::Property(name) => return self.leaf(&name, operator),
                MessageTarget::Count(count) => return self.leaf(&lower_first(&count.on), operator),
                MessageTarget::SingleTarget(single) => {
                    self.follow(&single.on, None)?;
                    single.target
                }
                MessageTarget::MultiTarget(multi) => {
                    self.follow(&multi.on, Some(&multi.target_collection))?;
                    multi.target
                }
            };
            target = FilterTarget::decode(inside.unwrap_or_default())?;
        }
    }

    fn property(&self, name: &str) -> Result<&'a Property, NoSuchProperty> {
        self.class.property(name).ok_or_else(|| NoSuchProperty::new(name, &self.class.name))
    }

    /// The type of the reference is found by the folded name. What it leads to is looked for by the name as it came, so
    /// that another spelling finds nothing.
    fn follow(&mut self, name: &str, collection: Option<&str>) -> Result<(), FilterFault> {
        let property =
            self.class.property(&lower_first(name)).ok_or_else(|| NoSuchProperty::new(name, &self.class.name))?;
        let collection = match (&property.data_type, collection) {
            (_, Some(collection)) => collection.to_owned(),
            (DataType::Reference(targets), None) => match targets.as_slice() {
                [target] => target.clone(),
                several => {
                    return Err(FilterFault::SeveralTargets { property: name.to_owned(), targets: several.to_vec() });
                }
            },
            (other, None) => other.name().to_owned(),
        };
        let target = self.state.known_collection(&collection)?;
        self.class = &target.schema;
        self.hops.push(Hop { property: name.to_owned(), collection: target.schema.name.clone() });
        Ok(())
    }

    /// The path into an object, if it is one.
    fn nested(&self, path: &str, operator: Operator) -> Result<Option<NestedPath>, FilterFault> {
        if self.state.nested_filtering {
            return Ok(NestedPath::parse(path, operator, self.class)?);
        }
        let root = path.split('.').next().unwrap_or(path);
        match self.property(root) {
            Ok(property) if property.data_type.is_nested() => Err(FilterFault::NestedIsPreview),
            _ => Ok(None),
        }
    }

    fn leaf(&self, name: &str, operator: Operator) -> Result<(Target, ValueType), FilterFault> {
        match name {
            "_id" => return Ok((Target::Id, ValueType::AsGiven)),
            "_creationTimeUnix" => return Ok((Target::CreationTime, ValueType::AsGiven)),
            "_lastUpdateTimeUnix" => return Ok((Target::UpdateTime, ValueType::AsGiven)),
            _ => {}
        }
        if let Some(inner) = name.strip_prefix("len(").and_then(|rest| rest.strip_suffix(')')) {
            if self.nested(inner, Operator::IsNull)?.is_some() {
                return Err(FilterFault::NestedLength);
            }
            return Ok((Target::Length(self.property(inner)?.name.clone()), ValueType::Int));
        }
        if let Some(path) = self.nested(name, operator)? {
            let value_type = ValueType::of(&path.data_type, operator);
            return Ok((Target::Nested(path), value_type));
        }
        let property = self.property(name)?;
        if !property.is_indexed() && operator != Operator::IsNull {
            return Err(FilterFault::NotIndexed(name.to_owned()));
        }
        Ok((Target::Property(property.name.clone()), ValueType::of(&property.data_type, operator)))
    }
}

/// Lengths are only compared, and with numbers from zero.
pub(crate) fn check_length(operator: Operator, length: Option<i64>) -> Result<(), OperatorFault> {
    if operator == Operator::IsNull {
        return Ok(());
    }
    if !operator.is_comparison() {
        return Err(OperatorFault::Length(operator.number()));
    }
    match length {
        Some(length) if length < 0 => Err(OperatorFault::NegativeLength(length)),
        _ => Ok(()),
    }
}

pub(crate) fn check_uuid_operator(operator: Operator) -> Result<(), OperatorFault> {
    match operator {
        Operator::Like | Operator::WithinGeoRange => Err(OperatorFault::Uuid(operator)),
        _ => Ok(()),
    }
}

#[expect(deprecated, reason = "old clients send it and the server reads it")]
fn on(message: &Filters) -> &[String] {
    &message.on
}

fn value(message: &TestValue) -> FilterValue {
    match message {
        TestValue::ValueText(text) => FilterValue::Text(text.clone()),
        TestValue::ValueInt(number) => FilterValue::Int(*number),
        TestValue::ValueBoolean(flag) => FilterValue::Bool(*flag),
        TestValue::ValueNumber(number) => FilterValue::Number(*number),
        TestValue::ValueTextArray(list) => FilterValue::Texts(list.values.clone()),
        TestValue::ValueIntArray(list) => FilterValue::Ints(list.values.clone()),
        TestValue::ValueBooleanArray(list) => FilterValue::Bools(list.values.clone()),
        TestValue::ValueNumberArray(list) => FilterValue::Numbers(list.values.clone()),
        TestValue::ValueGeo(geo) => FilterValue::Geo {
            center: Point { latitude: geo.latitude.into(), longitude: geo.longitude.into() },
            metres: geo.distance.into(),
        },
    }
}

impl ValueType {
    fn of(data_type: &DataType, operator: Operator) -> Self {
        match data_type {
            _ if operator == Operator::IsNull => Self::AsGiven,
            DataType::Int | DataType::IntArray | DataType::Reference(_) => Self::Int,
            DataType::Number | DataType::NumberArray => Self::Number,
            _ => Self::AsGiven,
        }
    }

    /// Brings a value to the property's type where the server does so.
    fn coerce(self, value: FilterValue) -> Result<FilterValue, FilterFault> {
        Ok(match (self, value) {
            (Self::Int, FilterValue::Number(number)) => FilterValue::Int(whole(number)?),
            (Self::Int, FilterValue::Numbers(numbers)) => {
                FilterValue::Ints(numbers.into_iter().map(whole).collect::<Result<_, _>>()?)
            }
            (Self::Int, FilterValue::Text(text)) => {
                FilterValue::Int(whole(text.parse().map_err(|_| FilterFault::NoNumber(text))?)?)
            }
            (Self::Number, FilterValue::Int(number)) => FilterValue::Number(double(number)),
            (Self::Number, FilterValue::Ints(numbers)) => {
                FilterValue::Numbers(numbers.into_iter().map(double).collect())
            }
            (_, value) => value,
        })
    }
}

fn whole(number: f64) -> Result<i64, FilterFault> {
    if number.fract() == 0.0 { Ok(super::codec::int(number)) } else { Err(FilterFault::Fraction(number)) }
}

#[expect(clippy::cast_precision_loss, reason = "the server stores numbers as doubles")]
fn double(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn state() -> State {
        let mut state = State::default();
        let author = json!({"class": "Author", "properties": [{"name": "name", "dataType": ["text"]}]});
        let book = json!({"class": "Book", "properties": [
            {"name": "title", "dataType": ["text"]},
            {"name": "pages", "dataType": ["int"]},
            {"name": "price", "dataType": ["number"]},
            {"name": "hidden", "dataType": ["int"], "indexFilterable": false},
            {"name": "writtenBy", "dataType": ["Author"]},
            {"name": "cover", "dataType": ["object"], "nestedProperties": [{"name": "ink", "dataType": ["text"]}]},
        ]});
        for class in [author, book] {
            let config = crate::config::Config::default();
            state.create_collection(&class, &config).unwrap();
        }
        state
    }

    fn parsed(message: &Filters) -> Result<Filter, FilterFault> {
        let state = state();
        parse(message, &state, &state.collection("Book").unwrap().schema)
    }

    fn on_property(name: &str, operator: MessageOperator, value: TestValue) -> Filters {
        let target = FilterTarget { target: Some(MessageTarget::Property(name.to_owned())) };
        Filters { operator: operator.into(), target: Some(target), test_value: Some(value), ..Filters::default() }
    }

    fn value_of(filter: Filter) -> FilterValue {
        match filter {
            Filter::Clause(clause) => clause.value,
            other => panic!("{other:?} is no clause"),
        }
    }

    #[test]
    fn values_take_the_type_of_their_property() {
        let equal = |name, value| parsed(&on_property(name, MessageOperator::Equal, value)).map(value_of);
        assert_eq!(equal("pages", TestValue::ValueNumber(5.0)), Ok(FilterValue::Int(5)));
        assert_eq!(equal("pages", TestValue::ValueText("5".to_owned())), Ok(FilterValue::Int(5)));
        assert_eq!(equal("price", TestValue::ValueInt(2)), Ok(FilterValue::Number(2.0)));
        assert_eq!(equal("len(title)", TestValue::ValueInt(2)), Ok(FilterValue::Int(2)));
        assert_eq!(equal("pages", TestValue::ValueNumber(5.5)), Err(FilterFault::Fraction(5.5)));
        assert!(
            equal("pages", TestValue::ValueText("x".to_owned()))
                .unwrap_err()
                .to_string()
                .contains("could not parse string 'x' as int")
        );
    }

    #[test]
    fn what_cannot_be_filtered_is_refused() {
        let fault =
            |name| parsed(&on_property(name, MessageOperator::Equal, TestValue::ValueInt(1))).unwrap_err().to_string();
        assert!(fault("nosuch").starts_with("no such prop with name 'nosuch' found in class 'Book'"));
        assert!(fault("hidden").starts_with("Filtering by property 'hidden' requires inverted index"));
        assert!(fault("cover").contains("preview feature"));
        assert!(fault("cover.ink").contains("preview feature"));
        let mut message = on_property("pages", MessageOperator::Equal, TestValue::ValueInt(1));
        message.test_value = None;
        assert_eq!(parsed(&message), Err(FilterFault::NoValue));
        message.operator = 99;
        assert_eq!(parsed(&message), Err(FilterFault::NoOperator));
    }

    #[test]
    #[expect(deprecated, reason = "the old path is the point")]
    fn references_are_followed_in_both_spellings() {
        let name = FilterTarget { target: Some(MessageTarget::Property("name".to_owned())) };
        let single = weaviate_generated::grpc::FilterReferenceSingleTarget {
            on: "writtenBy".to_owned(),
            target: Some(name.encode_to_vec().into()),
        };
        let new = Filters {
            target: Some(FilterTarget { target: Some(MessageTarget::SingleTarget(Box::new(single))) }),
            ..on_property("", MessageOperator::Equal, TestValue::ValueText("Ada".to_owned()))
        };
        let path = ["writtenBy", "Author", "name"].map(str::to_owned).to_vec();
        let old = Filters { target: None, on: path, ..new.clone() };
        let hops = vec![Hop { property: "writtenBy".to_owned(), collection: "Author".to_owned() }];
        let clause = parsed(&new).unwrap();
        assert!(matches!(&clause, Filter::Clause(clause) if clause.hops == hops), "{clause:?}");
        assert_eq!(parsed(&old), Ok(clause));
        let short = Filters { on: vec!["writtenBy".to_owned(), "Author".to_owned()], ..old };
        assert!(parsed(&short).unwrap_err().to_string().ends_with("got [writtenBy Author]"));
    }
}
