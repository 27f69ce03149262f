//! Accent folding, held to what the server makes of each Latin letter.

use std::path::Path;

use serde_json::json;
use weaviate_emulator::Emulator;

use crate::bed::Bed;

/// Each letter of Latin-1, Latin Extended-A and -B, Latin Extended Additional and the ligatures, and what a server of
/// version 1.39.0 folds it to.
fn table() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folded_letters.txt");
    let text = std::fs::read_to_string(path).expect("the table is readable");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once(' ').expect("two columns")).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[tokio::test]
async fn every_latin_letter_is_folded_as_the_server_does() {
    let bed = Bed::start(Emulator::builder()).await;
    let (letters, expected): (Vec<String>, Vec<String>) = table().into_iter().unzip();
    assert!(letters.len() > 650, "{} letters", letters.len());
    let body = json!({
        "text": letters.join(" "),
        "tokenization": "whitespace",
        "analyzerConfig": {"asciiFold": true},
    });
    let (status, reply) = bed.rest("POST", "tokenize", body).await;
    assert_eq!((status, &reply["indexed"]), (200, &json!(expected)));
}

#[tokio::test]
async fn a_search_finds_letters_that_are_spelled_out() {
    let bed = Bed::start(Emulator::builder()).await;
    let class = json!({"class": "Street", "properties": [
        {"name": "folded", "dataType": ["text"], "tokenization": "word", "textAnalyzer": {"asciiFold": true}},
        {"name": "spared", "dataType": ["text"], "tokenization": "word",
            "textAnalyzer": {"asciiFold": true, "asciiFoldIgnore": ["ø"]}},
    ]});
    assert_eq!(bed.rest("POST", "schema", class).await.0, 200);
    let properties = json!({"folded": "Łąka Straße", "spared": "Øl Łąka"});
    assert_eq!(bed.rest("POST", "objects", json!({"class": "Street", "properties": properties})).await.0, 200);
    for (property, text, expected) in [
        ("folded", "strasse", 1),
        ("folded", "STRASSE laka", 1),
        ("folded", "straße", 1),
        ("spared", "ol", 0),
        ("spared", "øl", 1),
        ("spared", "laka", 1),
    ] {
        let filter = format!("{{operator: Equal, path: [\"{property}\"], valueText: \"{text}\"}}");
        let query = format!("{{ Get {{ Street(where: {filter}) {{ folded }} }} }}");
        let (_, reply) = bed.rest("POST", "graphql", json!({"query": query})).await;
        assert_eq!(
            reply["data"]["Get"]["Street"].as_array().map(Vec::len),
            Some(expected),
            "{property} {text}: {reply}"
        );
    }
}
