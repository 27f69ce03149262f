//! Texts that a function of the user's writes in the place of generative modules.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, grpc, id, rest};

#[tokio::test]
async fn a_function_writes_for_every_generative_module() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let emulator = Emulator::builder().generative(move |prompt: &str| {
        seen.lock().unwrap().push(prompt.to_owned());
        if prompt.contains("bad") { Err("no text for that") } else { Ok(prompt.to_uppercase()) }
    });
    let emulator = emulator.start().await.unwrap();
    let properties = json!([{"name": "t", "dataType": ["text"]}]);
    create(&emulator, &json!({"class": "Note", "moduleConfig": {"generative-dummy": {}}, "properties": properties}))
        .await;
    for (number, text) in [(1, "fox"), (2, "dog"), (3, "fox")] {
        let object = json!({"class": "Note", "id": id(number), "properties": {"t": text}});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    let search = async |prompt: &str, queries: Value| {
        let single = json!({"prompt": prompt, "queries": queries});
        let generative = json!({"single": single, "grouped": {"task": "sum up"}});
        let request = json!({"collection": "Note", "generative": generative, "uses_127_api": true});
        grpc(&emulator, "Search", &request).await
    };
    for queries in [json!([]), json!([{"openai": {"model": "m"}}])] {
        let reply = search("say {t}", queries).await.unwrap();
        let texts = reply["results"].as_array().unwrap().iter().map(|hit| &hit["generative"]["values"][0]["result"]);
        assert_eq!(texts.collect::<Vec<_>>(), ["SAY FOX", "SAY DOG", "SAY FOX"]);
        let all = reply["generativeGroupedResults"]["values"][0]["result"].as_str().unwrap();
        assert!(all.starts_with("SUM UP: [{\"T\":\"FOX\"}"), "{all}");
        // Each different prompt once.
        assert_eq!(asked.lock().unwrap().drain(..).len(), 3);
    }
    let fault = search("a bad one", json!([{"openai": {}}])).await.unwrap_err();
    assert_eq!(fault, "connection to: OpenAI API failed with status: 400 error: no text for that");
}

/// The texts are those of a real server.
#[tokio::test]
async fn large_and_small_numbers_in_a_prompt_have_an_exponent() {
    let emulator = Emulator::builder().generative(|prompt: &str| Ok::<_, String>(prompt.to_owned()));
    let emulator = emulator.start().await.unwrap();
    let properties = json!([{"name": "day", "dataType": ["int"]}, {"name": "v", "dataType": ["number"]}]);
    create(&emulator, &json!({"class": "Note", "moduleConfig": {"generative-dummy": {}}, "properties": properties}))
        .await;
    for (number, day, v) in [(1, 20_260_101, 1_234_567.5), (2, 1_000_000, 0.000_01), (3, 999_999, 2.5)] {
        let object = json!({"class": "Note", "id": id(number), "properties": {"day": day, "v": v}});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    let generative = json!({"single": {"prompt": "{day} {v}"}});
    let request = json!({"collection": "Note", "generative": generative, "uses_127_api": true});
    let reply = grpc(&emulator, "Search", &request).await.unwrap();
    let texts = reply["results"].as_array().unwrap().iter().map(|hit| &hit["generative"]["values"][0]["result"]);
    assert_eq!(texts.collect::<Vec<_>>(), ["2.0260101e+07 1.2345675e+06", "1e+06 1e-05", "999999 2.5"]);
}
