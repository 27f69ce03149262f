//! What `connect` finds out before it hands over a client.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::Outcome;
use crate::options::Protocol;
use crate::transport::Transport;
use crate::values::server::ServerVersion;
use crate::{Error, Result};

/// One question about the server and one for health to each protocol tried, within `init` altogether.
pub(super) async fn check(transport: &Transport, init: Duration) -> Result<()> {
    let start = Instant::now();
    let denied = match transport.meta(Some(init)).await {
        Ok(meta) => {
            minimum(meta.server_version())?;
            None
        }
        // Without a token, nobody was asked.
        Err(error) if error.is_access_denied() && error.outcome() == Outcome::Refused => Some(error),
        Err(error) => return Err(error),
    };
    // Who may not ask for the version may be allowed all the rest. Nothing else asks whether the credential is any good,
    // so where the same port is used for all, being unknown there is the end of it.
    let active = transport.connection_info().active;
    match denied {
        Some(error) if active != Protocol::Grpc && error.kind() == crate::ErrorKind::Authentication => Err(error),
        denied => {
            if let Some(error) = denied {
                transport.version_is_unknown(&error);
            }
            transport.settle_protocol(init.saturating_sub(start.elapsed())).await
        }
    }
}

fn minimum(version: Option<&ServerVersion>) -> Result<()> {
    match version {
        Some(version) if *version < ServerVersion::MINIMUM => {
            let minimum = ServerVersion::MINIMUM;
            Err(Error::unsupported(format!("the server is {version}, and this client needs {minimum} or newer")))
        }
        _ => Ok(()),
    }
}
