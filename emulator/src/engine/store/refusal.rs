//! Reasons why a write was refused. Batches, single writes and merges put different words around the same fault.

use uuid::Uuid;

use crate::engine::schema::LimitReached;
use crate::engine::schema::fault::NameFault;

use super::fault::{AutoSchemaFault, CreateFault, LengthFault, ObjectFault, ReadOnly, TenantFault, Unvectorized};

/// A refused write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The object does not fit its collection.
    Invalid(ObjectFault),
    /// The schema could not be extended to fit the object.
    AutoSchema(Box<AutoSchemaFault>),
    /// The collection could not be created to hold the object.
    NotCreated { name: String, fault: Box<AutoSchemaFault> },
    /// There is no such collection.
    UnknownCollection(String),
    /// Missing, unknown or inactive tenant, or a tenant where there are none.
    Tenant(TenantFault),
    /// The tenant could not be made on the way.
    AutoTenant { collection: String, fault: NameFault },
    /// An insert of an id that is taken.
    Exists(Uuid),
    /// A replacement or merge of an object that is not there.
    NotFound(Uuid),
    /// The vector does not have the length of those before it; nothing was stored.
    Misfit { place: Place, fault: LengthFault },
    /// The vector is longer than any that can be stored.
    TooLong { id: Uuid, length: usize, longest: usize },
    /// The object is stored, but its vector is not in the index.
    Unindexed { place: Place, doc_id: u64, fault: Fault },
    /// A vector of the batch has another length than those that wait to be indexed; all objects are stored.
    Unqueued { length: usize, known: usize },
    /// The vectorizer failed on the object.
    Unvectorized(Box<Unvectorized>),
    /// The shard takes no writes.
    ReadOnly(ReadOnly),
    /// There would be more than the operator allows.
    Limit(LimitReached),
    /// A test wants the object to be refused.
    Injected(String),
}

/// The vector that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its name; empty for the unnamed one.
    pub(crate) target: String,
    pub(crate) id: Uuid,
    /// Has several rows.
    pub(crate) multi: bool,
}

/// The objection of an index to a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has rows where the index takes none, or none where it takes some.
    Kind,
    /// A vector of the same batch, of another length, was first.
    Length { length: usize, known: usize },
}

impl Place {
    /// The index, as its faults name it.
    fn index(&self) -> &'static str {
        if self.multi { "multi vector index" } else { "vector index" }
    }

    /// The name of the vector, if it has one.
    fn of_target(&self) -> String {
        if self.target.is_empty() { String::new() } else { format!(" for target vector {}", self.target) }
    }
}

impl Fault {
    fn text(self, place: &Place) -> String {
        match self {
            Self::Kind if place.multi => "addMultiBatch called on non-multivector index".to_owned(),
            Self::Kind => "AddBatch called on multivector index".to_owned(),
            Self::Length { length, known } => format!(
                "find and connect neighbors: at level 0: pick entrypoint at level beginning: calculate distance between insert node and entrypoint: {known} vs {length}: vector lengths don't match"
            ),
        }
    }
}

impl From<LimitReached> for Refusal {
    fn from(reached: LimitReached) -> Self {
        Self::Limit(reached)
    }
}

impl Refusal {
    /// The limit that would be exceeded, if that is the reason.
    pub(crate) fn limit(&self) -> Option<LimitReached> {
        match self {
            Self::Limit(reached) => Some(*reached),
            Self::NotCreated { fault, .. } => match fault.as_ref() {
                AutoSchemaFault::Create(CreateFault::Limit(reached)) => Some(*reached),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of a batch reply, where each object has its own error.
    pub(crate) fn batch_text(&self) -> String {
        match self {
            Self::Invalid(fault) => fault.to_string(),
            Self::AutoSchema(fault) | Self::NotCreated { fault, .. } => fault.to_string(),
            Self::Tenant(fault) => fault.to_string(),
            Self::AutoTenant { collection, fault } => {
                format!("auto-tenant: add tenants to collection \"{collection}\": {fault}")
            }
            Self::UnknownCollection(name) => format!("class '{name}' not present in schema"),
            Self::Exists(id) => format!("id '{id}' already exists"),
            Self::NotFound(id) => format!("object with id {id} not found"),
            Self::Misfit { place, fault } => misfit(place, *fault),
            Self::Unindexed { place, doc_id, fault } => {
                let (index, target) = (place.index(), place.of_target());
                format!("insert to {index}: insert doc id {doc_id} to {index}{target}: {}", fault.text(place))
            }
            Self::Unqueued { length, known } => format!("inconsistent vector lengths: {length} != {known}"),
            Self::Unvectorized(unvectorized) => unvectorized.in_batch(),
            Self::Limit(reached) => reached.to_string(),
            Self::Injected(text) => text.clone(),
            Self::TooLong { .. } | Self::ReadOnly(_) => self.in_shard(),
        }
    }

    /// The text of a shard that stores one object, behind the words about that shard.
    pub(crate) fn put_text(&self) -> String {
        match self {
            Self::Misfit { place, fault } => format!("store object in LSM store: {}", misfit(place, *fault)),
            Self::TooLong { .. } => format!("store object in LSM store: {}", self.in_shard()),
            _ => self.in_shard(),
        }
    }

    /// The text of a shard that merges into an object, behind the words about that shard.
    pub(crate) fn merge_text(&self) -> String {
        match self {
            Self::Misfit { place, fault } => {
                let (index, target) = (place.index(), place.of_target());
                format!("validate {index} for update of {}{target}: {fault}", place.id)
            }
            _ => self.in_shard(),
        }
    }

    fn in_shard(&self) -> String {
        match self {
            Self::TooLong { id, length, longest } => {
                format!(
                    "marshal object {id} to binary: could not marshal 'vector' max length exceeded ({length}/{longest})"
                )
            }
            Self::Unindexed { place, doc_id, fault } => {
                let (index, target) = (place.index(), place.of_target());
                format!("update {index}{target}: insert doc id {doc_id} to vector index: {}", fault.text(place))
            }
            Self::ReadOnly(fault) => fault.to_string(),
            other => other.batch_text(),
        }
    }
}

fn misfit(place: &Place, fault: LengthFault) -> String {
    let Place { target, id, multi } = place;
    match (target.as_str(), multi) {
        ("", _) => format!("Validate vector index for {id}: {fault}"),
        (target, false) => format!("Validate vector index {target} for target vector {id}: {fault}"),
        (target, true) => format!("Validate vector index {target} for target multi vector {id}: {fault}"),
    }
}
