//! The error of both directions, with the path to the value.

use std::fmt;

/// Why a value could not be written or read, and where in the object it lies.
///
/// The path costs nothing while all is well: each level puts its own name in front while the error passes through it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct PathError(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{}{message}", self.place())]
struct Inner {
    /// Innermost first.
    path: Vec<Segment>,
    message: String,
    lossy: bool,
}

#[derive(Debug)]
enum Segment {
    Name(String),
    Index(usize),
}

impl PathError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { path: Vec::new(), message: message.into(), lossy: false }))
    }

    /// Of an integer that would be another one on the server, which the caller may say does not matter.
    pub(crate) fn lossy(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { path: Vec::new(), message: message.into(), lossy: true }))
    }

    pub(crate) fn is_lossy(&self) -> bool {
        self.0.lossy
    }

    pub(crate) fn under(mut self, name: &str) -> Self {
        self.0.path.push(Segment::Name(name.to_owned()));
        self
    }

    pub(crate) fn at(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Index(index));
        self
    }

    /// `address.phones[2]`, or nothing where the object as a whole is meant.
    pub(crate) fn path(&self) -> String {
        self.0.path()
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }
}

impl Inner {
    fn path(&self) -> String {
        use fmt::Write as _;
        let mut path = String::new();
        for segment in self.path.iter().rev() {
            match segment {
                Segment::Name(name) if path.is_empty() => path.push_str(name),
                Segment::Name(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                // Writing to a `String` does not fail.
                Segment::Index(index) => drop(write!(path, "[{index}]")),
            }
        }
        path
    }

    /// The beginning of the text: the property, or nothing where the object as a whole is meant.
    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("property `{}`: ", self.path()) }
    }
}

impl serde::ser::Error for PathError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}

impl serde::de::Error for PathError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("the object has no value for it; use `Option` or `#[serde(default)]` where one may be missing")
            .under(field)
    }
}
