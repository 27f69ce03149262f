//! A server that sends a list of replies in order and records the requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use weaviate::Client;

pub(super) struct ScriptedServer {
    url: String,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
    task: JoinHandle<()>,
}

impl ScriptedServer {
    /// Status and body of each reply. When they are used up, the server answers 500.
    pub(super) async fn start(replies: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn({
            let heard = heard.clone();
            let mut replies = VecDeque::from(replies);
            async move {
                loop {
                    let (socket, _) = listener.accept().await.unwrap();
                    let reply = replies.pop_front().unwrap_or((500, "no more replies".to_owned()));
                    let request = answer(socket, reply).await;
                    heard.lock().unwrap().push(request);
                }
            }
        });
        Self { url, heard, task }
    }

    pub(super) fn client(&self) -> Client {
        Client::custom(&self.url).connect_lazy().unwrap()
    }

    /// Method and path of each request, and its body as JSON.
    pub(super) fn heard(&self) -> Vec<(String, Value)> {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut socket: TcpStream, (status, body): (u16, String)) -> (String, Value) {
    let (read, mut write) = socket.split();
    let mut lines = BufReader::new(read);
    let mut first = String::new();
    lines.read_line(&mut first).await.unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).await.unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut sent = vec![0; length];
    lines.read_exact(&mut sent).await.unwrap();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    write.write_all((head + &body).as_bytes()).await.unwrap();
    let line = first.rsplit_once(' ').map_or(first.as_str(), |(line, _)| line).to_owned();
    (line, serde_json::from_slice(&sent).unwrap_or_default())
}
