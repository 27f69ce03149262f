//! Fixtures of the embedded tests: a web server for downloads, archives good and bad, and an executable that
//! stands in for the server.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::Digest as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use weaviate_emulator::Emulator;

/// What the stand-in is told with the variable `STAND_IN`: `crash`, `hang`, `port` to lack a port once, `polite` to note
/// that it was asked to stop. In all other cases it serves.
const SCRIPT: &str = r#"#!/bin/sh
env > "$PERSISTENCE_DATA_PATH/environment"
for argument in "$@"; do
    case $argument in --port=*) export STAND_IN_PORT="${argument#--port=}" ;; esac
done
serve() { exec "$STAND_IN_BINARY" --exact embedded::stand_in::serve --ignored; }
case "$STAND_IN" in
crash) echo "loading"; echo "cannot open the store with key $STAND_IN_KEY" >&2; exit 3 ;;
hang) echo "still loading"; exec sleep 600 ;;
port)
    if [ ! -e "$PERSISTENCE_DATA_PATH/tried" ]; then
        touch "$PERSISTENCE_DATA_PATH/tried"
        echo "listen tcp 127.0.0.1:$STAND_IN_PORT: bind: Address already in use" >&2
        exit 1
    fi
    serve ;;
polite)
    serve & child=$!
    trap 'touch "$PERSISTENCE_DATA_PATH/asked"; kill $child; exit 0' TERM
    wait $child ;;
*) serve ;;
esac
"#;

/// Not a test: the script above runs it in a process of its own.
#[tokio::test]
#[ignore = "run by the stand-in alone"]
async fn serve() {
    let port = |name: &str| std::env::var(name).ok().and_then(|port| port.parse().ok());
    let (Some(rest), Some(grpc)) = (port("STAND_IN_PORT"), port("GRPC_PORT")) else { return };
    let _emulator = Emulator::builder().rest_port(rest).grpc_port(grpc).start().await.unwrap();
    // Longer than any test, and not forever if one is killed.
    tokio::time::sleep(Duration::from_secs(120)).await;
}

/// Environment variables of the stand-in.
pub(super) fn environment(mode: &str) -> Vec<(String, String)> {
    let binary = std::env::current_exe().unwrap().display().to_string();
    [("STAND_IN_BINARY", binary.as_str()), ("STAND_IN", mode), ("STAND_IN_KEY", "hunter2")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Makes an archive of names and contents.
pub(super) type Pack = fn(&[(&str, &[u8])]) -> Vec<u8>;

pub(super) fn tar_gz(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        // `set_path` refuses what a hostile archive holds.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

pub(super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An archive that holds the stand-in, and something else.
pub(super) fn good(pack: Pack) -> Vec<u8> {
    pack(&[("README.md", b"hello"), ("weaviate", SCRIPT.as_bytes())])
}

pub(super) fn script(dir: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = dir.join("stand-in");
    std::fs::write(&path, SCRIPT).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

pub(super) fn sha256(content: &[u8]) -> String {
    sha2::Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A directory that is gone at the end of the test.
pub(super) struct Dir(PathBuf);

impl Dir {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("embedded-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Serves files by path over HTTP/1.1.
pub(super) struct Web {
    pub(super) url: String,
    files: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    requests: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Web {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (files, requests) = (Arc::<Mutex<HashMap<String, Vec<u8>>>>::default(), Arc::new(AtomicUsize::new(0)));
        let (shared, counter) = (Arc::clone(&files), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { url, files, requests, task }
    }

    /// Puts a file and its digest there and says where it is.
    pub(super) fn publish(&self, path: &str, content: Vec<u8>) -> String {
        self.put(&format!("{path}.sha256"), sha256(&content).into_bytes());
        self.put(path, content)
    }

    pub(super) fn put(&self, path: &str, content: Vec<u8>) -> String {
        self.files.lock().unwrap().insert(path.to_owned(), content);
        format!("{}{path}", self.url)
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// `latest` redirects to where its file says; of a file below `/cut`, half arrives.
async fn answer(mut stream: TcpStream, files: Arc<Mutex<HashMap<String, Vec<u8>>>>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.unwrap());
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split_whitespace().nth(1).unwrap().to_owned();
    let file = files.lock().unwrap().get(&path).cloned();
    let (head, mut body) = match file {
        Some(target) if path.ends_with("/latest") => {
            (format!("302 Found\r\nlocation: {}", String::from_utf8(target).unwrap()), Vec::new())
        }
        Some(file) => ("200 OK".to_owned(), file),
        None => ("404 Not Found".to_owned(), Vec::new()),
    };
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    if path.starts_with("/cut") && !path.ends_with(".sha256") {
        body.truncate(body.len() / 2);
    }
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}
