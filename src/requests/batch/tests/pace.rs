//! Rates hold, whatever the caller does.

use std::time::Duration;

use super::scripted_post::{Does, Server, Setup, rate_limited};
use crate::values::batch::{BatchMode, RateLimit};

const MINUTE: Duration = Duration::from_secs(60);

/// Runs a batch for some minutes. Returns its messages.
async fn run(limit: RateLimit, latency: Duration, minutes: u32) -> Server {
    let server = Server::new(latency, |_, _| Does::Stores);
    let batch = Setup::new(BatchMode::RateLimited(limit)).start(&server);
    let feeder = batch.feeder.clone();
    let feeding = tokio::spawn(async move {
        for number in 0.. {
            if feeder.add(super::scripted_post::object(number)).await.is_err() {
                return;
            }
        }
    });
    tokio::time::sleep(MINUTE * minutes).await;
    drop(batch.handle);
    feeding.await.unwrap();
    server
}

/// Returns the largest sum of any minute that begins with a message.
fn busiest_minute(server: &Server, amount: impl Fn(usize) -> usize) -> usize {
    let messages = server.messages();
    let from = |start: usize| {
        let end = messages[start].at + MINUTE;
        messages[start..].iter().take_while(|message| message.at < end).map(|message| amount(message.ids.len())).sum()
    };
    (0..messages.len()).map(from).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn rates_hold_within_five_percent() {
    for (limit, requests, objects) in [
        (RateLimit::requests_per_minute(30), Some(30), None),
        (RateLimit::objects_per_minute(6_000), None, Some(6_000)),
        (RateLimit::objects_per_minute(50), None, Some(50)),
        (RateLimit::requests_per_minute(120).and_objects(3_000), None, Some(3_000)),
    ] {
        for latency in [Duration::from_millis(5), Duration::from_millis(1_500)] {
            let server = run(limit, latency, 3).await;
            let found = [busiest_minute(&server, |_| 1), busiest_minute(&server, |objects| objects)];
            let mut reached = false;
            for (found, limit) in found.into_iter().zip([requests, objects]) {
                let Some(limit) = limit else { continue };
                assert!(found * 100 <= limit * 105, "{limit}: {found} in a minute, latency {latency:?}");
                reached |= found * 100 >= limit * 95;
            }
            assert!(reached, "{limit:?} is not used: {found:?}, latency {latency:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_are_those_that_the_caller_counts() {
    let server = Server::quick();
    let mut batch = Setup::new(BatchMode::RateLimited(RateLimit::tokens_per_minute(6_000))).start(&server);
    batch.feeder.count_tokens(std::sync::Arc::new(|_| 10));
    let start = tokio::time::Instant::now();
    batch.add_all(0..600).await;
    let (report, server) = batch.finish().await;
    assert_eq!(report.unwrap().objects().stored, 600);
    assert!((57..=61).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert!(server.sizes().iter().all(|size| *size == 10), "100 tokens a second: {:?}", server.sizes());
}

#[tokio::test(start_paused = true)]
async fn objects_that_are_sent_again_count_again() {
    let server = Server::new(Duration::from_millis(1), |number, message| match number {
        0 => Does::Refuses((0..message.ids.len()).collect(), rate_limited),
        _ => Does::Stores,
    });
    let batch = Setup::new(BatchMode::RateLimited(RateLimit::objects_per_minute(600))).start(&server);
    batch.add_all(0..100).await;
    let (report, server) = batch.finish().await;
    assert_eq!((report.unwrap().objects().stored, server.sizes().iter().sum::<usize>()), (100, 110));
    assert!(busiest_minute(&server, |objects| objects) <= 600);
}

#[tokio::test(start_paused = true)]
async fn a_dynamic_batch_reaches_full_messages() {
    let server = Server::new(Duration::from_millis(100), |_, _| Does::Stores);
    let batch = Setup::new(BatchMode::Auto).start(&server);
    batch.add_all(0..30_000).await;
    let (report, server) = batch.finish().await;
    assert_eq!(report.unwrap().objects().stored, 30_000);
    let sizes = server.sizes();
    assert_eq!((sizes[0], sizes.iter().max()), (48, Some(&1_000)), "careful, then full: {sizes:?}");
    assert!(server.most_in_flight() > 2);
}
