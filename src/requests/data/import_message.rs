//! One message of an import: sending it, and reading the errors of its objects.

use std::collections::HashSet;

use bytes::Bytes;

use crate::call::Call;
use crate::error::Verdict;
use crate::operations;
use crate::scope::Scope;
use crate::transport::Transport;
use crate::values::bulk_report::MessageResult;
use crate::values::data::NewObject;
use crate::values::properties::Layout;
use crate::values::server::Feature;
use crate::wire::batch::{BatchLimits, refusals};
use crate::{Error, ErrorKind, Result};

/// Sends an encoded message.
pub(crate) async fn send(
    transport: &Transport,
    mut call: Call,
    bytes: Bytes,
    multi_vectors: bool,
    objects: usize,
) -> Result<MessageResult> {
    call.set_rows(objects);
    if multi_vectors {
        transport.require_feature(&mut call, Feature::MultiVectors).await?;
    }
    let answered = refusals(operations::insert_many::insert_many(transport, &call, bytes).await?, objects)?;
    if !call.is_uncertain() {
        return Ok(answered);
    }
    // An earlier attempt may have stored what the last one could not. Mistakes it refused alike.
    let unknown = |error: Error| if error.is_retryable() { error.with_unknown_outcome() } else { error };
    let refused = answered.refused.into_iter().map(|(index, error)| (index, unknown(error))).collect();
    Ok(MessageResult { refused, ..answered })
}

/// Why the objects of a message that have no error may not be stored as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// At a vector of another length the server stops indexing the vectors of the message, and reports
    /// only the first object of it.
    NotIndexed,
    /// Of the objects for a shard that is read-only, Weaviate 1.39.0 reports only the first one.
    ReadOnly,
}

impl Doubt {
    /// Returns the doubt that an error of one object casts on the others.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        if error.stopped_indexing() { Some(Self::NotIndexed) } else { error.is_read_only().then_some(Self::ReadOnly) }
    }

    /// Returns errors for the objects that it concerns. `named`: those that have an error already.
    pub(crate) fn errors<'o, P: 'o>(
        self,
        objects: impl Iterator<Item = &'o NewObject<P>>,
        named: &HashSet<usize>,
        layout: &Layout,
    ) -> Vec<(usize, Error)> {
        let struct_has_vectors = layout.vectors().next().is_some();
        let has_vector = |object: &NewObject<P>| {
            struct_has_vectors || object.unnamed.is_some() || object.vectors.iter().next().is_some()
        };
        let concerns = |object: &NewObject<P>| self == Self::ReadOnly || has_vector(object);
        let others = objects.enumerate().filter(|(position, object)| !named.contains(position) && concerns(object));
        others.map(|(position, _)| (position, self.error())).collect()
    }

    fn error(self) -> Error {
        let (kind, message) = match self {
            Self::NotIndexed => (
                ErrorKind::Validation,
                "a vector of another length in the same message stopped the server: the object may be stored and its \
                 vector not be indexed, so that no vector search finds it; delete it before inserting it again",
            ),
            Self::ReadOnly => (
                ErrorKind::Unavailable,
                "a shard is read-only, as the server says of another object in the same message: this one may not be \
                 stored; read it, or send it again once the shard takes writes",
            ),
        };
        Error::new(Verdict::unknown(kind), message)
    }
}

/// Returns the limits of a message. Read for each message: the server's limit becomes known with its
/// version, and the protocol can change.
pub(crate) fn limits(Scope { transport, options, .. }: &Scope) -> BatchLimits {
    BatchLimits { max: transport.max_batch_size(), enough: transport.batch_size(options.protocol) }
}
