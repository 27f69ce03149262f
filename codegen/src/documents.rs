//! Handwritten documents that name the release of the contract. `generate` writes its version into
//! them, so that a new contract needs no edit, and `check` compares.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context as _, Result};

/// Page of the client, and the words before the version.
const PAGE: (&str, &str) = ("docs/crate.md", "the contract is that of ");
/// Changelog, and the words before the version. Those of past releases stay.
const CHANGELOG: (&str, &str) = ("CHANGELOG.md", "Covers the contract of Weaviate ");
const UNRELEASED: &str = "## Unreleased\n";

/// Writes the version into the documents of a repository. A document that is missing, or has no place
/// for it, is left as it is.
pub fn update(repository: &Path, version: &str) -> Result<()> {
    for (file, words) in [PAGE, CHANGELOG] {
        let path = repository.join(file);
        if !path.exists() {
            continue;
        }
        let mut text = read(&path)?;
        if let Some(place) = place(&text, file, words).filter(|place| text.get(place.clone()) != Some(version)) {
            text.replace_range(place, version);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// Returns a finding for each document that does not name this version.
pub fn findings(repository: &Path, version: &str) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let (file, words) = PAGE;
    let text = read(&repository.join(file))?;
    match place(&text, file, words).and_then(|place| text.get(place)) {
        Some(found) if found == version => {}
        Some(found) => findings.push(format!("{file} names the contract of {found}, not {version}; run `make regen`")),
        None => findings.push(format!("{file} does not name the contract; write \"{words}{version}\"")),
    }
    let (file, words) = CHANGELOG;
    let text = read(&repository.join(file))?;
    if !text.contains(&format!("{words}{version}.")) {
        findings.push(format!("{file} does not name the contract of {version}; add the entry that `make page` prints"));
    }
    Ok(findings)
}

/// Returns the place of the version in a document.
fn place(text: &str, file: &str, words: &str) -> Option<Range<usize>> {
    let (start, end) = if file == CHANGELOG.0 {
        let start = text.find(UNRELEASED)? + UNRELEASED.len();
        (start, text.get(start..)?.find("\n## ").map_or(text.len(), |length| start + length))
    } else {
        (0, text.len())
    };
    let from = start + text.get(start..end)?.find(words)? + words.len();
    let rest = text.get(from..)?;
    let word = rest.split(|letter: char| letter.is_whitespace() || ",;)".contains(letter)).next()?;
    Some(from..from + word.trim_end_matches('.').len())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(page: &str, changelog: &str) -> Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("docs"))?;
        fs::write(folder.path().join("docs/crate.md"), page)?;
        fs::write(folder.path().join("CHANGELOG.md"), changelog)?;
        Ok(folder)
    }

    #[test]
    fn the_version_follows_the_contract_where_a_document_names_it() -> Result<()> {
        let page = |version: &str| format!("Servers from 1.27.0 on; the contract is that of {version}. Rust 1.88.\n");
        let changelog = |version: &str| {
            format!(
                "# Changelog\n\n## Unreleased\n\nCovers the contract of Weaviate {version}. Servers from 1.27.0 on.\n\n## 0.1.0\n\n\
                 Covers the contract of Weaviate 1.39.0.\n"
            )
        };
        let folder = repository(&page("1.39.0"), &changelog("1.39.0"))?;
        let root = folder.path();
        assert_eq!(findings(root, "1.39.0")?, Vec::<String>::new());
        assert_eq!(
            findings(root, "1.39.1")?,
            [
                "docs/crate.md names the contract of 1.39.0, not 1.39.1; run `make regen`",
                "CHANGELOG.md does not name the contract of 1.39.1; add the entry that `make page` prints",
            ]
        );
        for version in ["1.39.1", "1.40.0-rc.1", "1.39.0"] {
            update(root, version)?;
            assert_eq!(findings(root, version)?, Vec::<String>::new());
            assert_eq!(read(&root.join("docs/crate.md"))?, page(version));
            assert_eq!(read(&root.join("CHANGELOG.md"))?, changelog(version));
        }
        Ok(())
    }

    #[test]
    fn a_document_without_a_place_for_the_version_is_a_finding_and_stays() -> Result<()> {
        let changelog = "## Unreleased\n\n## 0.1.0\n\nCovers the contract of Weaviate 1.39.0.\n";
        let folder = repository("No version.\n", changelog)?;
        update(folder.path(), "1.39.1")?;
        assert_eq!(read(&folder.path().join("CHANGELOG.md"))?, changelog);
        assert_eq!(
            findings(folder.path(), "1.39.1")?,
            [
                "docs/crate.md does not name the contract; write \"the contract is that of 1.39.1\"",
                "CHANGELOG.md does not name the contract of 1.39.1; add the entry that `make page` prints",
            ]
        );
        // A contract that a release covers needs no other entry.
        assert_eq!(findings(folder.path(), "1.39.0")?.len(), 1);
        let elsewhere = tempfile::tempdir()?;
        update(elsewhere.path(), "1.39.1")?;
        assert_eq!(fs::read_dir(elsewhere.path())?.count(), 0);
        Ok(())
    }
}
