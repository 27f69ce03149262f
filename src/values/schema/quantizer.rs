//! Quantizers: compression of vectors.

use serde_json::Value;

use super::settings::{Json, Map, same};

/// Quantizer of a vector index: compresses the vectors in memory. An index has at most one.
///
/// See [Compression](https://docs.weaviate.io/weaviate/configuration/compression).
///
/// ```
/// use weaviate::prelude::*;
/// use weaviate::schema::{Bq, Pq, Quantizer, Rq, Sq};
///
/// let rotational = Hnsw::new().quantizer(Rq::new().bits(8).rescore_limit(40));
/// let product = Hnsw::new().quantizer(Pq::new().segments(96).training_limit(50_000));
/// let scalar = Hnsw::new().quantizer(Sq::new());
/// let binary = Flat::new().quantizer(Bq::new().cache(true));
/// let none = Hnsw::new().quantizer(Quantizer::Uncompressed);
/// ```
#[doc(alias = "compression")]
#[doc(alias = "quantization")]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Quantizer {
    /// Product quantization (PQ). For [`Hnsw`](super::Hnsw).
    Pq(Pq),
    /// Binary quantization (BQ). For [`Hnsw`](super::Hnsw) and [`Flat`](super::Flat).
    Bq(Bq),
    /// Scalar quantization (SQ). For [`Hnsw`](super::Hnsw).
    Sq(Sq),
    /// Rotational quantization (RQ). For all indexes.
    Rq(Rq),
    /// No compression (`skipDefaultQuantization`), even if the server sets `DEFAULT_QUANTIZATION`.
    /// Needs Weaviate 1.32.5 or 1.33. In an update, it switches off the active quantizer.
    Uncompressed,
}

settings! {
    /// Product quantization (PQ): each segment of a vector is replaced by the nearest of its
    /// centroids.
    ///
    /// The centroids are trained on objects of the collection. See
    /// [PQ](https://docs.weaviate.io/weaviate/configuration/compression/pq-compression).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Pq;
    ///
    /// let index = Hnsw::new().quantizer(Pq::new().segments(96).centroids(256).training_limit(50_000));
    /// ```
    #[doc(alias = "product quantization")]
    Pq {
        /// Centroids per segment. Default: 256, which makes a segment one byte.
        centroids: i64 = "centroids",
        /// Segments of a vector. Range: a divisor of the number of dimensions. Default: the server
        /// decides.
        segments: i64 = "segments",
        /// Training limit: objects from which the centroids are learned. Default: 100 000.
        training_limit: i64 = "trainingLimit",
        /// Encoder, the method that learns the centroids.
        encoder: PqEncoder = "encoder",
        /// Bit compression. Without effect: the server ignores it.
        bit_compression: bool = "bitCompression",
    }
}

settings! {
    /// Encoder of product quantization: the method that learns the centroids.
    PqEncoder {
        /// Encoder type. Default: [`Kmeans`](PqEncoderType::Kmeans).
        #[doc(alias = "type")]
        kind: PqEncoderType = "type",
        /// Distribution of the values, for [`Tile`](PqEncoderType::Tile). Default:
        /// [`LogNormal`](PqDistribution::LogNormal).
        distribution: PqDistribution = "distribution",
    }
}

words! {
    /// Encoder type of product quantization.
    PqEncoderType {
        /// k-means clustering.
        Kmeans = "kmeans",
        /// Tiles of an assumed distribution.
        Tile = "tile",
    }
}

words! {
    /// Distribution of vector values that the tile encoder assumes.
    PqDistribution {
        /// Log-normal distribution.
        LogNormal = "log-normal",
        /// Normal distribution.
        Normal = "normal",
    }
}

settings! {
    /// Binary quantization (BQ): one bit per dimension. Needs no training.
    ///
    /// See [Compression](https://docs.weaviate.io/weaviate/configuration/compression).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Bq;
    ///
    /// let index = Flat::new().quantizer(Bq::new().rescore_limit(200).cache(true));
    /// ```
    #[doc(alias = "binary quantization")]
    Bq {
        /// Rescore limit: candidates that are rescored with their uncompressed vectors. For the
        /// flat index only, HNSW ignores it. Default: -1, the server decides.
        rescore_limit: i64 = "rescoreLimit",
        /// Keeps the compressed vectors in memory. For the flat index only, others ignore it. Default:
        /// off.
        cache: bool = "cache",
    }
}

settings! {
    /// Scalar quantization (SQ): one byte per dimension, from bounds that are learned. For HNSW
    /// only.
    ///
    /// See [Compression](https://docs.weaviate.io/weaviate/configuration/compression).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Sq;
    ///
    /// let index = Hnsw::new().quantizer(Sq::new().training_limit(50_000));
    /// ```
    #[doc(alias = "scalar quantization")]
    Sq {
        /// Rescore limit: candidates that are rescored with their uncompressed vectors. Default:
        /// 20.
        rescore_limit: i64 = "rescoreLimit",
        /// Training limit: objects from which the bounds are learned. Default: 100 000.
        training_limit: i64 = "trainingLimit",
        /// Cache. Without effect: the server ignores it.
        cache: bool = "cache",
    }
}

settings! {
    /// Rotational quantization (RQ): rotates vectors, then rounds each dimension. Needs no
    /// training.
    ///
    /// Needs Weaviate 1.32 in HNSW, 1.34 in a flat index. See
    /// [RQ](https://docs.weaviate.io/weaviate/configuration/compression/rq-compression).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::Rq;
    ///
    /// let index = Hnsw::new().quantizer(Rq::new().bits(1).rescore_limit(512));
    /// ```
    #[doc(alias = "rotational quantization")]
    Rq {
        /// Bits per dimension: 8, 1 since Weaviate 1.33, or 4 since Weaviate 1.39. Default: 8.
        /// Fixed once the quantizer is active.
        bits: i64 = "bits",
        /// Rescore limit: candidates that are rescored with their uncompressed vectors. Default in
        /// HNSW: 20, with 1 bit 512.
        rescore_limit: i64 = "rescoreLimit",
        /// Keeps the compressed vectors in memory. For the flat index only, others ignore it. Default:
        /// off.
        cache: bool = "cache",
    }
}

impl From<Pq> for Quantizer {
    fn from(settings: Pq) -> Self {
        Self::Pq(settings)
    }
}

impl From<Bq> for Quantizer {
    fn from(settings: Bq) -> Self {
        Self::Bq(settings)
    }
}

impl From<Sq> for Quantizer {
    fn from(settings: Sq) -> Self {
        Self::Sq(settings)
    }
}

impl From<Rq> for Quantizer {
    fn from(settings: Rq) -> Self {
        Self::Rq(settings)
    }
}

/// Member of the index settings under which each quantizer is written.
pub(crate) const SLOTS: [&str; 4] = ["pq", "bq", "sq", "rq"];

/// Member of the index settings that switches off the server's default quantizer.
pub(crate) const UNCOMPRESSED: &str = "skipDefaultQuantization";

impl Quantizer {
    fn read(slot: &str, settings: &Value) -> Option<Self> {
        Some(match slot {
            "pq" => Self::Pq(Pq::read(settings)?),
            "bq" => Self::Bq(Bq::read(settings)?),
            "sq" => Self::Sq(Sq::read(settings)?),
            "rq" => Self::Rq(Rq::read(settings)?),
            _ => return None,
        })
    }

    fn write(&self) -> (&'static str, Value) {
        match self {
            Self::Pq(settings) => ("pq", settings.write()),
            Self::Bq(settings) => ("bq", settings.write()),
            Self::Sq(settings) => ("sq", settings.write()),
            Self::Rq(settings) => ("rq", settings.write()),
            Self::Uncompressed => (UNCOMPRESSED, Value::Bool(true)),
        }
    }
}

/// Takes the active quantizer. Inactive ones stay in `Extra`.
pub(crate) fn take(map: &mut Map, _: &str) -> Option<Quantizer> {
    let on = |settings: &&Value| settings.get("enabled") == Some(&Value::Bool(true));
    for slot in SLOTS {
        let Some(settings) = map.get(slot).filter(on) else { continue };
        let mut inner = settings.clone();
        if let Some(inner) = inner.as_object_mut() {
            inner.remove("enabled");
        }
        let quantizer = Quantizer::read(slot, &inner)?;
        let mut written = Map::new();
        put(&quantizer, &mut written, slot);
        if !written.get(slot).is_some_and(|written| same(written, settings)) {
            return None;
        }
        map.remove(slot);
        return Some(quantizer);
    }
    (map.get(UNCOMPRESSED) == Some(&Value::Bool(true))).then(|| {
        map.remove(UNCOMPRESSED);
        Quantizer::Uncompressed
    })
}

/// Writes the quantizer to its member.
pub(crate) fn put(quantizer: &Quantizer, map: &mut Map, _: &str) {
    let (slot, mut settings) = quantizer.write();
    if let Some(settings) = settings.as_object_mut() {
        settings.insert("enabled".to_owned(), Value::Bool(true));
    }
    map.insert(slot.to_owned(), settings);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn active_quantizer_is_read_and_written_back() {
        let read = json!({
            "bq": { "enabled": false },
            "rq": { "enabled": true, "bits": 8, "rescoreLimit": 20, "new": 1 },
            "skipDefaultQuantization": false,
        });
        let mut members = map(&read);
        let quantizer = take(&mut members, "").unwrap();
        assert!(matches!(&quantizer, Quantizer::Rq(rq) if rq.bits == Some(8)), "{quantizer:?}");
        assert_eq!(members.len(), 2);
        put(&quantizer, &mut members, "");
        assert_eq!(members, map(&read));
    }

    #[test]
    fn unknown_quantizer_settings_are_kept() {
        for value in [
            json!({}),
            json!({ "bq": { "enabled": false }, "rq": null, "xq": { "enabled": true } }),
            json!({ "rq": "new" }),
        ] {
            let mut members = map(&value);
            assert_eq!((take(&mut members, ""), members), (None, map(&value)));
        }
    }

    #[test]
    fn uncompressed_is_written_explicitly() {
        let mut members = map(&json!({ "skipDefaultQuantization": true }));
        assert_eq!(take(&mut members, ""), Some(Quantizer::Uncompressed));
        assert!(members.is_empty());
        put(&Quantizer::Uncompressed, &mut members, "");
        assert_eq!(members, map(&json!({ "skipDefaultQuantization": true })));
    }
}
