//! One collection for many customers: each is a tenant with objects of its own, is put to sleep, woken up and deleted.
//!
//! `cargo run --example tenants` runs it against the in-process emulator; with `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`
//! against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

const ORDER: &str = "RustTenantsOrder";

#[tokio::main]
async fn main() -> AnyResult<()> {
    // Held until the end: dropping the emulator stops it.
    let (_emulator, client) = connect().await?;
    client.collections().delete(ORDER).await?;
    let config = CollectionConfig::new(ORDER)
        .property(Property::new("what", DataType::Text))
        .multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let orders = client.collections().create(config).await?;
    let tenants = orders.tenants();

    println!("Any iterator of names will do. They are sent by the hundred:");
    tenants.create((1..=250).map(|number| format!("customer-{number}"))).await?.into_result()?;
    tenants.create([NewTenant::new("archive").status(TenantStatus::Inactive)]).await?.into_result()?;
    let all = tenants.list().await?;
    println!("  {} tenants, the first of them {} ({})", all.len(), all[0].name, all[0].status);

    println!("\nEach has objects of its own:");
    let order = |what: &str| PropertyMap::from([("what", what)]);
    orders.tenant("customer-7").data().insert(order("a dozen crabs")).await?;
    for customer in ["customer-7", "customer-8"] {
        println!("  {customer} has {}", orders.tenant(customer).query().fetch_objects().await?.len());
    }

    println!("\nOne that sleeps costs no memory, and cannot be used:");
    tenants.deactivate(["customer-7"]).await?.into_result()?;
    tenants.wait_for_status(["customer-7"], TenantStatus::Inactive, Duration::from_secs(10)).await?;
    match orders.tenant("customer-7").data().insert(order("a gopher")).await {
        Err(error) if error.kind() == ErrorKind::Tenant => println!("  {error}"),
        other => println!("  unexpected: {other:?}"),
    }

    println!("\nOne that fails does not keep the others back:");
    let report = tenants.activate(["customer-7", "nobody"]).await?;
    println!("  woken: {}", report.succeeded().cloned().collect::<Vec<_>>().join(", "));
    for failed in report.errors() {
        println!("  not woken: {}: {}", failed.name(), failed.message());
    }

    println!("\nWith automatic activation, tenants wake up when they are used:");
    let automatic = MultiTenancyConfig::new().auto_tenant_activation(true);
    orders.config().update(CollectionUpdate::new().multi_tenancy(automatic)).await?;
    let found = orders.tenant("archive").query().fetch_objects().await?;
    let archive = tenants.get("archive").await?;
    println!("  {} objects in {}", found.len(), archive.map_or_else(String::new, |it| format!("{it:?}")));

    println!("\nGone with their objects:");
    tenants.delete(["customer-7", "archive"]).await?.into_result()?;
    println!("  customer-7 is there: {}", tenants.exists("customer-7").await?);

    client.collections().delete(ORDER).await?;
    Ok(())
}

async fn connect() -> AnyResult<(Option<Emulator>, Client)> {
    if let Ok(url) = std::env::var("WEAVIATE_URL") {
        let client = Client::custom(url).grpc(std::env::var("WEAVIATE_GRPC_URL")?).connect().await?;
        return Ok((None, client));
    }
    let emulator = Emulator::start().await?;
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await?;
    Ok((Some(emulator), client))
}
