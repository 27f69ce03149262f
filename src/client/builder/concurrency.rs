//! Concurrency: the gRPC connection pool, and the limit of requests in flight.

use super::ClientBuilder;
use crate::{Error, Result};

/// Largest size of the connection pool of a node.
const MAX_CONNECTIONS: usize = 1024;

impl ClientBuilder {
    /// Sets the size of the gRPC connection pool of each node. Range: 1 to 1,024. Default: the number
    /// of cores.
    ///
    /// The first connection carries all calls until 100 are in flight on it. Then the next one
    /// opens.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().connections(2);
    /// ```
    #[doc(alias = "pool")]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = Some(connections);
        self
    }

    /// Sets the maximal number of requests in flight, over all protocols and nodes (bulkhead). At least
    /// 1. Default: no limit.
    ///
    /// Requests beyond the limit wait for their turn, first come, first served. The time counts against
    /// the deadline of the call. A call whose deadline ends before its turn fails with
    /// [`Timeout`](crate::ErrorKind::Timeout) and the outcome
    /// [`NotSent`](crate::error::Outcome::NotSent).
    ///
    /// Each attempt of a call counts. The pause before a retry does not, and the retry waits for its
    /// turn again. Not limited are [`Client::is_live`](crate::Client::is_live),
    /// [`is_ready`](crate::Client::is_ready), [`meta`](crate::Client::meta) and the checks of
    /// `connect`, the client's own health checks, and requests to an identity provider. All clones of
    /// the client share the limit.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().max_in_flight(64);
    /// ```
    #[doc(alias = "concurrency")]
    #[doc(alias = "bulkhead")]
    pub fn max_in_flight(mut self, requests: usize) -> Self {
        self.max_in_flight = Some(requests);
        self
    }

    /// Refuses numbers that do not work.
    pub(super) fn check_concurrency(&self) -> Result<()> {
        if let Some(connections) = self.connections.filter(|connections| !(1..=MAX_CONNECTIONS).contains(connections)) {
            let message = format!("connections must be between 1 and {MAX_CONNECTIONS}, got {connections}");
            return Err(Error::configuration(message));
        }
        if self.max_in_flight == Some(0) {
            let message = "max_in_flight must be at least 1, got 0; omit it for no limit";
            return Err(Error::configuration(message));
        }
        Ok(())
    }
}
