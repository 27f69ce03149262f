//! Vectors of what a search is to be near to: texts, moved to and away from others, and media.

use uuid::Uuid;

use super::Scope;
use super::fault::{MoveFault, QueryFault, TextsFault};
use crate::engine::named_vector::{NamedVector, mean};
use crate::engine::providers::fault::{ProviderFault, Wording};
use crate::engine::providers::{ProviderInput, Providers};
use crate::engine::schema::{Media, Vectorizer};

/// Texts to search near.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct NearText {
    pub(crate) concepts: Vec<String>,
    pub(crate) to: Move,
    pub(crate) away: Move,
    /// As far as they were given. The maximum distance of the search is made of them.
    pub(crate) certainty: Option<f64>,
    pub(crate) distance: Option<f64>,
    /// The limit of the search, which is told in one of the server's messages.
    pub(crate) limit: usize,
}

/// Goal that a text's vector is moved to, or away from.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Move {
    pub(crate) force: f32,
    pub(crate) concepts: Vec<String>,
    pub(crate) objects: Vec<Uuid>,
}

/// A medium to search near, in base64.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NearMedia {
    pub(crate) media: Media,
    pub(crate) content: String,
    pub(crate) certainty: Option<f64>,
    pub(crate) distance: Option<f64>,
}

/// Share of its force that a move has.
const MOVE: f32 = 0.5;

impl Move {
    fn is_none(&self) -> bool {
        self.force <= 0.0 || self.concepts.is_empty() && self.objects.is_empty()
    }

    /// Returns whether it has a force, but nowhere to go.
    pub(super) fn lacks_goal(&self) -> bool {
        self.force > 0.0 && self.is_none()
    }

    fn as_go_prints(&self) -> String {
        let objects: Vec<String> = self.objects.iter().map(|id| format!("{{{id} }}")).collect();
        format!("{{[{}] {} [{}]}}", self.concepts.join(" "), self.force, objects.join(" "))
    }
}

impl NearText {
    /// The search as it stands in one of the server's messages.
    pub(super) fn as_go_prints(&self, targets: &[String]) -> String {
        let Self { concepts, to, away, certainty, distance, limit } = self;
        format!(
            "&{{[{}] {limit} {} {} {} {} {} false false [{}]}}",
            concepts.join(" "),
            to.as_go_prints(),
            away.as_go_prints(),
            certainty.unwrap_or_default(),
            distance.unwrap_or_default(),
            distance.is_some(),
            targets.join(" ")
        )
    }
}

impl NearMedia {
    /// The search as it stands in one of the server's messages.
    pub(super) fn as_go_prints(&self, targets: &[String]) -> String {
        let Self { content, certainty, distance, .. } = self;
        format!(
            "&{{{content} {} {} {} [{}]}}",
            certainty.unwrap_or_default(),
            distance.unwrap_or_default(),
            distance.is_some(),
            targets.join(" ")
        )
    }
}

impl Providers<'_> {
    /// The vector of texts for one target.
    pub(crate) fn near_text(
        &self,
        vectorizer: &Vectorizer,
        near: &NearText,
        scope: &Scope<'_>,
        target: &str,
    ) -> Result<NamedVector, QueryFault> {
        let mut vector = self.texts(vectorizer, &near.concepts).map_err(QueryFault::Concepts)?;
        if !near.to.is_none() {
            let goal = self.goal(vectorizer, &near.to, scope, (target, "move to"))?;
            vector = moved_to(vector, &goal, near.to.force)?;
        }
        if !near.away.is_none() {
            let goal = self.goal(vectorizer, &near.away, scope, (target, "move away from"))?;
            vector = moved_away(vector, &goal, near.away.force)?;
        }
        Ok(vector)
    }

    /// The vector of a medium.
    pub(crate) fn near_media(&self, vectorizer: &Vectorizer, near: &NearMedia) -> Result<NamedVector, QueryFault> {
        let input = ProviderInput { text: near.content.clone(), media: Some(near.media) };
        let fault = |fault| QueryFault::Media { media: near.media.name(), fault };
        let vector = self.embed(vectorizer, &[input]).map_err(fault)?.pop();
        vector.ok_or_else(|| fault(ProviderFault::Empty))
    }

    /// One vector of all texts: their mean, where the module takes several.
    pub(crate) fn texts(&self, vectorizer: &Vectorizer, texts: &[String]) -> Result<NamedVector, TextsFault> {
        let inputs: Vec<ProviderInput> = texts.iter().map(ProviderInput::text).collect();
        let wording = Wording::of(&vectorizer.module);
        let fault = |fault| match wording {
            Wording::Batched => TextsFault::Batched(fault),
            Wording::Plain => TextsFault::Plain(fault),
        };
        let vectors = self.embed(vectorizer, &inputs).map_err(fault)?;
        if wording == Wording::Batched && vectors.len() > 1 {
            return Err(TextsFault::Several(texts.to_vec()));
        }
        mean(vectors).ok_or_else(|| fault(ProviderFault::Empty))
    }

    /// The mean of the texts of a move, which count as one, and of its objects.
    fn goal(
        &self,
        vectorizer: &Vectorizer,
        way: &Move,
        scope: &Scope<'_>,
        (target, what): (&str, &'static str),
    ) -> Result<NamedVector, QueryFault> {
        let mut vectors = Vec::new();
        if !way.concepts.is_empty() {
            let texts = self.texts(vectorizer, &way.concepts);
            vectors.push(texts.map_err(|fault| QueryFault::MoveConcepts { what, fault })?);
        }
        for id in &way.objects {
            vectors.push(object_vector(scope, *id, target).map_err(|fault| QueryFault::MoveObject { what, fault })?);
        }
        mean(vectors).ok_or(QueryFault::MultiVector(what))
    }
}

/// The vector of an object for one target.
pub(crate) fn object_vector(scope: &Scope<'_>, id: Uuid, target: &str) -> Result<NamedVector, MoveFault> {
    let object = scope.shard.objects.get(&id).ok_or(MoveFault::Unknown)?;
    object
        .vector_named(target)
        .ok_or_else(|| if target.is_empty() { MoveFault::Bare(id) } else { MoveFault::Target(target.to_owned()) })
}

fn moved_to(vector: NamedVector, goal: &NamedVector, force: f32) -> Result<NamedVector, QueryFault> {
    let (vector, goal) = singles(vector, goal, "move to", "movement")?;
    if force > 1.0 {
        return Err(QueryFault::Force(format!("{force:.6}")));
    }
    let pairs = vector.iter().zip(goal);
    Ok(NamedVector::Single(pairs.map(|(from, to)| from * (1.0 - force * MOVE) + to * (force * MOVE)).collect()))
}

fn moved_away(vector: NamedVector, goal: &NamedVector, force: f32) -> Result<NamedVector, QueryFault> {
    let (vector, goal) = singles(vector, goal, "move away from", "movement (moveAwayFrom)")?;
    let pairs = vector.iter().zip(goal);
    Ok(NamedVector::Single(pairs.map(|(from, to)| from + force * MOVE * (from - to)).collect()))
}

/// Both as vectors of one length.
fn singles<'g>(
    vector: NamedVector,
    goal: &'g NamedVector,
    what: &'static str,
    front: &'static str,
) -> Result<(Vec<f32>, &'g [f32]), QueryFault> {
    let (NamedVector::Single(vector), NamedVector::Single(goal)) = (vector, goal) else {
        return Err(QueryFault::MultiVector(what));
    };
    if vector.len() != goal.len() {
        return Err(QueryFault::Lengths { front, source_length: vector.len(), target_length: goal.len() });
    }
    Ok((vector, goal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(values: &[f32]) -> NamedVector {
        NamedVector::Single(values.to_vec())
    }

    #[test]
    fn moves_go_half_of_the_way() {
        let (from, goal) = (single(&[1.0, 0.0]), single(&[0.0, 1.0]));
        assert_eq!(moved_to(from.clone(), &goal, 1.0), Ok(single(&[0.5, 0.5])));
        assert_eq!(moved_away(from.clone(), &goal, 1.0), Ok(single(&[1.5, -0.5])));
        assert_eq!(moved_away(from.clone(), &goal, 4.0), Ok(single(&[3.0, -2.0])));
        let fault = moved_to(from.clone(), &goal, 1.5).unwrap_err().to_string();
        assert_eq!(fault, "movement: force must be between 0 and 1: got 1.500000");
        let fault = moved_away(from, &single(&[1.0]), 1.0).unwrap_err().to_string();
        assert_eq!(fault, "movement (moveAwayFrom): vector lengths don't match: got 2 and 1");
        let rows = NamedVector::Multi(vec![vec![1.0]]);
        assert!(moved_to(rows, &goal, 0.5).unwrap_err().to_string().contains("multivector"));
    }

    #[test]
    fn searches_are_printed_as_go_does() {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let to = Move { force: 0.5, concepts: texts(&["c"]), objects: Vec::new() };
        let near = NearText { concepts: texts(&["x", "y"]), to, limit: 10, ..NearText::default() };
        let printed = "&{[x y] 10 {[c] 0.5 []} {[] 0 []} 0 0 false false false [a b]}";
        assert_eq!(near.as_go_prints(&texts(&["a", "b"])), printed);
    }

    #[test]
    fn a_move_needs_a_force_and_a_goal() {
        let way = |force, concepts: &[&str]| Move {
            force,
            concepts: concepts.iter().map(ToString::to_string).collect(),
            objects: Vec::new(),
        };
        assert!(way(0.0, &["a"]).is_none() && way(1.0, &[]).is_none());
        assert!(!way(0.5, &["a"]).is_none());
    }
}
