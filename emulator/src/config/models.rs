//! Settings of the answers in the place of model providers.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// One vector for each text, or why there are none.
type Embedded = Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>>;

/// A function in the place of a provider.
pub(crate) type Embed = Arc<dyn Fn(&[String]) -> Embedded + Send + Sync>;

/// The text for a prompt, or why there is none.
type Written = Result<String, Box<dyn Error + Send + Sync>>;

/// A function in the place of all generative modules.
pub(crate) type Generate = Arc<dyn Fn(&str) -> Written + Send + Sync>;

/// The answers to calls that a real server would send to model providers.
#[derive(Clone, Default)]
pub(crate) struct Models {
    /// Set where a fixed rule answers for every provider.
    pub(crate) offline: bool,
    /// Functions of the user's own, by module.
    pub(crate) functions: BTreeMap<String, Embed>,
    /// Function of the user's own in the place of the generative modules.
    pub(crate) generative: Option<Generate>,
    /// Addresses at which no provider answers.
    pub(crate) unreachable: BTreeSet<String>,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models")
            .field("offline", &self.offline)
            .field("functions", &self.functions.keys())
            .field("generative", &self.generative.is_some())
            .field("unreachable", &self.unreachable)
            .finish()
    }
}

/// Result of a function given to [`Builder::vectorizer`](crate::Builder::vectorizer).
///
/// It is one vector for each text, in the order of the texts, or a `Result` of it. An error fails the insert or search
/// that needed the vectors, as a failing model provider does; its text is in the server's error.
pub trait Embeddings: sealed::Sealed {
    #[doc(hidden)]
    fn into_result(self) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>>;
}

impl Embeddings for Vec<Vec<f32>> {
    fn into_result(self) -> Embedded {
        Ok(self)
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> Embeddings for Result<Vec<Vec<f32>>, E> {
    fn into_result(self) -> Embedded {
        self.map_err(Into::into)
    }
}

/// Result of a function given to [`Builder::generative`](crate::Builder::generative).
///
/// It is a text, or a `Result` of it. An error fails the search, as a failing model provider does; its text is in the
/// server's error.
pub trait GeneratedText: sealed::GeneratedText {
    #[doc(hidden)]
    fn into_result(self) -> Result<String, Box<dyn Error + Send + Sync>>;
}

impl GeneratedText for String {
    fn into_result(self) -> Written {
        Ok(self)
    }
}

impl GeneratedText for &'static str {
    fn into_result(self) -> Written {
        Ok(self.to_owned())
    }
}

impl<T: Into<String>, E: Into<Box<dyn Error + Send + Sync>>> GeneratedText for Result<T, E> {
    fn into_result(self) -> Written {
        self.map(Into::into).map_err(Into::into)
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "that is what seals the trait above")]
    pub trait Sealed {}
    #[expect(unnameable_types, reason = "that is what seals the trait above")]
    pub trait GeneratedText {}
    impl GeneratedText for String {}
    impl GeneratedText for &'static str {}
    impl<T: Into<String>, E> GeneratedText for Result<T, E> {}
    impl Sealed for Vec<Vec<f32>> {}
    impl<E> Sealed for Result<Vec<Vec<f32>>, E> {}
}
