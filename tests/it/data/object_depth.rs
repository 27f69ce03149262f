//! Objects inside each other, as deep as the client writes and reads them.

use weaviate::connect::Protocol;
use weaviate::prelude::*;

use crate::support::{PROTOCOLS, live_bed};

fn nested(levels: usize) -> PropertyMap {
    (0..levels).fold(PropertyMap::from([("text", "innermost")]), |inside, _| PropertyMap::from([("inside", inside)]))
}

#[tokio::test]
async fn the_deepest_object_is_stored_and_read() {
    let bed = live_bed().await;
    let deep: Collection = bed.fresh(CollectionConfig::new("ObjectDepth")).await;
    let object = nested(PropertyMap::MAX_DEPTH);
    let mut ids = vec![deep.data().insert(object.clone()).await.unwrap()];
    for protocol in PROTOCOLS {
        let report = deep.data().insert_many([object.clone()]).protocol(protocol).await.unwrap();
        ids.extend(report.into_result().unwrap());
    }
    for id in ids {
        assert_eq!(deep.data().get(id).await.unwrap().unwrap().properties, object);
    }
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let found = deep.query().fetch_objects().protocol(protocol).await.unwrap();
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|hit| hit.properties == object));
    }
    bed.client.collections().delete("ObjectDepth").await.unwrap();
}

#[tokio::test]
async fn a_deeper_object_is_refused_before_it_is_sent() {
    let bed = live_bed().await;
    let deep: Collection = bed.fresh(CollectionConfig::new("ObjectTooDeep")).await;
    for levels in [PropertyMap::MAX_DEPTH + 1, 100_000] {
        let error = deep.data().insert(nested(levels)).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Validation, 0), "{error}");
        let report = deep.data().insert_many([nested(levels), PropertyMap::new()]).await.unwrap();
        let errors: Vec<_> = report.errors().iter().map(|error| (error.index(), error.kind())).collect();
        assert_eq!(errors, [(0, ErrorKind::Validation)]);
    }
    bed.client.collections().delete("ObjectTooDeep").await.unwrap();
}
