//! The least that a successful REST reply holds.
//!
//! The contract requires no field of a reply, so that `{}` and the JSON of any other service could
//! be read as one. What is checked here, each supported server writes.

use serde_json::Value;
use weaviate_generated::rest::types;

/// A reply type of a generated operation.
pub(crate) trait RestReply: Send {
    /// Returns whether the reply holds what Weaviate always writes.
    fn is_complete(&self) -> bool;
}

/// The generated operation has checked that there is no body.
impl RestReply for () {
    fn is_complete(&self) -> bool {
        true
    }
}

impl<T: RestReply> RestReply for Option<Vec<T>> {
    fn is_complete(&self) -> bool {
        self.as_ref().is_some_and(|all| all.iter().all(T::is_complete))
    }
}

impl RestReply for types::Class {
    fn is_complete(&self) -> bool {
        has_text(&self.0, "class")
    }
}

impl RestReply for types::Property {
    fn is_complete(&self) -> bool {
        has_text(&self.0, "name")
    }
}

/// The fields are read one by one, whatever their types.
impl RestReply for types::Meta {
    fn is_complete(&self) -> bool {
        self.0.get("version").is_some()
    }
}

/// The entries are checked by their reader, which skips those that it cannot read.
impl RestReply for types::Schema {
    fn is_complete(&self) -> bool {
        self.classes.is_some()
    }
}

impl RestReply for types::ShardStatusList {
    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }
}

/// Implements the check as a condition on the fields.
macro_rules! complete_with {
    ($($reply:ident: $($field:ident)+;)+) => {
        $(impl RestReply for types::$reply {
            fn is_complete(&self) -> bool {
                $(self.$field.is_filled())&&+
            }
        })+
    };
}

complete_with! {
    BatchDeleteResponse: match_ results;
    BatchReferenceResponse: result;
    IndexStatusResponse: collection;
    IndexUpdateResponse: status;
    NodeStatus: name;
    NodesStatusResponse: nodes;
    Object: class id;
    ObjectsGetResponse: class id result;
    ObjectsListResponse: objects;
    ShardStatus: status;
    ShardStatusGetResponse: name status;
    Tenant: name;
}

/// An optional field of a reply.
trait Filled {
    fn is_filled(&self) -> bool;
}

impl Filled for Option<String> {
    fn is_filled(&self) -> bool {
        self.as_ref().is_some_and(|text| !text.is_empty())
    }
}

impl<T: RestReply> Filled for Option<Vec<T>> {
    fn is_filled(&self) -> bool {
        self.is_complete()
    }
}

/// A message without a check of its own.
macro_rules! filled_if_present {
    ($($message:ident)+) => {
        $(impl Filled for Option<types::$message> {
            fn is_filled(&self) -> bool {
                self.is_some()
            }
        })+
    };
}

filled_if_present!(BatchDeleteResponseMatch BatchDeleteResponseResults BatchReferenceResponseResult ObjectsGetResponseResult);

fn has_text(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;

    fn is_complete<T: RestReply + DeserializeOwned>(json: Value) -> bool {
        serde_json::from_value::<T>(json).is_ok_and(|reply| reply.is_complete())
    }

    type Check = fn(Value) -> bool;

    #[test]
    fn a_reply_of_another_shape_is_not_complete() {
        let replies: [(Check, Value); 10] = [
            (is_complete::<types::Schema>, json!({"classes": []})),
            (is_complete::<types::Class>, json!({"class": "Owl"})),
            (is_complete::<Option<Vec<types::Tenant>>>, json!([{"name": "a"}])),
            (is_complete::<types::Object>, json!({"class": "Owl", "id": "x"})),
            (is_complete::<types::ObjectsListResponse>, json!({"objects": [{"class": "Owl", "id": "x"}]})),
            (is_complete::<types::Meta>, json!({"version": "1.39.0"})),
            (is_complete::<types::BatchDeleteResponse>, json!({"match": {}, "results": {}})),
            (is_complete::<types::ShardStatusList>, json!([{"name": "a", "status": "READY"}])),
            (is_complete::<types::NodesStatusResponse>, json!({"nodes": [{"name": "node1", "shards": null}]})),
            (is_complete::<types::ShardStatus>, json!({"status": "READY"})),
        ];
        for (check, reply) in replies {
            assert!(check(reply.clone()), "{reply}");
            for other in [json!(null), json!({}), json!([{}]), json!(5), json!("x"), json!({"login": "here"})] {
                assert!(!check(other.clone()), "{other} for {reply}");
            }
        }
        assert!(is_complete::<Option<Vec<types::Tenant>>>(json!([])));
        assert!(!is_complete::<types::Class>(json!({"class": ""})));
    }
}
