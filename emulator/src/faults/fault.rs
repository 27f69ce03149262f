//! The settings of a fault.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};

use super::effect::{Effect, FaultKind, When};
use super::injector::Rule;
use super::invalid::{InvalidFault, Problem};
use super::object_rule::{BatchObject, ObjectRule};
use super::pace::Pace;
use super::place::{Place, Target};
use crate::requests::Protocol;

/// Fault of the server or the network, and the requests that suffer it.
///
/// A constructor says what happens, the other methods say when and to which requests. Without them, the fault happens to
/// all requests, before the server has done anything, until [`Faults::clear`](super::Faults::clear).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use weaviate_emulator::{Emulator, Fault};
///
/// let emulator = Emulator::start().await?;
/// let faults = emulator.faults();
/// // The third batch fails, once.
/// faults.add(Fault::unavailable().on_rpc("BatchObjects").nth(2))?;
/// // The replies of three batches are lost, over REST. Their objects are stored.
/// faults.add(Fault::unavailable().after_commit().on_path("/v1/batch/objects").times(3))?;
/// // For ten seconds, every fifth search is cut off in the middle of its reply.
/// faults.add(Fault::reset().mid_reply().on_rpc("Search").every(5).for_time(Duration::from_secs(10)))?;
/// // Objects of one collection are refused, as a model provider does it.
/// faults.add(Fault::object_errors(|object| {
///     (object.collection() == "Article").then(|| "connection to: OpenAI API failed with status: 429".to_owned())
/// }))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a fault does nothing until `Faults::add` is given it"]
pub struct Fault {
    effect: Effect,
    when: Option<When>,
    target: Target,
    pace: Pace,
    /// The first thing that is wrong.
    problem: Option<Problem>,
}

impl Fault {
    fn new(effect: Effect) -> Self {
        Self { effect, when: None, target: Target::default(), pace: Pace::default(), problem: None }
    }

    /// Answers that the server is shutting down: status `UNAVAILABLE` over gRPC and gRPC-Web, 503 over REST.
    ///
    /// Use [`http_reply`](Self::http_reply) for the page of a load balancer, with a header `Retry-After` for example.
    pub fn unavailable() -> Self {
        Self::new(Effect::Unavailable)
    }

    /// Resets the TCP connection of the request, in the place of a reply.
    ///
    /// Other requests on the same HTTP/2 connection fail with it.
    #[doc(alias = "disconnect")]
    pub fn reset() -> Self {
        Self::new(Effect::Reset)
    }

    /// Never answers, so that the deadline of the client passes.
    ///
    /// The request ends when the client gives up, or when the emulator stops. A call over gRPC that names its deadline
    /// (`grpc-timeout`) is answered with the status `CANCELLED` when the deadline passes.
    #[doc(alias = "deadline")]
    #[doc(alias = "timeout")]
    pub fn hang() -> Self {
        Self::new(Effect::Hang)
    }

    /// Delays the request, then handles it as usual.
    ///
    /// With [`after_commit`](Self::after_commit) the server does the work at once and delays the reply.
    #[doc(alias = "latency")]
    pub fn slow(delay: Duration) -> Self {
        Self::new(Effect::Slow(delay))
    }

    /// Answers `429 Too many requests`, the text of the server's own rate limiter.
    ///
    /// It comes with status UNKNOWN over gRPC and gRPC-Web, and with status 429 over REST. The rate limiter of Weaviate is
    /// set by `MAXIMUM_CONCURRENT_GET_REQUESTS` and knows searches only. This fault happens to all requests that it is
    /// given.
    pub fn rate_limited() -> Self {
        Self::new(Effect::RateLimited)
    }

    /// Refuses the API key or token, so that a client renews it.
    ///
    /// The reply is that to an expired token if the emulator has an [issuer](crate::Builder::oidc), and that to an invalid
    /// API key otherwise: status 401 over REST, and UNKNOWN over gRPC, as the server has it. Requests that need no key,
    /// such as those for readiness, do not suffer it.
    pub fn unauthenticated() -> Self {
        Self::new(Effect::Unauthenticated)
    }

    /// Refuses to write objects, as a server does whose disk is full.
    ///
    /// Inserts, replacements, merges and batches suffer it. In a batch, each object has the error `store is read-only due
    /// to: disk usage too high. …`, and the call succeeds. A single write fails with status 500.
    ///
    /// Weaviate 1.39.0 has a fault here: of the objects of a batch that go to one shard, it reports only the first one, and
    /// none is stored. [`first_object_only`](Self::first_object_only) imitates it. 1.38.10 reports each object.
    ///
    /// Weaviate's page: [Disk pressure](https://docs.weaviate.io/deploy/configuration/persistence).
    pub fn read_only() -> Self {
        Self::new(Effect::ReadOnly { first_only: false })
    }

    /// Refuses objects of a batch by a rule, which returns the error of the object.
    ///
    /// An object with an error is not stored. The others are, and the call succeeds. A batch counts as suffering the fault
    /// even if the rule lets all of its objects pass. The rule is called once for each object.
    pub fn object_errors(rule: impl Fn(&BatchObject<'_>) -> Option<String> + Send + Sync + 'static) -> Self {
        Self::new(Effect::ObjectErrors(ObjectRule::new(rule)))
    }

    /// Answers with an HTTP status and a body, as a load balancer or a gateway does.
    ///
    /// The status is from 200 to 599. gRPC calls are answered in the same way. The content type is `text/plain` unless
    /// [`header`](Self::header) sets another. A reply without a body has none, as the server's own 404.
    pub fn http_reply(status: u16, body: impl Into<String>) -> Self {
        let known = StatusCode::from_u16(status).ok().filter(|_| (200..600).contains(&status));
        let fault = Self::new(Effect::HttpReply {
            status: known.unwrap_or(StatusCode::BAD_GATEWAY),
            headers: Vec::new(),
            body: body.into(),
        });
        if known.is_some() { fault } else { fault.refuse(Problem::Status(status)) }
    }

    /// Answers an RPC with the code of a status, from 1 (CANCELLED) to 16 (UNAUTHENTICATED), and a message.
    ///
    /// It works over gRPC and gRPC-Web. Other requests do not suffer it.
    ///
    /// Codes: [gRPC status codes](https://grpc.io/docs/guides/status-codes/).
    pub fn grpc_status(code: i32, message: impl Into<String>) -> Self {
        let fault = Self::new(Effect::GrpcStatus { code, message: message.into() });
        if (1..=16).contains(&code) { fault } else { fault.refuse(Problem::Code(code)) }
    }

    /// Lets the server do the work first, so that only the reply is lost.
    ///
    /// It goes with [`unavailable`](Self::unavailable), [`reset`](Self::reset), [`hang`](Self::hang),
    /// [`slow`](Self::slow), [`http_reply`](Self::http_reply) and [`grpc_status`](Self::grpc_status).
    pub fn after_commit(self) -> Self {
        if !self.kind().follows_the_commit() {
            let problem = Problem::NoSuchSetting { fault: self.kind(), setting: "after_commit" };
            return self.refuse(problem);
        }
        self.at(When::AfterCommit)
    }

    /// Lets the server do the work and send one half of the reply's body first.
    ///
    /// It goes with [`reset`](Self::reset) and [`hang`](Self::hang). If the reply has no body, the fault comes in its place.
    /// Of a stream, the first message gets through.
    pub fn mid_reply(self) -> Self {
        if !self.kind().interrupts_a_reply() {
            let problem = Problem::NoSuchSetting { fault: self.kind(), setting: "mid_reply" };
            return self.refuse(problem);
        }
        self.at(When::MidReply)
    }

    /// Reports only the first object of each shard in a batch, as Weaviate 1.39.0 does. It goes with
    /// [`read_only`](Self::read_only).
    pub fn first_object_only(mut self) -> Self {
        let Effect::ReadOnly { first_only } = &mut self.effect else {
            let problem = Problem::NoSuchSetting { fault: self.kind(), setting: "first_object_only" };
            return self.refuse(problem);
        };
        *first_only = true;
        self
    }

    /// Adds a header to the reply. It goes with [`http_reply`](Self::http_reply).
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        let (name, value) = (name.as_ref(), value.as_ref());
        let parsed = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(value).ok());
        let problem = match (&mut self.effect, parsed) {
            (Effect::HttpReply { headers, .. }, Some(header)) => {
                headers.push(header);
                return self;
            }
            (Effect::HttpReply { .. }, None) => Problem::Header(name.to_owned()),
            _ => Problem::NoSuchSetting { fault: self.kind(), setting: "header" },
        };
        self.refuse(problem)
    }

    /// Restricts the fault to an RPC, such as `BatchObjects`, over gRPC and gRPC-Web.
    ///
    /// May be called several times, together with [`on_path`](Self::on_path): a request at one of the places suffers. The
    /// health check is called `Check`.
    pub fn on_rpc(mut self, name: impl Into<String>) -> Self {
        self.target.places.push(Place::Rpc(name.into()));
        self
    }

    /// Restricts the fault to requests with a path, such as `/v1/batch/objects`, whatever their method.
    ///
    /// A path that ends with `*` stands for all that begin with it, such as `/v1/schema*`. The query does not count.
    /// May be called several times, together with [`on_rpc`](Self::on_rpc).
    pub fn on_path(mut self, path: impl AsRef<str>) -> Self {
        self.target.places.push(Place::path(None, path.as_ref()));
        self
    }

    /// Restricts the fault to requests with a method and a path, such as `POST` and `/v1/schema`.
    ///
    /// The path is that of [`on_path`](Self::on_path).
    pub fn on_request(mut self, method: impl AsRef<str>, path: impl AsRef<str>) -> Self {
        self.target.places.push(Place::path(Some(method.as_ref()), path.as_ref()));
        self
    }

    /// Restricts the fault to requests of a protocol.
    pub fn over(mut self, protocol: Protocol) -> Self {
        if self.target.protocol.is_some_and(|before| before != protocol) {
            return self.refuse(Problem::Exclusive("over", "over"));
        }
        self.target.protocol = Some(protocol);
        self
    }

    /// Skips the first `n` matching requests, as [`Iterator::nth`] does: `nth(0)` is the first one.
    ///
    /// The fault happens once, unless [`times`](Self::times) or [`every`](Self::every) says otherwise. Requests count from
    /// [`Faults::add`](super::Faults::add) on. If another fault takes the request, this one happens to the next.
    pub fn nth(mut self, n: u64) -> Self {
        self.pace.nth = Some(n);
        self
    }

    /// Restricts the fault to every `n`-th matching request: `every(3)` is the third, the sixth and so on.
    ///
    /// With [`nth`](Self::nth) it begins there: `nth(0).every(3)` is the first, the fourth and so on.
    pub fn every(mut self, n: u64) -> Self {
        self.pace.every = Some(n);
        self
    }

    /// Removes the fault after it has happened that many times.
    pub fn times(mut self, times: u64) -> Self {
        self.pace.times = Some(times);
        self
    }

    /// Removes the fault after a time, which begins with [`Faults::add`](super::Faults::add).
    pub fn for_time(mut self, time: Duration) -> Self {
        self.pace.time = Some(time);
        self
    }

    /// Returns the kind of the fault, as the log names it.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.effect.kind()
    }

    fn at(mut self, when: When) -> Self {
        if self.when.is_some_and(|before| before != when) {
            return self.refuse(Problem::Exclusive("after_commit", "mid_reply"));
        }
        self.when = Some(when);
        self
    }

    fn refuse(mut self, problem: Problem) -> Self {
        self.problem.get_or_insert(problem);
        self
    }

    /// The rule that injects the fault, unless its settings contradict each other.
    pub(super) fn into_rule(self) -> Result<Rule, InvalidFault> {
        if let Some(problem) = self.problem {
            return Err(problem.into());
        }
        self.pace.check()?;
        self.target.check(&self.effect)?;
        Ok(Rule::new(self.effect, self.when.unwrap_or(When::BeforeCommit), self.target, &self.pace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(fault: Fault) -> String {
        fault.into_rule().unwrap_err().to_string()
    }

    #[test]
    fn contradictions_are_refused() {
        for (fault, says) in [
            (Fault::reset().after_commit().mid_reply(), "`after_commit` and `mid_reply` exclude each other"),
            (Fault::unavailable().mid_reply(), "unavailable has no `mid_reply`; omit it"),
            (Fault::rate_limited().after_commit(), "rate_limited has no `after_commit`"),
            (Fault::read_only().after_commit(), "read_only has no `after_commit`"),
            (Fault::reset().header("a", "b"), "reset has no `header`"),
            (Fault::reset().first_object_only(), "reset has no `first_object_only`"),
            (Fault::hang().over(Protocol::Rest).over(Protocol::Grpc), "exclude each other"),
            (Fault::http_reply(99, ""), "http_reply(99, ..)"),
            (Fault::http_reply(503, "").header("a b", ""), "header(\"a b\", ..)"),
            (Fault::grpc_status(0, ""), "grpc_status(0, ..)"),
        ] {
            let refusal = refusal(fault);
            assert!(refusal.contains(says), "{refusal}");
        }
    }

    #[test]
    fn faults_that_match_nothing_are_refused() {
        for (fault, says) in [
            (Fault::hang().on_rpc("BatchObject"), "not an RPC of Weaviate; use one of Search, BatchObjects"),
            (Fault::hang().on_path("batch/objects"), "has to begin with /v1"),
            (Fault::hang().on_request("FETCH", "/v1/schema"), "not an HTTP method"),
            (Fault::hang().on_rpc("Search").over(Protocol::Rest), "RPC Search does not come over REST"),
            (Fault::hang().on_path("/v1/schema").over(Protocol::Grpc), "/v1/schema does not come over gRPC"),
            (Fault::hang().on_path("/v1/schema").over(Protocol::GrpcWeb), "does not come over gRPC-Web"),
            (Fault::read_only().on_rpc("Search"), "read_only does not happen to RPC Search"),
            (Fault::read_only().on_path("/v1/schema"), "use a path that writes objects"),
            (Fault::read_only().on_request("GET", "/v1/objects*"), "does not happen to GET /v1/objects*"),
            (Fault::object_errors(|_| None).on_path("/v1/objects"), "use on_path(\"/v1/batch/objects\")"),
            (Fault::grpc_status(14, "").on_path("/v1/schema"), "use on_rpc or http_reply"),
            (Fault::grpc_status(14, "").over(Protocol::Rest), "does not come over REST"),
            (Fault::unauthenticated().on_path("/v1/.well-known/ready"), "use another path"),
            (Fault::reset().times(0), "times(0)"),
        ] {
            let refusal = refusal(fault);
            assert!(refusal.contains(says), "{refusal}");
        }
    }

    #[test]
    fn what_can_happen_is_taken() {
        for fault in [
            Fault::unavailable().after_commit().on_rpc("BatchObjects").on_path("/v1/batch/objects").times(3),
            Fault::reset().mid_reply().on_rpc("Search").over(Protocol::GrpcWeb).every(2),
            Fault::read_only().first_object_only().on_path("/v1/objects/*"),
            Fault::object_errors(|_| None).on_path("/v1/batch/*").nth(0).times(2),
            Fault::grpc_status(8, "full").on_path("/v1/grpc-web/*"),
            Fault::slow(Duration::from_secs(1)).on_path("*").for_time(Duration::MAX),
            Fault::http_reply(502, "bad gateway").header("retry-after", "1").on_request("post", "/v1/schema"),
        ] {
            assert!(fault.clone().into_rule().is_ok(), "{fault:?}");
        }
    }
}
