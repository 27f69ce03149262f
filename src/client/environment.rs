//! The client builder that environment variables describe.

use std::env;

use super::{ClientBuilder, cloud};
use crate::options::Protocol;
use crate::{Error, Result};

const URL: &str = "WEAVIATE_URL";
const GRPC_URL: &str = "WEAVIATE_GRPC_URL";
const API_KEY: &str = "WEAVIATE_API_KEY";
const PROTOCOL: &str = "WEAVIATE_PROTOCOL";

/// The names of all variables that are read.
pub(crate) const VARIABLES: &[&str] = &[URL, GRPC_URL, API_KEY, PROTOCOL];

pub(crate) fn builder() -> Result<ClientBuilder> {
    from(&|name| match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Error::configuration(format!("{name} is not valid UTF-8"))),
    })
}

/// Makes a builder from variables that `read` returns. An empty variable counts as absent.
fn from(read: &dyn Fn(&str) -> Result<Option<String>>) -> Result<ClientBuilder> {
    let read = |name| Ok::<_, Error>(read(name)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
    let mut builder = match read(URL)? {
        None => ClientBuilder::local(),
        Some(url) if is_cloud(&url) => ClientBuilder::cloud(url),
        Some(url) if url.contains("://") => ClientBuilder::custom(url),
        Some(host) => ClientBuilder::custom(format!("http://{host}")),
    };
    if let Some(url) = read(GRPC_URL)? {
        builder = builder.grpc(url);
    }
    if let Some(key) = read(API_KEY)? {
        builder = builder.api_key(key);
    }
    match read(PROTOCOL)?.map(|text| text.to_ascii_lowercase()).as_deref() {
        None | Some("auto") => Ok(builder),
        Some("grpc") => Ok(builder.protocol(Protocol::Grpc)),
        Some("grpc-web") => Ok(builder.protocol(Protocol::GrpcWeb)),
        Some("rest") => Ok(builder.protocol(Protocol::Rest)),
        Some(_) => Err(Error::configuration(format!("{PROTOCOL} must be auto, grpc, grpc-web or rest"))),
    }
}

fn is_cloud(url: &str) -> bool {
    let domains = [".weaviate.cloud", ".weaviate.network", ".weaviate.io", ".semi.technology"];
    cloud::host(url).is_ok_and(|host| domains.iter().any(|domain| host.ends_with(domain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(variables: &[(&str, &str)]) -> String {
        let read = |name: &str| Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned()));
        from(&read).map_or_else(|error| error.to_string(), |builder| format!("{builder:?}"))
    }

    #[test]
    fn every_variable_changes_the_builder() {
        for (variables, parts) in [
            (&[] as &[_], &["rest: http://localhost:8080", "grpc: Some(http://localhost:50051)", "Auto"] as &[_]),
            (&[(URL, "")], &["rest: http://localhost:8080"]),
            (&[(URL, "http://host:8080/x")], &["rest: http://host:8080/x", "grpc: None"]),
            (&[(URL, "host:8080"), (GRPC_URL, "http://host:1")], &["rest: http://host:8080", "Some(http://host:1)"]),
            (&[(API_KEY, "hunter2"), (PROTOCOL, "gRPC-Web")], &["GrpcWeb"]),
            (&[(PROTOCOL, "smoke")], &["WEAVIATE_PROTOCOL must be"]),
            #[cfg(feature = "tls")]
            (
                &[(URL, "owl.weaviate.cloud")],
                &["rest: https://owl.weaviate.cloud:443", "https://grpc-owl.weaviate.cloud:443"],
            ),
        ] {
            let shown = shown(variables);
            assert!(parts.iter().all(|part| shown.contains(part)), "{shown}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
