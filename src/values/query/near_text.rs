//! Vector search with a text, whose vector the server makes.

use super::threshold::{Threshold, thresholds};
use crate::Uuid;

/// Vector search with a text: the server makes the query vector with the collection's vectorizer.
///
/// It is the kind of a [`Query`](crate::query::Query) that
/// [`Queries::near_text`](crate::query::Queries::near_text) makes. As a value it is the vector
/// search of a [hybrid search](crate::query::Queries::hybrid).
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{Move, NearText};
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let near = NearText::new("owls").move_to(Move::force(0.5).concepts(["arctic"]));
/// let hits = articles.query().hybrid("snowy owl").vector(near).limit(5).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NearText {
    pub(crate) concepts: Vec<String>,
    pub(crate) threshold: Threshold,
    pub(crate) move_to: Option<Move>,
    pub(crate) move_away: Option<Move>,
}

impl NearText {
    /// Creates a search with one concept or several, of whose vectors the server takes the mean.
    ///
    /// ```
    /// use weaviate::query::NearText;
    ///
    /// let one = NearText::new("snowy owl");
    /// assert_eq!(one, NearText::new(["snowy owl"]));
    /// ```
    #[must_use]
    pub fn new(concepts: impl Into<Concepts>) -> Self {
        Self { concepts: concepts.into().0, threshold: Threshold::default(), move_to: None, move_away: None }
    }

    thresholds!("NearText::new(\"snowy owl\")");

    /// Moves the query vector towards other concepts or objects.
    ///
    /// ```
    /// use weaviate::query::{Move, NearText};
    ///
    /// let arctic = NearText::new("owl").move_to(Move::force(0.5).concepts(["arctic"]));
    /// ```
    #[must_use]
    pub fn move_to(mut self, target: Move) -> Self {
        self.move_to = Some(target);
        self
    }

    /// Moves the query vector away from other concepts or objects, after
    /// [`move_to`](Self::move_to).
    ///
    /// ```
    /// use weaviate::query::{Move, NearText};
    ///
    /// let wild = NearText::new("owl").move_away(Move::force(0.5).concepts(["zoo"]));
    /// ```
    #[must_use]
    pub fn move_away(mut self, target: Move) -> Self {
        self.move_away = Some(target);
        self
    }
}

/// Concepts of a search by text: one text, or a list of texts.
///
/// ```
/// use weaviate::query::Concepts;
///
/// let one = Concepts::from("snowy owl");
/// let two = Concepts::from(["snowy owl", "arctic"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concepts(pub(crate) Vec<String>);

impl From<&str> for Concepts {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl From<String> for Concepts {
    fn from(text: String) -> Self {
        Self(vec![text])
    }
}

impl From<&String> for Concepts {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl<T: Into<String>> From<Vec<T>> for Concepts {
    fn from(texts: Vec<T>) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for Concepts {
    fn from(texts: [T; N]) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String> + Clone> From<&Vec<T>> for Concepts {
    fn from(texts: &Vec<T>) -> Self {
        texts.as_slice().into()
    }
}

impl<T: Into<String> + Clone, const N: usize> From<&[T; N]> for Concepts {
    fn from(texts: &[T; N]) -> Self {
        texts.as_slice().into()
    }
}

impl<T: Into<String> + Clone> From<&[T]> for Concepts {
    fn from(texts: &[T]) -> Self {
        texts.to_vec().into()
    }
}

/// Move of a query vector towards concepts and objects, or away from them.
///
/// Its target is the mean of the mean of the concepts and of each object's vector. With the force
/// `f`, a move to the target `t` turns the query vector `q` into `q·(1 − f/2) + t·f/2`, a move away
/// from it into `q + (q − t)·f/2`. These are the server's formulas.
///
/// ```
/// use weaviate::Uuid;
/// use weaviate::query::Move;
///
/// let id = Uuid::from_u128(1);
/// let towards = Move::force(0.5).concepts(["tundra", "snow"]).objects([id]);
/// ```
#[doc(alias = "moveTo")]
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a move does nothing until a search takes it"]
pub struct Move {
    pub(crate) force: f32,
    pub(crate) concepts: Vec<String>,
    pub(crate) objects: Vec<Uuid>,
}

impl Move {
    /// Creates a move. Range of the force: 0 to 1 towards a target, 0 or more away from it.
    ///
    /// It needs [`concepts`](Self::concepts) or [`objects`](Self::objects).
    ///
    /// ```
    /// use weaviate::query::Move;
    ///
    /// let towards = Move::force(0.5).concepts(["tundra"]);
    /// ```
    pub fn force(force: f32) -> Self {
        Self { force, concepts: Vec::new(), objects: Vec::new() }
    }

    /// Sets the concepts.
    ///
    /// ```
    /// use weaviate::query::Move;
    ///
    /// let towards = Move::force(0.5).concepts("tundra");
    /// ```
    pub fn concepts(mut self, concepts: impl Into<Concepts>) -> Self {
        self.concepts = concepts.into().0;
        self
    }

    /// Sets the objects, by their ids. They are objects of the searched collection.
    ///
    /// The server ignores them in the vector search of a hybrid search, so the client refuses them
    /// there.
    ///
    /// ```
    /// use weaviate::Uuid;
    /// use weaviate::query::Move;
    ///
    /// let towards = Move::force(0.5).objects([Uuid::from_u128(1)]);
    /// ```
    pub fn objects(mut self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        self.objects = ids.into_iter().collect();
        self
    }
}
