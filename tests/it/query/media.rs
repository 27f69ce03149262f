//! Media of searches: blobs from files and readers.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use weaviate::prelude::*;

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
