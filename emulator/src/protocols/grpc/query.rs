//! A `SearchRequest`, read and checked against the schema.

use weaviate_generated::grpc::hybrid::{FusionType, Threshold};
use weaviate_generated::grpc::search_operator_options::Operator as OperatorMessage;
use weaviate_generated::grpc::{
    Bm25, Hybrid as HybridMessage, NearObject, NearVector, SearchOperatorOptions, SearchRequest, SortBy as SortMessage,
};

use super::codec;
use super::fault::{NearVectorFault, SearchFault, SortPathFault};
use super::filters;
use super::generative::Generation;
use super::near;
use super::ranking;
use super::reply::Shape;
use super::selection::Selection;
use super::targets::{TargetList, near_vectors};
use crate::config::Config;
use crate::engine::letter_case::lower_first;
use crate::engine::schema::ClassView;
use crate::engine::search::aim::{Aim, Anchor};
use crate::engine::search::filter::Filter;
use crate::engine::search::group::GroupBy;
use crate::engine::search::hybrid::{Fusion, Hybrid, Source};
use crate::engine::search::keyword::{Keyword, Operator};
use crate::engine::search::mmr::Mmr;
use crate::engine::search::rerank::Rerank;
use crate::engine::search::sort::{SortBy, SortKey};
use crate::engine::search::vector::{Cutoff, Nearest, TargetQuery};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{Collection, State, parse_uuid};

/// A request, read and checked.
#[derive(Debug)]
pub(crate) struct Query<'a> {
    pub(crate) collection: &'a Collection,
    pub(crate) shape: Shape<'a>,
    pub(crate) filter: Option<Filter>,
    pub(crate) sort: Vec<SortKey>,
    pub(crate) group_by: Option<GroupBy>,
    /// The search itself; without one the objects are listed.
    pub(crate) search: Option<Search>,
    pub(crate) mmr: Option<Mmr>,
    pub(crate) rerank: Option<Rerank>,
    pub(crate) generation: Option<Generation>,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) autocut: usize,
}

/// The kinds of search.
#[derive(Debug)]
pub(crate) enum Search {
    NearVector(Nearest),
    NearObject {
        id: String,
        targets: TargetList,
        threshold: Option<Cutoff>,
    },
    /// Near a text or a medium.
    Aim(Aim),
    Keyword(Keyword),
    Hybrid(Box<Hybrid>),
}

/// Objects that may follow each other through references, the found one included.
const DEEPEST_REFERENCES: usize = 5;

impl<'a> Query<'a> {
    pub(crate) fn parse(request: &SearchRequest, state: &'a State, config: &Config) -> Result<Self, SearchFault> {
        let name = &request.collection;
        let collection = state.known_collection(name)?;
        let class = &collection.schema;
        let selection = Selection::parse(request.properties.as_ref(), state, class)?;
        let mut shape = Shape { selection, metadata: request.metadata.clone().unwrap_or_default(), certainty: false };
        let media = near::media(request);
        let searches = [
            request.near_vector.is_some(),
            request.near_object.is_some(),
            request.near_text.is_some() || !media.is_empty(),
        ];
        let near = searches.iter().filter(|given| **given).count();
        if near > 1 {
            return Err(SearchFault::SeveralNear);
        }
        let keyword = request.bm25_search.is_some();
        if near > 0 && keyword {
            return Err(SearchFault::NearAndKeyword);
        }
        let limit = size(if request.limit == 0 { config.query_defaults_limit } else { request.limit });
        let search = search_of(request, class, limit)?;
        if search.as_ref().is_some_and(Search::is_near) {
            shape.certainty = targets_of(request, class)?.has_certainty(class);
        }
        let searching = search.is_some();
        let sort = sort_keys(&request.sort_by, class)?;
        // The server takes a generation for a search.
        if (searching || request.generative.is_some()) && !sort.is_empty() && request.after.is_empty() {
            return Err(SearchFault::SortedSearch);
        }
        let filter = request.filters.as_ref().map(|message| filters::parse(message, state, class)).transpose()?;
        let group_by =
            request.group_by.as_ref().map(|message| group_by(message, class, &mut shape.selection)).transpose()?;
        if shape.selection.depth() > DEEPEST_REFERENCES {
            return Err(SearchFault::TooDeep(DEEPEST_REFERENCES));
        }
        check_cursor(request, searching)?;
        if let Some(boost) = &request.boost {
            ranking::check(boost, state, class)?;
        }
        let mmr = if searching { ranking::mmr(request, &targets_of(request, class)?, class, limit)? } else { None };
        let rerank = request.rerank.as_ref();
        let rerank = rerank.map(|it| Rerank { property: it.property.clone(), query: it.query().to_owned() });
        if let Some(name) = rerank.as_ref().map(|rerank| &rerank.property).filter(|name| !name.is_empty()) {
            let unknown = || SearchFault::RerankProperty(NoSuchProperty::new(name, &class.name));
            shape.selection.include(class.property(name).ok_or_else(unknown)?);
        }
        let generation =
            Generation::parse(request, class, &mut shape.selection).map_err(SearchFault::PromptProperty)?;
        Ok(Self {
            collection,
            shape,
            filter,
            sort,
            group_by,
            search,
            mmr,
            rerank,
            generation,
            limit,
            offset: size(request.offset),
            autocut: size(request.autocut),
        })
    }
}

impl Search {
    /// Returns whether it searches near vectors, and nothing else.
    pub(super) fn is_near(&self) -> bool {
        matches!(self, Self::NearVector(_) | Self::NearObject { .. } | Self::Aim(_))
    }

    /// The bound on what is shown. That of a hybrid search is on what its vector search finds.
    pub(super) fn threshold(&self) -> Option<Cutoff> {
        match self {
            Self::NearVector(nearest) => nearest.threshold,
            Self::NearObject { threshold, .. } => *threshold,
            Self::Aim(aim) => aim.threshold,
            Self::Keyword(_) | Self::Hybrid(_) => None,
        }
    }
}

pub(crate) fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[expect(deprecated, reason = "old clients send the deprecated target list and the server reads it")]
pub(super) fn targets_of(request: &SearchRequest, class: &ClassView) -> Result<TargetList, SearchFault> {
    let (targets, old) = if let Some(near) = &request.near_vector {
        (near.targets.as_ref(), near.target_vectors.as_slice())
    } else if let Some(near) = &request.near_object {
        (near.targets.as_ref(), near.target_vectors.as_slice())
    } else if let Some(near) = &request.near_text {
        (near.targets.as_ref(), near.target_vectors.as_slice())
    } else if let Some(near) = near::media(request).first() {
        (near.targets, near.target_vectors)
    } else if let Some(hybrid) = &request.hybrid_search {
        (hybrid.targets.as_ref(), hybrid.target_vectors.as_slice())
    } else {
        return Ok(TargetList::none());
    };
    Ok(TargetList::parse(targets, old, class)?)
}

fn search_of(request: &SearchRequest, class: &ClassView, limit: usize) -> Result<Option<Search>, SearchFault> {
    if let Some(message) = &request.near_vector {
        return near_vector(message, targets_of(request, class)?, class).map(Some);
    }
    if let Some(message) = &request.near_object {
        return near_object(message, targets_of(request, class)?, class).map(Some);
    }
    if let Some(message) = &request.near_text {
        let anchor = Anchor::Text(near::text(message, limit)?);
        return aim(anchor, targets_of(request, class)?, (message.distance, message.certainty), class).map(Some);
    }
    let media = near::media(request);
    if let Some(found) = media.first() {
        let near = near::medium(&media)?;
        return aim(Anchor::Media(near), targets_of(request, class)?, (found.distance, found.certainty), class)
            .map(Some);
    }
    if let Some(message) = &request.bm25_search {
        return bm25(message).map(Some);
    }
    if let Some(message) = &request.hybrid_search {
        return hybrid(message, class, limit).map(|hybrid| Some(Search::Hybrid(Box::new(hybrid))));
    }
    Ok(None)
}

fn bm25(message: &Bm25) -> Result<Search, SearchFault> {
    if message.query.is_empty() {
        return Err(SearchFault::NoQuery);
    }
    Ok(Search::Keyword(Keyword {
        query: message.query.clone(),
        properties: message.properties.iter().map(|name| lower_first(name)).collect(),
        operator: operator(message.search_operator.as_ref()),
    }))
}

fn operator(options: Option<&SearchOperatorOptions>) -> Operator {
    let Some(options) = options else { return Operator::Or { minimum: 1 } };
    match options.operator() {
        OperatorMessage::And => Operator::And,
        OperatorMessage::AndCross => Operator::AndCross,
        OperatorMessage::Unspecified | OperatorMessage::Or => {
            Operator::Or { minimum: options.minimum_or_tokens_match() }
        }
    }
}

/// Returns whether a hybrid search has a vector in its own fields.
#[expect(deprecated, reason = "old clients send the deprecated fields and the server reads them")]
pub(super) fn has_vector(message: &HybridMessage) -> bool {
    !(message.vector.is_empty() && message.vector_bytes.is_empty() && message.vectors.is_empty())
}

#[expect(deprecated, reason = "old clients send the deprecated fields and the server reads them")]
pub(super) fn hybrid(message: &HybridMessage, class: &ClassView, limit: usize) -> Result<Hybrid, SearchFault> {
    const DEFAULT_ALPHA: f32 = 0.75;
    let targets = TargetList::parse(message.targets.as_ref(), &message.target_vectors, class)?;
    let vector = NearVector {
        vector: message.vector.clone(),
        vector_bytes: message.vector_bytes.clone(),
        vectors: message.vectors.clone(),
        ..NearVector::default()
    };
    let has_vector = has_vector(message);
    let near_vector = match (&message.near_text, &message.near_vector, has_vector) {
        (Some(_), Some(_), _) => return Err(SearchFault::HybridConflict { one: "nearText", other: "nearVector" }),
        (Some(_), _, true) => return Err(SearchFault::HybridConflict { one: "nearText", other: "query" }),
        (_, Some(_), true) => return Err(SearchFault::HybridConflict { one: "nearVector", other: "vector" }),
        (_, Some(near), _) if near.selection.is_some() => return Err(SearchFault::NestedSelection("near_vector")),
        (Some(near), _, _) if near.selection.is_some() => return Err(SearchFault::NestedSelection("near_text")),
        (Some(_), _, _) => None,
        (_, Some(near), _) => Some(near),
        _ => has_vector.then_some(&vector),
    };
    let alpha = if message.use_alpha_param { message.alpha_param.unwrap_or(DEFAULT_ALPHA) } else { message.alpha };
    let vector_distance = message.threshold.map(|Threshold::VectorDistance(distance)| distance);
    let nearest = match near_vector {
        Some(near) => {
            let vectors = hybrid_vectors(near, has_vector, &targets, class)?;
            // A certainty is looked at, but does nothing in a hybrid search.
            let threshold = targets.threshold(vectors.len(), near.distance, near.certainty, class)?;
            let threshold = threshold.filter(|threshold| matches!(threshold, Cutoff::Distance(_)));
            let nearest = targets.nearest(vectors, threshold);
            if has_vector { Source::Vectors(nearest) } else { Source::NearVector(nearest) }
        }
        None => Source::Aim(match &message.near_text {
            Some(near) => targets.aim(Anchor::Text(near::text_in_hybrid(near, limit)?), None),
            None => targets.aim(Anchor::Query(message.query.clone()), None),
        }),
    };
    let fusion = match message.fusion_type() {
        FusionType::Ranked => Fusion::Ranked,
        FusionType::Unspecified | FusionType::RelativeScore => Fusion::RelativeScore,
    };
    let keyword = Keyword {
        query: message.query.clone(),
        properties: message.properties.iter().map(|name| lower_first(name)).collect(),
        operator: operator(message.bm25_search_operator.as_ref()),
    };
    Ok(Hybrid { keyword, nearest, alpha: alpha.into(), fusion, vector_distance })
}

/// The server names the field in front of what is wrong in it, but not of its own faults.
fn in_near_vector(fault: NearVectorFault) -> SearchFault {
    use NearVectorFault::{NoCombination, NoneOfSeveral, NothingToSearch};
    match fault {
        NoCombination | NoneOfSeveral | NothingToSearch => SearchFault::OwnFault(fault),
        fault => SearchFault::NearVector { field: "near_vector", fault },
    }
}

/// The vectors of a hybrid search: those of its own field are taken for every target, whether they fit it or not.
fn hybrid_vectors(
    near: &NearVector,
    own: bool,
    targets: &TargetList,
    class: &ClassView,
) -> Result<Vec<TargetQuery>, SearchFault> {
    if !own {
        return near_vectors(near, targets, class).map_err(in_near_vector);
    }
    let in_hybrid = |fault| SearchFault::NearVector { field: "hybrid", fault };
    match near.vectors.as_slice() {
        several @ [_, _, ..] => Err(in_hybrid(NearVectorFault::Several(several.len()))),
        [vector] => {
            let vector = codec::vector(vector).map_err(|fault| in_hybrid(fault.into()))?;
            targets.each(|_| Ok(vector.clone()))
        }
        [] => near_vectors(near, targets, class).map_err(in_hybrid),
    }
}

fn near_vector(message: &NearVector, targets: TargetList, class: &ClassView) -> Result<Search, SearchFault> {
    near::one_bound("near_vector", message.distance, message.certainty)?;
    let vectors = near_vectors(message, &targets, class).map_err(in_near_vector)?;
    let threshold = targets.threshold(vectors.len(), message.distance, message.certainty, class)?;
    Ok(Search::NearVector(targets.nearest(vectors, threshold)))
}

fn aim(
    anchor: Anchor,
    targets: TargetList,
    (distance, certainty): (Option<f64>, Option<f64>),
    class: &ClassView,
) -> Result<Search, SearchFault> {
    // Both are refused later, once it is known that there is a vectorizer.
    let certainty = certainty.filter(|_| distance.is_none());
    let threshold = targets.threshold(targets.names.len(), distance, certainty, class)?;
    Ok(Search::Aim(targets.aim(anchor, threshold)))
}

fn near_object(message: &NearObject, targets: TargetList, class: &ClassView) -> Result<Search, SearchFault> {
    near::check_object(message)?;
    let threshold = targets.threshold(targets.names.len(), message.distance, message.certainty, class)?;
    Ok(Search::NearObject { id: message.id.clone(), targets, threshold })
}

fn sort_keys(messages: &[SortMessage], class: &ClassView) -> Result<Vec<SortKey>, SearchFault> {
    let key = |message: &SortMessage| {
        let by = match message.path.as_slice() {
            [] => return Err(SortPathFault::Empty),
            [name] => SortBy::parse(name, class)?,
            _ => return Err(SortPathFault::Reference),
        };
        Ok(SortKey { by, ascending: message.ascending })
    };
    let numbered = messages.iter().enumerate();
    numbered.map(|(position, message)| key(message).map_err(|fault| SearchFault::Sort { position, fault })).collect()
}

fn group_by<'a>(
    message: &weaviate_generated::grpc::GroupBy,
    class: &'a ClassView,
    selection: &mut Selection<'a>,
) -> Result<GroupBy, SearchFault> {
    let [name] = message.path.as_slice() else {
        return Err(SearchFault::GroupPath(message.path.clone()));
    };
    let unknown = || SearchFault::GroupProperty(NoSuchProperty::new(name, &class.name));
    let property = class.property(name).ok_or_else(unknown)?;
    selection.include(property);
    let count = |number: i32| usize::try_from(number).unwrap_or_default();
    Ok(GroupBy {
        property: property.name.clone(),
        groups: count(message.number_of_groups),
        objects_per_group: count(message.objects_per_group),
    })
}

fn check_cursor(request: &SearchRequest, searching: bool) -> Result<(), SearchFault> {
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
        return Err(SearchFault::Cursor(what));
    }
    let no_uuid = |fault| SearchFault::CursorId { after: request.after.clone(), fault };
    parse_uuid(&request.after).map(drop).map_err(no_uuid)
}
