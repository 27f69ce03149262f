//! `Search`: reads the request, runs it, shapes the reply.

use std::collections::HashMap;

use tonic::Status;
use weaviate_generated::grpc::query_profile::{SearchProfile, ShardProfile};
use weaviate_generated::grpc::{GroupByResult, NearObject, NearVector, QueryProfile, SearchReply, SearchRequest, SortBy as SortMessage};

use super::filters;
use super::reply::{self, Shape};
use super::selection::Selection;
use super::targets::{TargetList, near_vectors};
use crate::config::Config;
use crate::schema::{ClassView, DataType};
use crate::search::filter::{self, Filter, Predicate, unknown_property};
use crate::search::group::{self, Group, GroupBy};
use crate::search::sort::{SortBy, SortKey, sort};
use crate::search::vector::{Nearest, nearest, stored};
use crate::search::{Hit, Scope, autocut};
use crate::store::{Collection, Emulated, NamedVector, State, lower_first, parse_uuid};

/// What the server puts in front of the faults of each kind of search.
const LISTING: &str = "explorer: list class: search: ";
const NEAREST: &str = "explorer: get class: concurrentTargetVectorSearch): explorer: get class: ";

/// A request, read and checked.
struct Query<'a> {
    collection: &'a Collection,
    shape: Shape<'a>,
    filter: Option<Filter>,
    sort: Vec<SortKey>,
    group_by: Option<GroupBy>,
    /// The search itself; without one the objects are listed.
    search: Option<Search>,
    limit: usize,
    offset: usize,
    autocut: usize,
}

enum Search {
    NearVector(Nearest),
    NearObject { id: String, targets: TargetList, max_distance: Option<f32> },
}

/// Answers a search; anything wrong with it is reported as the server does.
pub(crate) fn search(emulated: &Emulated, request: &SearchRequest) -> Result<SearchReply, Status> {
    refuse_what_needs_modules(request)?;
    wake(emulated, request);
    let state = emulated.read();
    let query = Query::parse(request, &state, &emulated.config).map_err(Status::unknown)?;
    query.run(request, &state, &emulated.config).map_err(Status::unknown)
}

fn refuse_what_needs_modules(request: &SearchRequest) -> Result<(), Status> {
    let media = [
        request.near_image.is_some(),
        request.near_audio.is_some(),
        request.near_video.is_some(),
        request.near_depth.is_some(),
        request.near_thermal.is_some(),
        request.near_imu.is_some(),
    ];
    if media.contains(&true) {
        return Err(Status::unimplemented("the emulator has no media vectorizers"));
    }
    if request.generative.is_some() {
        return Err(Status::unimplemented("the emulator has no generative modules"));
    }
    if request.rerank.is_some() {
        return Err(Status::unimplemented("the emulator has no rerankers"));
    }
    if request.boost.is_some() {
        return Err(Status::unimplemented("the emulator does not boost results"));
    }
    Ok(())
}

/// A search wakes an inactive tenant up where the collection asks for it.
fn wake(emulated: &Emulated, request: &SearchRequest) {
    let asleep = {
        let state = emulated.read();
        state.collection(&request.collection).is_some_and(|collection| {
            collection.schema.multi_tenancy.auto_activation && collection.shard(&request.tenant).is_err() && collection.shards.contains_key(&request.tenant)
        })
    };
    if asleep && let Some(collection) = emulated.write().collection_mut(&request.collection) {
        // A tenant that was deleted meanwhile is reported by the search itself.
        let _ = collection.shard_mut(&request.tenant);
    }
}

impl<'a> Query<'a> {
    fn parse(request: &SearchRequest, state: &'a State, config: &Config) -> Result<Self, String> {
        let name = &request.collection;
        let collection = state.collection(name).ok_or_else(|| format!("could not find class {name} in schema"))?;
        let class = &collection.schema;
        let selection = Selection::parse(request.properties.as_ref(), state, class).map_err(|fault| format!("extract properties request: {fault}"))?;
        let mut shape = Shape { selection, metadata: request.metadata.clone().unwrap_or_default(), certainty: false };
        let searches = [request.near_vector.is_some(), request.near_object.is_some(), request.near_text.is_some()];
        let near = searches.iter().filter(|given| **given).count();
        if near > 1 {
            return Err("conflict: only one near<Media> argument may be present".to_owned());
        }
        let keyword = request.bm25_search.is_some();
        if near > 0 && keyword {
            return Err("conflict: both near<Media> and keyword-based (bm25) arguments present, choose one".to_owned());
        }
        let search = search_of(request, class)?;
        if let Some(Search::NearVector(_) | Search::NearObject { .. }) = &search {
            shape.certainty = targets_of(request, class)?.has_certainty(class);
        }
        let searching = near > 0 || keyword || request.hybrid_search.is_some();
        let sort = sort_keys(&request.sort_by, class)?;
        if searching && !sort.is_empty() && request.after.is_empty() {
            return Err("sorting cannot be combined with search".to_owned());
        }
        let filter = request.filters.as_ref().map(|message| filters::parse(message, state, class)).transpose()?;
        let group_by = request.group_by.as_ref().map(|message| group_by(message, class, &mut shape.selection)).transpose()?;
        check_cursor(request, searching)?;
        let limit = if request.limit == 0 { config.query_defaults_limit } else { request.limit };
        Ok(Self {
            collection,
            shape,
            filter,
            sort,
            group_by,
            search,
            limit: size(limit),
            offset: size(request.offset),
            autocut: size(request.autocut),
        })
    }

    fn run(&self, request: &SearchRequest, state: &'a State, config: &Config) -> Result<SearchReply, String> {
        let maximum = size(config.query_maximum_results);
        if self.offset.saturating_add(self.limit) > maximum {
            let front = if self.search.is_some() { format!("{NEAREST}vector search: ") } else { LISTING.to_owned() };
            return Err(format!(
                "{front}invalid pagination params: query maximum results exceeded: the total limit calculated from the provided offset '{}' \
                 and limit '{}' exceeds the configured value for QUERY_MAXIMUM_RESULTS '{maximum}'. If you've supplied a negative offset or limit, this may be an underflow error",
                self.offset, self.limit
            ));
        }
        let index = self.collection.schema.name.to_lowercase();
        let front = match self.search {
            None => format!("{LISTING}object search at index {index}: "),
            Some(_) => format!("{NEAREST}vector search: object vector search at index {index}: "),
        };
        let scope = Scope::new(state, self.collection, &request.tenant).map_err(|fault| format!("{front}{fault}"))?;
        let shard = scope.shard_name();
        let allowed = self.filter.as_ref().map(|filter| filter::compile(filter, &scope)).transpose();
        let allowed = allowed.map_err(|fault| match self.search {
            None => format!("{front}local shard object search {shard}: {fault}"),
            Some(_) => format!("{front}shard {shard}: build inverted filter allow list: {fault}"),
        })?;
        let mut hits = match &self.search {
            None => self.list(request, &scope, allowed.as_ref())?,
            Some(Search::NearVector(query)) => {
                nearest(&scope, query, allowed.as_ref(), self.window()).map_err(|fault| format!("{front}shard {shard}: vector search: {fault}"))?
            }
            Some(Search::NearObject { id, targets, max_distance }) => {
                let vectors = object_vectors(&scope, id, targets).map_err(|fault| format!("{NEAREST}vectorize search vector: nearObject params: {fault}"))?;
                let query = targets.clone().nearest(vectors, *max_distance);
                nearest(&scope, &query, allowed.as_ref(), self.window()).map_err(|fault| format!("{front}shard {shard}: vector search: {fault}"))?
            }
        };
        self.cut(&mut hits);
        let page: Vec<Hit<'_>> = hits.into_iter().skip(self.offset).take(self.limit).collect();
        self.reply(&page, &scope, config)
    }

    /// How many of the best results a page needs.
    fn window(&self) -> usize {
        self.offset.saturating_add(self.limit)
    }

    fn list(&self, request: &SearchRequest, scope: &Scope<'a>, allowed: Option<&Predicate<'_>>) -> Result<Vec<Hit<'a>>, String> {
        let after = if request.after.is_empty() { None } else { Some(parse_uuid(&request.after)?) };
        let objects = scope.objects().filter(|object| after.is_none_or(|after| object.id > after));
        let mut hits: Vec<Hit<'a>> = objects.filter(|object| allowed.is_none_or(|allowed| allowed(object))).map(Hit::new).collect();
        if allowed.is_some() {
            hits.sort_by_key(|hit| hit.object.doc_id);
        }
        sort(&mut hits, &self.sort);
        Ok(hits)
    }

    fn cut(&self, hits: &mut Vec<Hit<'_>>) {
        if self.autocut == 0 {
            return;
        }
        let scores: Vec<f32> = match self.search {
            // Without a search there are no scores, and the server keeps nothing.
            None => Vec::new(),
            Some(_) => hits.iter().map(|hit| hit.distance.unwrap_or(hit.score)).collect(),
        };
        hits.truncate(autocut::keep(&scores, self.autocut));
    }

    #[expect(deprecated, reason = "the server always sends the old generative field")]
    fn reply(&self, page: &[Hit<'_>], scope: &Scope<'_>, config: &Config) -> Result<SearchReply, String> {
        let front = if self.search.is_some() { NEAREST } else { LISTING };
        let explain = |fault: String| if fault.starts_with("resolve cross-refs") { format!("{front}{fault}") } else { fault };
        let mut reply = SearchReply { generative_grouped_result: Some(String::new()), ..SearchReply::default() };
        match &self.group_by {
            Some(_) if self.search.is_none() => {
                if !page.is_empty() {
                    return Err("group is not present map[]".to_owned());
                }
            }
            Some(by) => {
                let groups = group::group(page, by, group::all_names);
                reply.group_by_results = groups.iter().map(|group| self.group(group, scope)).collect::<Result<_, _>>().map_err(explain)?;
            }
            None => {
                reply.results = page.iter().map(|hit| reply::result(hit, &self.shape, scope)).collect::<Result<_, _>>().map_err(explain)?;
            }
        }
        if self.shape.metadata.query_profile {
            reply.query_profile = Some(self.profile(scope, config));
        }
        Ok(reply)
    }

    fn group(&self, group: &Group<'_>, scope: &Scope<'_>) -> Result<GroupByResult, String> {
        let distances = || group.hits.iter().filter_map(|hit| hit.distance);
        Ok(GroupByResult {
            name: group.name.clone(),
            min_distance: distances().reduce(f32::min).unwrap_or_default(),
            max_distance: distances().reduce(f32::max).unwrap_or_default(),
            number_of_objects: i64::try_from(group.hits.len()).unwrap_or(i64::MAX),
            objects: group.hits.iter().map(|hit| reply::group_member(hit, &self.shape, scope)).collect::<Result<_, _>>()?,
            ..GroupByResult::default()
        })
    }

    fn profile(&self, scope: &Scope<'_>, config: &Config) -> QueryProfile {
        let kind = if self.search.is_some() { "vector" } else { "object" };
        let details = HashMap::from([("total_took".to_owned(), "1µs".to_owned())]);
        let searches = HashMap::from([(kind.to_owned(), SearchProfile { details })]);
        QueryProfile { shards: vec![ShardProfile { name: scope.shard_name(), node: config.node_name.clone(), searches }] }
    }
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[expect(deprecated, reason = "old clients send the deprecated target list and the server reads it")]
fn targets_of(request: &SearchRequest, class: &ClassView) -> Result<TargetList, String> {
    let (targets, old) = match (&request.near_vector, &request.near_object, &request.near_text) {
        (Some(near), _, _) => (near.targets.as_ref(), near.target_vectors.as_slice()),
        (_, Some(near), _) => (near.targets.as_ref(), near.target_vectors.as_slice()),
        (_, _, Some(near)) => (near.targets.as_ref(), near.target_vectors.as_slice()),
        _ => (None, &[][..]),
    };
    TargetList::parse(targets, old, class)
}

fn search_of(request: &SearchRequest, class: &ClassView) -> Result<Option<Search>, String> {
    if let Some(message) = &request.near_vector {
        return near_vector(message, targets_of(request, class)?, class).map(Some);
    }
    if let Some(message) = &request.near_object {
        return near_object(message, targets_of(request, class)?, class).map(Some);
    }
    if request.near_text.is_some() {
        targets_of(request, class)?;
        return Err(format!(
            "explorer: get class: vectorize params: could not vectorize input for collection {} with search-type nearText. Make sure a vectorizer module is configured for this collection",
            class.name
        ));
    }
    Ok(None)
}

fn near_vector(message: &NearVector, targets: TargetList, class: &ClassView) -> Result<Search, String> {
    if message.distance.is_some() && message.certainty.is_some() {
        return Err("near_vector: cannot provide distance and certainty".to_owned());
    }
    let vectors = near_vectors(message, &targets, class).map_err(|fault| format!("near_vector: {fault}"))?;
    let max_distance = targets.max_distance(message.distance, message.certainty, class)?;
    Ok(Search::NearVector(targets.nearest(vectors, max_distance)))
}

fn near_object(message: &NearObject, targets: TargetList, class: &ClassView) -> Result<Search, String> {
    if message.distance.is_some() && message.certainty.is_some() {
        return Err("near_object: cannot provide distance and certainty".to_owned());
    }
    let max_distance = targets.max_distance(message.distance, message.certainty, class)?;
    Ok(Search::NearObject { id: message.id.clone(), targets, max_distance })
}

fn object_vectors(scope: &Scope<'_>, id: &str, targets: &TargetList) -> Result<Vec<NamedVector>, String> {
    let uuid = parse_uuid(id).map_err(|fault| format!("search index {}: determine shard: parse uuid {id:?}: {fault}", scope.index_name()))?;
    let object = scope.shard.objects.get(&uuid);
    let vector = |name: &str| {
        let found = object.and_then(|object| stored(object, name));
        found.ok_or_else(|| if name.is_empty() { "vector not found".to_owned() } else { format!("vector not found for target: {name}") })
    };
    targets.targets.iter().map(|(name, _)| vector(name)).collect()
}

fn sort_keys(messages: &[SortMessage], class: &ClassView) -> Result<Vec<SortKey>, String> {
    let key = |message: &SortMessage| {
        let by = match message.path.as_slice() {
            [] => return Err("path parameter cannot be empty".to_owned()),
            [name] => match name.as_str() {
                "_id" => SortBy::Id,
                "_creationTimeUnix" => SortBy::CreationTime,
                "_lastUpdateTimeUnix" => SortBy::UpdateTime,
                name => {
                    let property = class.property(&lower_first(name)).ok_or_else(|| unknown_property(name, &class.name))?;
                    if matches!(property.data_type, DataType::Uuid | DataType::UuidArray) {
                        return Err(format!(
                            "prop {name:?} is of type uuid/uuid[]: sorting by uuid is currently not supported - if you believe it should be, \
                             please open a feature request on github.com/weaviate/weaviate"
                        ));
                    }
                    SortBy::Property(property.name.clone())
                }
            },
            _ => return Err("sorting by reference not supported, path must have exactly one argument".to_owned()),
        };
        Ok(SortKey { by, ascending: message.ascending })
    };
    let numbered = messages.iter().enumerate();
    numbered
        .map(|(position, message)| key(message).map_err(|fault| format!("invalid 'sort' parameter: sort parameter at position {position}: {fault}")))
        .collect()
}

fn group_by<'a>(message: &weaviate_generated::grpc::GroupBy, class: &'a ClassView, selection: &mut Selection<'a>) -> Result<GroupBy, String> {
    let [name] = message.path.as_slice() else {
        return Err(format!("groupby path can only have one entry, received [{}]", message.path.join(" ")));
    };
    let property = class.property(&lower_first(name)).ok_or_else(|| unknown_property(name, &class.name))?;
    selection.include(property);
    let count = |number: i32| usize::try_from(number).unwrap_or_default();
    Ok(GroupBy {
        property: property.name.clone(),
        groups: count(message.number_of_groups),
        objects_per_group: count(message.objects_per_group),
    })
}

fn check_cursor(request: &SearchRequest, searching: bool) -> Result<(), String> {
    if request.after.is_empty() {
        return Ok(());
    }
    let conflict = [
        (request.offset > 0, "offset"),
        (!request.sort_by.is_empty(), "sort"),
        (request.filters.is_some(), "where"),
        (searching || request.group_by.is_some(), "other params"),
    ];
    if let Some((_, what)) = conflict.iter().find(|(given, _)| *given) {
        return Err(format!("cursor api: invalid 'after' parameter: {what} cannot be set with after and limit parameters"));
    }
    parse_uuid(&request.after)
        .map(drop)
        .map_err(|fault| format!("cursor api: invalid 'after' parameter: after parameter '{}' is not a valid uuid: {fault}", request.after))
}
