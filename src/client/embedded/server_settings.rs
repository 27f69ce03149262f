//! Arguments and environment variables of the embedded server.

use std::path::Path;

use super::ports::Ports;
use crate::{Error, Result};

/// The node name. Shards belong to a node by name, so it must be the same at every start on the
/// same data.
const NODE: &str = "embedded";

/// Command-line arguments. The timeouts admit large uploads, which the server's defaults would cut
/// off.
const ARGUMENTS: [&str; 6] = [
    "--scheme=http",
    "--host=127.0.0.1",
    "--read-timeout=600s",
    "--write-timeout=600s",
    "--graceful-timeout=15s",
    "--cleanup-timeout=10s",
];

/// Variables that would make the server join other nodes.
pub(super) const REMOVED: [&str; 2] = ["CLUSTER_JOIN", "RAFT_JOIN"];

/// Variables that a method of the builder sets.
const SET_BY_METHOD: [(&str, &str); 2] = [("PERSISTENCE_DATA_PATH", "data_dir"), ("GRPC_PORT", "grpc_port")];

pub(super) fn arguments(ports: Ports) -> Vec<String> {
    ARGUMENTS.iter().map(|argument| (*argument).to_owned()).chain([format!("--port={}", ports.http)]).collect()
}

pub(super) fn variables(ports: Ports, data: &Path) -> Vec<(&'static str, String)> {
    let text = str::to_owned;
    vec![
        ("PERSISTENCE_DATA_PATH", data.display().to_string()),
        ("GRPC_PORT", ports.grpc.to_string()),
        ("CLUSTER_HOSTNAME", text(NODE)),
        ("CLUSTER_IN_LOCALHOST", text("true")),
        ("CLUSTER_ADVERTISE_ADDR", text("127.0.0.1")),
        ("CLUSTER_BIND_ADDR", text("127.0.0.1")),
        ("CLUSTER_GOSSIP_BIND_PORT", ports.gossip.to_string()),
        ("CLUSTER_DATA_BIND_PORT", ports.data().to_string()),
        ("RAFT_PORT", ports.raft.to_string()),
        ("RAFT_INTERNAL_RPC_PORT", ports.raft_rpc().to_string()),
        ("RAFT_BOOTSTRAP_EXPECT", text("1")),
        // A single node elects itself. The default triples the time until it is ready.
        ("RAFT_TIMEOUTS_MULTIPLIER", text("1")),
        ("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", text("true")),
        ("DEFAULT_VECTORIZER_MODULE", text("none")),
        ("LOG_LEVEL", text("info")),
        ("DISABLE_TELEMETRY", text("true")),
        // The profiler would listen on all interfaces.
        ("GO_PROFILING_DISABLE", text("true")),
    ]
}

/// Refuses variables that no process can have, and those that a method of the builder sets.
pub(super) fn check(variables: &[(String, String)]) -> Result<()> {
    for (name, value) in variables {
        let refuse = |why: &str| Err(Error::validation("environment", format!("{name:?} {why}")));
        if name.is_empty() || name.contains(['=', '\0']) {
            return refuse("is not a valid name of an environment variable");
        }
        if value.contains('\0') {
            return refuse("has a value with a zero byte, which an environment variable cannot contain");
        }
        if let Some((_, method)) = SET_BY_METHOD.iter().find(|(own, _)| own == name) {
            return refuse(&format!("cannot be set here: use {method}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_set_is_named_and_its_value_is_not() {
        for (name, value, word) in [
            ("", "hunter2", "not a valid name"),
            ("A=B", "hunter2", "not a valid name"),
            ("A", "hunter2\0", "zero byte"),
            ("GRPC_PORT", "hunter2", "grpc_port"),
            ("PERSISTENCE_DATA_PATH", "hunter2", "data_dir"),
        ] {
            let error = check(&[(name.to_owned(), value.to_owned())]).unwrap_err();
            assert!(error.is_validation() && error.to_string().contains(word), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"));
        }
        check(&[("ENABLE_MODULES".to_owned(), "text2vec-openai".to_owned())]).unwrap();
    }
}
