//! Dates: RFC 3339 with nanoseconds and their own offset.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::macros::format_description;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// An instant that remembers the offset it was given in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Date(OffsetDateTime);

impl Date {
    /// `None` unless the text is RFC 3339 in the strict form the server takes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // RFC 3339 allows lower-case letters and a blank as separator; the server does not.
        let separators_in_place = text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z');
        separators_in_place.then(|| OffsetDateTime::parse(text, &Rfc3339).ok()).flatten().map(Self)
    }

    /// The offset it came with, fractions without trailing zeros.
    pub(crate) fn text(&self) -> String {
        self.0.format(&Rfc3339).unwrap_or_default()
    }

    /// The same without fractions.
    pub(crate) fn seconds_text(&self) -> String {
        self.0.replace_nanosecond(0).unwrap_or(self.0).format(&Rfc3339).unwrap_or_default()
    }

    /// The instant so many nanoseconds after 1970, in UTC.
    pub(crate) fn in_utc(nanos: i64) -> Self {
        Self(OffsetDateTime::from_unix_timestamp_nanos(nanos.into()).unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// Nanoseconds since 1970 in 64 bits, of which the highest are lost for years before 1678 and after 2261.
    pub(crate) fn wrapped_nanos(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "that is how the server counts")]
        let nanos = self.unix_nanos() as i64;
        nanos
    }

    /// Nanoseconds since 1970, for comparisons.
    pub(crate) fn unix_nanos(&self) -> i128 {
        self.0.unix_timestamp_nanos()
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Milliseconds since 1970 as a time in UTC with three digits behind the second.
pub(crate) fn rfc3339_ms(ms: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .ok()
        .and_then(|time| time.format(&format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_offset_and_nanoseconds() {
        for text in [
            "2023-05-06T07:08:09.123456789+02:00",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "1999-12-31T23:59:59.5-11:00",
        ] {
            assert_eq!(Date::parse(text).map(|date| date.text()).as_deref(), Some(text));
        }
        assert_eq!(Date::parse("2000-02-29T12:00:00.500000000Z").unwrap().text(), "2000-02-29T12:00:00.5Z");
        assert_eq!(Date::parse("2000-02-29T12:00:00+00:00").unwrap().text(), "2000-02-29T12:00:00Z");
    }

    #[test]
    fn refuses_what_the_server_refuses() {
        for text in [
            "",
            "2000-02-29",
            "2000-02-29T12:00:00",
            "2001-02-29T12:00:00Z",
            "2000-02-29t12:00:00Z",
            "2000-02-29 12:00:00Z",
            "2000-02-29T12:00:00z",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
