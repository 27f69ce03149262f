//! Diagnosis of the connection between client and server, layer by layer.

use std::fmt;
use std::time::Duration;

/// Layer between client and server, in the order in which a request passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// Name resolution of the hosts of REST and gRPC.
    Dns,
    /// TCP connections to the ports of REST and gRPC.
    Tcp,
    /// TLS handshakes and the certificates of the server.
    Tls,
    /// HTTP proxy between client and server, if one is configured.
    Proxy,
    /// REST API of the server.
    Rest,
    /// Authentication: the API key or token, as the server judges it.
    Auth,
    /// gRPC API of the server.
    Grpc,
    /// gRPC-Web API of the server, which shares the port of REST.
    GrpcWeb,
    /// Version of the server, compared with the versions that this crate supports.
    Version,
    /// Difference between the clocks of client and server. Tokens expire by the clock.
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

/// Result of the check of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// The layer works.
    Fine,
    /// The layer works with a limitation, or the client uses a fallback instead.
    Doubtful,
    /// The layer does not work.
    Broken,
    /// The layer was not checked, because it is not used or an earlier layer is broken.
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

/// Check of one layer. See [`Diagnosis`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Layer that was checked.
    pub layer: Layer,
    /// Result of the check.
    pub finding: Finding,
    /// Addresses and causes, in words. It holds no secrets.
    pub detail: String,
    /// Duration of the check.
    pub took: Duration,
}

/// Report of [`Client::diagnose`](crate::Client::diagnose): one [`Check`] per [`Layer`].
///
/// `Display` prints one line per layer: result, layer, duration and details.
///
/// ```no_run
/// use weaviate::Client;
///
/// # async fn example() -> weaviate::Result<()> {
/// let client = Client::local().connect_lazy()?;
/// let diagnosis = client.diagnose().await;
/// if !diagnosis.is_fine() {
///     eprintln!("{diagnosis}");
/// }
/// # Ok(())
/// # }
/// ```
#[doc(alias = "health")]
#[doc(alias = "troubleshooting")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    checks: Vec<Check>,
}

impl Diagnosis {
    pub(crate) fn new(checks: Vec<Check>) -> Self {
        Self { checks }
    }

    /// Returns the checks, in the order of the layers.
    ///
    /// ```
    /// use weaviate::connect::{Diagnosis, Finding};
    ///
    /// fn first_problem(diagnosis: &Diagnosis) -> Option<&str> {
    ///     let broken = diagnosis.checks().iter().find(|check| check.finding == Finding::Broken);
    ///     broken.map(|check| check.detail.as_str())
    /// }
    /// ```
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Returns the check of a layer.
    ///
    /// ```
    /// use weaviate::connect::{Diagnosis, Finding, Layer};
    ///
    /// fn has_grpc(diagnosis: &Diagnosis) -> bool {
    ///     diagnosis.check(Layer::Grpc).is_some_and(|check| check.finding == Finding::Fine)
    /// }
    /// ```
    #[must_use]
    pub fn check(&self, layer: Layer) -> Option<&Check> {
        self.checks.iter().find(|check| check.layer == layer)
    }

    /// Returns `true` if no layer is [`Broken`](Finding::Broken).
    ///
    /// ```
    /// # fn example(diagnosis: weaviate::connect::Diagnosis) {
    /// assert!(diagnosis.is_fine(), "{diagnosis}");
    /// # }
    /// ```
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
