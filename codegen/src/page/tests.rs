use serde_json::{Value, json};

use super::fixture::{Fixture, operation};
use super::*;

/// Returns the page of a contract that replaces that of 1.0.0.
fn page(fixture: &Fixture, version: &str, change: impl Fn(&mut Value)) -> Result<String> {
    fixture.release(version, change)?;
    let (before, after) = (fixture.tree(), fixture.synced()?);
    Change::between(&before, &after)?.page(&Verdict::Outdated, None, None)
}

/// Returns the lines of a section. The entry for CHANGELOG.md has a heading inside.
fn section<'a>(page: &'a str, title: &str) -> Vec<&'a str> {
    let lines = page.lines().skip_while(|line| line.strip_prefix("## ") != Some(title)).skip(1);
    lines
        .take_while(|line| !line.starts_with("## ") || line.ends_with("Unreleased"))
        .filter(|line| !line.is_empty())
        .collect()
}

fn add_operation(schema: &mut Value) {
    schema["paths"]["/things/{id}"]["get"] = operation("things.get");
    schema["paths"]["/things/{id}"]["get"]["parameters"] =
        json!([{ "name": "id", "in": "path", "required": true, "type": "string" }]);
    schema["definitions"]["Thing"]["properties"]["size"] = json!({ "type": "integer" });
}

#[test]
fn the_page_has_a_section_for_each_question() -> Result<()> {
    let page = page(&Fixture::new()?, "1.1.0", add_operation)?;
    assert!(page.starts_with("# Weaviate 1.0.0 → 1.1.0\n"), "{page}");
    assert_eq!(
        section(&page, "REST"),
        [
            "0 breaking, 2 additive, 0 deprecated",
            "### Additive: 1 operation and 1 property added",
            "- operation `GET /things/{id}` added",
            "- property `Thing.size` added",
        ]
    );
    assert_eq!(section(&page, "gRPC"), ["No change."]);
    let generated = section(&page, "Generated code");
    for line in [
        "- `src/rest/things.rs`: added 1 method (`Client::things_get`)",
        "- `src/rest/types.rs`: added 1 field (`Thing.size`)",
    ] {
        assert!(generated.contains(&line), "{line} in {generated:#?}");
    }
    assert!(!generated.iter().any(|line| line.contains("src/grpc/")), "{generated:#?}");
    assert_eq!(
        section(&page, "Public API and version")[..2],
        [
            "`api/weaviate.txt`: no change.",
            "By these listings: patch (no change of the public API), so 0.1.0 → 0.1.1. The listings are as \
             committed: `make api` refreshes them."
        ]
    );
    assert!(section(&page, "Entry for CHANGELOG.md").contains(&"- 1 operation of the contract: `GET /things/{id}`."));
    assert_eq!(
        section(&page, "To write by hand"),
        [
            "`docs/operations.toml` lacks (1):",
            "- `GET /things/{id}`",
            "Added, and named by no `Feature` in `specs/overlay/behaviours.toml` (2):",
            "- operation `GET /things/{id}`",
            "- property `Thing.size`",
            "Findings about `specs/overlay/docs.toml` (1):",
            "- `specs/overlay/docs.toml lacks docs for 1 operations and RPCs (0 accepted), so add them: things.get`",
        ]
    );
    Ok(())
}

#[test]
fn what_is_gone_is_named_where_the_repository_still_has_it() -> Result<()> {
    let page = page(&Fixture::new()?, "1.1.0", |schema| {
        schema["paths"] = json!({ "/others": { "get": operation("things.others") } });
    })?;
    let expected = [
        "`docs/operations.toml` lists beyond the contract (1):",
        "- `GET /things`, with 1 verb",
        "Features of `specs/overlay/behaviours.toml` with items that are gone (1):",
        "- `Things`: `operation GET /things`",
        "- `specs/overlay/docs.toml documents an item that the contract does not have, so remove it: operation things.list`",
    ];
    let found = section(&page, "To write by hand");
    assert!(expected.iter().all(|line| found.contains(line)), "{found:#?}");
    Ok(())
}

#[test]
fn a_deprecated_operation_with_verbs_is_named() -> Result<()> {
    let page = page(&Fixture::new()?, "1.1.0", |schema| schema["paths"]["/things"]["get"]["deprecated"] = true.into())?;
    let found = section(&page, "To write by hand");
    assert_eq!(found, ["Deprecated, but with verbs in `docs/operations.toml` (1):", "- `GET /things`"]);
    assert!(section(&page, "Entry for CHANGELOG.md").contains(&"### Deprecated"));
    Ok(())
}

#[test]
fn a_contract_without_a_change_needs_nothing() -> Result<()> {
    let page = page(&Fixture::new()?, "1.0.0", |_| ())?;
    assert_eq!(section(&page, "Generated code"), ["No change."]);
    assert_eq!(section(&page, "To write by hand"), ["Nothing."]);
    assert!(!page.contains("Entry for CHANGELOG.md"), "{page}");
    Ok(())
}

#[test]
fn thousands_of_changes_make_a_page_of_300_lines() -> Result<()> {
    let page = page(&Fixture::new()?, "1.1.0", |schema| {
        for index in 0..500 {
            let properties: serde_json::Map<String, Value> =
                (0..2).map(|field| (format!("field{field}"), json!({ "type": "string" }))).collect();
            schema["definitions"][format!("More{index}")] = json!({ "type": "object", "properties": properties });
            schema["definitions"]["Thing"]["properties"][format!("more{index}")] = json!({ "type": "string" });
        }
        for index in 0..60 {
            let path = format!("/more{index}");
            schema["paths"][&path]["get"] = operation(&format!("more{index}.list"));
            schema["paths"][&path]["get"]["tags"] = json!([format!("tag{index}")]);
        }
    })?;
    assert!(page.lines().count() <= LIMITS.lines, "{} lines", page.lines().count());
    assert!(page.lines().count() > 200, "{} lines", page.lines().count());
    assert!(page.len() <= LIMITS.bytes, "{} bytes", page.len());
    assert!(page.contains("### Additive: 500 definitions, 60 operations and 500 properties added"), "{page}");
    for title in ["REST", "Generated code", "To write by hand"] {
        assert!(section(&page, title).iter().any(|line| line.starts_with("- … and ")), "{title} in {page}");
    }
    assert!(!section(&page, "Entry for CHANGELOG.md").iter().any(|line| line.contains('…')), "{page}");
    Ok(())
}

#[test]
fn hostile_text_of_a_contract_stays_text() -> Result<()> {
    let hostile = "x`|\n# Fake\n- fixes #123 @name <b>```";
    let page = page(&Fixture::new()?, "1.1.0", |schema| {
        schema["definitions"][hostile] = json!({ "type": "object" });
        schema["definitions"]["Thing"]["properties"][hostile] = json!({ "type": "string", "default": hostile });
        schema["definitions"]["Thing"]["properties"]["name"]["pattern"] = hostile.into();
        schema["paths"]["/hostile"]["get"] = operation(hostile);
    })?;
    assert!(page.contains("``` Thing"), "{page}");
    assert!(!page.contains("#123") && !page.contains("@name"), "{page}");
    assert!(!page.lines().any(|line| line == "# Fake" || line.starts_with("- fixes")), "{page}");
    for title in
        ["REST", "gRPC", "Generated code", "Public API and version", "Entry for CHANGELOG.md", "To write by hand"]
    {
        assert!(page.lines().any(|line| line == format!("## {title}")), "{title} in {page}");
    }
    Ok(())
}

#[test]
fn a_generation_that_fails_is_on_the_page() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.write("specs/overlay/behaviours.toml", "oldest = \"1.0.0\"\n[features]\nThings = {}\n")?;
    let page = page(&fixture, "1.1.0", add_operation)?;
    let generated = section(&page, "Generated code");
    assert_eq!(generated.first(), Some(&"`make regen` fails:"));
    assert!(generated.iter().any(|line| line.contains("expected either `contract` or versions")), "{page}");
    assert!(section(&page, "To write by hand").contains(&"- `GET /things/{id}`"), "{page}");
    Ok(())
}

#[test]
fn an_old_contract_that_is_damaged_does_not_prevent_the_page() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.release("1.1.0", add_operation)?;
    let (before, after) = (fixture.tree(), fixture.synced()?);
    fixture.write("specs/openapi.json", "{")?;
    let page = Change::between(&before, &after)?.page(&Verdict::Outdated, None, None)?;
    assert!(page.contains("The old contract cannot be read"), "{page}");
    assert!(section(&page, "Generated code").iter().any(|line| line.contains("Client::things_get")), "{page}");
    Ok(())
}

#[test]
fn the_log_of_a_failed_check_ends_the_page() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.release("1.1.0", add_operation)?;
    let (before, after) = (fixture.tree(), fixture.synced()?);
    let log: String = (0..2000).map(|line| format!("line {line}\n## Fake\n")).collect::<Vec<_>>().concat();
    let page = Change::between(&before, &after)?.page(&Verdict::Outdated, None, Some(&log))?;
    assert!(page.lines().count() <= LIMITS.lines);
    assert!(page.ends_with("line 1999\n## Fake\n```\n"), "{page}");
    assert_eq!(page.lines().filter(|line| *line == "## Failed checks").count(), 1);
    Ok(())
}

#[test]
fn semver_is_asked_only_about_generated_code_that_is_up_to_date() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.release("1.1.0", add_operation)?;
    let (before, after) = (fixture.tree(), fixture.synced()?);
    assert!(!Change::between(&before, &after)?.is_regenerated);
    generate::run(&after.join("specs"), &after.join("generated"))?;
    let change = Change::between(&before, &after)?;
    assert!(change.is_regenerated);
    let page = change.page(&Verdict::NotInstalled, None, None)?;
    assert!(page.contains("cargo-semver-checks did not run: it is not installed."), "{page}");
    Ok(())
}

#[test]
fn the_old_contract_comes_from_a_commit() -> Result<()> {
    let fixture = Fixture::new()?;
    git(&fixture.tree(), &["init", "--quiet"])?;
    git(&fixture.tree(), &["add", "."])?;
    git(&fixture.tree(), &["commit", "--quiet", "-m", "x"])?;
    fixture.release("1.1.0", add_operation)?;
    fixture.sync(&fixture.tree())?;
    let base = checkout(&fixture.tree(), "HEAD")?;
    let tree = fixture.tree();
    let page = Change::between(base.path(), &tree)?.page(&Verdict::Outdated, None, None)?;
    assert!(page.starts_with("# Weaviate 1.0.0 → 1.1.0\n"), "{page}");
    let stolen = fixture.tree().join("stolen");
    for name in ["no-such-commit", "", &format!("--output={}", stolen.display()), "--remote=elsewhere", "HEAD:specs"] {
        let error = checkout(&fixture.tree(), name).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with(&format!("cannot read the commit {name}: git: ")), "{error}");
    }
    assert!(!stolen.exists());
    Ok(())
}

/// Runs git in a folder, with an identity for commits, and returns its output.
pub fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).output()?;
    anyhow::ensure!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
