//! Keys of JSON bodies match whatever their case, wherever the server reads them into a type of its own.

use serde_json::{Value, json};

use crate::exchange::{create, emulator, id, message, rest};

#[tokio::test]
async fn json_keys_match_whatever_their_case() {
    let emulator = emulator().await;
    let class = json!({
        "CLASS": "Loud",
        "OBJECTTTLCONFIG": {"ENABLED": false},
        "INVERTEDINDEXCONFIG": {"BM25": {"B": 0.5, "K1": 1}, "STOPWORDS": {"PRESET": "none"}},
        "Properties": [
            {"NAME": "words", "DATATYPE": ["text"], "TOKENIZATION": "field", "TextAnalyzer": {"ASCIIFOLD": true}},
            {"Name": "nest", "DataType": ["object"], "NestedProperties": [{"NAME": "n", "DATATYPE": ["int"]}]},
            {"name": "to", "dataType": ["Loud"]},
        ],
        "MULTITENANCYCONFIG": {"Enabled": true},
        "multiTenancyConfig": {"autoTenantCreation": true},
        "vectorindexconfig": {"DISTANCE": "dot", "distance": "l2-squared"},
    });
    create(&emulator, &class).await;
    let (_, class) = rest(&emulator, "GET", "schema/Loud", &Value::Null).await;
    assert_eq!(class["invertedIndexConfig"]["bm25"], json!({"b": 0.5, "k1": 1}));
    assert_eq!(class["invertedIndexConfig"]["stopwords"]["preset"], "none");
    assert_eq!(class["properties"][0]["textAnalyzer"]["asciiFold"], true);
    assert_eq!(class["properties"][1]["nestedProperties"][0]["name"], "n");
    assert_eq!(class["multiTenancyConfig"]["enabled"], true);
    assert_eq!(class["multiTenancyConfig"]["autoTenantCreation"], true);
    // The settings of an index are no type of the contract: their keys count as they are.
    assert_eq!(class["vectorIndexConfig"]["distance"], "l2-squared");

    let statuses = [
        ("POST", "schema/Loud/tenants", json!([{"NAME": "one", "ActivityStatus": "HOT"}])),
        ("POST", "objects", json!({"Class": "Loud", "ID": id(1), "TENANT": "one", "PROPERTIES": {"words": "a"}})),
        ("PATCH", "objects/Loud/{1}", json!({"Class": "Loud", "Tenant": "one", "Properties": {"words": "b"}})),
        ("POST", "objects/validate", json!({"Class": "Loud", "ID": id(1), "Tenant": "one"})),
        (
            "POST",
            "objects/Loud/{1}/references/to?tenant=one",
            json!({"BEACON": format!("weaviate://localhost/Loud/{}", id(1))}),
        ),
        ("POST", "schema/Loud/properties", json!({"NAME": "more", "DATATYPE": ["text"]})),
        ("POST", "tokenize", json!({"TEXT": "a b", "TOKENIZATION": "word"})),
        ("POST", "graphql", json!({"QUERY": "{Get{Loud(tenant:\"one\"){words}}}"})),
        ("POST", "batch/objects", json!({"OBJECTS": [{"CLASS": "Loud", "ID": id(2), "TENANT": "one"}]})),
    ];
    for (method, path, body) in statuses {
        let (status, reply) = rest(&emulator, method, &path.replace("{1}", &id(1)), &body).await;
        assert!(matches!(status, 200 | 204), "{method} {path}: {status} {reply}");
    }
    let (_, object) = rest(&emulator, "GET", &format!("objects/Loud/{}?tenant=one", id(1)), &Value::Null).await;
    assert_eq!(object["properties"]["words"], "b");
    assert_eq!(object["properties"]["to"][0]["href"], format!("/v1/objects/Loud/{}", id(1)));

    let delete = json!({
        "MATCH": {"CLASS": "Loud", "WHERE": {"PATH": ["words"], "Operator": "Equal", "VALUETEXT": "b"}},
        "DRYRUN": true,
    });
    let (_, deleted) = rest(&emulator, "DELETE", "batch/objects?tenant=one", &delete).await;
    assert_eq!((&deleted["dryRun"], &deleted["results"]["matches"]), (&json!(true), &json!(1)));
}

#[tokio::test]
async fn a_fault_names_the_field_as_the_contract_does() {
    let emulator = emulator().await;
    for (path, body, says) in [
        ("objects", json!({"ID": 3}), "number into Go struct field Object.id of type string"),
        ("objects", json!({"VECTORS": []}), "field Object.vectors of type map[string]json.RawMessage"),
        ("batch/objects", json!({"Objects": [{"CLASS": 3}]}), "Go struct field Object.objects.class of type string"),
        ("batch/objects", json!([]), "array into Go value of type batch.BatchObjectsCreateBody"),
        ("batch/references", json!([{"FROM": 3}]), "Go struct field BatchReference.from of type string"),
        ("schema/Loud/tenants", json!([3]), "number into Go value of type models.Tenant"),
        ("graphql", json!({"Query": 3}), "Go struct field GraphQLQuery.query of type string"),
    ] {
        let (status, reply) = rest(&emulator, "POST", path, &body).await;
        assert_eq!(status, 400, "{path} {body}");
        assert!(message(&reply).contains(says), "{path} {body}: {reply}");
    }
    let (_, reply) = rest(&emulator, "POST", "batch/references", &json!([{"FROM": "x"}])).await;
    assert_eq!(message(&reply), "from in body must be of type uri: \"x\"");
}
