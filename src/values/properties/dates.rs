//! Date types of the libraries chrono, jiff and time as property types, filter values and
//! conversions.

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

/// Converts and keeps the offset. Fails outside of the years 0000 to 9999.
#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> TryFrom<chrono::DateTime<Z>> for DateTime {
    type Error = Error;

    fn try_from(date: chrono::DateTime<Z>) -> Result<Self> {
        Self::parse(date.fixed_offset().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

/// Converts to UTC. It cannot fail, because chrono covers the years 0000 to 9999.
#[cfg(feature = "chrono")]
impl From<&DateTime> for chrono::DateTime<chrono::Utc> {
    fn from(date: &DateTime) -> Self {
        let nanos = u32::try_from(date.unix_nanos().rem_euclid(1_000_000_000)).unwrap_or_default();
        Self::from_timestamp(date.unix_seconds(), nanos).unwrap_or_default()
    }
}

/// Converts and keeps the offset.
#[cfg(feature = "chrono")]
impl TryFrom<&DateTime> for chrono::DateTime<chrono::FixedOffset> {
    type Error = Error;

    fn try_from(date: &DateTime) -> Result<Self> {
        Self::parse_from_rfc3339(date.as_str()).map_err(|fault| Error::validation("date", fault.to_string()))
    }
}

/// Converts to UTC. Fails for years before 0000.
#[cfg(feature = "jiff")]
impl TryFrom<jiff::Timestamp> for DateTime {
    type Error = Error;

    fn try_from(date: jiff::Timestamp) -> Result<Self> {
        Self::parse(date.to_string())
    }
}

/// Converts to an instant. The offset is lost, because a timestamp has none. Fails after
/// 9999-12-30T22:00:00Z, where jiff ends.
#[cfg(feature = "jiff")]
impl TryFrom<&DateTime> for jiff::Timestamp {
    type Error = Error;

    fn try_from(date: &DateTime) -> Result<Self> {
        date.as_str().parse().map_err(|fault: jiff::Error| Error::validation("date", fault.to_string()))
    }
}

/// Converts and keeps the offset. Fails outside of the years 0000 to 9999, and for an offset with
/// seconds.
#[cfg(feature = "time")]
impl TryFrom<time::OffsetDateTime> for DateTime {
    type Error = Error;

    fn try_from(date: time::OffsetDateTime) -> Result<Self> {
        let text = date.format(&time::format_description::well_known::Rfc3339);
        Self::parse(text.map_err(|fault| Error::validation("date", fault.to_string()))?)
    }
}

/// Converts and keeps the offset.
#[cfg(feature = "time")]
impl TryFrom<&DateTime> for time::OffsetDateTime {
    type Error = Error;

    fn try_from(date: &DateTime) -> Result<Self> {
        Self::parse(date.as_str(), &time::format_description::well_known::Rfc3339)
            .map_err(|fault| Error::validation("date", fault.to_string()))
    }
}

/// Makes filter values of the dates of a library. The query refuses a date outside of the years
/// 0000 to 9999.
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
