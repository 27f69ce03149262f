//! Six ports that nobody uses.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpSocket, UdpSocket};

use crate::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ports {
    pub(super) http: u16,
    pub(super) grpc: u16,
    /// TCP and UDP.
    pub(super) gossip: u16,
    pub(super) data: u16,
    pub(super) raft: u16,
    pub(super) raft_rpc: u16,
}

impl Ports {
    /// The ports asked for, 0 standing for any. They are free now; another process may still take one before the server
    /// does.
    pub(super) async fn free(http: u16, grpc: u16) -> Result<Self> {
        if http != 0 && http == grpc {
            return Err(Error::validation("grpc_port", "must differ from port"));
        }
        // All are held until all are known, so that none comes twice.
        let http = take(http, "port")?;
        let grpc = take(grpc, "grpc_port")?;
        let (gossip, _udp) = gossip().await?;
        let [data, raft, raft_rpc] = [take(0, "")?, take(0, "")?, take(0, "")?];
        Ok(Self {
            http: number(&http)?,
            grpc: number(&grpc)?,
            gossip: number(&gossip)?,
            data: number(&data)?,
            raft: number(&raft)?,
            raft_rpc: number(&raft_rpc)?,
        })
    }
}

/// Binds and does not listen: nobody can connect, and no firewall asks. On every interface, as the server does for some
/// of its ports whatever it is told.
fn take(port: u16, method: &str) -> Result<TcpSocket> {
    let bind = || {
        let socket = TcpSocket::new_v4()?;
        // A port whose last connections are not forgotten yet is as good as free for a server.
        socket.set_reuseaddr(port != 0)?;
        socket.bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)))?;
        Ok(socket)
    };
    bind().map_err(|error: std::io::Error| {
        let message = match port {
            0 => "no free port can be found on this machine".to_owned(),
            port => format!("port {port} is in use: choose another with {method}, or 0 for any that is free"),
        };
        Error::configuration(message).with_source(error)
    })
}

async fn gossip() -> Result<(TcpSocket, UdpSocket)> {
    const TRIES: usize = 20;
    let mut tries = 0;
    loop {
        tries += 1;
        let tcp = take(0, "")?;
        match UdpSocket::bind((Ipv4Addr::UNSPECIFIED, number(&tcp)?)).await {
            Ok(udp) => return Ok((tcp, udp)),
            Err(_) if tries < TRIES => {}
            Err(error) => {
                return Err(Error::configuration("no port is free for both TCP and UDP").with_source(error));
            }
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
        let Ports { http, grpc, gossip, data, raft, raft_rpc } = Ports::free(0, 0).await.unwrap();
        let ports = [http, grpc, gossip, data, raft, raft_rpc];
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
            let error = Ports::free(http, grpc).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let text = error.to_string();
            assert!(text.contains(&port.to_string()) && text.contains(method), "{text}");
        }
        drop(taken);
        assert_eq!(Ports::free(port, 0).await.unwrap().http, port);
        assert!(Ports::free(port, port).await.unwrap_err().is_validation());
    }
}
