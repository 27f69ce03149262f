//! Mistakes about places (collections, tenants) and in settings.

use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate::schema::modules::CustomModule;
use weaviate::schema::{CollectionUpdate, Flat, Hnsw, PropertyIndex};

use super::{At, MISSING, Row, STORED, imported, rows, text};

fn object() -> NewObject<PropertyMap> {
    NewObject::new(title())
}

fn title() -> PropertyMap {
    PropertyMap::from([("title", "x")])
}

fn any() -> Filter {
    Filter::property("title").equal("x")
}

/// Reads the first object of an iteration.
async fn first(from: Collection, protocol: Protocol) -> weaviate::Result<()> {
    from.iterate().protocol(protocol).stream().next().await.map_or(Ok(()), |object| object.map(drop))
}

fn of(at: &At, tenant: &str) -> Collection {
    at.orders.tenant(tenant)
}

const SEARCHABLE: PropertyIndex = PropertyIndex::Searchable;

#[expect(clippy::too_many_lines, reason = "a table is as long as what it lists")]
pub(super) fn rows() -> Vec<Row> {
    rows! {
        both Tenant Refused REST "no tenant" {
            "insert" => |at, _| at.orders.data().insert(object());
            "replace" => |at, _| at.orders.data().replace(STORED, object());
            "merge" => |at, _| at.orders.data().merge(STORED, title());
            "delete" => |at, _| at.orders.data().delete(STORED);
            "get" => |at, _| at.orders.data().get(STORED);
            "exists" => |at, _| at.orders.data().exists(STORED);
        }
        both Tenant Refused ALL "no tenant" {
            "insert_many" => |at, protocol| imported(&at.orders, object(), protocol);
            "delete_many" => |at, protocol| at.orders.data().delete_many(any()).protocol(protocol);
            "iterate" => |at, protocol| first(at.orders, protocol);
        }
        both Tenant Refused GRPC "no tenant" {
            "fetch_objects" => |at, protocol| at.orders.query().fetch_objects().protocol(protocol);
            "near_vector" => |at, protocol| at.orders.query().near_vector([1.0]).protocol(protocol);
        }
        both Tenant Refused REST "an unknown tenant" {
            "insert" => |at, _| of(&at, "nosuch").data().insert(object());
            "replace" => |at, _| of(&at, "nosuch").data().replace(STORED, object());
            "delete" => |at, _| of(&at, "nosuch").data().delete(STORED);
            "get" => |at, _| of(&at, "nosuch").data().get(STORED);
            "exists" => |at, _| of(&at, "nosuch").data().exists(STORED);
            "tenants().update" => |at, _| async move {
                let report = at.orders.tenants().deactivate(["nosuch"]).await?;
                report.errors().first().map_or(Ok(()), |error| Err(super::Mistake::from(error.error())))
            };
        }
        both Tenant Refused ALL "an unknown tenant" {
            "insert_many" => |at, protocol| async move { imported(&of(&at, "nosuch"), object(), protocol).await };
            "delete_many" => |at, protocol| of(&at, "nosuch").data().delete_many(any()).protocol(protocol);
            "iterate" => |at, protocol| first(of(&at, "nosuch"), protocol);
        }
        both Tenant Refused GRPC "an unknown tenant" {
            "fetch_objects" => |at, protocol| of(&at, "nosuch").query().fetch_objects().protocol(protocol);
        }
        both Tenant Refused REST "an inactive tenant" {
            "insert" => |at, _| of(&at, "off").data().insert(object());
            "get" => |at, _| of(&at, "off").data().get(STORED);
            "exists" => |at, _| of(&at, "off").data().exists(STORED);
        }
        both Tenant Refused ALL "an inactive tenant" {
            "insert_many" => |at, protocol| async move { imported(&of(&at, "off"), object(), protocol).await };
            "delete_many" => |at, protocol| of(&at, "off").data().delete_many(any()).protocol(protocol);
        }
        both Tenant Refused GRPC "an inactive tenant" {
            "fetch_objects" => |at, protocol| of(&at, "off").query().fetch_objects().protocol(protocol);
        }
        both Tenant Refused REST "a tenant of a collection without tenants" {
            "insert" => |at, _| at.plain.tenant("on").data().insert(object());
            "exists" => |at, _| at.plain.tenant("on").data().exists(STORED);
            "tenants().create" => |at, _| at.plain.tenants().create(["on"]);
            "tenants().exists" => |at, _| at.plain.tenants().exists("on");
        }
        both Tenant Refused ALL "a tenant of a collection without tenants" {
            "insert_many" => |at, protocol| async move { imported(&at.plain.tenant("on"), object(), protocol).await };
            "delete_many" => |at, protocol| at.plain.tenant("on").data().delete_many(any()).protocol(protocol);
            "tenants().list" => |at, protocol| at.plain.tenants().list().protocol(protocol);
        }
        both Tenant Refused GRPC "a tenant of a collection without tenants" {
            "fetch_objects" => |at, protocol| at.plain.tenant("on").query().fetch_objects().protocol(protocol);
        }
        both Validation NotSent REST "a name that no tenant has" {
            "insert" => |at, _| of(&at, "a b").data().insert(object());
            "get" => |at, _| of(&at, "ä").data().get(STORED);
            "exists" => |at, _| of(&at, "").data().exists(STORED);
            "tenants().create" => |at, _| at.orders.tenants().create(["a b"]);
            "tenants().get" => |at, _| at.orders.tenants().get("a/b");
            "tenants().delete" => |at, _| at.orders.tenants().delete([""]);
        }
        both Validation NotSent ALL "a name that no tenant has" {
            "insert_many" => |at, protocol| of(&at, "a b").data().insert_many([object()]).protocol(protocol);
            "delete_many" => |at, protocol| of(&at, "").data().delete_many(any()).protocol(protocol);
            "iterate" => |at, protocol| first(of(&at, "a.b"), protocol);
        }
        both Validation NotSent GRPC "a name that no tenant has" {
            "fetch_objects" => |at, protocol| of(&at, "a b").query().fetch_objects().protocol(protocol);
        }
        both NotFound Refused REST "a collection that is missing" {
            "replace" => |at, _| at.missing.data().replace(STORED, object());
            "merge" => |at, _| at.missing.data().merge(STORED, title());
            "validate" => |at, _| at.missing.data().validate(object());
            "reference_add" => |at, _| at.missing.data().reference_add(STORED, "about", MISSING);
            "tenants().create" => |at, _| at.missing.tenants().create(["on"]);
            "tenants().exists" => |at, _| at.missing.tenants().exists("on");
            "config().get" => |at, _| async move { at.missing.config().get().await };
            "config().update" => |at, _| async move {
                at.missing.config().update(CollectionUpdate::new().description("x")).await
            };
            "config().add_property" => |at, _| async move { at.missing.config().add_property(text("title")).await };
            "config().drop_property_index" => |at, _| async move {
                at.missing.config().drop_property_index("title", SEARCHABLE).await
            };
            "config().shards" => |at, _| async move { at.missing.config().shards().await };
            "check" => |at, _| async move { at.missing.check().await };
        }
        both NotFound Refused ALL "a collection that is missing" {
            "delete_many" => |at, protocol| at.missing.data().delete_many(any()).protocol(protocol);
            "iterate" => |at, protocol| first(at.missing, protocol);
            "tenants().list" => |at, protocol| at.missing.tenants().list().protocol(protocol);
        }
        both NotFound Refused GRPC "a collection that is missing" {
            "fetch_objects" => |at, protocol| at.missing.query().fetch_objects().protocol(protocol);
            "near_vector" => |at, protocol| at.missing.query().near_vector([1.0]).protocol(protocol);
        }
        both NotFound Refused REST "a property that is missing" {
            "config().drop_property_index" => |at, _| async move {
                at.articles.config().drop_property_index("nosuch", SEARCHABLE).await
            };
            "config().upsert_property_index" => |at, _| async move {
                at.articles.config().upsert_property_index("nosuch", SEARCHABLE).await
            };
        }
        both AlreadyExists Refused REST "what exists already" {
            "collections().create" => |at, _| async move {
                at.client.collections().create(CollectionConfig::new("Article")).await
            };
            "config().add_property" => |at, _| async move { at.articles.config().add_property(text("title")).await };
            "insert" => |at, _| at.articles.data().insert(object().id(STORED));
        }
        both Validation Refused REST "a module that the server does not have" {
            "collections().create" => |at, _| async move {
                let vector = VectorConfig::new(CustomModule::new("text2vec-nosuch", PropertyMap::new())?);
                at.client.collections().create(CollectionConfig::new("Shelf").vector(vector)).await
            };
        }
        both Validation NotSent REST "a name that no collection has" {
            "collections().create" => |at, _| async move {
                at.client.collections().create(CollectionConfig::new("no name")).await
            };
            "get" => |at, _| async move { at.client.collection("no/name").data().get(STORED).await };
        }
        both Validation NotSent REST "a change of what is fixed" {
            "config().update" => |at, _| async move {
                let update = CollectionUpdate::new().vector("default", Flat::new());
                at.articles.config().update(update).await
            };
            "config().update, unknown vector" => |at, _| async move {
                let update = CollectionUpdate::new().vector("nosuch", Hnsw::new());
                at.articles.config().update(update).await
            };
        }
        both Validation NotSent REST "a name in upper case" {
            "config().add_property" => |at, _| async move { at.articles.config().add_property(text("Title")).await };
        }
        both Validation Refused REST "a name that is not one" {
            "config().add_property" => |at, _| async move { at.articles.config().add_property(text("a-b")).await };
        }
        both Validation Refused REST "a reference to a collection that is missing" {
            "config().add_property" => |at, _| async move {
                at.articles.config().add_property(Property::new("r", DataType::reference(["Shelf"]))).await
            };
        }
    }
}
