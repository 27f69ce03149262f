//! Reads pages, and prefetches the next page while the caller consumes the current one.
//!
//! A task of its own fetches each page and ends with the reader. A future polled with the stream
//! would need no task, but would stand still while the caller works on an object. Its deadline
//! would then expire although the reply came in time.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

use super::ResumeToken;
use super::walk::{Page, Walk};
use crate::error::Verdict;
use crate::{Error, ErrorKind, Result, Uuid};

/// Fetches the page after a cursor. An empty page is the end.
pub(super) type Fetch<T> = Box<dyn FnMut(Option<Uuid>) -> Fetching<T> + Send>;
pub(super) type Fetching<T> = Pin<Box<dyn Future<Output = Result<Page<T>>> + Send>>;

pub(super) struct Reader<T> {
    walk: Walk<T>,
    fetch: Fetch<T>,
    ahead: bool,
    next: NextPage<T>,
}

/// Page after the one that is being consumed.
enum NextPage<T> {
    /// Not requested yet.
    Open,
    Coming(Task<T>),
    /// Not requested, because of this error.
    Refused(Error),
    /// The end.
    Over,
}

impl<T: Send + 'static> Reader<T> {
    /// `ahead`: prefetch the next page while the current one is consumed.
    pub(super) fn new(token: ResumeToken, ahead: bool, fetch: Fetch<T>) -> Self {
        let next = if token.is_end() { NextPage::Over } else { NextPage::Open };
        Self { walk: Walk::new(token), fetch, ahead, next }
    }

    /// Makes this error the only item, without a request.
    pub(super) fn refused(mut self, error: Error) -> Self {
        self.next = NextPage::Refused(error);
        self
    }

    /// Ends the iteration: no more items follow.
    pub(super) fn stop(&mut self) {
        self.next = NextPage::Over;
        self.walk.discard();
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(found) = self.walk.next() {
                return Poll::Ready(Some(Ok(found)));
            }
            let page = match &mut self.next {
                NextPage::Open => {
                    self.ask();
                    continue;
                }
                NextPage::Coming(task) => ready!(task.poll(context)),
                NextPage::Refused(_) | NextPage::Over => {
                    let NextPage::Refused(error) = std::mem::replace(&mut self.next, NextPage::Over) else {
                        return Poll::Ready(None);
                    };
                    return Poll::Ready(Some(Err(error)));
                }
            };
            self.next = NextPage::Over;
            match page.and_then(|page| self.walk.turn_to(page)) {
                Ok(()) if self.walk.token().is_end() => {}
                Ok(()) if self.ahead => self.ask(),
                Ok(()) => self.next = NextPage::Open,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    fn ask(&mut self) {
        let page = (self.fetch)(self.walk.cursor());
        self.next = match Handle::try_current() {
            Ok(runtime) => NextPage::Coming(Task(runtime.spawn(page.in_current_span()))),
            Err(_) => NextPage::Refused(Error::configuration(
                "iterating needs a tokio runtime: await it within `#[tokio::main]` or `Runtime::block_on`",
            )),
        };
    }
}

impl<T> Reader<T> {
    pub(super) fn token(&self) -> ResumeToken {
        self.walk.token()
    }
}

/// Running request. Dropping it cancels the request.
struct Task<T>(JoinHandle<Result<Page<T>>>);

impl<T> Task<T> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Page<T>>> {
        Poll::Ready(ready!(Pin::new(&mut self.0).poll(context)).unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::new(
                Verdict::unknown(ErrorKind::Connection),
                "the request was cancelled because the tokio runtime shuts down",
            )),
        }))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("token", &self.walk.token()).field("ahead", &self.ahead).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn, ready};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    /// Pages to answer, in this order, and the cursors of the requests.
    #[derive(Clone, Default)]
    struct Script {
        pages: Arc<Mutex<Vec<Result<Vec<u128>>>>>,
        asked: Arc<Mutex<Vec<u128>>>,
    }

    impl Script {
        fn of<const N: usize>(pages: [Result<&[u128]>; N]) -> Self {
            let pages = pages.into_iter().rev().map(|page| page.map(<[u128]>::to_vec)).collect();
            Self { pages: Arc::new(Mutex::new(pages)), ..Self::default() }
        }

        fn reader(&self, token: ResumeToken, ahead: bool) -> Reader<u128> {
            let own = self.clone();
            let fetch = move |after: Option<Uuid>| -> Fetching<u128> {
                own.asked.lock().unwrap().push(after.map_or(0, |id| id.as_u128()));
                let Some(page) = own.pages.lock().unwrap().pop() else { return Box::pin(pending()) };
                Box::pin(ready(page.map(|ids| ids.into_iter().map(|id| (Uuid::from_u128(id), id)).collect())))
            };
            Reader::new(token, ahead, Box::new(fetch))
        }

        /// Cursors of the requests.
        fn asked(&self) -> Vec<u128> {
            self.asked.lock().unwrap().clone()
        }
    }

    async fn next(reader: &mut Reader<u128>) -> Option<Result<u128>> {
        poll_fn(|context| reader.poll_next(context)).await
    }

    async fn rest(reader: &mut Reader<u128>) -> Vec<Result<u128, String>> {
        let mut all = Vec::new();
        while let Some(found) = next(reader).await {
            all.push(found.map_err(|error| error.to_string()));
        }
        assert!(next(reader).await.is_none(), "no items after the end");
        all
    }

    fn behind(id: u128) -> ResumeToken {
        Uuid::from_u128(id).into()
    }

    #[tokio::test]
    async fn pages_follow_each_other_until_an_empty_one() {
        // The second page is short, and not the last.
        let pages = || Script::of([Ok(&[1, 2, 3]), Ok(&[4]), Ok(&[5, 6, 7]), Ok(&[])]);
        for ahead in [true, false] {
            let script = pages();
            let mut reader = script.reader(ResumeToken::start(), ahead);
            assert_eq!(rest(&mut reader).await, (1..=7).map(Ok).collect::<Vec<_>>());
            assert_eq!(script.asked(), [0, 3, 4, 7]);
            assert!(reader.token().is_end());
        }
        let script = Script::of([Ok(&[])]);
        let mut reader = script.reader(ResumeToken::start(), true);
        assert!(rest(&mut reader).await.is_empty() && reader.token().is_end());
        let mut reader = script.reader(ResumeToken::END, true);
        assert!(rest(&mut reader).await.is_empty());
        assert_eq!(script.asked(), [0], "no request at the end");
    }

    #[tokio::test]
    async fn one_page_is_fetched_ahead_and_no_more() {
        let script = Script::of([Ok(&[1, 2]), Ok(&[3, 4]), Ok(&[5, 6])]);
        let mut reader = script.reader(ResumeToken::start(), true);
        assert_eq!(script.asked(), [], "no request before the first poll");
        for (id, asked) in [(1, &[0, 2][..]), (2, &[0, 2]), (3, &[0, 2, 4]), (4, &[0, 2, 4]), (5, &[0, 2, 4, 6])] {
            assert_eq!(next(&mut reader).await.unwrap().unwrap(), id);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            assert_eq!(script.asked(), asked, "at {id}");
        }
        let script = Script::of([Ok(&[1, 2]), Ok(&[3, 4])]);
        let mut reader = script.reader(ResumeToken::start(), false);
        for (id, asked) in [(1, &[0][..]), (2, &[0]), (3, &[0, 2])] {
            assert_eq!(next(&mut reader).await.unwrap().unwrap(), id);
            assert_eq!(script.asked(), asked, "at {id}, not ahead");
        }
    }

    /// The deadline of a page limits the server, not the consumer.
    #[tokio::test(start_paused = true)]
    async fn a_slow_consumer_misses_nothing() {
        use tokio::time::{sleep, timeout};
        let second = Duration::from_secs(1);
        for ahead in [true, false] {
            let fetch = move |after: Option<Uuid>| -> Fetching<u128> {
                let first = after.map_or(1, |id| id.as_u128() + 1);
                let page = async move {
                    // A reply in parts.
                    sleep(second).await;
                    sleep(second).await;
                    (first..first + 2).filter(|id| *id <= 6).map(|id| (Uuid::from_u128(id), id)).collect()
                };
                Box::pin(async move { timeout(second * 3, page).await.map_err(|_| Error::timeout(second * 3)) })
            };
            let mut reader = Reader::new(ResumeToken::start(), ahead, Box::new(fetch));
            let mut seen = Vec::new();
            while let Some(found) = next(&mut reader).await {
                seen.push(found.unwrap());
                sleep(second * 3600).await;
            }
            assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
        }
    }

    #[tokio::test]
    async fn a_page_out_of_order_ends_the_iteration() {
        for second in [&[1, 2, 3][..], &[3], &[2, 9], &[4, 4]] {
            for ahead in [true, false] {
                let script = Script::of([Ok(&[1, 2, 3]), Ok(second), Ok(&[10])]);
                let mut reader = script.reader(ResumeToken::start(), ahead);
                let all = rest(&mut reader).await;
                assert_eq!(all[..3], [Ok(1), Ok(2), Ok(3)]);
                assert!(all[3].as_ref().unwrap_err().contains("must come after"), "{all:?}");
                assert_eq!((all.len(), reader.token()), (4, behind(3)), "{second:?}");
            }
        }
    }

    #[tokio::test]
    async fn an_error_follows_the_objects_before_it_and_comes_once() {
        let script = Script::of([Ok(&[1, 2]), Err(Error::timeout(Duration::from_secs(1))), Ok(&[3, 4]), Ok(&[])]);
        let mut reader = script.reader(ResumeToken::start(), true);
        let all = rest(&mut reader).await;
        assert_eq!(all, [Ok(1), Ok(2), Err("timed out: no reply within 1s".to_owned())]);
        assert_eq!(reader.token(), behind(2));
        // The token resumes the iteration.
        let mut resumed = script.reader(reader.token(), true);
        assert_eq!(rest(&mut resumed).await, [Ok(3), Ok(4)]);
        assert_eq!(script.asked(), [0, 2, 2, 4]);

        let script = Script::of([Ok(&[1])]);
        let mut refused = script.reader(behind(9), true).refused(Error::validation("page_size", "no"));
        assert_eq!(rest(&mut refused).await, [Err("invalid argument: page_size: no".to_owned())]);
        assert_eq!((script.asked(), refused.token()), (vec![], behind(9)));
    }

    #[tokio::test]
    async fn a_cancelled_wait_loses_nothing() {
        let script = Script::of([Ok(&[1, 2])]);
        let mut reader = script.reader(ResumeToken::start(), true);
        for id in [1, 2] {
            assert_eq!(next(&mut reader).await.unwrap().unwrap(), id);
        }
        // The next page never comes; the caller can stop waiting and poll again.
        for _ in 0..3 {
            assert!(poll_fn(|context| Poll::Ready(reader.poll_next(context).is_pending())).await);
            tokio::task::yield_now().await;
        }
        assert_eq!((script.asked(), reader.token()), (vec![0, 2], behind(2)));
        reader.stop();
        assert!(next(&mut reader).await.is_none());
        assert_eq!(reader.token(), behind(2));
    }

    #[tokio::test]
    async fn dropping_the_reader_cancels_its_request() {
        let held = Arc::new(());
        let inside = Arc::clone(&held);
        let fetch = move |_| -> Fetching<u128> {
            let inside = Arc::clone(&inside);
            Box::pin(async move {
                let never = pending().await;
                drop(inside);
                never
            })
        };
        let mut reader = Reader::new(ResumeToken::start(), true, Box::new(fetch));
        for _ in 0..3 {
            assert!(poll_fn(|context| Poll::Ready(reader.poll_next(context).is_pending())).await);
            tokio::task::yield_now().await;
        }
        assert_eq!(Arc::strong_count(&held), 3);
        drop(reader);
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&held), 1);
    }

    #[test]
    fn without_a_runtime_there_is_an_error() {
        let script = Script::of([Ok(&[1])]);
        let mut reader = script.reader(ResumeToken::start(), true);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let Poll::Ready(Some(Err(error))) = reader.poll_next(&mut context) else { panic!("no error") };
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(matches!(reader.poll_next(&mut context), Poll::Ready(None)));
    }
}
