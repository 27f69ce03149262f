//! Report of `codegen diff`, as Markdown and as JSON.

use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;

/// Changes from one contract to another.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub from: String,
    pub to: String,
    pub rest: Section,
    pub grpc: Section,
}

/// Changes of one protocol, one line each.
#[derive(Debug, Default, Serialize)]
pub struct Section {
    pub breaking: Vec<String>,
    pub additive: Vec<String>,
    pub deprecated: Vec<String>,
}

impl Report {
    pub fn new(from: String, to: String) -> Self {
        Self { from, to, ..Self::default() }
    }

    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    pub fn markdown(&self) -> String {
        let mut out = format!("# Weaviate {} → {}\n", self.from, self.to);
        for (name, section) in [("REST", &self.rest), ("gRPC", &self.grpc)] {
            let _ = write!(out, "\n## {name}\n\n");
            if section.is_empty() {
                out.push_str("No change.\n");
                continue;
            }
            let _ = writeln!(
                out,
                "{} breaking, {} additive, {} deprecated",
                section.breaking.len(),
                section.additive.len(),
                section.deprecated.len()
            );
            for (title, lines) in
                [("Breaking", &section.breaking), ("Additive", &section.additive), ("Deprecated", &section.deprecated)]
            {
                if !lines.is_empty() {
                    let _ = write!(out, "\n### {title}\n\n");
                    for line in lines {
                        let _ = writeln!(out, "- {line}");
                    }
                }
            }
        }
        out
    }
}

impl Section {
    pub fn is_empty(&self) -> bool {
        self.breaking.is_empty() && self.additive.is_empty() && self.deprecated.is_empty()
    }

    /// Sorts the lines by noun, then by name.
    pub fn sort(&mut self) {
        for lines in [&mut self.breaking, &mut self.additive, &mut self.deprecated] {
            // A backtick sorts after a dot, which would put `Thing.name` before `Thing`.
            lines.sort_by_key(|line| line.replace('`', " "));
        }
    }
}
