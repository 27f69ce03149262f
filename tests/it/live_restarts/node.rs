//! A node: a process of the real server on loopback, which is killed and started again with its data.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use weaviate::prelude::*;

/// Each node has ten ports, of which it uses six.
const FIRST_PORT: u16 = 21_200;

pub(super) struct Node {
    number: u16,
    count: u16,
    dir: PathBuf,
    process: Option<Child>,
}

impl Node {
    /// A node of a cluster of `count`, without data.
    pub(super) fn new(number: u16, count: u16) -> Self {
        let dir = std::env::temp_dir().join(format!("weaviate-restarts-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        Self { number, count, dir, process: None }
    }

    fn port(number: u16, offset: u16) -> u16 {
        FIRST_PORT + number * 10 + offset
    }

    pub(super) fn rest_url(&self) -> String {
        format!("http://127.0.0.1:{}", Self::port(self.number, 0))
    }

    pub(super) fn grpc_url(&self) -> String {
        format!("http://127.0.0.1:{}", Self::port(self.number, 1))
    }

    pub(super) fn start(&mut self) {
        let binary = std::env::var("WEAVIATE_BINARY").expect("WEAVIATE_BINARY names the server's executable");
        let raft: Vec<_> = (0..self.count).map(|node| format!("node{node}:{}", Self::port(node, 4))).collect();
        let others = (0..self.count).filter(|node| *node != self.number);
        let gossip: Vec<_> = others.map(|node| format!("127.0.0.1:{}", Self::port(node, 2))).collect();
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.dir.join("log")).unwrap();
        let mut command = Command::new(binary);
        command
            .args(["--host", "127.0.0.1", "--scheme", "http", "--port", &Self::port(self.number, 0).to_string()])
            .env("PERSISTENCE_DATA_PATH", self.dir.join("data"))
            .env("CLUSTER_HOSTNAME", format!("node{}", self.number))
            .env("GRPC_PORT", Self::port(self.number, 1).to_string())
            .env("CLUSTER_GOSSIP_BIND_PORT", Self::port(self.number, 2).to_string())
            .env("CLUSTER_DATA_BIND_PORT", Self::port(self.number, 3).to_string())
            .env("RAFT_PORT", Self::port(self.number, 4).to_string())
            .env("RAFT_INTERNAL_RPC_PORT", Self::port(self.number, 5).to_string())
            .env("RAFT_BOOTSTRAP_EXPECT", self.count.to_string())
            .env("RAFT_JOIN", raft.join(","))
            .env("CLUSTER_JOIN", gossip.join(","))
            .env("CLUSTER_IN_LOCALHOST", "true")
            .env("CLUSTER_ADVERTISE_ADDR", "127.0.0.1")
            .env("CLUSTER_BIND_ADDR", "127.0.0.1")
            .env("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true")
            .env("DEFAULT_VECTORIZER_MODULE", "none")
            .env("DISABLE_TELEMETRY", "true")
            .env("GO_PROFILING_DISABLE", "true")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        self.process = Some(command.spawn().unwrap());
    }

    /// As `kill -9` does it. Returns once the process is gone.
    pub(super) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub(super) async fn ready(&self) {
        let client = Client::custom(self.rest_url()).grpc(self.grpc_url()).connect_lazy().unwrap();
        client.wait_until_ready(Duration::from_secs(120)).await.unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}
