//! Reasons why a caller is not let in, in the server's words.

use thiserror::Error;

/// Reason why a caller is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Denied {
    /// There was no token, and one is needed. REST lists the ways in.
    #[error("anonymous access not enabled")]
    AnonymousOff,
    #[error(transparent)]
    Credential(#[from] CredentialFault),
    /// There was a good token that does not tell the user, which the server takes for a fault of its own.
    #[error("oidc: token doesn't contain required claim '{0}'")]
    NoUser(String),
}

/// Reason why a key or a token is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum CredentialFault {
    #[error("unauthorized: invalid api key")]
    Key,
    #[error("unauthorized: {0}")]
    Token(#[from] TokenFault),
    #[error(
        "no authentication scheme is configured (API Key or OIDC), but an 'Authorization' header was provided. Please configure an auth scheme or remove the header for anonymous access"
    )]
    NoScheme,
}

/// Reason why a token of the issuer is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TokenFault {
    #[error("oidc: malformed jwt: oidc: malformed jwt, expected 3 parts got {0}")]
    Parts(usize),
    #[error("oidc: malformed jwt: its {0} not a JSON object")]
    NoObject(&'static str),
    #[error("oidc: malformed jwt: its signature is not base64")]
    Signature,
    #[error("oidc: id token issued by a different provider, expected {expected:?} got {found:?}")]
    Issuer { expected: String, found: String },
    #[error(
        "oidc: expected audience {expected:?} got [{}]",
        .found.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(" ")
    )]
    Audience { expected: String, found: Vec<String> },
    /// With the time as the server writes it.
    #[error("oidc: token is expired (Token Expiry: {0})")]
    Expired(String),
    #[error("oidc: id token signed with unsupported algorithm, expected [{expected}] got {found:?}")]
    Algorithm { expected: String, found: String },
    #[error("failed to verify signature: failed to verify id token signature")]
    Unsigned,
    #[error("failed to verify signature: fetching keys {0}")]
    Keys(#[from] KeysFault),
}

/// Reason why the keys of the issuer cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum KeysFault {
    #[error("the issuer does not answer")]
    Unanswered,
    #[error("the issuer names no jwks_uri")]
    NoAddress,
    #[error("the issuer's key document has no keys")]
    NoKeys,
    #[error("{0}: not a URL")]
    Url(String),
    #[error("{url}: status {status}")]
    Status { url: String, status: http::StatusCode },
    /// In the words of the library that noticed it.
    #[error("{url}: {fault}")]
    Document { url: String, fault: String },
}
