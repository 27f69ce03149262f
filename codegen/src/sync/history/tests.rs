use super::*;

fn version(text: &str) -> Version {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn with(names: &[&str]) -> Items {
    let mut items = Items::default();
    for name in names {
        items.add(Kind::Definition, *name, attributes::Attributes::new());
    }
    items
}

/// Returns a history of 1.0.0, 1.1.0 and 1.1.1. `Always` is in all of them.
fn covered() -> Result<History> {
    History::parse(
        r#"{ "covers": ["1.0.0", "1.1.1"], "releases": 3, "newest": { "1.0": "1.0.0", "1.1": "1.1.1" },
             "items": { "definition": { "Old": { "backports": { "1.0": "1.0.0" }, "gone": "1.1.0" },
                                        "New": { "settled": "1.1.0" } } } }"#,
    )
}

const AT_1_1_1: &[&str] = &["Always", "New"];

fn entry(history: &History, name: &str) -> Option<String> {
    let (_, since) = history.entries(Kind::Definition).find(|(known, _)| *known == name)?;
    serde_json::to_string(&Entry::of(since)).ok()
}

/// Records releases in order, then verifies each against the resulting history.
fn record(history: &mut History, releases: &[(&str, &[&str])]) -> Result<()> {
    for (release, names) in releases {
        history.record(version(release), &with(names), &with(AT_1_1_1))?;
    }
    for (release, names) in releases {
        history.verify(version(release), &with(names))?;
    }
    history.verify(version("1.1.1"), &with(AT_1_1_1))?;
    history.verify(version("1.0.0"), &with(&["Always", "Old"]))
}

#[test]
fn a_new_line_sets_settled_for_added_items_and_gone_for_removed_ones() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.2.0", &["Added", "New"])])?;
    assert_eq!(entry(&history, "Added").as_deref(), Some(r#"{"settled":"1.2.0"}"#));
    assert_eq!(entry(&history, "New").as_deref(), Some(r#"{"settled":"1.1.0"}"#));
    assert_eq!(
        entry(&history, "Always").as_deref(),
        Some(r#"{"backports":{"1.0":"1.0.0","1.1":"1.1.0"},"gone":"1.2.0"}"#)
    );
    assert!(history.covers(version("1.2.0")) && !history.covers(version("1.2.1")));
    assert_eq!((history.last, history.releases), (version("1.2.0"), 4));
    Ok(())
}

#[test]
fn an_item_of_every_release_has_no_entry() -> Result<()> {
    let mut history = covered()?;
    let before = history.items.clone();
    let recorded = history.record(version("1.2.0"), &with(AT_1_1_1), &with(AT_1_1_1))?;
    assert_eq!(recorded, Recorded::default());
    assert_eq!(entry(&history, "Always"), None);
    assert_eq!(before.get(&Kind::Definition), history.items.get(&Kind::Definition));
    Ok(())
}

#[test]
fn an_item_added_by_the_newest_patch_release_becomes_a_backport_with_the_next_line() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.1.2", &["Always", "Added", "Short"])])?;
    assert_eq!(entry(&history, "Added").as_deref(), Some(r#"{"settled":"1.1.2"}"#));
    assert_eq!(entry(&history, "New").as_deref(), Some(r#"{"backports":{"1.1":"1.1.0"},"gone":"1.1.2"}"#));

    record(&mut history, &[("1.2.0", &["Always", "Added"])])?;
    assert_eq!(entry(&history, "Added").as_deref(), Some(r#"{"backports":{"1.1":"1.1.2"},"settled":"1.2.0"}"#));
    assert_eq!(entry(&history, "Short").as_deref(), Some(r#"{"backports":{"1.1":"1.1.2"}}"#));
    assert_eq!(
        entry(&history, "New").as_deref(),
        Some(r#"{"backports":{"1.1":"1.1.0"},"dropped_within":{"1.1":"1.1.2"},"gone":"1.2.0"}"#)
    );
    Ok(())
}

#[test]
fn an_item_added_by_a_patch_release_of_an_older_line_is_a_backport() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.0.1", &["New", "Only"])])?;
    assert_eq!(entry(&history, "New").as_deref(), Some(r#"{"backports":{"1.0":"1.0.1"},"settled":"1.1.0"}"#));
    assert_eq!(entry(&history, "Only").as_deref(), Some(r#"{"backports":{"1.0":"1.0.1"}}"#));
    assert_eq!(
        entry(&history, "Always").as_deref(),
        Some(r#"{"backports":{"1.0":"1.0.0"},"dropped_within":{"1.0":"1.0.1"},"settled":"1.1.0"}"#)
    );
    assert_eq!(
        entry(&history, "Old").as_deref(),
        Some(r#"{"backports":{"1.0":"1.0.0"},"dropped_within":{"1.0":"1.0.1"},"gone":"1.1.0"}"#)
    );
    assert_eq!(history.last, version("1.1.1"));
    Ok(())
}

/// Weaviate 1.38.10 is younger than 1.39.0, and 1.39.1 has again what 1.38.10 brought.
#[test]
fn an_item_backported_ahead_is_not_gone_and_has_a_range_in_each_line() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.0.1", &["Always", "Old", "Ahead"])])?;
    assert_eq!(entry(&history, "Ahead").as_deref(), Some(r#"{"backports":{"1.0":"1.0.1"}}"#));
    record(&mut history, &[("1.1.2", &["Always", "New", "Ahead"])])?;
    assert_eq!(entry(&history, "Ahead").as_deref(), Some(r#"{"backports":{"1.0":"1.0.1"},"settled":"1.1.2"}"#));
    let Some((_, since)) = history.entries(Kind::Definition).find(|(name, _)| *name == "Ahead") else {
        bail!("no entry");
    };
    let has = ["1.0.0", "1.0.1", "1.0.9", "1.1.0", "1.1.1", "1.1.2", "1.2.0"].map(|text| since.holds(version(text)));
    assert_eq!(has, [false, true, true, false, false, true, true]);
    Ok(())
}

#[test]
fn an_item_backported_ahead_can_still_be_removed() -> Result<()> {
    let mut history = covered()?;
    history.record(version("1.0.1"), &with(&["Always", "Old", "Ahead"]), &with(AT_1_1_1))?;
    history.record(version("1.0.2"), &with(&["Always", "Old"]), &with(AT_1_1_1))?;
    assert_eq!(
        entry(&history, "Ahead").as_deref(),
        Some(r#"{"backports":{"1.0":"1.0.1"},"dropped_within":{"1.0":"1.0.2"},"gone":"1.1.0"}"#)
    );
    Ok(())
}

#[test]
fn an_entry_that_is_not_canonical_is_refused() -> Result<()> {
    for (entry, expected) in [
        (r#"{ "backports": { "1.0": "1.0.1" }, "gone": "1.1.0" }"#, r#"expected {"backports":{"1.0":"1.0.1"}}"#),
        (r#"{ "backports": { "1.1": "1.1.0" }, "settled": "1.1.0" }"#, r#"expected {"settled":"1.1.0"}"#),
        (r#"{ "settled": "1.0.0" }"#, "expected no entry"),
        ("{}", "expected no entry"),
    ] {
        let text = format!(
            r#"{{ "covers": ["1.0.0", "1.1.1"], "releases": 4, "newest": {{ "1.0": "1.0.1", "1.1": "1.1.1" }},
                  "items": {{ "definition": {{ "X": {entry} }} }} }}"#
        );
        let error = History::parse(&text)?.verify(version("1.1.1"), &with(&["X"])).err().map(|error| error.to_string());
        let error = error.unwrap_or_default();
        assert!(error.starts_with("definition \"X\": ") && error.ends_with(expected), "{error}");
    }
    Ok(())
}

#[test]
fn a_removed_item_can_return_in_a_later_line() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.2.0", &["Always", "New", "Old"])])?;
    assert_eq!(entry(&history, "Old").as_deref(), Some(r#"{"backports":{"1.0":"1.0.0"},"settled":"1.2.0"}"#));
    Ok(())
}

#[test]
fn an_item_that_returns_within_a_line_counts_from_its_return() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.1.2", &["Always"])])?;
    history.record(version("1.1.3"), &with(AT_1_1_1), &with(AT_1_1_1))?;
    assert_eq!(entry(&history, "New").as_deref(), Some(r#"{"settled":"1.1.3"}"#));
    Ok(())
}

#[test]
fn a_line_with_skipped_first_releases_inherits_the_items_of_the_previous_line() -> Result<()> {
    let mut history = covered()?;
    record(&mut history, &[("1.2.3", &["Always", "New", "Added"])])?;
    assert_eq!(entry(&history, "Always"), None);
    assert_eq!(entry(&history, "Added").as_deref(), Some(r#"{"settled":"1.2.3"}"#));
    Ok(())
}

#[test]
fn recording_a_release_twice_changes_nothing() -> Result<()> {
    let mut history = covered()?;
    let contract = with(&["Always", "Added"]);
    let recorded = history.record(version("1.2.0"), &contract, &with(AT_1_1_1))?;
    assert_eq!(recorded, Recorded { added: 1, removed: 1 });
    let once = history.clone();
    history.record(version("1.2.0"), &contract, &Items::default())?;
    assert_eq!(history, once);
    Ok(())
}

#[test]
fn verifying_a_contract_that_disagrees_names_the_items() -> Result<()> {
    let error = covered()?.verify(version("1.1.0"), &with(&["Old"])).err().map(|error| error.to_string());
    let expected = "the history and the contract of 1.1.0 disagree about 2 items: definition \"New\", definition \"Old\"; if 1.1.0 was \
         skipped or one of them was edited, restore specs/ from version control and sync the releases of a line in order";
    assert_eq!(error.as_deref(), Some(expected));
    Ok(())
}

#[test]
fn a_release_of_an_older_uncovered_line_is_refused() -> Result<()> {
    let mut history = covered()?;
    history.record(version("1.3.0"), &with(AT_1_1_1), &with(AT_1_1_1))?;
    for outside in ["0.9.0", "1.2.0"] {
        assert!(history.record(version(outside), &with(&[]), &with(&[])).is_err(), "{outside}");
    }
    Ok(())
}

#[test]
fn releases_are_recorded_one_after_the_other() -> Result<()> {
    let history = covered()?;
    for (release, skipped) in [
        ("1.1.2", None),
        ("1.1.3", Some("1.1.2")),
        ("1.2.0", None),
        ("1.2.1", Some("1.2.0")),
        ("1.0.1", None),
        ("1.1.1", None),
    ] {
        assert_eq!(history.skipped_before(version(release)), skipped.map(version), "{release}");
    }
    Ok(())
}

#[test]
fn an_invalid_history_file_is_refused() {
    for text in [
        r#"{ "covers": ["1.0.0", "1.0.0"], "releases": 1, "newest": {}, "items": { "colour": {} } }"#,
        r#"{ "covers": ["1.0.0", "1.0.0"], "releases": 1, "newest": { "1.1": "1.0.0" }, "items": {} }"#,
        r#"{ "covers": ["1.0.0", "1.0.0"], "releases": 1, "newest": {}, "items": { "proto": { "X": { "until": "" } } } }"#,
        r#"{ "covers": ["1.0.0"], "releases": 1, "newest": {}, "items": {} }"#,
    ] {
        assert!(History::parse(text).is_err(), "{text}");
    }
}

#[test]
fn recording_a_release_gives_the_history_cut_behind_it() -> Result<()> {
    let mut whole = covered()?;
    let releases: &[(&str, &[&str])] = &[
        ("1.0.1", &["Always", "Old", "Ahead"]),
        ("1.1.2", &["New", "Ahead"]),
        ("1.2.0", &["New", "Ahead", "Late"]),
        ("1.2.1", &["Late", "Old"]),
    ];
    record(&mut whole, releases)?;
    for (release, names) in releases {
        let until = whole.until(version(release));
        until.verify(version(release), &with(names))?;
        let mut recorded = whole.before(version(release)).context("no release before it")?;
        assert!(!recorded.covers(version(release)), "{release}");
        recorded.record(version(release), &with(names), &with(&["Always", "Old"]))?;
        assert_eq!(until.differences(&recorded), "", "{release}");
    }
    assert_eq!(whole.until(version("1.2.1")), whole);
    assert!(whole.before(version("1.0.0")).is_none());
    assert_eq!(whole.differences(&covered()?).matches("definition").count(), MAX_LISTED);
    Ok(())
}

/// Tests of the committed history of 346 releases, which has entries of every form.
mod committed_history {
    use super::*;

    const TEXT: &str = include_str!("../../../../specs/history.json");

    #[test]
    fn is_rendered_as_it_was_parsed() -> Result<()> {
        assert_eq!(History::parse(TEXT)?.render()?, TEXT);
        Ok(())
    }

    #[test]
    fn has_entries_in_canonical_form_only() -> Result<()> {
        let history = History::parse(TEXT)?;
        let (never, always) = history.marks();
        assert!(Kind::ALL.into_iter().flat_map(|kind| history.entries(kind)).count() > 1000);
        history.verify_forms(|since| *since == never || *since == always)
    }

    #[test]
    fn has_the_known_releases_of_some_items() -> Result<()> {
        let history = History::parse(TEXT)?;
        for (kind, name, has, lacks) in [
            (Kind::Operation, "POST /search/{collection}/bm25", &["1.38.10", "1.38.11"][..], &["1.38.9", "1.39.0"][..]),
            (Kind::EnumValue, "GroupType <alias>=db", &["1.32.5"], &["1.32.4", "1.32.6", "1.33.0"]),
            (Kind::Proto, "GenerativeXAIMetadata.Usage", &["1.30.0", "1.39.0"], &["1.29.11"]),
            (Kind::Proto, "QueryProfile.ShardProfile", &["1.36.9", "1.37.0"], &["1.36.8"]),
        ] {
            let Some((_, since)) = history.entries(kind).find(|(known, _)| *known == name) else {
                bail!("{name} has no entry");
            };
            assert!(has.iter().all(|text| since.holds(version(text))), "{name}");
            assert!(!lacks.iter().any(|text| since.holds(version(text))), "{name}");
        }
        Ok(())
    }

    #[test]
    fn agrees_with_the_committed_contract() -> Result<()> {
        let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
        let contract = crate::sync::Contract::from_specs(&specs)?;
        crate::sync::verify_history(&specs, &History::parse(TEXT)?, &contract).map(|_| ())
    }
}
