//! Conversion of `GET /v1/meta` to [`Meta`].

use serde_json::Value;
use weaviate_generated::rest::types;

use crate::values::server::Meta;

impl From<types::Meta> for Meta {
    fn from(meta: types::Meta) -> Self {
        let version = meta.version.unwrap_or_default();
        let mut modules: Vec<String> = match meta.modules {
            Some(Value::Object(modules)) => modules.into_iter().map(|(name, _)| name).collect(),
            _ => Vec::new(),
        };
        // Whether the map is sorted depends on a feature any crate can enable.
        modules.sort_unstable();
        Self {
            parsed: version.parse().ok(),
            version,
            hostname: meta.hostname.filter(|hostname| !hostname.is_empty()),
            modules,
            grpc_max_message_size: meta
                .grpc_max_message_size
                .and_then(|size| usize::try_from(size).ok())
                .filter(|size| *size > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn meta_has_the_fields_that_are_set() {
        let read = |json: Value| Meta::from(serde_json::from_value::<types::Meta>(json).unwrap());
        let meta = read(json!({
            "version": "1.39.0-rc.1",
            "hostname": "http://[::]:8080",
            "modules": { "reranker-dummy": {}, "backup-filesystem": { "x": 1 } },
            "grpcMaxMessageSize": 104_858_000,
        }));
        assert_eq!(
            (meta.version(), meta.server_version().map(crate::values::server::ServerVersion::minor)),
            ("1.39.0-rc.1", Some(39))
        );
        assert_eq!(meta.modules(), ["backup-filesystem", "reranker-dummy"]);
        assert_eq!(meta.grpc_max_message_size(), Some(104_858_000));

        let meta = read(json!({ "version": "nightly", "modules": null, "grpcMaxMessageSize": -1 }));
        assert_eq!((meta.version(), meta.server_version(), meta.grpc_max_message_size()), ("nightly", None, None));
        assert!(meta.modules().is_empty());
    }
}
