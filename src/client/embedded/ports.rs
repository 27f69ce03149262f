//! Six ports that nobody uses.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use tokio::net::TcpSocket;

use crate::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ports {
    pub(super) http: u16,
    pub(super) grpc: u16,
    /// TCP and UDP. The port for data is the next one: other nodes would take it for granted.
    pub(super) gossip: u16,
    /// The port for remote calls is the next one: on localhost the server takes it for granted, and never finds its leader
    /// elsewhere.
    pub(super) raft: u16,
}

impl Ports {
    /// The ports asked for, 0 standing for any. They are free now; another process may still take one before the server
    /// does.
    pub(super) fn free(http: u16, grpc: u16) -> Result<Self> {
        if http != 0 && http == grpc {
            return Err(Error::validation("grpc_port", "must differ from port"));
        }
        // All are held until all are known, so that none comes twice.
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

/// Binds and does not listen: nobody can connect, and no firewall asks. On every interface, as the server does for some
/// of its ports whatever it is told.
fn bind(port: u16) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // A port whose last connections are not forgotten yet is as good as free for a server.
    socket.set_reuseaddr(port != 0)?;
    socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
    Ok(socket)
}

fn take(port: u16, method: &str) -> Result<TcpSocket> {
    bind(port).map_err(|error| {
        let message = match port {
            0 => "no free port can be found on this machine".to_owned(),
            port => format!("port {port} is in use: choose another with {method}, or 0 for any that is free"),
        };
        Error::configuration(message).with_source(error)
    })
}

/// Two ports in a row; `also` tells what else the first has to be free for.
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
                return Err(Error::configuration("no two free ports in a row can be found").with_source(error));
            }
            Some(Err(_)) | None => {}
        }
    }
}

fn number(socket: &TcpSocket) -> Result<u16> {
    let address = socket.local_addr();
    address
        .map(|address| address.port())
        .map_err(|error| Error::configuration("a port has no number").with_source(error))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::TcpListener;

    use super::*;
    use crate::ErrorKind;

    #[tokio::test]
    async fn six_free_ports_are_found() {
        let found = Ports::free(0, 0).unwrap();
        let ports = [found.http, found.grpc, found.gossip, found.data(), found.raft, found.raft_rpc()];
        assert_eq!(ports.iter().collect::<HashSet<_>>().len(), 6, "{ports:?}");
        for port in ports {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        }
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
