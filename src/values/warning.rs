//! What a client has to say that is no error: once each, with a code that stays, and not at all if so wished.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What a [`Warning`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WarningCode {
    /// What was asked for is deprecated by the server or its contract.
    Deprecated,
    /// The server is of an older minor release than the contract that this crate was made of.
    ServerOlder,
    /// The server is of a newer minor release than the contract that this crate was made of.
    ServerNewer,
    /// The server does not tell its version, or not to this caller: nothing is held against it before it is sent.
    VersionUnknown,
    /// Searches and imports do not go over native gRPC, because that cannot be reached.
    ProtocolFallback,
}

impl WarningCode {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Deprecated, Self::ServerOlder, Self::ServerNewer, Self::VersionUnknown, Self::ProtocolFallback];

    /// The code as logs show it. It does not change.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deprecated => "deprecated",
            Self::ServerOlder => "server-older",
            Self::ServerNewer => "server-newer",
            Self::VersionUnknown => "version-unknown",
            Self::ProtocolFallback => "protocol-fallback",
        }
    }
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something to know that is no error. Each client utters each [code](Self::code) once, as an event of `tracing` with level
/// WARN, and to [`ClientBuilder::on_warning`](crate::connect::ClientBuilder::on_warning).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    code: WarningCode,
    message: String,
}

impl Warning {
    /// What it is about.
    #[must_use]
    pub fn code(&self) -> WarningCode {
        self.code
    }

    /// What there is to know, in words.
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

/// What a builder was told about warnings.
#[derive(Clone, Default)]
pub(crate) struct WarningSettings {
    pub(crate) suppressed: BTreeSet<WarningCode>,
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
    listener: WarningSettings,
    /// Uttered, or not to be.
    done: Mutex<BTreeSet<WarningCode>>,
}

impl Warnings {
    pub(crate) fn new(settings: WarningSettings) -> Self {
        Self { done: Mutex::new(settings.suppressed.clone()), listener: settings }
    }

    /// Says it, unless it was said before or is not wanted.
    pub(crate) fn warn(&self, code: WarningCode, message: impl FnOnce() -> String) {
        // The lock is gone before the listener runs, which may well use the client.
        let is_new = self.done.lock().unwrap_or_else(PoisonError::into_inner).insert(code);
        if !is_new {
            return;
        }
        let warning = Warning { code, message: message() };
        tracing::warn!(code = code.as_str(), "{}", warning.message);
        if let Some(listener) = &self.listener.listener {
            listener(&warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_uttered_once_unless_suppressed() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&heard);
        let warnings = Warnings::new(WarningSettings {
            suppressed: BTreeSet::from([WarningCode::Deprecated]),
            listener: Some(Arc::new(move |warning| into.lock().unwrap().push(warning.to_string()))),
        });
        for _ in 0..3 {
            warnings.warn(WarningCode::ServerOlder, || "the server is 1.30.0".to_owned());
            warnings.warn(WarningCode::Deprecated, || panic!("not wanted, so not even worded"));
        }
        assert_eq!(*heard.lock().unwrap(), ["[server-older] the server is 1.30.0"]);
    }

    #[test]
    fn codes_are_told_apart_by_their_names() {
        let names: BTreeSet<_> = WarningCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), WarningCode::ALL.len());
    }
}
