//! How a collection is divided: into shards, or by tenant.

settings! {
    /// Into how many shards the objects of a collection are divided. Fixed once the collection exists, and not for
    /// collections with multi-tenancy.
    ShardingConfig {
        /// How many shards. Default: as many as there are nodes.
        desired_count: i64 = "desiredCount",
        /// How many virtual shards for each shard. Default: 128.
        virtual_per_physical: i64 = "virtualPerPhysical",
        /// How many virtual shards in all.
        desired_virtual_count: i64 = "desiredVirtualCount",
    }
}

settings! {
    /// Whether each tenant has objects of its own.
    MultiTenancyConfig {
        /// Whether there are tenants. Default: no. Fixed once the collection exists.
        enabled: bool = "enabled",
        /// Whether an object for a tenant that does not exist creates it. Default: no.
        auto_tenant_creation: bool = "autoTenantCreation",
        /// Whether a request for a tenant that is not active activates it. Default: no.
        auto_tenant_activation: bool = "autoTenantActivation",
    }
}
