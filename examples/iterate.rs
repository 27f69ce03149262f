//! Read all objects of a collection, stop in the middle, go on from there, and read the objects of many tenants at once.
//!
//! `cargo run --example iterate` runs it against the in-process emulator; with `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`
//! against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

use serde::{Deserialize, Serialize};
use weaviate::iterate::ResumeToken;
use weaviate::prelude::*;
use weaviate::schema::MultiTenancyConfig;
use weaviate_emulator::Emulator;

type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

const OWL: &str = "RustIterateOwl";
const NEST: &str = "RustIterateNest";

#[derive(Serialize, Deserialize, Properties)]
struct Owl {
    name: String,
    year: i64,
}

#[derive(Deserialize, Properties)]
struct Name {
    name: String,
}

#[tokio::main]
async fn main() -> AnyResult<()> {
    // Held until the end: dropping the emulator stops it.
    let (_emulator, client) = connect().await?;
    let collections = client.collections();
    collections.delete(OWL).await?;
    collections.delete(NEST).await?;
    let owls = collections.create_of::<Owl>(CollectionConfig::of::<Owl>(OWL)).await?;
    let flock = (0..1_000).map(|number| Owl { name: format!("owl {number}"), year: 1990 + number % 40 });
    owls.data().insert_many(flock).await?.into_result()?;

    println!("All of them, page by page, of which only the next one is fetched ahead:");
    let mut all = owls.iterate().project::<Name>().page_size(200).stream();
    let (mut owls_seen, mut longest) = (0, String::new());
    while let Some(owl) = all.next().await {
        let Name { name } = owl?.properties;
        owls_seen += 1;
        longest = if name.len() > longest.len() { name } else { longest };
    }
    println!("  {owls_seen} owls, {longest:?} has the longest name");

    println!("Cut in the middle of a page, and resumed from a token that has been a text meanwhile:");
    let mut first = owls.iterate().stream();
    for _ in 0..333 {
        first.next().await.transpose()?;
    }
    let saved = first.token().to_string();
    drop(first);
    let mut rest = owls.iterate().after(saved.parse::<ResumeToken>()?).stream();
    let mut behind = 0;
    while let Some(owl) = rest.next().await {
        owl?;
        behind += 1;
    }
    println!("  333 + {behind} owls; at the end the token reads {:?}", rest.token().to_string());

    println!("Chosen here, since the server lets no filter go with a cursor:");
    let mut young = owls.iterate().stream().client_side_filter(|owl| owl.properties.year > 2020);
    let mut count = 0;
    while let Some(owl) = young.next().await {
        owl?;
        count += 1;
    }
    println!("  {count} owls are young");

    println!("Many tenants, a few at a time:");
    let config = CollectionConfig::of::<Owl>(NEST).multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let nests = collections.create_of::<Owl>(config).await?;
    let names: Vec<String> = (0..5).map(|number| format!("nest{number}")).collect();
    nests.tenants().create(&names).await?.into_result()?;
    for (name, size) in names.iter().zip(1..) {
        let brood = (0..size).map(|number| Owl { name: format!("owlet {number}"), year: 2026 });
        nests.tenant(name).data().insert_many(brood).await?.into_result()?;
    }
    let tenants = nests.tenants().list().await?.into_iter().map(|tenant| tenant.name);
    let mut all = nests.iterate().tenants(tenants.chain(["nowhere".to_owned()])).concurrency(2).stream();
    let mut count = 0;
    while let Some(owl) = all.next().await {
        match owl {
            Ok(_) => count += 1,
            Err(error) => println!("  {} is left out: {error}", error.tenant().unwrap_or_default()),
        }
    }
    println!("  {count} owlets");
    for (tenant, token) in all.tokens() {
        println!("  {tenant}: {token}");
    }

    collections.delete(OWL).await?;
    collections.delete(NEST).await?;
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
