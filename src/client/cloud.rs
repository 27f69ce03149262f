//! Weaviate Cloud: the REST and gRPC addresses of a cluster, from the address that its console
//! shows.

use http::HeaderValue;

use crate::options::Endpoint;
use crate::{Error, Result};

/// Domains of Weaviate Cloud. Its embedding service needs to know which cluster asks.
const CLOUD_DOMAINS: [&str; 3] = ["weaviate.io", "semi.technology", "weaviate.cloud"];

/// Returns the host of a cluster, given a host or a URL. Errors do not repeat it, since it may
/// contain a password.
pub(super) fn host(address: &str) -> Result<String> {
    let text = address.trim();
    let text = text.split_once("://").map_or(text, |(_scheme, rest)| rest);
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_suffix(":443").unwrap_or(host).trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() || host.contains([':', '@', ' ']) {
        return Err(Error::configuration(
            "the address of the cluster is not a host name such as my-cluster.c0.europe-west3.gcp.weaviate.cloud: copy the \
             REST endpoint from the Weaviate Cloud console",
        ));
    }
    Ok(host)
}

/// Returns the REST address and the gRPC address of a cluster.
pub(super) fn addresses(host: &str) -> (String, String) {
    let grpc = match host.split_once('.') {
        Some((cluster, domain)) if domain.ends_with(".weaviate.network") || domain == "weaviate.network" => {
            format!("{cluster}.grpc.{domain}")
        }
        _ => format!("grpc-{host}"),
    };
    (format!("https://{host}"), format!("https://{grpc}"))
}

/// Returns the header that names the cluster to the embedding service, `None` for hosts outside of
/// Weaviate Cloud.
pub(super) fn cluster_url(rest: &Endpoint) -> Option<HeaderValue> {
    let host = rest.host();
    let is_below = |domain: &str| host.strip_suffix(domain).is_some_and(|cluster| cluster.ends_with('.'));
    if !CLOUD_DOMAINS.iter().any(|domain| is_below(domain)) {
        return None;
    }
    HeaderValue::try_from(format!("https://{host}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_leads_to_the_same_cluster() {
        for address in [
            "owl.c0.weaviate.cloud",
            "https://owl.c0.weaviate.cloud",
            "http://OWL.c0.Weaviate.Cloud/",
            " owl.c0.weaviate.cloud:443/v1?x ",
            "https://owl.c0.weaviate.cloud/v1/meta",
        ] {
            assert_eq!(host(address).unwrap(), "owl.c0.weaviate.cloud", "{address}");
        }
        for address in ["", "https://", "owl:8080", "https://user:hunter2@owl.weaviate.cloud", "an owl"] {
            let error = host(address).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Configuration, "{address}");
            assert!(!error.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn the_address_of_grpc_follows() {
        for (host, grpc) in [
            ("owl.c0.europe-west3.gcp.weaviate.cloud", "https://grpc-owl.c0.europe-west3.gcp.weaviate.cloud"),
            ("owl.weaviate.io", "https://grpc-owl.weaviate.io"),
            ("owl.semi.technology", "https://grpc-owl.semi.technology"),
            ("owl.weaviate.network", "https://owl.grpc.weaviate.network"),
            ("owl.eu.weaviate.network", "https://owl.grpc.eu.weaviate.network"),
        ] {
            assert_eq!(addresses(host), (format!("https://{host}"), grpc.to_owned()));
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn only_the_cloud_is_told_its_own_address() {
        let url = |address: &str| cluster_url(&Endpoint::parse("REST", address).unwrap());
        assert_eq!(url("https://owl.weaviate.cloud/x").unwrap(), "https://owl.weaviate.cloud");
        for address in ["https://owl.example.com", "https://weaviate.cloud.example.com", "https://notweaviate.cloud"] {
            assert!(url(address).is_none(), "{address}");
        }
    }
}
