//! Tests of the test support itself. They use a plain HTTP client, so that nothing depends on the client under test.

mod broken_ports;
mod faults;
mod proxy;
mod recorder;
mod restart;
mod tls;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::support::tcp::connector;

const SEARCH: &str = "/weaviate.v1.Weaviate/Search";

/// One client, one connection if the server keeps it.
struct Bare(Client<HttpConnector, Full<Bytes>>);

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    trailers: HeaderMap,
}

impl Answer {
    /// The status from the trailers, or from the headers of a reply without a message.
    fn grpc_status(&self) -> Option<&str> {
        self.trailers.get("grpc-status").or(self.headers.get("grpc-status"))?.to_str().ok()
    }
}

impl Bare {
    fn http1() -> Self {
        Self(Client::builder(TokioExecutor::new()).build(connector()))
    }

    fn http2() -> Self {
        Self(Client::builder(TokioExecutor::new()).http2_only(true).build(connector()))
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Answer, Box<dyn std::error::Error>> {
        let (head, body) = self.0.request(request).await?.into_parts();
        let body = body.collect().await?;
        let trailers = body.trailers().cloned().unwrap_or_default();
        Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes(), trailers })
    }

    async fn get(&self, url: &str, path: &str) -> Result<Answer, Box<dyn std::error::Error>> {
        self.ask(Request::get(format!("{url}{path}")).body(Full::default())?).await
    }

    async fn post(&self, url: &str, path: &str, json: &str) -> Result<Answer, Box<dyn std::error::Error>> {
        let request = Request::post(format!("{url}{path}")).header("content-type", "application/json");
        self.ask(request.body(Full::from(json.to_owned()))?).await
    }

    /// With an empty message.
    async fn call(&self, url: &str, path: &str) -> Result<Answer, Box<dyn std::error::Error>> {
        let request = Request::post(format!("{url}{path}")).header("content-type", "application/grpc");
        self.ask(request.header("te", "trailers").body(Full::from(vec![0; 5]))?).await
    }
}

/// True if the future does not complete within an hour of the paused clock.
async fn never<T>(future: impl Future<Output = T>) -> bool {
    tokio::time::timeout(Duration::from_secs(3600), future).await.is_err()
}
