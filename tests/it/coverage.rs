//! Holds `docs/operations.toml` to the code, and prints the table of the crate's page from it. `make check` holds it to the
//! contract, so that a new contract passes the tests before its operations are sorted in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::tidy::{files, name, owner_of_impl, root};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    area: Vec<Area>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    name: String,
    operations: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// An operation, as `GET /meta` or `rpc Search`.
    operation: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    not_yet: Vec<String>,
    left_out: Option<String>,
}

impl Table {
    fn read() -> Self {
        toml::from_str(&fs::read_to_string(root().join("docs/operations.toml")).unwrap()).unwrap()
    }

    fn operations(&self) -> impl Iterator<Item = &Entry> {
        self.area.iter().flat_map(|area| &area.operations)
    }
}

/// An operation as the generated code has it.
struct Generated {
    operation: String,
    /// The method of the REST client, or the path of the RPC.
    call: String,
}

/// Reads the generated clients: they are what the code calls.
fn contract() -> Vec<Generated> {
    let generated = root().join("generated/src");
    let mut found = Vec::new();
    for path in files(&generated.join("rest"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        // Modules of operations begin so.
        if !text.contains("\nuse super::support::{Client, Reply, ") {
            continue;
        }
        let mut operation = None;
        for line in text.lines().map(str::trim_start) {
            if let Some((verb, address)) = line.strip_prefix("/// `").and_then(|line| line.split_once(" /v1/")) {
                operation = Some(format!("{verb} /{}", address.split('`').next().unwrap()));
            }
            if let Some(method) = line.strip_prefix("pub fn ") {
                let call = name(method);
                let operation = operation
                    .take()
                    .unwrap_or_else(|| panic!("{}: {call} does not name its operation", path.display()));
                found.push(Generated { operation, call });
            }
        }
    }
    let stub = fs::read_to_string(generated.join("grpc/weaviate_client.rs")).unwrap();
    for (at, service) in stub.match_indices("\"/weaviate.v1.Weaviate/") {
        let method = name(&stub[at + service.len()..]);
        let (operation, call) = (format!("rpc {method}"), format!("/weaviate.v1.Weaviate/{method}"));
        found.push(Generated { operation, call });
    }
    found
}

/// The code below a folder, a text per file, without comments and without items that only tests compile.
fn code(dir: &Path) -> Vec<String> {
    let (mut all, mut of_tests) = (Vec::new(), Vec::new());
    for path in files(dir, ".rs") {
        let (code, modules) = without_tests(&fs::read_to_string(&path).unwrap());
        let stem = path.file_stem().unwrap();
        let below =
            if stem == "mod" || stem == "lib" { path.parent().unwrap().to_owned() } else { path.with_extension("") };
        of_tests.extend(modules.iter().map(|module| below.join(module)));
        all.push((path, code));
    }
    all.retain(|(path, _)| {
        !of_tests.iter().any(|module| path.starts_with(module) || *path == module.with_extension("rs"))
    });
    all.into_iter().map(|(_, code)| code).collect()
}

/// The code of a formatted file without comments and test items, and the names of its test modules in files of their own.
fn without_tests(text: &str) -> (String, Vec<String>) {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let (mut code, mut modules) = (String::new(), Vec::new());
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    while let Some(line) = lines.next() {
        if !["#[cfg(test)]", "#[cfg(all(test,"].iter().any(|test| line.trim_start().starts_with(test)) {
            code.push_str(line);
            code.push('\n');
            continue;
        }
        let depth = indentation(line);
        let is_attribute = |line: &&str| indentation(line) > depth || line.trim_start().starts_with(['#', ')']);
        let Some(item) = lines.by_ref().find(|line| !is_attribute(line)) else { break };
        if let Some((_, module)) = item.split_once("mod ").filter(|(_, module)| module.ends_with(';')) {
            modules.push(name(module));
        } else if item.ends_with('=') {
            lines.by_ref().find(|line| line.ends_with(';'));
        } else if !item.ends_with([';', '}', ',']) {
            let closes = |line: &str| line.trim_start().starts_with(['}', ')', ']']) && !line.ends_with('{');
            lines.by_ref().find(|line| indentation(line) == depth && closes(line));
        }
    }
    (code, modules)
}

/// The operations of the contract that the code sends.
fn called(code: &[String], contract: &[Generated]) -> BTreeSet<String> {
    // A call may be broken over lines.
    let dense: String = code.iter().flat_map(|text| text.split_whitespace()).collect();
    let is_sent = |Generated { operation, call }: &Generated| {
        if operation.starts_with("rpc ") {
            return dense.contains(&format!("\"{call}\""));
        }
        // A name that the code gives to a function of its own counts only behind `rest.`.
        let is_own =
            code.iter().any(|text| text.contains(&format!("fn {call}(")) || text.contains(&format!("fn {call}<")));
        let receiver = if is_own { "rest." } else { "." };
        let by_method =
            dense.contains(&format!("{receiver}{call}(")) || dense.contains(&format!("rest::Client::{call}"));
        // A plain path is sometimes read without the generated client. That of the root is a prefix in error texts.
        let path = operation.strip_prefix("GET ").filter(|path| *path != "/");
        let by_hand = path.is_some_and(|path| dense.contains(&format!("/v1{path}\"")));
        by_method || by_hand
    };
    contract.iter().filter(|generated| is_sent(generated)).map(|generated| generated.operation.clone()).collect()
}

/// The public functions: the type that owns one and its name, with the type that it returns.
fn public_functions(code: &[String]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for text in code {
        let (mut owner, mut open) = (String::new(), None);
        for line in text.lines() {
            if let Some(of) = owner_of_impl(line) {
                owner = of;
            }
            let function = line.split_once("pub fn ").or_else(|| line.split_once("pub async fn "));
            if let Some((_, function)) = function {
                let key = (owner.clone(), name(function));
                found.insert(key.clone(), String::new());
                open = Some(key);
            }
            // The signature may span lines.
            let Some(key) = &open else { continue };
            if let Some((_, returned)) = line.rsplit_once(" -> ") {
                let plain = returned.trim_start_matches("Result<").trim_start_matches("Option<");
                let returned = if plain.starts_with("Self") { owner.clone() } else { name(plain) };
                found.insert(key.clone(), returned);
            }
            if line.ends_with(['{', '}', ';']) {
                open = None;
            }
        }
    }
    found
}

/// Whether `collection.data().insert` or `Query::sort` is a call of the public API.
fn is_public(verb: &str, functions: &BTreeMap<(String, String), String>) -> bool {
    if let Some((owner, function)) = verb.split_once("::") {
        return functions.contains_key(&(owner.to_owned(), function.to_owned()));
    }
    let mut steps = verb.split('.').map(|step| step.trim_end_matches("()"));
    let mut owner = match steps.next() {
        Some("client") => "Client",
        Some("collection") => "Collection",
        _ => panic!("{verb}: starts with `client`, `collection` or `Type::`"),
    };
    for step in steps {
        match functions.get(&(owner.to_owned(), step.to_owned())) {
            Some(returned) => owner = returned,
            None => return false,
        }
    }
    true
}

#[test]
fn the_table_lists_each_operation_once() {
    let (table, contract) = (Table::read(), contract());
    let mut listed = BTreeSet::new();
    for one in table.operations() {
        assert!(listed.insert(one.operation.as_str()), "{} is listed twice", one.operation);
        let is_planned = !one.verbs.is_empty() || !one.not_yet.is_empty();
        assert!(is_planned != one.left_out.is_some(), "{}: either `left_out`, or `verbs` and `not_yet`", one.operation);
    }
    let there: BTreeSet<_> = contract.iter().map(|generated| generated.operation.as_str()).collect();
    assert_eq!(there.len(), contract.len(), "two methods of the generated code name one operation");
}

#[test]
fn an_operation_has_verbs_if_the_code_sends_it() {
    let (table, contract, code) = (Table::read(), contract(), code(&root().join("src")));
    let called = called(&code, &contract);
    assert!(!called.is_empty());
    let mut wrong = Vec::new();
    for one in table.operations() {
        let name = &one.operation;
        match (called.contains(name), one.verbs.is_empty()) {
            (true, true) => wrong.push(format!("{name} has no `verbs`, but src/ sends it")),
            (false, false) => wrong.push(format!("{name} has `verbs` {:?}, but nothing in src/ sends it", one.verbs)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "docs/operations.toml is wrong:\n{}", wrong.join("\n"));
}

#[test]
fn verbs_are_public_and_planned_ones_are_not() {
    let functions = public_functions(&code(&root().join("src")));
    let mut wrong = Vec::new();
    for one in Table::read().operations() {
        for verb in one.verbs.iter().filter(|verb| !is_public(verb, &functions)) {
            wrong.push(format!("{}: `{verb}` is not in the public API", one.operation));
        }
        // What is not a call is described in a few words.
        let planned = one.not_yet.iter().filter(|verb| !verb.contains(' '));
        for verb in planned.filter(|verb| is_public(verb, &functions)) {
            wrong.push(format!("{}: `{verb}` is in the public API, move it from `not_yet` to `verbs`", one.operation));
        }
    }
    assert!(wrong.is_empty(), "docs/operations.toml is wrong:\n{}", wrong.join("\n"));
}

/// The calls by what they are called on: `` `collection.data()`: `insert`, `get` ``.
fn grouped<'t>(verbs: impl Iterator<Item = &'t String>) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for verb in verbs {
        let (on, call) = match verb.rsplit_once("::").or_else(|| verb.rsplit_once('.')) {
            Some((on, call)) if !verb.contains(' ') => (on, format!("`{call}`")),
            _ => ("", verb.clone()),
        };
        match groups.iter_mut().find(|(other, _)| *other == on) {
            Some((_, calls)) if calls.contains(&call) => {}
            Some((_, calls)) => calls.push(call),
            None => groups.push((on, vec![call])),
        }
    }
    let shown = |(on, calls): (&str, Vec<String>)| match on {
        "" => calls.join(", "),
        _ => format!("`{on}`: {}", calls.join(", ")),
    };
    groups.into_iter().map(shown).collect::<Vec<_>>().join("<br>")
}

fn section(table: &Table) -> String {
    let operations: Vec<_> = table.operations().collect();
    let count = |holds: fn(&Entry) -> bool| operations.iter().filter(|one| holds(one)).count();
    let rpcs = count(|one| one.operation.starts_with("rpc "));
    let mut text = format!(
        "Weaviate's API has {} REST operations and {rpcs} RPCs. The client offers {} of these {}. {} are not there yet, and {} \
         are left out.\nThe names of methods that are not there yet may change.\n\n| area | there | not yet |\n| --- | --- | \
         --- |\n",
        operations.len() - rpcs,
        count(|one| !one.verbs.is_empty()),
        operations.len(),
        count(|one| one.verbs.is_empty() && one.left_out.is_none()),
        count(|one| one.left_out.is_some()),
    );
    for area in &table.area {
        let there = grouped(area.operations.iter().flat_map(|one| &one.verbs));
        let not_yet = grouped(area.operations.iter().flat_map(|one| &one.not_yet));
        if !there.is_empty() || !not_yet.is_empty() {
            let _ = writeln!(text, "| {} | {there} | {not_yet} |", area.name);
        }
    }
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for one in operations {
        let Some(reason) = &one.left_out else { continue };
        let operation = format!("`{}`", one.operation);
        match reasons.iter_mut().find(|(other, _)| other == reason) {
            Some((_, operations)) => operations.push(operation),
            None => reasons.push((reason, vec![operation])),
        }
    }
    text.push_str("\nLeft out:\n\n");
    for (reason, operations) in reasons {
        let of = if operations.len() > 3 { format!("{} operations", operations.len()) } else { operations.join(", ") };
        let _ = writeln!(text, "- {of}: {reason}.");
    }
    text
}

#[test]
fn the_page_of_the_crate_shows_the_table() {
    let (begin, end) = ("<!-- coverage: begin -->\n", "<!-- coverage: end -->");
    let path = root().join("docs/crate.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(begin).expect("docs/crate.md has the marker of the beginning");
    let (_, after) = rest.split_once(end).expect("docs/crate.md has the marker of the end");
    let wanted = format!("{before}{begin}{}{end}{after}", section(&Table::read()));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, wanted).unwrap();
    } else {
        assert!(
            page == wanted,
            "docs/crate.md is not what docs/operations.toml says: run this test with UPDATE_DOCS=1"
        );
    }
}

/// What the tests above look for, on a text that has all of it.
#[test]
fn calls_are_found_wherever_they_stand() {
    let text = "
/// Not a call: `rest.meta_get()`
impl Client {
    pub async fn meta(&self) -> Result<Meta> {
        rest
            .schema_dump(None)
    }
    pub fn tokenize(&self) -> Tokens {
        self.tokenize(\"/weaviate.v1.Weaviate/Search\")
    }
    #[cfg(test)]
    const CALLS: &[&str] =
        &[\"/weaviate.v1.Weaviate/Aggregate\"];
    pub fn collections(
        &self,
        read: impl Fn(u8) -> u8,
    ) -> Collections {
        self.get(\"{}/v1/nodes\")
    }
}
impl<P> Collections<P> {
    pub fn list(self) -> Self { client.objects_list() }
}
#[cfg(test)]
mod elsewhere;
#[cfg(test)]
#[expect(
    clippy::float_cmp,
)]
mod tests {
    fn calls() {
        rest.list_namespaces();
    }
}
fn last() { rest.graphql_post() }
";
    let (code, modules) = without_tests(text);
    assert_eq!(modules, ["elsewhere"]);
    let code = [code];
    let called = called(&code, &contract());
    let expected = ["GET /nodes", "GET /objects", "GET /schema", "POST /graphql", "rpc Search"];
    assert_eq!(called.iter().collect::<Vec<_>>(), expected);

    let functions = public_functions(&code);
    for (verb, there) in [
        ("client.meta", true),
        ("client.collections().list", true),
        ("client.collections().create", false),
        ("client.list", false),
        ("Collections::list", true),
        ("Client::list", false),
    ] {
        assert_eq!(is_public(verb, &functions), there, "{verb}");
    }
}
