//! Other names and ids for the same scenario, so that a server which knows the recordings by heart does not pass.
//!
//! A collection's new name differs in its first letter, an id by a constant that is added to it. Both keep lengths
//! (error texts hold columns, limits count bytes) and order (sorting, cursors).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::marks::Mark;
use super::messages;
use super::scenario::{GrpcRequest, Request, RestRequest, Scenario, Step};
use super::send_rest::GRPC_WEB;

/// Added to every id: touches the first and the last part, keeps version and variant where nothing carries over.
const SHIFT: u128 = 0x0123_4567_0000_0000_0000_0000_0c0d_0000;

static UUID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")
        .expect("a valid pattern")
});
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[A-Za-z_][A-Za-z0-9_]*").expect("a valid pattern"));

/// What error texts call the index of a collection: its name in small letters.
static INDEX: LazyLock<Regex> = LazyLock::new(|| Regex::new("\\bindex (\"?)([a-z0-9_]+)").expect("a valid pattern"));

/// Members whose value is a collection's name, which the server compares without case.
const NAME_FIELDS: [&str; 8] =
    ["class", "collection", "from_collection", "to_collection", "target_collection", "dataType", "alias", "classes"];

#[derive(Debug)]
pub(crate) struct Renaming {
    names: BTreeMap<String, String>,
    /// The same in small letters.
    small_names: BTreeMap<String, String>,
    /// Of names that a role also means as the beginning of others, `Pets*`.
    beginnings: BTreeMap<String, String>,
    /// Byte strings that are ids, as JSON writes bytes.
    base64: HashMap<String, String>,
    ids: HashMap<u128, u128>,
    /// Texts of objects, which a search may look into: a name in them is a word like any other.
    data: BTreeSet<String>,
}

impl Renaming {
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let ids: HashMap<u128, u128> = ids(scenario).into_iter().filter_map(|id| Some((id, shifted(id)?))).collect();
        let base64 = ids.iter().map(|(a, b)| (bytes_of(*a), bytes_of(*b))).collect();
        let names = new_names(&names(scenario), &words(scenario));
        let small_names = names.iter().map(|(old, new)| (old.to_lowercase(), new.to_lowercase())).collect();
        let beginnings = beginnings(scenario, &names);
        Self { data: data(scenario, &names), names, small_names, beginnings, base64, ids }
    }

    pub(crate) fn step(&self, step: &Step) -> Step {
        let mut out = step.clone();
        out.request = match &step.request {
            Request::Rest(rest) => Request::Rest(self.rest(rest)),
            Request::Grpc(grpc) => Request::Grpc(self.grpc(grpc)),
        };
        out.reply = self.value("", &step.reply);
        for pointer in out.unordered.iter_mut().chain(&mut out.approx) {
            *pointer = self.text("", pointer);
        }
        for mark in &mut out.volatile {
            match mark {
                Mark::Pointer(pointer) => *pointer = self.text("", pointer),
                Mark::Regex { pointer, regex } => {
                    *pointer = self.text("", pointer);
                    *regex = self.text("", regex);
                }
            }
        }
        for bind in &mut out.bind {
            bind.value = self.text("", &bind.value);
            bind.pointer = self.text("", &bind.pointer);
        }
        if let Some(poll) = &mut out.poll {
            poll.pointer = self.text("", &poll.pointer);
        }
        out
    }

    fn rest(&self, request: &RestRequest) -> RestRequest {
        let mut out = request.clone();
        out.path = self.path(&out.path);
        for (key, value) in &mut out.query {
            *value = self.text(key, value);
        }
        out.body = out.body.map(|b| self.value("", &b));
        out.body_raw = out.body_raw.map(|raw| {
            let raw = self.text("", &raw);
            let body = out.body.clone().unwrap_or_default();
            if serde_json::from_str::<Value>(&raw).is_ok_and(|v| v == body) { raw } else { body.to_string() }
        });
        out.body_text = out.body_text.map(|t| self.text("", &t));
        out.body_b64 = out.body_b64.map(|b| self.raw_body(&request.path, &b));
        out
    }

    /// A segment may be a name with a small first letter only where the server expects a collection.
    fn path(&self, path: &str) -> String {
        let mut before = "";
        let mut out = Vec::new();
        for segment in path.split('/') {
            let field = if ["schema", "objects", "nodes"].contains(&before) { "class" } else { "" };
            out.push(self.text(field, segment));
            before = segment;
        }
        out.join("/")
    }

    /// A body that is no JSON: text, a protobuf message, or a gRPC-Web frame with one.
    fn raw_body(&self, path: &str, base64: &str) -> String {
        let bytes = messages::from_base64(base64);
        if let Some(method) = path.strip_prefix(GRPC_WEB).and_then(messages::method) {
            if let Some((head, message)) = bytes.split_first_chunk::<5>()
                && *head == framed(message.len())
                && let Ok(message) = self.message(method.input(), message)
            {
                return messages::to_base64(&[framed(message.len()).as_slice(), &message].concat());
            }
            if let Ok(message) = self.message(method.input(), &bytes) {
                return messages::to_base64(&message);
            }
        }
        match String::from_utf8(bytes) {
            Ok(text) => messages::to_base64(self.text("", &text).as_bytes()),
            Err(_) => base64.to_owned(),
        }
    }

    fn grpc(&self, request: &GrpcRequest) -> GrpcRequest {
        let mut out = request.clone();
        let Some(method) = messages::method(&request.rpc) else { return out };
        // What does not decode was recorded broken on purpose and is sent as it is.
        let again = |base64: &String| {
            let bytes = messages::from_base64(base64);
            self.message(method.input(), &bytes).map_or_else(|_| base64.clone(), |b| messages::to_base64(&b))
        };
        out.request = out.request.map(|r| self.value("", &r));
        out.request_b64 = out.request_b64.as_ref().map(again);
        for act in out.sent.iter_mut().flatten() {
            act.message_b64 = act.message_b64.as_ref().map(again);
        }
        out
    }

    fn message(&self, kind: prost_reflect::MessageDescriptor, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let raw = |bytes: &[u8]| {
            let id = u128::from_be_bytes(bytes.try_into().ok()?);
            Some(self.ids.get(&id)?.to_be_bytes().to_vec())
        };
        messages::rewrite(kind, bytes, &|field, text| self.text(field, text), &raw)
    }

    fn value(&self, field: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(field, text).into(),
            Value::Array(list) => list.iter().map(|v| self.value(field, v)).collect(),
            Value::Object(map) => {
                Value::Object(map.iter().map(|(k, v)| (self.text("", k), self.value(k, v))).collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    /// Replaces ids and names in a text that stands in `field`.
    pub(crate) fn text(&self, field: &str, text: &str) -> String {
        if let Some(new) = self.base64.get(text) {
            return new.clone();
        }
        if self.data.contains(text) {
            return text.to_owned();
        }
        if NAME_FIELDS.contains(&field)
            && let Some(new) = self.small_names.get(&text.to_lowercase())
        {
            return in_case_of(text, new);
        }
        let text = UUID.replace_all(text, |found: &Captures<'_>| self.id(&found[0]));
        let text = INDEX.replace_all(&text, |found: &Captures<'_>| {
            let new = self.small_names.get(&found[2]).map_or(&found[2], String::as_str);
            format!("index {}{new}", &found[1])
        });
        WORD.replace_all(&text, |found: &Captures<'_>| self.word(&found[0])).into_owned()
    }

    /// A name, or a name in that of a GraphQL type: `AggregateArticle`, `ArticleAdditional`, `Article_address_object`, or one
    /// that begins as a role says.
    fn word(&self, word: &str) -> String {
        if let Some(new) = self.names.get(word) {
            return new.clone();
        }
        if let Some(new) =
            self.beginnings.iter().find_map(|(old, new)| Some(format!("{new}{}", word.strip_prefix(old.as_str())?)))
        {
            return new;
        }
        let (prefix, rest) = word.split_at(if word.starts_with("Aggregate") { "Aggregate".len() } else { 0 });
        let of_type = self.names.iter().find_map(|(old, new)| {
            let suffix = rest.strip_prefix(old.as_str())?;
            let is_type = match suffix {
                "" => !prefix.is_empty(),
                _ => suffix.starts_with("Additional") || suffix.ends_with("Obj") || suffix.ends_with("_object"),
            };
            is_type.then(|| format!("{prefix}{new}{suffix}"))
        });
        of_type.unwrap_or_else(|| word.to_owned())
    }

    fn id(&self, text: &str) -> String {
        let Some(new) = Uuid::parse_str(text).ok().and_then(|id| self.ids.get(&id.as_u128())) else {
            return text.to_owned();
        };
        let new = Uuid::from_u128(*new);
        let new = if text.contains('-') { new.to_string() } else { new.simple().to_string() };
        if text.chars().any(|c| c.is_ascii_uppercase()) { new.to_uppercase() } else { new }
    }
}

/// The head of a gRPC-Web frame that holds a message of this length.
fn framed(length: usize) -> [u8; 5] {
    let length = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [0, length[0], length[1], length[2], length[3]]
}

fn bytes_of(id: u128) -> String {
    messages::to_base64(&id.to_be_bytes())
}

/// The nil id means "none" in places; the largest ids have no room above them.
fn shifted(id: u128) -> Option<u128> {
    (id != 0).then_some(id)?.checked_add(SHIFT)
}

/// Every collection that the scenario creates.
fn names(scenario: &Scenario) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for step in &scenario.steps {
        let Request::Rest(rest) = &step.request else { continue };
        let body = &step.reply["body"];
        let listed = body["classes"].as_array().into_iter().flatten();
        if rest.path.starts_with("/v1/schema") {
            let found = std::iter::once(body).chain(listed).filter_map(|c| c["class"].as_str());
            names.extend(found.map(|name| without_namespace(name).to_owned()));
        }
    }
    names
}

/// The names that are a pattern of some role with a star behind them.
fn beginnings(scenario: &Scenario, names: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for step in &scenario.steps {
        let Request::Rest(rest) = &step.request else { continue };
        let permissions = rest.body.iter().filter(|_| rest.path.starts_with("/v1/authz/roles"));
        for permission in permissions.filter_map(|body| body["permissions"].as_array()).flatten() {
            let resources = permission.as_object().into_iter().flat_map(|map| map.values());
            let patterns = resources.filter_map(|resource| resource["collection"].as_str()?.strip_suffix('*'));
            found.extend(patterns.filter_map(|name| names.get_key_value(name)).map(|(a, b)| (a.clone(), b.clone())));
        }
    }
    found
}

/// A root user sees `namespace:Name`.
fn without_namespace(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, name)| name)
}

/// The texts in the properties of the objects that the scenario sends.
fn data(scenario: &Scenario, names: &BTreeMap<String, String>) -> BTreeSet<String> {
    fn walk(value: &Value, inside: bool, data: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if inside && !text.contains("://") && !UUID.is_match(text) => {
                data.insert(text.clone());
            }
            Value::Array(list) => list.iter().for_each(|v| walk(v, inside, data)),
            Value::Object(map) => map.iter().for_each(|(key, v)| {
                walk(v, inside || (v.is_object() && (key == "properties" || key == "non_ref_properties")), data);
            }),
            _ => {}
        }
    }
    let mut data = BTreeSet::new();
    for step in &scenario.steps {
        match &step.request {
            Request::Rest(rest) => rest.body.iter().for_each(|b| walk(b, false, &mut data)),
            Request::Grpc(grpc) => grpc.request.iter().for_each(|r| walk(r, false, &mut data)),
        }
    }
    data.retain(|text| !names.contains_key(text));
    data
}

/// Every word and every id of the requests and replies.
fn words(scenario: &Scenario) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    visit(scenario, &mut |text| words.extend(WORD.find_iter(text).map(|w| w.as_str().to_owned())));
    words
}

fn ids(scenario: &Scenario) -> BTreeSet<u128> {
    let mut ids = BTreeSet::new();
    visit(scenario, &mut |text| {
        ids.extend(UUID.find_iter(text).filter_map(|id| Some(Uuid::parse_str(id.as_str()).ok()?.as_u128())));
    });
    ids
}

fn visit(scenario: &Scenario, see: &mut impl FnMut(&str)) {
    fn walk(value: &Value, see: &mut impl FnMut(&str)) {
        match value {
            Value::String(text) => see(text),
            Value::Array(list) => list.iter().for_each(|v| walk(v, see)),
            Value::Object(map) => map.iter().for_each(|(k, v)| {
                see(k);
                walk(v, see);
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    for step in &scenario.steps {
        walk(&step.reply, see);
        match &step.request {
            Request::Rest(rest) => {
                see(&rest.path);
                rest.query.values().for_each(|v| see(v));
                rest.body.iter().for_each(|b| walk(b, see));
            }
            Request::Grpc(grpc) => {
                grpc.request.iter().for_each(|r| walk(r, see));
                for message in grpc.sent.iter().flatten().filter_map(|s| s.message_b64.as_ref()) {
                    if let Some(method) = messages::method(&grpc.rpc)
                        && let Ok(json) = messages::to_json(method.input(), &messages::from_base64(message))
                    {
                        walk(&json, see);
                    }
                }
            }
        }
    }
}

/// Moves the first letters by the same number of places, the first that meets no word in use.
fn new_names(names: &BTreeSet<String>, words: &BTreeSet<String>) -> BTreeMap<String, String> {
    let moved = |name: &String, by: i8| {
        let mut letters = name.chars();
        let first = letters.next()?;
        let new = char::from(u8::try_from(first).ok()?.checked_add_signed(by)?);
        new.is_ascii_uppercase().then(|| format!("{new}{}", letters.as_str()))
    };
    (1..26)
        .flat_map(|by| [by, -by])
        .find_map(|by| {
            names
                .iter()
                .map(|name| Some((name.clone(), moved(name, by).filter(|new| !words.contains(new))?)))
                .collect::<Option<BTreeMap<_, _>>>()
        })
        .unwrap_or_else(|| panic!("no move of the first letters gives unused names: {names:?}"))
}

/// `new` in the upper and lower case of `old`, which has the same length.
fn in_case_of(old: &str, new: &str) -> String {
    old.chars().zip(new.chars()).map(|(o, n)| if o.is_ascii_uppercase() { n.to_ascii_uppercase() } else { n }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scenario(steps: &[Value]) -> Scenario {
        let steps = steps.iter().map(|s| serde_json::from_value(s.clone()).expect("a step")).collect();
        Scenario { name: "test".to_owned(), steps }
    }

    fn create_and_insert() -> Scenario {
        scenario(&[
            json!({"step": "create", "why": "", "volatile": [], "unordered": [],
                "rest": {"method": "POST", "path": "/v1/schema", "body": {"class": "Plain"}},
                "reply": {"status": 200, "headers": {}, "body": {"class": "Plain"}}}),
            json!({"step": "insert", "why": "", "volatile": ["/body/Plain"], "unordered": [],
                "rest": {"method": "PUT", "path": "/v1/objects/plain/a0000001-0000-4000-8000-000000000002",
                    "body": {"class": "plain", "properties": {"t": "the plain truth"}, "ref": "C0FFEE00-0000-4000-8000-000000000001"}},
                "reply": {"status": 200, "headers": {}, "body": {"Plain": "class Plain: a0000001-0000-4000-8000-000000000001",
                    "id_as_bytes": "oAAAAQAAQACAAAAAAAAAAg==", "nil": "00000000-0000-0000-0000-000000000000"}}}),
        ])
    }

    #[test]
    fn renames_everywhere_and_keeps_what_is_no_name() {
        let scenario = create_and_insert();
        let step = Renaming::of(&scenario).step(&scenario.steps[1]);
        let Request::Rest(rest) = &step.request else { panic!("a REST step") };
        assert_eq!(rest.path, "/v1/objects/qlain/a1234568-0000-4000-8000-00000c0d0002");
        let body = json!({"class": "qlain", "properties": {"t": "the plain truth"}, "ref": "C2233367-0000-4000-8000-00000C0D0001"});
        assert_eq!(rest.body, Some(body));
        assert_eq!(step.reply["body"]["Qlain"], "class Qlain: a1234568-0000-4000-8000-00000c0d0001");
        assert_eq!(step.reply["body"]["id_as_bytes"], bytes_of(0xa123_4568_0000_4000_8000_0000_0c0d_0002));
        assert_eq!(step.reply["body"]["nil"], "00000000-0000-0000-0000-000000000000");
        assert!(matches!(&step.volatile[0], Mark::Pointer(p) if p == "/body/Qlain"));
    }

    #[test]
    fn what_a_role_means_by_its_beginning_is_renamed_too() {
        let mut steps = create_and_insert().steps;
        let word = |steps: Vec<Step>, word: &str| Renaming::of(&Scenario { name: String::new(), steps }).text("", word);
        assert_eq!(word(steps.clone(), "Plainest"), "Plainest");
        let role = json!({"step": "role", "why": "", "volatile": [], "unordered": [], "reply": {},
            "rest": {"method": "POST", "path": "/v1/authz/roles",
                "body": {"name": "r", "permissions": [{"action": "read_data", "data": {"collection": "Plain*"}}]}}});
        steps.push(serde_json::from_value(role).expect("a step"));
        assert_eq!(word(steps.clone(), "Plainest and Plain*"), "Qlainest and Qlain*");
        assert_eq!(word(steps, "Plai"), "Plai");
    }

    #[test]
    fn new_names_are_unused_and_in_the_old_order() {
        let names: BTreeSet<String> = ["Anna", "Book", "Chair"].map(str::to_owned).into();
        let words: BTreeSet<String> = ["Anna", "Book", "Chair", "Cook"].map(str::to_owned).into();
        let new = new_names(&names, &words);
        assert_eq!(new.values().collect::<Vec<_>>(), ["Cnna", "Dook", "Ehair"]);
    }

    #[test]
    fn ids_keep_their_order() {
        let ids = [1, 0xa000_0001_0000_4000_8000_0000_0000_0001, 0xa000_0001_0000_4000_8000_0000_0000_0002];
        let new: Vec<u128> = ids.iter().filter_map(|id| shifted(*id)).collect();
        assert_eq!(new.len(), 3);
        assert!(new.is_sorted());
        assert_eq!(shifted(0), None);
        assert_eq!(shifted(u128::MAX), None);
    }
}
