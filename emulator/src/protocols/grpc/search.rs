//! `Search`: runs the request and shapes the reply.

use std::time::Instant;

use tonic::Status;
use weaviate_generated::grpc::{Boost as BoostMessage, GroupByResult, RerankReply, SearchReply, SearchRequest};

use super::fault::{EXTENDING, KEYWORD, LISTING, NEAREST, NearObjectFault, ReplyFault, SearchFault, Step};
use super::profile::Profiled;
use super::query::{Query, Search, size};
use super::targets::TargetList;
use super::{ranking, reply, unknown};
use crate::config::Config;
use crate::emulated::Emulated;
use crate::engine::providers::{ProviderKeys, Providers};
use crate::engine::search::boost::{self, Boost};
use crate::engine::search::fault::{AimFault, KeywordFault, VectorSearchFault};
use crate::engine::search::filter::{self, Predicate};
use crate::engine::search::group::{self, Group};
use crate::engine::search::mmr::Relevance;
use crate::engine::search::sort::sort;
use crate::engine::search::vector::{TargetQuery, nearest};
use crate::engine::search::{Hit, Scope, autocut, hybrid, keyword, mmr, rerank};
use crate::engine::store::fault::TenantFault;
use crate::engine::store::{State, now_ms, parse_uuid};

/// Answers a search; anything wrong with it is reported as the server does.
pub(crate) fn search(emulated: &Emulated, keys: &ProviderKeys, request: &SearchRequest) -> Result<SearchReply, Status> {
    refuse_what_needs_modules(request)?;
    find(emulated, keys, request).map_err(unknown)
}

/// Answers a search that needs no module.
pub(crate) fn find(
    emulated: &Emulated,
    keys: &ProviderKeys,
    request: &SearchRequest,
) -> Result<SearchReply, SearchFault> {
    emulated.wake(&request.collection, &request.tenant);
    let state = emulated.read();
    let query = Query::parse(request, &state, &emulated.config)?;
    query.run(request, &state, emulated.providers(keys), &emulated.config)
}

fn refuse_what_needs_modules(request: &SearchRequest) -> Result<(), Status> {
    if request.generative.is_some() {
        return Err(Status::unimplemented("the emulator has no generative modules"));
    }
    Ok(())
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
        let window = self.window().max(boost.as_ref().map_or(0, |boost| boost.depth));
        let mut hits = match &self.search {
            None => self.list(request, &scope, allowed, window),
            Some(Search::NearVector(query)) => {
                nearest(&scope, query, allowed, window).map_err(|fault| at_vector(fault, &scope))?
            }
            Some(Search::NearObject { id, targets, max_distance }) => {
                let vectors = object_vectors(&scope, id, targets)?;
                let query = targets.clone().nearest(vectors, *max_distance);
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
        self.cut(&mut hits);
        // A keyword search is boosted before it is grouped. Of the others, groups are boosted by their best objects.
        let boosts_groups = self.group_by.is_some() && !matches!(self.search, Some(Search::Keyword(_)));
        if let Some(boost) = boost.as_ref().filter(|_| !boosts_groups) {
            boost::apply(&mut hits, boost, relevance);
        }
        let mut page: Vec<Hit<'_>> = hits.into_iter().skip(self.offset).take(self.limit).collect();
        // The server groups the results of a search by vector before, and those of a hybrid one after.
        let is_selected = self.group_by.is_none() || matches!(self.search, Some(Search::Hybrid(_)));
        if let Some(mmr) = self.mmr.as_ref().filter(|_| is_selected) {
            let by_distance = boost.is_none() && self.search.as_ref().is_some_and(Search::is_near);
            page = mmr::select(page, mmr, if by_distance { Relevance::Distance } else { Relevance::Score });
        }
        if let Some(property) = self.rerank.as_ref().filter(|_| !page.is_empty()) {
            rerank::check(scope.class(), property, providers)
                .map_err(|fault| SearchFault::Rerank { step: self.extending(), fault })?;
            // Groups are reranked as such, unless they are made last.
            if self.group_by.is_none() || matches!(self.search, Some(Search::Keyword(_))) {
                rerank::apply(&mut page, property);
            }
        }
        // Only now, so that a page may hold less than was asked for.
        if let Some(expiry) = &self.collection.schema.expiry {
            let now = now_ms();
            page.retain(|hit| !hit.object.is_expired(expiry, now));
        }
        let mut reply = self.reply(&page, &scope, boost.as_ref().filter(|_| boosts_groups))?;
        // The server profiles no search that has found nothing.
        if self.shape.metadata.query_profile && !page.is_empty() {
            let profiled = Profiled { query: self, scope: &scope, allowed, elapsed: start.elapsed() };
            reply.query_profile = Some(profiled.profile(&config.node_name));
        }
        Ok(reply)
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
    fn reply(&self, page: &[Hit<'_>], scope: &Scope<'_>, boost: Option<&Boost>) -> Result<SearchReply, SearchFault> {
        let step = if self.search.is_some() { NEAREST } else { LISTING };
        let at_reply = |fault: ReplyFault| match fault {
            ReplyFault::References(_) => SearchFault::References { step, fault },
            ReplyFault::NotPrimitive(_) => SearchFault::Reply(fault),
        };
        let mut reply = SearchReply { generative_grouped_result: Some(String::new()), ..SearchReply::default() };
        match &self.group_by {
            Some(_) if self.search.is_none() => {
                if !page.is_empty() {
                    return Err(SearchFault::GroupedList);
                }
            }
            Some(by) => {
                let names = match self.search {
                    Some(Search::Keyword(_) | Search::Hybrid(_)) => group::text_names,
                    _ => group::all_names,
                };
                let mut groups = group::group(page, by, names);
                if let Some(boost) = boost {
                    let mut best: Vec<Hit<'_>> =
                        groups.iter().filter_map(|group| group.hits.first().cloned()).collect();
                    boost::apply(&mut best, boost, relevance);
                    groups.sort_by_key(|group| {
                        let first = group.hits.first().map(|hit| hit.object.id);
                        best.iter().position(|hit| Some(hit.object.id) == first)
                    });
                }
                if let Some(property) = &self.rerank {
                    rerank_groups(&mut groups, property);
                }
                reply.group_by_results =
                    groups.iter().map(|group| self.group(group, scope)).collect::<Result<_, _>>().map_err(at_reply)?;
            }
            None => {
                reply.results = page
                    .iter()
                    .map(|hit| reply::result(hit, &self.shape, scope))
                    .collect::<Result<_, _>>()
                    .map_err(at_reply)?;
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
            rerank: self.rerank.as_ref().map(|property| RerankReply { score: group_score(group, property) }),
            ..GroupByResult::default()
        })
    }
}

/// Puts the group first whose best object has the highest score.
fn rerank_groups(groups: &mut [Group<'_>], property: &str) {
    groups.sort_by(|a, b| group_score(b, property).total_cmp(&group_score(a, property)));
}

fn group_score(group: &Group<'_>, property: &str) -> f64 {
    group.hits.first().map_or(0.0, |best| rerank::score(best, property))
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

fn object_vectors(scope: &Scope<'_>, id: &str, targets: &TargetList) -> Result<Vec<TargetQuery>, NearObjectFault> {
    let no_uuid = |fault| NearObjectFault::Id { index: scope.index_name(), id: id.to_owned(), fault };
    let uuid = parse_uuid(id).map_err(no_uuid)?;
    let object = scope.shard.objects.get(&uuid);
    let vector = |name: &str| {
        let found = object.and_then(|object| object.vector_named(name));
        found.ok_or_else(|| match name {
            "" => NearObjectFault::NoVector,
            name => NearObjectFault::NoTargetVector(name.to_owned()),
        })
    };
    targets.each(vector)
}

/// Score of a hit in its search: more is better.
fn relevance(hit: &Hit<'_>) -> f32 {
    hit.distance.map_or(hit.score, |distance| -distance)
}
