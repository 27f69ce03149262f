//! Conversion of listings and of fetches by id to `SearchRequest`.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;
use weaviate_generated::grpc::reply::{SearchReply, SearchResult};
use weaviate_generated::grpc::{SearchRequest, SortBy};

use super::reply;
use super::search::{DefaultMetadata, ToMessage, common};
use crate::values::property_names;
use crate::values::query::{Direction, FetchById, FetchByIds, FetchObjects, Options};
use crate::values::target::Target;
use crate::{Error, Filter, Result};

impl ToMessage for FetchObjects {
    const NAME: &'static str = "fetch_objects";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        fetch_objects(target, options, self)
    }
}

impl ToMessage for FetchById {
    const NAME: &'static str = "fetch_by_id";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        if options.generate.as_ref().is_some_and(|generate| generate.grouped.is_some()) {
            return Err(Error::validation(
                "generate",
                "a fetch by id returns one object, and no text of a grouped task; use `Generate::single`",
            ));
        }
        by_filter(target, options, Filter::id().equal(self.id), 1)
    }

    fn arrange(&self, found: &mut SearchReply) {
        arrange(found, &[self.id]);
    }
}

impl ToMessage for FetchByIds {
    const NAME: &'static str = "fetch_by_ids";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        let mut seen = HashSet::with_capacity(self.ids.len());
        let ids: Vec<_> = self.ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        by_filter(target, options, Filter::id().contains_any(ids), limit)
    }

    fn finds_nothing(&self) -> bool {
        self.ids.is_empty()
    }

    fn arrange(&self, found: &mut SearchReply) {
        arrange(found, &self.ids);
    }
}

/// Puts objects in the order of their ids. Leaves out what was not asked for.
fn arrange(found: &mut SearchReply, ids: &[Uuid]) {
    let mut places = HashMap::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        places.entry(*id).or_insert(at);
    }
    let mut arranged: Vec<Option<SearchResult>> = ids.iter().map(|_| None).collect();
    let mut unreadable = Vec::new();
    for result in std::mem::take(&mut found.results) {
        let Some(id) = result.metadata.as_ref().and_then(|found| reply::id(found).ok()) else {
            unreadable.push(result);
            continue;
        };
        if let Some(place) = places.get(&id).and_then(|at| arranged.get_mut(*at)) {
            place.get_or_insert(result);
        }
    }
    found.results = arranged.into_iter().flatten().chain(unreadable).collect();
}

fn by_filter(target: &Target, options: &Options, ids: Filter, limit: u32) -> Result<SearchRequest> {
    let mut options = options.clone();
    options.filter = Some(match options.filter.take() {
        Some(filter) => ids & filter,
        None => ids,
    });
    options.limit = Some(limit);
    common(target, &options, DefaultMetadata::Nothing)
}

pub(crate) fn fetch_objects(target: &Target, options: &Options, kind: &FetchObjects) -> Result<SearchRequest> {
    let FetchObjects { sort, after } = kind;
    if after.is_some() {
        // The last two would be done on each page, whose last id would not be the greatest then.
        let excluded = [
            ("offset", options.offset.is_some()),
            ("filter", options.filter.is_some()),
            ("sort", sort.is_some()),
            ("boost", options.boost.is_some()),
            ("rerank", options.rerank.is_some()),
        ];
        if let Some((with, _)) = excluded.iter().find(|(_, set)| *set) {
            return Err(Error::validation(
                "after",
                format!("a cursor reads all objects in id order and cannot be combined with `{with}`"),
            ));
        }
    }
    if sort.is_some() && options.boost.is_some() {
        return Err(Error::validation("sort", "cannot be combined with `boost`, by which the server ranks then"));
    }
    if sort.is_some() && options.generate.is_some() {
        return Err(Error::validation("sort", "cannot be combined with `generate`: the server refuses it"));
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

#[cfg(test)]
mod tests {
    use weaviate_generated::grpc::filters::Operator;
    use weaviate_generated::grpc::reply::MetadataResult;

    use super::*;
    use crate::ErrorKind;
    use crate::values::query::{Boost, BoostCondition, Rerank, Sort};

    fn article() -> Target {
        Target::new("Article")
    }

    #[test]
    fn a_cursor_excludes_most_options() {
        let after = FetchObjects { sort: None, after: Some(Uuid::nil()) };
        let page = Options { limit: Some(3), ..Options::default() };
        assert_eq!(fetch_objects(&article(), &page, &after).unwrap().after, Uuid::nil().to_string());
        let boost = Boost::blend::<()>([BoostCondition::property_value("year")]).into_inner();
        let boosted = Options { boost: Some(boost), ..page.clone() };
        let sorted = FetchObjects { sort: Some(Sort::by_id()), ..after.clone() };
        for (options, kind) in [
            (Options { offset: Some(0), ..page.clone() }, &after),
            (Options { rerank: Some(Rerank::new("title", "owls")), ..page.clone() }, &after),
            (boosted.clone(), &after),
            (Options { filter: Some(Filter::id().equal(Uuid::nil())), ..page.clone() }, &after),
            (page, &sorted),
        ] {
            let error = fetch_objects(&article(), &options, kind).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("after")));
        }
        let sorted = FetchObjects { sort: Some(Sort::by("year")), after: None };
        assert_eq!(fetch_objects(&article(), &boosted, &sorted).unwrap_err().field(), Some("sort"));
    }

    #[test]
    fn ids_are_a_filter_and_the_limit() {
        let ids = [Uuid::from_u128(2), Uuid::from_u128(1), Uuid::from_u128(2)];
        let one = FetchById { id: ids[0] }.message(&article(), &Options::default()).unwrap();
        assert_eq!((one.limit, one.filters.unwrap().operator()), (1, Operator::Equal));
        let kind = FetchByIds { ids: ids.to_vec() };
        let filter = Some(Filter::property("year").equal(2020));
        let some = kind.message(&article(), &Options { filter, ..Options::default() }).unwrap();
        assert_eq!((some.limit, some.filters.unwrap().operator()), (2, Operator::And));
        assert!(!kind.finds_nothing() && FetchByIds { ids: Vec::new() }.finds_nothing());

        let found = |id: Uuid| SearchResult {
            metadata: Some(MetadataResult { id: id.to_string().into(), ..MetadataResult::default() }),
            ..SearchResult::default()
        };
        let results = vec![found(ids[1]), found(Uuid::from_u128(9)), found(ids[0]), found(ids[1])];
        let mut reply = SearchReply { results, ..SearchReply::default() };
        kind.arrange(&mut reply);
        assert_eq!(reply.results, [found(ids[0]), found(ids[1])]);
    }
}
