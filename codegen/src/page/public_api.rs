//! Section of the page about the public API: the change of `api/*.txt`, and the version that it
//! asks for.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use similar::{ChangeTag, TextDiff};

use super::semver::Verdict;
use crate::markdown::{Document, code, counted};

/// Listings of the public API in `api/`, and the version of the packages.
#[derive(Debug, Default)]
pub struct PublicApi {
    /// Listings by name of the package.
    listings: Vec<(String, String)>,
    /// Version in `Cargo.toml`.
    version: String,
    /// Whether CHANGELOG has a section for this version.
    is_released: bool,
}

/// Note that the listings may be older than the code.
const AS_COMMITTED: &str = "The listings are as committed: `make api` refreshes them.";

/// Size of a change, by the rules of semantic versioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Size {
    Unchanged,
    Added,
    Removed,
}

impl PublicApi {
    /// Reads `api/*.txt`, `Cargo.toml` and `CHANGELOG.md` of a tree.
    pub fn read(root: &Path) -> Result<Self> {
        let folder = root.join("api");
        let entries = fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        let mut listings = Vec::new();
        for entry in entries {
            let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
            let package = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if path.extension().is_some_and(|ending| ending == "txt") {
                listings.push((package, read(&path)?));
            }
        }
        ensure!(!listings.is_empty(), "{}: no listing of a public API; run `make api`", folder.display());
        listings.sort();
        let version = package_version(&root.join("Cargo.toml"))?;
        let is_released = read(&root.join("CHANGELOG.md"))?.lines().any(|line| {
            let heading = line.strip_prefix("## ").map(|heading| heading.trim_start_matches('['));
            heading.is_some_and(|heading| heading.split([' ', ']']).next() == Some(&*version))
        });
        Ok(Self { listings, version, is_released })
    }

    /// Adds the change from this tree to a newer one.
    pub fn add_to(&self, document: &mut Document, newer: &Self, verdict: &Verdict) {
        let mut packages: Vec<&str> = self.listings.iter().chain(&newer.listings).map(|(name, _)| &**name).collect();
        packages.sort_unstable();
        packages.dedup();
        let mut size = Size::Unchanged;
        for package in packages {
            let (old, new) = (self.listing(package), newer.listing(package));
            let file = code(&format!("api/{package}.txt"));
            if old == new {
                document.paragraph(format!("{file}: no change."));
                continue;
            }
            let changes = changed_lines(old, new);
            let removed = changes.iter().filter(|line| line.starts_with('-')).count();
            size = size.max(if removed > 0 { Size::Removed } else { Size::Added });
            let added = counted(changes.len() - removed, "line");
            document.paragraph(format!("{file}: {added} added, {removed} removed."));
            document.code("diff", &changes.join("\n"));
        }
        document.paragraph(format!("{} {AS_COMMITTED}", newer.asked_version(size)));
        document.paragraph(verdict.sentence());
        if let Some(lines) = verdict.lines() {
            document.log(lines);
        }
    }

    fn listing(&self, package: &str) -> &str {
        self.listings.iter().find(|(name, _)| name == package).map_or("", |(_, text)| text)
    }

    /// Says which version a change of this size asks for.
    fn asked_version(&self, size: Size) -> String {
        let Some([major, minor, patch]) = numbers(&self.version) else {
            return format!("The version {} is not three numbers.", code(&self.version));
        };
        let (change, level) = match (size, major) {
            (Size::Unchanged, _) => ("no change of the public API", "patch"),
            (Size::Added, _) => ("additions to the public API", "minor"),
            (Size::Removed, 0) => ("removals from the public API before 1.0", "minor"),
            (Size::Removed, _) => ("removals from the public API", "major"),
        };
        if !self.is_released {
            let version = &self.version;
            return format!("By these listings: {level} ({change}). {version} is not released yet, so it stays.");
        }
        let next = match level {
            "patch" => [major, minor, patch + 1],
            "minor" => [major, minor + 1, 0],
            _ => [major + 1, 0, 0],
        };
        format!(
            "By these listings: {level} ({change}), so {} → {}.",
            self.version,
            next.map(|n| n.to_string()).join(".")
        )
    }
}

/// Returns the lines that differ, each with `+` or `-` in front.
fn changed_lines(old: &str, new: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(old, new);
    let line = |change: similar::Change<&str>| match change.tag() {
        ChangeTag::Equal => None,
        ChangeTag::Delete => Some(format!("-{}", change.value().trim_end())),
        ChangeTag::Insert => Some(format!("+{}", change.value().trim_end())),
    };
    diff.iter_all_changes().filter_map(line).collect()
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Returns the version that all packages share.
fn package_version(manifest: &Path) -> Result<String> {
    let text = read(manifest)?;
    let value: toml::Value = toml::from_str(&text).with_context(|| format!("cannot parse {}", manifest.display()))?;
    let version = value.get("workspace").and_then(|workspace| workspace.get("package")?.get("version")?.as_str());
    Ok(version.with_context(|| format!("{}: workspace.package.version is missing", manifest.display()))?.to_owned())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(listing: &str, version: &str, is_released: bool) -> PublicApi {
        PublicApi {
            listings: vec![("weaviate".to_owned(), listing.to_owned())],
            version: version.to_owned(),
            is_released,
        }
    }

    fn section(old: &PublicApi, new: &PublicApi) -> String {
        let mut document = Document::default();
        old.add_to(&mut document, new, &Verdict::NotInstalled);
        document.render()
    }

    #[test]
    fn the_listing_decides_about_the_version() {
        for (old, new, version, is_released, expected) in [
            ("a\nb\n", "a\nb\n", "0.1.2", true, "patch (no change of the public API), so 0.1.2 → 0.1.3."),
            ("a\nb\n", "a\nb\nc\n", "0.1.2", true, "minor (additions to the public API), so 0.1.2 → 0.2.0."),
            ("a\nb\n", "a\n", "0.1.2", true, "minor (removals from the public API before 1.0), so 0.1.2 → 0.2.0."),
            ("a\nb\n", "a\nc\n", "1.2.3", true, "major (removals from the public API), so 1.2.3 → 2.0.0."),
            ("a\nb\n", "a\nb\nc\n", "1.2.3", true, "minor (additions to the public API), so 1.2.3 → 1.3.0."),
            (
                "a\n",
                "b\n",
                "0.1.0",
                false,
                "minor (removals from the public API before 1.0). 0.1.0 is not released yet, so it stays.",
            ),
            ("a\n", "a\n", "0.1.0-rc.1", true, "The version `0.1.0-rc.1` is not three numbers."),
        ] {
            let text = section(&api(old, version, is_released), &api(new, version, is_released));
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }

    #[test]
    fn the_section_has_the_lines_that_differ() {
        let text = section(&api("a\nb\nc\n", "0.1.0", true), &api("a\nc\nd\n", "0.1.0", true));
        assert!(text.contains("`api/weaviate.txt`: 1 line added, 1 removed.\n\n```diff\n-b\n+d\n```\n"), "{text}");
        let text = section(&api("a\n", "0.1.0", true), &api("a\n", "0.1.0", true));
        assert!(text.starts_with("`api/weaviate.txt`: no change.\n"), "{text}");
        // Otherwise it would look as if the new code had been listed.
        assert!(
            text.contains(", so 0.1.0 → 0.1.1. The listings are as committed: `make api` refreshes them.\n"),
            "{text}"
        );
    }

    #[test]
    fn the_tree_says_which_version_is_released() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let write = |path: &str, text: &str| fs::write(folder.path().join(path), text);
        fs::create_dir(folder.path().join("api"))?;
        write("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n")?;
        write("CHANGELOG.md", "## Unreleased\n")?;
        assert!(PublicApi::read(folder.path()).is_err_and(|error| error.to_string().contains("make api")));
        write("api/weaviate.txt", "a\n")?;
        for (heading, is_released) in [
            ("## Unreleased", false),
            ("## 0.1.0 - 2026-01-01", true),
            ("## [0.1.0]", true),
            ("## 0.1.01", false),
            ("## 0.1.0-rc.1", false),
        ] {
            write("CHANGELOG.md", &format!("# Changelog\n\n{heading}\n"))?;
            let read = PublicApi::read(folder.path())?;
            assert_eq!((&*read.version, read.is_released), ("0.1.0", is_released), "{heading}");
        }
        Ok(())
    }
}
