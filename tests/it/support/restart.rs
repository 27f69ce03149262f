//! A server that is killed and comes back on the same ports.

use weaviate_emulator::{Builder, Emulator};

use super::tcp::{Port, Serving, authority, dial, splice};

/// An emulator behind two ports that stay the same. Dropping it stops it.
///
/// To its clients a kill is that of a process: what is open is reset, and who connects is refused.
#[derive(Debug)]
pub(crate) struct Mortal {
    builder: Builder,
    emulator: Emulator,
    ports: [Port; 2],
    fronts: Vec<Serving>,
}

impl Mortal {
    pub(crate) async fn start(builder: Builder) -> Self {
        let emulator = builder.clone().start().await.unwrap();
        let mut this = Self { builder, emulator, ports: [Port::free(), Port::free()], fronts: Vec::new() };
        this.open();
        this
    }

    pub(crate) fn rest_url(&self) -> String {
        self.ports[0].url()
    }

    pub(crate) fn grpc_url(&self) -> String {
        self.ports[1].url()
    }

    /// The server behind, for those who want to see past the ports what is stored.
    pub(crate) fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Numbers of connections accepted since the last start, by REST and by gRPC.
    pub(crate) fn connections(&self) -> (usize, usize) {
        match &self.fronts[..] {
            [rest, grpc] => (rest.connections(), grpc.connections()),
            _ => (0, 0),
        }
    }

    /// Returns once both ports are closed.
    pub(crate) async fn kill(&mut self) {
        for front in self.fronts.drain(..) {
            front.stop().await;
        }
    }

    /// With what was stored, as with a volume that outlives the process. Kills it first if that has not been done.
    pub(crate) async fn restart(&mut self) {
        self.kill().await;
        self.open();
    }

    /// With nothing in it.
    pub(crate) async fn restart_empty(&mut self) {
        self.kill().await;
        self.emulator = self.builder.clone().start().await.unwrap();
        self.open();
    }

    /// Resets what is open and stays up, as a load balancer that changes its mind.
    pub(crate) fn drop_connections(&self) {
        for front in &self.fronts {
            front.drop_connections();
        }
    }

    fn open(&mut self) {
        let upstreams = [self.emulator.rest_url(), self.emulator.grpc_url()];
        self.fronts = self.ports.iter().zip(upstreams).map(|(port, upstream)| forward(port, &upstream)).collect();
    }
}

fn forward(port: &Port, upstream: &str) -> Serving {
    let upstream = authority(upstream);
    Serving::on(port.listen(), move |stream, _, _| {
        let upstream = upstream.clone();
        async move {
            if let Ok(upstream) = dial(&upstream).await {
                splice(stream, upstream).await;
            }
        }
    })
}
