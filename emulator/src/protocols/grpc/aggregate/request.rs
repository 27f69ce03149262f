//! Requests for aggregations, read and checked.

use weaviate_generated::grpc::aggregate_request::aggregation::Aggregation as Kind;
use weaviate_generated::grpc::aggregate_request::{Aggregation as Asked, Search as SearchMessage};
use weaviate_generated::grpc::{AggregateRequest, Hybrid as HybridMessage, SearchRequest};

use super::super::fault::{SearchFault, TargetFault};
use super::super::targets::{TargetList, near_vectors};
use super::super::{filters, near, query, search};
use super::fault::{AggregateFault, NearFault};
use crate::config::Config;
use crate::engine::providers::Providers;
use crate::engine::schema::ClassView;
use crate::engine::search::Scope;
use crate::engine::search::aggregate::{Aggregation, Bound, GroupBy, Wanted};
use crate::engine::search::aim::{Aim, Anchor};
use crate::engine::search::hybrid::Source;
use crate::engine::store::fault::TenantFault;
use crate::engine::store::{Collection, State};

/// Number of most frequent texts of a property in the reply, unless the request sets it.
const DEFAULT_OCCURRENCES: u32 = 5;
/// Number of groups in the reply, unless the request sets it.
const DEFAULT_GROUPS: u32 = 100;

/// A request that fits the schema.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) collection: &'a Collection,
    aggregation: Aggregation,
    near: Option<Near>,
}

/// Thing to search near that has yet to become a vector.
#[derive(Debug)]
enum Near {
    Object { id: String, targets: TargetList, certainty: f64 },
    Aim { aim: Aim, certainty: f64 },
}

impl<'a> Request<'a> {
    pub(super) fn parse(message: &AggregateRequest, state: &'a State, config: &Config) -> Result<Self, AggregateFault> {
        let collection = state.known_collection(&message.collection)?;
        let class = &collection.schema;
        let object_limit = message.object_limit.map(query::size);
        let filter = message.filters.as_ref().map(|filter| filters::parse(filter, state, class)).transpose()?;
        let search = message.search.as_ref().map(|search| (search, as_search(search)));
        let targets = search.as_ref().map(|(_, search)| targets(search, class)).transpose()?;
        let mut request = Self {
            collection,
            aggregation: Aggregation {
                properties: wanted(&message.aggregations),
                group_by: message.group_by.as_ref().map(|by| GroupBy {
                    property: by.property.clone(),
                    limit: query::size(message.limit.unwrap_or(DEFAULT_GROUPS)),
                }),
                filter,
                bound: None,
                object_limit,
                default_limit: query::size(config.query_defaults_limit),
            },
            near: None,
        };
        if let (Some((message, search)), Some(targets)) = (&search, targets) {
            request.read(message, search, targets, class)?;
        }
        Ok(request)
    }

    fn read(
        &mut self,
        message: &SearchMessage,
        search: &SearchRequest,
        targets: TargetList,
        class: &ClassView,
    ) -> Result<(), AggregateFault> {
        let limit = self.aggregation.object_limit.unwrap_or_default();
        match message {
            SearchMessage::NearVector(near) => {
                near::one_bound("near_vector", near.distance, near.certainty)?;
                let vectors = near_vectors(near, &targets, class).map_err(NearFault::Vector)?;
                let nearest = targets.nearest(vectors, None);
                self.aggregation.bound =
                    Some(Bound::Nearest { nearest, certainty: certainty(near.distance, near.certainty) });
            }
            SearchMessage::NearObject(near) => {
                near::check_object(near)?;
                let certainty = certainty(near.distance, near.certainty);
                self.near = Some(Near::Object { id: near.id.clone(), targets, certainty });
            }
            SearchMessage::NearText(near) => {
                let certainty = certainty(near.distance, near.certainty);
                let anchor = Anchor::Text(near::text(near, limit)?);
                self.near = Some(Near::Aim { aim: targets.aim(anchor, None), certainty });
            }
            SearchMessage::Hybrid(hybrid) => {
                // A vector of the search's own is taken before what else gives one.
                let own = query::has_vector(hybrid);
                let mut hybrid = hybrid.clone();
                if own {
                    hybrid.near_vector = None;
                }
                if own || hybrid.near_vector.is_some() {
                    hybrid.near_text = None;
                }
                let certainty = if own { 0.0 } else { hybrid_certainty(&hybrid) };
                if let Some(near) = &mut hybrid.near_vector {
                    (near.distance, near.certainty) = (None, None);
                }
                let text = hybrid.near_text.take();
                let mut hybrid = Box::new(query::hybrid(&hybrid, class, limit)?);
                if let Some(text) = text {
                    // The first text is all that the server takes of it.
                    let text = text.query.into_iter().next().ok_or(NearFault::NoText)?;
                    hybrid.nearest = Source::Aim(targets.aim(Anchor::Query(text), None));
                }
                self.aggregation.bound = Some(Bound::Hybrid { hybrid, certainty });
            }
            _ => {
                let media = near::media(search);
                let bounds = media.first().map_or((None, None), |near| (near.distance, near.certainty));
                let anchor = Anchor::Media(near::medium(&media)?);
                self.near =
                    Some(Near::Aim { aim: targets.aim(anchor, None), certainty: certainty(bounds.0, bounds.1) });
            }
        }
        Ok(())
    }

    /// Makes the vectors of the search and checks that the search is bounded. Like the server it
    /// reports faults of the tenant only after that.
    pub(super) fn bounded<'s>(
        self,
        scope: Result<Scope<'s>, TenantFault>,
        providers: Providers<'_>,
    ) -> Result<(Scope<'s>, Aggregation), AggregateFault> {
        let mut aggregation = self.aggregation;
        let bound = match self.near {
            None => aggregation.bound.take(),
            Some(Near::Object { id, targets, certainty }) => {
                let index = self.collection.schema.name.to_lowercase();
                let in_shard = |fault: &TenantFault| NearFault::Shard { index, fault: fault.clone() };
                let scope = scope.as_ref().map_err(in_shard)?;
                let vectors = search::object_vectors(scope, &id, &targets).map_err(NearFault::Object)?;
                Some(Bound::Nearest { nearest: targets.nearest(vectors, None), certainty })
            }
            Some(Near::Aim { aim, certainty }) => {
                aim.check(&self.collection.schema)?;
                let nearest = providers.nearest(scope.as_ref().map_err(Clone::clone)?, &aim)?;
                Some(Bound::Nearest { nearest, certainty })
            }
        };
        if let Some(bound) = &bound {
            bound.check(aggregation.object_limit)?;
        }
        aggregation.bound = bound;
        Ok((scope?, aggregation))
    }
}

/// The vectors to search in, of which there may be one.
fn targets(search: &SearchRequest, class: &ClassView) -> Result<TargetList, AggregateFault> {
    let targets = query::targets_of(search, class).map_err(|fault| match fault {
        SearchFault::Targets(TargetFault::Unknown { class, vector, .. }) => NearFault::Target { class, vector }.into(),
        fault => AggregateFault::from(fault),
    })?;
    if targets.names.len() > 1 { Err(NearFault::SeveralTargets.into()) } else { Ok(targets) }
}

/// The search as a request for a search has it.
fn as_search(search: &SearchMessage) -> SearchRequest {
    let mut request = SearchRequest::default();
    match search.clone() {
        SearchMessage::Hybrid(hybrid) => request.hybrid_search = Some(hybrid),
        SearchMessage::NearVector(near) => request.near_vector = Some(near),
        SearchMessage::NearObject(near) => request.near_object = Some(near),
        SearchMessage::NearText(near) => request.near_text = Some(Box::new(near)),
        SearchMessage::NearImage(near) => request.near_image = Some(Box::new(near)),
        SearchMessage::NearAudio(near) => request.near_audio = Some(Box::new(near)),
        SearchMessage::NearVideo(near) => request.near_video = Some(Box::new(near)),
        SearchMessage::NearDepth(near) => request.near_depth = Some(Box::new(near)),
        SearchMessage::NearThermal(near) => request.near_thermal = Some(Box::new(near)),
        SearchMessage::NearImu(near) => request.near_imu = Some(Box::new(near)),
    }
    request
}

/// The least certainty that the two stand for, whatever the distance of the index; 0 stands for none.
fn certainty(distance: Option<f64>, certainty: Option<f64>) -> f64 {
    let of_distance = || distance.map_or(0.0, |distance| 1.0 - distance / 2.0);
    certainty.filter(|certainty| *certainty != 0.0).unwrap_or_else(of_distance)
}

fn hybrid_certainty(message: &HybridMessage) -> f64 {
    use weaviate_generated::grpc::hybrid::Threshold;
    if let Some(near) = &message.near_vector {
        return certainty(near.distance, near.certainty);
    }
    if let Some(near) = &message.near_text {
        return certainty(near.distance, near.certainty);
    }
    let distance = message.threshold.map(|Threshold::VectorDistance(distance)| f64::from(distance));
    certainty(distance, None)
}

/// The properties, each in the place of its first mention and with the settings of its last.
fn wanted(messages: &[Asked]) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for message in messages {
        let occurrences = match &message.aggregation {
            Some(Kind::Text(text)) => text.top_occurences_limit,
            _ => None,
        };
        let wanted = Wanted {
            property: message.property.clone(),
            occurrences: query::size(occurrences.unwrap_or(DEFAULT_OCCURRENCES)),
        };
        match all.iter_mut().find(|known| known.property == wanted.property) {
            Some(known) => *known = wanted,
            None => all.push(wanted),
        }
    }
    all
}
