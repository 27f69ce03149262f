//! Vectors that modules make, with functions of the user's in the place of providers and with the fixed rule.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, grpc, id, message, number, rest};

/// The texts that a module was asked for, call by call.
type Asked = Arc<Mutex<Vec<Vec<String>>>>;

/// The fault of the function, in the module's words.
const REFUSED: &str = "connection to: OpenAI API failed with status: 400 error: no vector for that";

/// An emulator whose `text2vec-openai` makes vectors of the lengths of texts.
async fn with_function() -> (Emulator, Asked) {
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    let lengths = move |texts: &[String]| {
        seen.lock().unwrap().push(texts.to_vec());
        if texts.iter().any(|text| text.contains("bad")) {
            return Err("no vector for that");
        }
        let length = |text: &String| f32::from(u16::try_from(text.len()).unwrap());
        Ok(texts.iter().map(|text| vec![length(text), 1.0]).collect::<Vec<_>>())
    };
    let emulator = Emulator::builder().vectorizer("text2vec-openai", lengths).start().await.unwrap();
    let class = json!({
        "class": "Note",
        "vectorizer": "text2vec-openai",
        "moduleConfig": {"text2vec-openai": {"vectorizeClassName": false}},
        "properties": [
            {"name": "text", "dataType": ["text"]},
            {"name": "shelf", "dataType": ["text"], "moduleConfig": {"text2vec-openai": {"skip": true}}},
            {"name": "pages", "dataType": ["int"]},
        ],
    });
    create(&emulator, &class).await;
    (emulator, asked)
}

fn note(number: u16, text: &str) -> Value {
    json!({"class": "Note", "id": id(number), "properties": {"text": text, "shelf": "s", "pages": 3}})
}

async fn vector(emulator: &Emulator, class: &str, number: u16) -> Value {
    let path = format!("objects/{class}/{}?include=vector", id(number));
    rest(emulator, "GET", &path, &Value::Null).await.1["vector"].clone()
}

fn calls(asked: &Asked) -> Vec<Vec<String>> {
    std::mem::take(&mut *asked.lock().unwrap())
}

#[tokio::test]
async fn objects_are_vectorized_only_where_their_texts_change() {
    let (emulator, asked) = with_function().await;
    let path = format!("objects/Note/{}", id(1));
    assert_eq!(rest(&emulator, "POST", "objects", &note(1, "abc")).await.1["vector"], json!([3, 1]));
    assert_eq!(calls(&asked), [["abc"]]);
    rest(&emulator, "PUT", &path, &note(1, "abc")).await;
    let merge = |properties: Value| json!({"class": "Note", "properties": properties});
    rest(&emulator, "PATCH", &path, &merge(json!({"shelf": "t", "pages": 4}))).await;
    assert_eq!((calls(&asked).len(), vector(&emulator, "Note", 1).await), (0, json!([3, 1])));
    rest(&emulator, "PATCH", &path, &merge(json!({"text": "abcd"}))).await;
    assert_eq!((calls(&asked).len(), vector(&emulator, "Note", 1).await), (1, json!([4, 1])));
    rest(&emulator, "PUT", &path, &note(1, "abcde")).await;
    assert_eq!((calls(&asked).len(), vector(&emulator, "Note", 1).await), (1, json!([5, 1])));
    // A vector that comes along is kept as long as the text is.
    let mut own = note(1, "own");
    own["vector"] = json!([9, 9]);
    rest(&emulator, "PUT", &path, &own).await;
    rest(&emulator, "PATCH", &path, &merge(json!({"pages": 5}))).await;
    assert_eq!((calls(&asked).len(), vector(&emulator, "Note", 1).await), (0, json!([9, 9])));
}

#[tokio::test]
async fn a_batch_asks_once_and_fails_as_a_whole() {
    let (emulator, asked) = with_function().await;
    let mut own = note(3, "own");
    own["vector"] = json!([1, 2]);
    let batch = json!({"objects": [note(1, "one"), own, note(2, "three")]});
    let (_, reply) = rest(&emulator, "POST", "batch/objects", &batch).await;
    assert!(reply.as_array().unwrap().iter().all(|entry| entry["result"]["status"] == "SUCCESS"), "{reply}");
    assert_eq!(calls(&asked), [["one", "three"]]);
    assert_eq!(vector(&emulator, "Note", 2).await, json!([5, 1]));
    let batch = json!({"objects": [note(4, "fine"), note(5, "bad"), note(1, "one")]});
    let (_, reply) = rest(&emulator, "POST", "batch/objects", &batch).await;
    assert_eq!(message(&reply[0]["result"]["errors"]), REFUSED);
    assert_eq!(message(&reply[1]["result"]["errors"]), REFUSED);
    assert_eq!(reply[2]["result"]["status"], "SUCCESS", "it needs no vector: {reply}");
    let (status, reply) = rest(&emulator, "POST", "objects", &note(6, "bad")).await;
    assert_eq!(status, 500);
    assert_eq!(message(&reply), format!("vectorize target vector : update vector: {REFUSED}"));
}

/// The ids found, and the distances.
async fn found(emulator: &Emulator, mut search: Value) -> Result<Vec<(u64, f64)>, String> {
    search["metadata"] = json!({"uuid": true, "distance": true});
    let reply = grpc(emulator, "Search", &search).await?;
    let hit = |hit: &Value| (number(hit).into(), hit["metadata"]["distance"].as_f64().unwrap_or_default());
    Ok(reply["results"].as_array().unwrap().iter().map(hit).collect())
}

#[tokio::test]
async fn texts_are_searched_near_with_the_same_function() {
    let (emulator, asked) = with_function().await;
    for (number, text) in [(1, "a"), (2, "abcdefgh"), (3, "abc")] {
        rest(&emulator, "POST", "objects", &note(number, text)).await;
    }
    calls(&asked);
    let near = |near: Value| json!({"collection": "Note", "near_text": near});
    let hits = found(&emulator, near(json!({"query": ["xyz"]}))).await.unwrap();
    assert_eq!(hits.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(hits[0].1 < 1e-6, "{hits:?}");
    assert_eq!(calls(&asked), [["xyz"]]);
    // Several texts are averaged: of the lengths 1 and 15 it is 8.
    let two = near(json!({"query": ["a", "abcdefghijklmno"]}));
    assert_eq!(found(&emulator, two).await.unwrap()[0].0, 2);
    let hybrid = json!({"query": "xyz", "use_alpha_param": true, "alpha_param": 1.0});
    assert_eq!(found(&emulator, json!({"collection": "Note", "hybrid_search": hybrid})).await.unwrap()[0].0, 3);
    let fault = found(&emulator, near(json!({"query": ["bad"]}))).await.unwrap_err();
    assert!(fault.ends_with(&format!("vectorize keywords: remote client vectorize: {REFUSED}")), "{fault}");
    let fault = found(&emulator, near(json!({"query": ["x"], "move_to": {"force": 0.5}}))).await.unwrap_err();
    assert!(fault.contains("'nearText.moveTo' parameter needs to have defined"), "{fault}");
    let fault = found(&emulator, near(json!({"query": ["x"], "move_to": {"force": 0.5, "uuids": ["x"]}}))).await;
    assert_eq!(fault.unwrap_err(), "invalid UUID length: 1");
}

#[tokio::test]
async fn without_a_stand_in_objects_stay_as_they_are_and_searches_say_so() {
    let emulator = Emulator::start().await.unwrap();
    let openai = json!({"vectorizer": {"text2vec-openai": {}}});
    let class = json!({"class": "Note", "vectorConfig": {"a": openai, "b": {"vectorizer": {"none": {}}}}});
    create(&emulator, &class).await;
    let (status, stored) = rest(&emulator, "POST", "objects", &note(1, "abc")).await;
    assert_eq!((status, &stored["vectors"]), (200, &Value::Null));
    let search = |target: &str| {
        let near = json!({"query": ["x"], "targets": {"target_vectors": [target]}});
        json!({"collection": "Note", "near_text": near})
    };
    let fault = found(&emulator, search("a")).await.unwrap_err();
    assert!(fault.contains("`Builder::offline_models`") && fault.contains("text2vec-openai"), "{fault}");
    let fault = found(&emulator, search("b")).await.unwrap_err();
    assert!(fault.contains("targetVector b and parameters &{[x] 10 {[] 0 []} {[] 0 []} 0 0 false false false [b]}"));
}

#[tokio::test]
async fn a_centroid_follows_its_references() {
    let emulator = Emulator::builder().module("ref2vec-centroid").start().await.unwrap();
    create(&emulator, &json!({"class": "Point"})).await;
    let class = json!({
        "class": "Centre",
        "vectorizer": "ref2vec-centroid",
        "moduleConfig": {"ref2vec-centroid": {"referenceProperties": ["to"]}},
        "properties": [{"name": "to", "dataType": ["Point"]}],
    });
    create(&emulator, &class).await;
    for (number, vector) in [(1, json!([1, 0])), (2, json!([0, 1]))] {
        rest(&emulator, "POST", "objects", &json!({"class": "Point", "id": id(number), "vector": vector})).await;
    }
    rest(&emulator, "POST", "objects", &json!({"class": "Point", "id": id(3)})).await;
    let to = |number: u16| json!({"beacon": format!("weaviate://localhost/Point/{}", id(number))});
    let centre = |numbers: &[u16]| {
        let to: Vec<Value> = numbers.iter().copied().map(to).collect();
        json!({"class": "Centre", "id": id(9), "properties": {"to": to}, "vector": [7, 7]})
    };
    rest(&emulator, "POST", "objects", &centre(&[1, 2])).await;
    assert_eq!(vector(&emulator, "Centre", 9).await, json!([0.5, 0.5]), "in the place of the one it came with");
    let references = format!("objects/Centre/{}/references/to", id(9));
    assert_eq!(rest(&emulator, "DELETE", &references, &to(1)).await.0, 204);
    assert_eq!(vector(&emulator, "Centre", 9).await, json!([0, 1]));
    assert_eq!(rest(&emulator, "DELETE", &references, &to(2)).await.0, 204);
    assert_eq!(vector(&emulator, "Centre", 9).await, Value::Null);
    rest(&emulator, "POST", &references, &to(1)).await;
    let (status, reply) = rest(&emulator, "POST", &references, &to(3)).await;
    assert_eq!(status, 500);
    let says = "update reference vector: calculate vector: calculate mean: found vectors of different length: 2 and 0";
    assert!(message(&reply).starts_with("msg:update ref vector code:500 err:calculate ref vector for 'Centre/"));
    assert!(message(&reply).ends_with(says), "{reply}");
    rest(&emulator, "DELETE", &format!("objects/Point/{}", id(3)), &Value::Null).await;
    let (_, reply) = rest(&emulator, "POST", &references, &to(1)).await;
    assert!(message(&reply).ends_with(&format!("Point/{}\"': not found", id(3))), "{reply}");
}

#[tokio::test]
async fn a_function_is_for_a_module_that_makes_one_vector_of_a_text() {
    for module in ["text2vec-nothing", "text2multivec-jinaai", "ref2vec-centroid", "reranker-cohere"] {
        let builder = Emulator::builder().vectorizer(module, |_: &[String]| Vec::new());
        let fault = builder.start().await.unwrap_err().to_string();
        assert!(fault.starts_with(&format!("vectorizer `{module}`: has to be")), "{fault}");
    }
    // An old name is that of the same module, and one that a server has only when told so counts as added.
    let ones = |texts: &[String]| vec![vec![1.0]; texts.len()];
    let builder = Emulator::builder().vectorizer("text2vec-palm", ones).vectorizer("text2vec-ollama", ones);
    let emulator = builder.start().await.unwrap();
    for (class, module) in [("Palm", "text2vec-google"), ("Local", "text2vec-ollama")] {
        let settings = json!({"projectId": "p", "apiEndpoint": "https://localhost", "model": "m"});
        create(&emulator, &json!({"class": class, "vectorizer": module, "moduleConfig": {module: settings}})).await;
        let (_, stored) = rest(&emulator, "POST", "objects", &json!({"class": class, "id": id(1)})).await;
        assert_eq!(stored["vector"], json!([1]), "{class}: the text is its name");
    }
}

/// While a function is at work, other requests are served, and what they do is not undone.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_waits_for_a_function() {
    let (entered, mut entrances) = tokio::sync::mpsc::unbounded_channel();
    let (leave, left) = std::sync::mpsc::channel();
    let left = Mutex::new(left);
    let slow = move |texts: &[String]| {
        entered.send(texts.to_vec()).unwrap();
        left.lock().unwrap().recv().unwrap();
        vec![vec![1.0, 0.0]; texts.len()]
    };
    let emulator = Arc::new(Emulator::builder().vectorizer("text2vec-openai", slow).start().await.unwrap());
    create(&emulator, &json!({"class": "Note", "vectorizer": "text2vec-openai"})).await;
    let mut own = note(1, "own");
    own["vector"] = json!([1, 0]);
    rest(&emulator, "POST", "objects", &own).await;
    let path = format!("objects/Note/{}", id(1));
    for (pages, (kind, text)) in (5..).zip(["insert", "batch", "merge", "search"].iter().zip(["a", "b", "c", "d"])) {
        let busy = Arc::clone(&emulator);
        let merged = path.clone();
        let request = tokio::spawn(async move {
            match *kind {
                "insert" => rest(&busy, "POST", "objects", &note(2, text)).await.0 == 200,
                "batch" => {
                    let batch = json!({"objects": [note(3, text)]});
                    rest(&busy, "POST", "batch/objects", &batch).await.1[0]["result"]["status"] == "SUCCESS"
                }
                "merge" => {
                    let changes = json!({"class": "Note", "properties": {"text": text}});
                    rest(&busy, "PATCH", &merged, &changes).await.0 == 204
                }
                _ => {
                    let search = json!({"collection": "Note", "near_text": {"query": [text]}});
                    found(&busy, search).await.unwrap().len() == 3
                }
            }
        });
        let asked = entrances.recv().await.unwrap();
        assert!(asked[0].ends_with(text), "{asked:?}");
        assert_eq!(vector(&emulator, "Note", 1).await, json!([1, 0]), "{kind}");
        let merge = json!({"class": "Note", "properties": {"pages": pages}});
        assert_eq!(rest(&emulator, "PATCH", &path, &merge).await.0, 204, "{kind}");
        leave.send(()).unwrap();
        assert!(request.await.unwrap(), "{kind}");
        let stored = rest(&emulator, "GET", &path, &Value::Null).await.1;
        assert_eq!(stored["properties"]["pages"], pages, "{stored}");
    }
}
