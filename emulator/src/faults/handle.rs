//! The handle by which a test injects faults.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::fault::Fault;
use super::injector::Injector;
use super::invalid::InvalidFault;
use super::log::LoggedRequest;
use crate::connections::Connections;

/// Order to close both ports and to open them again after a while.
#[derive(Debug)]
pub(crate) struct RestartOrder {
    pub(crate) down_for: Duration,
    pub(crate) done: oneshot::Sender<io::Result<()>>,
}

/// Faults of one emulator, for tests of an application's error paths.
///
/// [`Emulator::faults`](crate::Emulator::faults) returns it. Clones stand for the same faults. A request suffers at most
/// one [`Fault`]: the first that is due, in the order in which they were added.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use weaviate_emulator::{Emulator, Fault, FaultKind};
///
/// let emulator = Emulator::start().await?;
/// let faults = emulator.faults();
/// faults.add(Fault::unavailable().after_commit().on_rpc("BatchObjects").times(1))?;
/// // ... the application imports its objects ...
/// for request in faults.log() {
///     if request.fault == Some(FaultKind::Unavailable) {
///         println!("{} lost its reply: {}", request.path, request.committed);
///     }
/// }
/// println!("{} articles are stored", emulator.object_count("Article"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Faults {
    injector: Arc<Injector>,
    connections: Arc<Connections>,
    restarts: mpsc::Sender<RestartOrder>,
}

impl Faults {
    pub(crate) fn new(
        injector: Arc<Injector>,
        connections: Arc<Connections>,
        restarts: mpsc::Sender<RestartOrder>,
    ) -> Self {
        Self { injector, connections, restarts }
    }

    /// Adds a fault, behind those that are there.
    ///
    /// # Errors
    ///
    /// Fails if the settings of the fault contradict each other, or if no request can match them.
    pub fn add(&self, fault: Fault) -> Result<(), InvalidFault> {
        self.injector.add(fault.into_rule()?);
        Ok(())
    }

    /// Removes all faults. Requests that suffer one already go on suffering it.
    pub fn clear(&self) {
        self.injector.clear();
    }

    /// Returns the number of faults that can still happen. One that is limited by
    /// [`times`](Fault::times), [`nth`](Fault::nth) or [`for_time`](Fault::for_time) does not count once it is over.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.injector.pending()
    }

    /// Returns the requests since [`Emulator::faults`](crate::Emulator::faults) was called first, in the order of their
    /// arrival. Requests without a fault are in it, too. The log holds the latest 10,000.
    #[must_use]
    pub fn log(&self) -> Vec<LoggedRequest> {
        self.injector.log()
    }

    /// Waits until that many requests have arrived since [`Emulator::faults`](crate::Emulator::faults) was called first.
    /// They need not have been answered.
    pub async fn arrived(&self, requests: u64) {
        self.injector.arrived(requests).await;
    }

    /// Resets all connections that are open. Both ports go on accepting new ones.
    pub fn drop_connections(&self) {
        self.connections.cut_all();
    }

    /// Closes both ports and resets all connections, then listens on the same ports again with the same data.
    ///
    /// It returns once both ports are open again. Use `tokio::join!` or a task to do something in between. If the caller
    /// stops waiting, the restart goes on.
    ///
    /// # Errors
    ///
    /// Fails if the emulator has been stopped, or if another program has taken a port. In this case both ports stay closed
    /// until the next restart.
    pub async fn restart(&self, down_for: Duration) -> io::Result<()> {
        let (done, outcome) = oneshot::channel();
        let stopped = || io::Error::new(io::ErrorKind::NotConnected, "cannot restart: the emulator has been stopped");
        self.restarts.send(RestartOrder { down_for, done }).await.map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("pending", &self.pending()).finish_non_exhaustive()
    }
}
