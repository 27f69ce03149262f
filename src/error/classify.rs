//! From a status and a text to a kind. The server's codes say little (nearly every gRPC failure is UNKNOWN, a missing
//! leader may be a 422), so its texts decide where they are known.

use super::body::ErrorBody;
use super::kind::{ErrorKind, GrpcCode, Outcome};

/// The three answers that every failure has to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: ErrorKind,
    pub(crate) outcome: Outcome,
    /// The same request may succeed later.
    pub(crate) transient: bool,
}

impl Verdict {
    pub(crate) const fn not_sent(kind: ErrorKind) -> Self {
        Self { kind, outcome: Outcome::NotSent, transient: false }
    }

    pub(crate) const fn refused(kind: ErrorKind) -> Self {
        Self { kind, outcome: Outcome::Refused, transient: false }
    }

    pub(crate) const fn unknown(kind: ErrorKind) -> Self {
        Self { kind, outcome: Outcome::Unknown, transient: false }
    }

    pub(crate) const fn transient(self) -> Self {
        Self { transient: true, ..self }
    }

    /// Of a gRPC status that the server sent.
    pub(crate) fn of_grpc(code: GrpcCode, text: &str) -> Self {
        use ErrorKind as K;
        match code {
            GrpcCode::Unauthenticated => Self::refused(K::Authentication),
            GrpcCode::PermissionDenied => Self::refused(K::Permission),
            GrpcCode::InvalidArgument | GrpcCode::FailedPrecondition => {
                of_text(text).unwrap_or(Self::refused(K::Validation))
            }
            GrpcCode::NotFound => of_text(text).unwrap_or(Self::refused(K::NotFound)),
            GrpcCode::AlreadyExists => Self::refused(K::AlreadyExists),
            GrpcCode::ResourceExhausted => of_text(text).unwrap_or(Self::refused(K::LimitExceeded)),
            GrpcCode::OutOfRange => Self::refused(K::LimitExceeded),
            GrpcCode::Unimplemented => Self::refused(K::Unsupported),
            GrpcCode::DeadlineExceeded => Self::unknown(K::Timeout).transient(),
            GrpcCode::Unavailable | GrpcCode::Aborted => Self::unknown(K::Unavailable).transient(),
            GrpcCode::Cancelled => Self::unknown(K::Unavailable),
            GrpcCode::Ok | GrpcCode::Unknown | GrpcCode::Internal | GrpcCode::DataLoss => {
                of_text(text).unwrap_or(Self::unknown(K::Server))
            }
        }
    }

    /// Of an HTTP reply that was not the one hoped for.
    pub(crate) fn of_http(status: u16, body: &ErrorBody) -> Self {
        use ErrorKind as K;
        match body.error_code.as_deref() {
            Some("USAGE_LIMIT_EXCEEDED") => return Self::refused(K::LimitExceeded),
            Some("CONFIG_NOT_ALLOWED") => return Self::refused(K::Validation),
            _ => {}
        }
        let text = body.message.as_deref().unwrap_or_default();
        match status {
            200..=299 => Self::unknown(K::Decode),
            300..=399 => Self::refused(K::Configuration),
            401 => Self::refused(K::Authentication),
            403 => Self::refused(K::Permission),
            // The router does not know the path; a handler answers without a body.
            404 if body.has_numeric_code => Self::refused(K::Unsupported),
            404 => of_text(text).unwrap_or(Self::refused(K::NotFound)),
            405 | 410 | 501 => Self::refused(K::Unsupported),
            408 => Self::unknown(K::Timeout).transient(),
            409 => Self::refused(K::AlreadyExists),
            413 => Self::refused(K::LimitExceeded),
            429 => Self::refused(K::RateLimited).transient(),
            400..=499 => of_text(text).unwrap_or(Self::refused(K::Validation)),
            502..=504 => Self::unknown(K::Unavailable).transient(),
            _ => of_text(text).unwrap_or(Self::unknown(K::Server)),
        }
    }
}

/// The first rule whose words all occur, in this order, decides.
const RULES: &[(&[&str], Verdict)] = {
    use ErrorKind as K;
    const TENANT: Verdict = Verdict::refused(K::Tenant);
    const NOT_FOUND: Verdict = Verdict::refused(K::NotFound);
    const UNSUPPORTED: Verdict = Verdict::refused(K::Unsupported);
    const INVALID: Verdict = Verdict::refused(K::Validation);
    const LIMIT: Verdict = Verdict::refused(K::LimitExceeded);
    const RATE: Verdict = Verdict::refused(K::RateLimited).transient();
    /// The cluster may have acted before it lost its leader or its replicas.
    const CLUSTER: Verdict = Verdict::unknown(K::Unavailable).transient();
    &[
        (&["429 Too many requests"], RATE),
        (&["failed with status: 429"], RATE),
        (&["rate_limit_error"], RATE),
        (&["extract auth:"], Verdict::refused(K::Authentication)),
        (&["unauthorized: "], Verdict::refused(K::Authentication)),
        (&["anonymous access not enabled"], Verdict::refused(K::Authentication)),
        (&["authorization, forbidden action"], Verdict::refused(K::Permission)),
        (&["tenant not found"], TENANT),
        (&["tenant not active"], TENANT),
        (&["has multi-tenancy enabled, but request was without tenant"], TENANT),
        (&["has multi-tenancy disabled, but request was with tenant"], TENANT),
        (&["multi-tenancy is not enabled for class"], TENANT),
        (&["query maximum results exceeded"], LIMIT),
        (&["message larger than max"], LIMIT),
        (&["count limit of", "reached for this instance"], LIMIT),
        (&["read-only"], Verdict::refused(K::Unavailable)),
        (&["leader not found"], CLUSTER),
        (&["node is not the leader"], CLUSTER),
        (&["leadership lost"], CLUSTER),
        (&["could not find leader"], CLUSTER),
        (&["cannot reach enough replicas"], CLUSTER),
        (&["connect: Post"], CLUSTER),
        (&["status code: 404, error: request not found"], CLUSTER),
        (&["resolve node name", "to host"], CLUSTER),
        (&["the client connection is closing"], CLUSTER),
        (&["Node not ready"], CLUSTER),
        (&["already exists"], Verdict::refused(K::AlreadyExists)),
        (&["could not find class"], NOT_FOUND),
        (&["class not found"], NOT_FOUND),
        (&["failed to get class: "], NOT_FOUND),
        (&["target class ", "does not exist"], NOT_FOUND),
        (&["non-existing index for"], NOT_FOUND),
        (&["nearObject params: vector not found"], NOT_FOUND),
        (&["preview feature, disabled by default"], UNSUPPORTED),
        (&["experimental and disabled by default"], UNSUPPORTED),
        (&["experimental and not enabled"], UNSUPPORTED),
        (&["does not have named vector"], INVALID),
        (&["multiple vectors, but no target"], INVALID),
        (&["vector lengths don't match"], INVALID),
        (&["no such prop with name"], INVALID),
        (&["requires inverted index"], INVALID),
        (&["cursor api: invalid"], INVALID),
        (&["invalid 'sort' parameter"], INVALID),
        (&["could not parse string"], INVALID),
        (&["filtering for integer, but received"], INVALID),
        (&["cannot combine"], INVALID),
        (&["no api key found"], INVALID),
        (&["Make sure a vectorizer module is configured"], INVALID),
        (&["is not a valid class name"], INVALID),
        (&["mismatched data type"], INVALID),
        (&["near_vector: "], INVALID),
        (&["extract target vectors: "], INVALID),
        (&["extract properties request: "], INVALID),
        (&["MMR "], INVALID),
        (&["boost: "], INVALID),
        (&["boost condition["], INVALID),
        (&["conflict: both"], INVALID),
        (&["cannot be combined with"], INVALID),
        (&["cannot provide both distance and certainty"], INVALID),
        (&["must be between"], INVALID),
    ]
};

fn of_text(text: &str) -> Option<Verdict> {
    let all_in_order = |words: &[&str]| {
        let mut rest = text;
        words.iter().all(|word| match rest.split_once(word) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    };
    let rule = RULES.iter().find(|(words, _)| all_in_order(words)).map(|(_, verdict)| *verdict);
    rule.or_else(|| misses_class(text).then_some(Verdict::refused(ErrorKind::NotFound)))
}

/// `class "Owl" not found` and `class "Owl": not found`, but not a class in which something else was not found.
fn misses_class(text: &str) -> bool {
    text.split("class ")
        .skip(1)
        .filter_map(|after| after.split_once(' '))
        .any(|(_name, after)| after.starts_with("not found"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind as K;
    use Outcome::{Refused, Unknown};

    fn check(verdict: Verdict, kind: ErrorKind, outcome: Outcome, transient: bool, what: &str) {
        assert_eq!(verdict, Verdict { kind, outcome, transient }, "{what}");
    }

    /// Texts as a server of version 1.39.0 wrote them.
    #[test]
    fn grpc() {
        use GrpcCode as C;
        for (code, text, kind, outcome, transient) in [
            (C::Unknown, "could not find class Nowhere in schema", K::NotFound, Refused, false),
            (
                C::Unknown,
                "get tenants: failed to execute query: could not get tenants: class not found",
                K::NotFound,
                Refused,
                false,
            ),
            (C::Unknown, "aggregate: tenant not active: 'off'", K::Tenant, Refused, false),
            (C::Unknown, "batch delete: cannot find objects: tenant not found: \"nosuch\"", K::Tenant, Refused, false),
            (
                C::Unknown,
                "aggregate: class Multi has multi-tenancy enabled, but request was without tenant",
                K::Tenant,
                Refused,
                false,
            ),
            (
                C::Unknown,
                "explorer: list class: search: object search at index item: class Item has multi-tenancy disabled, but request was with tenant",
                K::Tenant,
                Refused,
                false,
            ),
            (C::Unknown, "extract auth: unauthorized: invalid api key", K::Authentication, Refused, false),
            (
                C::Unknown,
                "extract auth: no authentication scheme is configured (API Key or OIDC), but an 'Authorization' header was provided.",
                K::Authentication,
                Refused,
                false,
            ),
            (C::Unauthenticated, "unauthorized: invalid api key", K::Authentication, Refused, false),
            (C::PermissionDenied, "rbac: authorization, forbidden action: user 'jane'", K::Permission, Refused, false),
            (C::Unknown, "429 Too many requests", K::RateLimited, Refused, true),
            (
                C::Unknown,
                "connection to: OpenAI API failed with status: 429 error: slow down",
                K::RateLimited,
                Refused,
                true,
            ),
            (C::Unknown, "Anthropic API error: rate_limit_error - Rate limit reached", K::RateLimited, Refused, true),
            (
                C::Unknown,
                "invalid pagination params: query maximum results exceeded: the total limit",
                K::LimitExceeded,
                Refused,
                false,
            ),
            (
                C::ResourceExhausted,
                "grpc: received message larger than max (5064 vs. 4096)",
                K::LimitExceeded,
                Refused,
                false,
            ),
            (
                C::ResourceExhausted,
                "grpc: trying to send message larger than max (6101 vs. 4096)",
                K::LimitExceeded,
                Refused,
                false,
            ),
            (
                C::ResourceExhausted,
                "objects count limit of 4 reached for this instance.",
                K::LimitExceeded,
                Refused,
                false,
            ),
            (
                C::Unknown,
                "extract target vectors: class Many has multiple vectors, but no target vectors were provided",
                K::Validation,
                Refused,
                false,
            ),
            (
                C::Unknown,
                "extract target vectors: class Many does not have named vector zzz configured.",
                K::Validation,
                Refused,
                false,
            ),
            (
                C::Unknown,
                "vector search: knn search: distance between entrypoint and query node: 2 vs 3: vector lengths don't match",
                K::Validation,
                Refused,
                false,
            ),
            (
                C::Unknown,
                "no such prop with name 'id' found in class 'Item' in the schema.",
                K::Validation,
                Refused,
                false,
            ),
            (
                C::Unknown,
                "cursor api: invalid 'after' parameter: where cannot be set with after and limit parameters",
                K::Validation,
                Refused,
                false,
            ),
            (C::Unknown, "cannot reach enough replicas", K::Unavailable, Unknown, true),
            (C::Unknown, "something new", K::Server, Unknown, false),
            (C::Internal, "", K::Server, Unknown, false),
            (C::Unavailable, "not accepting new streams: context canceled", K::Unavailable, Unknown, true),
            (C::DeadlineExceeded, "context deadline exceeded", K::Timeout, Unknown, true),
            (C::Unimplemented, "unknown method Nope for service weaviate.v1.Weaviate", K::Unsupported, Refused, false),
            (C::FailedPrecondition, "index type not allowed", K::Validation, Refused, false),
        ] {
            check(Verdict::of_grpc(code, text), kind, outcome, transient, text);
        }
    }

    #[test]
    fn http() {
        let error = |text: &str| serde_json::json!({"error": [{"message": text}]}).to_string();
        let coded = |code: u16, text: &str| serde_json::json!({"code": code, "message": text}).to_string();
        for (status, body, kind, outcome, transient) in [
            (401, coded(401, "unauthorized: invalid api key"), K::Authentication, Refused, false),
            (401, String::new(), K::Authentication, Refused, false),
            (403, error("rbac: authorization, forbidden action: user 'custom'"), K::Permission, Refused, false),
            (404, String::new(), K::NotFound, Refused, false),
            (404, coded(404, "path /v1/nope was not found"), K::Unsupported, Refused, false),
            (405, coded(405, "method PUT is not allowed"), K::Unsupported, Refused, false),
            (422, error("class name Book already exists"), K::AlreadyExists, Refused, false),
            (422, error("id 'a0000001-0000-4000-8000-000000000001' already exists"), K::AlreadyExists, Refused, false),
            (422, coded(602, "name in body is required"), K::Validation, Refused, false),
            (422, error("put object: determine shard: tenant not found: \"nosuch\""), K::Tenant, Refused, false),
            (422, error("updating schema: TYPE_ADD_TENANT: class not found"), K::NotFound, Refused, false),
            (422, error("class \"Work\": not found"), K::NotFound, Refused, false),
            (404, error("class \"Nope\" not found"), K::NotFound, Refused, false),
            (422, error("in class Item the word was not found"), K::Validation, Refused, false),
            (422, error("validate: failed to get class: Nowhere"), K::NotFound, Refused, false),
            (422, error("updating schema: TYPE_ADD_CLASS: leader not found"), K::Unavailable, Unknown, true),
            (422, r#"{"errorCode":"CONFIG_NOT_ALLOWED","message":"class already exists"}"#.into(), K::Validation, Refused, false),
            (429, r#"{"errorCode":"USAGE_LIMIT_EXCEEDED","limit":"objects","message":"objects count limit of 4 reached"}"#.into(), K::LimitExceeded, Refused, false),
            (429, String::new(), K::RateLimited, Refused, true),
            (500, error("put object: store is read-only due to: manually set by user"), K::Unavailable, Refused, false),
            (500, error("updating schema: TYPE_CREATE_ALIAS: create alias: class Film already exists"), K::AlreadyExists, Refused, false),
            (500, error("delete from non-existing index for Nowhere"), K::NotFound, Refused, false),
            (500, "<html>oops</html>".into(), K::Server, Unknown, false),
            (500, String::new(), K::Server, Unknown, false),
            (501, String::new(), K::Unsupported, Refused, false),
            (502, "<html>Bad Gateway</html>".into(), K::Unavailable, Unknown, true),
            (503, String::new(), K::Unavailable, Unknown, true),
            (504, String::new(), K::Unavailable, Unknown, true),
            (413, String::new(), K::LimitExceeded, Refused, false),
            (418, String::new(), K::Validation, Refused, false),
            (301, String::new(), K::Configuration, Refused, false),
            (202, String::new(), K::Decode, Unknown, false),
        ] {
            let verdict = Verdict::of_http(status, &ErrorBody::parse(body.as_bytes()));
            check(verdict, kind, outcome, transient, &format!("{status} {body}"));
        }
    }
}
