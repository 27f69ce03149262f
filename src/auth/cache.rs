//! Token cache: one token for all calls, renewed by one request at a time.
//!
//! A renewal runs in a task of its own, so a dropped call does not cancel it for the others. There
//! is no permanent task: an unused client does not renew its token.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::access_token::AccessToken;
use super::credential::Authorization;
use super::token_error::TokenError;
use super::token_provider::TokenProvider;

/// Time before its expiry at which a token is renewed, if its lifetime allows.
const RENEWAL_MARGIN: Duration = Duration::from_secs(30);
/// Timeout of a token provider.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause between attempts to renew a token that is still valid.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);
/// Time for which a refusal of the identity provider is remembered: a wrong password must not be
/// tried with every call.
const REFUSAL_LIFETIME: Duration = Duration::from_secs(1);
/// Time for which a new token is kept that the server refuses like the one before it: then its age
/// is not the reason.
const REPLACEMENT_LIFETIME: Duration = Duration::from_secs(5);

const PROVIDER_ABORTED: &str = "the token provider panicked, or its runtime shut down";

#[derive(Clone)]
pub(crate) struct TokenCache(Arc<SharedCache>);

struct SharedCache {
    provider: Arc<dyn TokenProvider>,
    /// Between 0 and 1.
    random: fn() -> f64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    /// Number of tokens so far.
    serial: u64,
    /// Result of the running renewal. Closed if its runtime shut down.
    renewal: Option<watch::Receiver<Option<TokenResult>>>,
    refusal: Option<(Instant, TokenError)>,
    /// Whether the server refused the last token.
    replacing: bool,
}

type TokenResult = Result<Authorization, TokenError>;

struct Current {
    header: HeaderValue,
    serial: u64,
    since: Instant,
    expires: Option<Instant>,
    renew: Option<Instant>,
    is_replacement: bool,
}

impl TokenCache {
    pub(super) fn new(provider: Arc<dyn TokenProvider>) -> Self {
        Self::with_random(provider, random)
    }

    fn with_random(provider: Arc<dyn TokenProvider>, random: fn() -> f64) -> Self {
        Self(Arc::new(SharedCache { provider, random, state: Mutex::default() }))
    }

    /// Starts with a token, without a call of the provider.
    #[cfg(feature = "oidc")]
    pub(super) fn seeded(self, token: &AccessToken) -> Result<Self, TokenError> {
        self.0.store(token)?;
        Ok(self)
    }

    /// Returns the current token. Waits only if there is none that is valid.
    pub(super) async fn authorize(&self) -> TokenResult {
        let mut renewal = {
            let mut state = self.0.lock();
            let now = Instant::now();
            let good = state.current.as_ref().filter(|token| token.expires.is_none_or(|end| now < end));
            if let Some(token) = good {
                let authorization = token.authorization();
                if token.renew.is_some_and(|renew| renew <= now) {
                    self.renew(&mut state)?;
                }
                return Ok(authorization);
            }
            match &state.refusal {
                Some((until, error)) if now < *until => return Err(error.clone()),
                _ => self.renew(&mut state)?,
            }
        };
        match renewal.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => answer.clone(),
            _ => Err(TokenError::unavailable(PROVIDER_ABORTED)),
        }
    }

    /// Records that the server refused a token. Returns whether another may be accepted.
    pub(super) fn refused(&self, serial: u64) -> bool {
        let mut state = self.0.lock();
        match &state.current {
            Some(token) if token.serial == serial => {
                if token.is_replacement && token.since.elapsed() < REPLACEMENT_LIFETIME {
                    return false;
                }
                state.current = None;
                state.replacing = true;
                true
            }
            // It is replaced already, or being replaced.
            _ => true,
        }
    }

    /// Joins the running renewal, or starts one.
    fn renew(&self, state: &mut State) -> Result<watch::Receiver<Option<TokenResult>>, TokenError> {
        if let Some(renewal) = state.renewal.as_ref().filter(|renewal| renewal.has_changed().is_ok()) {
            return Ok(renewal.clone());
        }
        let runtime = Handle::try_current()
            .map_err(|_| TokenError::unavailable("a token can be requested within a tokio runtime only"))?;
        let (sender, renewal) = watch::channel(None);
        state.renewal = Some(renewal.clone());
        let shared = Arc::clone(&self.0);
        runtime.spawn(async move {
            let answer = shared.request().await;
            sender.send_replace(Some(answer));
        });
        Ok(renewal)
    }
}

impl SharedCache {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave a change of the state half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn request(&self) -> TokenResult {
        let mut watched = FailOnPanic { shared: self, done: false };
        let answer = match timeout(PROVIDER_TIMEOUT, self.provider.token()).await {
            Ok(answer) => answer,
            Err(_) => {
                Err(TokenError::unavailable(format!("the token provider did not answer within {PROVIDER_TIMEOUT:?}")))
            }
        };
        watched.done = true;
        answer.and_then(|token| self.store(&token)).inspect_err(|error| self.failed(error))
    }

    fn store(&self, token: &AccessToken) -> TokenResult {
        let header = token.header()?;
        let mut state = self.lock();
        let since = Instant::now();
        state.serial += 1;
        let current = Current {
            header,
            serial: state.serial,
            since,
            expires: token.expires(),
            renew: token.expires().map(|end| renewal_time(since, end, (self.random)())),
            is_replacement: std::mem::take(&mut state.replacing),
        };
        let authorization = current.authorization();
        state.current = Some(current);
        state.renewal = None;
        state.refusal = None;
        Ok(authorization)
    }

    fn failed(&self, error: &TokenError) {
        let mut state = self.lock();
        let now = Instant::now();
        state.renewal = None;
        if let Some(token) = &mut state.current
            && token.expires.is_some_and(|end| now < end)
        {
            token.renew = Some(now + RENEWAL_PAUSE.mul_f64(1.0 + (self.random)()));
            tracing::warn!(%error, "could not renew the access token; the current one is used until it expires");
        } else if !error.is_transient() {
            state.refusal = Some((now + REFUSAL_LIFETIME, error.clone()));
        }
    }
}

/// Handles a panic of the provider like a failure.
struct FailOnPanic<'a> {
    shared: &'a SharedCache,
    done: bool,
}

impl Drop for FailOnPanic<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.shared.failed(&TokenError::unavailable(PROVIDER_ABORTED));
        }
    }
}

impl Current {
    fn authorization(&self) -> Authorization {
        Authorization { header: self.header.clone(), serial: self.serial }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCache")
    }
}

/// Returns the renewal time of a token: a fifth of its lifetime before the expiry, at most half a
/// minute. Up to half of that is added at random, so that many clients do not renew together.
fn renewal_time(since: Instant, end: Instant, random: f64) -> Instant {
    let slack = (end.saturating_duration_since(since) / 5).min(RENEWAL_MARGIN);
    end.checked_sub(slack.mul_f64(1.0 + random / 2.0)).unwrap_or(since)
}

fn random() -> f64 {
    let (first, ..) = uuid::Uuid::new_v4().as_fields();
    f64::from(first) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests;
