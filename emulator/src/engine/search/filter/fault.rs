//! Reasons why a filter cannot be evaluated: one fault shows while the filter is read, another one only in the indexes.

use std::fmt;

use crate::engine::search::fault::{ClauseFault, Front, IndexFault, LinkedFault, OnlyStopwords};

/// A fault, with what stands around it. It is a list, since a filter may be a thousand levels deep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    cause: Cause,
    stage: Stage,
    /// From the innermost to the outermost.
    fronts: Vec<Front>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cause {
    Clause(ClauseFault),
    OnlyStopwords(OnlyStopwords),
    Index(IndexFault),
}

/// Stage at which a fault shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// While the filter is read.
    Reading,
    /// The same, of a clause that a list of clauses can do without.
    OnlyStopwords,
    /// When indexes are asked.
    Resolving,
}

/// The operator around a faulty filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    AndOr,
    Not,
}

impl Fault {
    /// As the operator around it reports it, of its operand at `position`.
    pub(super) fn within(mut self, around: Around, position: usize) -> Self {
        self.fronts.push(match (self.stage, around) {
            (Stage::Resolving, Around::AndOr) => Front::Child(position),
            (Stage::Resolving, Around::Not) => Front::Not,
            (Stage::Reading | Stage::OnlyStopwords, _) => {
                self.stage = Stage::Reading;
                Front::Clause(position)
            }
        });
        self
    }

    /// As the search reports it that looks for the objects at the other end of a reference.
    pub(super) fn behind(mut self, index: String, shard: String) -> Self {
        if self.is_late() {
            self.fronts.push(Front::Resolving);
            self.stage = Stage::Reading;
        }
        self.fronts.push(Front::Reference { index, shard });
        self
    }

    /// As it is told of a value inside of an object.
    pub(super) fn in_nested(mut self, path: &str) -> Self {
        self.cause = match self.cause {
            Cause::Clause(fault) => {
                Cause::Clause(ClauseFault::NestedValue { path: path.to_owned(), fault: Box::new(fault) })
            }
            other => other,
        };
        self
    }

    pub(super) fn is_late(&self) -> bool {
        self.stage == Stage::Resolving
    }

    pub(super) fn is_only_stopwords(&self) -> bool {
        self.stage == Stage::OnlyStopwords
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_late() {
            write!(f, "{}", Front::Resolving)?;
        }
        for front in self.fronts.iter().rev() {
            write!(f, "{front}")?;
        }
        match &self.cause {
            Cause::Clause(fault) => write!(f, "{fault}"),
            Cause::OnlyStopwords(fault) => write!(f, "{fault}"),
            Cause::Index(fault) => write!(f, "{fault}"),
        }
    }
}

impl From<ClauseFault> for Fault {
    fn from(fault: ClauseFault) -> Self {
        Self { cause: Cause::Clause(fault), stage: Stage::Reading, fronts: Vec::new() }
    }
}

impl From<LinkedFault> for Fault {
    fn from(fault: LinkedFault) -> Self {
        ClauseFault::Linked(fault).into()
    }
}

impl From<OnlyStopwords> for Fault {
    fn from(fault: OnlyStopwords) -> Self {
        Self { cause: Cause::OnlyStopwords(fault), stage: Stage::OnlyStopwords, fronts: Vec::new() }
    }
}

impl From<IndexFault> for Fault {
    fn from(fault: IndexFault) -> Self {
        Self { cause: Cause::Index(fault), stage: Stage::Resolving, fronts: Vec::new() }
    }
}

/// The operands that are compiled, or the fault that shows first: all are read before any index is asked.
pub(super) fn all<T>(operands: impl Iterator<Item = Result<T, Fault>>, around: Around) -> Result<Vec<T>, Fault> {
    let mut compiled = Vec::new();
    let mut late = None;
    let mut count = 0;
    for (position, operand) in operands.enumerate() {
        count += 1;
        match operand {
            Ok(operand) => compiled.push(operand),
            Err(fault) if fault.is_late() => late = late.or(Some((position, fault))),
            Err(fault) => return Err(fault.within(around, position)),
        }
    }
    match late {
        // The one operand of a list is resolved in the place of it.
        Some((_, fault)) if count == 1 && around == Around::AndOr => Err(fault),
        Some((position, fault)) => Err(fault.within(around, position)),
        None => Ok(compiled),
    }
}
