//! Reads all objects of a collection, resumes from a token, and reads many tenants at once.
//!
//! `cargo run --example iterate` runs it against an emulator in this process. With `WEAVIATE_URL` and the other variables of
//! [`Client::from_env`](weaviate::Client::from_env) it runs against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use serde::{Deserialize, Serialize};
use weaviate::iterate::ResumeToken;
use weaviate::prelude::*;
use weaviate::schema::MultiTenancyConfig;

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
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(weaviate_emulator::Emulator::builder()).await?;
    let client = builder.connect().await?;
    let collections = client.collections();
    collections.delete(OWL).await?;
    collections.delete(NEST).await?;
    let owls = collections.create_of::<Owl>(CollectionConfig::of::<Owl>(OWL)).await?;
    let flock = (0..1_000).map(|number| Owl { name: format!("owl {number}"), year: 1990 + number % 40 });
    owls.data().insert_many(flock).await?.into_result()?;

    println!("All objects, page by page; the next page is fetched ahead:");
    let mut all = owls.iterate().project::<Name>().page_size(200).stream();
    let (mut owls_seen, mut longest) = (0, String::new());
    while let Some(owl) = all.next().await {
        let Name { name } = owl?.properties;
        owls_seen += 1;
        longest = if name.len() > longest.len() { name } else { longest };
    }
    println!("  {owls_seen} owls, {longest:?} has the longest name");

    println!("\nStopped within a page, and resumed from a token that was stored as text:");
    let mut first = owls.iterate().stream();
    for _ in 0..333 {
        first.next().await.transpose()?;
    }
    let saved = first.token().to_string();
    drop(first);
    let mut rest = owls.iterate().after(saved.parse::<ResumeToken>()?).stream();
    let mut remaining = 0;
    while let Some(owl) = rest.next().await {
        owl?;
        remaining += 1;
    }
    println!("  333 + {remaining} owls; the last token is {:?}", rest.token().to_string());

    println!("\nFiltered by the client, since the server refuses filters together with a cursor:");
    let mut young = owls.iterate().stream().client_side_filter(|owl| owl.properties.year > 2020);
    let mut count = 0;
    while let Some(owl) = young.next().await {
        owl?;
        count += 1;
    }
    println!("  {count} owls were born after 2020");

    println!("\nMany tenants, two at a time:");
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
            Err(error) => println!("  tenant {} failed: {error}", error.tenant().unwrap_or_default()),
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
