//! Sends a recorded gRPC request as the bytes it was recorded with and brings the reply into the recordings' form.

use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use serde_json::{Value, json};
use tokio_stream::StreamExt;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::{MetadataKey, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Status};

use super::messages;
use super::scenario::{GrpcRequest, Sent};

/// Bytes in, bytes out: what is sent is exactly what was recorded, also where it is no valid message.
#[derive(Clone, Copy, Debug, Default)]
struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = buffer.remaining();
        Ok(Some(buffer.copy_to_bytes(length)))
    }
}

pub(crate) async fn send(channel: &Channel, request: &GrpcRequest, timeout: Duration) -> Result<Value, String> {
    let mut grpc = tonic::client::Grpc::new(channel.clone()).max_decoding_message_size(usize::MAX);
    grpc.ready().await.map_err(|e| format!("no connection: {e}"))?;
    let call = async {
        match &request.sent {
            Some(acts) => stream(grpc, request, acts).await,
            None => unary(grpc, request).await,
        }
    };
    tokio::time::timeout(timeout, call).await.map_err(|_| format!("no reply within {timeout:?}"))?
}

async fn unary(mut grpc: tonic::client::Grpc<Channel>, request: &GrpcRequest) -> Result<Value, String> {
    let bytes = Bytes::from(messages::from_base64(request.request_b64.as_deref().unwrap_or_default()));
    let reply = grpc.unary(with_metadata(bytes, request)?, path(request)?, BytesCodec).await;
    match reply {
        Ok(reply) => {
            let bytes = reply.into_inner();
            let method = messages::method(&request.rpc).ok_or("a reply to a method that does not exist")?;
            Ok(json!({
                "code": "OK",
                "message": "",
                "body": messages::to_json(method.output(), &bytes)?,
                "body_b64": messages::to_base64(&bytes),
            }))
        }
        Err(status) => {
            let mut reply =
                json!({ "code": code(&status), "message": status.message(), "body": null, "body_b64": null });
            if !status.details().is_empty() {
                reply["details_b64"] = messages::to_base64(status.details()).into();
            }
            Ok(reply)
        }
    }
}

/// The client's side of a stream.
struct Script<'a> {
    acts: std::iter::Peekable<std::slice::Iter<'a, Sent>>,
    /// Gone once the client has closed its side.
    sender: Option<tokio::sync::mpsc::Sender<Bytes>>,
}

impl Script<'_> {
    /// Does what is due after so many replies; true once the client gives up.
    fn advance(&mut self, replies: usize) -> bool {
        while let Some(act) = self.acts.next_if(|act| act.after_replies <= replies) {
            if act.cancel {
                return true;
            }
            if let (Some(message), Some(sender)) = (&act.message_b64, &self.sender) {
                // Refused only once the server has closed the stream, which the replies will show.
                let _ = sender.try_send(Bytes::from(messages::from_base64(message)));
            }
            if act.half_close {
                self.sender = None;
            }
        }
        false
    }
}

/// Plays the client's side of a stream by its script and collects what the server says.
async fn stream(mut grpc: tonic::client::Grpc<Channel>, request: &GrpcRequest, acts: &[Sent]) -> Result<Value, String> {
    if acts.iter().any(|act| act.server_sigterm) {
        return Err("the replay does not stop servers".to_owned());
    }
    let method = messages::method(&request.rpc).ok_or("a stream of a method that does not exist")?;
    let (sender, receiver) = tokio::sync::mpsc::channel(acts.len().max(1));
    let mut script = Script { acts: acts.iter().peekable(), sender: Some(sender) };
    let mut seen = Vec::new();
    // What the client reports of itself.
    let cancelled = || Status::cancelled("Locally cancelled by application!");
    if script.advance(0) {
        return Ok(json!({ "messages": seen, "code": code(&cancelled()), "message": cancelled().message() }));
    }
    let sent = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let status = match grpc.streaming(with_metadata(sent, request)?, path(request)?, BytesCodec).await {
        Err(status) => status,
        Ok(replies) => {
            let mut replies = replies.into_inner();
            loop {
                match replies.next().await {
                    Some(Ok(bytes)) => {
                        seen.push(json!({
                            "message": messages::to_json(method.output(), &bytes)?,
                            "message_b64": messages::to_base64(&bytes),
                        }));
                        if script.advance(seen.len()) {
                            break cancelled();
                        }
                    }
                    Some(Err(status)) => break status,
                    None => break Status::ok(""),
                }
            }
        }
    };
    Ok(json!({ "messages": seen, "code": code(&status), "message": status.message() }))
}

fn path(request: &GrpcRequest) -> Result<http::uri::PathAndQuery, String> {
    messages::path_of(&request.rpc).parse().map_err(|e| format!("not a path: {e}"))
}

fn with_metadata<T>(message: T, request: &GrpcRequest) -> Result<Request<T>, String> {
    let mut out = Request::new(message);
    for (key, value) in &request.metadata {
        let key = MetadataKey::from_bytes(key.as_bytes()).map_err(|e| e.to_string())?;
        let value = MetadataValue::try_from(value.as_str()).map_err(|e| e.to_string())?;
        out.metadata_mut().insert(key, value);
    }
    Ok(out)
}

/// The code's name as the protocol writes it: `InvalidArgument` is `INVALID_ARGUMENT`.
fn code(status: &Status) -> String {
    if status.code() == tonic::Code::Ok {
        return "OK".to_owned();
    }
    let name = format!("{:?}", status.code());
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if i > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    // The protocol spells this one with two l, tonic with one.
    if out == "CANCELED" { "CANCELLED".to_owned() } else { out }
}
