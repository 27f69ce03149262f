//! Paths into objects: `addr.geo.zone`, `cars[1].tires.brand`.

use super::Operator;
use crate::engine::schema::{ClassView, DataType, Property};
use crate::engine::search::fault::NestedPathFault;

/// A path into an object property, or that property alone where a filter asks if it is null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NestedPath {
    /// As it was written.
    pub(crate) text: String,
    /// The property of the collection, then those inside.
    pub(crate) segments: Vec<Segment>,
    /// The type of the last one.
    pub(crate) data_type: DataType,
}

/// One property on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) name: String,
    /// The one element of an array that is meant.
    pub(crate) index: Option<usize>,
    /// Set where its value is a list of objects.
    pub(crate) is_list: bool,
}

impl NestedPath {
    /// Reads a path; `None` if it does not lead into an object.
    pub(crate) fn parse(path: &str, operator: Operator, class: &ClassView) -> Result<Option<Self>, NestedPathFault> {
        let mut names = path.split('.').map(name_and_index);
        let Some((root, index)) = names.next() else { return Ok(None) };
        let Some(property) = class.property(root).filter(|property| property.data_type.is_nested()) else {
            return Ok(None);
        };
        let mut segments = Vec::new();
        let mut last = property;
        let mut add = |property: &Property, index: Option<usize>| {
            if index.is_some() && !property.data_type.is_list() {
                let (property, data_type) = (property.name.clone(), property.data_type.name().to_owned());
                return Err((property, data_type));
            }
            let is_list = property.data_type == DataType::ObjectArray;
            segments.push(Segment { name: property.name.clone(), index, is_list });
            Ok(())
        };
        add(property, index).map_err(|(property, data_type)| NestedPathFault::RootIndex { property, data_type })?;
        let mut inside = false;
        for (name, index) in names {
            inside = true;
            let path = || path.to_owned();
            if !last.data_type.is_nested() {
                let (property, data_type) = (last.name.clone(), last.data_type.name().to_owned());
                return Err(NestedPathFault::NotNested { path: path(), property, data_type });
            }
            last = last
                .nested(name)
                .ok_or_else(|| NestedPathFault::Unknown { path: path(), property: name.to_owned() })?;
            add(last, index).map_err(|(property, data_type)| NestedPathFault::Index {
                path: path(),
                property,
                data_type,
            })?;
        }
        let found = Self { text: path.to_owned(), segments, data_type: last.data_type.clone() };
        if operator == Operator::IsNull {
            return Ok(Some(found));
        }
        let (property, data_type) = (last.name.clone(), last.data_type.name().to_owned());
        match (inside, index) {
            // The server takes it for a name.
            (false, Some(_)) => Ok(None),
            (false, None) => Err(NestedPathFault::Whole { property, data_type }),
            (true, _) if last.data_type.is_nested() => {
                Err(NestedPathFault::Object { path: path.to_owned(), property, data_type })
            }
            (true, _) if last.data_type.is_blob() || !last.filterable => {
                Err(NestedPathFault::NotFilterable { path: path.to_owned(), property })
            }
            (true, _) => Ok(Some(found)),
        }
    }

    pub(crate) fn root(&self) -> &str {
        self.segments.first().map_or("", |root| &root.name)
    }

    /// The last property, which a filter compares.
    pub(crate) fn leaf<'c>(&self, class: &'c ClassView) -> Option<&'c Property> {
        let mut segments = self.segments.iter();
        let root = class.property(&segments.next()?.name)?;
        segments.try_fold(root, |property, segment| property.nested(&segment.name))
    }
}

/// A name with the index behind it. What is no index belongs to the name.
fn name_and_index(text: &str) -> (&str, Option<usize>) {
    let indexed = text.strip_suffix(']').and_then(|rest| rest.split_once('['));
    indexed.and_then(|(name, index)| Some((name, Some(index.parse().ok()?)))).unwrap_or((text, None))
}
