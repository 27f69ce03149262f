//! Searches near something that has no vector yet, over one or several targets.

use super::Scope;
use super::fault::{AimFault, QueryFault};
use super::near::{NearMedia, NearText};
use super::vector::{Combination, Cutoff, Nearest, TargetQuery};
use crate::engine::providers::Providers;
use crate::engine::schema::{ClassView, Vectorizer, media_of, takes_texts};

/// Thing to search near.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Anchor {
    Text(NearText),
    Media(NearMedia),
    /// The query of a hybrid search.
    Query(String),
}

/// A search near vectors that have yet to be made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aim {
    pub(crate) anchor: Anchor,
    /// Names of the vectors; empty for the unnamed one.
    pub(crate) targets: Vec<String>,
    pub(crate) combination: Combination,
    /// One for each target, where the combination is a weighted one.
    pub(crate) weights: Vec<f32>,
    pub(crate) threshold: Option<Cutoff>,
}

impl Anchor {
    fn search(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Query(_) => "nearText",
            Self::Media(near) => near.media.search(),
        }
    }

    fn fits(&self, vectorizer: &Vectorizer) -> bool {
        match self {
            Self::Text(_) | Self::Query(_) => takes_texts(&vectorizer.module),
            Self::Media(NearMedia { media, .. }) => media_of(&vectorizer.module).contains(media),
        }
    }
}

impl Aim {
    /// Refuses what no vectorizer of the collection can do, and what lacks something.
    pub(crate) fn check(&self, class: &ClassView) -> Result<(), AimFault> {
        if matches!(self.anchor, Anchor::Query(_)) {
            return Ok(());
        }
        if !class.vectorizers.values().any(|vectorizer| self.anchor.fits(vectorizer)) {
            return Err(AimFault::Unsupported { class: class.name.clone(), search: self.anchor.search() });
        }
        match &self.anchor {
            Anchor::Text(near) if near.to.lacks_goal() => Err(AimFault::NoGoal("moveTo")),
            Anchor::Text(near) if near.away.lacks_goal() => Err(AimFault::NoGoal("moveAwayFrom")),
            Anchor::Text(near) if near.certainty.is_some_and(|it| it != 0.0) && near.distance.is_some() => {
                Err(AimFault::DistanceAndCertainty)
            }
            Anchor::Media(near) if near.content.is_empty() => Err(AimFault::NoContent { media: near.media }),
            Anchor::Media(near) if self.targets.len() > 1 => Err(AimFault::SeveralTargets { media: near.media }),
            _ => Ok(()),
        }
    }
}

impl Providers<'_> {
    /// Makes the vectors of a search.
    pub(crate) fn nearest(&self, scope: &Scope<'_>, aim: &Aim) -> Result<Nearest, AimFault> {
        aim.check(scope.class())?;
        let targets = aim.targets.iter().map(|name| {
            let vectorizer = scope.class().vectorizers.get(name).filter(|vectorizer| aim.anchor.fits(vectorizer));
            let vectorizer = vectorizer.ok_or_else(|| no_vectorizer(scope, aim, name))?;
            let vector = match &aim.anchor {
                Anchor::Text(near) => self.near_text(vectorizer, near, scope, name)?,
                Anchor::Media(near) => self.near_media(vectorizer, near)?,
                Anchor::Query(query) => {
                    self.texts(vectorizer, std::slice::from_ref(query)).map_err(AimFault::HybridQuery)?
                }
            };
            Ok(TargetQuery { name: name.clone(), vector })
        });
        Ok(Nearest {
            targets: targets.collect::<Result<_, AimFault>>()?,
            combination: aim.combination,
            weights: aim.weights.clone(),
            threshold: aim.threshold,
        })
    }
}

fn no_vectorizer(scope: &Scope<'_>, aim: &Aim, target: &str) -> AimFault {
    let class = scope.class().name.clone();
    let parameters = match &aim.anchor {
        Anchor::Query(query) => return AimFault::NoQueryVectorizer { class, query: query.clone() },
        Anchor::Text(near) => near.as_go_prints(&aim.targets),
        Anchor::Media(near) => near.as_go_prints(&aim.targets),
    };
    AimFault::NoVectorizer { class, search: aim.anchor.search(), target: target.to_owned(), parameters }
}

impl From<QueryFault> for AimFault {
    fn from(fault: QueryFault) -> Self {
        Self::Query(fault)
    }
}
