//! Conversion of searches to `SearchRequest`. Arguments that the server always refuses are refused
//! here, before anything is sent.

use weaviate_generated::grpc;
use weaviate_generated::grpc::reply::SearchReply;
use weaviate_generated::grpc::{MetadataRequest, SearchRequest};

use super::{consistency, filters, generative_request, ranking, selection};
use crate::values::property_names;
use crate::values::query::{GroupBy, Metadata, NearVector, Options};
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

    /// Returns whether it asks for no object, so that no request is needed.
    #[doc(hidden)]
    fn finds_nothing(&self) -> bool {
        false
    }

    /// Returns the vector search whose text is to be embedded before the request is sent.
    #[doc(hidden)]
    fn to_embed(&mut self) -> Option<&mut NearVector> {
        None
    }

    /// Brings the results into the order of this kind.
    #[doc(hidden)]
    fn arrange(&self, _reply: &mut SearchReply) {}
}

/// Largest number of the server's range.
pub(super) const MAX: u32 = i32::MAX.unsigned_abs();

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
    // A keyword search reads whole objects. A hybrid search, which has a score, too, checks by itself.
    if default_metadata != DefaultMetadata::Score {
        generative_request::check_images(options)?;
    }
    let properties = selection::properties(&options.selected, &ranking::boosted(options))?;
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
        rerank: options.rerank.as_ref().map(ranking::rerank).transpose()?,
        generative: options.generate.as_deref().map(generative_request::message).transpose()?.map(Box::new),
        boost: options.boost.as_ref().map(ranking::boost).transpose()?.map(Box::new),
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
        // The score of a boost replaces that of the search.
        score: default_metadata == DefaultMetadata::Score || options.boost.is_some(),
        query_profile: options.query_profile,
        ..MetadataRequest::default()
    };
    for metadata in &options.selected.metadata {
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
    selection::vectors(&options.selected.vectors, &mut request)?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use weaviate_generated::grpc::{PropertiesRequest, SortBy};

    use super::super::fetch::fetch_objects;
    use super::*;
    use crate::values::query::{BoostCondition, FetchObjects, IncludeVectors, Rerank, Selected, Sort};
    use crate::values::types::ConsistencyLevel;
    use crate::{ErrorKind, Filter};

    fn article() -> Target {
        Target::new("Article")
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
    }

    #[test]
    fn all_options_are_sent() {
        let options = Options {
            filter: Some(Filter::property("year").equal(1)),
            limit: Some(5),
            offset: Some(2),
            selected: Selected {
                metadata: vec![Metadata::CreationTime, Metadata::IsConsistent],
                vectors: IncludeVectors::Named(vec!["title".to_owned()]),
                properties: Some(vec!["title".to_owned()]),
                ..Selected::default()
            },
            query_profile: true,
            ..Options::default()
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
                query_profile: true,
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
    fn ranked_searches_support_autocut_and_grouping() {
        let by = GroupBy::new("topic").groups(2).objects_per_group(3);
        let options = Options { auto_limit: Some(1), group_by: Some(by.clone()), ..Options::default() };
        let request = common(&article(), &options, DefaultMetadata::Distance).unwrap();
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
            let error = common(&article(), &options, DefaultMetadata::Distance).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        }
    }

    #[test]
    fn invalid_arguments_are_not_sent() {
        let limits = |limit, offset| Options { limit, offset, ..Options::default() };
        let of = |selected| Options { selected, ..Options::default() };
        let names = |properties: &[&str]| {
            let properties = Some(properties.iter().map(|&name| name.to_owned()).collect());
            of(Selected { properties, ..Selected::default() })
        };
        let vectors = of(Selected { vectors: IncludeVectors::Named(vec![String::new()]), ..Selected::default() });
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
        let nothing = names(&[]);
        let request = fetch_objects(&article(), &nothing, &FetchObjects::default()).unwrap();
        assert_eq!(request.properties, Some(PropertiesRequest::default()), "no properties, as opposed to all");
    }

    /// In a search, the server boosts by returned properties only.
    #[test]
    fn boosted_properties_are_requested_besides_the_selected_ones() {
        let selected = |names: &[&str]| Options {
            selected: Selected {
                properties: Some(names.iter().map(|&name| name.to_owned()).collect()),
                ..Selected::default()
            },
            boost: Some(
                Into::<crate::properties::Typed<(), _>>::into(BoostCondition::property_value("rating")).into_inner(),
            ),
            rerank: Some(Rerank::new("body", "owls")),
            ..Options::default()
        };
        for (names, requested, unselected) in [
            (&["title"][..], &["title", "rating"][..], &["rating", "body"][..]),
            (&["body", "rating"], &["body", "rating"], &[]),
        ] {
            let options = selected(names);
            let request = common(&article(), &options, DefaultMetadata::Score).unwrap();
            assert_eq!(request.properties.unwrap().non_ref_properties, requested);
            assert_eq!(ranking::unselected(&options), unselected);
        }
        let all = Options { selected: Selected::default(), ..selected(&[]) };
        assert_eq!(common(&article(), &all, DefaultMetadata::Score).unwrap().properties, None);
        assert!(ranking::unselected(&all).is_empty());
    }
}
