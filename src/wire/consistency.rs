//! Conversion of [`ConsistencyLevel`] to the enum of the contract and the REST parameter.

use weaviate_generated::grpc::ConsistencyLevel as Message;

use crate::values::types::ConsistencyLevel;

pub(crate) fn message(level: ConsistencyLevel) -> Message {
    match level {
        ConsistencyLevel::One => Message::One,
        ConsistencyLevel::Quorum => Message::Quorum,
        ConsistencyLevel::All => Message::All,
    }
}

/// Returns the REST parameter of a level.
pub(crate) fn parameter(level: ConsistencyLevel) -> &'static str {
    parameter_of_message(message(level))
}

/// Returns the REST parameter of a message value.
pub(crate) fn parameter_of_message(level: Message) -> &'static str {
    match level {
        Message::One => "ONE",
        Message::Quorum | Message::Unspecified => "QUORUM",
        Message::All => "ALL",
    }
}
