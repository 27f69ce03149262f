//! A server shaped like Weaviate that does no work: its replies are encoded once, and what it is sent is thrown away.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderMap, Request, Response, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::rt::bounds::Http2ServerConnExec;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use weaviate_generated::grpc::value::Kind;
use weaviate_generated::grpc::{
    BatchObjectsReply, MetadataResult, Properties, PropertiesResult, SearchReply, SearchRequest, SearchResult, Value,
    Vectors,
};

use super::{Article, COLLECTION, vector_bytes};

const META: &str = r#"{"hostname":"http://[::]:8080","version":"1.39.0","modules":{},"grpcMaxMessageSize":104858000}"#;

/// The replies to searches, by limit and whether with vectors.
pub(crate) type Replies = Arc<Mutex<HashMap<(u32, bool), Bytes>>>;

/// The URLs of REST and gRPC, which are served for as long as the runtime lives.
pub(crate) async fn start() -> (String, String) {
    let (grpc, url) = listen().await;
    let replies = Replies::default();
    tokio::spawn(async move {
        while let Ok((stream, _)) = grpc.accept().await {
            stream.set_nodelay(true).unwrap();
            tokio::spawn(serve(stream, TokioExecutor::new(), Arc::clone(&replies)));
        }
    });
    (start_rest().await, url)
}

/// The URL of REST, which tells the version.
pub(crate) async fn start_rest() -> String {
    let (rest, url) = listen().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = rest.accept().await {
            let meta = service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(META))));
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), meta));
        }
    });
    url
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Serves gRPC on a connection. Tasks run on `executor`.
pub(crate) async fn serve<E>(stream: impl AsyncRead + AsyncWrite + Unpin, executor: E, replies: Replies)
where
    E: Http2ServerConnExec<Answer, ReplyBody>,
{
    let calls = service_fn(move |request| -> Answer { Box::pin(call(request, Arc::clone(&replies))) });
    let mut server = hyper::server::conn::http2::Builder::new(executor);
    server.initial_stream_window_size(8 << 20).initial_connection_window_size(64 << 20);
    // Weaviate sends no date either, and with one the length of a reply changes from second to second.
    server.auto_date_header(false);
    // The client closes the connection when it ends.
    let _ = server.serve_connection(TokioIo::new(stream), calls).await;
}

pub(crate) type ReplyBody = UnsyncBoxBody<Bytes, Infallible>;
pub(crate) type Answer = Pin<Box<dyn Future<Output = hyper::Result<Response<ReplyBody>>> + Send>>;

async fn call(request: Request<Incoming>, replies: Replies) -> hyper::Result<Response<ReplyBody>> {
    let (head, mut body) = request.into_parts();
    let reply = match head.uri.path() {
        "/weaviate.v1.Weaviate/Search" => search(&body.collect().await?.to_bytes(), &replies),
        "/weaviate.v1.Weaviate/BatchObjects" => {
            while let Some(frame) = body.frame().await {
                frame?;
            }
            framed(&BatchObjectsReply { took: 0.001, ..BatchObjectsReply::default() }.encode_to_vec())
        }
        // The health check, with the status SERVING.
        _ => framed(&[0x08, 0x01]),
    };
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", 0.into());
    let mut reply = Response::new(Full::from(reply).with_trailers(async { Some(Ok(trailers)) }).boxed_unsync());
    reply.headers_mut().insert(header::CONTENT_TYPE, "application/grpc".parse().unwrap());
    Ok(reply)
}

fn search(message: &Bytes, replies: &Replies) -> Bytes {
    let request = SearchRequest::decode(message.slice(5..)).unwrap();
    let vectors = request.metadata.is_some_and(|metadata| metadata.vector || !metadata.vectors.is_empty());
    let mut replies = replies.lock().unwrap();
    replies.entry((request.limit, vectors)).or_insert_with_key(|(limit, vectors)| canned(*limit, *vectors)).clone()
}

fn canned(limit: u32, vectors: bool) -> Bytes {
    let value = |kind| Value { kind: Some(kind) };
    let results = (0..limit).map(|number| {
        let Article { title, body, year } = Article::new(number);
        let fields = [
            ("title", value(Kind::TextValue(title))),
            ("body", value(Kind::TextValue(body))),
            ("year", value(Kind::IntValue(year))),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        let id = uuid::Uuid::from_u128(number.into());
        let vector = Bytes::from(if vectors { vector_bytes() } else { Vec::new() });
        let named =
            Vectors { name: "default".to_owned(), vector_bytes: vector.clone(), r#type: 1, ..Vectors::default() };
        SearchResult {
            properties: Some(PropertiesResult {
                non_ref_props: Some(Properties { fields }),
                target_collection: COLLECTION.to_owned(),
                ..PropertiesResult::default()
            }),
            metadata: Some(MetadataResult {
                id: id.to_string(),
                id_as_bytes: Bytes::copy_from_slice(id.as_bytes()),
                distance: 0.1,
                distance_present: true,
                vector_bytes: vector,
                vectors: if vectors { vec![named] } else { Vec::new() },
                ..MetadataResult::default()
            }),
            ..SearchResult::default()
        }
    });
    framed(&SearchReply { took: 0.001, results: results.collect(), ..SearchReply::default() }.encode_to_vec())
}

/// With the flags and the length that stand before a message.
fn framed(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(message.len() + 5);
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put_slice(message);
    frame.freeze()
}
