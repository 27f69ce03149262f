//! Filters and the order of results, where texts are empty or consist of stopwords.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, emulator, grpc, id, number, rest};

/// The numbers of the objects that a search finds, in its order.
async fn numbers(emulator: &Emulator, message: Value) -> Result<Vec<u16>, String> {
    let mut search = json!({"collection": "Text", "uses127Api": true, "limit": 100, "metadata": {"uuid": true}});
    search.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
    let reply = grpc(emulator, "Search", &search).await?;
    Ok(reply["results"].as_array().unwrap().iter().map(number).collect())
}

async fn found(emulator: &Emulator, operator: &str, property: &str, value: Value) -> Result<Vec<u16>, String> {
    let mut filter = json!({"operator": format!("OPERATOR_{operator}"), "target": {"property": property}});
    let field = match &value {
        Value::Array(_) => "valueTextArray",
        Value::Bool(_) => "valueBoolean",
        Value::Number(_) => "valueInt",
        _ => "valueText",
    };
    filter[field] = if value.is_array() { json!({"values": value}) } else { value };
    let mut found = numbers(emulator, json!({"filters": filter})).await?;
    found.sort_unstable();
    Ok(found)
}

async fn with_texts() -> Emulator {
    let emulator = emulator().await;
    let inverted = json!({"indexNullState": true, "indexPropertyLength": true});
    let properties = json!([
        {"name": "words", "dataType": ["text"]},
        {"name": "whole", "dataType": ["text"], "tokenization": "field"},
        {"name": "runs", "dataType": ["text"], "tokenization": "trigram"},
        {"name": "list", "dataType": ["text[]"]},
        {"name": "count", "dataType": ["int"]},
        {"name": "to", "dataType": ["Text"]},
        {"name": "nest", "dataType": ["object"], "nestedProperties": [{"name": "a", "dataType": ["text"]}]},
    ]);
    create(&emulator, &json!({"class": "Text", "invertedIndexConfig": inverted, "properties": properties})).await;
    for (number, text) in (1..).zip(["", "  ", "the", "the cat", "The", "catalog", "a", "theatre"]) {
        let properties = json!({"words": text, "whole": text, "runs": text, "list": [text]});
        rest(&emulator, "POST", "objects", &json!({"class": "Text", "id": id(number), "properties": properties})).await;
    }
    for (number, properties) in [(9, json!({})), (10, json!({"list": [], "to": []}))] {
        rest(&emulator, "POST", "objects", &json!({"class": "Text", "id": id(number), "properties": properties})).await;
    }
    emulator
}

#[tokio::test]
async fn an_empty_text_is_null() {
    let emulator = with_texts().await;
    for property in ["words", "whole", "runs"] {
        assert_eq!(found(&emulator, "IS_NULL", property, json!(true)).await, Ok(vec![1, 9, 10]), "{property}");
        assert_eq!(found(&emulator, "IS_NULL", property, json!(false)).await, Ok((2..9).collect()), "{property}");
    }
    // One in a list is not, and references that are gone are neither.
    assert_eq!(found(&emulator, "IS_NULL", "list", json!(true)).await, Ok(vec![9, 10]));
    assert_eq!(found(&emulator, "IS_NULL", "to", json!(true)).await, Ok((1..10).collect()));
    assert_eq!(found(&emulator, "IS_NULL", "to", json!(false)).await, Ok(vec![]));
    assert_eq!(found(&emulator, "EQUAL", "len(words)", json!(0)).await, Ok(vec![1, 9, 10]));
    let (_, empty) = rest(&emulator, "GET", &format!("objects/Text/{}", id(1)), &Value::Null).await;
    assert_eq!(empty["properties"]["words"], "");
}

#[tokio::test]
async fn like_finds_stopwords() {
    let emulator = with_texts().await;
    for (property, pattern, expected) in [
        ("words", "the", vec![3, 4, 5]),
        ("words", "the cat", vec![4]),
        ("words", "a", vec![7]),
        ("words", "the*", vec![3, 4, 5, 8]),
        ("whole", "the", vec![3]),
        ("whole", "the*", vec![3, 4, 8]),
        ("runs", "the*", vec![4, 8]),
        ("runs", "the cat", vec![4]),
    ] {
        assert_eq!(found(&emulator, "LIKE", property, json!(pattern)).await, Ok(expected), "{property} {pattern}");
    }
    assert!(found(&emulator, "LIKE", "runs", json!("a*")).await.unwrap_err().contains("only stopwords provided"));
}

#[tokio::test]
async fn contains_any_needs_one_word_that_is_not_a_stopword() {
    let emulator = with_texts().await;
    let any = found(&emulator, "CONTAINS_ANY", "words", json!(["the", "cat"])).await;
    assert_eq!(any, Ok(vec![4]));
    let fault = |operator: &'static str, values: Value| {
        let emulator = &emulator;
        async move { found(emulator, operator, "words", values).await.unwrap_err() }
    };
    let front = "explorer: list class: search: object search at index text: local shard object search ";
    let behind = |fault: &str| fault.strip_prefix(front).and_then(|rest| rest.split_once(": ")).unwrap().1.to_owned();
    let only = "invalid search term, only stopwords provided. Stopwords can be configured in class.invertedIndexConfig.stopwords";
    assert_eq!(behind(&fault("CONTAINS_ANY", json!(["the", "a"])).await), only);
    assert_eq!(behind(&fault("CONTAINS_ANY", json!([])).await), only);
    for operator in ["CONTAINS_ALL", "CONTAINS_NONE"] {
        let says = format!("nested query: nested clause at pos 1: {only}");
        assert_eq!(behind(&fault(operator, json!(["cat", "the"])).await), says);
    }
    let says = "resolve doc ids for prop/value pair: no children for operator \"And\"";
    assert_eq!(behind(&fault("CONTAINS_ALL", json!([])).await), says);
    let says = "resolve doc ids for prop/value pair: nested NOT query: no children for operator \"Or\"";
    assert_eq!(behind(&fault("CONTAINS_NONE", json!([])).await), says);
}

#[tokio::test]
async fn lengths_are_compared_and_are_not_those_of_numbers_or_objects() {
    let emulator = with_texts().await;
    let fault = found(&emulator, "EQUAL", "len(count)", json!(0)).await.unwrap_err();
    assert!(fault.ends_with("bucket for prop count_propertyLength not found - is it indexed?"), "{fault}");
    let fault = found(&emulator, "LIKE", "len(words)", json!(0)).await.unwrap_err();
    assert!(fault.ends_with("supports operators (not) equal and greater/less than (equal), got 10 instead"), "{fault}");
    let fault = found(&emulator, "EQUAL", "len(nest)", json!(0)).await.unwrap_err();
    assert!(fault.starts_with("filtering on nested properties is a preview feature"), "{fault}");
}

#[tokio::test]
async fn results_are_sorted_by_id_and_by_texts_whatever_their_case() {
    let emulator = with_texts().await;
    let sorted = |path: &'static str, ascending: bool| {
        let emulator = &emulator;
        async move { numbers(emulator, json!({"sortBy": [{"path": [path], "ascending": ascending}]})).await }
    };
    for path in ["id", "_id"] {
        assert_eq!(sorted(path, true).await, Ok((1..11).collect()));
        assert_eq!(sorted(path, false).await, Ok((1..11).rev().collect()));
    }
    assert_eq!(sorted("whole", true).await, Ok(vec![9, 10, 1, 2, 7, 6, 3, 5, 4, 8]));
    assert_eq!(sorted("whole", false).await, Ok(vec![8, 4, 3, 5, 6, 7, 2, 1, 9, 10]));
    let front = "invalid 'sort' parameter: sort parameter at position 0: ";
    let says =
        format!("{front}sorting by reference not supported, property \"to\" is a ref prop to the class \"Text\"");
    assert_eq!(sorted("to", true).await, Err(says));
    assert!(sorted("Whole", true).await.unwrap_err().starts_with(&format!("{front}no such prop with name 'Whole'")));
}

#[tokio::test]
async fn the_operators_around_a_faulty_clause_say_where_it_is() {
    let emulator = with_texts().await;
    let clause = |property: &str, field: &str, value: Value| json!({"operator": "OPERATOR_EQUAL", "target": {"property": property}, field: value});
    let fits = clause("count", "valueInt", json!(1));
    let join = |operator: &str, filters: Value| json!({"operator": format!("OPERATOR_{operator}"), "filters": filters});
    let stopword = clause("words", "valueText", json!("the"));
    let bucket = clause("len(count)", "valueInt", json!(1));
    let negative = clause("len(words)", "valueInt", json!(-1));
    let only = "invalid search term, only stopwords provided. Stopwords can be configured in class.invertedIndexConfig.stopwords";
    let missing = "bucket for prop count_propertyLength not found - is it indexed?";
    let late = "resolve doc ids for prop/value pair";
    let below = "Can only filter for positive property length got -1 instead";
    for (filter, says) in [
        (join("AND", json!([fits, stopword])), format!("nested query: nested clause at pos 1: {only}")),
        (join("AND", json!([stopword])), format!("nested query: nested clause at pos 0: {only}")),
        (join("OR", json!([bucket, fits])), format!("{late}: nested AND/OR query: nested child 0: {missing}")),
        // The one operand of a list is resolved in its place.
        (join("OR", json!([bucket])), format!("{late}: {missing}")),
        (join("NOT", json!([bucket])), format!("{late}: nested NOT query: {missing}")),
        // All clauses are read before any index is asked.
        (join("AND", json!([bucket, stopword])), format!("nested query: nested clause at pos 1: {only}")),
    ] {
        let fault = numbers(&emulator, json!({"filters": filter})).await.unwrap_err();
        assert!(fault.ends_with(&format!(": {says}")), "{fault} does not end with {says}");
        let message = json!({"collection": "Text", "objectsCount": true, "filters": filter});
        let fault = grpc(&emulator, "Aggregate", &message).await.unwrap_err();
        assert!(fault.starts_with("aggregate: shard "), "{fault}");
        assert!(fault.ends_with(&format!(": retrieve doc IDs from searcher: {says}")), "{fault}");
    }
    for (filter, says) in [
        (negative.clone(), below.to_owned()),
        (join("AND", json!([fits, join("OR", json!([negative]))])), {
            format!("child operand at position 1: child operand at position 0: {below}")
        }),
    ] {
        assert_eq!(numbers(&emulator, json!({"filters": filter})).await, Err(says));
    }
}

#[tokio::test]
async fn an_empty_reference_is_an_empty_list_in_graphql() {
    let emulator = with_texts().await;
    let query = json!({"query": "{Get{Text(sort:[{path:[\"id\"]}] offset:8){to{... on Text{words}}}}}"});
    let (_, reply) = rest(&emulator, "POST", "graphql", &query).await;
    assert_eq!(reply["data"]["Get"]["Text"], json!([{"to": null}, {"to": []}]));
}
