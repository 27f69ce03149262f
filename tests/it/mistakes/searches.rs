//! Mistakes in searches and in filters.

use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate::types::GeoCoordinates;

use super::{MISSING, Row, STORED, rows};

fn list(from: &Collection, protocol: Protocol) -> weaviate::query::Query<PropertyMap, weaviate::query::FetchObjects> {
    from.query().fetch_objects().protocol(protocol)
}

fn p(name: &str) -> weaviate::filter::FilterTarget {
    Filter::property(name)
}

fn deletion(from: &Collection, filter: Filter, protocol: Protocol) -> weaviate::data::DeleteMany {
    from.data().delete_many(filter).protocol(protocol)
}

#[expect(clippy::too_many_lines, reason = "a table is as long as what it lists")]
pub(super) fn rows() -> Vec<Row> {
    rows! {
        live Validation Refused GRPC "a vector of another length" {
            "near_vector" => |at, protocol| at.articles.query().near_vector([1.0]).protocol(protocol);
            "near_vector, target" => |at, protocol| at.books.query().near_vector([1.0]).target("a").protocol(protocol);
            "hybrid" => |at, protocol| at.articles.query().hybrid("x").vector([1.0]).protocol(protocol);
        }
        both Validation NotSent GRPC "a vector that is too long" {
            "near_vector" => |at, protocol| at.articles.query().near_vector(vec![0.5; 65_536]).protocol(protocol);
            "hybrid" => |at, protocol| at.articles.query().hybrid("x").vector(vec![0.5; 65_536]).protocol(protocol);
        }
        both Validation NotSent GRPC "a vector with a number that is none" {
            "near_vector" => |at, protocol| at.articles.query().near_vector([f32::NAN, 0.0, 0.0]).protocol(protocol);
        }
        both Validation Refused GRPC "a multi-vector for a single one" {
            "near_vector" => |at, protocol| {
                at.articles.query().near_vector(vec![vec![1.0_f32, 0.0, 0.0], vec![1.0, 0.0, 0.0]]).protocol(protocol)
            };
        }
        both Validation Refused GRPC "an unknown target" {
            "near_vector" => |at, protocol| {
                at.articles.query().near_vector([1.0, 0.0, 0.0]).target("nosuch").protocol(protocol)
            };
            "near_object" => |at, protocol| at.articles.query().near_object(STORED).target("nosuch").protocol(protocol);
            "hybrid" => |at, protocol| {
                at.articles.query().hybrid("x").vector([1.0, 0.0, 0.0]).target("nosuch").protocol(protocol)
            };
        }
        both Validation Refused GRPC "no target among several vectors" {
            "near_vector" => |at, protocol| at.books.query().near_vector([1.0, 0.0]).protocol(protocol);
            "near_object" => |at, protocol| at.books.query().near_object(STORED).protocol(protocol);
        }
        both Validation Refused GRPC "no vector and no vectorizer" {
            "hybrid" => |at, protocol| at.articles.query().hybrid("x").protocol(protocol);
        }
        both LimitExceeded Refused GRPC "more results than the server gives" {
            "fetch_objects" => |at, protocol| list(&at.articles, protocol).limit(100_000);
            "bm25" => |at, protocol| at.articles.query().bm25("x").offset(20_000).limit(1).protocol(protocol);
        }
        both Validation NotSent GRPC "a cursor with what excludes it" {
            "fetch_objects" => |at, protocol| list(&at.articles, protocol).after(STORED).sort(Sort::by("year"));
        }
        both NotFound Refused GRPC "an object that is missing" {
            "near_object" => |at, protocol| at.articles.query().near_object(MISSING).protocol(protocol);
        }
        both Validation Refused GRPC "an unknown property" {
            "filter" => |at, protocol| list(&at.articles, protocol).filter(p("nosuch").equal("x"));
            "sort" => |at, protocol| list(&at.articles, protocol).sort(Sort::by("nosuch"));
            "properties" => |at, protocol| list(&at.articles, protocol).properties(["nosuch"]);
            "properties, nested" => |at, protocol| list(&at.articles, protocol).properties(["nosuch.name"]);
            "query_properties" => |at, protocol| {
                at.articles.query().bm25("x").query_properties(["nosuch"]).protocol(protocol)
            };
            "query_properties of hybrid" => |at, protocol| {
                at.articles.query().hybrid("x").alpha(0.0).query_properties(["nosuch"]).protocol(protocol)
            };
            "group_by" => |at, protocol| {
                at.articles.query().bm25("x").group_by(GroupBy::new("nosuch")).protocol(protocol)
            };
            "filter, property of the target" => |at, protocol| {
                list(&at.books, protocol).filter(Filter::reference("about").property("nosuch").equal("x"))
            };
            "filter, reference" => |at, protocol| {
                list(&at.books, protocol).filter(Filter::reference("nosuch").property("title").equal("x"))
            };
            "filter, count" => |at, protocol| {
                list(&at.books, protocol).filter(Filter::reference_count("nosuch").equal(1))
            };
        }
        both Validation Refused ALL "an unknown property" {
            "delete_many" => |at, protocol| deletion(&at.articles, p("nosuch").equal("x"), protocol);
        }
        both Validation Refused GRPC "a value of another type" {
            "filter, int" => |at, protocol| list(&at.articles, protocol).filter(p("year").equal("x"));
            "filter, fraction" => |at, protocol| list(&at.articles, protocol).filter(p("year").equal(1.5));
            "filter, text" => |at, protocol| list(&at.articles, protocol).filter(p("title").equal(1));
            "filter, date" => |at, protocol| list(&at.articles, protocol).filter(p("born").equal("yesterday"));
            "filter, uuid" => |at, protocol| list(&at.articles, protocol).filter(p("code").equal("x"));
            "filter, list" => |at, protocol| list(&at.articles, protocol).filter(p("year").contains_any(["x"]));
            "filter, geo" => |at, protocol| {
                let center = GeoCoordinates::new(1.0, 1.0);
                list(&at.articles, protocol).filter(p("title").within_geo_range(center, 1.0))
            };
        }
        both Validation Refused ALL "a value of another type" {
            "delete_many, int" => |at, protocol| deletion(&at.articles, p("year").equal("x"), protocol);
            "delete_many, uuid" => |at, protocol| deletion(&at.articles, p("code").equal("x"), protocol);
        }
        both Validation Refused GRPC "no index for the filter" {
            "filter" => |at, protocol| list(&at.articles, protocol).filter(p("hidden").equal("x"));
            "filter, length" => |at, protocol| {
                list(&at.articles, protocol).filter(Filter::property_length("title").equal(1))
            };
            "filter, null" => |at, protocol| list(&at.articles, protocol).filter(p("title").is_null(true));
            "filter, time" => |at, protocol| {
                list(&at.articles, protocol).filter(Filter::creation_time().less_than(WeaviateDateTime::now()))
            };
            "query_properties" => |at, protocol| {
                at.articles.query().bm25("x").query_properties(["hidden"]).protocol(protocol)
            };
        }
        both Validation Refused ALL "no index for the filter" {
            "delete_many" => |at, protocol| deletion(&at.articles, p("hidden").equal("x"), protocol);
            "delete_many, null" => |at, protocol| deletion(&at.articles, p("title").is_null(true), protocol);
        }
        both Validation NotSent ALL "an empty list" {
            "delete_many" => |at, protocol| {
                deletion(&at.articles, p("title").contains_any(Vec::<String>::new()), protocol)
            };
        }
        both Validation Refused GRPC "one target of a reference to several collections" {
            "filter" => |at, protocol| {
                list(&at.books, protocol).filter(Filter::reference("by").property("title").equal("x"))
            };
            "delete_many" => |at, protocol| {
                deletion(&at.books, Filter::reference("by").property("title").equal("x"), protocol)
            };
        }
        both Validation NotSent REST "one target of a reference to several collections" {
            "delete_many" => |at, protocol| {
                deletion(&at.books, Filter::reference("by").property("title").equal("x"), protocol)
            };
        }
        both NotFound Refused GRPC "a target collection that is missing" {
            "filter" => |at, protocol| {
                list(&at.books, protocol).filter(Filter::reference_to("by", "Shelf").property("title").equal("x"))
            };
        }
        both NotFound Refused ALL "a target collection that is missing" {
            "delete_many" => |at, protocol| {
                deletion(&at.books, Filter::reference_to("by", "Shelf").property("title").equal("x"), protocol)
            };
        }
        both Validation Refused GRPC "a property that cannot be sorted by" {
            "sort, uuid" => |at, protocol| list(&at.articles, protocol).sort(Sort::by("code"));
        }
        live Validation Refused GRPC "a property that cannot be sorted by" {
            "sort, reference" => |at, protocol| list(&at.books, protocol).sort(Sort::by("about"));
        }
        both Validation NotSent GRPC "a nested property" {
            "sort" => |at, protocol| list(&at.articles, protocol).sort(Sort::by("author.name"));
            "group_by" => |at, protocol| {
                at.articles.query().bm25("x").group_by(GroupBy::new("author.name")).protocol(protocol)
            };
        }
        live Validation Refused GRPC "a selection of what is not a value" {
            "properties, reference" => |at, protocol| list(&at.books, protocol).properties(["about"]);
            "properties, object within an object" => |at, protocol| {
                list(&at.articles, protocol).properties(["author.home"])
            };
        }
    }
}
