//! `Client::embedded`: download, start, and end of the process. The last test runs a real server, the others a stand-in.

mod stand_in;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use weaviate::connect::{EmbeddedBuilder, EmbeddedStage};
use weaviate::prelude::*;
use weaviate::{Error, ErrorKind};

use crate::support::time::until;
use stand_in::{Dir, Pack, Web, environment, good, script, sha256, tar_gz, zip};

/// On data and a cache of its own, serving unless told otherwise.
fn embedded(dir: &Dir, mode: &str) -> EmbeddedBuilder {
    Client::embedded().data_dir(dir.join("data")).cache_dir(dir.join("cache")).environment(environment(mode))
}

/// Without a download.
fn local(dir: &Dir, mode: &str) -> EmbeddedBuilder {
    embedded(dir, mode).binary(script(dir.path()))
}

async fn fails(builder: EmbeddedBuilder, kind: ErrorKind, words: &[&str]) -> Error {
    let error = builder.connect().await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error:?}");
    assert_eq!(error.operation(), Some("start embedded server"));
    for word in words {
        assert!(error.to_string().contains(word), "{word} is not in: {error}");
    }
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    error
}

fn address(client: &Client) -> String {
    client.embedded_server().unwrap().rest_url().trim_start_matches("http://").to_owned()
}

/// Waits until the port refuses connections.
async fn closes(address: &str) {
    until("the server's port is closed", async || TcpStream::connect(address).await.is_err()).await;
}

fn executables(dir: &Dir) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir.join("cache")) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| Path::new(name).extension().is_none_or(|ending| ending != "lock")).collect()
}

/// Name ending and archive format of releases for this machine.
fn asset() -> (&'static str, Pack) {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", _) => ("darwin-all.zip", zip),
        (_, "aarch64") => ("linux-arm64.tar.gz", tar_gz),
        _ => ("linux-amd64.tar.gz", tar_gz),
    }
}

#[tokio::test]
async fn embedded_downloads_verifies_and_runs_a_release_once() {
    let (dir, web) = (Dir::new(), Web::start().await);
    let (name, pack) = asset();
    let archive = good(pack);
    web.publish(&format!("/r/download/v1.38.10/weaviate-v1.38.10-{name}"), archive.clone());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    let builder = embedded(&dir, "").mirror(format!("{}/r", web.url)).version("1.38.10");
    let client =
        builder.clone().on_progress(move |progress| report.lock().unwrap().push(progress)).connect().await.unwrap();

    let seen = seen.lock().unwrap().clone();
    let stages: Vec<_> = seen.iter().map(|progress| progress.stage).collect();
    assert!(stages.ends_with(&[EmbeddedStage::Download, EmbeddedStage::Unpack, EmbeddedStage::Start]), "{stages:?}");
    let last = seen.iter().rfind(|progress| progress.stage == EmbeddedStage::Download).unwrap();
    assert_eq!((last.bytes, last.total), (archive.len() as u64, Some(archive.len() as u64)));

    assert!(client.is_ready().await.unwrap());
    client.collections().create(CollectionConfig::new("Owl")).await.unwrap();
    assert_eq!(client.collection("Owl").query().fetch_objects().await.unwrap().len(), 0);
    let server = client.embedded_server().unwrap();
    assert!(server.binary().starts_with(dir.join("cache")));
    let environment = std::fs::read_to_string(dir.join("data/environment")).unwrap();
    for line in [
        "CLUSTER_HOSTNAME=embedded",
        "CLUSTER_ADVERTISE_ADDR=127.0.0.1",
        "CLUSTER_BIND_ADDR=127.0.0.1",
        "CLUSTER_IN_LOCALHOST=true",
        "RAFT_BOOTSTRAP_EXPECT=1",
        "RAFT_TIMEOUTS_MULTIPLIER=1",
        "DISABLE_TELEMETRY=true",
        "GO_PROFILING_DISABLE=true",
        "DEFAULT_VECTORIZER_MODULE=none",
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true",
    ] {
        assert!(environment.lines().any(|found| found == line), "{line}");
    }
    client.close().await.unwrap();

    let requests = web.requests();
    assert_eq!(requests, 2);
    drop(web);
    builder.connect().await.unwrap().close().await.unwrap();
    assert_eq!(executables(&dir).len(), 1, "{:?}", executables(&dir));
}

#[tokio::test]
async fn embedded_started_twice_at_once_downloads_once() {
    let (one, two, web) = (Dir::new(), Dir::new(), Web::start().await);
    let url = web.publish("/weaviate.tar.gz", good(tar_gz));
    let start = |dir: &Dir| embedded(dir, "").cache_dir(one.join("cache")).url(url.as_str()).connect();
    let (first, second) = tokio::join!(start(&one), start(&two));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(address(&first), address(&second));
    assert_eq!(web.requests(), 2, "one for the archive, one for its digest");
}

#[tokio::test]
async fn latest_follows_the_redirect_to_the_newest_release() {
    let (dir, web) = (Dir::new(), Web::start().await);
    let (name, pack) = asset();
    web.put("/latest", b"/tag/v1.39.7".to_vec());
    web.publish(&format!("/download/v1.39.7/weaviate-v1.39.7-{name}"), good(pack));
    let client = embedded(&dir, "").mirror(web.url.as_str()).latest().connect().await.unwrap();
    assert!(client.embedded_server().unwrap().binary().to_string_lossy().contains("v1.39.7"));
    web.put("/latest", b"/login".to_vec());
    drop(client);
    let builder = embedded(&dir, "").mirror(web.url.as_str()).latest();
    fails(builder, ErrorKind::Decode, &["/latest", "version"]).await;
}

#[tokio::test]
async fn sha256_verifies_a_zip_without_a_digest_file() {
    let (dir, web) = (Dir::new(), Web::start().await);
    let archive = good(zip);
    let digest = sha256(&archive);
    let url = web.put("/weaviate.zip", archive);
    fails(embedded(&dir, "").url(url.as_str()), ErrorKind::NotFound, &["weaviate.zip.sha256", "with sha256"]).await;
    embedded(&dir, "").url(url).sha256(digest.to_uppercase()).connect().await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn embedded_does_not_run_an_archive_with_another_digest() {
    let (dir, web) = (Dir::new(), Web::start().await);
    let archive = good(tar_gz);
    let (digest, other) = (sha256(&archive), sha256(b"other"));
    let url = web.put("/weaviate.tar.gz", archive);
    let builder = embedded(&dir, "").url(url.as_str()).sha256(other.as_str());
    fails(builder, ErrorKind::Decode, &[&digest, &other]).await;
    web.put("/weaviate.tar.gz.sha256", b"<html>".to_vec());
    fails(embedded(&dir, "").url(url), ErrorKind::Decode, &["does not contain a SHA-256"]).await;
    let cut = web.publish("/cut/weaviate.tar.gz", good(tar_gz));
    fails(embedded(&dir, "").url(cut), ErrorKind::Connection, &["was interrupted"]).await;
    let builder = embedded(&dir, "").mirror(web.url.as_str()).version("1.39.99");
    fails(builder, ErrorKind::NotFound, &["1.39.99", "check that the version exists"]).await;
    assert_eq!(executables(&dir), [""; 0]);
    assert!(!dir.join("data/environment").exists());
}

#[tokio::test]
async fn embedded_refuses_hostile_and_damaged_archives() {
    let (dir, web) = (Dir::new(), Web::start().await);
    let content = b"#!/bin/sh\n".as_slice();
    let large: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
    for (ending, pack) in [("tar.gz", tar_gz as Pack), ("zip", zip)] {
        let mut truncated = pack(&[("weaviate", &large)]);
        truncated.truncate(truncated.len() / 2);
        for (archive, word) in [
            (truncated, "damaged"),
            (pack(&[("../weaviate", content)]), "outside of itself"),
            (pack(&[("weaviate", content), ("a/../../weaviate-evil", content)]), "outside of itself"),
            (pack(&[("/weaviate", content)]), "outside of itself"),
            (pack(&[("weaviate", content), ("bin/weaviate", content)]), "more than one"),
            (pack(&[("README.md", content)]), "does not contain an executable"),
            (b"<html>not an archive</html>".to_vec(), "damaged"),
        ] {
            let url = web.publish(&format!("/weaviate.{ending}"), archive);
            fails(embedded(&dir, "").url(url), ErrorKind::Decode, &[word]).await;
        }
    }
    // The lowest byte of the checksum at the end of a gzip stream.
    let mut archive = good(tar_gz);
    let checksum = archive.len() - 8;
    archive[checksum] ^= 1;
    fails(embedded(&dir, "").url(web.publish("/weaviate.tgz", archive)), ErrorKind::Decode, &["damaged"]).await;
    assert_eq!(executables(&dir), [""; 0]);
    assert!(!dir.join("weaviate").exists() && !dir.join("weaviate-evil").exists());
}

#[tokio::test]
async fn embedded_connect_reports_a_crash_with_the_last_output() {
    let dir = Dir::new();
    let start = Instant::now();
    let words = ["exit status: 3", "loading", "cannot open the store with key ***"];
    let error = fails(local(&dir, "crash"), ErrorKind::Server, &words).await;
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(error.server_message().unwrap().contains("cannot open the store"));
    let missing = embedded(&dir, "").binary(dir.join("missing"));
    fails(missing, ErrorKind::Configuration, &["no executable at", "WEAVIATE_BINARY"]).await;
    let text = dir.join("text");
    std::fs::write(&text, "text").unwrap();
    fails(embedded(&dir, "").binary(text), ErrorKind::Configuration, &["cannot run"]).await;
}

#[tokio::test]
async fn startup_timeout_kills_a_server_that_is_never_ready() {
    let dir = Dir::new();
    let start = Instant::now();
    let builder = local(&dir, "hang").startup_timeout(Duration::from_secs(1));
    let error = fails(builder, ErrorKind::Timeout, &["1s", "startup_timeout", "still loading"]).await;
    assert!(error.is_retryable());
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    // The directory would be in use if the process were alive.
    local(&dir, "").connect().await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn dropping_the_last_client_handle_kills_the_embedded_server() {
    let dir = Dir::new();
    let client = local(&dir, "").connect().await.unwrap();
    let address = address(&client);
    let (clone, owls) = (client.clone(), client.collections().create(CollectionConfig::new("Owl")).await.unwrap());
    let query = owls.query().fetch_objects();
    drop((client, clone, owls));
    // The request keeps the server alive until its reply is there.
    assert!(query.await.unwrap().is_empty());
    closes(&address).await;
}

#[tokio::test]
async fn dropping_the_connect_future_kills_the_embedded_server() {
    let dir = Dir::new();
    let environment = dir.join("data/environment");
    tokio::select! {
        started = local(&dir, "hang").connect() => panic!("{started:?}"),
        // The process writes it first of all.
        () = until("the server's process runs", async || environment.exists()) => {}
    }
    local(&dir, "").connect().await.unwrap();
}

#[tokio::test]
async fn close_asks_the_embedded_server_to_stop() {
    let dir = Dir::new();
    let client = local(&dir, "polite").connect().await.unwrap();
    let (address, clone) = (address(&client), client.clone());
    client.close().await.unwrap();
    assert!(dir.join("data/asked").exists());
    closes(&address).await;
    assert!(clone.is_ready().await.unwrap_err().is_connection());
    clone.close().await.unwrap();
    // What remains of the first client does not keep its data.
    let again = local(&dir, "").connect().await.unwrap();
    assert!(again.is_ready().await.unwrap());
}

#[tokio::test]
async fn close_reports_an_embedded_server_that_died() {
    let dir = Dir::new();
    let client = local(&dir, "").connect().await.unwrap();
    let pid = client.embedded_server().unwrap().pid().to_string();
    assert!(tokio::process::Command::new("kill").args(["-9", &pid]).status().await.unwrap().success());
    closes(&address(&client)).await;
    let error = client.close().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Server, Some("stop embedded server")));
    assert!(error.to_string().contains("signal: 9"), "{error}");
    Client::local().connect_lazy().unwrap().close().await.unwrap();
}

#[tokio::test]
async fn data_dir_in_use_is_refused() {
    let dir = Dir::new();
    let client = local(&dir, "").connect().await.unwrap();
    let pid = client.embedded_server().unwrap().pid().to_string();
    fails(local(&dir, ""), ErrorKind::Configuration, &["data directory", &pid, "kill", "data_dir"]).await;
    client.close().await.unwrap();

    // A server that outlived its client: this process plays it.
    let pid_file = dir.join("data/embedded.pid");
    let me = std::process::id().to_string();
    std::fs::write(&pid_file, &me).unwrap();
    fails(local(&dir, ""), ErrorKind::Configuration, &["data directory", &me]).await;
    // One that is gone, and one that was never written in full.
    for stale in ["4194305 1", "", "x y z"] {
        std::fs::write(&pid_file, stale).unwrap();
        local(&dir, "").connect().await.unwrap().close().await.unwrap();
    }
}

#[tokio::test]
async fn embedded_replaces_a_port_taken_by_another_process() {
    let dir = Dir::new();
    let client = local(&dir, "port").connect().await.unwrap();
    assert!(client.is_ready().await.unwrap() && dir.join("data/tried").exists());
    let taken = client.embedded_server().unwrap().rest_url().rsplit(':').next().unwrap().parse().unwrap();
    let other = Dir::new();
    fails(local(&other, "").port(taken), ErrorKind::Configuration, &[&taken.to_string(), "with port"]).await;
}

/// Only where `WEAVIATE_BINARY` names a real server.
#[tokio::test]
async fn embedded_real_server_keeps_its_data() {
    if std::env::var_os("WEAVIATE_BINARY").is_none() {
        return;
    }
    let dir = Dir::new();
    for start in 0..2 {
        let begun = Instant::now();
        let client = Client::embedded().data_dir(dir.join("data")).connect().await.unwrap();
        println!("ready after {:?}: {:?}", begun.elapsed(), client.embedded_server());
        let owls = client.collection("Owl");
        if start == 0 {
            let config = CollectionConfig::new("Owl").vector(VectorConfig::self_provided());
            client.collections().create(config).await.unwrap();
            let mut owl = PropertyMap::new();
            owl.insert("name", "Strix");
            let report = owls.data().insert_many([NewObject::new(owl).vector(vec![1.0, 2.0])]).await.unwrap();
            assert_eq!(report.ids().len(), 1);
        }
        assert_eq!(owls.query().fetch_objects().await.unwrap().len(), 1);
        assert_eq!(owls.query().near_vector(vec![1.0, 2.0]).await.unwrap().len(), 1);
        let begun = Instant::now();
        client.close().await.unwrap();
        println!("stopped after {:?}", begun.elapsed());
    }
}
