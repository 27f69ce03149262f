//! Doing to a request what a fault says, around the protocol that answers it.

mod cut_reply;
mod write_faults;

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use tonic::{Code, Status};

use crate::connections::Knife;
use crate::faults::{Effect, Injector, RequestHead, When};
use crate::requests::Protocol;

use cut_reply::{End, Shape};

/// A refusal that each protocol puts into its own words.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    Unavailable,
    RateLimited,
    BadCredential,
    Status(Status),
}

/// Text of a server that is going to end.
pub(crate) const UNAVAILABLE: &str = "the server is shutting down";
/// Text of the server's rate limiter.
pub(crate) const RATE_LIMITED: &str = "429 Too many requests";

/// One request on its way to the server, and the connection that it came on.
pub(crate) struct Incoming<'i> {
    pub(crate) injector: &'i Injector,
    pub(crate) protocol: Protocol,
    pub(crate) knife: Option<Knife>,
}

impl Incoming<'_> {
    /// Answers a request through `answer`, unless a fault is due. `refuse` puts a refusal into words.
    pub(crate) async fn answer<F: Future<Output = Response>>(
        self,
        mut request: Request,
        answer: impl FnOnce(Request) -> F,
        refuse: impl FnOnce(Refusal) -> Response,
    ) -> Response {
        let head =
            RequestHead { protocol: self.protocol, method: request.method().as_str(), path: request.uri().path() };
        let shape = match self.protocol {
            Protocol::Grpc if head.rpc() == Some("BatchStream") => Shape::Stream,
            Protocol::Grpc => Shape::Call,
            _ => Shape::Page,
        };
        let Some(decision) = self.injector.decide(&head) else { return answer(request).await };
        let number = decision.number;
        let answer = async |request| {
            let response = answer(request).await;
            if succeeded(&response) {
                self.injector.commit(number);
            }
            response
        };
        let Some((effect, when)) = decision.fault else { return answer(request).await };
        if let Some(faults) = write_faults::of(&effect) {
            request.extensions_mut().insert(faults);
            return answer(request).await;
        }
        match when {
            When::BeforeCommit => match effect {
                Effect::Slow(delay) => {
                    self.pause(delay).await;
                    answer(request).await
                }
                Effect::Reset => self.cut(),
                Effect::Hang => self.hang().await,
                effect => {
                    // A client that is still sending would not read the reply.
                    discard(request.into_body()).await;
                    reply_of(effect, refuse)
                }
            },
            When::AfterCommit => {
                let response = answer(request).await;
                if let Effect::Slow(delay) = effect {
                    self.pause(delay).await;
                    return response;
                }
                if shape != Shape::Stream {
                    discard(response.into_body()).await;
                }
                match effect {
                    Effect::Reset => self.cut(),
                    Effect::Hang => self.hang().await,
                    effect => reply_of(effect, refuse),
                }
            }
            When::MidReply => {
                let response = answer(request).await;
                let Some(knife) = self.knife.clone() else { return response };
                let end = if matches!(effect, Effect::Hang) { End::Silence } else { End::Reset };
                match cut_reply::cut(response, shape, knife, end).await {
                    Some(response) => response,
                    None if end == End::Silence => self.hang().await,
                    None => self.cut(),
                }
            }
        }
    }

    /// Resets the connection. The reply does not leave this process.
    fn cut(&self) -> Response {
        if let Some(knife) = &self.knife {
            knife.cut();
        }
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }

    /// Waits until the client gives up, in which case this is dropped, or until the server stops.
    async fn hang(&self) -> Response {
        self.injector.released().await;
        self.cut()
    }

    async fn pause(&self, delay: Duration) {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = self.injector.released() => {}
        }
    }
}

/// Returns whether the server has done what was asked for.
fn succeeded(response: &Response) -> bool {
    let refused = Status::from_header_map(response.headers()).is_some_and(|status| status.code() != Code::Ok);
    response.status().is_success() && !refused
}

async fn discard(mut body: Body) {
    // A body that fails is over.
    while let Some(Ok(_)) = body.frame().await {}
}

fn reply_of(effect: Effect, refuse: impl FnOnce(Refusal) -> Response) -> Response {
    refuse(match effect {
        Effect::HttpReply { status, headers, body } => {
            let kind = (!body.is_empty()).then(|| HeaderValue::from_static("text/plain"));
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = status;
            response.headers_mut().extend(kind.map(|kind| (CONTENT_TYPE, kind)));
            for (name, value) in headers {
                if name == CONTENT_TYPE {
                    response.headers_mut().insert(name, value);
                } else {
                    response.headers_mut().append(name, value);
                }
            }
            return response;
        }
        Effect::GrpcStatus { code, message } => Refusal::Status(Status::new(Code::from_i32(code), message)),
        Effect::RateLimited => Refusal::RateLimited,
        Effect::Unauthenticated => Refusal::BadCredential,
        _ => Refusal::Unavailable,
    })
}
