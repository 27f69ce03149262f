//! `Search`: runs the request and shapes the reply.

use std::time::Instant;

use tonic::Status;
use weaviate_generated::grpc::{Boost as BoostMessage, GroupByResult, SearchReply, SearchRequest};

use super::fault::ReplyFault;
use super::profile::Profiled;
use super::query::{Query, Search, size};
use super::targets::TargetList;
use super::{ranking, reply};
use crate::config::Config;
use crate::emulated::Emulated;
use crate::engine::search::boost::{self, Boost};
use crate::engine::search::fault::{KeywordFault, VectorSearchFault};
use crate::engine::search::filter::{self, Predicate};
use crate::engine::search::group::{self, Group};
use crate::engine::search::sort::sort;
use crate::engine::search::vector::{TargetQuery, nearest, stored};
use crate::engine::search::{Hit, Scope, autocut, hybrid, keyword, mmr};
use crate::engine::store::{State, now_ms, parse_uuid};

/// What the server puts in front of the faults of each kind of search.
const LISTING: &str = "explorer: list class: search: ";
const NEAREST: &str = "explorer: get class: concurrentTargetVectorSearch): explorer: get class: ";
const KEYWORD: &str = "explorer: get class: ";

/// Answers a search; anything wrong with it is reported as the server does.
pub(crate) fn search(emulated: &Emulated, request: &SearchRequest) -> Result<SearchReply, Status> {
    refuse_what_needs_modules(request)?;
    emulated.wake(&request.collection, &request.tenant);
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
    Ok(())
}

impl<'a> Query<'a> {
    fn run(&self, request: &SearchRequest, state: &'a State, config: &Config) -> Result<SearchReply, String> {
        let start = Instant::now();
        self.check_page(size(config.query_maximum_results))?;
        let words = Words::of(self, &self.collection.schema.name.to_lowercase());
        let scope =
            Scope::new(state, self.collection, &request.tenant).map_err(|fault| words.index(&fault.to_string()))?;
        let shard = scope.shard_name();
        let allowed = self.filter.as_ref().map(|filter| filter::compile(filter, &scope)).transpose();
        let allowed = allowed.map_err(|fault| words.filter(&shard, &fault.to_string()))?;
        let allowed = allowed.as_ref();
        let boost = request.boost.as_deref().filter(|_| self.group_by.is_none());
        let boost = boost.map(|message| self.boost(message, &scope)).transpose()?;
        let window = self.window().max(boost.as_ref().map_or(0, |boost| boost.depth));
        let mut hits = match &self.search {
            None => self.list(request, &scope, allowed, window)?,
            Some(Search::NearVector(query)) => {
                nearest(&scope, query, allowed, window).map_err(|fault| words.vector(&shard, fault))?
            }
            Some(Search::NearObject { id, targets, max_distance }) => {
                let vectors = object_vectors(&scope, id, targets)
                    .map_err(|fault| format!("{NEAREST}vectorize search vector: nearObject params: {fault}"))?;
                let query = targets.clone().nearest(vectors, *max_distance);
                nearest(&scope, &query, allowed, window).map_err(|fault| words.vector(&shard, fault))?
            }
            Some(Search::Keyword(query)) => {
                let explain = self.shape.metadata.explain_score;
                keyword::search(&scope, query, allowed, window, explain).map_err(|fault| in_keyword(fault, &scope))?
            }
            Some(Search::Hybrid(query)) => {
                let mut hits = hybrid::search(&scope, query, allowed, self.limit.max(window - self.offset.min(window)))
                    .map_err(|fault| fault.to_string())?;
                hits.truncate(self.window().min(size(config.query_maximum_results)));
                hits
            }
        };
        if let Some(boost) = &boost {
            boost::apply(&mut hits, boost, |hit| hit.distance.map_or(hit.score, |distance| -distance));
        }
        self.cut(&mut hits);
        let mut page: Vec<Hit<'_>> = hits.into_iter().skip(self.offset).take(self.limit).collect();
        if let Some(mmr) = self.mmr.as_ref().filter(|_| self.group_by.is_none()) {
            let by_score = boost.is_some();
            page = mmr::select(page, mmr, |hit| {
                hit.distance.filter(|_| !by_score).map_or(hit.score, |distance| -distance)
            });
        }
        // Only now, so that a page may hold less than was asked for.
        if let Some(expiry) = &self.collection.schema.expiry {
            let now = now_ms();
            page.retain(|hit| !expiry.is_over(hit.object, now));
        }
        let mut reply = self.reply(&page, &scope)?;
        // The server profiles no search that has found nothing.
        if self.shape.metadata.query_profile && !page.is_empty() {
            let profiled = Profiled { query: self, scope: &scope, allowed, elapsed: start.elapsed() };
            reply.query_profile = Some(profiled.profile(&config.node_name));
        }
        Ok(reply)
    }

    fn boost(&self, message: &BoostMessage, scope: &Scope<'a>) -> Result<Boost<'a>, String> {
        let by_vector = matches!(self.search, Some(Search::NearVector(_) | Search::NearObject { .. }));
        ranking::compile(message, scope, by_vector.then_some(&self.shape.selection))
    }

    fn check_page(&self, maximum: usize) -> Result<(), String> {
        let (front, offset, limit) = match &self.search {
            None => (LISTING.to_owned(), self.offset, self.limit),
            Some(Search::NearVector(_) | Search::NearObject { .. }) => {
                (format!("{NEAREST}vector search: "), self.offset, self.limit)
            }
            Some(Search::Keyword(_)) => (format!("{KEYWORD}vector search: "), self.offset, self.limit),
            // What matters is not the page, but what each of the two searches fetches.
            Some(Search::Hybrid(query)) if query.alpha < 1.0 && hybrid::CANDIDATES > maximum => {
                (String::new(), 0, hybrid::CANDIDATES)
            }
            Some(Search::Hybrid(query)) if query.alpha > 0.0 => {
                (format!("{KEYWORD}vector search: "), 0, hybrid::CANDIDATES.max(self.limit))
            }
            Some(Search::Hybrid(_)) => return Ok(()),
        };
        if offset.saturating_add(limit) <= maximum {
            return Ok(());
        }
        Err(format!(
            "{front}invalid pagination params: query maximum results exceeded: the total limit calculated from the provided offset '{offset}' \
             and limit '{limit}' exceeds the configured value for QUERY_MAXIMUM_RESULTS '{maximum}'. If you've supplied a negative offset or limit, this may be an underflow error"
        ))
    }

    /// How many of the best results a page needs.
    pub(super) fn window(&self) -> usize {
        self.offset.saturating_add(self.limit)
    }

    fn list(
        &self,
        request: &SearchRequest,
        scope: &Scope<'a>,
        allowed: Option<&Predicate<'_>>,
        window: usize,
    ) -> Result<Vec<Hit<'a>>, String> {
        let after = match request.after.as_str() {
            "" => None,
            after => Some(parse_uuid(after).map_err(|fault| fault.to_string())?),
        };
        let objects = scope.objects_after(after);
        let Some(allowed) = allowed else {
            if self.sort.is_empty() {
                // They are in order: no more of them is looked at than the page needs.
                return Ok(objects.take(window).map(Hit::new).collect());
            }
            let mut hits: Vec<Hit<'a>> = objects.map(Hit::new).collect();
            sort(&mut hits, &self.sort);
            return Ok(hits);
        };
        let mut hits: Vec<Hit<'a>> = objects.filter(|object| allowed(object)).map(Hit::new).collect();
        hits.sort_by_key(|hit| hit.object.doc_id);
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
    fn reply(&self, page: &[Hit<'_>], scope: &Scope<'_>) -> Result<SearchReply, String> {
        let front = if self.search.is_some() { NEAREST } else { LISTING };
        let explain = |fault: ReplyFault| match fault {
            ReplyFault::References(_) => format!("{front}{fault}"),
            ReplyFault::NotPrimitive(_) => fault.to_string(),
        };
        let mut reply = SearchReply { generative_grouped_result: Some(String::new()), ..SearchReply::default() };
        match &self.group_by {
            Some(_) if self.search.is_none() => {
                if !page.is_empty() {
                    return Err("group is not present map[]".to_owned());
                }
            }
            Some(by) => {
                let names = match self.search {
                    Some(Search::Keyword(_) | Search::Hybrid(_)) => group::text_names,
                    _ => group::all_names,
                };
                let groups = group::group(page, by, names);
                reply.group_by_results =
                    groups.iter().map(|group| self.group(group, scope)).collect::<Result<_, _>>().map_err(explain)?;
            }
            None => {
                reply.results = page
                    .iter()
                    .map(|hit| reply::result(hit, &self.shape, scope))
                    .collect::<Result<_, _>>()
                    .map_err(explain)?;
            }
        }
        Ok(reply)
    }

    fn group(&self, group: &Group<'_>, scope: &Scope<'_>) -> Result<GroupByResult, ReplyFault> {
        let distances = || group.hits.iter().filter_map(|hit| hit.distance);
        // Of what was fused the server takes the first for both.
        let fused = group.hits.first().and_then(|hit| hit.fused_distance);
        Ok(GroupByResult {
            name: group.name.clone(),
            min_distance: distances().reduce(f32::min).or(fused).unwrap_or_default(),
            max_distance: distances().reduce(f32::max).or(fused).unwrap_or_default(),
            number_of_objects: i64::try_from(group.hits.len()).unwrap_or(i64::MAX),
            objects: group
                .hits
                .iter()
                .map(|hit| reply::group_member(hit, &self.shape, scope))
                .collect::<Result<_, _>>()?,
            ..GroupByResult::default()
        })
    }
}

/// A fault of the keyword search, in the words of a search that is nothing else.
fn in_keyword(fault: KeywordFault, scope: &Scope<'_>) -> String {
    match fault {
        KeywordFault::NotSearchable(_) => fault.to_string(),
        other => format!("explorer: get class: vector search: {}", other.at(scope)),
    }
}

/// The words around a fault, which tell where in the server it arose.
struct Words {
    vector: String,
    keyword: String,
    near: bool,
}

impl Words {
    fn of(query: &Query<'_>, index: &str) -> Self {
        let (vector, keyword, near) = match query.search {
            None => ("", LISTING, false),
            Some(Search::NearVector(_) | Search::NearObject { .. }) => (NEAREST, "", true),
            Some(Search::Keyword(_)) => ("", "explorer: get class: vector search: ", false),
            Some(Search::Hybrid(_)) => (KEYWORD, "", false),
        };
        Self {
            vector: format!("{vector}vector search: object vector search at index {index}: "),
            keyword: format!("{keyword}object search at index {index}: "),
            near,
        }
    }

    fn index(&self, fault: &str) -> String {
        format!("{}{fault}", if self.near { &self.vector } else { &self.keyword })
    }

    fn local(&self, shard: &str, fault: &str) -> String {
        format!("{}local shard object search {shard}: {fault}", self.keyword)
    }

    fn vector(&self, shard: &str, fault: VectorSearchFault) -> String {
        format!("{}shard {shard}: {fault}", self.vector)
    }

    fn filter(&self, shard: &str, fault: &str) -> String {
        if self.near {
            format!("{}shard {shard}: build inverted filter allow list: {fault}", self.vector)
        } else {
            self.local(shard, fault)
        }
    }
}

fn object_vectors(scope: &Scope<'_>, id: &str, targets: &TargetList) -> Result<Vec<TargetQuery>, String> {
    let uuid = parse_uuid(id)
        .map_err(|fault| format!("search index {}: determine shard: parse uuid {id:?}: {fault}", scope.index_name()))?;
    let object = scope.shard.objects.get(&uuid);
    let vector = |name: &str| {
        let found = object.and_then(|object| stored(object, name));
        found.ok_or_else(|| {
            if name.is_empty() { "vector not found".to_owned() } else { format!("vector not found for target: {name}") }
        })
    };
    targets.each(vector)
}
