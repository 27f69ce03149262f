//! Searches by media, and blobs from files and readers.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use weaviate::prelude::*;
use weaviate::query::Media;
use weaviate::schema::modules::Multi2VecJinaAi;
use weaviate_emulator::Emulator;

use super::indexed;
use crate::support::live_bed_of;
use crate::support::provider::Provider;

#[tokio::test]
async fn an_image_is_a_query_vector() {
    let bed = live_bed_of(Emulator::builder().offline_models(true)).await;
    let provider = Provider::of(&bed).await;
    let module = Multi2VecJinaAi::new().base_url(provider.url()).image_fields(["image"]);
    let config = CollectionConfig::new("Photo")
        .property(Property::new("name", DataType::Text))
        .property(Property::new("image", DataType::Blob))
        .vector(VectorConfig::new(module));
    let photos: Collection = bed.fresh(config).await;
    let photos = photos.header("x-jinaai-api-key", "any");
    for (name, image) in [("first", "aaa"), ("second", "ggg")] {
        let image = Blob::from(image.as_bytes());
        photos
            .data()
            .insert(PropertyMap::from([("name", name.into()), ("image", PropertyValue::from(image))]))
            .await
            .unwrap();
    }
    indexed(async || photos.query().near_image(b"ag".as_slice()).await.unwrap().len() == 2).await;
    let first = async |image: &[u8]| {
        let hits = photos.query().near_image(image).limit(1).await.unwrap();
        hits[0].properties.get("name").unwrap().as_text().unwrap().to_owned()
    };
    assert_eq!((first(b"aag").await, first(b"agg").await), ("first".to_owned(), "second".to_owned()));
    let near = photos.query().near_image(b"aag".as_slice()).distance(0.2).await.unwrap();
    assert_eq!(near.len(), 1);
    // The module takes no such medium.
    let error = photos.query().near_media(Media::Thermal, b"aag".as_slice()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
}

#[tokio::test]
async fn a_blob_is_read_from_a_file() {
    let path = std::env::temp_dir().join(format!("weaviate-blob-{}", std::process::id()));
    std::fs::write(&path, b"owl").unwrap();
    let found = Blob::read(&path).await;
    std::fs::remove_file(&path).unwrap();
    assert_eq!(found.unwrap().as_bytes(), b"owl");
    let error = Blob::read(&path).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("blob")));
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}

/// Hands out a byte at a time, with a pause before each, and fails at the end if it is told to.
struct Trickle {
    left: usize,
    fails: bool,
    pauses: bool,
}

impl AsyncRead for Trickle {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, part: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.left.checked_sub(1) {
            None if self.fails => Poll::Ready(Err(io::Error::other("the disk is gone"))),
            None => Poll::Ready(Ok(())),
            Some(_) if self.pauses => {
                self.pauses = false;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(left) => {
                (self.left, self.pauses) = (left, true);
                part.put_slice(b"o");
                Poll::Ready(Ok(()))
            }
        }
    }
}

#[tokio::test]
async fn a_blob_is_read_from_a_reader() {
    let whole = Blob::from_reader(Trickle { left: 1_000, fails: false, pauses: true }).await.unwrap();
    assert_eq!(whole.as_bytes(), vec![b'o'; 1_000]);
    let large = vec![7; 200_000];
    assert_eq!(Blob::from_reader(large.as_slice()).await.unwrap().as_bytes(), large);
    let error = Blob::from_reader(Trickle { left: 3, fails: true, pauses: true }).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("blob")));
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}
