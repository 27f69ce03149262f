//! One token for all calls, renewed by one request at a time.
//!
//! A renewal is a task of its own: a call that is dropped while it waits takes nothing with it, and the others get the
//! answer. There is no task in between; a client that is not used renews nothing.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::credential::Authorization;
use super::token::{AccessToken, TokenError, TokenProvider};

/// How long before its end a token is renewed, if it lives long enough for that.
const SLACK: Duration = Duration::from_secs(30);
/// What a provider may take.
const LIMIT: Duration = Duration::from_secs(30);
/// Between attempts to renew a token that is still good.
const PAUSE: Duration = Duration::from_secs(5);
/// How long a refusal of the issuer is an answer: a wrong password must not be tried with every call.
const REFUSAL_STANDS: Duration = Duration::from_secs(1);
/// A token that came in place of a refused one and is refused as well is kept this long: it is not its age that the server
/// minds.
const REPLACEMENT_STANDS: Duration = Duration::from_secs(5);

const BROKEN_OFF: &str = "the token provider panicked, or its runtime shut down";

#[derive(Clone)]
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    provider: Arc<dyn TokenProvider>,
    /// Between 0 and 1.
    random: fn() -> f64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    /// The number of tokens so far.
    serial: u64,
    /// Of the renewal under way. Closed if the runtime that it ran on is gone.
    renewal: Option<watch::Receiver<Option<Answer>>>,
    refusal: Option<(Instant, TokenError)>,
    /// The server refused the last token.
    replacing: bool,
}

type Answer = Result<Authorization, TokenError>;

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
        Self(Arc::new(Shared { provider, random, state: Mutex::default() }))
    }

    /// Begins with a token instead of asking for one.
    #[cfg(feature = "oidc")]
    pub(super) fn seeded(self, token: &AccessToken) -> Result<Self, TokenError> {
        self.0.store(token)?;
        Ok(self)
    }

    /// The token of the moment. Waits only if there is none that is still good.
    pub(super) async fn authorize(&self) -> Answer {
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
            _ => Err(TokenError::unavailable(BROKEN_OFF)),
        }
    }

    /// The server refused a token. Says whether another may do better.
    pub(super) fn refused(&self, serial: u64) -> bool {
        let mut state = self.0.lock();
        match &state.current {
            Some(token) if token.serial == serial => {
                if token.is_replacement && token.since.elapsed() < REPLACEMENT_STANDS {
                    return false;
                }
                state.current = None;
                state.replacing = true;
                true
            }
            // It is replaced already, or about to be.
            _ => true,
        }
    }

    /// Joins the renewal under way, or begins one.
    fn renew(&self, state: &mut State) -> Result<watch::Receiver<Option<Answer>>, TokenError> {
        if let Some(renewal) = state.renewal.as_ref().filter(|renewal| renewal.has_changed().is_ok()) {
            return Ok(renewal.clone());
        }
        let runtime =
            Handle::try_current().map_err(|_| TokenError::unavailable("there is no tokio runtime to ask for one"))?;
        let (sender, renewal) = watch::channel(None);
        state.renewal = Some(renewal.clone());
        let shared = Arc::clone(&self.0);
        runtime.spawn(async move {
            let answer = shared.ask().await;
            sender.send_replace(Some(answer));
        });
        Ok(renewal)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change of the state is complete before anything can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self) -> Answer {
        let mut watched = Watched { shared: self, done: false };
        let answer = match timeout(LIMIT, self.provider.token()).await {
            Ok(answer) => answer,
            Err(_) => Err(TokenError::unavailable(format!("none came within {LIMIT:?}"))),
        };
        watched.done = true;
        answer.and_then(|token| self.store(&token)).inspect_err(|error| self.failed(error))
    }

    fn store(&self, token: &AccessToken) -> Answer {
        let header = token.header()?;
        let mut state = self.lock();
        let since = Instant::now();
        state.serial += 1;
        let current = Current {
            header,
            serial: state.serial,
            since,
            expires: token.expires(),
            renew: token.expires().map(|end| renewal_of(since, end, (self.random)())),
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
            token.renew = Some(now + PAUSE.mul_f64(1.0 + (self.random)()));
            tracing::warn!(%error, "the access token could not be renewed, and is used until it ends");
        } else if !error.is_transient() {
            state.refusal = Some((now + REFUSAL_STANDS, error.clone()));
        }
    }
}

/// A provider that panics has failed like any other.
struct Watched<'a> {
    shared: &'a Shared,
    done: bool,
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.shared.failed(&TokenError::unavailable(BROKEN_OFF));
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

/// A fifth of its life before the end of a token, and not more than half a minute; up to half as much earlier, so that many
/// clients do not come at once.
fn renewal_of(since: Instant, end: Instant, random: f64) -> Instant {
    let slack = (end.saturating_duration_since(since) / 5).min(SLACK);
    end.checked_sub(slack.mul_f64(1.0 + random / 2.0)).unwrap_or(since)
}

fn random() -> f64 {
    let (first, ..) = uuid::Uuid::new_v4().as_fields();
    f64::from(first) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests;
