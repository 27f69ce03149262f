//! Dates as RFC 3339 text, unchanged, and what can be computed from it.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use prost_types::Timestamp;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::{Error, Result};

/// A moment with its offset from UTC: the data type `date`.
///
/// It keeps the RFC 3339 text as it is, with the offset and up to nine digits of a second, because the server does: what
/// was written comes back letter for letter. Two of them are equal when their *texts* are; whether they name the same
/// instant is what [`cmp_instant`](Self::cmp_instant) tells.
///
/// ```
/// use weaviate::types::DateTime;
///
/// let there: DateTime = "2023-05-06T07:08:09.123456789+02:00".parse()?;
/// assert_eq!(there.to_string(), "2023-05-06T07:08:09.123456789+02:00");
/// assert_eq!(there.unix_seconds(), 1_683_349_689);
///
/// let here = DateTime::from_unix(1_683_349_689, 123_456_789)?;
/// assert_eq!(here.as_str(), "2023-05-06T05:08:09.123456789Z");
/// assert_ne!(here, there);
/// assert!(here.cmp_instant(&there).is_eq());
/// # Ok::<(), weaviate::Error>(())
/// ```
///
/// A struct may hold the type of a date library: anything that serde turns into RFC 3339 text is a date. The features `chrono`,
/// `jiff` and `time` add conversions from and to those libraries, which otherwise go through the text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime(Box<str>);

/// The years that RFC 3339 can write, as seconds since 1970.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

impl DateTime {
    /// Takes RFC 3339 as the server does: `2023-05-06T07:08:09Z`, with an optional fraction of one to nine digits and
    /// either `Z` or an offset like `+02:00`. Leap seconds and lower-case letters are refused.
    pub fn parse(text: impl Into<Box<str>>) -> Result<Self> {
        let text = text.into();
        match instant(&text) {
            Ok(_) => Ok(Self(text)),
            Err(reason) => Err(Error::validation("date", reason.of(&text))),
        }
    }

    /// The moment this many seconds and nanoseconds after the start of 1970, in UTC. Years 0000 to 9999.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self> {
        let nanos = i32::try_from(nanoseconds).ok().filter(|nanos| *nanos < 1_000_000_000);
        match nanos.filter(|_| (FIRST..=LAST).contains(&seconds)) {
            Some(nanos) => Ok(Self(Timestamp { seconds, nanos }.to_string().into())),
            None => Err(Error::validation(
                "date",
                format!(
                    "{seconds} s and {nanoseconds} ns since 1970 are not a date: the years are 0000 to 9999, and the \
                     nanoseconds fewer than a second"
                ),
            )),
        }
    }

    /// The moment this many milliseconds after the start of 1970, in UTC. Years 0000 to 9999.
    pub fn from_unix_millis(milliseconds: i64) -> Result<Self> {
        let nanos = u32::try_from(milliseconds.rem_euclid(1000)).unwrap_or_default() * 1_000_000;
        Self::from_unix(milliseconds.div_euclid(1000), nanos)
    }

    /// The current time, in UTC.
    #[must_use]
    pub fn now() -> Self {
        // A clock outside the years 0000 to 9999 is no clock.
        Self::try_from(SystemTime::now()).unwrap_or_else(|_| Self("1970-01-01T00:00:00Z".into()))
    }

    /// The RFC 3339 text, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whole seconds since the start of 1970, rounded down.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.instant().seconds
    }

    /// Milliseconds since the start of 1970, rounded down.
    #[must_use]
    pub fn unix_millis(&self) -> i64 {
        let Timestamp { seconds, nanos } = self.instant();
        seconds * 1000 + i64::from(nanos / 1_000_000)
    }

    /// Nanoseconds since the start of 1970.
    #[must_use]
    pub fn unix_nanos(&self) -> i128 {
        let Timestamp { seconds, nanos } = self.instant();
        i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
    }

    /// Which of two moments came first, whatever their offsets.
    #[must_use]
    pub fn cmp_instant(&self, other: &Self) -> Ordering {
        self.unix_nanos().cmp(&other.unix_nanos())
    }

    fn instant(&self) -> Timestamp {
        // Every constructor has parsed the text before.
        instant(&self.0).unwrap_or_default()
    }
}

/// The reason why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum NotADate {
    #[error("write RFC 3339 with an offset, such as 2023-05-06T07:08:09.5+02:00 or 2023-05-06T05:08:09Z")]
    Form,
    #[error("the offset from UTC is missing: append Z or an offset such as +02:00")]
    NoOffset,
    #[error("the offset from UTC is Z or has the form +02:00")]
    Offset,
    #[error("the fraction of a second has one to nine digits")]
    Fraction,
    #[error("the server refuses leap seconds")]
    LeapSecond,
    #[error("there is no such day, time or offset")]
    Calendar,
}

impl NotADate {
    /// The whole message, which quotes the text.
    fn of(self, text: &str) -> String {
        format!("`{}` is not a date: {self}", shown(text))
    }
}

/// The instant of an RFC 3339 text. `Timestamp` knows the calendar but takes other notations too, so the shape is held
/// against the standard first.
fn instant(text: &str) -> Result<Timestamp, NotADate> {
    fn fits(bytes: &[u8], pattern: &[u8]) -> bool {
        bytes.len() == pattern.len()
            && bytes
                .iter()
                .zip(pattern)
                .all(|(byte, wanted)| if *wanted == b'0' { byte.is_ascii_digit() } else { byte == wanted })
    }

    let (date_time, rest) = text.as_bytes().split_at_checked(19).ok_or(NotADate::Form)?;
    if !fits(date_time, b"0000-00-00T00:00:00") {
        return Err(NotADate::Form);
    }
    if date_time.ends_with(b":60") {
        return Err(NotADate::LeapSecond);
    }
    let offset = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if !(1..=9).contains(&digits) {
                return Err(NotADate::Fraction);
            }
            fraction.get(digits..).unwrap_or_default()
        }
        None => rest,
    };
    if offset.is_empty() {
        return Err(NotADate::NoOffset);
    }
    if offset != b"Z" && !fits(offset, b"+00:00") && !fits(offset, b"-00:00") {
        return Err(NotADate::Offset);
    }
    text.parse().map_err(|_| NotADate::Calendar)
}

/// The beginning of a text, so that a message stays readable whatever it quotes.
fn shown(text: &str) -> &str {
    text.char_indices().nth(40).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({})", self.0)
    }
}

impl FromStr for DateTime {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl TryFrom<SystemTime> for DateTime {
    type Error = Error;

    fn try_from(time: SystemTime) -> Result<Self> {
        let since = |after: Duration| (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos());
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => {
                let (seconds, nanos) = since(after);
                Self::from_unix(seconds, nanos)
            }
            Err(before) => match since(before.duration()) {
                (seconds, 0) => Self::from_unix(-seconds, 0),
                (seconds, nanos) => Self::from_unix(-seconds - 1, 1_000_000_000 - nanos),
            },
        }
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = DateTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date as RFC 3339 text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DateTime, E> {
                self.visit_string(text.to_owned())
            }

            fn visit_string<E: serde::de::Error>(self, text: String) -> Result<DateTime, E> {
                match instant(&text) {
                    Ok(_) => Ok(DateTime(text.into_boxed_str())),
                    Err(reason) => Err(E::custom(reason.of(&text))),
                }
            }
        }

        deserializer.deserialize_string(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_its_text() {
        for text in [
            "2020-01-01T00:00:00Z",
            "1999-12-31T23:59:59.5-11:00",
            "2023-05-06T07:08:09.123456789+02:00",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2024-02-29T00:00:00+14:00",
        ] {
            assert_eq!(DateTime::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_the_server_would_not_read_is_refused_with_the_reason() {
        use NotADate::{Calendar, Form, Fraction, LeapSecond, NoOffset, Offset};
        for (text, reason) in [
            ("", Form),
            ("yesterday", Form),
            ("2020-01-01", Form),
            ("2020-01-01T00:00:00", NoOffset),
            ("2020-01-01T00:00:00.5", NoOffset),
            ("2020-01-01 00:00:00Z", Form),
            ("2020-01-01t00:00:00Z", Form),
            ("2020-01-01T00:00:00z", Offset),
            ("2020-01-01T00:00:00+0200", Offset),
            ("2020-01-01T00:00:00+02", Offset),
            ("2020-01-01T00:00:00+24:00", Calendar),
            ("2020-01-01T00:00:00.Z", Fraction),
            ("2020-01-01T00:00:00.1234567890Z", Fraction),
            ("2020-01-01T24:00:00Z", Calendar),
            ("2020-13-01T00:00:00Z", Calendar),
            ("2023-02-29T00:00:00Z", Calendar),
            ("2016-12-31T23:59:60Z", LeapSecond),
            ("２020-01-01T00:00:00Z", Form),
            ("2020-01-01T00:00:00Z ", Offset),
        ] {
            assert_eq!(instant(text), Err(reason), "{text:?}");
            let error = DateTime::parse(text).unwrap_err();
            assert!(error.to_string().contains(&format!("is not a date: {reason}")), "{error}");
        }
    }

    #[test]
    fn unix_time_there_and_back() {
        let date = DateTime::parse("1969-12-31T23:59:59.25-01:00").unwrap();
        assert_eq!((date.unix_seconds(), date.unix_millis(), date.unix_nanos()), (3599, 3_599_250, 3_599_250_000_000));
        assert_eq!(DateTime::from_unix_millis(-1).unwrap().as_str(), "1969-12-31T23:59:59.999Z");
        assert_eq!(DateTime::from_unix_millis(1_795_423_962_179).unwrap().unix_millis(), 1_795_423_962_179);
        assert_eq!(DateTime::from_unix(FIRST, 0).unwrap().as_str(), "0000-01-01T00:00:00Z");
        assert_eq!(DateTime::from_unix(LAST, 0).unwrap().as_str(), "9999-12-31T23:59:59Z");
        assert!(DateTime::from_unix(LAST + 1, 0).is_err());
        assert!(DateTime::from_unix(FIRST - 1, 0).is_err());
        assert!(DateTime::from_unix(0, 1_000_000_000).is_err());
    }

    #[test]
    fn system_time_before_1970() {
        let time = SystemTime::UNIX_EPOCH - Duration::new(1, 250_000_000);
        assert_eq!(DateTime::try_from(time).unwrap().as_str(), "1969-12-31T23:59:58.750Z");
        let whole = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(DateTime::try_from(whole).unwrap().unix_seconds(), -1);
    }
}
