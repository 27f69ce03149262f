//! Feeder: adds the items of one collection and tenant to a batch.

use std::sync::{Arc, Mutex, PoisonError};

use futures_core::Stream;
use serde::Serialize;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::add_error::AddError;
use super::cargo::{Cargo, ObjectCargo, ReferenceCargo};
use super::core::{Admitted, Core};
use super::driver::Shared;
use super::lane::{Lane, Pending};
use super::post::Post;
use super::scope_post::ScopePost;
use super::settlement::Reporting;
use super::tracked::{GiveBack, Tracked};
use super::verify::LaneReread;
use crate::Uuid;
use crate::error::Result;
use crate::scope::Scope;
use crate::values::batch::Reread;
use crate::values::data::{NewObject, NewReference};
use crate::values::new_id::new_id;
use crate::wire::object_encoder::ObjectEncoder;

/// Bytes of properties for each token, where the caller does not count.
const BYTES_PER_TOKEN: usize = 4;

/// Encoders that are kept for the next object. Each holds the memory of the largest one it has encoded.
const MAX_FREE_ENCODERS: usize = 4;

/// Counts the tokens of an object.
pub(super) type CountTokens<P> = Arc<dyn Fn(&P) -> u64 + Send + Sync>;

/// Adds objects with properties `P` to a batch whose reports have properties `T`.
pub(super) struct Feeder<P: Serialize + Send + 'static, T: Send + 'static> {
    shared: Arc<Shared<T>>,
    post: Arc<dyn Post>,
    /// A scope whose names or options are invalid, so that nothing can be added.
    invalid: Option<Scope>,
    objects: usize,
    reread: Arc<dyn Reread<T>>,
    give_back: GiveBack<P>,
    /// Encoders that no task uses now.
    encoders: Arc<Mutex<Vec<ObjectEncoder>>>,
    new_encoder: Arc<dyn Fn() -> ObjectEncoder + Send + Sync>,
    count_tokens: Option<CountTokens<P>>,
}

/// How the properties of a lane and those of the report are converted.
pub(super) struct Typing<P, T> {
    pub(super) erase: fn(P) -> T,
    pub(super) view: fn(&T) -> Option<&P>,
}

impl<P: Serialize + Send + 'static, T: Send + 'static> Feeder<P, T> {
    pub(super) fn new(
        shared: &Arc<Shared<T>>,
        scope: &Scope,
        allow_lossy_integers: bool,
        Typing { erase, view }: Typing<P, T>,
    ) -> Self {
        let reread: Arc<dyn Reread<T>> = Arc::new(LaneReread { scope: scope.clone(), view });
        let typed = Arc::new(LaneReread { scope: scope.clone(), view: |properties: &P| Some(properties) });
        let reporting = Reporting { typed, reread, erase };
        let post = Arc::new(ScopePost::new(scope));
        let invalid = ScopePost::check(scope).is_err().then(|| scope.clone());
        Self { invalid, ..Self::over(shared, post, allow_lossy_integers, reporting) }
    }

    /// Creates a feeder of a lane whose messages go to this sender.
    pub(super) fn over(
        shared: &Arc<Shared<T>>,
        post: Arc<dyn Post>,
        allow_lossy_integers: bool,
        reporting: Reporting<ObjectCargo<P>, T>,
    ) -> Self {
        let (target, layout) = (post.target().clone(), post.layout());
        let new_encoder = move || ObjectCargo::<P>::encoder(&target, layout, allow_lossy_integers);
        let reread = Arc::clone(&reporting.reread);
        let give_back = {
            let (shared, reporting) = (Arc::downgrade(shared), reporting.clone());
            move |failure| {
                if let Some(shared) = shared.upgrade() {
                    shared.give_back(reporting.erased(failure));
                }
            }
        };
        let objects = shared.lane(&post, || Lane::new(Arc::clone(&post), new_encoder(), reporting));
        Self {
            shared: Arc::clone(shared),
            post,
            invalid: None,
            objects,
            reread,
            give_back: Arc::new(give_back),
            encoders: Arc::default(),
            new_encoder: Arc::new(new_encoder),
            count_tokens: None,
        }
    }

    /// Returns the error of a name or option that is invalid.
    pub(super) fn check(&self) -> Result<()> {
        self.invalid.as_ref().map_or(Ok(()), ScopePost::check)
    }

    pub(super) fn count_tokens(&mut self, count: CountTokens<P>) {
        self.count_tokens = Some(count);
    }

    /// Adds an object. Waits while the batch has no room.
    pub(super) async fn add(&self, object: NewObject<P>) -> Result<Uuid, AddError<NewObject<P>>> {
        let pending = self.encoded(object, |pending| pending);
        self.put(pending).await
    }

    pub(super) async fn add_tracked(&self, object: NewObject<P>) -> Result<Tracked<P>, AddError<NewObject<P>>> {
        let (receipt, fate) = oneshot::channel();
        let pending = self.encoded(object, |pending| Pending { receipt: Some(receipt), ..pending });
        let id = self.put(pending).await?;
        Ok(Tracked::new(id, fate, Arc::clone(&self.give_back)))
    }

    async fn put(&self, encoded: Prepared<P>) -> Result<Uuid, AddError<NewObject<P>>> {
        let Prepared { pending, encoder, checked } = encoded;
        if let Err(error) = checked {
            self.return_encoder(encoder);
            if self.shared.core().is_closed() {
                return Err(self.ended(pending.item));
            }
            return Err(AddError::new(pending.item, self.post.named(error)));
        }
        let id = pending.item.id.unwrap_or_default();
        let admit =
            |core: &mut Core<T>, pending| core.admit::<ObjectCargo<P>>(self.objects, pending, &encoder, Instant::now());
        let admitted = self.with_room(pending, admit).await;
        self.return_encoder(encoder);
        self.conclude(admitted).map(|()| id)
    }

    /// Offers an item to the batch until it has room.
    async fn with_room<C: Cargo>(
        &self,
        pending: Pending<C>,
        mut admit: impl FnMut(&mut Core<T>, Pending<C>) -> Admitted<C>,
    ) -> Admitted<C> {
        let mut next = Some(pending);
        let offer = |core: &mut Core<T>| match admit(core, next.take()?) {
            Admitted::NoRoom(pending) => {
                next = Some(pending);
                self.shared.wake_driver();
                None
            }
            admitted => Some(admitted),
        };
        self.shared.wait_for(offer).await
    }

    fn conclude<C: Cargo>(&self, admitted: Admitted<C>) -> Result<(), AddError<C::Item>> {
        match admitted {
            Admitted::Taken { is_news } => {
                if is_news {
                    self.shared.wake_driver();
                }
                Ok(())
            }
            Admitted::Refused(pending, error) => Err(AddError::new(pending.item, self.post.named(error))),
            // No room is waited for.
            Admitted::Ended(pending) | Admitted::NoRoom(pending) => Err(self.ended(pending.item)),
        }
    }

    /// Returns the error of an item that comes too late.
    fn ended<I>(&self, item: I) -> AddError<I> {
        AddError::ended(item, self.shared.core().stop_reason())
    }

    /// Encodes an object, and checks it.
    fn encoded(
        &self,
        mut object: NewObject<P>,
        with: impl FnOnce(Pending<ObjectCargo<P>>) -> Pending<ObjectCargo<P>>,
    ) -> Prepared<P> {
        let own_id = object.id.is_none();
        object.id.get_or_insert_with(new_id);
        let mut encoder = self.encoder();
        let valid = self.check();
        let len = valid.and_then(|()| ObjectCargo::<P>::encode(&mut encoder, &object, self.post.limits().max));
        let tokens = match (&self.count_tokens, &len) {
            (Some(count), Ok(_)) => count(object.properties()),
            (None, Ok(_)) => encoder.properties_len().div_ceil(BYTES_PER_TOKEN) as u64,
            (_, Err(_)) => 0,
        };
        let pending = Pending { tokens, own_id, ..Pending::new(object, *len.as_ref().unwrap_or(&0)) };
        Prepared { pending: with(pending), encoder, checked: len.map(drop) }
    }

    fn encoder(&self) -> ObjectEncoder {
        let free = self.encoders.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(|| (self.new_encoder)())
    }

    fn return_encoder(&self, encoder: ObjectEncoder) {
        let mut free = self.encoders.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < MAX_FREE_ENCODERS {
            free.push(encoder);
        }
    }

    pub(super) async fn add_reference(&self, reference: NewReference) -> Result<(), AddError<NewReference>> {
        let encoded = self.check().and_then(|()| ReferenceCargo::<T>::encode(&mut (), &reference, usize::MAX));
        let len = match encoded {
            Ok(len) => len,
            Err(error) => return Err(AddError::new(reference, self.post.named(error))),
        };
        let make = || {
            let reread = || Arc::clone(&self.reread);
            let reporting = Reporting { typed: reread(), reread: reread(), erase: |properties| properties };
            Lane::<ReferenceCargo<T>, T>::new(Arc::clone(&self.post), (), reporting)
        };
        let lane = self.shared.lane(&self.post, make);
        let admit = |core: &mut Core<T>, pending| core.admit_reference(lane, pending, Instant::now());
        let admitted = self.with_room(Pending::new(reference, len), admit).await;
        self.conclude(admitted)
    }

    /// Adds all objects of a stream. Those that are invalid are failures of the batch.
    pub(super) async fn extend<S>(&self, stream: S) -> Result<(), AddError<NewObject<P>>>
    where
        S: Stream,
        S::Item: Into<NewObject<P>>,
    {
        let mut stream = std::pin::pin!(stream);
        while let Some(object) = std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
            self.add_or_fail(object.into()).await?;
        }
        Ok(())
    }

    pub(super) async fn extend_from<I>(&self, objects: I) -> Result<(), AddError<NewObject<P>>>
    where
        I: IntoIterator,
        I::Item: Into<NewObject<P>>,
    {
        for object in objects {
            self.add_or_fail(object.into()).await?;
        }
        Ok(())
    }

    async fn add_or_fail(&self, object: NewObject<P>) -> Result<(), AddError<NewObject<P>>> {
        match self.add(object).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_batch_over() => Err(error),
            Err(error) => {
                let (object, error) = error.into_parts();
                let late = self.shared.fail(self.objects, Pending::<ObjectCargo<P>>::new(object, 0), error);
                // Without a wait for room, nothing else would let other tasks run.
                tokio::task::yield_now().await;
                late.map_or(Ok(()), |late| Err(self.ended(late.item)))
            }
        }
    }
}

struct Prepared<P: Serialize + Send + 'static> {
    pending: Pending<ObjectCargo<P>>,
    encoder: ObjectEncoder,
    checked: Result<()>,
}

impl<P: Serialize + Send + 'static, T: Send + 'static> Clone for Feeder<P, T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            post: Arc::clone(&self.post),
            invalid: self.invalid.clone(),
            objects: self.objects,
            reread: Arc::clone(&self.reread),
            give_back: Arc::clone(&self.give_back),
            encoders: Arc::clone(&self.encoders),
            new_encoder: Arc::clone(&self.new_encoder),
            count_tokens: self.count_tokens.clone(),
        }
    }
}
