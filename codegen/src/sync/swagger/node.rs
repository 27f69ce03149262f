//! A place in a JSON document that knows its own pointer, and an object that knows which of its keys were read: what
//! makes the converter strict and its errors exact.

use anyhow::{Result, anyhow};
use serde_json::{Map, Value};

/// A JSON value and where it stands.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Node<'a> {
    /// The root of `file`.
    pub fn root(file: &str, value: &'a Value) -> Self {
        Self { value, at: format!("{file}#") }
    }

    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// An error that names the file and the JSON pointer.
    pub fn error(&self, what: impl std::fmt::Display) -> anyhow::Error {
        anyhow!("{}: {what}", self.at)
    }

    pub fn object(&self) -> Result<Object<'a>> {
        let map = self.value.as_object().ok_or_else(|| self.error("an object is expected here"))?;
        Ok(Object { node: self.clone(), rest: map.iter().map(|(key, value)| (key.as_str(), value)).collect() })
    }

    pub fn array(&self) -> Result<Vec<Node<'a>>> {
        let items = self.value.as_array().ok_or_else(|| self.error("an array is expected here"))?;
        Ok(items.iter().enumerate().map(|(index, item)| self.child(&index.to_string(), item)).collect())
    }

    pub fn string(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.error("a string is expected here"))
    }

    pub fn bool(&self) -> Result<bool> {
        self.value.as_bool().ok_or_else(|| self.error("true or false is expected here"))
    }

    /// A list of strings without repetition.
    pub fn string_set(&self) -> Result<Vec<&'a str>> {
        let mut seen = Vec::new();
        for item in self.array()? {
            let text = item.string()?;
            if seen.contains(&text) {
                return Err(item.error(format_args!("{text:?} stands here twice")));
            }
            seen.push(text);
        }
        Ok(seen)
    }

    fn child(&self, key: &str, value: &'a Value) -> Node<'a> {
        Node { value, at: format!("{}/{}", self.at, key.replace('~', "~0").replace('/', "~1")) }
    }
}

/// An object under conversion: keys are taken one by one, and [`finish`](Object::finish) refuses what is left.
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

    /// A flag that is `false` where it does not stand.
    pub fn take_flag(&mut self, key: &str) -> Result<bool> {
        self.take(key).map_or(Ok(false), |node| node.bool())
    }

    /// Drops what is not part of the contract.
    pub fn ignore(&mut self, keys: &[&str]) {
        self.rest.retain(|(name, _)| !keys.contains(name));
    }

    /// Everything not taken yet, for objects whose keys are names.
    pub fn entries(self) -> Vec<(&'a str, Node<'a>)> {
        self.rest.iter().map(|(name, value)| (*name, self.node.child(name, value))).collect()
    }

    /// Copies the named keys unchanged.
    pub fn copy(&mut self, keys: &[&str], into: &mut Map<String, Value>) {
        for key in keys {
            if let Some(node) = self.take(key) {
                into.insert((*key).to_owned(), node.value().clone());
            }
        }
    }

    /// Refuses every key that nothing has taken.
    pub fn finish(self) -> Result<()> {
        match self.rest.first() {
            None => Ok(()),
            Some((name, value)) => Err(self
                .node
                .child(name, value)
                .error(format_args!("the converter does not know the key {name:?} here"))),
        }
    }
}
