//! Authentication: anonymous access, API keys, and tokens of the issuer.

mod fault;
pub(crate) mod issuer;
mod token;

use crate::config::Config;
pub(crate) use fault::{CredentialFault, Denied};
use issuer::Issuer;
use token::Token;

/// The caller of a method.
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

/// The credential that a user is known by. One name with a key and with a token is two users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UserKind {
    Db,
    Oidc,
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
            Err(fault) => Err(CredentialFault::from(fault).into()),
        },
        (Some(_), None) if config.api_keys.is_empty() => Err(CredentialFault::NoScheme.into()),
        (Some(text), None) => check_key(config, text),
    }
}

/// The refusal of a credential that was good before: a token that has expired, or a key that is no longer known.
pub(crate) fn refused(config: &Config) -> Denied {
    match config.oidc {
        Some(_) => CredentialFault::Token(issuer::expired_now()).into(),
        None => CredentialFault::Key.into(),
    }
}

fn check_key(config: &Config, text: &str) -> Result<Caller, Denied> {
    let known = config.api_keys.iter().find(|known| same(&known.key, text));
    known
        .map(|known| Caller::User { name: known.user.clone(), kind: UserKind::Db, groups: None })
        .ok_or(Denied::Credential(CredentialFault::Key))
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
        assert_eq!(check(&config, None, Some("Bearer key")).await, Err(CredentialFault::NoScheme.into()));
    }

    #[tokio::test]
    async fn keys_only() {
        let api_keys = vec![ApiKey { key: "secret".to_owned(), user: "jane".to_owned() }];
        let config = Config { anonymous_access: false, api_keys, ..Config::default() };
        let jane = Caller::User { name: "jane".to_owned(), kind: UserKind::Db, groups: None };
        assert_eq!(check(&config, None, Some("Bearer secret")).await, Ok(jane));
        assert_eq!(check(&config, None, None).await, Err(Denied::AnonymousOff));
        assert_eq!(check(&config, None, Some("Bearer secreT")).await, Err(CredentialFault::Key.into()));
    }
}
