//! Aggregations of what a search finds.

use weaviate::prelude::*;

use super::{Book, books};
use crate::support::time::until;
use crate::support::{GRPC_PROTOCOLS, live_bed};

#[tokio::test]
async fn the_nearest_objects_are_aggregated() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    until("all books are indexed", async || books.query().near_vector([1.0, 0.0]).await.unwrap().len() == 5).await;
    let f = Book::fields();
    for protocol in GRPC_PROTOCOLS {
        let near = books.query().near_vector([1.0, 0.0]);
        let two = near.clone().limit(2).aggregate().metrics(f.year.sum()).protocol(protocol).await.unwrap();
        assert_eq!((two.count, two.metrics.sum), (2, Some(4010)));
        let within = near.clone().distance(0.2).aggregate().protocol(protocol).await.unwrap();
        assert_eq!(within.count, 2);
        let both = near.clone().distance(0.2).limit(1).target("default").aggregate().protocol(protocol).await.unwrap();
        assert_eq!(both.count, 1);
        let filtered =
            near.clone().limit(5).filter(f.topic.equal("trees")).aggregate().protocol(protocol).await.unwrap();
        assert_eq!(filtered.count, 1);
        let by_topic = near.limit(3).aggregate().metrics(f.year.max()).group_by(f.topic.clone()).protocol(protocol);
        let by_topic = by_topic.await.unwrap();
        assert_eq!((by_topic[0].count, by_topic[0].metrics.max, by_topic.len()), (2, Some(2010), 2));
        let hybrid = books.query().hybrid("Oaks").vector([1.0, 0.0]).alpha(0.5).limit(1);
        let hybrid = hybrid.aggregate().metrics(f.year.min().max()).protocol(protocol).await.unwrap();
        assert_eq!((hybrid.count, hybrid.metrics.min, hybrid.metrics.max), (2, Some(2000), Some(2010)));
        let id = books.query().near_vector([1.0, 0.0]).limit(1).await.unwrap()[0].id;
        let object = books.query().near_object(id).certainty(0.9).aggregate().protocol(protocol).await.unwrap();
        assert_eq!(object.count, 2);
        let embedder =
            |texts: Vec<String>| async move { Ok::<_, std::io::Error>(vec![[1.0, 0.0].to_vec(); texts.len()]) };
        let by_text =
            books.query().near_text_with(embedder, "x").limit(1).aggregate().protocol(protocol).await.unwrap();
        assert_eq!(by_text.count, 1);
    }
}
