//! Token cache: one token for all calls, renewed by one request at a time.
//!
//! A request runs in a task of its own, so a dropped call does not cancel it for the others. There
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
use super::token_source::TokenSource;
use crate::values::warning::{WarningCode, Warnings};

/// Time that a call waits for a token. The wait is shared: it begins with the token request.
pub(crate) const TOKEN_WAIT: Duration = Duration::from_secs(5);
/// Time after which a token request is given up. Calls do not wait that long for it, but a token
/// that arrives late serves the next calls.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Time for which a new token is kept, even if its lifetime is shorter, so that an issuer is not
/// asked more often. Likewise for a refusal: a wrong password must not be tried with every call.
const MIN_LIFETIME: Duration = Duration::from_secs(1);
/// Time before its expiry at which a token is renewed, if its lifetime allows.
const RENEWAL_MARGIN: Duration = Duration::from_secs(30);
/// Pause between attempts to renew a token that is still valid.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);
/// Time in which a second refused token is kept: then the age of the tokens is not the reason.
const REPLACEMENT_PAUSE: Duration = Duration::from_secs(5);

const REQUEST_ABORTED: &str = "the token provider panicked, or its runtime shut down";

#[derive(Clone)]
pub(crate) struct TokenCache(Arc<SharedCache>);

struct SharedCache {
    source: TokenSource,
    warnings: Arc<Warnings>,
    /// Between 0 and 1.
    random: fn() -> f64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    /// Number of tokens so far.
    serial: u64,
    request: Option<TokenRequest>,
    /// The last failure, and the time until which it is the answer.
    failure: Option<(Instant, TokenError)>,
    /// Time at which a token was last dropped because the server refused it.
    replaced: Option<Instant>,
}

type TokenResult = Result<Authorization, TokenError>;

/// A token request that runs.
#[derive(Clone)]
struct TokenRequest {
    since: Instant,
    /// Closed if the runtime of the request shut down.
    result: watch::Receiver<Option<TokenResult>>,
}

struct Current {
    header: HeaderValue,
    serial: u64,
    expires: Option<Instant>,
    renew: Option<Instant>,
}

impl TokenCache {
    pub(super) fn new(source: TokenSource, warnings: Arc<Warnings>) -> Self {
        Self::with_random(source, warnings, fastrand::f64)
    }

    fn with_random(source: TokenSource, warnings: Arc<Warnings>, random: fn() -> f64) -> Self {
        Self(Arc::new(SharedCache { source, warnings, random, state: Mutex::default() }))
    }

    /// Starts with a token, without a request.
    #[cfg(feature = "oidc")]
    pub(super) fn seeded(self, token: &AccessToken) -> Result<Self, TokenError> {
        self.0.store(token, Duration::ZERO)?;
        Ok(self)
    }

    /// Returns the current token. Waits only if there is none that is valid, at most `patience`,
    /// and at most until the running request is [`TOKEN_WAIT`] old.
    pub(super) async fn authorize(&self, patience: Duration) -> TokenResult {
        let mut request = {
            let mut state = self.0.lock();
            let now = Instant::now();
            if let Some(token) = state.current.as_ref().filter(|token| token.is_valid(now)) {
                let authorization = token.authorization();
                if token.renew.is_some_and(|renew| renew <= now) {
                    self.request(&mut state)?;
                }
                return Ok(authorization);
            }
            match &state.failure {
                Some((until, error)) if now < *until => return Err(error.clone()),
                _ => self.request(&mut state)?,
            }
        };
        let wait = TOKEN_WAIT.saturating_sub(request.since.elapsed()).min(patience);
        match timeout(wait, request.result.wait_for(Option::is_some)).await {
            Ok(Ok(answer)) => answer.clone().unwrap_or_else(|| Err(TokenError::unavailable(REQUEST_ABORTED))),
            Ok(Err(_)) => Err(TokenError::unavailable(REQUEST_ABORTED)),
            Err(_) => Err(self.0.unanswered(request.since.elapsed())),
        }
    }

    /// Records that the server refused a token. Returns whether another may be accepted.
    pub(super) fn refused(&self, serial: u64) -> bool {
        let mut state = self.0.lock();
        if state.current.as_ref().is_none_or(|token| token.serial != serial) {
            // It is replaced already, or being replaced.
            return true;
        }
        if state.replaced.is_some_and(|at| at.elapsed() < REPLACEMENT_PAUSE) {
            return false;
        }
        state.current = None;
        state.replaced = Some(Instant::now());
        true
    }

    /// Joins the running request, or starts one.
    fn request(&self, state: &mut State) -> Result<TokenRequest, TokenError> {
        if let Some(request) = state.request.as_ref().filter(|request| request.result.has_changed().is_ok()) {
            return Ok(request.clone());
        }
        let runtime = Handle::try_current()
            .map_err(|_| TokenError::unavailable("a token can be requested within a tokio runtime only"))?;
        let (sender, result) = watch::channel(None);
        let since = Instant::now();
        let request = TokenRequest { since, result };
        state.request = Some(request.clone());
        let shared = Arc::clone(&self.0);
        runtime.spawn(async move {
            let answer = shared.run_request(since).await;
            sender.send_replace(Some(answer));
        });
        Ok(request)
    }
}

impl SharedCache {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave a change of the state half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run_request(&self, since: Instant) -> TokenResult {
        let mut watched = FailOnPanic { shared: self, since, done: false };
        let answer = match timeout(REQUEST_TIMEOUT, self.source.token()).await {
            Ok(answer) => answer,
            Err(_) => Err(no_answer(&self.source.place(), REQUEST_TIMEOUT)),
        };
        watched.done = true;
        answer.and_then(|token| self.store(&token, MIN_LIFETIME)).inspect_err(|error| self.failed(error, since))
    }

    /// Makes a token the current one, for `at_least` that time.
    fn store(&self, token: &AccessToken, at_least: Duration) -> TokenResult {
        let header = token.header()?;
        let mut state = self.lock();
        let now = Instant::now();
        let expires = token.expires().map(|end| end.max(now + at_least));
        let renew = expires.map(|end| renewal_time(now, end, (self.random)()));
        state.serial += 1;
        let current = Current { header, serial: state.serial, expires, renew };
        let authorization = current.authorization();
        *state = State { current: Some(current), serial: state.serial, replaced: state.replaced, ..State::default() };
        Ok(authorization)
    }

    /// Records a failed request, and warns about it.
    fn failed(&self, error: &TokenError, since: Instant) {
        tracing::debug!(%error, "token request failed");
        let mut state = self.lock();
        let now = Instant::now();
        state.request = None;
        match &mut state.current {
            Some(token) if token.is_valid(now) => {
                token.renew = Some(now + RENEWAL_PAUSE.mul_f64(1.0 + (self.random)()));
            }
            _ => state.failure = Some((now + pause_after(error, now - since), error.clone())),
        }
        drop(state);
        self.warn(error);
    }

    /// Returns the error of a call that waited in vain, and warns if that is not due to its own
    /// deadline.
    fn unanswered(&self, waited: Duration) -> TokenError {
        let error = no_answer(&self.source.place(), waited);
        if waited >= TOKEN_WAIT {
            self.warn(&error);
        }
        error
    }

    fn warn(&self, error: &TokenError) {
        let now = Instant::now();
        let current = self.lock().current.as_ref().filter(|token| token.is_valid(now)).and_then(|token| token.expires);
        // The lock is released, because the listener may use the client.
        self.warnings.warn(WarningCode::TokenUnavailable, || {
            let effect = match current {
                Some(end) => format!("calls use the current token, which expires in {:.0?}", end - now),
                None => "calls fail until there is one".to_owned(),
            };
            format!(
                "could not get an access token: {error}; {effect}. Silence this with \
                 suppress_warning(WarningCode::TokenUnavailable)"
            )
        });
    }
}

/// Handles a panic of the provider like a failure.
struct FailOnPanic<'a> {
    shared: &'a SharedCache,
    since: Instant,
    done: bool,
}

impl Drop for FailOnPanic<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.shared.failed(&TokenError::unavailable(REQUEST_ABORTED), self.since);
        }
    }
}

impl Current {
    fn is_valid(&self, now: Instant) -> bool {
        self.expires.is_none_or(|end| now < end)
    }

    fn authorization(&self) -> Authorization {
        Authorization { header: self.header.clone(), serial: self.serial, expires: self.expires }
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenCache")
    }
}

fn no_answer(place: &str, waited: Duration) -> TokenError {
    TokenError::timed_out(format!("{place} did not answer within {waited:.0?}"))
}

/// Returns the renewal time of a token: a fifth of its lifetime before the expiry, at most half a
/// minute. Up to half of that is added at random, so that many clients do not renew together.
fn renewal_time(now: Instant, end: Instant, random: f64) -> Instant {
    let slack = (end.saturating_duration_since(now) / 5).min(RENEWAL_MARGIN);
    let early = end.checked_sub(slack.mul_f64(1.0 + random / 2.0)).unwrap_or(now);
    early.max(now + MIN_LIFETIME)
}

/// Returns the time for which a failure is the answer of further calls.
///
/// An issuer that takes long to fail is left alone for as long as it took, up to [`TOKEN_WAIT`]:
/// otherwise each call in turn would wait for it. A quick failure may be repeated at once.
fn pause_after(error: &TokenError, took: Duration) -> Duration {
    match (error.is_transient(), took < MIN_LIFETIME) {
        (true, true) => Duration::ZERO,
        (true, false) => took.min(TOKEN_WAIT),
        (false, _) => took.clamp(MIN_LIFETIME, TOKEN_WAIT),
    }
}

#[cfg(test)]
mod tests;
