//! Properties of any type, for reports about several collections.

use std::any::Any;
use std::fmt;

use crate::values::data::NewObject;

/// Properties of an object whose type depends on its collection.
///
/// A batch of a client takes objects of many types, so its report has this one.
/// [`downcast`](Self::downcast) returns the properties as they were given to the batch.
///
/// ```
/// use weaviate::batch::{AnyObject, BatchFailure, BatchItem};
///
/// struct Order {
///     number: u32,
/// }
///
/// fn number_of(failure: BatchFailure<AnyObject>) -> Option<u32> {
///     match failure.into_item() {
///         BatchItem::Object(object) => Some(object.into_properties().downcast::<Order>().ok()?.number),
///         _ => None,
///     }
/// }
/// ```
pub struct AnyObject(Box<dyn Any + Send + Sync>);

impl AnyObject {
    pub(crate) fn new<P: Send + Sync + 'static>(properties: P) -> Self {
        Self(Box::new(properties))
    }

    /// Returns whether the properties have this type.
    ///
    /// ```
    /// # use weaviate::batch::AnyObject;
    /// # struct Order;
    /// # fn example(object: AnyObject) {
    /// assert!(object.is::<Order>());
    /// # }
    /// ```
    #[must_use]
    pub fn is<P: 'static>(&self) -> bool {
        self.0.is::<P>()
    }

    /// Returns the properties if they have this type.
    ///
    /// ```
    /// # use weaviate::batch::AnyObject;
    /// # struct Order;
    /// # fn example(object: AnyObject) {
    /// let order: Option<&Order> = object.downcast_ref();
    /// # }
    /// ```
    #[must_use]
    pub fn downcast_ref<P: 'static>(&self) -> Option<&P> {
        self.0.downcast_ref()
    }

    /// Returns the properties by value if they have this type.
    ///
    /// ```
    /// # use weaviate::batch::AnyObject;
    /// # struct Order;
    /// # fn example(object: AnyObject) {
    /// if let Ok(order) = object.downcast::<Order>() {
    ///     let _: Order = order;
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The object itself if its properties are of another type.
    pub fn downcast<P: 'static>(self) -> Result<P, Self> {
        self.0.downcast().map(|properties| *properties).map_err(Self)
    }
}

impl<P> NewObject<P> {
    /// Replaces the properties, and keeps id, vectors and references.
    pub(crate) fn map_properties<Q>(self, map: impl FnOnce(P) -> Q) -> NewObject<Q> {
        let Self { properties, id, unnamed, vectors, references } = self;
        NewObject { properties: map(properties), id, unnamed, vectors, references }
    }
}

/// Without the properties, which do not belong in logs.
impl fmt::Debug for AnyObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyObject").finish_non_exhaustive()
    }
}
