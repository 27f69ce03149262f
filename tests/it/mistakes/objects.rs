//! Mistakes in objects: their vectors, properties and references.

use serde_json::json;
use weaviate::data::{NewReference, ReferenceTo};
use weaviate::prelude::*;
use weaviate::types::Vector;

use super::{MISSING, Mistake, Row, STORED, imported, rows};

fn object() -> NewObject<PropertyMap> {
    NewObject::new(PropertyMap::from([("title", "x")]))
}

fn with(vector: impl Into<Vector>) -> NewObject<PropertyMap> {
    object().vector(vector)
}

fn named(name: &str) -> NewObject<PropertyMap> {
    object().named_vector(name, [1.0, 0.0, 0.0])
}

fn unnamed() -> NewObject<PropertyMap> {
    object().unnamed_vector([1.0, 0.0])
}

fn long() -> Vec<f32> {
    vec![0.5; 65_536]
}

fn map(name: &str, value: impl Into<PropertyValue>) -> PropertyMap {
    PropertyMap::from([(name, value.into())])
}

fn of(name: &str, value: impl Into<PropertyValue>) -> NewObject<PropertyMap> {
    NewObject::new(map(name, value))
}

fn referring(property: &str) -> NewObject<PropertyMap> {
    object().reference(property, MISSING)
}

/// The error of the only reference.
async fn refers(
    from: &Collection,
    reference: NewReference,
    protocol: weaviate::connect::Protocol,
) -> Result<(), Mistake> {
    let report = from.data().reference_add_many([reference]).protocol(protocol).await?;
    report.errors().first().map_or(Ok(()), |error| Err(error.error().into()))
}

/// The error of a second object whose vector has another length than the first of the same import.
async fn two_lengths(collection: &Collection, protocol: weaviate::connect::Protocol) -> Result<(), Mistake> {
    let objects = [object().named_vector("a", [1.0]), object().named_vector("a", [1.0, 0.0])];
    let report = collection.data().insert_many(objects).protocol(protocol).await?;
    report.errors().first().map_or(Ok(()), |error| Err(error.error().into()))
}

#[expect(clippy::too_many_lines, reason = "a table is as long as what it lists")]
pub(super) fn rows() -> Vec<Row> {
    rows! {
        live Validation Refused REST "a vector of another length" {
            "insert" => |at, _| at.articles.data().insert(with([1.0]));
            "replace" => |at, _| at.articles.data().replace(STORED, with([1.0]));
            "merge" => |at, _| at.articles.data().merge(STORED, map("title", "x")).vector([1.0]);
        }
        live Validation Refused ALL "a vector of another length" {
            "insert_many" => |at, protocol| imported(&at.articles, with([1.0]), protocol);
        }
        both Validation NotSent REST "a vector that is too long" {
            "insert" => |at, _| at.articles.data().insert(with(long()));
            "replace" => |at, _| at.articles.data().replace(STORED, with(long()));
            "merge" => |at, _| at.articles.data().merge(STORED, map("title", "x")).vector(long());
            "validate" => |at, _| at.articles.data().validate(with(long()));
        }
        both Validation NotSent ALL "a vector that is too long" {
            "insert_many" => |at, protocol| imported(&at.articles, with(long()), protocol);
        }
        both Validation NotSent ALL "an empty vector" {
            "insert_many" => |at, protocol| imported(&at.articles, with(Vec::<f32>::new()), protocol);
        }
        both Validation NotSent ALL "rows of several lengths" {
            "insert_many" => |at, protocol| imported(&at.articles, with(vec![vec![1.0], vec![1.0, 0.0]]), protocol);
        }
        both Validation Refused REST "an unknown vector" {
            "insert" => |at, _| at.articles.data().insert(named("nosuch"));
            "replace" => |at, _| at.articles.data().replace(STORED, named("nosuch"));
            "merge" => |at, _| at.articles.data().merge(STORED, map("title", "x")).named_vector("nosuch", [1.0]);
            "validate" => |at, _| at.articles.data().validate(named("nosuch"));
        }
        both Validation Refused ALL "an unknown vector" {
            "insert_many" => |at, protocol| imported(&at.articles, named("nosuch"), protocol);
        }
        both Validation Refused REST "an unnamed vector among several" {
            "insert" => |at, _| at.books.data().insert(unnamed());
            "replace" => |at, _| at.books.data().replace(STORED, unnamed());
        }
        both Validation Refused ALL "an unnamed vector among several" {
            "insert_many" => |at, protocol| imported(&at.books, unnamed(), protocol);
        }
        both Validation Refused REST "a text for an integer" {
            "insert" => |at, _| at.articles.data().insert(of("year", "x"));
            "replace" => |at, _| at.articles.data().replace(STORED, of("year", "x"));
            "merge" => |at, _| at.articles.data().merge(STORED, map("year", "x"));
            "validate" => |at, _| at.articles.data().validate(of("year", "x"));
        }
        both Validation Refused ALL "a text for an integer" {
            "insert_many" => |at, protocol| imported(&at.articles, of("year", "x"), protocol);
        }
        both Validation Refused ALL "a text that is not a date" {
            "insert_many" => |at, protocol| imported(&at.articles, of("born", "yesterday"), protocol);
        }
        both Validation Refused ALL "a text that is not a uuid" {
            "insert_many" => |at, protocol| imported(&at.articles, of("code", "x"), protocol);
        }
        both Validation Refused ALL "a text for an object" {
            "insert_many" => |at, protocol| imported(&at.articles, of("author", "x"), protocol);
        }
        both Validation NotSent REST "a name that is not one" {
            "insert" => |at, _| at.articles.data().insert(of("a-b", "x"));
            "merge" => |at, _| at.articles.data().merge(STORED, map("größe", "x"));
            "replace" => |at, _| at.articles.data().replace(STORED, of("a.b", "x"));
        }
        both Validation NotSent ALL "a name that is not one" {
            "insert_many" => |at, protocol| imported(&at.articles, of("a-b", "x"), protocol);
        }
        both Validation NotSent ALL "a reserved name" {
            "insert_many" => |at, protocol| imported(&at.articles, of("id", "x"), protocol);
        }
        both Validation NotSent ALL "a name in upper case" {
            "insert_many" => |at, protocol| imported(&at.articles, of("Title", "x"), protocol);
        }
        both Validation NotSent REST "an empty name" {
            "insert" => |at, _| at.articles.data().insert(of("", "x"));
            "merge" => |at, _| at.articles.data().merge(STORED, json!({"": 1}));
        }
        both NotFound Refused REST "a reference to an object that is missing" {
            "insert" => |at, _| at.books.data().insert(referring("about"));
            "replace" => |at, _| at.books.data().replace(STORED, object()).reference("about", MISSING);
            "validate" => |at, _| at.books.data().validate(referring("about"));
            "reference_add" => |at, _| at.books.data().reference_add(STORED, "about", MISSING);
            "reference_replace" => |at, _| at.books.data().reference_replace(STORED, "about", [MISSING]);
        }
        both NotFound Refused ALL "a reference to an object that is missing" {
            "insert_many" => |at, protocol| imported(&at.books, referring("about"), protocol);
        }
        both Validation Refused GRPC "one target of a reference to several collections" {
            "insert_many" => |at, protocol| imported(&at.books, object().reference("by", STORED), protocol);
        }
        both Validation Refused REST "a reference by a property that is none" {
            "reference_add" => |at, _| at.books.data().reference_add(STORED, "title", STORED);
            "reference_replace" => |at, _| at.books.data().reference_replace(STORED, "title", [STORED]);
            "reference_delete" => |at, _| at.books.data().reference_delete(STORED, "title", STORED);
        }
        both Validation Refused REST "a reference by an unknown property" {
            "reference_add" => |at, _| at.books.data().reference_add(STORED, "nosuch", STORED);
            "reference_replace" => |at, _| at.books.data().reference_replace(STORED, "nosuch", [STORED]);
        }
        both Validation Refused ALL "a reference by an unknown property" {
            "reference_add_many" => |at, protocol| {
                refers(&at.books, NewReference::new(STORED, "nosuch", STORED), protocol)
            };
        }
        // The object takes the reference before the server misses the property.
        both Validation Unknown ALL "a reference to a collection by an unknown property" {
            "reference_add_many" => |at, protocol| async move {
                let to = ReferenceTo::in_collection("Article", STORED);
                refers(&at.books, NewReference::new(STORED, "nosuch", to), protocol).await
            };
        }
        both Validation Unknown ALL "a reference to a collection by a property that is none" {
            "reference_add_many" => |at, protocol| async move {
                let to = ReferenceTo::in_collection("Article", STORED);
                refers(&at.books, NewReference::new(STORED, "title", to), protocol).await
            };
        }
        // The server says that the target collection is missing, and names the source.
        both NotFound Refused ALL "a reference by a property that is none" {
            "reference_add_many" => |at, protocol| {
                refers(&at.articles, NewReference::new(STORED, "year", STORED), protocol)
            };
        }
        both NotFound Refused REST "a reference from an object that is missing" {
            "reference_add" => |at, _| at.books.data().reference_add(MISSING, "about", STORED);
            "reference_replace" => |at, _| at.books.data().reference_replace(MISSING, "about", [STORED]);
            "reference_delete" => |at, _| at.books.data().reference_delete(MISSING, "about", STORED);
        }
        both NotFound Refused ALL "a reference from an object that is missing" {
            "reference_add_many" => |at, protocol| {
                refers(&at.books, NewReference::new(MISSING, "about", STORED), protocol)
            };
        }
        both NotFound Refused ALL "a reference to a collection that is missing" {
            "reference_add_many" => |at, protocol| {
                let to = ReferenceTo::in_collection("Shelf", STORED);
                async move { refers(&at.books, NewReference::new(STORED, "about", to), protocol).await }
            };
        }
        both NotFound Refused REST "an object that is missing" {
            "replace" => |at, _| at.articles.data().replace(MISSING, object());
            "merge" => |at, _| at.articles.data().merge(MISSING, map("title", "x"));
        }
        // The object is stored before the index refuses its vector.
        live Validation Unknown ONE "vectors of two lengths in one import" {
            "insert_many" => |at, protocol| two_lengths(&at.rooms, protocol);
        }
    }
}
