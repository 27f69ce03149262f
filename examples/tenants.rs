//! Keeps the objects of many customers apart as tenants: creates, deactivates, activates and deletes them.
//!
//! `cargo run --example tenants` runs it against an emulator in this process. With `WEAVIATE_URL` and the other variables of
//! [`Client::from_env`](weaviate::Client::from_env) it runs against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::prelude::*;

const ORDER: &str = "RustTenantsOrder";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(weaviate_emulator::Emulator::builder()).await?;
    let client = builder.connect().await?;
    client.collections().delete(ORDER).await?;
    let config = CollectionConfig::new(ORDER)
        .property(Property::new("what", DataType::Text))
        .multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let orders = client.collections().create(config).await?;
    let tenants = orders.tenants();

    println!("Created from an iterator of names, 100 in each request:");
    tenants.create((1..=250).map(|number| format!("customer-{number}"))).await?.into_result()?;
    tenants.create([NewTenant::new("archive").status(TenantStatus::Inactive)]).await?.into_result()?;
    let all = tenants.list().await?;
    println!("  {} tenants, the first is {} ({})", all.len(), all[0].name, all[0].status);

    println!("\nEach tenant has its own objects:");
    let order = |what: &str| PropertyMap::from([("what", what)]);
    orders.tenant("customer-7").data().insert(order("a dozen crabs")).await?;
    for customer in ["customer-7", "customer-8"] {
        println!("  {customer} has {} objects", orders.tenant(customer).query().fetch_objects().await?.len());
    }

    println!("\nAn inactive tenant takes no memory, and cannot be used:");
    tenants.deactivate(["customer-7"]).await?.into_result()?;
    tenants.wait_for_status(["customer-7"], TenantStatus::Inactive, Duration::from_secs(10)).await?;
    match orders.tenant("customer-7").data().insert(order("a gopher")).await {
        Err(error) if error.kind() == ErrorKind::Tenant => println!("  {error}"),
        other => println!("  unexpected: {other:?}"),
    }

    println!("\nThe report lists the tenants that failed; the others are done:");
    let report = tenants.activate(["customer-7", "unknown"]).await?;
    println!("  activated: {}", report.succeeded().cloned().collect::<Vec<_>>().join(", "));
    for failed in report.errors() {
        println!("  not activated: {}: {}", failed.name(), failed.error());
    }

    println!("\nWith automatic activation, a tenant becomes active when it is used:");
    let automatic = MultiTenancyConfig::new().auto_tenant_activation(true);
    orders.config().update(CollectionUpdate::new().multi_tenancy(automatic)).await?;
    let found = orders.tenant("archive").query().fetch_objects().await?;
    let archive = tenants.get("archive").await?;
    println!(
        "  archive: {} objects, {}",
        found.len(),
        archive.map_or("missing".to_owned(), |tenant| tenant.status.to_string())
    );

    println!("\nDeleted with their objects:");
    tenants.delete(["customer-7", "archive"]).await?.into_result()?;
    println!("  customer-7 exists: {}", tenants.exists("customer-7").await?);

    client.collections().delete(ORDER).await?;
    Ok(())
}
