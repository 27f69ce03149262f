//! [`ConsistencyLevel`] -> the enum of the contract, and the word of REST.

use weaviate_generated::grpc::ConsistencyLevel as Message;

use crate::values::types::ConsistencyLevel;

pub(crate) fn message(level: ConsistencyLevel) -> Message {
    match level {
        ConsistencyLevel::One => Message::One,
        ConsistencyLevel::Quorum => Message::Quorum,
        ConsistencyLevel::All => Message::All,
    }
}

/// The same as a parameter of REST.
pub(crate) fn parameter(level: ConsistencyLevel) -> &'static str {
    word(message(level))
}

/// What a message says, as a parameter of REST.
pub(crate) fn word(level: Message) -> &'static str {
    match level {
        Message::One => "ONE",
        Message::Quorum | Message::Unspecified => "QUORUM",
        Message::All => "ALL",
    }
}
