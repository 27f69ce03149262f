//! Vector search with an image or another medium, whose vector the server makes.

use super::threshold::Threshold;
use crate::values::types::Blob;

/// Vector search with an image or another medium, made by
/// [`Queries::near_media`](crate::query::Queries::near_media) and its short forms.
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{NearMedia, Query};
///
/// # fn example(photos: Collection, owl: Blob) {
/// let similar: Query<PropertyMap, NearMedia> = photos.query().near_image(owl).limit(5);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct NearMedia {
    pub(crate) media: Media,
    pub(crate) blob: Blob,
    pub(crate) threshold: Threshold,
}

impl NearMedia {
    pub(crate) fn new(media: Media, blob: Blob) -> Self {
        Self { media, blob, threshold: Threshold::default() }
    }
}

/// Medium of a search. The collection's vectorizer must take it.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::Media;
///
/// # async fn example(calls: Collection, recording: Blob) -> weaviate::Result<()> {
/// let hits = calls.query().near_media(Media::Audio, recording).limit(5).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Media {
    /// Image.
    Image,
    /// Audio recording.
    Audio,
    /// Video.
    Video,
    /// Depth image: the distance of each pixel.
    Depth,
    /// Thermal image: the temperature of each pixel.
    Thermal,
    /// Measurements of an inertial measurement unit (IMU).
    Imu,
}
