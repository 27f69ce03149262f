//! Conversion of searches to `SearchRequest`. Arguments that the server always refuses are refused
//! here, before anything is sent.

use weaviate_generated::grpc;
use weaviate_generated::grpc::{MetadataRequest, SearchRequest, SortBy, Targets};

use super::{consistency, filters, selection, vector};
use crate::values::property_names;
use crate::values::query::{
    Direction, FetchObjects, GroupBy, IncludeVectors, Metadata, Near, NearObject, NearVector, Options, Threshold,
};
use crate::values::target::Target;
use crate::{Error, Result};

/// A kind of search. Unnameable: it seals [`Search`](crate::query::Search).
#[expect(unnameable_types, reason = "it seals the public trait")]
pub trait ToMessage {
    /// Name of the kind: that of its method in [`Queries`](crate::query::Queries).
    #[doc(hidden)]
    const NAME: &'static str;

    /// Returns the message.
    ///
    /// # Errors
    ///
    /// Fails for arguments that the server always refuses.
    #[doc(hidden)]
    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest>;
}

impl ToMessage for FetchObjects {
    const NAME: &'static str = "fetch_objects";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        fetch_objects(target, options, self)
    }
}

impl ToMessage for NearVector {
    const NAME: &'static str = "near_vector";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        near_vector(target, options, self)
    }
}

impl ToMessage for NearObject {
    const NAME: &'static str = "near_object";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        near_object(target, options, self)
    }
}

pub(crate) fn fetch_objects(target: &Target, options: &Options, kind: &FetchObjects) -> Result<SearchRequest> {
    let FetchObjects { sort, after } = kind;
    if after.is_some() {
        let excluded =
            [("offset", options.offset.is_some()), ("filter", options.filter.is_some()), ("sort", sort.is_some())];
        if let Some((with, _)) = excluded.iter().find(|(_, set)| *set) {
            return Err(Error::validation(
                "after",
                format!("a cursor reads all objects in id order and cannot be combined with `{with}`"),
            ));
        }
    }
    let keys = sort.as_ref().map_or(&[][..], |sort| sort.keys());
    for (property, _) in keys {
        property_names::check_unnested(property).map_err(|fault| Error::validation("sort", fault))?;
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
        ..common(target, options, DefaultMetadata::Nothing)?
    })
}

pub(crate) fn near_vector(target: &Target, options: &Options, kind: &NearVector) -> Result<SearchRequest> {
    let NearVector { vector, near } = kind;
    vector::check(vector, "near_vector")?;
    let (targets, Threshold { distance, certainty }) = checked_target_and_threshold(near)?;
    Ok(SearchRequest {
        near_vector: Some(grpc::NearVector {
            vectors: vec![vector::message(vector, "")],
            distance,
            certainty,
            targets,
            ..grpc::NearVector::default()
        }),
        ..common(target, options, DefaultMetadata::Distance)?
    })
}

pub(crate) fn near_object(target: &Target, options: &Options, kind: &NearObject) -> Result<SearchRequest> {
    let NearObject { id, near } = kind;
    let (targets, Threshold { distance, certainty }) = checked_target_and_threshold(near)?;
    Ok(SearchRequest {
        near_object: Some(grpc::NearObject {
            id: id.to_string(),
            distance,
            certainty,
            targets,
            ..grpc::NearObject::default()
        }),
        ..common(target, options, DefaultMetadata::Distance)?
    })
}

fn checked_target_and_threshold(near: &Near) -> Result<(Option<Targets>, Threshold)> {
    check_threshold(near.threshold)?;
    Ok((targets(near.target.as_deref())?, near.threshold))
}

pub(super) fn targets(name: Option<&str>) -> Result<Option<Targets>> {
    match name {
        None => Ok(None),
        Some("") => Err(Error::validation("target", "must name a vector; omit the target if there is only one")),
        Some(name) => Ok(Some(Targets { target_vectors: vec![name.to_owned()], ..Targets::default() })),
    }
}

pub(super) fn check_threshold(Threshold { distance, certainty }: Threshold) -> Result<()> {
    let thresholds = [("distance", distance), ("certainty", certainty)];
    if let Some((name, _)) =
        thresholds.iter().find(|(_, threshold)| threshold.is_some_and(|number| !number.is_finite()))
    {
        return Err(Error::validation(*name, "must be a finite number"));
    }
    if distance.is_some() && certainty.is_some() {
        return Err(Error::validation("certainty", "cannot be combined with `distance`: set one of the two"));
    }
    if certainty.is_some_and(|certainty| !(0.0..=1.0).contains(&certainty)) {
        return Err(Error::validation("certainty", "must be between 0 and 1"));
    }
    Ok(())
}

/// Largest number of the server's range.
const MAX: u32 = i32::MAX.unsigned_abs();

/// Metadata that a kind of search returns by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DefaultMetadata {
    Nothing,
    Distance,
    Score,
}

pub(super) fn common(target: &Target, options: &Options, default_metadata: DefaultMetadata) -> Result<SearchRequest> {
    if options.limit.unwrap_or(0).checked_add(options.offset.unwrap_or(0)).is_none_or(|sum| sum > MAX) {
        return Err(Error::validation("limit", format!("limit plus offset must be at most {MAX}")));
    }
    if options.auto_limit.is_some_and(|drops| !(1..=MAX).contains(&drops)) {
        return Err(Error::validation(
            "auto_limit",
            format!("must be between 1 and {MAX}; omit it to get all results up to the limit"),
        ));
    }
    let properties = options.properties.as_deref().map(selection::message).transpose()?;
    // Servers up to 1.26 choose the reply format by these three.
    #[expect(deprecated, reason = "servers older than the contract need them")]
    let request =
        SearchRequest { uses_123_api: true, uses_125_api: true, uses_127_api: true, ..SearchRequest::default() };
    Ok(SearchRequest {
        collection: target.collection().to_owned(),
        tenant: target.tenant().unwrap_or_default().to_owned(),
        consistency_level: target.level.map(|level| consistency::message(level).into()),
        limit: options.limit.unwrap_or(0),
        offset: options.offset.unwrap_or(0),
        autocut: options.auto_limit.unwrap_or(0),
        group_by: options.group_by.as_ref().map(group_by).transpose()?,
        filters: options.filter.as_ref().map(filters::message).transpose()?,
        properties,
        metadata: Some(metadata(options, default_metadata)?),
        ..request
    })
}

fn group_by(by: &GroupBy) -> Result<grpc::GroupBy> {
    property_names::check_unnested(&by.property).map_err(|fault| Error::validation("group_by", fault))?;
    let size = |verb: &str, size: u32| match i32::try_from(size) {
        Ok(size @ 1..) => Ok(size),
        _ => Err(Error::validation("group_by", format!("`{verb}` must be between 1 and {MAX}, got {size}"))),
    };
    Ok(grpc::GroupBy {
        path: vec![by.property.clone()],
        number_of_groups: size("groups", by.groups)?,
        objects_per_group: size("objects_per_group", by.objects_per_group)?,
    })
}

/// The id is always requested, since each hit has one.
fn metadata(options: &Options, default_metadata: DefaultMetadata) -> Result<MetadataRequest> {
    let mut request = MetadataRequest {
        uuid: true,
        distance: default_metadata == DefaultMetadata::Distance,
        score: default_metadata == DefaultMetadata::Score,
        ..MetadataRequest::default()
    };
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
                "must not contain an empty vector name; `include_vector(true)` returns an unnamed vector",
            ));
        }
        IncludeVectors::Named(names) => request.vectors.clone_from(names),
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use weaviate_generated::grpc::PropertiesRequest;

    use super::*;
    use crate::values::query::Sort;
    use crate::values::types::ConsistencyLevel;
    use crate::values::types::Vector;
    use crate::{ErrorKind, Filter, Uuid};

    fn article() -> Target {
        Target::new("Article")
    }

    fn near(vector: impl Into<Vector>) -> NearVector {
        NearVector { vector: vector.into(), near: Near::default() }
    }

    fn within(distance: Option<f64>, certainty: Option<f64>) -> Near {
        Near { target: None, threshold: Threshold { distance, certainty } }
    }

    /// The fields of every request.
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
    fn unset_options_are_not_sent() {
        assert_eq!(fetch_objects(&article(), &Options::default(), &FetchObjects::default()).unwrap(), plain());
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
        assert_eq!(near_vector(&article(), &Options::default(), &near([1.0])).unwrap(), by_vector);
    }

    #[test]
    fn all_options_are_sent() {
        let options = Options {
            filter: Some(Filter::property("year").equal(1)),
            limit: Some(5),
            offset: Some(2),
            auto_limit: None,
            group_by: None,
            metadata: vec![Metadata::CreationTime, Metadata::IsConsistent],
            vectors: IncludeVectors::Named(vec!["title".to_owned()]),
            properties: Some(vec!["title".to_owned()]),
        };
        let target = Target { tenant: Some("hot".into()), level: Some(ConsistencyLevel::All), ..article() };
        let sort = Sort::by("year").descending().then_by("title");
        let expected = SearchRequest {
            tenant: "hot".to_owned(),
            consistency_level: Some(grpc::ConsistencyLevel::All.into()),
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
        assert_eq!(fetch_objects(&target, &options, &kind).unwrap(), expected);
    }

    #[test]
    fn a_target_a_threshold_and_all_vectors() {
        let near = |vector: Vec<Vec<f32>>| NearVector {
            near: Near { target: Some("title".to_owned()), ..within(Some(0.0), None) },
            ..near(vector)
        };
        let kind = near(vec![vec![1.0], vec![2.0]]);
        let options =
            Options { vectors: IncludeVectors::All, metadata: vec![Metadata::Certainty], ..Options::default() };
        let request = near_vector(&article(), &options, &kind).unwrap();
        let near = request.near_vector.unwrap();
        assert_eq!(near.targets.unwrap().target_vectors, ["title"]);
        assert_eq!((near.distance, near.certainty), (Some(0.0), None));
        assert_eq!(near.vectors[0].r#type(), grpc::vectors::VectorType::MultiFp32);
        let metadata = request.metadata.unwrap();
        assert!(metadata.vector && metadata.certainty && metadata.distance && metadata.vectors.is_empty());
    }

    #[test]
    fn near_object_has_the_options_of_near_vector() {
        let kind = NearObject { id: Uuid::from_u128(1), near: within(None, Some(0.7)) };
        let expected = grpc::NearObject {
            id: "00000000-0000-0000-0000-000000000001".to_owned(),
            certainty: Some(0.7),
            ..grpc::NearObject::default()
        };
        let request = near_object(&article(), &Options::default(), &kind).unwrap();
        assert_eq!((request.near_object, request.near_vector), (Some(expected), None));
        assert!(request.metadata.unwrap().distance);
        let both = NearObject { near: within(Some(0.1), Some(0.7)), ..kind };
        assert_eq!(near_object(&article(), &Options::default(), &both).unwrap_err().field(), Some("certainty"));
    }

    #[test]
    fn ranked_searches_support_autocut_and_grouping() {
        let by = GroupBy::new("topic").groups(2).objects_per_group(3);
        let options = Options { auto_limit: Some(1), group_by: Some(by.clone()), ..Options::default() };
        let request = near_vector(&article(), &options, &near([1.0])).unwrap();
        assert_eq!(request.autocut, 1);
        let expected = grpc::GroupBy { path: vec!["topic".to_owned()], number_of_groups: 2, objects_per_group: 3 };
        assert_eq!(request.group_by, Some(expected));

        let grouped = |group_by| Options { group_by: Some(group_by), ..Options::default() };
        for (options, field) in [
            (Options { auto_limit: Some(0), ..Options::default() }, "auto_limit"),
            (Options { auto_limit: Some(u32::MAX), ..Options::default() }, "auto_limit"),
            (grouped(GroupBy::new("")), "group_by"),
            (grouped(by.clone().groups(0)), "group_by"),
            (grouped(by.clone().objects_per_group(0)), "group_by"),
            (grouped(by.groups(u32::MAX)), "group_by"),
        ] {
            let error = near_vector(&article(), &options, &near([1.0])).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
    }

    #[test]
    fn a_cursor_excludes_most_options() {
        let after = FetchObjects { sort: None, after: Some(Uuid::nil()) };
        let page = Options { limit: Some(3), ..Options::default() };
        assert_eq!(fetch_objects(&article(), &page, &after).unwrap().after, Uuid::nil().to_string());
        let sorted = FetchObjects { sort: Some(Sort::by_id()), ..after.clone() };
        for (options, kind) in [
            (Options { offset: Some(0), ..page.clone() }, &after),
            (Options { filter: Some(Filter::id().equal(Uuid::nil())), ..page.clone() }, &after),
            (page, &sorted),
        ] {
            let error = fetch_objects(&article(), &options, kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("after")));
        }
    }

    #[test]
    fn invalid_arguments_are_not_sent() {
        let limits = |limit, offset| Options { limit, offset, ..Options::default() };
        let names = |properties: &[&str]| Options {
            properties: Some(properties.iter().map(|&name| name.to_owned()).collect()),
            ..Options::default()
        };
        let vectors = Options { vectors: IncludeVectors::Named(vec![String::new()]), ..Options::default() };
        for (options, field) in [
            (limits(Some(u32::MAX), Some(1)), "limit"),
            (limits(None, Some(u32::MAX)), "limit"),
            (names(&["title", ""]), "properties"),
            (vectors, "include_vectors"),
            (Options { filter: Some(Filter::property("x").equal(f64::NAN)), ..Options::default() }, "filter"),
        ] {
            let error = fetch_objects(&article(), &options, &FetchObjects::default()).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
        for (kind, field) in [
            (near(Vec::<f32>::new()), "near_vector"),
            (NearVector { near: within(Some(0.1), Some(0.9)), ..near([1.0]) }, "certainty"),
            (NearVector { near: within(None, Some(1.1)), ..near([1.0]) }, "certainty"),
            (NearVector { near: within(Some(f64::NAN), None), ..near([1.0]) }, "distance"),
            (NearVector { near: Near { target: Some(String::new()), ..Near::default() }, ..near([1.0]) }, "target"),
        ] {
            let error = near_vector(&article(), &Options::default(), &kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
        let nothing = names(&[]);
        let request = fetch_objects(&article(), &nothing, &FetchObjects::default()).unwrap();
        assert_eq!(request.properties, Some(PropertiesRequest::default()), "no properties, as opposed to all");
    }
}
