//! Why a filter cannot be evaluated: one fault shows while the filter is read, another one only in the indexes.

/// A fault in the server's bare words, which grow on the way out of the operators around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The clause does not fit its property.
    Reading(String),
    /// The clause consists of stopwords alone.
    OnlyStopwords(String),
    /// There is no index to answer it.
    Resolving(String),
}

/// The operator around a faulty filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    AndOr,
    Not,
}

impl Fault {
    pub(super) fn only_stopwords() -> Self {
        Self::OnlyStopwords(
            "invalid search term, only stopwords provided. Stopwords can be configured in class.invertedIndexConfig.stopwords"
                .to_owned(),
        )
    }

    /// The fault of an operator without operands.
    pub(super) fn no_children(operator: &str) -> Self {
        Self::Resolving(format!("no children for operator {operator:?}"))
    }

    /// The fault of an index that a property does not have.
    pub(super) fn no_bucket(property: &str, index: &str) -> Self {
        Self::Resolving(format!("bucket for prop {property}_{index} not found - is it indexed?"))
    }

    /// As the operator around it reports it, of its operand at `position`.
    pub(super) fn within(self, around: Around, position: usize) -> Self {
        match (self, around) {
            (Self::Resolving(text), Around::AndOr) => {
                Self::Resolving(format!("nested AND/OR query: nested child {position}: {text}"))
            }
            (Self::Resolving(text), Around::Not) => Self::Resolving(format!("nested NOT query: {text}")),
            (Self::Reading(text) | Self::OnlyStopwords(text), _) => {
                Self::Reading(format!("nested query: nested clause at pos {position}: {text}"))
            }
        }
    }

    /// As the search reports it that looks for the objects at the other end of a reference.
    pub(super) fn behind(self, front: &str) -> Self {
        match self {
            Self::OnlyStopwords(text) => Self::OnlyStopwords(format!("{front}{text}")),
            other => Self::Reading(format!("{front}{}", other.text())),
        }
    }

    fn is_late(&self) -> bool {
        matches!(self, Self::Resolving(_))
    }

    /// The text behind what the search puts in front of it.
    pub(super) fn text(self) -> String {
        match self {
            Self::Reading(text) | Self::OnlyStopwords(text) => text,
            Self::Resolving(text) => format!("resolve doc ids for prop/value pair: {text}"),
        }
    }
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::Reading(text)
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
