//! Dates of other libraries.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use std::borrow::Cow;

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use super::property_type::{ArrayElement, PropertyType, Shape, property_types};
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use crate::values::filter::FilterValue;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use crate::values::properties::Field;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use crate::values::properties::FieldValue;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use crate::values::schema::DataType;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use crate::values::types::DateTime;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use crate::{Error, Result};

#[cfg(feature = "chrono")]
property_types! {
    DateTime: ORDERED Date (DateArray) =
        chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::FixedOffset>;
}

#[cfg(feature = "jiff")]
property_types! {
    DateTime: ORDERED Date (DateArray) = jiff::Timestamp;
}

#[cfg(feature = "time")]
property_types! {
    DateTime: DATE_WITH_HELP Date (DateArray) = time::OffsetDateTime;
}

/// The offset is kept. An error for years before 0000 and after 9999.
#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> TryFrom<chrono::DateTime<Z>> for DateTime {
    type Error = Error;

    fn try_from(date: chrono::DateTime<Z>) -> Result<Self> {
        Self::parse(date.fixed_offset().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

/// The instant, in UTC. It never fails: every date of the server is within the years of this library.
#[cfg(feature = "chrono")]
impl From<&DateTime> for chrono::DateTime<chrono::Utc> {
    fn from(date: &DateTime) -> Self {
        let nanos = u32::try_from(date.unix_nanos().rem_euclid(1_000_000_000)).unwrap_or_default();
        Self::from_timestamp(date.unix_seconds(), nanos).unwrap_or_default()
    }
}

/// The offset is kept.
#[cfg(feature = "chrono")]
impl TryFrom<&DateTime> for chrono::DateTime<chrono::FixedOffset> {
    type Error = Error;

    fn try_from(date: &DateTime) -> Result<Self> {
        Self::parse_from_rfc3339(date.as_str()).map_err(|fault| Error::validation("date", fault.to_string()))
    }
}

/// An error for years before 0000.
#[cfg(feature = "jiff")]
impl TryFrom<jiff::Timestamp> for DateTime {
    type Error = Error;

    fn try_from(date: jiff::Timestamp) -> Result<Self> {
        Self::parse(date.to_string())
    }
}

/// The instant: a timestamp has no offset.
#[cfg(feature = "jiff")]
impl TryFrom<&DateTime> for jiff::Timestamp {
    type Error = Error;

    fn try_from(date: &DateTime) -> Result<Self> {
        date.as_str().parse().map_err(|fault: jiff::Error| Error::validation("date", fault.to_string()))
    }
}

/// The offset is kept. An error for years before 0000 and after 9999, and for an offset with seconds.
#[cfg(feature = "time")]
impl TryFrom<time::OffsetDateTime> for DateTime {
    type Error = Error;

    fn try_from(date: time::OffsetDateTime) -> Result<Self> {
        let text = date.format(&time::format_description::well_known::Rfc3339);
        Self::parse(text.map_err(|fault| Error::validation("date", fault.to_string()))?)
    }
}

/// The offset is kept.
#[cfg(feature = "time")]
impl TryFrom<&DateTime> for time::OffsetDateTime {
    type Error = Error;

    fn try_from(date: &DateTime) -> Result<Self> {
        Self::parse(date.as_str(), &time::format_description::well_known::Rfc3339)
            .map_err(|fault| Error::validation("date", fault.to_string()))
    }
}

/// Dates of other libraries as values of filters. A date that the server cannot hold is refused by the query.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! filter_values {
    ($($feature:literal: $date:ty $(, $zone:ident: $bound:path)?;)*) => {
        $(
            #[cfg(feature = $feature)]
            impl$(<$zone: $bound>)? From<$date> for FilterValue {
                fn from(date: $date) -> Self {
                    let text = format!("{date:?}");
                    DateTime::try_from(date).map_or(Self::DateOutOfRange(text), Self::Date)
                }
            }

            #[cfg(feature = $feature)]
            impl$(<$zone: $bound>)? FieldValue<DateTime> for $date {
                fn into_filter_value(self) -> FilterValue {
                    self.into()
                }
            }
        )*
    };
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
filter_values! {
    "chrono": chrono::DateTime<Z>, Z: chrono::TimeZone;
    "jiff": jiff::Timestamp;
    "time": time::OffsetDateTime;
}
