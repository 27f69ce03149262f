//! Settings that newer servers ignore raise the warning `Deprecated`.

use std::sync::{Arc, Mutex};

use weaviate::connect::WarningCode;
use weaviate::prelude::*;
use weaviate::schema::{AsyncReplicationConfig, ReplicationConfig};
use weaviate_emulator::Emulator;

/// Creates two collections with a setting at a server, and returns the warnings.
async fn warnings(version: &str, settings: AsyncReplicationConfig) -> Vec<(WarningCode, String)> {
    let emulator = Emulator::builder().version(version).start().await.unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&heard);
    let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url());
    let builder = builder.suppress_warning(WarningCode::ServerOlder);
    let builder = builder.on_warning(move |warning| {
        into.lock().unwrap().push((warning.code(), warning.message().to_owned()));
    });
    let client = builder.connect().await.unwrap();
    for name in ["Barn", "Tawny"] {
        let replication = ReplicationConfig::new().async_config(settings.clone());
        client.collections().create(CollectionConfig::new(name).replication(replication)).await.unwrap();
    }
    let heard = heard.lock().unwrap();
    heard.clone()
}

#[tokio::test]
async fn a_setting_that_the_server_ignores_warns_once() {
    let heard = warnings("1.39.0", AsyncReplicationConfig::new().max_workers(4)).await;
    let text = "Weaviate 1.39.0 ignores `ReplicationAsyncConfig.maxWorkers`, which is a setting of Weaviate 1.34.13 or \
                1.35.6 (removed in 1.37.3): one scheduler serves all collections of a node: set \
                ASYNC_REPLICATION_SCHEDULER_WORKERS on the server. The request is sent as it is. Silence this with \
                suppress_warning(WarningCode::Deprecated)";
    assert_eq!(heard, [(WarningCode::Deprecated, text.to_owned())]);
}

#[tokio::test]
async fn a_setting_that_the_server_reads_does_not_warn() {
    assert_eq!(warnings("1.37.2", AsyncReplicationConfig::new().max_workers(4)).await, []);
    assert_eq!(warnings("1.39.0", AsyncReplicationConfig::new().hashtree_height(10)).await, []);
}
