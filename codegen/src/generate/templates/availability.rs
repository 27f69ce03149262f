//! Since when everything in the contract exists: the table behind every version check.
//!
//! Fixes and features are backported, so what a server has is a set of versions, not a lower bound. A request is held
//! against a server with the visitors: they name each field and enum value that is set and that some supported server
//! lacks, or that is deprecated.

mod table;
mod visit;

use std::fmt;

pub use visit::*;

/// The version of a server, without what follows the patch number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16, pub u16, pub u16);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Later than every release.
const NEVER: Version = Version(u16::MAX, 0, 0);

/// In every release.
const ALWAYS: Since = Since { settled: Version(0, 0, 0), gone: NEVER, backports: &[], dropped: &[] };

/// In no release beyond those that the rest says.
const PASSED: Since = Since { settled: NEVER, ..ALWAYS };

/// The set of versions that have something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    settled: Version,
    gone: Version,
    backports: &'static [Version],
    dropped: &'static [Version],
}

impl Since {
    /// The set that begins with `settled` and with each of `backports` in its own minor release, less what is at or
    /// past `gone`.
    pub const fn new(settled: Option<Version>, backports: &'static [Version], gone: Option<Version>) -> Self {
        let settled = match settled {
            Some(version) => version,
            None => NEVER,
        };
        let gone = match gone {
            Some(version) => version,
            None => NEVER,
        };
        Self { settled, gone, backports, dropped: &[] }
    }

    /// Whether a server of this version has it.
    pub fn contains(&self, version: Version) -> bool {
        let same_minor = |other: &&Version| (other.0, other.1) == (version.0, version.1);
        if version >= self.gone {
            return false;
        }
        version >= self.settled
            || (self.backports.iter().find(same_minor).is_some_and(|first| version >= *first)
                && self.dropped.iter().find(same_minor).is_none_or(|dropped| version < *dropped))
    }

    /// Whether every server has it.
    pub fn is_always(&self) -> bool {
        *self == ALWAYS
    }
}

/// For an error that says what is needed: `1.28.5 (in 1.28), 1.29.0 or later`.
impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_always() {
            return f.write_str("any version");
        }
        let mut separator = "";
        for first in self.backports {
            write!(f, "{separator}{first}")?;
            match self.dropped.iter().find(|dropped| (dropped.0, dropped.1) == (first.0, first.1)) {
                Some(dropped) => write!(f, " until {dropped}")?,
                None => write!(f, " (in {}.{})", first.0, first.1)?,
            }
            separator = ", ";
        }
        if self.settled < NEVER {
            write!(f, "{separator}{} or later", self.settled)?;
            separator = ", ";
        }
        if self.gone < NEVER {
            write!(f, "{separator}gone in {}", self.gone)?;
        }
        Ok(())
    }
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `Class`
    Definition,
    /// `Tenant.activityStatus=HOT`
    EnumValue,
    /// `GET /schema/{className}`
    Operation,
    /// `GET /schema ? header:consistency`, `POST /objects ? body:body`
    Parameter,
    /// `Class.vectorConfig`
    Property,
    /// `SearchRequest`, `SearchRequest.limit`, `Filters.Operator.OPERATOR_EQUAL`, `Weaviate.rpc Search`
    Proto,
}

#[derive(Debug)]
struct Row {
    kind: Kind,
    name: &'static str,
    since: Since,
    deprecated: bool,
}

/// Something in the contract of this or an earlier release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolId(u16);

impl SymbolId {
    /// Finds a symbol by its name.
    pub fn find(kind: Kind, name: &str) -> Option<Self> {
        let found = table::ROWS.binary_search_by(|row| (row.kind, row.name).cmp(&(kind, name))).ok()?;
        u16::try_from(found).ok().map(Self)
    }

    /// The REST operation behind a method of `rest::Client`.
    pub fn of_method(method: &str) -> Option<Self> {
        let found = table::METHODS.binary_search_by(|(name, _)| (*name).cmp(method)).ok()?;
        Self::find(Kind::Operation, table::METHODS.get(found)?.1)
    }

    /// The same at compile time, for proto symbols. A name that the table does not have does not compile.
    const fn proto(name: &str) -> Self {
        let (mut low, mut high) = (0, table::ROWS.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let row = &table::ROWS[middle];
            let order = if (row.kind as u8) < Kind::Proto as u8 { -1 } else { compare(row.name, name) };
            match order {
                0 => return Self(middle as u16),
                ..0 => low = middle + 1,
                1.. => high = middle,
            }
        }
        panic!("not in the table")
    }

    fn row(self) -> &'static Row {
        &table::ROWS[usize::from(self.0)]
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.row().kind
    }

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The versions that have it.
    pub fn since(self) -> &'static Since {
        &self.row().since
    }

    /// Whether the contract marks it so.
    pub fn is_deprecated(self) -> bool {
        self.row().deprecated
    }

    /// All symbols.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..u16::try_from(table::ROWS.len()).unwrap_or(u16::MAX)).map(Self)
    }
}

impl fmt::Debug for SymbolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const fn compare(left: &str, right: &str) -> i8 {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return if left[at] < right[at] { -1 } else { 1 };
        }
        at += 1;
    }
    if left.len() == right.len() {
        0
    } else if left.len() < right.len() {
        -1
    } else {
        1
    }
}

/// What a visitor reports to.
pub type Visit<'a> = dyn FnMut(SymbolId) + 'a;
