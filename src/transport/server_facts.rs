//! The server version: read once, by the first call that depends on it, and compared with the
//! contract.

use std::cmp::Ordering;
use std::time::Duration;

use tokio::time::Instant;
use weaviate_generated::availability::Requirements;

use super::{Transport, version_check};
use crate::call::{Call, Idempotency};
use crate::error::{Error, Outcome, Result};
use crate::values::server::{Feature, Meta, ServerVersion};
use crate::values::warning::WarningCode;

/// The Weaviate release whose contract this crate was generated from.
pub(crate) const CONTRACT: ServerVersion = {
    let weaviate_generated::availability::Version(major, minor, patch) = weaviate_generated::CONTRACT;
    ServerVersion::new(major as u32, minor as u32, patch as u32)
};

/// The part of `GET /v1/meta` that the transport needs.
#[derive(Debug)]
pub(super) struct ServerFacts {
    pub(super) version: Option<ServerVersion>,
    /// The version as the server writes it. Empty if it does not tell.
    pub(super) reported: String,
    pub(super) max_message_size: Option<usize>,
}

impl Transport {
    /// Reads version and limits of the server and remembers them.
    pub(crate) async fn meta(&self, timeout: Option<Duration>) -> Result<Meta> {
        let mut call = Call::new("meta", Idempotency::Read).about_server();
        if let Some(timeout) = timeout {
            // Part of another call, whose time is limited.
            call = call.timeout(timeout).not_retried();
        }
        let reply = self.rest(&call, |rest| rest.meta_get()).await?;
        let meta = Meta::try_from(reply).map_err(|error| call.failed(error))?;
        // The first answer stays: a server does not change its limits while it runs.
        let server = ServerFacts {
            version: meta.server_version().cloned(),
            reported: meta.version().to_owned(),
            max_message_size: meta.grpc_max_message_size(),
        };
        if self.inner.server.set(server).is_ok() {
            self.compare_with_contract(&meta);
        }
        Ok(meta)
    }

    /// Returns the server version for a call that depends on it.
    ///
    /// The first such call reads it, within its own deadline. If that fails, the call is sent
    /// without compatibility checks, with a warning.
    pub(crate) async fn version_for(&self, call: &mut Call) -> Option<&ServerVersion> {
        if self.inner.server.get().is_none() {
            let within = call.options.timeout.unwrap_or_else(|| self.deadline_of(call));
            let start = Instant::now();
            if let Err(error) = self.meta(Some(self.inner.timeouts.init.min(within / 2))).await {
                self.version_is_unknown(&error);
            }
            call.options.timeout = Some(within.saturating_sub(start.elapsed()));
        }
        self.server_version()
    }

    /// Warns that requests are sent without compatibility checks. A server that refused access is
    /// not asked again.
    pub(crate) fn version_is_unknown(&self, why: &Error) {
        // Without a token, the server was not asked.
        if why.is_access_denied() && why.outcome() == Outcome::Refused {
            let unknown = ServerFacts { version: None, reported: String::new(), max_message_size: None };
            let _ = self.inner.server.set(unknown);
        }
        self.warn(WarningCode::VersionUnknown, || {
            format!(
                "could not determine the server version; requests are sent without compatibility checks: {why}. Allow \
                the credential to read the cluster's metadata, or silence this with \
                suppress_warning(WarningCode::VersionUnknown)"
            )
        });
    }

    /// Refuses a call to a server that is known to be too old. Calls about the server itself pass.
    pub(super) fn refuse_old_server(&self, call: &Call) -> Result<()> {
        match self.server_version() {
            Some(server) if !call.about_server => version_check::minimum(server),
            _ => Ok(()),
        }
    }

    /// Refuses a call that needs a feature the server lacks.
    pub(crate) async fn require_feature(&self, call: &mut Call, feature: Feature) -> Result<()> {
        let Some(server) = self.version_for(call).await else { return Ok(()) };
        version_check::feature(server, feature).map_err(|error| call.failed(error))
    }

    /// Refuses a call whose payload needs a feature the server lacks. Returns the version, if
    /// known.
    pub(crate) async fn require(&self, call: &mut Call, payload: &impl Requirements) -> Result<Option<&ServerVersion>> {
        let server = self.version_for(call).await;
        self.warn_if_deprecated(server, payload);
        if let Some(server) = server {
            version_check::check(server, payload).map_err(|error| call.failed(error))?;
        }
        Ok(server)
    }

    /// Warns of a deprecated item that the payload sets.
    pub(crate) fn warn_if_deprecated(&self, server: Option<&ServerVersion>, payload: &impl Requirements) {
        if let Some(text) = version_check::deprecated(server, payload) {
            self.warn(WarningCode::Deprecated, || text);
        }
    }

    /// Returns whether the server has a feature; `None` if its version is unknown.
    pub(crate) async fn has_feature(&self, call: &mut Call, feature: Feature) -> Option<bool> {
        Some(version_check::feature(self.version_for(call).await?, feature).is_ok())
    }

    /// Returns whether the server has a feature.
    ///
    /// # Errors
    ///
    /// Fails if the version is unknown, or too old for this client.
    pub(crate) async fn supports(&self, feature: Feature) -> Result<bool> {
        if self.server_version().is_none() {
            self.meta(None).await?;
        }
        if let Some(server) = self.server_version() {
            version_check::minimum(server)?;
            return Ok(version_check::feature(server, feature).is_ok());
        }
        let reported = self.inner.server.get().map(|server| server.reported.as_str()).unwrap_or_default();
        Err(Error::unsupported(if reported.is_empty() {
            "could not determine the server version: allow the credential to read the cluster's metadata".to_owned()
        } else {
            format!("the server reports the version {reported:?}, which is not a version number: no feature is known")
        }))
    }

    /// Returns whether the server is known to lack a feature. No I/O.
    pub(super) fn lacks(&self, feature: Feature) -> bool {
        self.server_version().is_some_and(|server| version_check::feature(server, feature).is_err())
    }

    fn compare_with_contract(&self, meta: &Meta) {
        let Some(server) = meta.server_version() else {
            let version = meta.version();
            return self.warn(WarningCode::VersionUnknown, || {
                format!(
                    "the server reports the version {version:?}, which is not a version number; requests are sent \
                    without compatibility checks. Silence this with suppress_warning(WarningCode::VersionUnknown)"
                )
            });
        };
        if version_check::minimum(server).is_err() {
            // An error of every call.
            return;
        }
        let minor = |version: &ServerVersion| (version.major(), version.minor());
        match minor(server).cmp(&minor(&CONTRACT)) {
            Ordering::Equal => {}
            Ordering::Less => self.warn(WarningCode::ServerOlder, || {
                format!(
                    "the server is {server}, older than {CONTRACT}, which this client was made for; calls that need a \
                    newer server are refused before they are sent. Update the server, or silence this with \
                    suppress_warning(WarningCode::ServerOlder)"
                )
            }),
            Ordering::Greater => self.warn(WarningCode::ServerNewer, || {
                format!(
                    "the server is {server}, newer than {CONTRACT}, which this client was made for; newer features of \
                    the server are not available. Update the crate `weaviate`, or silence this with \
                    suppress_warning(WarningCode::ServerNewer)"
                )
            }),
        }
    }
}
