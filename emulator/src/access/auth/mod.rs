//! Authentication: anonymous access, API keys, and tokens of the issuer.

pub(crate) mod issuer;
mod token;

use crate::config::Config;
use issuer::Issuer;
use token::Token;

/// What the server says of a key it does not know.
pub(crate) const INVALID_KEY: &str = "unauthorized: invalid api key";

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    Anonymous,
    /// Groups come with tokens, and only where they hold the claim.
    User {
        name: String,
        kind: UserKind,
        groups: Option<Vec<String>>,
    },
}

/// By what a user is known. One name with a key and with a token is two users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UserKind {
    Db,
    Oidc,
}

/// Reason why a caller is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Denied {
    /// There was no token, and one is needed.
    AnonymousOff,
    /// There was a token, and it is wrong.
    BadToken(String),
    /// There was a good token that does not tell the user, which the server takes for a fault of its own.
    NoUser(String),
}

/// Checks the value of an `authorization` header. Anything but a bearer token counts as none.
pub(crate) async fn check(
    config: &Config,
    issuer: Option<&Issuer>,
    authorization: Option<&str>,
) -> Result<Caller, Denied> {
    let text =
        authorization.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).filter(|text| !text.is_empty());
    match (text, issuer) {
        (None, _) if config.anonymous_access => Ok(Caller::Anonymous),
        (None, _) => Err(Denied::AnonymousOff),
        (Some(text), Some(issuer)) => match Token::parse(text) {
            Ok(token) => issuer.check(&token).await,
            // With both ways in, what does not look like a token is a key.
            Err(_) if !config.api_keys.is_empty() => check_key(config, text),
            Err(fault) => Err(Denied::BadToken(format!("unauthorized: {fault}"))),
        },
        (Some(_), None) if config.api_keys.is_empty() => Err(Denied::BadToken(
            "no authentication scheme is configured (API Key or OIDC), but an 'Authorization' header was provided. Please configure an auth scheme or remove the header for anonymous access".to_owned(),
        )),
        (Some(text), None) => check_key(config, text),
    }
}

fn check_key(config: &Config, text: &str) -> Result<Caller, Denied> {
    let known = config.api_keys.iter().find(|known| same(&known.key, text));
    known
        .map(|known| Caller::User { name: known.user.clone(), kind: UserKind::Db, groups: None })
        .ok_or_else(|| Denied::BadToken(INVALID_KEY.to_owned()))
}

/// Compares without telling by its time how far the two agree.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0, |differing, (left, right)| differing | (left ^ right)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ApiKey;

    #[tokio::test]
    async fn anonymous_only() {
        let config = Config::default();
        assert_eq!(check(&config, None, None).await, Ok(Caller::Anonymous));
        assert_eq!(check(&config, None, Some("Bearer")).await, Ok(Caller::Anonymous));
        assert_eq!(check(&config, None, Some("Basic dXNlcjpwYXNz")).await, Ok(Caller::Anonymous));
        assert!(matches!(check(&config, None, Some("Bearer key")).await, Err(Denied::BadToken(_))));
    }

    #[tokio::test]
    async fn keys_only() {
        let api_keys = vec![ApiKey { key: "secret".to_owned(), user: "jane".to_owned() }];
        let config = Config { anonymous_access: false, api_keys, ..Config::default() };
        let jane = Caller::User { name: "jane".to_owned(), kind: UserKind::Db, groups: None };
        assert_eq!(check(&config, None, Some("Bearer secret")).await, Ok(jane));
        assert_eq!(check(&config, None, None).await, Err(Denied::AnonymousOff));
        assert!(matches!(check(&config, None, Some("Bearer secreT")).await, Err(Denied::BadToken(_))));
    }
}
