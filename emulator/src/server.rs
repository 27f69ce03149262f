//! Starting and stopping an emulated server.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::builder::Builder;
use crate::connections::Connections;
use crate::emulated::Emulated;
use crate::engine::schema;
use crate::faults::{Faults, RestartOrder};
use crate::ports::{Listeners, Ports};
use crate::protocols::grpc;
use crate::requests::Requests;

/// A running server. Dropping it stops it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use weaviate_emulator::Emulator;
///
/// let emulator = Emulator::start().await?;
/// println!("REST at {}, gRPC at {}", emulator.rest_url(), emulator.grpc_url());
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    rest: SocketAddr,
    grpc: SocketAddr,
    emulated: Arc<Emulated>,
    connections: Arc<Connections>,
    restarts: mpsc::Sender<RestartOrder>,
    stop: watch::Sender<bool>,
    ports: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts a server with default settings on two free ports of the loopback interface.
    ///
    /// Fails if no port can be bound. Needs a running Tokio runtime, which has to stay alive as long as the emulator.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Settings of a server to be started.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Base URL of REST, such as `http://127.0.0.1:41234`, without the `/v1` of the paths.
    #[must_use]
    pub fn rest_url(&self) -> String {
        format!("http://{}", self.rest)
    }

    /// Base URL of gRPC, such as `http://127.0.0.1:41235`.
    #[must_use]
    pub fn grpc_url(&self) -> String {
        format!("http://{}", self.grpc)
    }

    /// Address of the REST port.
    #[must_use]
    pub fn rest_addr(&self) -> SocketAddr {
        self.rest
    }

    /// Address of the gRPC port.
    #[must_use]
    pub fn grpc_addr(&self) -> SocketAddr {
        self.grpc
    }

    /// Returns the number of requests so far, by protocol.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.emulated.served.so_far()
    }

    /// Returns the handle by which a test injects faults and reads the log of requests.
    ///
    /// The first call begins the log. Until then the emulator does not remember requests.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.emulated.faults.wake();
        Faults::new(Arc::clone(&self.emulated.faults), Arc::clone(&self.connections), self.restarts.clone())
    }

    /// Returns the number of stored objects of a collection, over all of its tenants.
    ///
    /// It reads the store itself, so that a test can account for all objects without paging. A collection that does not
    /// exist has none. Objects that have expired count until they are deleted.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let emulator = weaviate_emulator::Emulator::start().await?;
    /// assert_eq!(emulator.object_count("Article"), 0);
    /// assert!(emulator.object_ids("Article").is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn object_count(&self, collection: &str) -> usize {
        self.emulated.read().object_count(collection, None)
    }

    /// Returns the number of stored objects of a tenant, active or not. A tenant that does not exist has none.
    #[must_use]
    pub fn tenant_object_count(&self, collection: &str, tenant: &str) -> usize {
        self.emulated.read().object_count(collection, Some(tenant))
    }

    /// Returns the ids of the stored objects of a collection in ascending order, over all of its tenants.
    ///
    /// An id that several tenants have occurs several times.
    #[must_use]
    pub fn object_ids(&self, collection: &str) -> Vec<Uuid> {
        self.emulated.read().object_ids(collection, None)
    }

    /// Returns the ids of the stored objects of a tenant in ascending order.
    #[must_use]
    pub fn tenant_object_ids(&self, collection: &str, tenant: &str) -> Vec<Uuid> {
        self.emulated.read().object_ids(collection, Some(tenant))
    }

    /// Stops the server and waits until both ports are closed. Calls that are open get five seconds to end.
    pub async fn stop(mut self) {
        self.tell_to_stop();
        if let Some(ports) = self.ports.take() {
            // A task that failed has ended, which is all that matters here.
            let _ = ports.await;
        }
    }

    fn tell_to_stop(&self) {
        self.stop.send_replace(true);
        self.emulated.faults.release();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The tasks end by themselves, the ports at once and open calls within the grace period.
        self.tell_to_stop();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("rest", &self.rest).field("grpc", &self.grpc).finish_non_exhaustive()
    }
}

impl Builder {
    /// Binds both ports and starts to serve.
    ///
    /// Fails if a port cannot be bound, if the version is not one, if the URL of the issuer is not one of http, if there are roles and anonymous
    /// callers, if a tokenizer or the default vectorizer is unknown, or if settings contradict each other. Needs a running Tokio runtime, which has to stay alive as long as the
    /// emulator.
    pub async fn start(mut self) -> io::Result<Emulator> {
        if let Some(oidc) = &self.config.oidc
            && !oidc.issuer.starts_with("http://")
        {
            let fault = format!("OIDC issuer `{}`: has to be a URL that starts with http://", oidc.issuer);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, fault));
        }
        if !is_version(&self.config.version) {
            let fault = format!("version `{}`: has to be three numbers, such as 1.39.0", self.config.version);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, fault));
        }
        if self.config.root_users.is_some() && self.config.anonymous_access {
            let fault = "roles are for those who are known: turn anonymous_access off to have them";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, fault));
        }
        self.check_indexing()?;
        schema::check_settings(&mut self.config).map_err(|fault| io::Error::new(io::ErrorKind::InvalidInput, fault))?;
        let listeners = Listeners::bind((self.host, self.rest_port).into(), (self.host, self.grpc_port).into()).await?;
        let (rest, grpc) = (listeners.rest.local_addr()?, listeners.grpc.local_addr()?);
        let emulated = Arc::new(Emulated::new(self.config));
        let connections = Arc::<Connections>::default();
        let (stop, stopped) = watch::channel(false);
        let (restarts, orders) = mpsc::channel(1);
        let ports = Ports {
            rest,
            grpc,
            emulated: Arc::clone(&emulated),
            services: grpc::services(&emulated),
            connections: Arc::clone(&connections),
        };
        let ports = Some(tokio::spawn(ports.run(listeners, stopped, orders)));
        Ok(Emulator { rest, grpc, emulated, connections, restarts, stop, ports })
    }
}

/// Returns whether it is a version such as `1.39.0`, with or without a suffix such as `-rc.1`.
fn is_version(text: &str) -> bool {
    let core = text.split_once(['-', '+']).map_or(text, |(core, _)| core);
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    async fn ask(stream: &mut TcpStream, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = vec![0; 4096];
        let length = stream.read(&mut reply).await.unwrap();
        String::from_utf8_lossy(&reply[..length]).into_owned()
    }

    #[tokio::test]
    async fn dropping_it_closes_both_ports() {
        let emulator = Emulator::start().await.unwrap();
        let (rest, grpc) = (emulator.rest_addr(), emulator.grpc_addr());
        let mut kept = TcpStream::connect(rest).await.unwrap();
        assert!(ask(&mut kept, "/v1/.well-known/ready").await.starts_with("HTTP/1.1 200"));
        drop(emulator);
        let closed = async {
            while TcpStream::connect(rest).await.is_ok() || TcpStream::connect(grpc).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // The connection that was kept alive ends too.
            while kept.read(&mut [0; 16]).await.is_ok_and(|length| length > 0) {}
        };
        tokio::time::timeout(Duration::from_secs(2), closed).await.unwrap();
    }

    #[tokio::test]
    async fn two_of_them_do_not_meet() {
        let (one, other) = (Emulator::start().await.unwrap(), Emulator::start().await.unwrap());
        assert_ne!(one.rest_addr(), other.rest_addr());
        assert_ne!(one.grpc_addr(), other.grpc_addr());
        one.stop().await;
        let mut stream = TcpStream::connect(other.rest_addr()).await.unwrap();
        assert!(ask(&mut stream, "/v1/schema").await.ends_with("{\"classes\":[]}"));
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_hundred_that_were_stopped() {
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let before = tasks();
        for round in 0..100 {
            let emulator = Emulator::start().await.unwrap();
            let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
            assert!(ask(&mut stream, "/v1/schema").await.starts_with("HTTP/1.1 200"));
            let data = Arc::downgrade(&emulator.emulated);
            drop(stream);
            emulator.stop().await;
            let gone = async {
                while data.strong_count() > 0 || tasks() > before {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(2), gone).await.unwrap_or_else(|_| panic!("round {round}"));
        }
    }

    #[tokio::test]
    async fn ten_of_them_run_side_by_side() {
        let start = |_| Emulator::start();
        let emulators = futures_util::future::try_join_all((0..10).map(start)).await.unwrap();
        let create = async |index: usize, emulator: &Emulator| {
            let class = format!("{{\"class\":\"Own{index}\"}}");
            let head = "POST /v1/schema HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
            let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{class}", class.len());
            let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut reply = vec![0; 4096];
            let length = stream.read(&mut reply).await.unwrap();
            assert!(reply[..length].starts_with(b"HTTP/1.1 200"));
        };
        let creations = emulators.iter().enumerate().map(|(index, emulator)| create(index, emulator));
        futures_util::future::join_all(creations).await;
        for (index, emulator) in emulators.iter().enumerate() {
            let names: Vec<String> = emulator.emulated.read().collections.keys().cloned().collect();
            assert_eq!(names, [format!("Own{index}")]);
        }
    }

    #[tokio::test]
    async fn reports_the_version_it_was_given() {
        let emulator = Emulator::builder().version("1.30.0").start().await.unwrap();
        let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
        assert!(ask(&mut stream, "/v1/nodes").await.contains("\"version\":\"1.30.0\""));
        assert!(Emulator::builder().version("1.40.0-rc.0").start().await.is_ok());
        for text in ["", "abc", "1.30", "1.30.x", "v1.30.0"] {
            let fault = Emulator::builder().version(text).start().await.unwrap_err().to_string();
            assert!(fault.starts_with(&format!("version `{text}`: has to be")), "{fault}");
        }
    }

    #[test]
    fn keys_stay_out_of_debug_output() {
        let text = format!("{:?}", Emulator::builder().api_key("top-secret", "jane"));
        assert!(text.contains("jane") && !text.contains("top-secret"), "{text}");
    }
}
