//! JSON values with their position. [`Node`] knows its JSON pointer for errors; [`Object`] tracks
//! which keys were read, so that unread ones are refused.

use anyhow::{Result, anyhow};
use serde_json::{Map, Value};

use crate::sync::prose;

/// Way out of a contract that cannot be converted.
pub const CORRECT: &str = "correct it in a copy and pass that as FROM=, or convert it in codegen/src/sync/swagger/";
/// Way out of a key that is not known.
pub const CONVERT: &str = "convert it in codegen/src/sync/swagger/, or list it there in `NOT_CONTRACT` if it changes neither requests \
                           nor replies";

/// JSON value with its file and JSON pointer.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Node<'a> {
    /// Creates the root node of `file`.
    pub fn root(file: &str, value: &'a Value) -> Self {
        Self { value, at: format!("{file}#") }
    }

    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Creates an error that names the file, the JSON pointer and the way out.
    pub fn error(&self, what: impl std::fmt::Display) -> anyhow::Error {
        anyhow!("{}: {what}; {CORRECT}", self.at)
    }

    pub fn object(&self) -> Result<Object<'a>> {
        let map = self.value.as_object().ok_or_else(|| self.error("expected an object"))?;
        Ok(Object { node: self.clone(), rest: map.iter().map(|(key, value)| (key.as_str(), value)).collect() })
    }

    pub fn array(&self) -> Result<Vec<Node<'a>>> {
        let items = self.value.as_array().ok_or_else(|| self.error("expected an array"))?;
        Ok(items.iter().enumerate().map(|(index, item)| self.child(&index.to_string(), item)).collect())
    }

    pub fn string(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.error("expected a string"))
    }

    pub fn bool(&self) -> Result<bool> {
        self.value.as_bool().ok_or_else(|| self.error("expected true or false"))
    }

    /// Returns a list of distinct strings.
    pub fn string_set(&self) -> Result<Vec<&'a str>> {
        let mut seen = Vec::new();
        for item in self.array()? {
            let text = item.string()?;
            if seen.contains(&text) {
                return Err(item.error(format_args!("duplicate value {text:?}")));
            }
            seen.push(text);
        }
        Ok(seen)
    }

    fn child(&self, key: &str, value: &'a Value) -> Node<'a> {
        Node { value, at: format!("{}/{}", self.at, key.replace('~', "~0").replace('/', "~1")) }
    }
}

/// JSON object whose keys are taken one by one. [`finish`](Object::finish) refuses the remaining
/// ones.
#[derive(Debug)]
pub struct Object<'a> {
    node: Node<'a>,
    rest: Vec<(&'a str, &'a Value)>,
}

impl<'a> Object<'a> {
    pub fn error(&self, what: impl std::fmt::Display) -> anyhow::Error {
        self.node.error(what)
    }

    pub fn take(&mut self, key: &str) -> Option<Node<'a>> {
        let index = self.rest.iter().position(|(name, _)| *name == key)?;
        let (name, value) = self.rest.remove(index);
        Some(self.node.child(name, value))
    }

    pub fn require(&mut self, key: &str) -> Result<Node<'a>> {
        self.take(key).ok_or_else(|| self.error(format_args!("{key:?} is missing")))
    }

    /// Takes a flag that defaults to `false`.
    pub fn take_flag(&mut self, key: &str) -> Result<bool> {
        self.take(key).map_or(Ok(false), |node| node.bool())
    }

    /// Takes the texts for readers. Returns whether they say that the item is deprecated.
    pub fn take_prose(&mut self, keys: &[&str]) -> bool {
        let texts: Vec<Node<'_>> = keys.iter().filter_map(|key| self.take(key)).collect();
        texts.iter().filter_map(|text| text.value().as_str()).any(prose::is_deprecated)
    }

    /// Drops keys that are not part of the contract.
    pub fn ignore(&mut self, keys: &[&str]) {
        self.rest.retain(|(name, _)| !keys.contains(name));
    }

    /// Returns all remaining entries, for objects whose keys are names.
    pub fn entries(self) -> Vec<(&'a str, Node<'a>)> {
        self.rest.iter().map(|(name, value)| (*name, self.node.child(name, value))).collect()
    }

    /// Takes the given keys and copies their values unchanged.
    pub fn copy(&mut self, keys: &[&str], into: &mut Map<String, Value>) {
        for key in keys {
            if let Some(node) = self.take(key) {
                into.insert((*key).to_owned(), node.value().clone());
            }
        }
    }

    /// Checks that every key was taken.
    pub fn finish(self) -> Result<()> {
        match self.rest.first() {
            None => Ok(()),
            Some((name, value)) => {
                let at = self.node.child(name, value).at;
                Err(anyhow!("{at}: unsupported key {name:?}; {CONVERT}"))
            }
        }
    }
}
