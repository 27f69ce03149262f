//! The log of requests and what was done to them.

use std::collections::VecDeque;

use super::effect::FaultKind;
use super::place::RequestHead;
use crate::requests::Protocol;

/// Number of requests that are remembered.
pub(super) const MOST: usize = 10_000;
/// Number of characters of a path that are remembered.
const LONGEST: usize = 512;

/// Request that has reached the emulator, and what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Number of requests before it, since [`Emulator::faults`](crate::Emulator::faults) was called first.
    pub number: u64,
    /// Protocol that it came by.
    pub protocol: Protocol,
    /// HTTP method. It is `POST` for all RPCs.
    pub method: String,
    /// Path without the query, its first 512 characters. For gRPC it is `/weaviate.v1.Weaviate/Search` and the like.
    pub path: String,
    /// Fault that it suffered, if any.
    pub fault: Option<FaultKind>,
    /// Set once the server has done what the request asks for, even if the reply was lost. It stays unset if the server
    /// refused the whole request. A batch counts as done, whatever became of its objects.
    pub committed: bool,
}

impl LoggedRequest {
    /// Returns the name of the RPC, such as `BatchObjects`, if it is one.
    #[must_use]
    pub fn rpc(&self) -> Option<&str> {
        RequestHead { protocol: self.protocol, method: &self.method, path: &self.path }.rpc()
    }
}

/// The latest requests.
#[derive(Debug, Default)]
pub(super) struct Log {
    latest: VecDeque<LoggedRequest>,
    /// Number of requests so far.
    so_far: u64,
}

impl Log {
    /// Appends a request. Returns its number.
    pub(super) fn push(&mut self, request: &RequestHead<'_>, fault: Option<FaultKind>) -> u64 {
        if self.latest.len() >= MOST {
            self.latest.pop_front();
        }
        let number = self.so_far;
        self.so_far += 1;
        self.latest.push_back(LoggedRequest {
            number,
            protocol: request.protocol,
            method: request.method.to_owned(),
            path: request.path.chars().take(LONGEST).collect(),
            fault,
            committed: false,
        });
        number
    }

    pub(super) fn commit(&mut self, number: u64) {
        let first = self.latest.front().map_or(0, |first| first.number);
        let index = number.checked_sub(first).and_then(|index| usize::try_from(index).ok());
        if let Some(logged) = index.and_then(|index| self.latest.get_mut(index)) {
            logged.committed = true;
        }
    }

    pub(super) fn so_far(&self) -> u64 {
        self.so_far
    }

    pub(super) fn latest(&self) -> Vec<LoggedRequest> {
        self.latest.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_bounded() {
        let mut log = Log::default();
        let path = "/v1/".repeat(1000);
        for _ in 0..MOST + 5 {
            log.push(&RequestHead { protocol: Protocol::Rest, method: "GET", path: &path }, None);
        }
        log.commit(0);
        log.commit(5);
        let latest = log.latest();
        assert_eq!((latest.len(), latest[0].number, latest[0].path.len()), (MOST, 5, LONGEST));
        assert!(latest[0].committed && latest[1..].iter().all(|logged| !logged.committed));
    }
}
