//! Connection diagnosis: checks each layer between the client and the server.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};
use url::Url;

use super::causes::find_cause;
use super::connection::connector::ProxyError;
use super::connection::proxy::without_credentials;
use super::node::HasEndpoints as _;
use super::{CONTRACT, Transport};
use crate::error::{Error, ErrorKind, Result, check_runtime};
use crate::options::Endpoint;
use crate::options::Protocol;
use crate::values::diagnosis::{Check, Diagnosis, Finding, Layer};
use crate::values::server::{Feature, ServerVersion};

/// Identity providers and servers check token times to about a minute.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

type LayerResult = (Finding, String);

impl Transport {
    /// Checks every layer. No check takes longer than the init checks may.
    pub(crate) async fn diagnose(&self) -> Diagnosis {
        let mut checks = Vec::new();
        let mut note = |layer, ((finding, detail), took): (LayerResult, Duration)| {
            checks.push(Check { layer, finding, detail, took });
        };
        let untimed = |result: LayerResult| (result, Duration::ZERO);
        if let Err(error) = check_runtime() {
            note(Layer::Dns, untimed((Finding::Broken, error.to_string())));
            return Diagnosis::new(checks);
        }
        note(Layer::Dns, timed(self.each_target(resolve)).await);
        note(Layer::Tcp, timed(self.each_target(connect)).await);
        let (live, rest_took) = timed(self.check_rest()).await;
        let (grpc, grpc_took) = timed(self.check_grpc()).await;
        note(Layer::Tls, untimed(self.tls(&live, grpc.as_ref())));
        note(Layer::Proxy, untimed(self.proxies(&live, grpc.as_ref())));
        let date = live.as_ref().ok().copied().flatten();
        let rest = match &live {
            Ok(_) => {
                let named: Vec<_> = self.inner.nodes.all().map(|node| node.rest.endpoint.named()).collect();
                (Finding::Fine, format!("{} answers", named.join(", ")))
            }
            Err(error) => (Finding::Broken, with_causes(error)),
        };
        note(Layer::Rest, (rest, rest_took));
        let skipped = || untimed((Finding::Skipped, "needs REST, which does not answer".to_owned()));
        note(Layer::Auth, if live.is_ok() { timed(self.auth()).await } else { skipped() });
        let protocol_result = match grpc {
            Some(answer) => self.protocol_result(Protocol::Grpc, answer),
            None => (Finding::Skipped, "the client has no gRPC address".to_owned()),
        };
        note(Layer::Grpc, (protocol_result, grpc_took));
        note(Layer::GrpcWeb, if live.is_ok() { timed(self.grpc_web_layer()).await } else { skipped() });
        note(Layer::Version, untimed(version(self.server_version())));
        let clock = date.map_or_else(|| (Finding::Skipped, "the reply has no `Date` header".to_owned()), clock);
        note(Layer::Clock, untimed(clock));
        Diagnosis::new(checks)
    }

    /// Runs a check for each peer that this client opens connections to: each address, or its
    /// proxy.
    async fn each_target(&self, check: impl AsyncFn(&DiagnosedHost, Duration) -> LayerResult) -> LayerResult {
        let bound = self.inner.timeouts.init / 2;
        let mut worst = Finding::Fine;
        let mut details = Vec::new();
        for target in self.targets() {
            let (finding, detail) = check(&target, bound).await;
            if finding == Finding::Broken {
                worst = finding;
            }
            if !details.contains(&detail) {
                details.push(detail);
            }
        }
        (worst, details.join("; "))
    }

    fn targets(&self) -> Vec<DiagnosedHost> {
        let proxy_rules = &self.inner.proxy_rules;
        let target = |endpoint: &Endpoint, proxy: Option<Url>| match proxy {
            Some(proxy) => DiagnosedHost {
                label: format!("the proxy {}", without_credentials(&proxy)),
                host: proxy.host_str().unwrap_or_default().to_owned(),
                port: proxy.port_or_known_default().unwrap_or(1080),
            },
            None => DiagnosedHost { label: endpoint.named(), host: endpoint.host().to_owned(), port: endpoint.port() },
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

    /// Returns the server time of the last node, or the error of the first node that does not
    /// answer over REST. Any HTTP status is an answer.
    async fn check_rest(&self) -> Result<Option<SystemTime>> {
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

    /// Probes native gRPC, if the client has a gRPC address.
    async fn check_grpc(&self) -> Option<Result<()>> {
        self.first().grpc.as_ref()?;
        Some(self.probe(Protocol::Grpc, self.inner.timeouts.init).await)
    }

    /// Checks TLS of the server and of proxies with an `https` address.
    fn tls(&self, live: &Result<Option<SystemTime>>, grpc: Option<&Result<()>>) -> LayerResult {
        let proxy_rules = &self.inner.proxy_rules;
        let peers = |endpoint: &Endpoint, proxy: Option<Url>| {
            let proxy = proxy
                .filter(|proxy| proxy.scheme() == "https")
                .map(|proxy| format!("the proxy {}", without_credentials(&proxy)));
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
            return (Finding::Skipped, "TLS is not used".to_owned());
        }
        if accepted.is_empty() {
            return (Finding::Skipped, "no server answers".to_owned());
        }
        let mut details: Vec<_> =
            accepted.into_iter().map(|peer| format!("the certificate of {peer} is accepted")).collect();
        details.dedup();
        (Finding::Fine, details.join("; "))
    }

    fn proxies(&self, live: &Result<Option<SystemTime>>, grpc: Option<&Result<()>>) -> LayerResult {
        let proxy_rules = &self.inner.proxy_rules;
        let mut details = Vec::new();
        for node in self.inner.nodes.all() {
            let rest = &node.rest.endpoint;
            if let Some(proxy) = proxy_rules.of_rest_endpoint(rest) {
                let error = live.as_ref().err().filter(|error| error.is_connection());
                let finding = error.map(|error| node.rest.failed_at_proxy(error));
                details.push((finding, format!("{} through {}", rest.named(), without_credentials(&proxy))));
            }
            if let Some(endpoint) = node.grpc.as_ref().map(|grpc| &grpc.endpoint)
                && let Some(proxy) = proxy_rules.of_grpc_endpoint(endpoint)
            {
                let error = grpc.and_then(|answer| answer.as_ref().err()).filter(|error| error.is_connection());
                let finding = error.map(|error| find_cause::<ProxyError>(error).is_some());
                details.push((finding, format!("{} through {}", endpoint.named(), without_credentials(&proxy))));
            }
        }
        // `Some(true)` where a connection failed at its proxy.
        let finding = match details.iter().filter_map(|(at_proxy, _)| *at_proxy).max() {
            _ if details.is_empty() => return (Finding::Skipped, "the client uses no proxy".to_owned()),
            None => Finding::Fine,
            Some(false) => Finding::Doubtful,
            Some(true) => Finding::Broken,
        };
        let details: Vec<_> = details.into_iter().map(|(_, detail)| detail).collect();
        (finding, details.join("; "))
    }

    async fn auth(&self) -> LayerResult {
        match self.meta(Some(self.inner.timeouts.init)).await {
            Ok(_) => (Finding::Fine, "the server accepts the credential".to_owned()),
            Err(error) if error.kind() == ErrorKind::Permission => {
                (Finding::Doubtful, format!("authenticated, but not allowed to read the version: {error}"))
            }
            Err(error) => (Finding::Broken, with_causes(&error)),
        }
    }

    async fn grpc_web_layer(&self) -> LayerResult {
        if self.server_version().is_some() && !self.supports(Feature::GrpcWeb).await.unwrap_or(true) {
            return (Finding::Skipped, "the server has no gRPC-Web: it needs Weaviate 1.38.3 or 1.39.0".to_owned());
        }
        let answer = self.probe(Protocol::GrpcWeb, self.inner.timeouts.init).await;
        self.protocol_result(Protocol::GrpcWeb, answer)
    }

    fn protocol_result(&self, protocol: Protocol, answer: Result<()>) -> LayerResult {
        match answer {
            Ok(()) => (Finding::Fine, format!("{} answers", self.first().place(protocol))),
            // Not needed where native gRPC works.
            Err(error) if protocol == Protocol::GrpcWeb => (Finding::Doubtful, with_causes(&error)),
            Err(error) => (Finding::Broken, with_causes(&error)),
        }
    }
}

/// Measures the duration of a check.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    (work.await, start.elapsed())
}

#[cfg(feature = "tls")]
fn is_about_tls(error: &Error) -> bool {
    super::connection::tls::explain_tls_error(error, super::connection::tls::Peer::Server).is_some()
}

/// Without the feature, no connection uses TLS.
#[cfg(not(feature = "tls"))]
fn is_about_tls(_error: &Error) -> bool {
    false
}

/// A peer of a connection.
struct DiagnosedHost {
    label: String,
    host: String,
    port: u16,
}

async fn resolve(DiagnosedHost { host, port, .. }: &DiagnosedHost, bound: Duration) -> LayerResult {
    match timeout(bound, lookup_host((without_brackets(host), *port))).await {
        Ok(Ok(found)) => {
            let mut ips: Vec<_> = found.map(|address| address.ip().to_string()).collect();
            ips.dedup();
            (Finding::Fine, format!("{host} resolves to {}", ips.join(", ")))
        }
        Ok(Err(error)) => (Finding::Broken, format!("{host}: {error}")),
        Err(_) => (Finding::Broken, format!("{host}: no answer within {bound:?}")),
    }
}

async fn connect(DiagnosedHost { label, host, port }: &DiagnosedHost, bound: Duration) -> LayerResult {
    match timeout(bound, TcpStream::connect((without_brackets(host), *port))).await {
        Ok(Ok(_)) => (Finding::Fine, format!("{label} accepts connections")),
        Ok(Err(error)) => (Finding::Broken, format!("{label}: {error}")),
        Err(_) => (Finding::Broken, format!("{label}: no answer within {bound:?}")),
    }
}

/// Removes the brackets of an IPv6 address, which sockets do not accept.
fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

fn version(server: Option<&ServerVersion>) -> LayerResult {
    let Some(server) = server else {
        return (Finding::Skipped, "could not determine the server version".to_owned());
    };
    let minimum = ServerVersion::MINIMUM;
    if super::version_check::minimum(server).is_err() {
        return (Finding::Broken, format!("the server is {server}; the client needs {minimum} or newer"));
    }
    let same = (server.major(), server.minor()) == (CONTRACT.major(), CONTRACT.minor());
    let finding = if same { Finding::Fine } else { Finding::Doubtful };
    (finding, format!("the server is {server}; the client was made for {CONTRACT}"))
}

fn clock(server: SystemTime) -> LayerResult {
    let now = SystemTime::now();
    let apart = now.duration_since(server).unwrap_or_else(|error| error.duration());
    let finding = if apart > CLOCK_TOLERANCE { Finding::Doubtful } else { Finding::Fine };
    let side = if server > now { "ahead of" } else { "behind" };
    (finding, format!("the server's clock is {} s {side} this one", apart.as_secs()))
}

/// Formats an error with its causes on one line.
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
    fn clock_and_version_get_a_finding() {
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
        assert_eq!((without_brackets("[::1]"), without_brackets("host")), ("::1", "host"));
    }
}
