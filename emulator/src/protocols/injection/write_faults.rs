//! Faults of a write, as the engine takes them.

use std::sync::Arc;

use crate::engine::store::{BatchEntry, Reported, WriteFaults};
use crate::faults::{BatchObject, Effect, ObjectRule};

/// The refusals that the engine is to make, if that is how the fault works.
pub(super) fn of(effect: &Effect) -> Option<WriteFaults> {
    match effect {
        Effect::ReadOnly { first_only } => {
            let reported = if *first_only { Reported::First } else { Reported::Each };
            Some(WriteFaults { read_only: Some(reported), ..WriteFaults::default() })
        }
        Effect::ObjectErrors(rule) => {
            let rule = rule.clone();
            Some(WriteFaults {
                of_object: Some(Arc::new(move |entry| error_of(&rule, entry))),
                ..WriteFaults::default()
            })
        }
        _ => None,
    }
}

fn error_of(rule: &ObjectRule, entry: &BatchEntry) -> Option<String> {
    let BatchEntry { collection, object, .. } = entry;
    rule.error_of(&BatchObject { id: object.id, collection, tenant: &object.tenant, properties: &object.properties })
}
