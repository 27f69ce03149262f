//! Sharding and multi-tenancy: the division of a collection into shards.

settings! {
    /// Sharding settings (`shardingConfig`): the number of shards of a collection.
    ///
    /// Fixed once the collection exists. Not for collections with multi-tenancy, where each tenant
    /// is a shard: the server refuses both together.
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::ShardingConfig;
    ///
    /// let config = CollectionConfig::new("Article").sharding(ShardingConfig::new().desired_count(6));
    /// ```
    #[doc(alias = "shards")]
    ShardingConfig {
        /// Number of shards. Default: the number of nodes.
        #[doc(alias = "shards")]
        desired_count: i64 = "desiredCount",
        /// Virtual shards per shard. Default: 128.
        virtual_per_physical: i64 = "virtualPerPhysical",
        /// Virtual shards of the collection. Default: shards times virtual shards per shard. The
        /// server computes it and ignores other values.
        desired_virtual_count: i64 = "desiredVirtualCount",
    }
}

settings! {
    /// Multi-tenancy settings (`multiTenancyConfig`): each tenant has its own shard with its own
    /// objects.
    ///
    /// See [Multi-tenancy](https://docs.weaviate.io/weaviate/manage-collections/multi-tenancy).
    ///
    /// ```
    /// use weaviate::prelude::*;
    ///
    /// let tenants = MultiTenancyConfig::new().enabled(true).auto_tenant_creation(true);
    /// let config = CollectionConfig::new("Article").multi_tenancy(tenants);
    /// ```
    #[doc(alias = "tenants")]
    MultiTenancyConfig {
        /// Enables multi-tenancy. Default: off. Fixed once the collection exists.
        enabled: bool = "enabled",
        /// Creates a missing tenant when an object is inserted into it. Default: off.
        auto_tenant_creation: bool = "autoTenantCreation",
        /// Activates an inactive or offloaded tenant when a request needs it. Default: off.
        auto_tenant_activation: bool = "autoTenantActivation",
    }
}
