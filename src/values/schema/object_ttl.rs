//! Objects that delete themselves.

use std::time::Duration;

settings! {
    /// When objects are deleted by themselves. Needs Weaviate 1.35 and a server that looks for them from time to time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use weaviate::schema::ObjectTtlConfig;
    ///
    /// const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    /// let after_a_day = ObjectTtlConfig::by_creation_time(DAY).filter_expired_objects(true);
    /// let a_day_early = ObjectTtlConfig::by_date_property("expires").before(DAY);
    /// ```
    ObjectTtlConfig {
        /// Whether objects are deleted.
        enabled: bool = "enabled",
        /// How many seconds after the point in time, at least 60 for those that the server keeps itself; below 0 is
        /// before a date of a property.
        default_ttl: i64 = "defaultTtl",
        /// The point in time: `_creationTimeUnix`, `_lastUpdateTimeUnix` or a property of type date.
        delete_on: String = "deleteOn",
        /// Whether searches leave out what is due and not deleted yet. Default: no.
        filter_expired_objects: bool = "filterExpiredObjects",
    }
}

impl ObjectTtlConfig {
    /// So long after an object was made, in whole seconds, at least a minute.
    #[must_use]
    pub fn by_creation_time(ttl: Duration) -> Self {
        Self::new().enabled(true).delete_on("_creationTimeUnix").after(ttl)
    }

    /// So long after an object was changed last, in whole seconds, at least a minute.
    #[must_use]
    pub fn by_update_time(ttl: Duration) -> Self {
        Self::new().enabled(true).delete_on("_lastUpdateTimeUnix").after(ttl)
    }

    /// At the date that the object has in this property.
    #[must_use]
    pub fn by_date_property(property: impl Into<String>) -> Self {
        Self::new().enabled(true).delete_on(property)
    }

    /// Objects are not deleted.
    #[must_use]
    pub fn disabled() -> Self {
        Self::new().enabled(false)
    }

    /// So long after the point in time, in whole seconds.
    #[must_use]
    pub fn after(self, offset: Duration) -> Self {
        self.default_ttl(whole_seconds(offset))
    }

    /// So long before the date of the property, in whole seconds.
    #[must_use]
    pub fn before(self, offset: Duration) -> Self {
        self.default_ttl(-whole_seconds(offset))
    }
}

fn whole_seconds(offset: Duration) -> i64 {
    i64::try_from(offset.as_secs()).unwrap_or(i64::MAX)
}
