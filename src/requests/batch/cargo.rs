//! What a lane carries: objects of one type, or references.

use std::collections::HashSet;
use std::hash::Hash;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::Serialize;

use super::any_lane::MessageBounds;
use super::ledger::{ItemKey, Ledger, Ledgers, ReferenceKey};
use crate::error::Result;
use crate::requests::data::import_message::Doubt;
use crate::values::batch::BatchItem;
use crate::values::data::{NewObject, NewReference};
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::wire::object_encoder::ObjectEncoder;
use crate::wire::references::check_property;
use crate::{Error, Uuid};

/// A message before it is sent.
#[derive(Debug)]
pub(super) enum Payload {
    Objects { bytes: Bytes, count: usize, multi_vectors: bool },
    References(Vec<NewReference>),
}

impl Payload {
    /// Size in bytes, as far as it is known before it is sent.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Objects { bytes, .. } => bytes.len(),
            Self::References(references) => references.len() * REFERENCE_LEN,
        }
    }
}

/// Rough size of a reference in a message, in bytes: two ids and three names.
const REFERENCE_LEN: usize = 128;

/// How items become messages.
pub(super) trait Cargo: Send + 'static {
    /// The properties of an item in a report.
    type Properties: Send + 'static;
    type Item: Send + 'static;
    /// What two items share that must not be in flight together.
    type Key: Clone + Eq + Hash + Send;
    type Encoder: Send;
    /// The open message.
    type Message: Default + Send;

    /// Whether an item can be sent twice without harm.
    const REPEATABLE: bool;

    fn key(item: &Self::Item) -> Self::Key;

    /// The id of the object that the item stores.
    fn stored_id(item: &Self::Item) -> Option<Uuid>;

    fn into_item(item: Self::Item) -> BatchItem<Self::Properties>;

    /// Encodes and checks an item of up to `max` bytes. Returns its length in a message.
    fn encode(encoder: &mut Self::Encoder, item: &Self::Item, max: usize) -> Result<usize>;

    /// Reserves memory for a message of items like the first one, which has this length.
    fn reserve(_message: &mut Self::Message, _len: usize, _bounds: MessageBounds) {}

    /// Appends the item that was encoded last.
    fn append(encoder: &Self::Encoder, item: &Self::Item, message: &mut Self::Message);

    fn seal(encoder: &Self::Encoder, message: Self::Message, count: usize) -> Payload;

    /// Returns the key if it is one of this cargo.
    fn own_key(key: &ItemKey) -> Option<Self::Key>;

    fn item_key(key: Self::Key) -> ItemKey;

    fn ledger(ledgers: &mut Ledgers) -> &mut Ledger<Self::Key>;

    /// Returns errors for the items on which the error of another one casts a doubt. `named`: those
    /// that have an error already.
    fn doubted<'i>(
        _doubt: Doubt,
        _items: impl Iterator<Item = &'i Self::Item>,
        _named: &HashSet<usize>,
        _layout: &Layout,
    ) -> Vec<(usize, Error)> {
        Vec::new()
    }
}

/// Objects with properties `P`.
pub(super) struct ObjectCargo<P>(PhantomData<fn() -> P>);

#[derive(Default)]
pub(super) struct ObjectMessage {
    bytes: Vec<u8>,
    multi_vectors: bool,
}

impl<P: Serialize + Send + 'static> ObjectCargo<P> {
    pub(super) fn encoder(
        target: &Target,
        layout: &'static Layout,
        allow_lossy_integers: bool,
    ) -> <Self as Cargo>::Encoder {
        ObjectEncoder::new(target.clone(), layout, allow_lossy_integers, usize::MAX)
    }
}

impl<P: Serialize + Send + 'static> Cargo for ObjectCargo<P> {
    type Properties = P;
    type Item = NewObject<P>;
    type Key = Uuid;
    type Encoder = ObjectEncoder;
    type Message = ObjectMessage;

    const REPEATABLE: bool = true;

    fn key(item: &NewObject<P>) -> Uuid {
        item.id.unwrap_or_default()
    }

    fn stored_id(item: &NewObject<P>) -> Option<Uuid> {
        item.id
    }

    fn into_item(item: NewObject<P>) -> BatchItem<P> {
        BatchItem::Object(item)
    }

    fn encode(encoder: &mut ObjectEncoder, item: &NewObject<P>, max: usize) -> Result<usize> {
        encoder.set_max(max);
        encoder.encode(item)
    }

    fn reserve(message: &mut ObjectMessage, len: usize, bounds: MessageBounds) {
        let estimate = len.saturating_add(len / 16).saturating_mul(bounds.count).saturating_add(16);
        // The consistency level takes two bytes.
        message.bytes.reserve(estimate.min(bounds.bytes.max(len) + 2));
    }

    fn append(encoder: &ObjectEncoder, item: &NewObject<P>, message: &mut ObjectMessage) {
        message.multi_vectors |= encoder.has_multi_vectors(item);
        encoder.write(item, &mut message.bytes);
    }

    fn seal(encoder: &ObjectEncoder, mut message: ObjectMessage, count: usize) -> Payload {
        encoder.end(&mut message.bytes);
        Payload::Objects { bytes: message.bytes.into(), count, multi_vectors: message.multi_vectors }
    }

    fn own_key(key: &ItemKey) -> Option<Uuid> {
        match key {
            ItemKey::Object(id) => Some(*id),
            ItemKey::Reference(_) => None,
        }
    }

    fn item_key(id: Uuid) -> ItemKey {
        ItemKey::Object(id)
    }

    fn ledger(ledgers: &mut Ledgers) -> &mut Ledger<Uuid> {
        &mut ledgers.objects
    }

    fn doubted<'i>(
        doubt: Doubt,
        items: impl Iterator<Item = &'i NewObject<P>>,
        named: &HashSet<usize>,
        layout: &Layout,
    ) -> Vec<(usize, Error)> {
        doubt.errors(items, named, layout)
    }
}

/// References, in a batch whose reports have properties `T`.
pub(super) struct ReferenceCargo<T>(PhantomData<fn() -> T>);

impl<T: Send + 'static> Cargo for ReferenceCargo<T> {
    type Properties = T;
    type Item = NewReference;
    type Key = ReferenceKey;
    type Encoder = ();
    type Message = Vec<NewReference>;

    /// The server stores a reference again that it has.
    const REPEATABLE: bool = false;

    fn key(NewReference { from, property, to }: &NewReference) -> Self::Key {
        (*from, property.clone(), to.id)
    }

    fn own_key(key: &ItemKey) -> Option<ReferenceKey> {
        match key {
            ItemKey::Object(_) => None,
            ItemKey::Reference(key) => Some(key.clone()),
        }
    }

    fn item_key(key: ReferenceKey) -> ItemKey {
        ItemKey::Reference(key)
    }

    fn ledger(ledgers: &mut Ledgers) -> &mut Ledger<ReferenceKey> {
        &mut ledgers.references
    }

    fn stored_id(_: &NewReference) -> Option<Uuid> {
        None
    }

    fn into_item(item: NewReference) -> BatchItem<T> {
        BatchItem::Reference(item)
    }

    fn encode((): &mut (), item: &NewReference, _max: usize) -> Result<usize> {
        check_property(&item.property)?;
        Ok(REFERENCE_LEN)
    }

    fn append((): &(), item: &NewReference, message: &mut Vec<NewReference>) {
        message.push(item.clone());
    }

    fn seal((): &(), message: Vec<NewReference>, _count: usize) -> Payload {
        Payload::References(message)
    }
}
