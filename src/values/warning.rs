//! Warnings: at most one per code and client, with stable codes that can be suppressed.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Code of a [`Warning`], stable across releases.
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::WarningCode;
///
/// let builder = Client::local().suppress_warning(WarningCode::ServerNewer);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WarningCode {
    /// A request uses something that the server or its API contract deprecates, or a setting that
    /// the server ignores.
    Deprecated,
    /// The server has an older minor version than the API contract of this crate.
    ServerOlder,
    /// The server has a newer minor version than the API contract of this crate.
    ServerNewer,
    /// The version of the server could not be determined. Requests are sent without compatibility
    /// checks.
    VersionUnknown,
    /// Native gRPC cannot be reached. Searches and imports use a fallback protocol.
    ProtocolFallback,
    /// The bearer token expires and has no refresh token. Calls fail from then on.
    TokenExpires,
    /// The OIDC issuer or the token provider did not give an access token. Calls use the current
    /// token until it expires, and fail without one.
    TokenUnavailable,
    /// A model provider limits the rate of a batch, whose objects are sent again, more slowly.
    BatchSlowed,
}

impl WarningCode {
    /// All codes.
    pub const ALL: &'static [Self] = &[
        Self::Deprecated,
        Self::ServerOlder,
        Self::ServerNewer,
        Self::VersionUnknown,
        Self::ProtocolFallback,
        Self::TokenExpires,
        Self::TokenUnavailable,
        Self::BatchSlowed,
    ];

    /// Returns the code as logs show it. It does not change between releases.
    ///
    /// ```
    /// use weaviate::connect::WarningCode;
    ///
    /// assert_eq!(WarningCode::ServerNewer.as_str(), "server-newer");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deprecated => "deprecated",
            Self::ServerOlder => "server-older",
            Self::ServerNewer => "server-newer",
            Self::VersionUnknown => "version-unknown",
            Self::ProtocolFallback => "protocol-fallback",
            Self::TokenExpires => "token-expires",
            Self::TokenUnavailable => "token-unavailable",
            Self::BatchSlowed => "batch-slowed",
        }
    }
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Warning of a client: something to know that is not an error.
///
/// A client emits each [code](Self::code) at most once: as an event of `tracing` with level WARN,
/// and to the function given to [`on_warning`](crate::connect::ClientBuilder::on_warning). Codes
/// are silenced with [`suppress_warning`](crate::connect::ClientBuilder::suppress_warning).
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::Warning;
///
/// fn log(warning: &Warning) {
///     eprintln!("{}: {}", warning.code(), warning.message());
/// }
/// let builder = Client::local().on_warning(log);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    code: WarningCode,
    message: String,
}

impl Warning {
    /// Returns the code.
    ///
    /// ```
    /// use weaviate::connect::{Warning, WarningCode};
    ///
    /// fn is_about_version(warning: &Warning) -> bool {
    ///     matches!(warning.code(), WarningCode::ServerOlder | WarningCode::ServerNewer)
    /// }
    /// ```
    #[must_use]
    pub fn code(&self) -> WarningCode {
        self.code
    }

    /// Returns the text: what is wrong, what the client did about it, and how to silence it.
    ///
    /// ```
    /// fn log(warning: &weaviate::connect::Warning) {
    ///     eprintln!("{}", warning.message());
    /// }
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code, self.message)
    }
}

type Listener = Arc<dyn Fn(&Warning) + Send + Sync>;

/// Settings of a builder for warnings.
#[derive(Clone, Default)]
pub(crate) struct WarningSettings {
    pub(crate) suppressed: Vec<WarningCode>,
    pub(crate) listener: Option<Listener>,
}

impl fmt::Debug for WarningSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WarningSettings")
            .field("suppressed", &self.suppressed)
            .field("listener", &self.listener.is_some())
            .finish()
    }
}

/// The warnings of one client.
#[derive(Debug)]
pub(crate) struct Warnings {
    settings: WarningSettings,
    /// Codes that were emitted before or are suppressed.
    silent: Mutex<Vec<WarningCode>>,
}

impl Warnings {
    pub(crate) fn new(settings: WarningSettings) -> Self {
        Self { silent: Mutex::new(settings.suppressed.clone()), settings }
    }

    /// Emits the warning, unless its code was emitted before or is suppressed.
    pub(crate) fn warn(&self, code: WarningCode, message: impl FnOnce() -> String) {
        // The lock is released before the listener runs, because the listener may use the client.
        {
            let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
            if silent.contains(&code) {
                return;
            }
            silent.push(code);
        }
        let warning = Warning { code, message: message() };
        tracing::warn!(code = code.as_str(), "{}", warning.message);
        if let Some(listener) = &self.settings.listener {
            listener(&warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_emitted_once_unless_suppressed() {
        let emitted = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&emitted);
        let warnings = Warnings::new(WarningSettings {
            suppressed: vec![WarningCode::Deprecated],
            listener: Some(Arc::new(move |warning| into.lock().unwrap().push(warning.to_string()))),
        });
        for _ in 0..3 {
            warnings.warn(WarningCode::ServerOlder, || "the server is 1.30.0".to_owned());
            warnings.warn(WarningCode::Deprecated, || panic!("the text of a suppressed warning is not made"));
        }
        assert_eq!(*emitted.lock().unwrap(), ["[server-older] the server is 1.30.0"]);
    }

    #[test]
    fn codes_have_distinct_names() {
        let names: std::collections::BTreeSet<_> = WarningCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), WarningCode::ALL.len());
    }
}
