//! Object TTL: automatic deletion of expired objects.

use std::time::Duration;

settings! {
    /// Object TTL settings (`objectTtlConfig`): objects expire and are deleted. Needs Weaviate
    /// 1.35.
    ///
    /// The server needs a deletion schedule (`OBJECTS_TTL_DELETE_SCHEDULE`); without one it refuses
    /// these settings. See [Time to
    /// live](https://docs.weaviate.io/weaviate/manage-collections/time-to-live).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use weaviate::prelude::*;
    /// use weaviate::schema::ObjectTtlConfig;
    ///
    /// const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    /// let after_a_day = ObjectTtlConfig::by_creation_time(DAY).filter_expired_objects(true);
    /// let a_day_early = ObjectTtlConfig::by_date_property("expires").before(DAY);
    /// let config = CollectionConfig::new("Session").object_ttl(after_a_day);
    /// ```
    #[doc(alias = "ttl")]
    #[doc(alias = "expiry")]
    #[doc(alias = "time to live")]
    ObjectTtlConfig {
        /// Enables object TTL. Default: off.
        enabled: bool = "enabled",
        /// Time to live in seconds, added to the time in [`delete_on`](Self::delete_on). Range: >=
        /// 60 for the creation or update time; any value, also negative, for a date property.
        /// Default: 0.
        #[doc(alias = "ttl")]
        default_ttl: i64 = "defaultTtl",
        /// Time from which the TTL counts: `_creationTimeUnix`, `_lastUpdateTimeUnix`, or a date
        /// property with a filterable or range index.
        delete_on: String = "deleteOn",
        /// Excludes expired objects from searches until they are deleted. Default: off.
        filter_expired_objects: bool = "filterExpiredObjects",
    }
}

impl ObjectTtlConfig {
    /// Creates settings that delete an object this long after its creation. Whole seconds, at least
    /// 60.
    ///
    /// To enable it in an update, the collection needs
    /// [`index_timestamps`](crate::schema::InvertedIndexConfig::index_timestamps).
    #[must_use]
    pub fn by_creation_time(ttl: Duration) -> Self {
        Self::new().enabled(true).delete_on("_creationTimeUnix").after(ttl)
    }

    /// Creates settings that delete an object this long after its last update. Whole seconds, at
    /// least 60.
    ///
    /// To enable it in an update, the collection needs
    /// [`index_timestamps`](crate::schema::InvertedIndexConfig::index_timestamps).
    #[must_use]
    pub fn by_update_time(ttl: Duration) -> Self {
        Self::new().enabled(true).delete_on("_lastUpdateTimeUnix").after(ttl)
    }

    /// Creates settings that delete an object at the date in this property. Shift it with
    /// [`after`](Self::after) or [`before`](Self::before).
    #[must_use]
    pub fn by_date_property(property: impl Into<String>) -> Self {
        Self::new().enabled(true).delete_on(property)
    }

    /// Creates settings that switch object TTL off.
    #[must_use]
    pub fn disabled() -> Self {
        Self::new().enabled(false)
    }

    /// Sets a positive offset: objects expire this long after the time in
    /// [`delete_on`](Self::delete_on). Whole seconds.
    #[must_use]
    pub fn after(self, offset: Duration) -> Self {
        self.default_ttl(whole_seconds(offset))
    }

    /// Sets a negative offset: objects expire this long before the date in the property. Whole
    /// seconds.
    #[must_use]
    pub fn before(self, offset: Duration) -> Self {
        self.default_ttl(-whole_seconds(offset))
    }
}

fn whole_seconds(offset: Duration) -> i64 {
    i64::try_from(offset.as_secs()).unwrap_or(i64::MAX)
}
