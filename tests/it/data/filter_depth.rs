//! Filters of many levels, from the builder to the server.

use weaviate::connect::Protocol;
use weaviate::prelude::*;

use crate::support::{PROTOCOLS, live_bed};

/// A filter of so many levels that finds the year 1.
fn nested(levels: usize) -> Filter {
    let year = || Filter::property("year");
    (0..levels).fold(year().equal(1), |filter, level| {
        if level % 2 == 0 {
            Filter::any_of([filter, year().equal(7)])
        } else {
            Filter::all_of([year().less_than(5), filter])
        }
    })
}

/// Runs on a worker with a quarter of tokio's default stack.
#[test]
fn the_deepest_filter_is_evaluated() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).thread_stack_size(512 * 1024).enable_all().build().unwrap();
    let evaluated = runtime.spawn(async {
        let bed = live_bed().await;
        let config = CollectionConfig::new("FilterDepth").property(Property::new("year", DataType::Int));
        let years: Collection = bed.fresh(config).await;
        let objects = (1..4).map(|year| PropertyMap::from([("year", year)]));
        years.data().insert_many(objects).await.unwrap().into_result().unwrap();
        for protocol in PROTOCOLS {
            // The emulator reads JSON of 128 levels.
            let depth = if protocol == Protocol::Rest && !bed.is_live() { 50 } else { Filter::MAX_DEPTH };
            let filter = nested(depth);
            if protocol != Protocol::Rest {
                let found = years.query().fetch_objects().filter(filter.clone()).protocol(protocol).await.unwrap();
                assert_eq!(
                    found
                        .iter()
                        .map(|hit| hit.properties.get("year").and_then(PropertyValue::as_int))
                        .collect::<Vec<_>>(),
                    [Some(1)]
                );
            }
            let matched = years.data().delete_many(filter).dry_run(true).protocol(protocol).await.unwrap();
            assert_eq!(matched.matches, 1, "{protocol}");

            let deeper = nested(Filter::MAX_DEPTH + 1);
            let error = years.data().delete_many(deeper).protocol(protocol).await.unwrap_err();
            assert_eq!((error.kind(), error.field(), error.attempts()), (ErrorKind::Validation, Some("filter"), 0));
        }
        bed.client.collections().delete("FilterDepth").await.unwrap();
    });
    runtime.block_on(evaluated).unwrap();
}
