//! `Search`: runs the request and shapes the reply.

use std::time::Instant;

use tonic::Status;
use weaviate_generated::grpc::{Boost as BoostMessage, GroupByResult, RerankReply, SearchReply, SearchRequest};

use super::fault::{EXTENDING, KEYWORD, LISTING, NEAREST, NearObjectFault, ReplyFault, SearchFault, Step};
use super::profile::Profiled;
use super::query::{Query, Search, size};
use super::targets::TargetList;
use super::{integer, ranking, reply, unknown};
use crate::config::Config;
use crate::emulated::Emulated;
use crate::engine::providers::{ProviderKeys, Providers};
use crate::engine::search::boost::{self, Boost};
use crate::engine::search::fault::{AimFault, KeywordFault, VectorSearchFault};
use crate::engine::search::filter::{self, Predicate};
use crate::engine::search::group::{self, Group};
use crate::engine::search::mmr::Relevance;
use crate::engine::search::near::object_vector;
use crate::engine::search::sort::sort;
use crate::engine::search::vector::{TargetQuery, nearest};
use crate::engine::search::{Hit, Scope, autocut, hybrid, keyword, mmr};
use crate::engine::store::fault::TenantFault;
use crate::engine::store::{State, now_ms, parse_uuid};

/// Answers a search; anything wrong with it is reported as the server does.
pub(crate) fn search(emulated: &Emulated, keys: &ProviderKeys, request: &SearchRequest) -> Result<SearchReply, Status> {
    find(emulated, keys, request).map_err(unknown)
}

/// Answers a search, or tells why not.
pub(crate) fn find(
    emulated: &Emulated,
    keys: &ProviderKeys,
    request: &SearchRequest,
) -> Result<SearchReply, SearchFault> {
    emulated.wake(&request.collection, &request.tenant);
    emulated.answered(|asked| {
        let state = emulated.read();
        let query = Query::parse(request, &state, &emulated.config)?;
        query.run(request, &state, emulated.providers(keys, asked), &emulated.config)
    })
}

impl<'a> Query<'a> {
    fn run(
        &self,
        request: &SearchRequest,
        state: &'a State,
        providers: Providers<'_>,
        config: &Config,
    ) -> Result<SearchReply, SearchFault> {
        let start = Instant::now();
        self.check_page(size(config.query_maximum_results))?;
        let scope = Scope::new(state, self.collection, &request.tenant).map_err(|fault| self.at_tenant(fault))?;
        let allowed = self.filter.as_ref().map(|filter| filter::compile(filter, &scope)).transpose();
        let allowed = allowed.map_err(|fault| self.at_filter(fault, &scope))?;
        let allowed = allowed.as_ref();
        let boost = request.boost.as_deref().map(|message| self.boost(message, &scope)).transpose()?;
        // One without weight does not even put the scores to scale.
        let boost = boost.filter(|boost| boost.weight > 0.0);
        let window = self.window().max(boost.as_ref().map_or(0, |boost| boost.depth));
        let mut hits = match &self.search {
            None => self.list(request, &scope, allowed, window),
            Some(Search::NearVector(query)) => {
                nearest(&scope, query, allowed, window).map_err(|fault| at_vector(fault, &scope))?
            }
            Some(Search::NearObject { id, targets, threshold }) => {
                let vectors = object_vectors(&scope, id, targets)?;
                let query = targets.clone().nearest(vectors, *threshold);
                nearest(&scope, &query, allowed, window).map_err(|fault| at_vector(fault, &scope))?
            }
            Some(Search::Aim(aim)) => {
                let query = providers.nearest(&scope, aim).map_err(at_aim)?;
                nearest(&scope, &query, allowed, window).map_err(|fault| at_vector(fault, &scope))?
            }
            Some(Search::Keyword(query)) => {
                let explain = self.shape.metadata.explain_score;
                keyword::search(&scope, query, allowed, window, explain).map_err(|fault| at_keyword(fault, &scope))?
            }
            Some(Search::Hybrid(query)) => {
                let limit = self.limit.max(window - self.offset.min(window));
                let mut hits = hybrid::search(&scope, query, providers, allowed, limit)?;
                hits.truncate(size(config.query_maximum_results));
                hits
            }
        };
        // More of a list may have been read than is wanted.
        hits.truncate(window);
        let mut page = self.arranged(hits, boost.as_ref());
        if let Some(rerank) = self.rerank.as_ref().filter(|_| !page.is_empty()) {
            let scale = rerank.check(scope.class(), providers);
            let scale = scale.map_err(|fault| SearchFault::Rerank { step: self.extending(), fault })?;
            rerank.apply(scale, &mut page);
        }
        if matches!(self.search, Some(Search::Keyword(_))) {
            page = self.grouped(page);
        }
        if let Some(threshold) = self.search.as_ref().and_then(Search::threshold) {
            page.retain(|hit| threshold.admits(hit));
        }
        // Only now, so that a page may hold less than was asked for.
        if let Some(expiry) = &self.collection.schema.expiry {
            let now = now_ms();
            page.retain(|hit| !hit.object.is_expired(expiry, now));
        }
        let texts = self.generation.as_ref().map(|it| it.texts(&page, scope.class(), providers, config)).transpose();
        let texts = texts.map_err(|fault| SearchFault::Generator { step: self.extending(), fault })?.flatten();
        let mut reply = self.reply(&page, &scope)?;
        if let Some(generation) = &self.generation {
            generation.write(texts.as_ref(), &mut reply).map_err(SearchFault::Generative)?;
        }
        // The server profiles no search that has found nothing.
        if self.shape.metadata.query_profile && !page.is_empty() {
            let profiled = Profiled { query: self, scope: &scope, allowed, elapsed: start.elapsed() };
            reply.query_profile = Some(profiled.profile(&config.node_name));
        }
        Ok(reply)
    }

    /// The page of what was found: cut, boosted and selected, each step where the server takes it.
    fn arranged(&self, mut hits: Vec<Hit<'a>>, boost: Option<&Boost>) -> Vec<Hit<'a>> {
        let near = self.search.as_ref().is_some_and(Search::is_near);
        let hybrid = matches!(self.search, Some(Search::Hybrid(_)));
        // From here on a hit may stand for a group, and a page is one of groups.
        if near {
            hits = self.grouped(hits);
        }
        // A search by vector skips and limits what it finds, if nothing has yet to put it in order.
        let paged = near && boost.is_none() && self.mmr.is_none();
        if paged {
            hits = self.paged(hits);
        }
        self.cut(&mut hits);
        let grouped_before = hybrid && boost.is_some() && self.mmr.is_none();
        if grouped_before {
            hits = self.grouped(hits);
        }
        if let Some(boost) = boost {
            boost::apply(&mut hits, boost, relevance);
        }
        if !paged {
            hits = self.paged(hits);
        }
        if let Some(mmr) = self.mmr.as_ref().filter(|_| hybrid || self.group_by.is_none()) {
            let by_distance = near && boost.is_none();
            hits = mmr::select(hits, mmr, if by_distance { Relevance::Distance } else { Relevance::Score });
        }
        if hybrid && !grouped_before {
            hits = self.grouped(hits);
        }
        hits
    }

    fn paged(&self, hits: Vec<Hit<'a>>) -> Vec<Hit<'a>> {
        hits.into_iter().skip(self.offset).take(self.limit).collect()
    }

    /// The best of each group, where the request asks for groups.
    fn grouped(&self, hits: Vec<Hit<'a>>) -> Vec<Hit<'a>> {
        let Some(by) = &self.group_by else { return hits };
        let by_vector = self.search.as_ref().is_some_and(Search::is_near);
        group::group(hits, by, if by_vector { group::all_names } else { group::text_names })
    }

    fn boost(&self, message: &BoostMessage, scope: &Scope<'a>) -> Result<Boost, SearchFault> {
        let by_vector = self.search.as_ref().is_some_and(Search::is_near);
        ranking::compile(message, scope, by_vector.then_some(&self.shape.selection))
    }

    fn step(&self) -> Step {
        match self.search {
            None => Step::List,
            Some(Search::NearVector(_) | Search::NearObject { .. } | Search::Aim(_)) => Step::Nearest,
            Some(Search::Keyword(_)) => Step::Keyword,
            Some(Search::Hybrid(_)) => Step::Hybrid,
        }
    }

    /// The step of the server that asks modules about what was found.
    fn extending(&self) -> &'static str {
        match self.search {
            None | Some(Search::Hybrid(_)) => EXTENDING,
            Some(Search::Keyword(_)) => KEYWORD,
            Some(_) if self.mmr.is_some() => KEYWORD,
            Some(_) => NEAREST,
        }
    }

    fn at_tenant(&self, fault: TenantFault) -> SearchFault {
        SearchFault::Tenant { step: self.step(), index: self.collection.schema.name.to_lowercase(), fault }
    }

    fn at_filter(&self, fault: filter::Fault, scope: &Scope<'_>) -> SearchFault {
        let (index, shard) = (scope.index_name(), scope.shard_name());
        SearchFault::Evaluation { step: self.step(), index, shard, fault: Box::new(fault) }
    }

    fn check_page(&self, maximum: usize) -> Result<(), SearchFault> {
        let (step, offset, limit) = match &self.search {
            // What matters is not the page, but what each of the two searches fetches.
            Some(Search::Hybrid(query)) if query.alpha < 1.0 && hybrid::CANDIDATES > maximum => {
                (Step::Hybrid, 0, hybrid::CANDIDATES)
            }
            Some(Search::Hybrid(query)) if query.alpha > 0.0 => (Step::Keyword, 0, hybrid::CANDIDATES.max(self.limit)),
            Some(Search::Hybrid(_)) => return Ok(()),
            _ => (self.step(), self.offset, self.limit),
        };
        if offset.saturating_add(limit) <= maximum {
            return Ok(());
        }
        Err(SearchFault::Page { step, offset, limit, maximum })
    }

    /// Returns the number of best results that a page needs.
    pub(super) fn window(&self) -> usize {
        self.offset.saturating_add(self.limit)
    }

    fn list(
        &self,
        request: &SearchRequest,
        scope: &Scope<'a>,
        allowed: Option<&Predicate<'_>>,
        window: usize,
    ) -> Vec<Hit<'a>> {
        // Anything but a uuid has been refused.
        let objects = scope.objects_after(parse_uuid(&request.after).ok());
        let Some(allowed) = allowed else {
            if self.sort.is_empty() {
                // They are in order: no more of them is looked at than the page needs.
                return objects.take(window).map(Hit::new).collect();
            }
            let mut hits: Vec<Hit<'a>> = objects.map(Hit::new).collect();
            sort(&mut hits, &self.sort);
            return hits;
        };
        let mut hits: Vec<Hit<'a>> = objects.filter(|object| allowed(object)).map(Hit::new).collect();
        hits.sort_by_key(|hit| hit.object.doc_id);
        sort(&mut hits, &self.sort);
        hits
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
    fn reply(&self, page: &[Hit<'_>], scope: &Scope<'_>) -> Result<SearchReply, SearchFault> {
        let step = if self.search.is_some() { NEAREST } else { LISTING };
        let at_reply = |fault: ReplyFault| match fault {
            ReplyFault::References(_) => SearchFault::References { step, fault },
            ReplyFault::NotPrimitive { .. } => SearchFault::Reply(fault),
        };
        if let Some(generation) = &self.generation {
            page.iter().try_for_each(|hit| generation.check(hit)).map_err(at_reply)?;
        }
        let mut reply = SearchReply { generative_grouped_result: Some(String::new()), ..SearchReply::default() };
        if self.group_by.is_none() {
            let results = page.iter().map(|hit| reply::result(hit, &self.shape, scope));
            reply.results = results.collect::<Result<_, _>>().map_err(at_reply)?;
        } else if self.search.is_some() {
            let groups = page.iter().filter_map(|best| Some(self.group(best, best.group.as_deref()?, scope)));
            reply.group_by_results = groups.collect::<Result<_, _>>().map_err(at_reply)?;
        } else if !page.is_empty() {
            return Err(SearchFault::GroupedList);
        }
        Ok(reply)
    }

    fn group(&self, best: &Hit<'_>, group: &Group<'_>, scope: &Scope<'_>) -> Result<GroupByResult, ReplyFault> {
        let distances = || group.hits.iter().filter_map(|hit| hit.distance);
        // Of what was fused the server takes the first for both.
        let fused = best.fused_distance;
        Ok(GroupByResult {
            name: group.name.clone(),
            min_distance: distances().reduce(f32::min).or(fused).unwrap_or_default(),
            max_distance: distances().reduce(f32::max).or(fused).unwrap_or_default(),
            number_of_objects: integer(group.hits.len()),
            objects: group
                .hits
                .iter()
                .map(|hit| reply::group_member(hit, &self.shape, scope))
                .collect::<Result<_, _>>()?,
            rerank: best.rerank_score.map(|score| RerankReply { score }),
            ..GroupByResult::default()
        })
    }
}

/// A fault of the keyword search, in the words of a search that is nothing else.
fn at_keyword(fault: KeywordFault, scope: &Scope<'_>) -> SearchFault {
    match fault {
        KeywordFault::NotSearchable(_) => SearchFault::Keyword(fault),
        other => SearchFault::KeywordAt(other.at(scope)),
    }
}

fn at_aim(fault: AimFault) -> SearchFault {
    if fault.is_early() { SearchFault::AimParameters(fault) } else { SearchFault::Aim(fault) }
}

fn at_vector(fault: VectorSearchFault, scope: &Scope<'_>) -> SearchFault {
    SearchFault::Vector { index: scope.index_name(), shard: scope.shard_name(), fault }
}

/// The vectors of an object to search near.
pub(super) fn object_vectors(
    scope: &Scope<'_>,
    id: &str,
    targets: &TargetList,
) -> Result<Vec<TargetQuery>, NearObjectFault> {
    let no_uuid = |fault| NearObjectFault::Id { index: scope.index_name(), id: id.to_owned(), fault };
    let id = parse_uuid(id).map_err(no_uuid)?;
    Ok(targets.each(|name| object_vector(scope, id, name))?)
}

/// Score of a hit in its search: more is better.
fn relevance(hit: &Hit<'_>) -> f32 {
    hit.distance.map_or(hit.score, |distance| -distance)
}
