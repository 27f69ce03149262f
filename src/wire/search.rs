//! A query -> `SearchRequest`. What could only be refused is refused here, before anything is sent.

use weaviate_generated::grpc;
use weaviate_generated::grpc::{MetadataRequest, PropertiesRequest, SearchRequest, SortBy, Targets};

use super::{consistency, filters, vector};
use crate::query::{Direction, FetchObjects, IncludeVectors, Metadata, NearVector, Options};
use crate::{Collection, ConsistencyLevel, Error, Result};

/// Where to search.
pub(crate) struct Place<'a> {
    collection: &'a str,
    tenant: Option<&'a str>,
    level: Option<ConsistencyLevel>,
}

impl<'a> Place<'a> {
    pub(crate) fn of<P>(collection: &'a Collection<P>) -> Self {
        Self { collection: collection.name(), tenant: collection.tenant_name(), level: collection.level() }
    }
}

pub(crate) fn fetch_objects(place: &Place<'_>, options: &Options, kind: &FetchObjects) -> Result<SearchRequest> {
    let FetchObjects { sort, after } = kind;
    if after.is_some() {
        let excluded =
            [("offset", options.offset.is_some()), ("filter", options.filter.is_some()), ("sort", sort.is_some())];
        if let Some((with, _)) = excluded.iter().find(|(_, set)| *set) {
            return Err(Error::validation(
                "after",
                format!("a cursor reads all objects by id and does not go with `{with}`"),
            ));
        }
    }
    let keys = sort.as_ref().map_or(&[][..], |sort| sort.keys());
    if keys.iter().any(|(property, _)| property.is_empty()) {
        return Err(Error::validation("sort", "the name of the property is empty"));
    }
    Ok(SearchRequest {
        sort_by: keys
            .iter()
            .map(|(property, direction)| SortBy {
                path: vec![property.clone()],
                ascending: *direction == Direction::Ascending,
            })
            .collect(),
        after: after.map(|id| id.to_string()).unwrap_or_default(),
        ..common(place, options, false)?
    })
}

pub(crate) fn near_vector(place: &Place<'_>, options: &Options, kind: &NearVector) -> Result<SearchRequest> {
    let NearVector { vector, target, distance, certainty } = kind;
    vector::check(vector, "near_vector")?;
    let thresholds = [("distance", distance), ("certainty", certainty)];
    if let Some((name, _)) =
        thresholds.iter().find(|(_, threshold)| threshold.is_some_and(|number| !number.is_finite()))
    {
        return Err(Error::validation(*name, "the number is not finite"));
    }
    if distance.is_some() && certainty.is_some() {
        return Err(Error::validation(
            "certainty",
            "it says the same as `distance` in another measure; set one of the two",
        ));
    }
    if certainty.is_some_and(|certainty| !(0.0..=1.0).contains(&certainty)) {
        return Err(Error::validation("certainty", "it goes from 0 to 1"));
    }
    if target.as_ref().is_some_and(String::is_empty) {
        return Err(Error::validation(
            "target",
            "the name of the vector is empty; leave the target out where there is but one",
        ));
    }
    Ok(SearchRequest {
        near_vector: Some(grpc::NearVector {
            vectors: vec![vector::message(vector, "")],
            distance: *distance,
            certainty: *certainty,
            targets: target.clone().map(|name| Targets { target_vectors: vec![name], ..Targets::default() }),
            ..grpc::NearVector::default()
        }),
        ..common(place, options, true)?
    })
}

/// The largest number the server computes with.
const MAX: u32 = i32::MAX.unsigned_abs();

fn common(place: &Place<'_>, options: &Options, by_vector: bool) -> Result<SearchRequest> {
    if options.limit == Some(0) {
        return Err(Error::validation("limit", "a limit of 0 finds nothing; leave it out for the server's default"));
    }
    if options.limit.unwrap_or(0).checked_add(options.offset.unwrap_or(0)).is_none_or(|sum| sum > MAX) {
        return Err(Error::validation("limit", format!("limit and offset together are beyond {MAX}")));
    }
    let properties = match &options.properties {
        None => None,
        Some(names) if names.iter().any(String::is_empty) => {
            return Err(Error::validation("properties", "the name of a property is empty"));
        }
        Some(names) => Some(PropertiesRequest { non_ref_properties: names.clone(), ..PropertiesRequest::default() }),
    };
    // Servers up to 1.26 look at these three to see how they may answer.
    #[expect(deprecated, reason = "they are for servers older than the contract")]
    let request =
        SearchRequest { uses_123_api: true, uses_125_api: true, uses_127_api: true, ..SearchRequest::default() };
    Ok(SearchRequest {
        collection: place.collection.to_owned(),
        tenant: place.tenant.unwrap_or_default().to_owned(),
        consistency_level: options.consistency_level.or(place.level).map(|level| consistency::message(level).into()),
        limit: options.limit.unwrap_or(0),
        offset: options.offset.unwrap_or(0),
        filters: options.filter.as_ref().map(filters::message).transpose()?,
        properties,
        metadata: Some(metadata(options, by_vector)?),
        ..request
    })
}

/// Without the id, a hit could not be named.
fn metadata(options: &Options, by_vector: bool) -> Result<MetadataRequest> {
    let mut request = MetadataRequest { uuid: true, distance: by_vector, ..MetadataRequest::default() };
    for metadata in &options.metadata {
        *match metadata {
            Metadata::CreationTime => &mut request.creation_time_unix,
            Metadata::LastUpdateTime => &mut request.last_update_time_unix,
            Metadata::Distance => &mut request.distance,
            Metadata::Certainty => &mut request.certainty,
            Metadata::Score => &mut request.score,
            Metadata::ExplainScore => &mut request.explain_score,
            Metadata::IsConsistent => &mut request.is_consistent,
        } = true;
    }
    match &options.vectors {
        IncludeVectors::None => {}
        IncludeVectors::All => request.vector = true,
        IncludeVectors::Named(names) if names.iter().any(String::is_empty) => {
            return Err(Error::validation(
                "include_vectors",
                "the name of a vector is empty; `include_vector(true)` brings an unnamed one",
            ));
        }
        IncludeVectors::Named(names) => request.vectors.clone_from(names),
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Sort;
    use crate::{ErrorKind, Filter, Uuid, Vector};

    const PLACE: Place<'_> = Place { collection: "Article", tenant: None, level: None };

    fn near(vector: impl Into<Vector>) -> NearVector {
        NearVector { vector: vector.into(), target: None, distance: None, certainty: None }
    }

    /// What every request has in it.
    #[expect(deprecated, reason = "sent for old servers")]
    fn plain() -> SearchRequest {
        SearchRequest {
            collection: "Article".to_owned(),
            metadata: Some(MetadataRequest { uuid: true, ..MetadataRequest::default() }),
            uses_123_api: true,
            uses_125_api: true,
            uses_127_api: true,
            ..SearchRequest::default()
        }
    }

    #[test]
    fn what_was_not_set_is_not_sent() {
        assert_eq!(fetch_objects(&PLACE, &Options::default(), &FetchObjects::default()).unwrap(), plain());
        let by_vector = SearchRequest {
            metadata: Some(MetadataRequest { uuid: true, distance: true, ..MetadataRequest::default() }),
            near_vector: Some(grpc::NearVector {
                vectors: vec![grpc::Vectors {
                    vector_bytes: vec![0, 0, 128, 63].into(),
                    r#type: 1,
                    ..grpc::Vectors::default()
                }],
                ..grpc::NearVector::default()
            }),
            ..plain()
        };
        assert_eq!(near_vector(&PLACE, &Options::default(), &near([1.0])).unwrap(), by_vector);
    }

    #[test]
    fn what_was_set_is_sent() {
        let options = Options {
            filter: Some(Filter::property("year").equal(1)),
            limit: Some(5),
            offset: Some(2),
            metadata: vec![Metadata::CreationTime, Metadata::IsConsistent],
            vectors: IncludeVectors::Named(vec!["title".to_owned()]),
            properties: Some(vec!["title".to_owned()]),
            consistency_level: Some(ConsistencyLevel::One),
            timeout: None,
        };
        let place = Place { tenant: Some("hot"), level: Some(ConsistencyLevel::All), ..PLACE };
        let sort = Sort::by("year").descending().then_by("title");
        let expected = SearchRequest {
            tenant: "hot".to_owned(),
            consistency_level: Some(grpc::ConsistencyLevel::One.into()),
            limit: 5,
            offset: 2,
            sort_by: vec![
                SortBy { ascending: false, path: vec!["year".to_owned()] },
                SortBy { ascending: true, path: vec!["title".to_owned()] },
            ],
            metadata: Some(MetadataRequest {
                uuid: true,
                creation_time_unix: true,
                is_consistent: true,
                vectors: vec!["title".to_owned()],
                ..MetadataRequest::default()
            }),
            properties: Some(PropertiesRequest {
                non_ref_properties: vec!["title".to_owned()],
                ..PropertiesRequest::default()
            }),
            filters: Some(filters::message(&Filter::property("year").equal(1)).unwrap()),
            ..plain()
        };
        let kind = FetchObjects { sort: Some(sort), after: None };
        assert_eq!(fetch_objects(&place, &options, &kind).unwrap(), expected);

        let unset = Options { consistency_level: None, ..options };
        let request = fetch_objects(&place, &unset, &kind).unwrap();
        assert_eq!(request.consistency_level(), grpc::ConsistencyLevel::All);
    }

    #[test]
    fn a_target_a_threshold_and_all_vectors() {
        let kind =
            NearVector { target: Some("title".to_owned()), distance: Some(0.0), ..near(vec![vec![1.0], vec![2.0]]) };
        let options =
            Options { vectors: IncludeVectors::All, metadata: vec![Metadata::Certainty], ..Options::default() };
        let request = near_vector(&PLACE, &options, &kind).unwrap();
        let near = request.near_vector.unwrap();
        assert_eq!(near.targets.unwrap().target_vectors, ["title"]);
        assert_eq!((near.distance, near.certainty), (Some(0.0), None));
        assert_eq!(near.vectors[0].r#type(), grpc::vectors::VectorType::MultiFp32);
        let metadata = request.metadata.unwrap();
        assert!(metadata.vector && metadata.certainty && metadata.distance && metadata.vectors.is_empty());
    }

    #[test]
    fn a_cursor_goes_with_little_else() {
        let after = FetchObjects { sort: None, after: Some(Uuid::nil()) };
        let page = Options { limit: Some(3), ..Options::default() };
        assert_eq!(fetch_objects(&PLACE, &page, &after).unwrap().after, Uuid::nil().to_string());
        let sorted = FetchObjects { sort: Some(Sort::by_id()), ..after.clone() };
        for (options, kind) in [
            (Options { offset: Some(0), ..page.clone() }, &after),
            (Options { filter: Some(Filter::id().equal(Uuid::nil())), ..page.clone() }, &after),
            (page, &sorted),
        ] {
            let error = fetch_objects(&PLACE, &options, kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("after")));
        }
    }

    #[test]
    fn what_could_only_be_refused_is_not_sent() {
        let limits = |limit, offset| Options { limit, offset, ..Options::default() };
        let names = |properties: &[&str]| Options {
            properties: Some(properties.iter().map(|&name| name.to_owned()).collect()),
            ..Options::default()
        };
        let vectors = Options { vectors: IncludeVectors::Named(vec![String::new()]), ..Options::default() };
        for (options, field) in [
            (limits(Some(0), None), "limit"),
            (limits(Some(u32::MAX), Some(1)), "limit"),
            (limits(None, Some(u32::MAX)), "limit"),
            (names(&["title", ""]), "properties"),
            (vectors, "include_vectors"),
            (Options { filter: Some(Filter::property("x").equal(f64::NAN)), ..Options::default() }, "filter"),
        ] {
            let error = fetch_objects(&PLACE, &options, &FetchObjects::default()).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
        for (kind, field) in [
            (near(Vec::<f32>::new()), "near_vector"),
            (NearVector { distance: Some(0.1), certainty: Some(0.9), ..near([1.0]) }, "certainty"),
            (NearVector { certainty: Some(1.1), ..near([1.0]) }, "certainty"),
            (NearVector { distance: Some(f64::NAN), ..near([1.0]) }, "distance"),
            (NearVector { target: Some(String::new()), ..near([1.0]) }, "target"),
        ] {
            let error = near_vector(&PLACE, &Options::default(), &kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
        let nothing = names(&[]);
        let request = fetch_objects(&PLACE, &nothing, &FetchObjects::default()).unwrap();
        assert_eq!(request.properties, Some(PropertiesRequest::default()), "no properties, as opposed to all");
    }
}
