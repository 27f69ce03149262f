//! Properties that a search returns.

use weaviate_generated::grpc::{MetadataRequest, ObjectPropertiesRequest, PropertiesRequest, RefPropertiesRequest};

use super::fault::SelectionFault;
use crate::engine::letter_case::lower_first;
use crate::engine::schema::{ClassView, DataType, Property};
use crate::engine::store::State;
use crate::engine::store::fault::NoSuchProperty;

/// The selection for one collection, checked against its schema.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection<'a> {
    pub(crate) properties: Vec<Pick<'a>>,
    pub(crate) references: Vec<ReferencePick<'a>>,
}

/// One property that is no reference.
#[derive(Debug, Clone)]
pub(crate) struct Pick<'a> {
    pub(crate) property: &'a Property,
    pub(crate) parts: Parts,
}

/// Selected parts of a nested object.
#[derive(Debug, Clone)]
pub(crate) enum Parts {
    /// All but blobs.
    Whole,
    Named(Vec<(String, Parts)>),
}

#[derive(Debug, Clone)]
pub(crate) struct ReferencePick<'a> {
    pub(crate) property: String,
    pub(crate) collection: &'a ClassView,
    pub(crate) selection: Selection<'a>,
    pub(crate) metadata: MetadataRequest,
}

impl<'a> Selection<'a> {
    /// Reads the selection of a request; none stands for all properties but references and blobs.
    pub(crate) fn parse(
        message: Option<&PropertiesRequest>,
        state: &'a State,
        class: &'a ClassView,
    ) -> Result<Self, SelectionFault> {
        let Some(message) = message else { return Ok(Self::everything(class)) };
        let mut selection = if message.return_all_nonref_properties {
            // Names beside the flag count for nothing.
            Self::everything(class)
        } else {
            Self { properties: named(message, class)?, references: Vec::new() }
        };
        for reference in &message.ref_properties {
            selection.references.push(ReferencePick::parse(reference, state, class)?);
        }
        Ok(selection)
    }

    /// Number of objects that follow each other, without those of which only the id is selected.
    pub(crate) fn depth(&self) -> usize {
        if self.properties.is_empty() && self.references.is_empty() {
            return 0;
        }
        1 + self.references.iter().map(|reference| reference.selection.depth()).max().unwrap_or_default()
    }

    fn everything(class: &'a ClassView) -> Self {
        let plain = class.properties.iter().filter(|property| {
            !matches!(property.data_type, DataType::Reference(_) | DataType::Blob | DataType::BlobHash)
        });
        Self {
            properties: plain.map(|property| Pick { property, parts: Parts::Whole }).collect(),
            references: Vec::new(),
        }
    }

    /// Adds a property that grouping needs to show.
    pub(crate) fn include(&mut self, property: &'a Property) {
        let known = self.properties.iter().any(|pick| pick.property.name == property.name);
        if !known && !matches!(property.data_type, DataType::Reference(_)) {
            self.properties.push(Pick { property, parts: Parts::Whole });
        }
    }
}

fn named<'a>(message: &PropertiesRequest, class: &'a ClassView) -> Result<Vec<Pick<'a>>, SelectionFault> {
    let find = |name: &str| {
        let unknown = || SelectionFault::Property(NoSuchProperty::new(name, &class.name));
        class.property(&lower_first(name)).ok_or_else(unknown)
    };
    let plain = message.non_ref_properties.iter().map(|name| Ok(Pick { property: find(name)?, parts: Parts::Whole }));
    let nested = message
        .object_properties
        .iter()
        .map(|object| Ok(Pick { property: find(&object.prop_name)?, parts: parts(object) }));
    plain.chain(nested).collect()
}

/// Unknown names simply find nothing. Names are folded here, too, although nested ones are stored as they came.
fn parts(message: &ObjectPropertiesRequest) -> Parts {
    let plain = message.primitive_properties.iter().map(|name| (lower_first(name), Parts::Whole));
    let nested = message.object_properties.iter().map(|object| (lower_first(&object.prop_name), parts(object)));
    Parts::Named(plain.chain(nested).collect())
}

impl<'a> ReferencePick<'a> {
    fn parse(message: &RefPropertiesRequest, state: &'a State, class: &'a ClassView) -> Result<Self, SelectionFault> {
        let name = &message.reference_property;
        let unknown = || SelectionFault::Reference(NoSuchProperty::new(name, &class.name));
        let property = class.property(&lower_first(name)).ok_or_else(unknown)?;
        let collection = match (&property.data_type, message.target_collection.as_str()) {
            (DataType::Reference(targets), "") => match targets.as_slice() {
                [target] => target,
                several => {
                    return Err(SelectionFault::SeveralTargets {
                        class: class.name.clone(),
                        property: name.clone(),
                        targets: several.to_vec(),
                    });
                }
            },
            (other, "") => other.name(),
            (_, named) => named,
        };
        let target = state.known_collection(collection)?;
        Ok(Self {
            property: property.name.clone(),
            collection: &target.schema,
            selection: Selection::parse(message.properties.as_ref(), state, &target.schema)?,
            metadata: message.metadata.clone().unwrap_or_default(),
        })
    }
}
