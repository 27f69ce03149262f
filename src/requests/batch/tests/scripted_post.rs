//! A sender that stores in memory, and does what a test says.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::super::any_lane::Queued;
use super::super::batch_report::{BatchError, BatchReport};
use super::super::cargo::Payload;
use super::super::core::{Core, CoreSettings};
use super::super::driver::{self, BatchHooks, Shared};
use super::super::feeder::Feeder;
use super::super::handle::BatchHandle;
use super::super::pace::Pace;
use super::super::post::{Calling, Post, Reply};
use super::super::settlement::{ItemRetries, Reporting};
use crate::error::{Outcome, Verdict};
use crate::options::RetryPolicy;
use crate::values::batch::{BatchFailure, BatchItem, BatchMode, Reread, Rereading, SecondLook};
use crate::values::data::{NewObject, NewReference};
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::wire::batch::{BatchLimits, ids_of};
use crate::{Error, ErrorKind, PropertyMap, Result, Uuid};

/// What the server does with one message. Positions are those in the message.
#[derive(Clone, Debug)]
pub(super) enum Does {
    Stores,
    /// Stores nothing.
    Fails(fn() -> Error),
    /// Stores all, and the answer is lost.
    StoresAndFails(fn() -> Error),
    /// Refuses the objects at these positions.
    Refuses(Vec<usize>, fn() -> Error),
    Never,
}

/// A message as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) at: Duration,
    pub(super) ids: Vec<Uuid>,
    pub(super) references: Vec<NewReference>,
}

/// Decides about the n-th message.
pub(super) type Script = Arc<dyn Fn(usize, &Arrived) -> Does + Send + Sync>;

#[derive(Clone)]
pub(super) struct Server {
    inner: Arc<Inner>,
    target: Target,
}

struct Inner {
    script: Script,
    latency: Duration,
    start: Instant,
    limits: BatchLimits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: Vec<Arrived>,
    /// How often each id was stored.
    stored: BTreeMap<Uuid, u32>,
    references: Vec<NewReference>,
    in_flight: usize,
    most_in_flight: usize,
    warnings: usize,
}

impl Server {
    pub(super) fn new(latency: Duration, script: impl Fn(usize, &Arrived) -> Does + Send + Sync + 'static) -> Self {
        let inner = Inner {
            script: Arc::new(script),
            latency,
            start: Instant::now(),
            limits: BatchLimits { max: 1 << 20, enough: 1 << 20 },
            state: Mutex::default(),
        };
        Self { inner: Arc::new(inner), target: Target::new("Article") }
    }

    /// The same server, as the handle of a tenant sees it.
    pub(super) fn tenant(&self, name: &str) -> Self {
        let mut own = self.clone();
        own.target.tenant = Some(name.into());
        own
    }

    /// A server that stores everything at once.
    pub(super) fn quick() -> Self {
        Self::new(Duration::from_millis(1), |_, _| Does::Stores)
    }

    pub(super) fn messages(&self) -> Vec<Arrived> {
        self.inner.state.lock().unwrap().messages.clone()
    }

    /// Numbers of objects in the messages.
    pub(super) fn sizes(&self) -> Vec<usize> {
        self.messages().iter().map(|message| message.ids.len()).collect()
    }

    pub(super) fn stored(&self) -> BTreeMap<Uuid, u32> {
        self.inner.state.lock().unwrap().stored.clone()
    }

    pub(super) fn references(&self) -> Vec<NewReference> {
        self.inner.state.lock().unwrap().references.clone()
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.inner.state.lock().unwrap().most_in_flight
    }

    pub(super) fn warnings(&self) -> usize {
        self.inner.state.lock().unwrap().warnings
    }

    fn arrive(&self, payload: Payload) -> (usize, Arrived) {
        let (ids, references) = match payload {
            Payload::Objects { bytes, count, .. } => {
                let ids = ids_of(&bytes);
                assert_eq!(ids.len(), count);
                (ids, Vec::new())
            }
            Payload::References(references) => (Vec::new(), references),
        };
        let arrived = Arrived { at: self.inner.start.elapsed(), ids, references };
        let mut state = self.inner.state.lock().unwrap();
        state.messages.push(arrived.clone());
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        (state.messages.len() - 1, arrived)
    }

    fn store(&self, arrived: &Arrived, but: &[usize]) {
        let mut state = self.inner.state.lock().unwrap();
        let is_stored = |position: &usize| !but.contains(position);
        for (position, id) in arrived.ids.iter().enumerate() {
            if is_stored(&position) {
                *state.stored.entry(*id).or_default() += 1;
            }
        }
        let references = arrived.references.iter().enumerate().filter(|(position, _)| is_stored(position));
        state.references.extend(references.map(|(_, reference)| reference.clone()));
    }
}

impl Post for Server {
    fn target(&self) -> &Target {
        &self.target
    }

    fn is_same(&self, other: &dyn Post) -> bool {
        other.as_any().downcast_ref::<Self>().is_some_and(|other| Arc::ptr_eq(&self.inner, &other.inner))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn layout(&self) -> &'static Layout {
        &Layout::EMPTY
    }

    fn limits(&self) -> BatchLimits {
        self.inner.limits
    }

    fn send(&self, payload: Payload) -> Calling<Reply> {
        let server = self.clone();
        Box::pin(async move {
            let (number, arrived) = server.arrive(payload);
            sleep(server.inner.latency).await;
            let does = (server.inner.script)(number, &arrived);
            server.inner.state.lock().unwrap().in_flight -= 1;
            let took = Duration::from_millis(7);
            match does {
                Does::Stores => {
                    server.store(&arrived, &[]);
                    Ok(Reply { refused: Vec::new(), took })
                }
                Does::Fails(error) => Err(error()),
                Does::StoresAndFails(error) => {
                    server.store(&arrived, &[]);
                    Err(error())
                }
                Does::Refuses(positions, error) => {
                    server.store(&arrived, &positions);
                    Ok(Reply { refused: positions.into_iter().map(|position| (position, error())).collect(), took })
                }
                Does::Never => std::future::pending().await,
            }
        })
    }

    fn has_vectorizer(&self) -> Calling<bool> {
        Box::pin(async { Ok(false) })
    }

    fn queue_time(&self) -> Calling<Duration> {
        Box::pin(async { Ok(Duration::ZERO) })
    }

    fn named(&self, error: Error) -> Error {
        error.in_operation("batch", Some("Article"))
    }

    fn warn_of_provider_limit(&self, _: &Error) {
        self.inner.state.lock().unwrap().warnings += 1;
    }
}

/// What is unknown is looked for in the server's memory.
impl<P> Reread<P> for Server {
    fn look(&self, item: &BatchItem<P>, _: bool) -> Rereading {
        let is_stored = self.stored().contains_key(&item.id());
        Box::pin(async move { Ok(if is_stored { SecondLook::Stored } else { SecondLook::Missing }) })
    }
}

pub(super) fn unavailable() -> Error {
    Error::new(Verdict::unknown(ErrorKind::Unavailable).transient(), "the server restarts")
}

pub(super) fn rate_limited() -> Error {
    Error::new(Verdict::refused(ErrorKind::RateLimited).transient(), "").with_server_message("429 Too many requests")
}

pub(super) fn invalid() -> Error {
    Error::new(Verdict::refused(ErrorKind::Validation), "").with_server_message("no such prop")
}

/// A batch to the server, as its builder would start it.
pub(super) struct Started {
    pub(super) handle: BatchHandle<PropertyMap>,
    pub(super) feeder: Feeder<PropertyMap, PropertyMap>,
    pub(super) server: Server,
}

#[derive(Clone)]
pub(super) struct Setup {
    pub(super) mode: BatchMode,
    pub(super) core: CoreSettings,
}

impl Setup {
    pub(super) fn new(mode: BatchMode) -> Self {
        let policy =
            RetryPolicy::default().max_attempts(5).backoff(Duration::from_millis(500), Duration::from_secs(30));
        let core = CoreSettings {
            linger: Duration::from_millis(100),
            max_queued: Queued { count: 10_000, bytes: 8 << 20 },
            retries: ItemRetries { policy, random: || 0.5 },
            keep_failures: 1_000,
            refuse_duplicates: false,
            stop_on_first_error: false,
        };
        Self { mode, core }
    }

    pub(super) fn fixed(size: usize, concurrency: usize) -> Self {
        Self::new(BatchMode::Fixed { size, concurrency })
    }

    pub(super) fn start(&self, server: &Server) -> Started {
        self.start_with(server, no_hooks())
    }

    pub(super) fn start_with(&self, server: &Server, hooks: BatchHooks<PropertyMap>) -> Started {
        let shared = self.launch(hooks);
        let feeder = feeder(&shared, server);
        Started { handle: BatchHandle::new(shared, false), feeder, server: server.clone() }
    }

    pub(super) fn launch<T: Send + 'static>(&self, hooks: BatchHooks<T>) -> Arc<Shared<T>> {
        let core = Core::new(self.core, Pace::new(&self.mode, Instant::now()));
        let shared = Arc::new(Shared::new(core, hooks));
        driver::start(&shared);
        shared
    }
}

/// Feeds objects of any type to a server.
pub(super) fn feeder<P: Serialize + Send + 'static>(shared: &Arc<Shared<P>>, server: &Server) -> Feeder<P, P> {
    let reread: Arc<dyn Reread<P>> = Arc::new(server.clone());
    let reporting = Reporting { typed: Arc::clone(&reread), reread, erase: |properties| properties };
    Feeder::over(shared, Arc::new(server.clone()), false, reporting)
}

pub(super) fn no_hooks<T>() -> BatchHooks<T> {
    BatchHooks { retry_rule: None, on_progress: None, on_further_failure: None }
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn object(number: u128) -> NewObject<PropertyMap> {
    NewObject::new(PropertyMap::from([("number", i64::try_from(number).unwrap())])).id(id(number))
}

impl Started {
    pub(super) async fn add_all(&self, numbers: std::ops::Range<u128>) {
        for number in numbers {
            self.feeder.add(object(number)).await.unwrap();
        }
    }

    pub(super) async fn finish(self) -> (Result<BatchReport<PropertyMap>, BatchError<PropertyMap>>, Server) {
        drop(self.feeder);
        (self.handle.finish().await, self.server)
    }
}

/// The counts of objects in a report, and the ids of its failures by outcome.
pub(super) fn fates(report: &BatchReport<PropertyMap>) -> (u64, Vec<Uuid>, Vec<Uuid>) {
    let ids = |unknown: bool| {
        let of = report.failures().iter().filter(|failure| (failure.outcome() == Outcome::Unknown) == unknown);
        of.map(BatchFailure::id).collect::<Vec<_>>()
    };
    (report.objects().stored, ids(false), ids(true))
}
