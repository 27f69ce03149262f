//! A module's settings, and the ways in which they are found wrong.

use serde_json::Value as Json;

use super::fault::SettingsFault;

#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a>(pub(super) &'a Json);

impl<'a> Settings<'a> {
    pub(super) fn text(self, name: &str) -> &'a str {
        self.0[name].as_str().unwrap_or_default()
    }

    pub(super) fn text_or(self, name: &str, default: &'a str) -> &'a str {
        self.0[name].as_str().unwrap_or(default)
    }

    pub(super) fn number(self, name: &str) -> Option<f64> {
        self.0[name].as_f64()
    }

    pub(super) fn within(self, name: &str, least: f64, most: f64) -> bool {
        self.number(name).is_none_or(|value| (least..=most).contains(&value))
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.0.get(name).is_some()
    }
}

/// All objections in one text, as some modules put it.
pub(super) fn all(faults: Vec<SettingsFault>) -> Result<(), SettingsFault> {
    if faults.is_empty() { Ok(()) } else { Err(SettingsFault::All(faults)) }
}

pub(super) fn required(settings: Settings<'_>, names: &[&'static str]) -> Result<(), SettingsFault> {
    match names.iter().find(|name| settings.text(name).is_empty()) {
        Some(name) => Err(SettingsFault::Empty(name)),
        None => Ok(()),
    }
}

pub(super) fn one_of(value: &str, allowed: &[&str], what: &'static str) -> Result<(), SettingsFault> {
    if allowed.contains(&value) {
        return Ok(());
    }
    Err(SettingsFault::OneOf { what, allowed: allowed.iter().map(ToString::to_string).collect() })
}
