//! Cross-references: structs that refer to each other, read with the objects that they refer to.
//!
//! `cargo run --example references` runs it against an emulator in this process, or against the server in `WEAVIATE_URL`.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

#[derive(Serialize, Deserialize, Properties)]
struct Press {
    city: String,
}

#[derive(Serialize, Deserialize, Properties)]
struct Author {
    name: String,
    #[weaviate(reference = "RustPress")]
    works_for: Option<Reference<Press>>,
}

#[derive(Serialize, Deserialize, Properties)]
struct Book {
    title: String,
    #[weaviate(reference = "RustAuthor")]
    written_by: Vec<Reference<Author>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(Emulator::builder()).await?;
    let client = builder.connect().await?;
    let collections = client.collections();
    for name in ["RustBook", "RustAuthor", "RustPress"] {
        collections.delete(name).await?;
    }
    // A collection exists before another one refers to it, and so does an object.
    let presses = collections.create_of::<Press>(CollectionConfig::of::<Press>("RustPress")).await?;
    let authors = collections.create_of::<Author>(CollectionConfig::of::<Author>("RustAuthor")).await?;
    let books = collections.create_of::<Book>(CollectionConfig::of::<Book>("RustBook")).await?;

    let press = presses.data().insert(Press { city: "Oslo".to_owned() }).await?;
    let ann = Author { name: "Ann".to_owned(), works_for: Some(press.into()) };
    let ann = authors.data().insert(ann).await?;
    let bob = authors.data().insert(Author { name: "Bob".to_owned(), works_for: None }).await?;
    let title = |title: &str| title.to_owned();
    let both = Book { title: title("Owls of the north"), written_by: vec![ann.into(), bob.into()] };
    let one = Book { title: title("Kites"), written_by: vec![bob.into()] };
    books.data().insert_many([both, one]).await?.into_result()?;

    let author = Author::fields();
    let authors = Selection::of((author.name,)).reference(author.works_for, Selection::all());
    let selection = Selection::all().reference(Book::fields().written_by, authors);
    for book in books.query().fetch_objects().select(selection).await? {
        println!("{}", book.properties.title);
        for author in book.properties.written_by.iter().filter_map(Reference::object) {
            let press = author.properties.works_for.as_ref().and_then(Reference::object);
            println!("  by {}, {:?}", author.properties.name, press.map(|press| &press.properties.city));
        }
    }

    let of_ann = Book::fields().written_by.objects().property("name").equal("Ann");
    let hits = books.query().fetch_objects().filter(of_ann).await?;
    println!("{} by Ann", hits.len());
    Ok(())
}
