//! The profile of a search: which of the server's steps it took, and how long. The emulator measures the whole and tells that
//! time for every step.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value as Json, json};
use weaviate_generated::grpc::QueryProfile;
use weaviate_generated::grpc::query_profile::{SearchProfile, ShardProfile};

use super::query::{Query, Search};
use crate::engine::schema::IndexKind;
use crate::engine::search::filter::{self, Clause, Filter, Operator, Predicate, Target};
use crate::engine::search::keyword::{self, Keyword};
use crate::engine::search::vector::Nearest;
use crate::engine::search::{Scope, hybrid};

/// One step and what is told of it.
type Details = HashMap<String, String>;

/// A search that has found something.
pub(super) struct Profiled<'a> {
    pub(super) query: &'a Query<'a>,
    pub(super) scope: &'a Scope<'a>,
    pub(super) allowed: Option<&'a Predicate<'a>>,
    pub(super) elapsed: Duration,
}

impl Profiled<'_> {
    pub(super) fn profile(&self, node: &str) -> QueryProfile {
        let searches = match &self.query.search {
            None => vec![("object", self.list())],
            Some(Search::NearVector(nearest)) => vec![("vector", self.vector(names(nearest)))],
            Some(Search::NearObject { targets, .. }) => vec![("vector", self.vector(targets.names.iter()))],
            Some(Search::Aim(aim)) => vec![("vector", self.vector(aim.targets.iter()))],
            Some(Search::Keyword(keyword)) => vec![("keyword", self.keyword(keyword, self.query.window()))],
            Some(Search::Hybrid(hybrid)) => {
                let mut legs = Vec::new();
                if hybrid.alpha < 1.0 {
                    legs.push(("keyword", self.keyword(&hybrid.keyword, hybrid::CANDIDATES.max(self.query.limit))));
                }
                if hybrid.alpha > 0.0 {
                    legs.push(("vector", self.vector(hybrid.nearest.targets().into_iter())));
                }
                legs
            }
        };
        let searches =
            searches.into_iter().map(|(kind, details)| (kind.to_owned(), SearchProfile { details })).collect();
        QueryProfile { shards: vec![ShardProfile { name: self.scope.shard_name(), node: node.to_owned(), searches }] }
    }

    fn took(&self) -> String {
        format!("{:?}", self.elapsed)
    }

    fn timed(&self, steps: &[&str]) -> Details {
        steps.iter().map(|step| ((*step).to_owned(), self.took())).collect()
    }

    fn list(&self) -> Details {
        let sorted = !self.query.sort.is_empty();
        let filter = self.query.filter.as_ref();
        let mut details = self.timed(match (filter.is_some(), sorted) {
            (false, false) => &["total_took"],
            (true, false) => &["build_allow_list_took", "objects_by_doc_ids_took", "total_took"],
            (false, true) => &["objects_took", "sort_took", "total_took"],
            (true, true) => &["build_allow_list_took", "objects_by_doc_ids_took", "sort_took", "total_took"],
        });
        if let Some(filter) = filter {
            details.extend(self.allow_list(filter));
            details.insert("allow_list_doc_ids_count".to_owned(), self.allowed_count().to_string());
        }
        if sorted {
            let took = self.took();
            let plan = json!([
                "START PLANNING",
                format!("COMPLETED PLANNING in {took}"),
                "START EXECUTING",
                format!("COMPLETED EXECUTING in {took}"),
            ]);
            details.insert("sort_query_planner".to_owned(), plan.to_string());
        }
        details
    }

    fn keyword(&self, keyword: &Keyword, limit: usize) -> Details {
        let mut details = self.timed(&[
            "kwd_1_tok_time",
            "kwd_3_term_time",
            "kwd_4_bmw_time",
            "kwd_5_objects_time",
            "kwd_time",
            "total_took",
        ]);
        details.insert("kwd_method".to_owned(), "blockmaxwand".to_owned());
        for (analysis, terms) in keyword::term_counts(self.scope, keyword) {
            details.insert(format!("kwd_2_terms_{analysis}"), terms.to_string());
        }
        let found = keyword::search(self.scope, keyword, self.allowed, limit, false).map_or(0, |hits| hits.len());
        details.insert("kwd_6_res_count".to_owned(), found.to_string());
        if matches!(keyword.operator, keyword::Operator::Or { .. }) {
            // One step for each result, and one that finds the end.
            details.insert("kwd_4_iters".to_owned(), (found + 1).to_string());
        }
        if let Some(filter) = &self.query.filter {
            details.extend(self.allow_list(filter));
            details.insert("kwd_filter_size".to_owned(), self.allowed_count().to_string());
        }
        details
    }

    fn vector<'n>(&self, targets: impl Iterator<Item = &'n String>) -> Details {
        let filtered = self.query.filter.is_some();
        let mut details = self.timed(&["objects_took", "total_took", "vector_search_took"]);
        for target in targets {
            details.extend(self.index(target, filtered));
        }
        if let Some(filter) = &self.query.filter {
            details.extend(self.allow_list(filter));
            details.extend(self.timed(&["filters_build_allow_list_took"]));
            details.insert("filters_ids_matched".to_owned(), self.allowed_count().to_string());
        }
        details
    }

    /// The steps of one vector index. Few objects are compared one by one.
    fn index(&self, target: &str, filtered: bool) -> Details {
        let index = self.scope.class().index(target);
        let kind = index.map(|index| index.kind);
        if kind == Some(IndexKind::Flat) {
            return Details::new();
        }
        let mut steps = vec![if filtered { "flat_search_iteration_took" } else { "knn_search_layer_0_took" }];
        if kind == Some(IndexKind::Hfresh) {
            steps.retain(|_| filtered);
            return self.timed(&steps);
        }
        match index {
            Some(index) if index.multi && index.encoded => steps.push("muvera_rescore_took"),
            Some(index) if index.multi => steps.push("multivector_rescore_took"),
            _ if kind == Some(IndexKind::Hnsw { compressed: true }) && !filtered => {
                steps.push("knn_search_rescore_took");
            }
            _ => {}
        }
        let mut details = self.timed(&steps);
        details.insert("hnsw_flat_search".to_owned(), filtered.to_string());
        details
    }

    fn allowed_count(&self) -> usize {
        self.scope.objects().filter(|object| self.allowed.is_none_or(|allowed| allowed(object))).count()
    }

    fn allow_list(&self, filter: &Filter) -> Details {
        let mut details = self.timed(&["build_allow_list_resolve_took"]);
        let operands = match filter {
            Filter::And(operands) | Filter::Or(operands) | Filter::Not(operands) => operands.len(),
            Filter::Clause(_) => 0,
        };
        details.insert("build_allow_list_resolve_len".to_owned(), operands.to_string());
        let mut bitmaps = Vec::new();
        self.bitmaps(filter, &mut bitmaps);
        details.insert("build_allow_list_doc_bitmap".to_owned(), Json::Array(bitmaps).to_string());
        details
    }

    /// Lists what each clause finds, in the order of the filter.
    fn bitmaps(&self, filter: &Filter, found: &mut Vec<Json>) {
        match filter {
            Filter::And(operands) | Filter::Or(operands) | Filter::Not(operands) => {
                for operand in operands {
                    self.bitmaps(operand, found);
                }
            }
            Filter::Clause(clause) => found.push(self.bitmap(filter, clause)),
        }
    }

    fn bitmap(&self, filter: &Filter, clause: &Clause) -> Json {
        let count = filter::compile(filter, self.scope)
            .map_or(0, |matches| self.scope.objects().filter(|object| matches(object)).count());
        let (property, strategy) = match &clause.target {
            Target::Id => ("_id", "setcollection"),
            Target::CreationTime => ("_creationTimeUnix", "roaringset"),
            Target::UpdateTime => ("_lastUpdateTimeUnix", "roaringset"),
            Target::Property(name) if clause.operator == Operator::WithinGeoRange => (name.as_str(), "geo"),
            Target::Property(name) | Target::Length(name) => (name.as_str(), "roaringset"),
            Target::Nested(path) => (path.root(), "roaringset"),
        };
        let took = u64::try_from(self.elapsed.as_nanos()).unwrap_or(u64::MAX);
        json!({
            "count": count,
            "operator": clause.operator.number(),
            "prop": property,
            "strategy": strategy,
            "took": took,
            "took_string": self.took(),
        })
    }
}

fn names(nearest: &Nearest) -> impl Iterator<Item = &String> {
    nearest.targets.iter().map(|target| &target.name)
}
