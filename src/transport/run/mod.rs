//! The run loop of a call, shared by all protocols: picks a node, makes an attempt, and decides
//! about a retry. Only this module handles deadlines, attempts and spans.

pub(super) mod attempts;
pub(super) mod budget;
pub(super) mod confirm;
pub(super) mod in_flight;
pub(super) mod nodes;
mod retry;
mod spans;
pub(super) mod timer;
pub(super) mod watch;

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument as _;
use tracing::instrument::Instrumented;

use self::attempts::{Attempting, Attempts};
use self::budget::{Budget, Tokens};
use self::confirm::{Confirmations, Confirmed, FailedAttempt, Oracle};
use self::in_flight::InFlight;
use self::nodes::{Nodes, Tried};
use self::retry::{CallProgress, Next, next};
use self::watch::{LeaderTrouble, leader_changed};
use super::default_headers::DefaultHeaders;
use super::node::{HasEndpoints, Node};
use crate::auth::{Authorization, Credential, TOKEN_WAIT};
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::options::headers::{Headers, replace};
use crate::options::{Propagation, Protocol, RetryPolicy};

/// One attempt at a call: node, protocol, deadline and headers.
#[derive(Debug)]
pub(crate) struct Attempt<'n, N = Node> {
    pub(crate) node: &'n N,
    /// Never `Auto`.
    pub(crate) protocol: Protocol,
    /// Whether there is a node this call was not sent to.
    pub(crate) another_node: bool,
    /// Time left for the attempt.
    pub(crate) timeout: Duration,
    /// The current token, if there is one.
    pub(crate) authorization: Option<HeaderValue>,
    /// The headers of the client.
    pub(crate) client_headers: Arc<HeaderMap>,
    /// The hook that adds headers of the current span.
    pub(crate) propagation: Option<&'n Propagation>,
    /// The headers of this call, which replace those of the client.
    pub(crate) call_headers: Headers,
}

impl<N> Attempt<'_, N> {
    /// Returns all headers of the attempt, the same for each protocol.
    pub(crate) fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::clone(&self.client_headers);
        if let Some(propagation) = self.propagation {
            propagation.inject(&mut headers);
        }
        if let Some(own) = self.call_headers.map() {
            replace(&mut headers, own);
        }
        if let Some(authorization) = self.authorization {
            headers.insert(header::AUTHORIZATION, authorization);
        }
        headers
    }
}

impl<N> Clone for Attempt<'_, N> {
    fn clone(&self) -> Self {
        Self {
            node: self.node,
            protocol: self.protocol,
            another_node: self.another_node,
            timeout: self.timeout,
            authorization: self.authorization.clone(),
            client_headers: Arc::clone(&self.client_headers),
            propagation: self.propagation,
            call_headers: self.call_headers.clone(),
        }
    }
}

/// Longest deadline. Deadlines are added to instants, which must not overflow, here and in
/// libraries.
const MAX_DEADLINE: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// State that all calls of a client share.
pub(super) struct Runner<'c, N> {
    pub(super) policy: RetryPolicy,
    pub(super) budget: &'c Budget,
    pub(super) in_flight: &'c InFlight,
    pub(super) credential: &'c Credential,
    pub(super) nodes: &'c Nodes<N>,
    pub(super) headers: &'c DefaultHeaders,
    pub(super) propagation: Option<&'c Propagation>,
    pub(super) confirmations: &'c Confirmations,
    pub(super) trouble: &'c LeaderTrouble,
    pub(super) oracle: &'c dyn Oracle,
    /// Between 0 and 1.
    pub(super) random: fn() -> f64,
}

impl<'c, N: HasEndpoints + Display> Runner<'c, N> {
    /// Runs a call. `attempts` gets a node and the protocol of that time for each attempt, and
    /// keeps the reply. Errors get operation, collection and attempts.
    pub(super) async fn run(
        &self,
        call: &Call,
        within: Duration,
        protocol: &(dyn Fn() -> Protocol + Sync),
        attempts: &mut dyn Attempts<'c, N>,
    ) -> Result<()> {
        let span = spans::call_span(call);
        let within = call.options.timeout.unwrap_or(within).min(MAX_DEADLINE);
        let work = async {
            let start = Instant::now();
            let mut tried = Tried::default();
            let mut tokens = Tokens::default();
            let (mut made, mut uncounted) = (0, 0);
            let mut renewed = false;
            let mut patience = TOKEN_WAIT;
            // The node that has to get the request again: it said that something is missing, or found
            // the new leader of the cluster.
            let mut again = None;
            let mut was_confirmed = false;
            // Whether an attempt may have had an effect, which the outcome of a later one does not
            // show.
            let mut may_have_effect = false;
            let mut at_end = spans::AtEnd { span: &span, call, endpoint: None };
            loop {
                let left = within.saturating_sub(start.elapsed());
                let slot = self.in_flight.enter(call, left).await;
                let slot = slot.map_err(|error| last_error(error, made, may_have_effect))?;
                if !self.nodes.has_another(tried) {
                    tried = Tried::default();
                }
                let is_again = std::mem::take(&mut was_confirmed);
                let index = again.take().unwrap_or_else(|| self.nodes.pick(tried));
                tried.add(index);
                made += 1;
                let (node, protocol) = (self.nodes.get(index), protocol());
                at_end.endpoint = Some(node.endpoint(protocol));
                let left = within.saturating_sub(start.elapsed());
                let another_node = self.nodes.has_another(tried);
                let prepared = self.prepare(call, node, protocol, another_node, left);
                let attempted = Instant::now();
                let (result, sent) = self.attempt(call, index, prepared, made, &mut patience, attempts).await;
                drop(slot);
                let error = match (result, &sent) {
                    (Ok(()), _) => {
                        self.nodes.record(index, None, 0.0);
                        self.budget.deposit(tokens);
                        if may_have_effect {
                            call.set_uncertain();
                        }
                        return Ok(());
                    }
                    // Without a token, the node was not asked.
                    (Err(error), Dispatched::No) => error,
                    (Err(error), Dispatched::Yes { .. }) => error.at(&node.place(protocol)),
                };
                let left = within.saturating_sub(start.elapsed());
                let failed =
                    FailedAttempt { node: index, place: &node.place(protocol), sent: attempted, left, again: is_again };
                let error = match self.confirm(call, failed, error).await {
                    Confirmed::Error(error) => error,
                    Confirmed::SendAgain => {
                        again = Some(index);
                        was_confirmed = true;
                        // Not a retry: the server did nothing.
                        uncounted += 1;
                        continue;
                    }
                };
                tracing::debug!(attempt = made, %error, "attempt failed");
                // A call does not wait twice for a token that does not come.
                let waited_in_vain = matches!(sent, Dispatched::No) && error.is_timeout();
                if let Dispatched::Yes { token, found_leader } = sent {
                    again = found_leader.then_some(index);
                    self.nodes.record(index, Some(&error), (self.random)());
                    self.trouble.record(&error);
                    if !renewed && can_renew_token(self.credential, token.as_ref(), &error) {
                        renewed = true;
                        // Not a retry: the server did nothing.
                        uncounted += 1;
                        continue;
                    }
                }
                let elapsed = start.elapsed();
                let left = if waited_in_vain { Duration::ZERO } else { within.saturating_sub(elapsed) };
                let progress = CallProgress { attempts: made, uncounted, elapsed, left, another_node };
                match next(&self.policy, self.budget, call.idempotency, progress, &error, (self.random)()) {
                    Next::AnotherNode => uncounted += 1,
                    Next::Retry(pause, taken) => {
                        tokens = taken;
                        tracing::debug!(attempt = made, ?pause, "retrying after a pause");
                        sleep(pause).await;
                    }
                    stop @ (Next::GiveUp | Next::NoBudget) => {
                        let error = if stop == Next::NoBudget { error.without_retry_budget() } else { error };
                        return Err(last_error(error, made, may_have_effect));
                    }
                }
                may_have_effect |= error.outcome() == Outcome::Unknown;
            }
        };
        let result = work.instrument(span.clone()).await;
        result.map_err(|error| {
            let error = call.failed(error);
            spans::record_error(&span, &error);
            error
        })
    }

    /// Prepares an attempt, without a token.
    fn prepare(
        &self,
        call: &Call,
        node: &'c N,
        protocol: Protocol,
        another_node: bool,
        left: Duration,
    ) -> Attempt<'c, N> {
        Attempt {
            node,
            protocol,
            another_node,
            timeout: self.policy.attempt_timeout.map_or(left, |each| each.min(left)),
            authorization: None,
            client_headers: self.headers.current(),
            propagation: self.propagation,
            call_headers: call.options.headers.clone(),
        }
    }

    /// Confirms an error that says something is missing.
    async fn confirm(&self, call: &Call, failed: FailedAttempt<'_>, error: Error) -> Confirmed {
        if error.kind() != ErrorKind::NotFound {
            return Confirmed::Error(error);
        }
        // Boxed: rare, and part of the future of every call.
        Box::pin(self.confirmations.confirm(self.oracle, call, failed, error)).await
    }

    /// Makes an attempt with the current token. Waiting for it takes from `patience`.
    async fn attempt(
        &self,
        call: &Call,
        index: usize,
        mut prepared: Attempt<'c, N>,
        number: u32,
        patience: &mut Duration,
        attempts: &mut dyn Attempts<'c, N>,
    ) -> (Result<()>, Dispatched) {
        let start = Instant::now();
        let bound = prepared.timeout;
        let most = if call.authentication_optional { bound / 2 } else { bound };
        let authorized = self.credential.authorize(most.min(*patience)).await;
        *patience = patience.saturating_sub(start.elapsed());
        let sent = match authorized {
            Ok(authorization) => authorization,
            // Liveness does not depend on a token.
            Err(_) if call.authentication_optional => None,
            Err(error) => return (Err(error), Dispatched::No),
        };
        let left = bound.saturating_sub(start.elapsed());
        prepared.timeout = left;
        prepared.authorization = sent.as_ref().map(|sent| sent.header.clone());
        let span = spans::attempt_span(number);
        // The headers are built within the span, whose trace context may be one of them.
        let mut attempt = attempts.make(prepared).instrument(span);
        let unwatched = if call.about_server { left } else { left.min(self.trouble.watch_after()) };
        let timed_out = || Ended::Itself(Err(Error::timeout(bound)));
        let ended = match timeout(unwatched, &mut attempt).await {
            Ok(result) => Ended::Itself(result),
            Err(_) if unwatched == left => timed_out(),
            Err(_) => {
                let is_only_node = self.nodes.all().nth(1).is_none();
                let changed =
                    leader_changed(self.confirmations, self.trouble, self.oracle, call, index, is_only_node, start);
                // Boxed like the confirmation.
                let watched = Box::pin(first_of(attempt, changed));
                timeout(left.saturating_sub(unwatched), watched).await.unwrap_or_else(|_| timed_out())
            }
        };
        match ended {
            Ended::Itself(result) => (result, Dispatched::Yes { token: sent, found_leader: false }),
            Ended::FoundLeader(error) => (Err(error), Dispatched::Yes { token: sent, found_leader: true }),
        }
    }
}

/// Returns the error of a call that made this many attempts. `may_have_effect`: one of them may have
/// had its effect.
fn last_error(error: Error, attempts: u32, may_have_effect: bool) -> Error {
    let error = error.with_attempts(attempts);
    if may_have_effect { error.with_unknown_outcome() } else { error }
}

/// End of an attempt: its own result, or the error by which the watch ended it.
enum Ended {
    Itself(Result<()>),
    FoundLeader(Error),
}

async fn first_of(mut attempt: Instrumented<Attempting<'_>>, found_leader: impl Future<Output = Error>) -> Ended {
    let mut found_leader = pin!(found_leader);
    poll_fn(|context| match Pin::new(&mut attempt).poll(context) {
        Poll::Ready(result) => Poll::Ready(Ended::Itself(result)),
        Poll::Pending => found_leader.as_mut().poll(context).map(Ended::FoundLeader),
    })
    .await
}

/// Whether an attempt was made.
enum Dispatched {
    /// There was no token.
    No,
    /// It was sent, with this token. `found_leader`: the node has found the new leader of the
    /// cluster, which others may not have.
    Yes { token: Option<Authorization>, found_leader: bool },
}

/// Returns whether the server refused the token and a new one can be requested. The server did
/// nothing then, so even a write can be repeated.
fn can_renew_token(credential: &Credential, sent: Option<&Authorization>, error: &Error) -> bool {
    error.kind() == ErrorKind::Authentication
        && error.outcome() == Outcome::Refused
        && sent.is_some_and(|sent| credential.refused(sent))
}

#[cfg(test)]
mod tests;
