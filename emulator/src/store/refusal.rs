//! Why a write was refused. REST and gRPC put different words in front of the same text.

/// A refused write, with the server's bare text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The object does not fit its collection.
    Invalid(String),
    /// The schema could not be extended to fit the object.
    AutoSchema(String),
    /// The collection could not be created to hold the object.
    NotCreated { name: String, text: String },
    /// There is no such collection.
    UnknownCollection(String),
    /// Missing, unknown or inactive tenant, or a tenant where there are none.
    Tenant(String),
    /// The tenant could not be made on the way.
    AutoTenant(String),
    /// An insert of an id that is taken.
    Exists(uuid::Uuid),
    /// A replacement or merge of an object that is not there.
    NotFound(uuid::Uuid),
    /// The vector does not have the length of those before it; nothing was stored.
    Dimensions { target: String, id: uuid::Uuid, text: String },
    /// The vector is not of the kind its index takes; the object is stored all the same.
    VectorKind { target: String, doc_id: u64, multi: bool },
    /// The shard takes no writes.
    ReadOnly,
}

impl Refusal {
    /// The text of a batch reply, where each object has its own error.
    pub(crate) fn batch_text(&self) -> String {
        match self {
            Self::Invalid(text)
            | Self::AutoSchema(text)
            | Self::NotCreated { text, .. }
            | Self::Tenant(text)
            | Self::AutoTenant(text) => text.clone(),
            Self::UnknownCollection(name) => format!("class \"{name}\" not found in schema"),
            Self::Exists(id) => format!("id '{id}' already exists"),
            Self::NotFound(id) => format!("object with id {id} not found"),
            Self::Dimensions { .. } => self.dimensions_text().unwrap_or_default(),
            Self::VectorKind { target, doc_id, multi } => {
                let fault = Self::kind_fault(*multi);
                format!(
                    "insert to vector index: insert doc id {doc_id} to vector index for target vector {target}: {fault}"
                )
            }
            Self::ReadOnly => "store is read-only due to: manually set by user".to_owned(),
        }
    }

    /// The text about a vector's length, as the index words it.
    pub(crate) fn dimensions_text(&self) -> Option<String> {
        let Self::Dimensions { target, id, text } = self else { return None };
        Some(if target.is_empty() {
            format!("Validate vector index for {id}: {text}")
        } else {
            format!("Validate vector index {target} for target vector {id}: {text}")
        })
    }

    /// What an index says of a vector of the other kind: `multi` if it was given a multi-vector.
    pub(crate) fn kind_fault(multi: bool) -> &'static str {
        if multi { "addMultiBatch called on non-multivector index" } else { "AddBatch called on multivector index" }
    }
}
