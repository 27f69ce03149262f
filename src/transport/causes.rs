//! Causes of errors: searched by type, or named in a few words.

use std::error::Error as StdError;
use std::io;

/// Iterates over an error and its causes.
fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn StdError + 'static)| (*error).source())
}

/// Returns the first error of type `E` in the chain of causes.
pub(crate) fn find_cause<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// Returns whether the peer sent something other than HTTP/1.1: a reply that cannot be parsed, or bytes before the request.
pub(crate) fn not_http1(error: &(dyn StdError + 'static)) -> bool {
    chain(error)
        .filter_map(|error| error.downcast_ref::<hyper::Error>())
        .any(|error| error.is_parse() || error.to_string() == "received unexpected message from connection")
}

/// Returns the first known cause in the chain of an error.
pub(crate) fn known_cause(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    chain(error).find_map(cause_of_link)
}

fn cause_of_link(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return Some(match error.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused",
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "connection reset",
            io::ErrorKind::HostUnreachable => "host unreachable",
            io::ErrorKind::NetworkUnreachable => "network unreachable",
            io::ErrorKind::TimedOut => "timed out",
            _ => return None,
        });
    }
    // The types of these errors are private to their libraries; only their texts tell them apart.
    match error.to_string().as_str() {
        "dns error" => Some("host name not found"),
        "operation timed out" | "deadline has elapsed" => Some("timed out"),
        text if text.starts_with("no connection within ") => Some("timed out"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::options::Endpoint;
    use crate::transport::node::ConnectionSettings;
    use crate::transport::rest_client::RestClient;

    #[test]
    fn the_first_known_cause_is_named() {
        for (kind, expected) in [
            (io::ErrorKind::ConnectionRefused, Some("connection refused")),
            (io::ErrorKind::BrokenPipe, Some("connection reset")),
            (io::ErrorKind::TimedOut, Some("timed out")),
            (io::ErrorKind::InvalidData, None),
        ] {
            let error = tonic::Status::from_error(Box::new(io::Error::from(kind)));
            assert_eq!(known_cause(&error), expected, "{kind}");
        }
        let error: Box<dyn StdError> = "no connection within 5s".into();
        assert_eq!(known_cause(&*error), Some("timed out"));
    }

    #[tokio::test]
    async fn real_failures_have_a_cause() {
        for (address, expected) in
            [("http://127.0.0.1:1", "connection refused"), ("http://name.invalid:1", "host name not found")]
        {
            let endpoint = Endpoint::parse("REST", address).unwrap();
            let client = RestClient::new(endpoint, &ConnectionSettings::for_tests()).unwrap();
            let error = client.date(Duration::from_secs(5)).await.unwrap_err();
            assert!(error.to_string().ends_with(expected), "{error:?}");
        }
    }
}
