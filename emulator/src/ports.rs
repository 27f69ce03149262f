//! The two ports of a server: serving on them, and closing them for a while.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::connections::{Accepting, Connections};
use crate::emulated::Emulated;
use crate::faults::RestartOrder;
use crate::protocols::{grpc, rest};

/// Open calls get this long to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// Pauses between attempts to take a port again, whose last connections may not be gone yet.
const ATTEMPTS: [Duration; 5] = [Duration::from_millis(10); 5];

/// Length of the queue of connections that wait to be accepted, as tokio has it.
const BACKLOG: u32 = 1024;

/// Both listeners.
pub(crate) struct Listeners {
    pub(crate) rest: TcpListener,
    pub(crate) grpc: TcpListener,
}

/// Both ports, taken but closed, so that no other program gets them meanwhile.
struct Closed {
    rest: TcpSocket,
    grpc: TcpSocket,
}

impl Closed {
    async fn take(rest: SocketAddr, grpc: SocketAddr) -> io::Result<Self> {
        Ok(Self { rest: take(rest).await?, grpc: take(grpc).await? })
    }

    fn open(self) -> io::Result<Listeners> {
        Ok(Listeners { rest: self.rest.listen(BACKLOG)?, grpc: self.grpc.listen(BACKLOG)? })
    }
}

async fn take(address: SocketAddr) -> io::Result<TcpSocket> {
    for pause in ATTEMPTS {
        if let Ok(socket) = bound(address) {
            return Ok(socket);
        }
        tokio::time::sleep(pause).await;
    }
    bound(address)
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows it means that another program may take the port as well.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

impl Listeners {
    pub(crate) async fn bind(rest: SocketAddr, grpc: SocketAddr) -> io::Result<Self> {
        Ok(Self { rest: TcpListener::bind(rest).await?, grpc: TcpListener::bind(grpc).await? })
    }
}

/// The ports of a server, and what is served on them.
pub(crate) struct Ports {
    pub(crate) rest: SocketAddr,
    pub(crate) grpc: SocketAddr,
    pub(crate) emulated: Arc<Emulated>,
    pub(crate) services: Router,
    pub(crate) connections: Arc<Connections>,
}

impl Ports {
    /// Serves until the server is stopped, and carries out the restarts meanwhile.
    pub(crate) async fn run(
        self,
        listeners: Listeners,
        stopped: watch::Receiver<bool>,
        mut orders: mpsc::Receiver<RestartOrder>,
    ) {
        let mut sides = self.serve(listeners, &stopped);
        loop {
            let order = tokio::select! {
                biased;
                () = wait_for(stopped.clone()) => break,
                order = orders.recv() => order,
            };
            // The emulator is gone, and with it all handles.
            let Some(RestartOrder { down_for, done }) = order else { break };
            sides.shutdown().await;
            self.connections.cut_all();
            let closed = Closed::take(self.rest, self.grpc).await;
            tokio::select! {
                () = tokio::time::sleep(down_for) => {}
                () = wait_for(stopped.clone()) => break,
            }
            let listeners = closed.and_then(Closed::open);
            let outcome = listeners.map(|listeners| sides = self.serve(listeners, &stopped));
            // Its caller may have stopped waiting.
            let _ = done.send(outcome);
        }
        while sides.join_next().await.is_some() {}
    }

    fn serve(&self, Listeners { rest, grpc }: Listeners, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
        let port = |listener| Accepting::new(listener, Arc::clone(&self.connections));
        let stop = || wait_for(stopped.clone());
        let (emulated, services) = (Arc::clone(&self.emulated), self.services.clone());
        let rest = rest::serve(Arc::clone(&emulated), services.clone(), port(rest), stop());
        let grpc = grpc::serve(services, emulated, port(grpc), stop());
        let mut sides = JoinSet::new();
        sides.spawn(run_side("REST", rest, stopped.clone()));
        sides.spawn(run_side("gRPC", grpc, stopped.clone()));
        sides
    }
}

/// Runs one side until it is told to stop, and no longer than the grace period after that.
async fn run_side<F: fmt::Display>(
    name: &str,
    side: impl Future<Output = Result<(), F>>,
    stopped: watch::Receiver<bool>,
) {
    let deadline = async {
        wait_for(stopped).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = side => if let Err(fault) = ended {
            tracing::error!(%fault, "{name} ended");
        },
        () = deadline => tracing::warn!("{name} was stopped with calls open"),
    }
}

async fn wait_for(mut stopped: watch::Receiver<bool>) {
    // An error means that the emulator itself is gone, which is as good a reason to stop.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
