//! One pass: every step of a scenario in order against one server.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::compare::{differences, shorten};
use super::marks::{Mark, Marks};
use super::scenario::{Bind, Poll, Request, Scenario, Step};
use super::target::Target;

/// The address of the recorded server, which it tells in some replies.
const RECORDED_ADDRESS: &str = "http://127.0.0.1:23080";

/// What came of one step.
pub(crate) struct Outcome {
    pub(crate) step: Step,
    /// The reply, or why there is none.
    pub(crate) reply: Result<Value, String>,
    /// Empty where the reply is the recorded one.
    pub(crate) differences: Vec<String>,
    /// What stands in the place of recorded values this time: the recorded one, then the one of this time.
    bound: Vec<(String, String)>,
}

pub(crate) async fn run(scenario: &Scenario, target: &Target) -> Vec<Outcome> {
    let mut replies: HashMap<String, Value> = HashMap::new();
    let mut outcomes = Vec::new();
    let binds: Vec<&Bind> = scenario.steps.iter().flat_map(|step| &step.bind).collect();
    let stand_ins = target.stand_ins(scenario);
    for step in &scenario.steps {
        let mut bound = bindings(&binds, &replies);
        bound.extend_from_slice(&stand_ins);
        bound.push((RECORDED_ADDRESS.to_owned(), target.rest_url().to_owned()));
        let step = with_bound(step, &bound);
        let marks = Marks::new(&step.volatile, &step.unordered, &step.approx);
        let reply = repeat(&step, target).await;
        let differences = match &reply {
            Ok(reply) => differences(&step.reply, reply, &marks),
            Err(reason) => vec![reason.clone()],
        };
        if let Ok(reply) = &reply {
            replies.insert(step.name.clone(), reply.clone());
        }
        outcomes.push(Outcome { step, reply, differences, bound });
    }
    outcomes
}

/// Sends the step, and again as long as what it waits for has not happened.
async fn repeat(step: &Step, target: &Target) -> Result<Value, String> {
    let start = Instant::now();
    loop {
        let reply = target.send(step).await?;
        let waiting = step.poll.as_ref().is_some_and(|poll| is_pending(poll, step, &reply));
        if !waiting || start.elapsed() > target.patience() {
            return Ok(reply);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A reply with another status never becomes the recorded one by waiting.
fn is_pending(poll: &Poll, step: &Step, reply: &Value) -> bool {
    let value = reply.pointer(&poll.pointer).unwrap_or(&Value::Null);
    reply["status"] == step.reply["status"] && !poll.until.contains(value)
}

/// The values that earlier replies brought in the place of recorded ones.
fn bindings(binds: &[&Bind], replies: &HashMap<String, Value>) -> Vec<(String, String)> {
    binds.iter().filter_map(|bind| Some((bind.value.clone(), lookup(bind, replies)?.to_owned()))).collect()
}

/// The step with those values, also where only its reply speaks of them.
fn with_bound(step: &Step, values: &[(String, String)]) -> Step {
    let put = |text: &String| values.iter().fold(text.clone(), |text, (old, new)| text.replace(old, new));
    let mut step = step.clone();
    match &mut step.request {
        Request::Rest(rest) => {
            rest.path = put(&rest.path);
            rest.query.values_mut().chain(rest.headers.values_mut()).for_each(|v| *v = put(v));
            rest.body.iter_mut().for_each(|b| replace(b, &put));
            rest.body_raw.iter_mut().for_each(|raw| *raw = put(raw));
        }
        Request::Grpc(grpc) => grpc.metadata.values_mut().for_each(|v| *v = put(v)),
    }
    for mark in &mut step.volatile {
        if let Mark::Regex { regex, .. } = mark {
            *regex = put(regex);
        }
    }
    replace(&mut step.reply, &put);
    step
}

fn lookup<'a>(bind: &Bind, replies: &'a HashMap<String, Value>) -> Option<&'a str> {
    replies.get(&bind.step)?.pointer(&bind.pointer)?.as_str()
}

/// Replaces in every string of the value.
pub(crate) fn replace(value: &mut Value, put: &impl Fn(&String) -> String) {
    match value {
        Value::String(text) => *text = put(text),
        Value::Array(list) => list.iter_mut().for_each(|v| replace(v, put)),
        Value::Object(map) => map.values_mut().for_each(|v| replace(v, put)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Outcome {
    pub(crate) fn passed(&self) -> bool {
        self.differences.is_empty()
    }

    /// The reply as it goes into a recording, in which later requests find the values they were recorded with.
    pub(crate) fn as_recorded(&self, reply: &Value, recorded: &Value) -> Value {
        let mut reply = reply.clone();
        let back = |text: &String| self.bound.iter().fold(text.clone(), |text, (old, new)| text.replace(new, old));
        replace(&mut reply, &back);
        // The recorder's reading of the request.
        if let (Some(decoded), Some(request)) = (reply.get_mut("decoded"), recorded.pointer("/decoded/request")) {
            decoded["request"] = request.clone();
        }
        reply
    }

    /// The request and what differs, for whoever works on the emulator.
    pub(crate) fn report(&self, scenario: &str, pass: &str) -> String {
        let request = match &self.step.request {
            Request::Rest(rest) => {
                let query: Vec<String> = rest.query.iter().map(|(k, v)| format!("{k}={v}")).collect();
                let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
                let body = match (&rest.body, &rest.body_text, &rest.body_b64) {
                    (Some(body), ..) => shorten(body),
                    (_, Some(text), _) => format!("{text:?}"),
                    (.., Some(base64)) => format!("base64 {base64}"),
                    _ => String::new(),
                };
                format!("{} {}{query} {:?} {body}", rest.method, rest.path, rest.headers)
            }
            Request::Grpc(grpc) => {
                let request = grpc.request.as_ref().map(shorten).unwrap_or_default();
                format!("{} {:?} {request}", grpc.rpc, grpc.metadata)
            }
        };
        let differences = self.differences.join("\n    ");
        format!("--- {scenario}/{} ({pass}): {}\n    {request}\n    {differences}\n", self.step.name, self.step.why)
    }
}
