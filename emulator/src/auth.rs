//! Who may call: anonymous callers, or those with an API key.

use crate::config::Config;

/// Why a caller is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Denied {
    /// There was no token, and one is needed.
    AnonymousOff,
    /// There was a token, and it is wrong.
    BadToken(&'static str),
}

/// Checks the value of an `authorization` header. Anything but a bearer token counts as none.
pub(crate) fn check(config: &Config, authorization: Option<&str>) -> Result<(), Denied> {
    let token =
        authorization.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).filter(|token| !token.is_empty());
    match token {
        None if config.anonymous_access => Ok(()),
        None => Err(Denied::AnonymousOff),
        Some(_) if config.api_keys.is_empty() => Err(Denied::BadToken(
            "no authentication scheme is configured (API Key or OIDC), but an 'Authorization' header was provided. Please configure an auth scheme or remove the header for anonymous access",
        )),
        Some(token) if config.api_keys.iter().any(|known| same(&known.key, token)) => Ok(()),
        Some(_) => Err(Denied::BadToken("unauthorized: invalid api key")),
    }
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

    #[test]
    fn anonymous_only() {
        let config = Config::default();
        assert_eq!(check(&config, None), Ok(()));
        assert_eq!(check(&config, Some("Bearer")), Ok(()));
        assert_eq!(check(&config, Some("Basic dXNlcjpwYXNz")), Ok(()));
        assert!(matches!(check(&config, Some("Bearer key")), Err(Denied::BadToken(_))));
    }

    #[test]
    fn keys_only() {
        let api_keys = vec![ApiKey { key: "secret".to_owned(), user: "jane".to_owned() }];
        let config = Config { anonymous_access: false, api_keys, ..Config::default() };
        assert_eq!(check(&config, Some("Bearer secret")), Ok(()));
        assert_eq!(check(&config, None), Err(Denied::AnonymousOff));
        assert!(matches!(check(&config, Some("Bearer secreT")), Err(Denied::BadToken(_))));
    }
}
