//! The six free ports of an embedded server.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use tokio::net::TcpSocket;

use crate::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ports {
    pub(super) http: u16,
    pub(super) grpc: u16,
    /// TCP and UDP. The data port is the next number, which other nodes assume.
    pub(super) gossip: u16,
    /// The Raft RPC port is the next number. On localhost the server assumes that, and finds its
    /// leader nowhere else.
    pub(super) raft: u16,
}

impl Ports {
    /// Finds free ports; 0 stands for any. Another process may still take one before the server
    /// binds it.
    pub(super) fn free(http: u16, grpc: u16) -> Result<Self> {
        if http != 0 && http == grpc {
            return Err(Error::validation("grpc_port", "must differ from port"));
        }
        // All sockets stay bound until all ports are known, so that no port is found twice.
        let http = take(http, "port")?;
        let grpc = take(grpc, "grpc_port")?;
        let (gossip, _data, _udp) = pair(|port| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port)))?;
        let (raft, _rpc, ()) = pair(|_| Ok(()))?;
        Ok(Self { http: number(&http)?, grpc: number(&grpc)?, gossip: number(&gossip)?, raft: number(&raft)? })
    }

    pub(super) fn data(self) -> u16 {
        self.gossip.saturating_add(1)
    }

    pub(super) fn raft_rpc(self) -> u16 {
        self.raft.saturating_add(1)
    }
}

/// Binds without listening, so that no firewall asks. On all interfaces, as the server does for its
/// gRPC and data ports.
fn bind(port: u16) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // A port with connections in TIME_WAIT is free for a server.
    socket.set_reuseaddr(port != 0)?;
    socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
    Ok(socket)
}

fn take(port: u16, method: &str) -> Result<TcpSocket> {
    bind(port).map_err(|error| {
        let message = match port {
            0 => "this machine has no free port".to_owned(),
            port => format!("port {port} is in use: choose another with {method}, or 0 for any free port"),
        };
        Error::configuration(message).with_source(error)
    })
}

/// Finds two consecutive ports. `also` binds the first port for another protocol.
fn pair<T>(also: impl Fn(u16) -> std::io::Result<T>) -> Result<(TcpSocket, TcpSocket, T)> {
    const TRIES: usize = 100;
    let mut tries = 0;
    loop {
        tries += 1;
        let first = take(0, "")?;
        let port = number(&first)?;
        let found = port.checked_add(1).map(|next| bind(next).and_then(|next| Ok((next, also(port)?))));
        match found {
            Some(Ok((next, also))) => return Ok((first, next, also)),
            Some(Err(error)) if tries >= TRIES => {
                return Err(Error::configuration("this machine has no two consecutive free ports").with_source(error));
            }
            Some(Err(_)) | None => {}
        }
    }
}

fn number(socket: &TcpSocket) -> Result<u16> {
    let address = socket.local_addr();
    address
        .map(|address| address.port())
        .map_err(|error| Error::configuration("a bound socket has no port").with_source(error))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::TcpListener;

    use super::*;
    use crate::ErrorKind;

    #[tokio::test]
    async fn six_free_ports_are_found() {
        // Another test may take one of them in between.
        let are_free = (0..20).any(|_| {
            let found = Ports::free(0, 0).unwrap();
            let ports = [found.http, found.grpc, found.gossip, found.data(), found.raft, found.raft_rpc()];
            assert_eq!(ports.iter().collect::<HashSet<_>>().len(), 6, "{ports:?}");
            ports.iter().all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        });
        assert!(are_free);
    }

    #[tokio::test]
    async fn a_port_in_use_is_named_with_the_way_out() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        for (http, grpc, method) in [(port, 0, "with port"), (0, port, "with grpc_port")] {
            let error = Ports::free(http, grpc).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let text = error.to_string();
            assert!(text.contains(&port.to_string()) && text.contains(method), "{text}");
        }
        drop(taken);
        assert_eq!(Ports::free(port, 0).unwrap().http, port);
        assert!(Ports::free(port, port).unwrap_err().is_validation());
    }
}
