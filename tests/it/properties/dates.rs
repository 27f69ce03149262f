//! Dates of chrono, jiff and time round-trip as RFC 3339.

use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate::properties::Typed;
use weaviate::types::DateTime;

use crate::support::live_bed;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Properties)]
struct Dates {
    name: String,
    #[cfg(feature = "chrono")]
    chrono: Option<chrono::DateTime<chrono::FixedOffset>>,
    #[cfg(feature = "chrono")]
    chronos: Vec<chrono::DateTime<chrono::Utc>>,
    #[cfg(feature = "jiff")]
    jiff: Option<jiff::Timestamp>,
    #[cfg(feature = "time")]
    #[serde(with = "time::serde::rfc3339::option", default)]
    time: Option<time::OffsetDateTime>,
}

#[tokio::test]
async fn chrono_jiff_and_time_dates_round_trip() {
    let text = "2024-02-29T12:30:00.125+02:00";
    let date: DateTime = text.parse().unwrap();
    let dates = Dates {
        name: "leap".to_owned(),
        #[cfg(feature = "chrono")]
        chrono: Some(chrono::DateTime::try_from(&date).unwrap()),
        #[cfg(feature = "chrono")]
        chronos: vec![chrono::DateTime::<chrono::FixedOffset>::try_from(&date).unwrap().to_utc()],
        #[cfg(feature = "jiff")]
        jiff: Some(jiff::Timestamp::try_from(&date).unwrap()),
        #[cfg(feature = "time")]
        time: Some(time::OffsetDateTime::try_from(&date).unwrap()),
    };

    let bed = live_bed().await;
    let config = CollectionConfig::of::<Dates>("Dates");
    let is_date = |property: &&Property| property.data_type.as_str().starts_with("date");
    let expected = Dates::properties().iter().filter(is_date).count();
    assert_eq!(expected, Dates::properties().len() - 1);
    let collection: Collection<Dates> = bed.fresh(config).await;
    collection.data().insert_many([dates.clone()]).await.unwrap().into_result().unwrap();
    let hits = collection.query().fetch_objects().await.unwrap();
    assert_eq!(hits[0].properties, dates);

    // What was written is a date to the server, with the offset where the library keeps one.
    let hits = bed.client.collection("Dates").query().fetch_objects().await.unwrap();
    let kept = |name: &str, wanted: &str| {
        let stored = hits[0].properties.get(name).and_then(|value| value.as_date()).unwrap();
        assert_eq!(stored.as_str(), wanted, "{name}");
        assert!(stored.cmp_instant(&date).is_eq());
    };
    #[cfg(feature = "chrono")]
    {
        kept("chrono", text);
        assert_eq!(DateTime::try_from(dates.chronos[0]).unwrap().as_str(), "2024-02-29T10:30:00.125Z");
    }
    #[cfg(feature = "jiff")]
    {
        kept("jiff", "2024-02-29T10:30:00.125Z");
        let filter = Dates::fields().jiff.less_or_equal(DateTime::try_from(dates.jiff.unwrap()).unwrap());
        assert_eq!(collection.query().fetch_objects().filter(filter).await.unwrap().len(), 1);
    }
    #[cfg(feature = "time")]
    {
        kept("time", text);
        assert_eq!(DateTime::try_from(dates.time.unwrap()).unwrap(), date);
        assert!(DateTime::try_from(time::OffsetDateTime::new_utc(time::Date::MIN, time::Time::MIDNIGHT)).is_err());
    }
}

/// A filter takes the dates of each library as they are, and those that the server cannot hold are refused by the query.
#[tokio::test]
async fn dates_of_other_libraries_are_values_of_filters() {
    let client = Client::custom("http://127.0.0.1:1").connect_lazy().unwrap();
    let dates = client.collection_of::<Dates>("Dates");
    let refused = async |filter: Typed<Dates, Filter>| {
        let error = dates.query().fetch_objects().filter(filter).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("filter")), "{error}");
        assert!(error.to_string().contains("the years 0000 to 9999"), "{error}");
    };
    let text = "2024-02-29T10:30:00Z";
    #[cfg(feature = "chrono")]
    {
        let date: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
        let filter = Dates::fields().chrono.greater_or_equal(date) & Dates::fields().chronos.contains_any([date]);
        assert!(format!("{filter:?}").contains(text), "{filter:?}");
        assert_eq!(
            Filter::property("chrono").equal(date),
            Filter::property("chrono").equal(DateTime::parse(text).unwrap())
        );
        assert_eq!(
            chrono::DateTime::<chrono::Utc>::from(&DateTime::parse("1969-12-31T23:59:59.25Z").unwrap())
                .timestamp_millis(),
            -750
        );
        refused(Dates::fields().chronos.contains_any([chrono::DateTime::<chrono::Utc>::MAX_UTC])).await;
        refused(Dates::fields().chrono.less_than(chrono::DateTime::<chrono::Utc>::MAX_UTC)).await;
    }
    #[cfg(feature = "jiff")]
    {
        let date: jiff::Timestamp = text.parse().unwrap();
        assert!(format!("{:?}", Dates::fields().jiff.equal(date)).contains(text));
        refused(Dates::fields().jiff.less_than(jiff::Timestamp::MIN)).await;
    }
    #[cfg(feature = "time")]
    {
        let date = time::OffsetDateTime::from_unix_timestamp(1_709_202_600).unwrap();
        assert!(format!("{:?}", Dates::fields().time.not_equal(date)).contains(text));
        refused(Dates::fields().time.less_than(time::OffsetDateTime::new_utc(time::Date::MIN, time::Time::MIDNIGHT)))
            .await;
    }
}
