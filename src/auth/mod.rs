//! Who is calling: the credential, and the header that it becomes.

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::connect::Endpoint;
use crate::{Error, Result};

/// How calls are authenticated.
#[derive(Clone, Debug, Default)]
pub(crate) enum Credential {
    /// Not at all: a server without authentication answers 401 to any `authorization` header.
    #[default]
    Anonymous,
    ApiKey(SecretString),
}

impl Credential {
    /// The value of `authorization`, marked as sensitive.
    pub(crate) fn header(&self) -> Result<Option<HeaderValue>> {
        let Self::ApiKey(key) = self else { return Ok(None) };
        let key = key.expose_secret();
        if key.trim().is_empty() {
            return Err(Error::configuration("the API key is empty: leave it out for a server without authentication"));
        }
        // The library's own error may quote the key.
        let mut value = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| unfit())?;
        if value.to_str().is_err() {
            return Err(unfit());
        }
        value.set_sensitive(true);
        Ok(Some(value))
    }

    /// Refuses to let a credential travel in the clear.
    pub(crate) fn check_endpoint(&self, endpoint: &Endpoint) -> Result<()> {
        if matches!(self, Self::Anonymous) || endpoint.is_https() || endpoint.is_loopback() {
            return Ok(());
        }
        Err(Error::configuration(format!(
            "the API key would go unencrypted to {endpoint}: use https, or allow it with allow_plaintext_credentials"
        )))
    }
}

fn unfit() -> Error {
    Error::configuration("the API key holds characters that no HTTP header can carry, a line break perhaps")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Credential {
        Credential::ApiKey(text.into())
    }

    #[test]
    fn the_key_becomes_a_sensitive_header() {
        let header = key("hunter2").header().unwrap().unwrap();
        assert_eq!(header, "Bearer hunter2");
        assert!(header.is_sensitive());
        assert!(Credential::Anonymous.header().unwrap().is_none());
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_and_not_shown() {
        for text in ["hunter2\n", "hunter2\u{e9}", "\0hunter2", "", "  "] {
            let error = key(text).header().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(!format!("{:?}", key("hunter2")).contains("hunter2"));
    }

    #[test]
    fn a_key_stays_off_the_open_network() {
        let plain = Endpoint::parse("REST", "http://example.com").unwrap();
        let error = key("hunter2").check_endpoint(&plain).unwrap_err();
        assert!(error.to_string().contains("http://example.com:80"), "{error}");
        assert!(Credential::Anonymous.check_endpoint(&plain).is_ok());
        assert!(key("hunter2").check_endpoint(&Endpoint::parse("REST", "http://127.0.0.1:8080").unwrap()).is_ok());
        #[cfg(feature = "tls")]
        assert!(key("hunter2").check_endpoint(&Endpoint::parse("REST", "https://example.com").unwrap()).is_ok());
    }
}
