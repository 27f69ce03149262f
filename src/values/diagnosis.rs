//! What was found between a client and its server, layer by layer.

use std::fmt;
use std::time::Duration;

/// What lies between a client and its server, in the order in which a request meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The hosts have addresses.
    Dns,
    /// The ports are open.
    Tcp,
    /// The certificates are accepted.
    Tls,
    /// What requests pass through on their way.
    Proxy,
    /// The server answers over REST.
    Rest,
    /// The server accepts the credential.
    Auth,
    /// The server answers over gRPC.
    Grpc,
    /// The server answers over gRPC-Web, which shares the port of REST.
    GrpcWeb,
    /// The server is one that this crate knows.
    Version,
    /// The clocks agree. Tokens live by them.
    Clock,
}

impl Layer {
    fn name(self) -> &'static str {
        match self {
            Self::Dns => "DNS",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Proxy => "proxy",
            Self::Rest => "REST",
            Self::Auth => "auth",
            Self::Grpc => "gRPC",
            Self::GrpcWeb => "gRPC-Web",
            Self::Version => "version",
            Self::Clock => "clock",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What came of looking at a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// It works.
    Fine,
    /// It works, with a reservation, or something else works in its place.
    Doubtful,
    /// It does not work.
    Broken,
    /// Not looked at: it is not used, or what lies before it is broken.
    Skipped,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fine => "ok",
            Self::Doubtful => "hm",
            Self::Broken => "FAIL",
            Self::Skipped => "-",
        })
    }
}

/// One layer and what was found there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Where it was looked.
    pub layer: Layer,
    /// What came of it.
    pub finding: Finding,
    /// The same in words, with addresses and causes, and without secrets.
    pub detail: String,
    /// How long it took.
    pub took: Duration,
}

/// A report of [`Client::diagnose`](crate::Client::diagnose): one [`Check`] per [`Layer`], printed one per line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    checks: Vec<Check>,
}

impl Diagnosis {
    pub(crate) fn new(checks: Vec<Check>) -> Self {
        Self { checks }
    }

    /// What was found, in the order of the layers.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// What was found at a layer.
    #[must_use]
    pub fn check(&self, layer: Layer) -> Option<&Check> {
        self.checks.iter().find(|check| check.layer == layer)
    }

    /// Whether nothing is broken.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.checks.iter().all(|check| check.finding != Finding::Broken)
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Check { layer, finding, detail, took }) in self.checks.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            let milliseconds = took.as_millis();
            write!(f, "{:<4}  {:<8}  {milliseconds:>5} ms  {detail}", finding.to_string(), layer.name())?;
        }
        Ok(())
    }
}
