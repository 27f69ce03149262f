//! Error of both directions, with the path to the value.

use std::fmt;

/// Error of a value that cannot be encoded or decoded, with its path in the object.
///
/// The path costs nothing without an error: each level adds its name while the error passes
/// through.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct PathError(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{}{message}", self.place())]
struct Inner {
    /// Path segments, innermost first.
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

    /// Creates an error of an integer the server would round, which the caller can allow.
    pub(crate) fn lossy(message: impl Into<String>) -> Self {
        Self(Box::new(Inner { path: Vec::new(), message: message.into(), lossy: true }))
    }

    /// Creates an error of an object inside of too many others.
    pub(crate) fn too_deep(most: usize) -> Self {
        Self::new(format!("more than {most} objects inside each other: store the inner part as a text"))
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

    /// Returns the path, such as `address.phones[2]`, or an empty string for the whole object.
    pub(crate) fn path(&self) -> String {
        self.0.path()
    }

    /// Returns the field that an error of an argument names: the path, or all properties.
    pub(crate) fn field(&self) -> String {
        let path = self.path();
        if path.is_empty() { "properties".to_owned() } else { path }
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
        Self::new("the object has no value for this field, or it was not selected; use `Option` or `#[serde(default)]` if it may be missing")
            .under(field)
    }
}
