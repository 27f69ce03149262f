//! Requests that a fault is for: an RPC, a path, a protocol.

use std::fmt;

use super::effect::{Effect, FaultKind};
use super::invalid::Problem;
use crate::requests::Protocol;

/// The RPCs of Weaviate, and the check of the standard health service.
pub(crate) const RPCS: [&str; 8] =
    ["Search", "BatchObjects", "BatchReferences", "BatchDelete", "TenantsGet", "Aggregate", "BatchStream", "Check"];

/// The RPC that writes objects, as the engine takes them.
const BATCH_RPC: &str = "BatchObjects";
/// The same over REST.
const BATCH_PATH: &str = "/v1/batch/objects";
const OBJECTS_PATH: &str = "/v1/objects";
/// Paths that everybody may ask.
const OPEN: &str = "/v1/.well-known/";
/// Paths of the calls that come by gRPC-Web and Connect.
const GRPC_WEB: &str = "/v1/grpc-web/";

/// The head of a request, as far as faults look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestHead<'a> {
    pub(crate) protocol: Protocol,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
}

impl<'a> RequestHead<'a> {
    /// The name of the RPC, if it is one.
    pub(crate) fn rpc(&self) -> Option<&'a str> {
        let is_rpc = self.protocol != Protocol::Rest;
        self.path.rsplit_once('/').map(|(_, name)| name).filter(|_| is_rpc)
    }

    fn writes_a_batch(&self) -> bool {
        match self.protocol {
            Protocol::Rest => self.method == "POST" && path(self.path) == BATCH_PATH,
            _ => self.rpc() == Some(BATCH_RPC),
        }
    }

    /// Returns whether it inserts, replaces or merges objects.
    fn writes_objects(&self) -> bool {
        let single = match self.method {
            "POST" => path(self.path) == OBJECTS_PATH,
            // Those of references lie below the object.
            "PUT" | "PATCH" => {
                self.path.strip_prefix("/v1/objects/").is_some_and(|rest| path(rest).split('/').count() <= 2)
            }
            _ => false,
        };
        self.writes_a_batch() || (self.protocol == Protocol::Rest && single)
    }

    /// Returns whether such a fault can happen to it.
    pub(super) fn can_suffer(&self, effect: &Effect) -> bool {
        match effect.kind() {
            FaultKind::ObjectErrors => self.writes_a_batch(),
            FaultKind::ReadOnly => self.writes_objects(),
            FaultKind::Unauthenticated => !self.path.starts_with(OPEN) && self.rpc() != Some("Check"),
            FaultKind::GrpcStatus => self.protocol != Protocol::Rest,
            _ => true,
        }
    }
}

/// A path without the slash that the server ignores.
fn path(text: &str) -> &str {
    text.strip_suffix('/').unwrap_or(text)
}

/// The requests that a fault is for: those at one of the places, all if there are none.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    pub(super) places: Vec<Place>,
    pub(super) protocol: Option<Protocol>,
}

/// Place that requests go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Rpc(String),
    Path {
        method: Option<String>,
        /// Without the star at its end.
        path: String,
        /// Followed by anything.
        open: bool,
    },
}

impl Place {
    pub(super) fn path(method: Option<&str>, text: &str) -> Self {
        let (text, open) = text.strip_suffix('*').map_or((text, false), |front| (front, true));
        let text = if open { text } else { path(text) };
        Self::Path { method: method.map(str::to_ascii_uppercase), path: text.to_owned(), open }
    }

    fn is_at(&self, request: &RequestHead<'_>) -> bool {
        match self {
            Self::Rpc(name) => request.rpc() == Some(name.as_str()),
            Self::Path { method, path: wanted, open } => {
                let is_path = request.protocol != Protocol::Grpc;
                let fits = if *open { request.path.starts_with(wanted) } else { path(request.path) == wanted };
                is_path && fits && method.as_ref().is_none_or(|method| method == request.method)
            }
        }
    }

    /// Returns whether the path of a place can be this one, or one below it.
    fn meets(&self, other: &str) -> bool {
        match self {
            Self::Rpc(_) => false,
            Self::Path { path, open: true, .. } => other.starts_with(path.as_str()) || path.starts_with(other),
            Self::Path { path, open: false, .. } => path == other || path.starts_with(&format!("{other}/")),
        }
    }

    fn comes_over(&self, protocol: Protocol) -> bool {
        match (self, protocol) {
            (Self::Rpc(_), Protocol::Rest) | (Self::Path { .. }, Protocol::Grpc) => false,
            (Self::Rpc(_), _) => true,
            (Self::Path { path, .. }, Protocol::Rest) => !path.starts_with(GRPC_WEB),
            (Self::Path { .. }, Protocol::GrpcWeb) => self.meets(GRPC_WEB),
        }
    }

    fn check(&self) -> Result<(), Problem> {
        match self {
            Self::Rpc(name) if !RPCS.contains(&name.as_str()) => Err(Problem::Rpc(name.clone())),
            Self::Path { path, open, .. } if !(path.starts_with("/v1") || (*open && "/v1".starts_with(path))) => {
                Err(Problem::Path(path.clone()))
            }
            Self::Path { method: Some(method), .. } if !is_method(method) => Err(Problem::Method(method.clone())),
            _ => Ok(()),
        }
    }

    /// Returns what to do about a fault that cannot happen here.
    fn misses(&self, effect: &Effect) -> Option<&'static str> {
        let method = |allowed: &[&str]| match self {
            Self::Path { method: Some(method), .. } => allowed.contains(&method.as_str()),
            _ => true,
        };
        match (effect.kind(), self) {
            (FaultKind::ObjectErrors, Self::Rpc(name)) if name != BATCH_RPC => Some("use on_rpc(\"BatchObjects\")"),
            (FaultKind::ObjectErrors, Self::Path { .. }) if !(self.meets(BATCH_PATH) && method(&["POST"])) => {
                Some("use on_path(\"/v1/batch/objects\")")
            }
            (FaultKind::ReadOnly, Self::Rpc(name)) if name != BATCH_RPC => Some("use on_rpc(\"BatchObjects\")"),
            (FaultKind::ReadOnly, Self::Path { .. })
                if !((self.meets(BATCH_PATH) && method(&["POST"]))
                    || (self.meets(OBJECTS_PATH) && method(&["POST", "PUT", "PATCH"]))) =>
            {
                Some("use a path that writes objects, such as /v1/batch/objects")
            }
            (FaultKind::GrpcStatus, Self::Path { .. }) if !self.meets(GRPC_WEB) => Some("use on_rpc or http_reply"),
            (FaultKind::Unauthenticated, Self::Rpc(name)) if name == "Check" => Some("use another RPC"),
            (FaultKind::Unauthenticated, Self::Path { path, .. }) if path.starts_with(OPEN) => Some("use another path"),
            _ => None,
        }
    }
}

fn is_method(text: &str) -> bool {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(&text)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rpc(name) => write!(f, "RPC {name}"),
            Self::Path { method, path, open } => {
                let (method, star) = (method.as_deref().unwrap_or_default(), if *open { "*" } else { "" });
                write!(f, "{}", format!("{method} {path}{star}").trim_start())
            }
        }
    }
}

impl Target {
    pub(super) fn is(&self, request: &RequestHead<'_>) -> bool {
        let over = self.protocol.is_none_or(|protocol| protocol == request.protocol);
        over && (self.places.is_empty() || self.places.iter().any(|place| place.is_at(request)))
    }

    pub(super) fn check(&self, effect: &Effect) -> Result<(), Problem> {
        for place in &self.places {
            place.check()?;
            if let Some(protocol) = self.protocol.filter(|protocol| !place.comes_over(*protocol)) {
                return Err(Problem::NotOver { place: place.to_string(), protocol });
            }
            if let Some(remedy) = place.misses(effect) {
                return Err(Problem::OutOfReach { fault: effect.kind(), place: place.to_string(), remedy });
            }
        }
        if self.protocol == Some(Protocol::Rest) && effect.kind() == FaultKind::GrpcStatus {
            return Err(Problem::NotOver { place: effect.kind().to_string(), protocol: Protocol::Rest });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest<'a>(method: &'a str, path: &'a str) -> RequestHead<'a> {
        RequestHead { protocol: Protocol::Rest, method, path }
    }

    #[test]
    fn places_are_found() {
        let grpc = RequestHead { protocol: Protocol::Grpc, method: "POST", path: "/weaviate.v1.Weaviate/Search" };
        let path = "/v1/grpc-web/weaviate.v1.Weaviate/Search";
        let web = RequestHead { protocol: Protocol::GrpcWeb, method: "POST", path };
        let search = Place::Rpc("Search".to_owned());
        assert!(search.is_at(&grpc) && search.is_at(&web) && !search.is_at(&rest("GET", "/v1/Search")));
        assert!(!Place::Rpc("Aggregate".to_owned()).is_at(&grpc));
        let objects = Place::path(None, "/v1/objects/");
        assert!(objects.is_at(&rest("GET", "/v1/objects")) && objects.is_at(&rest("POST", "/v1/objects/")));
        assert!(!objects.is_at(&rest("GET", "/v1/objects/Article/1")));
        assert!(Place::path(None, "/v1/objects/*").is_at(&rest("GET", "/v1/objects/Article/1")));
        let posted = Place::path(Some("post"), "/v1/schema");
        assert!(posted.is_at(&rest("POST", "/v1/schema")) && !posted.is_at(&rest("GET", "/v1/schema")));
        assert!(Place::path(None, "/v1/*").is_at(&web) && !Place::path(None, "/v1/*").is_at(&grpc));
    }

    #[test]
    fn writes_are_told_from_the_rest() {
        for (method, path) in [
            ("POST", "/v1/batch/objects"),
            ("POST", "/v1/objects"),
            ("PUT", "/v1/objects/Article/1"),
            ("PATCH", "/v1/objects/1"),
        ] {
            assert!(rest(method, path).writes_objects(), "{method} {path}");
        }
        for (method, path) in [
            ("DELETE", "/v1/batch/objects"),
            ("GET", "/v1/objects"),
            ("POST", "/v1/objects/validate"),
            ("PUT", "/v1/objects/Article/1/references/of"),
            ("POST", "/v1/schema"),
        ] {
            assert!(!rest(method, path).writes_objects(), "{method} {path}");
        }
    }
}
