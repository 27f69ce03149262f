//! Body of a gRPC reply that keeps the message in the pieces in which it arrived.
//!
//! tonic copies all pieces into one buffer before it decodes them. For a reply with many vectors,
//! that buffer and the copy were a fifth of the cost. Here tonic sees an empty message in place of
//! the real one, which goes to the decoder directly. All else reaches tonic as it came: trailers,
//! compressed messages, and whatever is not a message, so that it finds the faults.

use std::collections::VecDeque;
use std::mem::take;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut as _, Bytes, BytesMut};
use hyper::body::{Body, Frame, SizeHint};

/// The flag and the length in front of a message.
const PREFIX: usize = 5;

/// Prefix of an empty message.
const EMPTY_MESSAGE: Bytes = Bytes::from_static(&[0; PREFIX]);

/// The message of a reply, from the body to the decoder. `None` if tonic has it.
#[derive(Clone, Debug, Default)]
pub(super) struct HandedOver(Arc<Mutex<Option<Pieces>>>);

impl HandedOver {
    fn put(&self, message: Pieces) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    }

    pub(super) fn take(&self) -> Option<Pieces> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The body of a reply, whose message does not pass through tonic.
pub(super) struct ReplyBody<B> {
    body: B,
    phase: BodyPhase,
    message: HandedOver,
    /// Limit of a message, in bytes.
    max: usize,
}

enum BodyPhase {
    /// Collects the message. `length` is known with the prefix.
    Message { pieces: Pieces, length: Option<usize> },
    /// The rest goes to tonic, after a frame that was read ahead.
    Rest(Option<Frame<Bytes>>),
}

impl<B> ReplyBody<B> {
    pub(super) fn new(body: B, message: HandedOver, max: usize) -> Self {
        Self { body, phase: BodyPhase::Message { pieces: Pieces::default(), length: None }, message, max }
    }

    /// Takes a piece of the message. Returns what tonic gets once the message is complete, or proves
    /// to be none.
    fn add(&mut self, piece: Bytes) -> Option<Bytes> {
        let BodyPhase::Message { pieces, length } = &mut self.phase else { return Some(piece) };
        pieces.push(piece);
        let len = match *length {
            Some(len) => len,
            None if pieces.remaining() < PREFIX => return None,
            None => {
                let [compressed, len @ ..] = pieces.prefix();
                let len = u32::from_be_bytes(len) as usize;
                if compressed != 0 || len > self.max {
                    return Some(self.pass_on());
                }
                *length = Some(len);
                len
            }
        };
        match pieces.remaining() - PREFIX {
            have if have < len => None,
            have if have > len => Some(self.pass_on()),
            _ => {
                let mut message = take(pieces);
                message.advance(PREFIX);
                self.message.put(message);
                self.phase = BodyPhase::Rest(None);
                Some(EMPTY_MESSAGE)
            }
        }
    }

    /// Returns what has arrived, for tonic.
    fn pass_on(&mut self) -> Bytes {
        match std::mem::replace(&mut self.phase, BodyPhase::Rest(None)) {
            BodyPhase::Message { mut pieces, .. } => pieces.copy_to_bytes(pieces.remaining()),
            BodyPhase::Rest(_) => Bytes::new(),
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for ReplyBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        loop {
            if let BodyPhase::Rest(next) = &mut self.phase {
                return match next.take() {
                    Some(frame) => Poll::Ready(Some(Ok(frame))),
                    None => Pin::new(&mut self.body).poll_frame(context),
                };
            }
            let next = match ready!(Pin::new(&mut self.body).poll_frame(context)).transpose()? {
                Some(frame) => match frame.into_data() {
                    Ok(piece) => match self.add(piece) {
                        Some(bytes) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                        None => continue,
                    },
                    Err(other) => Some(other),
                },
                None => None,
            };
            // The message is incomplete or missing.
            let bytes = self.pass_on();
            self.phase = BodyPhase::Rest(next);
            if !bytes.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.phase, BodyPhase::Rest(None)) && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// Bytes in several pieces. Parts that are within a piece are not copied.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// Empty only if there is no other.
    front: Bytes,
    others: VecDeque<Bytes>,
    remaining: usize,
}

impl From<Bytes> for Pieces {
    fn from(bytes: Bytes) -> Self {
        Self { remaining: bytes.len(), front: bytes, others: VecDeque::new() }
    }
}

impl Pieces {
    fn push(&mut self, piece: Bytes) {
        self.remaining += piece.len();
        if self.front.is_empty() {
            self.front = piece;
        } else if !piece.is_empty() {
            self.others.push_back(piece);
        }
    }

    /// Returns the first bytes, of which there are enough.
    fn prefix(&self) -> [u8; PREFIX] {
        let mut prefix = [0; PREFIX];
        let bytes = self.front.iter().chain(self.others.iter().flatten());
        prefix.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        prefix
    }

    /// Advances beyond the first piece, or to its end.
    #[cold]
    fn advance_beyond(&mut self, mut count: usize) {
        assert!(count <= self.remaining, "advanced by {count} of {} bytes", self.remaining);
        self.remaining -= count;
        while count >= self.front.len() && !self.others.is_empty() {
            count -= self.front.len();
            self.front = self.others.pop_front().unwrap_or_default();
        }
        self.front.advance(count);
    }
}

impl Buf for Pieces {
    #[inline]
    fn remaining(&self) -> usize {
        self.remaining
    }

    #[inline]
    fn chunk(&self) -> &[u8] {
        &self.front
    }

    #[inline]
    fn advance(&mut self, count: usize) {
        if count < self.front.len() {
            self.remaining -= count;
            self.front.advance(count);
        } else {
            self.advance_beyond(count);
        }
    }

    #[inline]
    fn copy_to_bytes(&mut self, len: usize) -> Bytes {
        if len <= self.front.len() {
            let part = self.front.slice(..len);
            self.advance(len);
            return part;
        }
        let mut part = BytesMut::with_capacity(len);
        part.put(self.take(len));
        part.freeze()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http::HeaderMap;

    use super::*;

    /// Frames of a body that is there at once.
    struct Frames(VecDeque<Frame<Bytes>>);

    impl Body for Frames {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(self.0.pop_front().map(Ok))
        }
    }

    /// Sends `bytes` in pieces of `size`, then trailers. Returns the message that is handed over and
    /// the data that tonic gets.
    fn read(bytes: &'static [u8], size: usize, max: usize) -> (Option<Bytes>, Vec<u8>) {
        let pieces = bytes.chunks(size).map(|piece| Frame::data(Bytes::from_static(piece)));
        let frames = Frames(pieces.chain([Frame::trailers(HeaderMap::new())]).collect());
        let message = HandedOver::default();
        let mut body = ReplyBody::new(frames, message.clone(), max);
        let (mut data, mut trailers) = (Vec::new(), 0);
        let mut context = Context::from_waker(std::task::Waker::noop());
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut body).poll_frame(&mut context) {
            assert_eq!(trailers, 0, "the trailers are the last frame");
            match frame.into_data() {
                Ok(piece) => data.extend_from_slice(&piece),
                Err(_) => trailers += 1,
            }
        }
        assert_eq!(trailers, 1);
        (message.take().map(|mut pieces| pieces.copy_to_bytes(pieces.remaining())), data)
    }

    #[test]
    fn a_complete_message_does_not_pass_through_tonic() {
        let empty = (Some(Bytes::new()), vec![0; 5]);
        for size in 1..=10 {
            let (message, data) = read(&[0, 0, 0, 0, 4, 1, 2, 3, 4], size, 4);
            assert_eq!(message.as_deref(), Some(&[1, 2, 3, 4][..]), "{size}");
            assert_eq!(data, [0; 5]);
            assert_eq!(read(&[0, 0, 0, 0, 0], size, 4), empty);
        }
    }

    #[test]
    fn all_else_reaches_tonic_unchanged() {
        let bodies: [&[u8]; 6] = [
            &[],
            &[0, 0, 0],
            &[0, 0, 0, 0, 4, 1, 2, 3],
            &[1, 0, 0, 0, 4, 1, 2, 3, 4],
            &[0, 0, 0, 0, 5, 1, 2, 3, 4, 5],
            &[0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
        ];
        for body in bodies {
            // A second message is seen only if it comes with the first.
            for size in if body.len() == 11 { 11..=12 } else { 1..=10 } {
                assert_eq!(read(body, size, 4), (None, body.to_vec()), "{size}");
            }
        }
    }

    #[test]
    fn parts_of_pieces_are_those_of_the_whole() {
        let whole: Vec<u8> = (0..100).collect();
        for size in [1, 3, 7, 50, 100] {
            let mut pieces = Pieces::default();
            whole.chunks(size).for_each(|piece| pieces.push(Bytes::copy_from_slice(piece)));
            let mut expected = whole.as_slice();
            for len in [0, 1, 9, 20, 7, 13] {
                assert_eq!(pieces.copy_to_bytes(len), expected.copy_to_bytes(len), "{size} {len}");
                pieces.advance(len / 2);
                expected.advance(len / 2);
                assert_eq!((pieces.remaining(), pieces.chunk()[0]), (expected.remaining(), expected[0]));
            }
        }
    }

    #[test]
    fn a_part_within_a_piece_is_not_copied() {
        let piece = Bytes::from(vec![7; 100]);
        let mut pieces = Pieces::default();
        pieces.push(piece.clone());
        pieces.push(Bytes::from_static(b"more"));
        pieces.advance(10);
        assert_eq!(pieces.copy_to_bytes(90).as_ptr(), piece[10..].as_ptr());
        assert_eq!(pieces.chunk(), b"more");
    }
}
