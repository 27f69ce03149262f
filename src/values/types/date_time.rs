//! Values of the data type `date`: RFC 3339 text, kept as written.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use prost_types::Timestamp;
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::{Error, Result};

/// Value of a `date` property: an RFC 3339 timestamp with its offset from UTC.
///
/// The text is kept as it was written, with the offset and up to nine digits of a second. The
/// server keeps it as well and returns it unchanged. `==` compares the texts; use
/// [`cmp_instant`](Self::cmp_instant) to compare the instants. See Weaviate's page on [data
/// types](https://docs.weaviate.io/weaviate/config-refs/datatypes#date).
///
/// The prelude exports it as `WeaviateDateTime`, because date libraries have a `DateTime` too.
///
/// ```
/// use weaviate::types::DateTime;
///
/// let in_zurich: DateTime = "2023-05-06T07:08:09.123456789+02:00".parse()?;
/// assert_eq!(in_zurich.to_string(), "2023-05-06T07:08:09.123456789+02:00");
/// assert_eq!(in_zurich.unix_seconds(), 1_683_349_689);
///
/// let in_utc = DateTime::from_unix(1_683_349_689, 123_456_789)?;
/// assert_eq!(in_utc.as_str(), "2023-05-06T05:08:09.123456789Z");
/// assert_ne!(in_utc, in_zurich);
/// assert!(in_utc.cmp_instant(&in_zurich).is_eq());
/// # Ok::<(), weaviate::Error>(())
/// ```
///
/// A struct may hold the type of a date library instead, if serde writes it as RFC 3339 text. The
/// features `chrono`, `jiff` and `time` add conversions from and to the types of these libraries.
#[doc(alias = "WeaviateDateTime")]
#[doc(alias = "timestamp")]
#[doc(alias = "date")]
#[doc(alias = "rfc3339")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DateTime(Box<str>);

/// The start of the year 0000, the first one that RFC 3339 can write, in seconds since 1970.
const FIRST_SECOND: i64 = -62_167_219_200;
/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

impl DateTime {
    /// Parses RFC 3339 text as the server does, such as `2023-05-06T07:08:09Z`.
    ///
    /// The fraction of a second is optional and has one to nine digits. The offset is `Z` or a time
    /// such as `+02:00`.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for any other text, including leap seconds and
    /// lower-case letters.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// assert!(DateTime::parse("2024-02-29T12:00:00+01:00").is_ok());
    /// assert!(DateTime::parse("2024-02-29").is_err());
    /// ```
    pub fn parse(text: impl Into<Box<str>>) -> Result<Self> {
        let text = text.into();
        match parse_rfc3339(&text) {
            Ok(_) => Ok(Self(text)),
            Err(reason) => Err(Error::validation("date", reason.message(&text))),
        }
    }

    /// Creates a date from a Unix timestamp: seconds since the start of 1970 and the nanoseconds of
    /// the last second, in UTC.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for times outside of the years 0000 to 9999 and
    /// for 1,000,000,000 nanoseconds or more.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// assert_eq!(DateTime::from_unix(0, 500_000_000)?.as_str(), "1970-01-01T00:00:00.500Z");
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self> {
        let nanos = i32::try_from(nanoseconds).ok().filter(|nanos| *nanos < 1_000_000_000);
        match nanos.filter(|_| (FIRST_SECOND..=LAST_SECOND).contains(&seconds)) {
            Some(nanos) => Ok(Self(Timestamp { seconds, nanos }.to_string().into())),
            None => Err(Error::validation(
                "date",
                format!(
                    "must be within the years 0000 to 9999, with fewer than 1,000,000,000 ns, got {seconds} s and \
                     {nanoseconds} ns since 1970"
                ),
            )),
        }
    }

    /// Creates a date from a Unix timestamp in milliseconds since the start of 1970, in UTC.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation) for times outside of the years 0000 to 9999.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// let date = DateTime::from_unix_millis(1_683_349_689_500)?;
    /// assert_eq!(date.as_str(), "2023-05-06T05:08:09.500Z");
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    pub fn from_unix_millis(milliseconds: i64) -> Result<Self> {
        let nanos = u32::try_from(milliseconds.rem_euclid(1000)).unwrap_or_default() * 1_000_000;
        Self::from_unix(milliseconds.div_euclid(1000), nanos)
    }

    /// Returns the current time of the system clock, in UTC.
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let article = PropertyMap::from([("published", WeaviateDateTime::now())]);
    /// ```
    #[must_use]
    pub fn now() -> Self {
        // A clock outside of the years 0000 to 9999 is wrong anyway, and a Result would burden every caller.
        Self::try_from(SystemTime::now()).unwrap_or_else(|_| Self("1970-01-01T00:00:00Z".into()))
    }

    /// Returns the RFC 3339 text as it was written.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// let date = DateTime::parse("2024-02-29T12:00:00+01:00")?;
    /// assert_eq!(date.as_str(), "2024-02-29T12:00:00+01:00");
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the Unix timestamp in whole seconds since the start of 1970, rounded down.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// let date = DateTime::parse("1970-01-01T01:00:00.9+01:00")?;
    /// assert_eq!((date.unix_seconds(), date.unix_millis(), date.unix_nanos()), (0, 900, 900_000_000));
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.instant().seconds
    }

    /// Returns the Unix timestamp in milliseconds since the start of 1970, rounded down.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// assert_eq!(DateTime::parse("1970-01-01T00:00:01Z")?.unix_millis(), 1000);
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    #[must_use]
    pub fn unix_millis(&self) -> i64 {
        let Timestamp { seconds, nanos } = self.instant();
        seconds * 1000 + i64::from(nanos / 1_000_000)
    }

    /// Returns the Unix timestamp in nanoseconds since the start of 1970.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// assert_eq!(DateTime::parse("1970-01-01T00:00:00.000000007Z")?.unix_nanos(), 7);
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    #[must_use]
    pub fn unix_nanos(&self) -> i128 {
        let Timestamp { seconds, nanos } = self.instant();
        i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
    }

    /// Compares the instants of two dates, whatever their offsets.
    ///
    /// ```
    /// use weaviate::types::DateTime;
    ///
    /// let earlier = DateTime::parse("2024-01-01T00:30:00+01:00")?;
    /// let later = DateTime::parse("2024-01-01T00:00:00Z")?;
    /// assert!(earlier.cmp_instant(&later).is_lt());
    /// # Ok::<(), weaviate::Error>(())
    /// ```
    #[must_use]
    pub fn cmp_instant(&self, other: &Self) -> Ordering {
        self.unix_nanos().cmp(&other.unix_nanos())
    }

    fn instant(&self) -> Timestamp {
        // Every constructor has parsed the text before.
        parse_rfc3339(&self.0).unwrap_or_default()
    }
}

/// The reason why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum NotADate {
    #[error("write RFC 3339 with an offset, such as 2023-05-06T07:08:09.5+02:00 or 2023-05-06T05:08:09Z")]
    Form,
    #[error("the offset from UTC is missing: append Z or an offset such as +02:00")]
    NoOffset,
    #[error("write the offset from UTC as Z or as hours and minutes, such as +02:00")]
    Offset,
    #[error("write the fraction of a second with one to nine digits")]
    Fraction,
    #[error("the server refuses leap seconds; use second 59")]
    LeapSecond,
    #[error("the day, the time or the offset does not exist; correct it")]
    Calendar,
}

impl NotADate {
    /// The error text, which quotes the refused text.
    fn message(self, text: &str) -> String {
        format!("`{}` is not a date: {self}", beginning(text))
    }
}

/// Parses RFC 3339 text. `Timestamp` checks the calendar but accepts other notations too, so that
/// the notation is checked first.
fn parse_rfc3339(text: &str) -> Result<Timestamp, NotADate> {
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

/// The first characters of a text, because an error may quote a text of any length.
fn beginning(text: &str) -> &str {
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

/// Converts to UTC. Fails for times outside of the years 0000 to 9999.
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
        struct Rfc3339Visitor;

        impl Visitor<'_> for Rfc3339Visitor {
            type Value = DateTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date as RFC 3339 text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DateTime, E> {
                self.visit_string(text.to_owned())
            }

            fn visit_string<E: serde::de::Error>(self, text: String) -> Result<DateTime, E> {
                match parse_rfc3339(&text) {
                    Ok(_) => Ok(DateTime(text.into_boxed_str())),
                    Err(reason) => Err(E::custom(reason.message(&text))),
                }
            }
        }

        deserializer.deserialize_string(Rfc3339Visitor)
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
    fn text_that_the_server_refuses_is_refused_with_the_reason() {
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
            assert_eq!(parse_rfc3339(text), Err(reason), "{text:?}");
            let error = DateTime::parse(text).unwrap_err();
            assert!(error.to_string().contains(&format!("is not a date: {reason}")), "{error}");
        }
    }

    #[test]
    fn unix_time_converts_in_both_directions() {
        let date = DateTime::parse("1969-12-31T23:59:59.25-01:00").unwrap();
        assert_eq!((date.unix_seconds(), date.unix_millis(), date.unix_nanos()), (3599, 3_599_250, 3_599_250_000_000));
        assert_eq!(DateTime::from_unix_millis(-1).unwrap().as_str(), "1969-12-31T23:59:59.999Z");
        assert_eq!(DateTime::from_unix_millis(1_795_423_962_179).unwrap().unix_millis(), 1_795_423_962_179);
        assert_eq!(DateTime::from_unix(FIRST_SECOND, 0).unwrap().as_str(), "0000-01-01T00:00:00Z");
        assert_eq!(DateTime::from_unix(LAST_SECOND, 0).unwrap().as_str(), "9999-12-31T23:59:59Z");
        assert!(DateTime::from_unix(LAST_SECOND + 1, 0).is_err());
        assert!(DateTime::from_unix(FIRST_SECOND - 1, 0).is_err());
        assert!(DateTime::from_unix(0, 1_000_000_000).is_err());
    }

    #[test]
    fn system_time_before_1970_is_converted() {
        let time = SystemTime::UNIX_EPOCH - Duration::new(1, 250_000_000);
        assert_eq!(DateTime::try_from(time).unwrap().as_str(), "1969-12-31T23:59:58.750Z");
        let whole = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(DateTime::try_from(whole).unwrap().unix_seconds(), -1);
    }
}
