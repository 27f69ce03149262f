//! Conversion of `GET /v1/meta` to [`Meta`], field by field: a field of another type counts as
//! absent, so that it does not make a server unusable.

use serde_json::Value;
use weaviate_generated::rest::types;

use crate::error::{Error, Result};
use crate::values::server::{Meta, ServerVersion};

impl TryFrom<types::Meta> for Meta {
    type Error = Error;

    /// Fails if the metadata is not a JSON object.
    fn try_from(types::Meta(meta): types::Meta) -> Result<Self> {
        let Value::Object(meta) = meta else {
            return Err(Error::decode("the metadata is not a JSON object; check host and port"));
        };
        let text = |name| meta.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let version = text("version");
        let modules = meta.get("modules").and_then(Value::as_object);
        let mut modules: Vec<String> = modules.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        // Whether the map is sorted depends on a feature any crate can enable.
        modules.sort_unstable();
        Ok(Self {
            parsed: ServerVersion::reported(&version),
            version,
            hostname: Some(text("hostname")).filter(|hostname| !hostname.is_empty()),
            modules,
            grpc_max_message_size: meta.get("grpcMaxMessageSize").and_then(size),
        })
    }
}

/// Reads a size in bytes: a number above 0, or its digits as text.
fn size(value: &Value) -> Option<usize> {
    let size = match value {
        Value::String(digits) => digits.trim().parse().ok(),
        number => number.as_u64(),
    };
    usize::try_from(size?).ok().filter(|size| *size > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    fn read(json: Value) -> Meta {
        Meta::try_from(types::Meta(json)).unwrap()
    }

    #[test]
    fn meta_has_the_fields_that_are_set() {
        let meta = read(json!({
            "version": "1.39.0-rc.1",
            "hostname": "http://[::]:8080",
            "modules": { "reranker-dummy": {}, "backup-filesystem": { "x": 1 } },
            "grpcMaxMessageSize": 104_858_000,
        }));
        assert_eq!((meta.version(), meta.server_version().map(ServerVersion::minor)), ("1.39.0-rc.1", Some(39)));
        assert_eq!(meta.modules(), ["backup-filesystem", "reranker-dummy"]);
        assert_eq!(meta.grpc_max_message_size(), Some(104_858_000));

        let meta = read(json!({ "version": "nightly", "modules": null, "grpcMaxMessageSize": -1 }));
        assert_eq!((meta.version(), meta.server_version(), meta.grpc_max_message_size()), ("nightly", None, None));
        assert!(meta.modules().is_empty());
    }

    #[test]
    fn a_field_of_another_type_hides_no_other() {
        let fine = json!({
            "version": "1.39.0",
            "hostname": "http://[::]:8080",
            "modules": { "reranker-dummy": {} },
            "grpcMaxMessageSize": 5,
        });
        for (field, value) in [
            ("version", json!(1.39)),
            ("hostname", json!(["a"])),
            ("modules", json!(["reranker-dummy"])),
            ("grpcMaxMessageSize", json!("large")),
            ("grpcMaxMessageSize", json!(1.5)),
            ("grpcMaxMessageSize", json!({})),
            ("grpcMaxMessageSize", json!(u64::MAX)),
        ] {
            let mut odd = fine.clone();
            odd[field] = value.clone();
            let meta = read(odd);
            let shown = [
                ("version", meta.server_version() == Some(&ServerVersion::new(1, 39, 0))),
                ("hostname", meta.hostname() == Some("http://[::]:8080")),
                ("modules", meta.modules() == ["reranker-dummy"]),
                ("grpcMaxMessageSize", meta.grpc_max_message_size() == Some(5)),
            ];
            for (name, is_read) in shown {
                assert!(is_read || name == field, "{field} = {value} hides {name}");
            }
        }
        let as_text = read(json!({ "version": "1.39.0", "grpcMaxMessageSize": "104858000" }));
        assert_eq!(as_text.grpc_max_message_size(), Some(104_858_000));
    }

    #[test]
    fn metadata_that_is_not_an_object_is_refused() {
        for json in [json!(null), json!([]), json!(5), json!("1.39.0")] {
            assert_eq!(Meta::try_from(types::Meta(json)).unwrap_err().kind(), ErrorKind::Decode);
        }
        assert_eq!(read(json!({})).server_version(), None);
    }
}
