//! The recorded exchanges in `tests/golden`.

use serde_json::Value;

/// All exchanges of a scenario.
pub(crate) fn exchanges(scenario: &str) -> Vec<Value> {
    let path = format!("{}/tests/golden/{scenario}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Status and body of the reply to one step of a scenario.
pub(crate) fn reply(scenario: &str, step: &str) -> (u16, Value) {
    let exchange = exchanges(scenario).into_iter().find(|exchange| exchange["step"] == step).unwrap();
    let reply = &exchange["reply"];
    (u16::try_from(reply["status"].as_u64().unwrap()).unwrap(), reply["body"].clone())
}
