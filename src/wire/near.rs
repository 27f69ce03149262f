//! Conversion of vector searches to `SearchRequest`.

use weaviate_generated::grpc;
use weaviate_generated::grpc::SearchRequest;
use weaviate_generated::grpc::near_text_search::Move as MoveMessage;

use super::ranking::ungrouped_selection;
use super::search::{DefaultMetadata, ToMessage, common};
use super::targets::{query_vectors, targets};
use super::vector;
use crate::values::query::{Media, Move, NearMedia, NearObject, NearText, NearVector, NearVectors, Options, Threshold};
use crate::values::target::Target;
use crate::{Error, Result};

impl ToMessage for NearVector {
    const NAME: &'static str = "near_vector";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        let near = grpc::NearVector {
            targets: targets(options.target.as_ref())?,
            selection: ungrouped_selection(options)?,
            ..near_vector(self, "near_vector")?
        };
        Ok(SearchRequest { near_vector: Some(near), ..common(target, options, DefaultMetadata::Distance)? })
    }

    fn to_embed(&mut self) -> Option<&mut NearVector> {
        self.to_embed.is_some().then_some(self)
    }
}

impl ToMessage for NearVectors {
    const NAME: &'static str = "near_vectors";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        let Threshold { distance, certainty } = checked(self.threshold)?;
        let (targets, vector_for_targets) = query_vectors(&self.vectors)?;
        let near = grpc::NearVector {
            targets: Some(targets),
            vector_for_targets,
            distance,
            certainty,
            selection: ungrouped_selection(options)?,
            ..grpc::NearVector::default()
        };
        Ok(SearchRequest { near_vector: Some(near), ..common(target, options, DefaultMetadata::Distance)? })
    }
}

impl ToMessage for NearObject {
    const NAME: &'static str = "near_object";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        let Threshold { distance, certainty } = checked(self.threshold)?;
        let near = grpc::NearObject {
            id: self.id.to_string(),
            distance,
            certainty,
            targets: targets(options.target.as_ref())?,
            selection: ungrouped_selection(options)?,
            ..grpc::NearObject::default()
        };
        Ok(SearchRequest { near_object: Some(near), ..common(target, options, DefaultMetadata::Distance)? })
    }
}

impl ToMessage for NearText {
    const NAME: &'static str = "near_text";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        let near = grpc::NearTextSearch {
            targets: targets(options.target.as_ref())?,
            selection: ungrouped_selection(options)?,
            ..near_text(self)?
        };
        Ok(SearchRequest { near_text: Some(Box::new(near)), ..common(target, options, DefaultMetadata::Distance)? })
    }
}

/// Fields of a medium's message, which differ in the name of one.
macro_rules! media {
    ($self:ident, $targets:ident, $request:ident: $($media:ident $field:ident $message:ident $data:ident;)*) => {{
        let Threshold { distance, certainty } = checked($self.threshold)?;
        let data = $self.blob.to_base64();
        match $self.media {
            $(Media::$media => {
                let message =
                    grpc::$message { $data: data, distance, certainty, targets: $targets, ..grpc::$message::default() };
                Ok(SearchRequest { $field: Some(Box::new(message)), ..$request })
            })*
        }
    }};
}

impl ToMessage for NearMedia {
    const NAME: &'static str = "near_media";

    fn message(&self, target: &Target, options: &Options) -> Result<SearchRequest> {
        if self.blob.as_bytes().is_empty() {
            return Err(Error::validation("near_media", "must not be empty: it has no bytes"));
        }
        if options.target.as_ref().is_some_and(|targets| targets.names.len() > 1) {
            return Err(Error::validation("target", "must be one vector: the server compares a medium with no more"));
        }
        let targets = targets(options.target.as_ref())?;
        let request = common(target, options, DefaultMetadata::Distance)?;
        media! { self, targets, request:
            Image near_image NearImageSearch image;
            Audio near_audio NearAudioSearch audio;
            Video near_video NearVideoSearch video;
            Depth near_depth NearDepthSearch depth;
            Thermal near_thermal NearThermalSearch thermal;
            Imu near_imu NearImuSearch imu;
        }
    }
}

/// Converts a search by vector without its targets. `field` is the name of the vector for the
/// caller.
pub(super) fn near_vector(near: &NearVector, field: &str) -> Result<grpc::NearVector> {
    vector::check(&near.vector, field)?;
    let Threshold { distance, certainty } = checked(near.threshold)?;
    let vectors = vec![vector::message(&near.vector, "")];
    Ok(grpc::NearVector { vectors, distance, certainty, ..grpc::NearVector::default() })
}

/// Converts a search by text without its targets.
pub(super) fn near_text(near: &NearText) -> Result<grpc::NearTextSearch> {
    let NearText { concepts, threshold, move_to, move_away } = near;
    if concepts.is_empty() || concepts.iter().any(String::is_empty) {
        return Err(Error::validation("near_text", "must have a text, and no empty one"));
    }
    let Threshold { distance, certainty } = checked(*threshold)?;
    Ok(grpc::NearTextSearch {
        query: concepts.clone(),
        distance,
        certainty,
        move_to: move_to.as_ref().map(|target| moved("move_to", target, 1.0)).transpose()?,
        move_away: move_away.as_ref().map(|target| moved("move_away", target, f32::MAX)).transpose()?,
        ..grpc::NearTextSearch::default()
    })
}

fn moved(field: &'static str, target: &Move, max: f32) -> Result<MoveMessage> {
    let Move { force, concepts, objects } = target;
    if !(0.0..=max).contains(force) {
        let range = if max > 1.0 { "0 or more" } else { "between 0 and 1" };
        return Err(Error::validation(field, format!("the force must be {range}, got {force}")));
    }
    if concepts.is_empty() && objects.is_empty() {
        return Err(Error::validation(field, "must have concepts or objects to move by"));
    }
    if concepts.iter().any(String::is_empty) {
        return Err(Error::validation(field, "must not have an empty concept"));
    }
    Ok(MoveMessage {
        force: *force,
        concepts: concepts.clone(),
        uuids: objects.iter().map(ToString::to_string).collect(),
    })
}

fn checked(threshold: Threshold) -> Result<Threshold> {
    let Threshold { distance, certainty } = threshold;
    let thresholds = [("distance", distance), ("certainty", certainty)];
    if let Some((name, _)) =
        thresholds.iter().find(|(_, threshold)| threshold.is_some_and(|number| !number.is_finite()))
    {
        return Err(Error::validation(*name, "must be a finite number"));
    }
    if distance.is_some() && certainty.is_some() {
        return Err(Error::validation("certainty", "cannot be combined with `distance`: set one of the two"));
    }
    if certainty.is_some_and(|certainty| !(0.0..=1.0).contains(&certainty)) {
        return Err(Error::validation("certainty", "must be between 0 and 1"));
    }
    Ok(threshold)
}

#[cfg(test)]
mod tests {
    use weaviate_generated::grpc::vectors::VectorType;

    use super::*;
    use crate::values::query::Selected;
    use crate::values::query::{Diversity, GroupBy, IncludeVectors, Metadata, QueryVectors, Targets};
    use crate::{ErrorKind, Uuid};

    fn request(kind: &impl ToMessage, options: &Options) -> Result<SearchRequest> {
        kind.message(&Target::new("Article"), options)
    }

    fn refused(kind: &impl ToMessage, options: &Options) -> Error {
        request(kind, options).unwrap_err()
    }

    fn to(targets: impl Into<Targets>) -> Options {
        Options { target: Some(targets.into()), ..Options::default() }
    }

    #[test]
    fn a_query_vector_with_a_target_a_threshold_and_all_vectors() {
        let kind = NearVector::new(vec![vec![1.0], vec![2.0]]).distance(0.0);
        let options = Options {
            selected: Selected {
                vectors: IncludeVectors::All,
                metadata: vec![Metadata::Certainty],
                ..Selected::default()
            },
            ..to("title")
        };
        let request = request(&kind, &options).unwrap();
        let near = request.near_vector.unwrap();
        assert_eq!(near.targets.unwrap().target_vectors, ["title"]);
        assert_eq!((near.distance, near.certainty), (Some(0.0), None));
        assert_eq!(near.vectors[0].r#type(), VectorType::MultiFp32);
        let metadata = request.metadata.unwrap();
        assert!(metadata.vector && metadata.certainty && metadata.distance && metadata.vectors.is_empty());
    }

    #[test]
    fn query_vectors_for_several_targets() {
        let vectors = QueryVectors::sum([("title", [1.0]), ("body", [2.0])]);
        let kind =
            NearVectors { threshold: Threshold { distance: None, certainty: Some(0.5) }, ..NearVectors::new(vectors) };
        let options = Options { diversity: Some(Diversity::mmr(2)), ..Options::default() };
        let near = request(&kind, &options).unwrap().near_vector.unwrap();
        assert!(near.vectors.is_empty() && near.selection.is_some());
        let names: Vec<_> = near.vector_for_targets.iter().map(|target| target.name.as_str()).collect();
        assert_eq!((names, near.certainty), (vec!["title", "body"], Some(0.5)));
        assert_eq!(near.targets.unwrap().target_vectors, ["title", "body"]);
    }

    #[test]
    fn near_object_has_the_options_of_near_vector() {
        let threshold = Threshold { distance: None, certainty: Some(0.7) };
        let kind = NearObject { threshold, ..NearObject::new(Uuid::from_u128(1)) };
        let expected = grpc::NearObject {
            id: "00000000-0000-0000-0000-000000000001".to_owned(),
            certainty: Some(0.7),
            ..grpc::NearObject::default()
        };
        let found = request(&kind, &Options::default()).unwrap();
        assert_eq!((found.near_object, found.near_vector), (Some(expected), None));
        assert!(found.metadata.unwrap().distance);
    }

    #[test]
    fn a_text_moves_to_and_away() {
        let id = Uuid::from_u128(7);
        let kind = NearText::new(["owl", "kite"])
            .certainty(0.5)
            .move_to(Move::force(1.0).concepts("arctic").objects([id]))
            .move_away(Move::force(2.5).concepts(["zoo"]));
        let near = request(&kind, &to(Targets::average(["title", "body"]))).unwrap().near_text.unwrap();
        assert_eq!((near.query, near.certainty), (vec!["owl".to_owned(), "kite".to_owned()], Some(0.5)));
        let expected = MoveMessage { force: 1.0, concepts: vec!["arctic".to_owned()], uuids: vec![id.to_string()] };
        assert_eq!(near.move_to, Some(expected));
        let away = MoveMessage { force: 2.5, concepts: vec!["zoo".to_owned()], uuids: Vec::new() };
        assert_eq!(near.move_away, Some(away));
        assert_eq!(near.targets.unwrap().target_vectors, ["title", "body"]);
    }

    #[test]
    fn each_medium_has_its_field() {
        for (media, sent) in [
            (Media::Image, "near_image"),
            (Media::Audio, "near_audio"),
            (Media::Video, "near_video"),
            (Media::Depth, "near_depth"),
            (Media::Thermal, "near_thermal"),
            (Media::Imu, "near_imu"),
        ] {
            let threshold = Threshold { distance: Some(0.25), certainty: None };
            let kind = NearMedia { threshold, ..NearMedia::new(media, b"owl".as_slice().into()) };
            let request = request(&kind, &to("title")).unwrap();
            let SearchRequest { near_image, near_audio, near_video, near_depth, near_thermal, near_imu, .. } = request;
            let mut found = Vec::new();
            macro_rules! found {
                ($($field:ident $data:ident;)*) => {
                    $(if let Some(near) = $field {
                        assert_eq!((near.$data.as_str(), near.distance), ("b3ds", Some(0.25)));
                        assert_eq!(near.targets.unwrap().target_vectors, ["title"]);
                        found.push(stringify!($field));
                    })*
                };
            }
            found! {
                near_image image; near_audio audio; near_video video;
                near_depth depth; near_thermal thermal; near_imu imu;
            }
            assert_eq!(found, [sent]);
        }
        let nothing = NearMedia::new(Media::Image, Vec::new().into());
        assert_eq!(request(&nothing, &Options::default()).unwrap_err().field(), Some("near_media"));
        let image = NearMedia::new(Media::Image, b"owl".as_slice().into());
        assert_eq!(refused(&image, &to(Targets::sum(["a", "b"]))).field(), Some("target"));
    }

    #[test]
    fn arguments_that_the_server_would_refuse_or_ignore_are_not_sent() {
        let near = |vector: &[f32]| NearVector::new(vector);
        let text = || NearText::new("owl");
        let nothing = || Move::force(0.5);
        let plain = Options::default();
        let diverse_groups =
            Options { diversity: Some(Diversity::mmr(2)), group_by: Some(GroupBy::new("topic")), ..Options::default() };
        for (error, field) in [
            (refused(&near(&[]), &plain), "near_vector"),
            (refused(&near(&[1.0]).distance(0.1).certainty(0.9), &plain), "certainty"),
            (refused(&near(&[1.0]).certainty(1.1), &plain), "certainty"),
            (refused(&near(&[1.0]).distance(f64::NAN), &plain), "distance"),
            (refused(&near(&[1.0]), &to("")), "target"),
            (refused(&near(&[1.0]), &diverse_groups), "diversity"),
            (refused(&text(), &diverse_groups), "diversity"),
            (refused(&NearText::new(""), &plain), "near_text"),
            (refused(&NearText::new(Vec::<String>::new()), &plain), "near_text"),
            (refused(&NearText::new(["owl", ""]), &plain), "near_text"),
            (refused(&text().move_to(nothing()), &plain), "move_to"),
            (refused(&text().move_to(Move::force(1.1).concepts("a")), &plain), "move_to"),
            (refused(&text().move_to(Move::force(f32::NAN).concepts("a")), &plain), "move_to"),
            (refused(&text().move_away(Move::force(-0.1).concepts("a")), &plain), "move_away"),
            (refused(&text().move_away(Move::force(f32::INFINITY).concepts("a")), &plain), "move_away"),
            (refused(&text().move_away(Move::force(1.0).concepts(["a", ""])), &plain), "move_away"),
        ] {
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)), "{error}");
        }
    }
}
