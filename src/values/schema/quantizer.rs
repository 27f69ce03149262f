//! Vectors in fewer bytes.

use serde_json::Value;

use super::settings::{Json, Map, same};

/// How the vectors in memory are made smaller. One per index.
///
/// ```
/// use weaviate::schema::{Hnsw, Rq};
///
/// let index = Hnsw::new().quantizer(Rq::new().bits(8).rescore_limit(40));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Quantizer {
    /// Product quantization.
    Pq(Pq),
    /// Binary quantization.
    Bq(Bq),
    /// Scalar quantization.
    Sq(Sq),
    /// Rotational quantization.
    Rq(Rq),
    /// None at all, also where the server would use one by default. Needs Weaviate 1.32.5. In an update, it switches off
    /// the one that is on.
    Uncompressed,
}

settings! {
    /// Product quantization: groups of numbers are replaced by the nearest of some that were learned.
    Pq {
        /// How many values a group can have. Default: 256.
        centroids: i64 = "centroids",
        /// How many groups. Default: the server decides.
        segments: i64 = "segments",
        /// How many objects are learned from. Default: 100 000.
        training_limit: i64 = "trainingLimit",
        /// How the values are learned.
        encoder: PqEncoder = "encoder",
        /// Without effect.
        bit_compression: bool = "bitCompression",
    }
}

settings! {
    /// How product quantization learns its values.
    PqEncoder {
        /// The way. Default: [`Kmeans`](PqEncoderType::Kmeans).
        kind: PqEncoderType = "type",
        /// How the numbers are spread; for [`Tile`](PqEncoderType::Tile). Default: log-normal.
        distribution: PqDistribution = "distribution",
    }
}

words! {
    /// How product quantization learns its values.
    PqEncoderType {
        /// By clusters.
        Kmeans = "kmeans",
        /// By tiles of a distribution.
        Tile = "tile",
    }
}

words! {
    /// How the numbers of vectors are spread.
    PqDistribution {
        /// As a logarithmic normal distribution.
        LogNormal = "log-normal",
        /// As a normal distribution.
        Normal = "normal",
    }
}

settings! {
    /// Binary quantization: one bit per number.
    Bq {
        /// How many candidates are compared again with their full vectors.
        rescore_limit: i64 = "rescoreLimit",
        /// Whether the small vectors are kept in memory; for the flat index. Default: no.
        cache: bool = "cache",
    }
}

settings! {
    /// Scalar quantization: one byte per number.
    Sq {
        /// How many candidates are compared again with their full vectors. Default: 20.
        rescore_limit: i64 = "rescoreLimit",
        /// How many objects are learned from. Default: 100 000.
        training_limit: i64 = "trainingLimit",
        /// Without effect.
        cache: bool = "cache",
    }
}

settings! {
    /// Rotational quantization: needs no training. Needs Weaviate 1.32, in a flat index 1.34.
    Rq {
        /// Bits per number: 8, or 1 from Weaviate 1.34 on. Default: 8. Fixed once it is on.
        bits: i64 = "bits",
        /// How many candidates are compared again with their full vectors. Default: 20.
        rescore_limit: i64 = "rescoreLimit",
        /// Whether the small vectors are kept in memory; for the flat index. Default: no.
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

/// Where each quantizer stands among the settings of an index.
pub(crate) const SLOTS: [&str; 4] = ["pq", "bq", "sq", "rq"];

/// Says among the settings of an index that there is to be none.
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

/// The one that is on. Those that are off stay beside the fields.
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

/// Puts it where it belongs, in place of the one that was there.
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
    fn the_one_that_is_on_is_taken_and_put_back() {
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
    fn what_cannot_be_held_stays() {
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
    fn none_is_said_aloud() {
        let mut members = map(&json!({ "skipDefaultQuantization": true }));
        assert_eq!(take(&mut members, ""), Some(Quantizer::Uncompressed));
        assert!(members.is_empty());
        put(&Quantizer::Uncompressed, &mut members, "");
        assert_eq!(members, map(&json!({ "skipDefaultQuantization": true })));
    }
}
