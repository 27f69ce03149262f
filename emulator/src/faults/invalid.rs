//! Reasons why a fault is not taken.

use thiserror::Error;

use super::effect::FaultKind;
use super::place::RPCS;
use crate::requests::Protocol;

/// Error of [`Faults::add`](super::Faults::add): the settings of the fault contradict each other, or match no request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(transparent)]
pub struct InvalidFault(#[from] Problem);

/// Fault of a fault: its settings contradict each other, or match nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Problem {
    #[error("on_rpc({0:?}): not an RPC of Weaviate; use one of {known}", known = RPCS.join(", "))]
    Rpc(String),
    #[error("on_path({0:?}): has to begin with /v1, such as /v1/batch/objects")]
    Path(String),
    #[error("on_request({0:?}, ..): not an HTTP method; use one such as POST")]
    Method(String),
    #[error("{0}: matches no request; use a larger value or omit it")]
    Nothing(&'static str),
    #[error("`{0}` and `{1}` exclude each other; omit one of them")]
    Exclusive(&'static str, &'static str),
    #[error("{fault} has no `{setting}`; omit it")]
    NoSuchSetting { fault: FaultKind, setting: &'static str },
    #[error("{place} does not come over {protocol}; change `over` or omit it")]
    NotOver { place: String, protocol: Protocol },
    #[error("{fault} does not happen to {place}; {remedy}")]
    OutOfReach { fault: FaultKind, place: String, remedy: &'static str },
    #[error("http_reply({0}, ..): not the status of a reply; use one from 200 to 599")]
    Status(u16),
    #[error("grpc_status({0}, ..): not the code of an error; use one from 1 to 16")]
    Code(i32),
    #[error("header({0:?}, ..): not a name and a value of a header")]
    Header(String),
}
