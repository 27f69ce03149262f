//! Refusals that happen around the calls: messages that are too large or do not decode, services and methods that do not
//! exist. The transport has words of its own for them; the server's are put in their place.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use tonic::{Code, Status};

use super::depth;

/// The service behind all but the health check.
pub(crate) const SERVICE: &str = "weaviate.v1.Weaviate";
pub(crate) const METHODS: [&str; 7] =
    ["Search", "BatchObjects", "BatchReferences", "BatchDelete", "TenantsGet", "Aggregate", "BatchStream"];
/// The standard health service.
pub(crate) const HEALTH: &str = "grpc.health.v1.Health";

/// Refuses a reply that is larger than the limit.
pub(crate) fn check_reply(size: usize, maximum: usize) -> Result<(), Status> {
    if size > maximum {
        Err(Status::resource_exhausted(format!("grpc: trying to send message larger than max ({size} vs. {maximum})")))
    } else {
        Ok(())
    }
}

/// Wraps the services so that transport refusals read as the server's.
pub(crate) fn in_the_servers_words(router: Router, longest: usize) -> Router {
    router.layer(middleware::from_fn_with_state(longest, reword))
}

async fn reword(State(longest): State<usize>, request: Request, next: Next) -> Response {
    if let Some(status) = unknown(request.uri().path()) {
        return status.into_http();
    }
    let request = match depth::check(request, longest).await {
        Ok(request) => request,
        Err(status) => return status.into_http(),
    };
    let response = next.run(request).await;
    match Status::from_header_map(response.headers()).as_ref().and_then(|it| too_large(it).or_else(|| broken(it))) {
        Some(status) => status.into_http(),
        None => response,
    }
}

fn unknown(path: &str) -> Option<Status> {
    let (service, method) = path.trim_start_matches('/').rsplit_once('/')?;
    match service {
        SERVICE if METHODS.contains(&method) => None,
        SERVICE => Some(Status::unimplemented(format!("unknown method {method} for service {service}"))),
        HEALTH => None,
        _ => Some(Status::unimplemented(format!("unknown service {service}"))),
    }
}

/// The transport's refusal of a message over the limit names both sizes, in this order.
fn too_large(status: &Status) -> Option<Status> {
    let relevant = status.code() == Code::OutOfRange && status.message().contains("message length too large");
    let mut sizes = status.message().split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let (found, limit) = (sizes.next()?, sizes.next()?);
    relevant.then(|| depth::too_long(found.parse().unwrap_or_default(), limit.parse().unwrap_or_default()))
}

/// The transport's refusal of bytes that are no such message.
fn broken(status: &Status) -> Option<Status> {
    // With a space that does not break, as the server's protobuf library has it.
    const TEXT: &str = "grpc: error unmarshalling request: proto:\u{a0}cannot parse invalid wire-format data";
    let relevant = status.code() == Code::Internal && status.message().starts_with("failed to decode Protobuf message");
    let too_deep = status.message().contains("recursion limit reached");
    relevant.then(|| if too_deep { depth::too_deep() } else { Status::internal(TEXT) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_services_and_methods() {
        assert!(unknown("/weaviate.v1.Weaviate/Search").is_none());
        assert!(unknown("/grpc.health.v1.Health/Check").is_none());
        assert_eq!(
            unknown("/weaviate.v1.Weaviate/Nope").unwrap().message(),
            "unknown method Nope for service weaviate.v1.Weaviate"
        );
        assert_eq!(unknown("/weaviate.v1.Health/Check").unwrap().message(), "unknown service weaviate.v1.Health");
    }

    #[test]
    fn faults_know_all_methods() {
        let known: Vec<&str> = METHODS.into_iter().chain(["Check"]).collect();
        assert_eq!(known, crate::faults::RPCS);
    }

    #[test]
    fn sizes_are_taken_over() {
        let status =
            Status::out_of_range("Error, decoded message length too large: found 5064 bytes, the limit is: 4096 bytes");
        assert_eq!(too_large(&status).unwrap().message(), "grpc: received message larger than max (5064 vs. 4096)");
        assert!(too_large(&Status::out_of_range("other 1 2")).is_none());
    }
}
