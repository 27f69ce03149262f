//! [`ConsistencyLevel`] -> the enum of the contract.

use weaviate_generated::grpc::ConsistencyLevel as Message;

use crate::ConsistencyLevel;

pub(crate) fn message(level: ConsistencyLevel) -> Message {
    match level {
        ConsistencyLevel::One => Message::One,
        ConsistencyLevel::Quorum => Message::Quorum,
        ConsistencyLevel::All => Message::All,
    }
}
