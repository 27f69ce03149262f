//! The diagnosis of a connection: every layer between the client and its server.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};
use url::Url;

use super::causes::find;
use super::connection::connector::Refused;
use super::connection::proxy::shown;
use super::node::Reach as _;
use super::{CONTRACT, Transport};
use crate::error::{Error, ErrorKind, Result};
use crate::options::Endpoint;
use crate::options::Protocol;
use crate::values::diagnosis::{Check, Diagnosis, Finding, Layer};
use crate::values::server::{Feature, ServerVersion};

/// Tokens are checked to about a minute.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

type Found = (Finding, String);

impl Transport {
    /// Looks at every layer, each for no longer than the init checks may take.
    pub(crate) async fn diagnose(&self) -> Diagnosis {
        let mut checks = Vec::new();
        let mut note = |layer, ((finding, detail), took): (Found, Duration)| {
            checks.push(Check { layer, finding, detail, took });
        };
        let known = |found: Found| (found, Duration::ZERO);
        note(Layer::Dns, timed(self.each_target(addresses)).await);
        note(Layer::Tcp, timed(self.each_target(port)).await);
        let (live, rest_took) = timed(self.answered_by_rest()).await;
        let (grpc, grpc_took) = timed(self.answered_by_grpc()).await;
        note(Layer::Tls, known(self.tls(&live, grpc.as_ref())));
        note(Layer::Proxy, known(self.proxies(&live, grpc.as_ref())));
        let date = live.as_ref().ok().copied().flatten();
        let rest = match &live {
            Ok(_) => {
                let named: Vec<_> = self.inner.nodes.all().map(|node| node.rest.endpoint.named()).collect();
                (Finding::Fine, format!("{} answers", named.join(", ")))
            }
            Err(error) => (Finding::Broken, with_causes(error)),
        };
        note(Layer::Rest, (rest, rest_took));
        let skipped = || known((Finding::Skipped, "REST does not answer".to_owned()));
        note(Layer::Auth, if live.is_ok() { timed(self.auth()).await } else { skipped() });
        let spoken = match grpc {
            Some(answer) => self.spoken(Protocol::Grpc, answer),
            None => (Finding::Skipped, "this client was given no address of gRPC".to_owned()),
        };
        note(Layer::Grpc, (spoken, grpc_took));
        note(Layer::GrpcWeb, if live.is_ok() { timed(self.grpc_web_layer()).await } else { skipped() });
        note(Layer::Version, known(version(self.server_version())));
        let clock = date.map_or_else(|| (Finding::Skipped, "the server did not say what time it is".to_owned()), clock);
        note(Layer::Clock, known(clock));
        Diagnosis::new(checks)
    }

    /// The same question about all that this client opens connections to: each address, or the proxy before it.
    async fn each_target(&self, ask: impl AsyncFn(&Target, Duration) -> Found) -> Found {
        let bound = self.inner.timeouts.init / 2;
        let mut worst = Finding::Fine;
        let mut details = Vec::new();
        for target in self.targets() {
            let (finding, detail) = ask(&target, bound).await;
            if finding == Finding::Broken {
                worst = finding;
            }
            if !details.contains(&detail) {
                details.push(detail);
            }
        }
        (worst, details.join("; "))
    }

    fn targets(&self) -> Vec<Target> {
        let proxy_rules = &self.inner.proxy_rules;
        let target = |endpoint: &Endpoint, proxy: Option<Url>| match proxy {
            Some(proxy) => Target {
                named: format!("the proxy {}", shown(&proxy)),
                host: proxy.host_str().unwrap_or_default().to_owned(),
                port: proxy.port_or_known_default().unwrap_or(1080),
            },
            None => Target { named: endpoint.named(), host: endpoint.host().to_owned(), port: endpoint.port() },
        };
        let mut targets = Vec::new();
        for node in self.inner.nodes.all() {
            let rest = &node.rest.endpoint;
            targets.push(target(rest, proxy_rules.of_rest_endpoint(rest)));
            if let Some(grpc) = &node.grpc {
                targets.push(target(&grpc.endpoint, proxy_rules.of_grpc_endpoint(&grpc.endpoint)));
            }
        }
        targets
    }

    /// When REST says that it is, or what is wrong with the first node that does not answer. A status is an answer, too.
    async fn answered_by_rest(&self) -> Result<Option<SystemTime>> {
        let bound = self.inner.timeouts.init;
        let mut date = None;
        for node in self.inner.nodes.all() {
            match timeout(bound, node.rest.date(bound)).await {
                Ok(answer) => date = answer?.or(date),
                Err(_) => return Err(Error::timeout(bound).at(&node.rest.endpoint.named())),
            }
        }
        Ok(date)
    }

    /// Whether native gRPC does, if this client was given an address of it.
    async fn answered_by_grpc(&self) -> Option<Result<()>> {
        self.first().grpc.as_ref()?;
        Some(self.probe(Protocol::Grpc, self.inner.timeouts.init).await)
    }

    /// Servers, and proxies that are spoken to by TLS.
    fn tls(&self, live: &Result<Option<SystemTime>>, grpc: Option<&Result<()>>) -> Found {
        let proxy_rules = &self.inner.proxy_rules;
        let peers = |endpoint: &Endpoint, proxy: Option<Url>| {
            let proxy =
                proxy.filter(|proxy| proxy.scheme() == "https").map(|proxy| format!("the proxy {}", shown(&proxy)));
            proxy.into_iter().chain(endpoint.is_https().then(|| endpoint.to_string())).collect::<Vec<_>>()
        };
        let first = self.first();
        let rest = peers(&first.rest.endpoint, proxy_rules.of_rest_endpoint(&first.rest.endpoint));
        let grpc_peers = match &first.grpc {
            Some(grpc) => peers(&grpc.endpoint, proxy_rules.of_grpc_endpoint(&grpc.endpoint)),
            None => Vec::new(),
        };
        let mut accepted = Vec::new();
        match live {
            Err(error) if !rest.is_empty() && is_about_tls(error) => return (Finding::Broken, with_causes(error)),
            Err(_) => {}
            Ok(_) => accepted.extend(&rest),
        }
        match grpc {
            Some(Err(error)) if !grpc_peers.is_empty() && is_about_tls(error) => {
                return (Finding::Broken, with_causes(error));
            }
            Some(Ok(())) => accepted.extend(&grpc_peers),
            _ => {}
        }
        if rest.is_empty() && grpc_peers.is_empty() {
            return (Finding::Skipped, "plain http".to_owned());
        }
        if accepted.is_empty() {
            return (Finding::Skipped, "nobody answers".to_owned());
        }
        let mut details: Vec<_> =
            accepted.into_iter().map(|peer| format!("the certificate of {peer} is accepted")).collect();
        details.dedup();
        (Finding::Fine, details.join("; "))
    }

    fn proxies(&self, live: &Result<Option<SystemTime>>, grpc: Option<&Result<()>>) -> Found {
        let proxy_rules = &self.inner.proxy_rules;
        let mut details = Vec::new();
        for node in self.inner.nodes.all() {
            let rest = &node.rest.endpoint;
            if let Some(proxy) = proxy_rules.of_rest_endpoint(rest) {
                let error = live.as_ref().err().filter(|error| error.is_connection());
                let finding = error.map(|error| node.rest.is_the_proxys(error));
                details.push((finding, format!("{} through {}", rest.named(), shown(&proxy))));
            }
            if let Some(endpoint) = node.grpc.as_ref().map(|grpc| &grpc.endpoint)
                && let Some(proxy) = proxy_rules.of_grpc_endpoint(endpoint)
            {
                let error = grpc.and_then(|answer| answer.as_ref().err()).filter(|error| error.is_connection());
                let finding = error.map(|error| find::<Refused>(error).is_some());
                details.push((finding, format!("{} through {}", endpoint.named(), shown(&proxy))));
            }
        }
        // Whether it is the proxy's fault, if there is one.
        let finding = match details.iter().filter_map(|(fault, _)| *fault).max() {
            _ if details.is_empty() => return (Finding::Skipped, "this client uses none".to_owned()),
            None => Finding::Fine,
            Some(false) => Finding::Doubtful,
            Some(true) => Finding::Broken,
        };
        let details: Vec<_> = details.into_iter().map(|(_, detail)| detail).collect();
        (finding, details.join("; "))
    }

    async fn auth(&self) -> Found {
        match self.meta(Some(self.inner.timeouts.init)).await {
            Ok(_) => (Finding::Fine, "the server says what it is".to_owned()),
            Err(error) if error.kind() == ErrorKind::Permission => {
                (Finding::Doubtful, format!("known, and not allowed to ask for the version: {error}"))
            }
            Err(error) => (Finding::Broken, with_causes(&error)),
        }
    }

    async fn grpc_web_layer(&self) -> Found {
        if self.server_version().is_some() && !self.supports(Feature::GrpcWeb).await.unwrap_or(true) {
            return (Finding::Skipped, "servers have it from 1.38.3 and 1.39.0 on".to_owned());
        }
        let answer = self.probe(Protocol::GrpcWeb, self.inner.timeouts.init).await;
        self.spoken(Protocol::GrpcWeb, answer)
    }

    fn spoken(&self, protocol: Protocol, answer: Result<()>) -> Found {
        match answer {
            Ok(()) => (Finding::Fine, format!("{} answers", self.first().place(protocol))),
            // Nobody needs it who has native gRPC.
            Err(error) if protocol == Protocol::GrpcWeb => (Finding::Doubtful, with_causes(&error)),
            Err(error) => (Finding::Broken, with_causes(&error)),
        }
    }
}

/// What came of something, and how long it took.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (work.await, start.elapsed())
}

#[cfg(feature = "tls")]
fn is_about_tls(error: &Error) -> bool {
    super::connection::tls::trouble(error, super::connection::tls::Peer::Server).is_some()
}

/// Without TLS, nobody is spoken to by it.
#[cfg(not(feature = "tls"))]
fn is_about_tls(_error: &Error) -> bool {
    false
}

/// What a connection is opened to.
struct Target {
    named: String,
    host: String,
    port: u16,
}

async fn addresses(Target { host, port, .. }: &Target, bound: Duration) -> Found {
    match timeout(bound, lookup_host((bare(host), *port))).await {
        Ok(Ok(found)) => {
            let mut ips: Vec<_> = found.map(|address| address.ip().to_string()).collect();
            ips.dedup();
            (Finding::Fine, format!("{host} is {}", ips.join(", ")))
        }
        Ok(Err(error)) => (Finding::Broken, format!("{host}: {error}")),
        Err(_) => (Finding::Broken, format!("{host}: no answer within {bound:?}")),
    }
}

async fn port(Target { named, host, port }: &Target, bound: Duration) -> Found {
    match timeout(bound, TcpStream::connect((bare(host), *port))).await {
        Ok(Ok(_)) => (Finding::Fine, format!("{named} is open")),
        Ok(Err(error)) => (Finding::Broken, format!("{named}: {error}")),
        Err(_) => (Finding::Broken, format!("{named}: no answer within {bound:?}")),
    }
}

/// An IPv6 address as sockets want it, without brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn version(server: Option<&ServerVersion>) -> Found {
    let Some(server) = server else {
        return (Finding::Skipped, "the server does not tell its version, or not to this caller".to_owned());
    };
    let minimum = ServerVersion::MINIMUM;
    if *server < minimum {
        return (Finding::Broken, format!("the server is {server}, this client needs {minimum} or newer"));
    }
    let same = (server.major(), server.minor()) == (CONTRACT.major(), CONTRACT.minor());
    let finding = if same { Finding::Fine } else { Finding::Doubtful };
    (finding, format!("the server is {server}, this client was made for {CONTRACT}"))
}

fn clock(server: SystemTime) -> Found {
    let now = SystemTime::now();
    let apart = now.duration_since(server).unwrap_or_else(|error| error.duration());
    let finding = if apart > CLOCK_TOLERANCE { Finding::Doubtful } else { Finding::Fine };
    let side = if server > now { "ahead of" } else { "behind" };
    (finding, format!("the server's clock is {} s {side} this one", apart.as_secs()))
}

/// An error with all that lies beneath it, on one line.
fn with_causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            let _ = write!(text, ": {cause_text}");
        }
        next = cause.source();
    }
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_and_versions_are_judged() {
        let minute = Duration::from_secs(61);
        let now = SystemTime::now();
        assert_eq!(clock(now).0, Finding::Fine);
        for off in [now + minute * 2, now - minute] {
            assert_eq!(clock(off).0, Finding::Doubtful);
        }
        for (server, finding) in [
            (None, Finding::Skipped),
            (Some(ServerVersion::new(1, 26, 9)), Finding::Broken),
            (Some(ServerVersion::new(1, 30, 0)), Finding::Doubtful),
            (Some(CONTRACT), Finding::Fine),
        ] {
            assert_eq!(version(server.as_ref()).0, finding);
        }
        assert_eq!((bare("[::1]"), bare("host")), ("::1", "host"));
    }
}
