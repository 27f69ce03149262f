//! What the client has reported, and its comparison with what is stored.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::{Error, ErrorKind};

use super::load::{at_level, id};

/// What was reported of a written object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Write {
    Acknowledged,
    /// The server did nothing, according to the error.
    Refused(ErrorKind),
    /// The server may have stored it.
    Unknown(ErrorKind),
}

impl Write {
    fn failed(error: &Error) -> Self {
        match error.outcome() {
            Outcome::Unknown => Self::Unknown(error.kind()),
            _ => Self::Refused(error.kind()),
        }
    }
}

#[derive(Debug)]
pub(super) struct Ledger {
    start: Instant,
    pub(super) reads: usize,
    /// Reads that did not find what exists.
    missed: usize,
    /// Errors by call, kind and outcome, with the first text of each.
    errors: BTreeMap<String, (usize, String)>,
    writes: Vec<(u64, Write)>,
    longest: Duration,
    /// Acknowledged and not stored.
    lost: Vec<u64>,
    /// Stored, though reported as refused or not sent.
    invented: Vec<u64>,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            reads: 0,
            missed: 0,
            errors: BTreeMap::new(),
            writes: Vec::new(),
            longest: Duration::ZERO,
            lost: Vec::new(),
            invented: Vec::new(),
        }
    }

    pub(super) fn took(&mut self, time: Duration) {
        self.longest = self.longest.max(time);
    }

    pub(super) fn read(&mut self, call: &str, found: Result<bool, Error>) {
        self.reads += 1;
        match found {
            Ok(true) => {}
            Ok(false) => {
                self.missed += 1;
                let seconds = self.start.elapsed().as_secs();
                self.errors.entry(format!("{call}: nothing found, after {seconds} s")).or_default().0 += 1;
            }
            Err(error) => {
                self.missed += usize::from(error.is_not_found());
                self.note(&format!("{call}: {:?}", error.kind()), &error);
            }
        }
    }

    pub(super) fn wrote(&mut self, call: &str, number: u64, error: Option<&Error>) {
        let write = error.map_or(Write::Acknowledged, Write::failed);
        if let Some(error) = error {
            self.note(&format!("{call}: {write:?}"), error);
        }
        self.writes.push((number, write));
    }

    fn note(&mut self, what: &str, error: &Error) {
        let (count, _) = self.errors.entry(what.to_owned()).or_insert_with(|| (0, error.to_string()));
        *count += 1;
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.writes.iter().filter(|(_, write)| *write == Write::Acknowledged).count()
    }

    pub(super) fn write_timeouts(&self) -> usize {
        use Write::{Refused, Unknown};
        let is_timeout = |write| matches!(write, Refused(ErrorKind::Timeout) | Unknown(ErrorKind::Timeout));
        self.writes.iter().filter(|(_, write)| is_timeout(*write)).count()
    }

    /// Reads every written object, and compares.
    pub(super) async fn verify(&mut self, client: &Client, level: Option<ConsistencyLevel>) {
        let collection = at_level(client, level);
        let mut tasks = JoinSet::new();
        for part in self.writes.chunks(self.writes.len().div_ceil(32).max(1)) {
            let (part, collection) = (part.to_vec(), collection.clone());
            tasks.spawn(async move {
                let (mut lost, mut invented) = (Vec::new(), Vec::new());
                for (number, write) in part {
                    let exists = collection.data().exists(id(number)).await.unwrap();
                    match write {
                        Write::Acknowledged if !exists => lost.push(number),
                        Write::Refused(_) if exists => invented.push(number),
                        _ => {}
                    }
                }
                (lost, invented)
            });
        }
        while let Some(part) = tasks.join_next().await {
            let (lost, invented) = part.unwrap();
            self.lost.extend(lost);
            self.invented.extend(invented);
        }
    }

    /// Fails if anything that was reported is not what happened, or if a call outlasted its deadline.
    pub(super) fn check(&self, deadline: Duration) {
        assert!(self.lost.is_empty(), "acknowledged and not stored: {:?}\n{self}", self.lost);
        assert!(self.invented.is_empty(), "stored, though reported as not stored: {:?}\n{self}", self.invented);
        assert_eq!(self.missed, 0, "reads did not find what exists\n{self}");
        assert!(self.longest <= deadline, "a call took {:?}\n{self}", self.longest);
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} reads, {} of them missed what exists", self.reads, self.missed)?;
        writeln!(
            f,
            "{} written objects, {} acknowledged, {} of them lost; {} stored though reported as not stored",
            self.writes.len(),
            self.acknowledged(),
            self.lost.len(),
            self.invented.len()
        )?;
        writeln!(f, "the longest call took {:.1?}; {} writes timed out", self.longest, self.write_timeouts())?;
        for (what, (count, text)) in &self.errors {
            writeln!(f, "  {count} × {what} {text}")?;
        }
        Ok(())
    }
}
