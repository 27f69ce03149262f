//! Values of the data type `blob`: bytes, sent as base64.

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::{fmt, io};

use base64::Engine as _;
use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::check_runtime;

/// Value of a `blob` property: binary data, such as an image.
///
/// It is sent as base64 and not indexed: no filter and no keyword search finds it. A query returns
/// it only if the property is listed by name. See Weaviate's page on
/// [data types](https://docs.weaviate.io/weaviate/config-refs/datatypes#blob).
///
/// ```
/// use weaviate::types::Blob;
///
/// let image = Blob::from(vec![0xff, 0xd8, 0xff]);
/// assert_eq!(image.to_base64(), "/9j/");
/// assert_eq!(Blob::from_base64("/9j/")?, image);
/// # Ok::<(), weaviate::Error>(())
/// ```
#[doc(alias = "base64")]
#[doc(alias = "bytes")]
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Blob(Bytes);

impl Blob {
    /// Decodes standard base64 with padding.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) if the text is not standard base64 with
    /// padding.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let error = Blob::from_base64("not base64").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Validation);
    /// ```
    pub fn from_base64(text: impl AsRef<[u8]>) -> crate::Result<Self> {
        match BASE64_STANDARD.decode(text) {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => {
                Err(crate::Error::validation("blob", format!("must be standard base64 with padding: {error}")))
            }
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) if the file cannot be read, and
    /// [`Configuration`](crate::ErrorKind::Configuration) outside of a tokio runtime.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(photos: Collection) -> weaviate::Result<()> {
    /// let similar = photos.query().near_image(Blob::read("owl.jpg").await?).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read(path: impl Into<PathBuf>) -> crate::Result<Self> {
        check_runtime()?;
        let path = path.into();
        let shown = path.display().to_string();
        let read = tokio::task::spawn_blocking(move || std::fs::read(path));
        let read = read.await.map_err(io::Error::other).and_then(|read| read);
        read.map(Self::from).map_err(|error| unreadable(&format!("`{shown}`"), error))
    }

    /// Reads everything from a reader, into memory.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) if the reader fails.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> weaviate::Result<()> {
    /// let image = Blob::from_reader(&b"owl"[..]).await?;
    /// assert_eq!(image.as_bytes(), b"owl");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn from_reader(reader: impl AsyncRead) -> crate::Result<Self> {
        let mut reader = pin!(reader);
        let (mut bytes, mut room) = (Vec::new(), vec![0; READ_SIZE]);
        loop {
            let mut part = ReadBuf::new(&mut room);
            let read = poll_fn(|context| reader.as_mut().poll_read(context, &mut part)).await;
            read.map_err(|error| unreadable("the reader", error))?;
            if part.filled().is_empty() {
                return Ok(bytes.into());
            }
            bytes.extend_from_slice(part.filled());
        }
    }

    /// Returns the data as standard base64 with padding.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert_eq!(Blob::from(&b"owl"[..]).to_base64(), "b3ds");
    /// ```
    #[must_use]
    pub fn to_base64(&self) -> String {
        BASE64_STANDARD.encode(&self.0)
    }

    /// Returns the bytes.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// assert_eq!(Blob::from(vec![1, 2]).as_bytes(), [1, 2]);
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes as an owned buffer, without a copy.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let bytes = Blob::from(vec![1, 2]).into_bytes();
    /// assert_eq!(bytes.len(), 2);
    /// ```
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

/// Number of bytes that are read at once.
const READ_SIZE: usize = 64 * 1024;

fn unreadable(what: &str, error: io::Error) -> crate::Error {
    crate::Error::validation("blob", format!("cannot read {what}: {error}")).with_source(error)
}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<&[u8]> for Blob {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Blob {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(&self.0, &BASE64_STANDARD))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Base64Visitor;

        impl Visitor<'_> for Base64Visitor {
            type Value = Blob;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a blob as standard base64 with padding")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Blob, E> {
                BASE64_STANDARD
                    .decode(text)
                    .map(Blob::from)
                    .map_err(|e| E::custom(format_args!("not standard base64: {e}")))
            }
        }

        deserializer.deserialize_str(Base64Visitor)
    }
}
