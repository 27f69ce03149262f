//! Replies that end in their middle.

use std::io;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt as _;

use crate::connections::Knife;

/// End of a reply behind its first half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Reset,
    Silence,
}

/// Shape of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Over HTTP/1.1, with a length.
    Page,
    /// Of an RPC over gRPC.
    Call,
    Stream,
}

/// The first half of a reply, or the first message of a stream, and then the end. `None` if there is no body.
pub(super) async fn cut(response: Response, shape: Shape, knife: Knife, end: End) -> Option<Response> {
    let (mut head, body) = response.into_parts();
    let start = match shape {
        Shape::Stream => first_part(body).await,
        Shape::Call => first_half(body).await.map(|(half, _)| half),
        // The client is to see that something is missing.
        Shape::Page => first_half(body).await.map(|(half, length)| {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            half
        }),
    };
    let start = start.filter(|start| !start.is_empty())?;
    let due = knife.written() + u64::try_from(start.len()).unwrap_or(u64::MAX);
    let rest = async move {
        match end {
            End::Silence => std::future::pending::<()>().await,
            End::Reset => {
                knife.has_written(due).await;
                knife.cut();
            }
        }
        Err(io::ErrorKind::ConnectionReset.into())
    };
    let first = stream::once(std::future::ready(Ok::<Bytes, io::Error>(start)));
    Some(Response::from_parts(head, Body::from_stream(first.chain(stream::once(rest)))))
}

async fn first_part(mut body: Body) -> Option<Bytes> {
    body.frame().await?.ok()?.into_data().ok()
}

/// With the length of the whole.
async fn first_half(body: Body) -> Option<(Bytes, usize)> {
    let whole = body.collect().await.ok()?.to_bytes();
    Some((whole.slice(..whole.len().div_ceil(2)), whole.len()))
}
