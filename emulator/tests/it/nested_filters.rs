//! Filters on the inside of objects, a preview. What is expected was seen on a server 1.39.0.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, grpc, id, message, number, rest};

async fn filled() -> Emulator {
    let emulator = Emulator::builder().nested_filtering(true).start().await.expect("the emulator starts");
    let address = json!([
        {"name": "city", "dataType": ["text"]},
        {"name": "no", "dataType": ["int"]},
        {"name": "geo", "dataType": ["object"], "nestedProperties": [{"name": "zone", "dataType": ["text"]}]},
        {"name": "hid", "dataType": ["text"], "indexFilterable": false},
        {"name": "uid", "dataType": ["uuid"]},
    ]);
    let tires = json!([{"name": "w", "dataType": ["int"]}, {"name": "brand", "dataType": ["text"]}]);
    let cars = json!([
        {"name": "make", "dataType": ["text"]},
        {"name": "year", "dataType": ["int"]},
        {"name": "tags", "dataType": ["text[]"], "tokenization": "field"},
        {"name": "nums", "dataType": ["number[]"]},
        {"name": "tires", "dataType": ["object[]"], "nestedProperties": tires},
    ]);
    let class = json!({
        "class": "Nest",
        "invertedIndexConfig": {"indexNullState": true, "indexPropertyLength": true},
        "properties": [
            {"name": "title", "dataType": ["text"]},
            {"name": "addr", "dataType": ["object"], "nestedProperties": address},
            {"name": "cars", "dataType": ["object[]"], "nestedProperties": cars},
        ],
    });
    create(&emulator, &class).await;
    let objects = [
        json!({
            "title": "one",
            "cars": [
                {"make": "BMW", "year": 2000, "tags": ["a", "b"], "tires": [{"w": 1, "brand": "x"}, {"w": 2}]},
                {"make": "Audi", "year": 2010, "tags": ["b"]},
            ],
            "addr": {"city": "Oak Town", "no": 1, "uid": id(1)},
        }),
        json!({"title": "two", "cars": [{"make": "BMW", "year": 2010, "tires": [{"w": 2, "brand": "x"}]}]}),
        json!({
            "title": "three",
            "cars": [{"make": "Audi blue", "year": 2000}, {"make": "Kia", "year": 1999, "nums": [1, 2]}],
            "addr": {"city": "Elm"},
        }),
        json!({"title": "four", "addr": {"no": 5, "geo": {"zone": "n"}}}),
        json!({"title": "five"}),
        json!({"title": "six", "cars": [], "addr": {}}),
        json!({"title": "seven", "cars": [{"year": 5}], "addr": {"city": "", "no": 1}}),
        json!({
            "title": "eight",
            "cars": [
                {"make": "Kia", "year": 2000, "tags": ["c"], "nums": [2, 3], "tires": [{"w": 9, "brand": "z"}]},
                {"make": "BMW", "year": 2000, "tires": [{"w": 1, "brand": "z"}, {"w": 3, "brand": "x"}]},
            ],
            "addr": {"city": "the"},
        }),
    ];
    for (index, properties) in objects.into_iter().enumerate() {
        let id = id(u16::try_from(index + 1).unwrap());
        let object = json!({"class": "Nest", "id": id, "properties": properties});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    emulator
}

/// A comparison as gRPC has it.
fn clause(path: &str, operator: &str, value: Value) -> Value {
    let list = value.as_array().map(|values| values[0].clone());
    let field = match list.as_ref().unwrap_or(&value) {
        Value::Bool(_) => "valueBoolean",
        Value::String(_) => "valueText",
        number if number.is_i64() => "valueInt",
        _ => "valueNumber",
    };
    let (field, value) = match list {
        Some(_) => (format!("{field}Array"), json!({"values": value})),
        None => (field.to_owned(), value),
    };
    json!({"operator": format!("OPERATOR_{operator}"), "target": {"property": path}, field: value})
}

fn join<const N: usize>(operator: &str, filters: [Value; N]) -> Value {
    json!({"operator": format!("OPERATOR_{operator}"), "filters": Vec::from(filters)})
}

async fn search(emulator: &Emulator, filter: &Value) -> Result<Vec<u16>, String> {
    let search = json!({"collection": "Nest", "metadata": {"uuid": true}, "properties": {}, "filters": filter});
    let reply = grpc(emulator, "Search", &search).await?;
    Ok(reply["results"].as_array().into_iter().flatten().map(number).collect())
}

async fn check(emulator: &Emulator, filter: Value, expected: &[u16]) {
    assert_eq!(search(emulator, &filter).await.as_deref(), Ok(expected), "{filter}");
}

#[tokio::test]
async fn a_value_within_an_object_is_compared_like_a_property() {
    let emulator = filled().await;
    for (path, operator, value, expected) in [
        ("addr.city", "EQUAL", json!("the oak"), &[1][..]),
        ("addr.city", "NOT_EQUAL", json!("oak"), &[3, 7, 8]),
        ("addr.city", "LIKE", json!("o*"), &[1]),
        ("addr.city", "CONTAINS_ALL", json!(["oak", "town"]), &[1]),
        ("addr.city", "CONTAINS_NONE", json!(["oak"]), &[3, 7, 8]),
        ("addr.no", "EQUAL", json!(1.0), &[1, 7]),
        ("addr.no", "GREATER_THAN", json!(1), &[4]),
        ("addr.uid", "EQUAL", json!(id(1)), &[1]),
        ("addr.geo.zone", "EQUAL", json!("n"), &[4]),
    ] {
        check(&emulator, clause(path, operator, value), expected).await;
    }
    check(&emulator, join("NOT", [clause("addr.city", "EQUAL", json!("oak"))]), &[3, 4, 6, 7, 8]).await;
}

#[tokio::test]
async fn a_list_of_objects_fits_where_one_element_does() {
    let emulator = filled().await;
    for (path, operator, value, expected) in [
        ("cars.make", "EQUAL", json!("bmw"), &[1, 2, 8][..]),
        ("cars.make", "NOT_EQUAL", json!("bmw"), &[1, 3, 8]),
        ("cars[1].make", "EQUAL", json!("bmw"), &[8]),
        ("cars[1].make", "NOT_EQUAL", json!("bmw"), &[1, 3]),
        ("cars.nums", "GREATER_THAN", json!(2.5), &[8]),
        ("cars.tags", "NOT_EQUAL", json!("b"), &[1, 8]),
        ("cars[1].tags[0]", "EQUAL", json!("b"), &[1]),
        ("cars.tags", "CONTAINS_ALL", json!(["a", "b"]), &[1]),
        ("cars.year", "CONTAINS_ALL", json!([2000, 2010]), &[]),
        ("cars.year", "CONTAINS_ANY", json!([1999, 5]), &[3, 7]),
        ("cars.tires.w", "NOT_EQUAL", json!(2), &[1, 8]),
        ("cars.tires[1].w", "EQUAL", json!(2), &[1]),
        ("cars[1].tires[0].w", "EQUAL", json!(1), &[8]),
    ] {
        check(&emulator, clause(path, operator, value), expected).await;
    }
}

#[tokio::test]
async fn clauses_joined_by_and_are_about_one_element() {
    let emulator = filled().await;
    let make = |make: &str| clause("cars.make", "EQUAL", json!(make));
    let year = |year: u16| clause("cars.year", "EQUAL", json!(year));
    let width = |width: u16| clause("cars.tires.w", "EQUAL", json!(width));
    let brand = |brand: &str| clause("cars.tires.brand", "EQUAL", json!(brand));
    let not = |filter: Value| join("NOT", [filter]);
    let [first, second] = [0, 1].map(|at| move |name: &str| format!("cars[{at}].{name}"));
    for (filter, expected) in [
        (join("AND", [make("bmw"), year(2010)]), &[2][..]),
        (join("AND", [make("kia"), brand("z")]), &[8]),
        (join("AND", [width(1), brand("z"), make("bmw")]), &[8]),
        (join("AND", [width(1), width(3)]), &[]),
        (join("AND", [width(9), make("bmw")]), &[]),
        (join("AND", [make("bmw"), clause("addr.city", "EQUAL", json!("oak"))]), &[1]),
        (join("AND", [join("OR", [make("kia"), make("audi")]), year(2000)]), &[3, 8]),
        (join("OR", [make("kia"), clause("addr.no", "EQUAL", json!(5))]), &[3, 4, 8]),
        // Elements that are named are each for itself, and one that is named is meant by the others.
        (
            join("AND", [clause(&first("make"), "EQUAL", json!("bmw")), clause(&second("year"), "EQUAL", json!(2010))]),
            &[1],
        ),
        (join("AND", [make("bmw"), clause(&second("year"), "EQUAL", json!(2000))]), &[8]),
        // A negation finds an element that does not fit.
        (not(make("bmw")), &[1, 3, 7, 8]),
        (not(not(make("bmw"))), &[1, 2, 8]),
        (not(join("OR", [make("bmw"), make("kia")])), &[1, 3, 7]),
        (not(join("AND", [make("bmw"), year(2000)])), &[1, 2, 3, 7, 8]),
        (join("AND", [year(2000), not(brand("z"))]), &[1, 8]),
        (join("AND", [not(width(1)), make("bmw")]), &[1, 2, 8]),
        (join("AND", [clause("title", "NOT_EQUAL", json!("two")), not(make("bmw"))]), &[1, 3, 7, 8]),
    ] {
        check(&emulator, filter, expected).await;
    }
}

#[tokio::test]
async fn null_is_what_an_element_lacks() {
    let emulator = filled().await;
    for (path, is_null, expected) in [
        ("addr", true, &[2, 5][..]),
        ("addr", false, &[1, 3, 4, 6, 7, 8]),
        ("addr.city", true, &[4, 6]),
        ("addr.geo", true, &[1, 3, 6, 7, 8]),
        ("addr.geo", false, &[4]),
        ("addr.hid", true, &[1, 3, 4, 6, 7, 8]),
        ("cars", true, &[4, 5, 6]),
        ("cars[0]", true, &[4, 5, 6]),
        ("cars[1]", false, &[1, 3, 8]),
        ("cars[1]", true, &[2, 4, 5, 6, 7]),
        ("cars.make", true, &[7]),
        ("cars[0].make", true, &[7]),
        ("cars[5].make", true, &[]),
        ("cars.tires.brand", true, &[1]),
    ] {
        check(&emulator, clause(path, "IS_NULL", json!(is_null)), expected).await;
    }
}

#[tokio::test]
async fn a_path_that_leads_to_no_value_is_refused() {
    let emulator = filled().await;
    for (path, operator, value, says) in [
        ("addr.zz", "EQUAL", json!("x"), r#"nested path "addr.zz": sub-property "zz" not found"#),
        (
            "addr",
            "EQUAL",
            json!("x"),
            r#"property "addr" is of type "object"; use dot notation to filter on a sub-property"#,
        ),
        (
            "addr.geo",
            "EQUAL",
            json!("x"),
            r#"nested path "addr.geo": sub-property "geo" is of type "object"; filtering on object types is not supported, specify a primitive sub-property"#,
        ),
        (
            "addr.city.x",
            "EQUAL",
            json!("x"),
            r#"nested path "addr.city.x": sub-property "city" must be object or object[], got "text""#,
        ),
        (
            "addr[0].no",
            "EQUAL",
            json!(1),
            r#"property "addr" is of type "object" — [N] indexing requires an array type"#,
        ),
        (
            "addr.city[0]",
            "EQUAL",
            json!("x"),
            r#"nested path "addr.city[0]": sub-property "city" is of type "text" — [N] indexing requires an array type"#,
        ),
        ("addr.hid", "EQUAL", json!("x"), r#"nested path "addr.hid": sub-property "hid" is not filterable"#),
        ("addr.uid", "LIKE", json!("a*"), r#"operator "Like" cannot be used on uuid/uuid[] props"#),
        ("len(addr.city)", "EQUAL", json!(1), "property length filtering is not supported for nested properties"),
    ] {
        assert_eq!(search(&emulator, &clause(path, operator, value)).await, Err(says.to_owned()));
    }
    for (path, operator, value, says) in [
        ("addr.city", "EQUAL", json!(5), r#"nested path "addr.city": expected string value, got int"#),
        (
            "addr.uid",
            "EQUAL",
            json!("x"),
            r#"nested path "addr.uid": encode value: parse uuid filter value: invalid UUID length: 1"#,
        ),
        (
            "addr.no",
            "IS_NULL",
            json!("x"),
            r#"nested IsNull "addr": encode bool: expected value to be bool, got string"#,
        ),
        ("cars.year", "CONTAINS_ANY", json!(["x"]), "value type should be []int but is []string"),
    ] {
        let fault = search(&emulator, &clause(path, operator, value)).await.unwrap_err();
        assert!(fault.ends_with(says), "{fault}");
    }
}

#[tokio::test]
async fn a_delete_over_rest_filters_inside_of_objects_too() {
    let emulator = filled().await;
    let delete = |path: &str, field: &str, value: Value| json!({"match": {"class": "Nest", "where": {"path": [path], "operator": "Equal", field: value}}, "dryRun": true});
    let (status, body) =
        rest(&emulator, "DELETE", "batch/objects", &delete("cars.make", "valueText", json!("bmw"))).await;
    assert_eq!((status, &body["results"]["matches"]), (200, &json!(3)), "{body}");
    let (status, body) =
        rest(&emulator, "DELETE", "batch/objects", &delete("cars.year", "valueText", json!("x"))).await;
    assert_eq!(status, 422);
    let says =
        r#"nested path "cars.year": data type filter cannot use "valueText" on type "int", use "valueInt" instead"#;
    assert_eq!(message(&body), format!("validate: invalid where filter: {says}"));
}
