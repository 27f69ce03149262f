//! Objects, texts and media to search near, as requests name them.

use weaviate_generated::grpc::near_text_search::Move as MoveMessage;
use weaviate_generated::grpc::{NearObject, NearTextSearch, SearchRequest, Targets};

use super::fault::SearchFault;
use crate::engine::schema::Media;
use crate::engine::search::near::{Move, NearMedia, NearText};
use crate::engine::store::parse_uuid;

/// One medium of a request.
#[derive(Debug)]
pub(super) struct MediaMessage<'a> {
    media: Media,
    content: &'a str,
    pub(super) distance: Option<f64>,
    pub(super) certainty: Option<f64>,
    pub(super) targets: Option<&'a Targets>,
    /// The deprecated list of names.
    pub(super) target_vectors: &'a [String],
}

/// Refuses a distance beside a certainty in a field of the request.
pub(super) fn one_bound(field: &'static str, distance: Option<f64>, certainty: Option<f64>) -> Result<(), SearchFault> {
    let both = distance.is_some() && certainty.is_some();
    if both { Err(SearchFault::DistanceAndCertainty(field)) } else { Ok(()) }
}

/// Checks the object to search near, as far as the request alone tells.
pub(super) fn check_object(message: &NearObject) -> Result<(), SearchFault> {
    if message.id.is_empty() {
        return Err(SearchFault::NoId);
    }
    one_bound("near_object", message.distance, message.certainty)
}

/// All media of a request.
#[expect(deprecated, reason = "old clients send the deprecated target list and the server reads it")]
pub(super) fn media(request: &SearchRequest) -> Vec<MediaMessage<'_>> {
    macro_rules! medium {
        ($field:ident, $content:ident, $media:ident) => {
            request.$field.as_ref().map(|near| MediaMessage {
                media: Media::$media,
                content: &near.$content,
                distance: near.distance,
                certainty: near.certainty,
                targets: near.targets.as_ref(),
                target_vectors: &near.target_vectors,
            })
        };
    }
    let all = [
        medium!(near_image, image, Image),
        medium!(near_audio, audio, Audio),
        medium!(near_video, video, Video),
        medium!(near_depth, depth, Depth),
        medium!(near_thermal, thermal, Thermal),
        medium!(near_imu, imu, Imu),
    ];
    all.into_iter().flatten().collect()
}

/// The one medium to search near.
pub(super) fn medium(media: &[MediaMessage<'_>]) -> Result<NearMedia, SearchFault> {
    media.iter().try_for_each(|near| one_bound(field(near.media), near.distance, near.certainty))?;
    match media {
        [near] => Ok(NearMedia {
            media: near.media,
            content: near.content.to_owned(),
            certainty: near.certainty,
            distance: near.distance,
        }),
        several => Err(SearchFault::SeveralMedia(several.iter().map(|near| near.media.search()).collect())),
    }
}

/// The field of the request that brings it.
fn field(media: Media) -> &'static str {
    match media {
        Media::Image => "near_image",
        Media::Audio => "near_audio",
        Media::Video => "near_video",
        Media::Depth => "near_depth",
        Media::Thermal => "near_thermal",
        Media::Imu => "near_imu",
    }
}

pub(super) fn text(message: &NearTextSearch, limit: usize) -> Result<NearText, SearchFault> {
    Ok(NearText {
        concepts: message.query.clone(),
        to: way(message.move_to.as_ref())?,
        away: way(message.move_away.as_ref())?,
        certainty: message.certainty,
        distance: message.distance,
        limit,
    })
}

/// The same inside of a hybrid search, where the server takes nothing but texts.
pub(super) fn text_in_hybrid(message: &NearTextSearch, limit: usize) -> Result<NearText, SearchFault> {
    let mut near = text(message, limit)?;
    near.to.objects.clear();
    near.away.objects.clear();
    Ok(NearText { certainty: None, distance: None, ..near })
}

fn way(message: Option<&MoveMessage>) -> Result<Move, SearchFault> {
    let Some(MoveMessage { force, concepts, uuids }) = message else { return Ok(Move::default()) };
    let objects = uuids.iter().map(|id| parse_uuid(id)).collect::<Result<_, _>>().map_err(SearchFault::MoveId)?;
    Ok(Move { force: *force, concepts: concepts.clone(), objects })
}
