//! Report of `codegen diff`, as Markdown and as JSON.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use serde::{Serialize, Serializer};

use crate::markdown::{Document, code, counted};

/// Changes from one contract to another.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Version that the older contract states.
    pub from: String,
    /// Version that the newer contract states.
    pub to: String,
    pub rest: Section,
    pub grpc: Section,
    /// Places of the REST contract whose change no line explains.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<String>,
    /// Proto files that changed, if no line is about them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proto_files: Vec<String>,
}

/// Number of places that the report lists.
const MAX_PLACES: usize = 5;

/// Changes of one protocol.
#[derive(Debug, Default, Serialize)]
pub struct Section {
    pub breaking: Vec<Line>,
    pub additive: Vec<Line>,
    pub deprecated: Vec<Line>,
}

/// Change of one item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Kind of the item, such as `operation`.
    pub noun: &'static str,
    pub name: String,
    pub effect: Effect,
}

/// Kind of a change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    Added,
    /// A parameter that callers have to send.
    AddedAsRequired,
    Removed,
    Deprecated,
    /// The change in words, as Markdown.
    Changed(String),
}

impl Report {
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    pub fn markdown(&self) -> String {
        let mut document = Document::default();
        document.heading(1, &self.title());
        self.add_to(&mut document);
        document.render()
    }

    /// Returns the two versions: `Weaviate 1.39.0 → 1.39.1`.
    pub fn title(&self) -> String {
        format!("Weaviate {} → {}", plain_version(&self.from), plain_version(&self.to))
    }

    /// Returns the newer version: `Weaviate 1.39.1`.
    pub fn newer(&self) -> String {
        format!("Weaviate {}", plain_version(&self.to))
    }

    /// Returns the changes of both protocols.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        let sections = [&self.rest, &self.grpc].into_iter();
        sections.flat_map(|section| section.breaking.iter().chain(&section.additive).chain(&section.deprecated))
    }

    /// Adds a section for each protocol.
    pub fn add_to(&self, document: &mut Document) {
        let protocols = [
            ("REST", &self.rest, "`openapi.json`", &self.otherwise),
            ("gRPC", &self.grpc, "The proto files", &self.proto_files),
        ];
        for (name, section, file, otherwise) in protocols {
            document.heading(2, name);
            add_otherwise(document, file, otherwise);
            if section.is_empty() {
                if otherwise.is_empty() {
                    document.paragraph("No change.");
                }
                continue;
            }
            let Section { breaking, additive, deprecated } = section;
            document.paragraph(format!(
                "{} breaking, {} additive, {} deprecated",
                breaking.len(),
                additive.len(),
                deprecated.len()
            ));
            for (title, lines) in [("Breaking", breaking), ("Additive", additive), ("Deprecated", deprecated)] {
                if !lines.is_empty() {
                    document.heading(3, &format!("{title}: {}", summary(lines)));
                    document.list(lines.iter().map(Line::to_string));
                }
            }
        }
    }
}

/// Adds the number of changes that no line explains, and the first of them.
fn add_otherwise(document: &mut Document, file: &str, places: &[String]) {
    if places.is_empty() {
        return;
    }
    let first: Vec<String> = places.iter().take(MAX_PLACES).map(|place| code(place)).collect();
    let more = if places.len() > first.len() { ", ..." } else { "" };
    document.paragraph(format!(
        "{file} changed otherwise, in {} that no line explains: {}{more}. Read the diff of `specs/`.",
        counted(places.len(), "place"),
        first.join(", ")
    ));
}

/// Counts lines by effect and kind of item: `4 operations and 1 property added; 1 operation
/// changed`.
pub fn summary(lines: &[Line]) -> String {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for line in lines {
        *counts.entry(line.effect.participle()).or_default().entry(line.noun).or_default() += 1;
    }
    let joined = |(participle, nouns): (&str, BTreeMap<&str, usize>)| {
        let counted: Vec<String> = nouns.into_iter().map(|(noun, count)| counted(count, noun)).collect();
        let counted = match counted.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => counted.concat(),
        };
        if participle.is_empty() { counted } else { format!("{counted} {participle}") }
    };
    counts.into_iter().map(joined).collect::<Vec<_>>().join("; ")
}

/// Returns a version for a heading. A text that does not look like one becomes a code span.
fn plain_version(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text.len() <= 40
        && text.chars().all(|character| character.is_ascii_alphanumeric() || ".+-".contains(character));
    if is_plain { text.to_owned() } else { code(text) }
}

impl Section {
    pub fn is_empty(&self) -> bool {
        self.breaking.is_empty() && self.additive.is_empty() && self.deprecated.is_empty()
    }

    /// Sorts the lines by noun, then by name.
    pub fn sort(&mut self) {
        for lines in [&mut self.breaking, &mut self.additive, &mut self.deprecated] {
            lines.sort();
        }
    }
}

impl Effect {
    fn participle(&self) -> &'static str {
        match self {
            Self::Added | Self::AddedAsRequired => "added",
            Self::Removed => "removed",
            // The heading says it.
            Self::Deprecated => "",
            Self::Changed(_) => "changed",
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.noun, code(&self.name))?;
        match &self.effect {
            Effect::Added => f.write_str(" added"),
            Effect::AddedAsRequired => f.write_str(" added as required"),
            Effect::Removed => f.write_str(" removed"),
            Effect::Deprecated => Ok(()),
            Effect::Changed(change) => write!(f, " {change}"),
        }
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
