//! Position of an iteration, as a value that can be stored.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::{Error, Result, Uuid};

/// Position (cursor) of an iteration: the start, the end, or after the object with an id.
///
/// It is a plain value; the server keeps no state. `Display`, `FromStr` and serde use a text:
/// `start`, `end` or the id.
///
/// ```
/// use weaviate::iterate::ResumeToken;
/// use weaviate::Uuid;
///
/// let id = Uuid::from_u128(7);
/// let token: ResumeToken = id.to_string().parse()?;
/// assert_eq!(token, ResumeToken::from(id));
/// assert_eq!(ResumeToken::default().to_string(), "start");
/// # Ok::<(), weaviate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[doc(alias = "cursor")]
pub struct ResumeToken(pub(super) Position);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Position {
    #[default]
    Start,
    Behind(Uuid),
    End,
}

const START: &str = "start";
const END: &str = "end";

impl ResumeToken {
    /// Returns the position at the start. Equals the default.
    ///
    /// ```
    /// use weaviate::iterate::ResumeToken;
    ///
    /// assert_eq!(ResumeToken::start().to_string(), "start");
    /// ```
    #[must_use]
    pub const fn start() -> Self {
        Self(Position::Start)
    }

    /// Returns the id of the last object, or `None` at the start and at the end.
    ///
    /// ```
    /// use weaviate::Uuid;
    /// use weaviate::iterate::ResumeToken;
    ///
    /// let id = Uuid::from_u128(7);
    /// assert_eq!(ResumeToken::from(id).id(), Some(id));
    /// assert_eq!(ResumeToken::start().id(), None);
    /// ```
    #[must_use]
    pub const fn id(&self) -> Option<Uuid> {
        match self.0 {
            Position::Behind(id) => Some(id),
            Position::Start | Position::End => None,
        }
    }

    /// Whether the iteration has returned all objects.
    ///
    /// An iteration that resumes at the end returns no objects, without a request. Objects that
    /// were added meanwhile can have any id, so only an iteration from the start finds them.
    ///
    /// ```
    /// use weaviate::iterate::ResumeToken;
    ///
    /// let token: ResumeToken = "end".parse()?;
    /// assert!(token.is_end());
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    #[must_use]
    pub const fn is_end(&self) -> bool {
        matches!(self.0, Position::End)
    }

    pub(super) const END: Self = Self(Position::End);
}

/// Returns the position after the object with this id, which need not exist any more.
impl From<Uuid> for ResumeToken {
    fn from(id: Uuid) -> Self {
        Self(Position::Behind(id))
    }
}

impl fmt::Display for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Position::Start => f.write_str(START),
            Position::Behind(id) => id.fmt(f),
            Position::End => f.write_str(END),
        }
    }
}

impl FromStr for ResumeToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(Self(match text {
            START => Position::Start,
            END => Position::End,
            id => Position::Behind(Uuid::try_parse(id).map_err(|_| {
                let shown: String = text.chars().take(50).collect();
                Error::validation(
                    "token",
                    format!("{shown:?} is not a resume token: use an object id, `{START}` or `{END}`"),
                )
            })?),
        }))
    }
}

impl Serialize for ResumeToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ResumeToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = ResumeToken;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an object id, `{START}` or `{END}`")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ResumeToken, E> {
                text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_a_round_trip_through_text() {
        let id = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        for (token, text) in [
            (ResumeToken::start(), "start"),
            (ResumeToken::from(id), "01234567-89ab-cdef-0123-456789abcdef"),
            (ResumeToken::END, "end"),
        ] {
            assert_eq!(token.to_string(), text);
            assert_eq!(text.parse::<ResumeToken>().unwrap(), token);
            let json = serde_json::to_string(&token).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(serde_json::from_str::<ResumeToken>(&json).unwrap(), token);
            assert_eq!((token.is_end(), token.id()), (text == "end", Some(id).filter(|_| text.contains('-'))));
        }
        assert_eq!(ResumeToken::default(), ResumeToken::start());
        for wrong in ["", "End", "01234567", "\"start\""] {
            let error = wrong.parse::<ResumeToken>().unwrap_err();
            assert_eq!(error.field(), Some("token"), "{error}");
            assert!(serde_json::from_str::<ResumeToken>(&serde_json::json!(wrong).to_string()).is_err());
        }
    }
}
