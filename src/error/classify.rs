//! Classification of server errors: kind, outcome and transience from a status and a text.
//!
//! The status decides. Only where it says nothing, the text does: see
//! [`server_texts`](super::server_texts).

use super::body::{Author, ErrorBody};
use super::kind::{ErrorKind, GrpcCode, Outcome};
use super::server_texts;

/// Classification of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: ErrorKind,
    pub(crate) outcome: Outcome,
    /// Whether the same request may succeed later.
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

    /// Classifies a gRPC status of the server.
    pub(crate) fn of_grpc(code: GrpcCode, text: &str) -> Self {
        use ErrorKind as K;
        match code {
            GrpcCode::Unauthenticated => Self::refused(K::Authentication),
            GrpcCode::PermissionDenied => Self::refused(K::Permission),
            GrpcCode::InvalidArgument | GrpcCode::FailedPrecondition => {
                server_texts::verdict(text).unwrap_or(Self::refused(K::Validation))
            }
            GrpcCode::NotFound => server_texts::verdict(text).unwrap_or(Self::refused(K::NotFound)),
            GrpcCode::AlreadyExists => Self::refused(K::AlreadyExists),
            GrpcCode::ResourceExhausted => server_texts::verdict(text).unwrap_or(Self::refused(K::LimitExceeded)),
            GrpcCode::OutOfRange => Self::refused(K::LimitExceeded),
            GrpcCode::Unimplemented => Self::refused(K::Unsupported),
            GrpcCode::DeadlineExceeded => Self::unknown(K::Timeout).transient(),
            GrpcCode::Unavailable | GrpcCode::Aborted => Self::unknown(K::Unavailable).transient(),
            GrpcCode::Cancelled => Self::unknown(K::Unavailable),
            GrpcCode::Ok | GrpcCode::Unknown | GrpcCode::Internal | GrpcCode::DataLoss => {
                server_texts::verdict(text).unwrap_or(Self::unknown(K::Server))
            }
        }
    }

    /// Returns what the caller can do about an error with this server text, or an empty string.
    pub(crate) fn remedy(text: &str) -> &'static str {
        server_texts::remedy(text)
    }

    /// Classifies an unsuccessful HTTP reply.
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
            // Sent by a proxy that requires a login, not by the server.
            407 => Self::not_sent(K::Connection),
            408 => Self::unknown(K::Timeout).transient(),
            413 => Self::refused(K::LimitExceeded),
            429 => Self::refused(K::RateLimited).transient(),
            // A gateway, whose word says nothing about collections, objects and the request.
            400..=499 | 501 if body.author == Author::Other => Self::refused(K::Connection),
            404 if body.author == Author::Router => Self::refused(K::Unsupported),
            404 => server_texts::verdict(text).unwrap_or(Self::refused(K::NotFound)),
            405 | 410 | 501 => Self::refused(K::Unsupported),
            409 => server_texts::verdict(text).unwrap_or(Self::refused(K::Conflict)),
            400..=499 => server_texts::verdict(text).unwrap_or(Self::refused(K::Validation)),
            502..=504 => Self::unknown(K::Unavailable).transient(),
            _ => server_texts::verdict(text).unwrap_or(Self::unknown(K::Server)),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use ErrorKind as K;

    const RATE: Verdict = Verdict::refused(K::RateLimited).transient();
    const CLUSTER: Verdict = Verdict::unknown(K::Unavailable).transient();
    const LATER: Verdict = Verdict::refused(K::Unavailable).transient();

    fn refused(kind: ErrorKind) -> Verdict {
        Verdict::refused(kind)
    }

    /// Texts of Weaviate 1.39.0, all with the code UNKNOWN.
    #[test]
    fn the_text_decides_where_the_code_is_unknown() {
        const TEXTS: &[(Verdict, &[&str])] = &[
            (
                Verdict::refused(K::NotFound),
                &[
                    "could not find class Nowhere in schema",
                    "get tenants: failed to execute query: could not get tenants: class not found",
                    "aggregate: nearObject params: vector not found",
                ],
            ),
            (
                Verdict::refused(K::Tenant),
                &[
                    "aggregate: tenant not active: 'off'",
                    "batch delete: cannot find objects: tenant not found: \"nosuch\"",
                    "aggregate: class Multi has multi-tenancy enabled, but request was without tenant",
                    "object search at index item: class Item has multi-tenancy disabled, but request was with tenant",
                ],
            ),
            (
                Verdict::refused(K::Authentication),
                &[
                    "extract auth: unauthorized: invalid api key",
                    "extract auth: unauthorized: oidc: token is expired (Token Expiry: 2023-11-14 22:13:21 +0000 UTC)",
                    "extract auth: no authentication scheme is configured (API Key or OIDC)",
                ],
            ),
            (
                RATE,
                &[
                    "429 Too many requests",
                    "API rate limit exceeded",
                    "request rate limit exceeded and will not refresh in time",
                    "vectorize target vector v: update vector: connection to VoyageAI API failed with status 429: slow",
                    "failed to vectorize batch of objects: connection to: OpenAI API failed with status: 429",
                    "connection to: OpenAI API failed with status: 429 error: slow down",
                    "Anthropic API error: rate_limit_error - Rate limit reached",
                ],
            ),
            (
                Verdict::refused(K::LimitExceeded),
                &["invalid pagination params: query maximum results exceeded: the total limit calculated"],
            ),
            (
                Verdict::refused(K::Validation),
                &[
                    "extract target vectors: class Many has multiple vectors, but no target vectors were provided",
                    "extract target vectors: class Many does not have named vector zzz configured.",
                    "knn search: distance between entrypoint and query node: 2 vs 3: vector lengths don't match",
                    "no such prop with name 'id' found in class 'Item' in the schema.",
                    "cursor api: invalid 'after' parameter: where cannot be set with after and limit parameters",
                    "near_vector: cannot provide distance and certainty",
                    "resolve doc ids for prop/value pair: Timestamps must be indexed to be filterable! Add `IndexTimestamps`",
                    "local shard object search item: expected value to be string, got 'int'",
                    "value type should be []string but is string",
                    "data type \"blob\" not supported in query",
                    "invalid search term, only stopwords provided. Stopwords can be configured",
                    "trying parse time as RFC3339 string: parsing time \"yesterday\"",
                    "parse uuid filter value: invalid UUID length: 3",
                    "blockmaxwand: OPERATOR_AND_CROSS requires all searched properties to share the same tokenization",
                    "VectorFromInput was called without vectorizer on class Doc for input quick fox",
                    "can't compute and return certainty when vector index is configured with l2-squared distance",
                    "multiple target vectors are not supported with certainty",
                    "vector search: cannot vector-search on a class not vector-indexed",
                    "boost: weight must be between 0 and 1, got 1.500000",
                ],
            ),
            (
                Verdict::refused(K::Unsupported),
                &["filtering on nested properties is a preview feature, disabled by default"],
            ),
            (CLUSTER, &["leader not found", "put object: cannot reach enough replicas"]),
            (
                LATER,
                &[
                    "failed with status: 503",
                    "failed to vectorize batch of objects: connection to Cohere API failed with status: 503 error: busy",
                    "vectorize target vector v: update vector: connection to: OpenAI API failed with status: 500",
                    "explorer: get class: tried to browse non-existing index for Owl",
                ],
            ),
            (Verdict::unknown(K::Server), &["something new", ""]),
        ];
        for (verdict, texts) in TEXTS {
            for text in *texts {
                assert_eq!(Verdict::of_grpc(GrpcCode::Unknown, text), *verdict, "{text}");
            }
        }
    }

    #[test]
    fn a_specific_grpc_code_decides() {
        for (code, text, verdict) in [
            (GrpcCode::Unauthenticated, "unauthorized: invalid api key", refused(K::Authentication)),
            (GrpcCode::PermissionDenied, "rbac: authorization, forbidden action: user 'jane'", refused(K::Permission)),
            (
                GrpcCode::ResourceExhausted,
                "received message larger than max (5064 vs. 4096)",
                refused(K::LimitExceeded),
            ),
            (
                GrpcCode::ResourceExhausted,
                "objects count limit of 4 reached for this instance.",
                refused(K::LimitExceeded),
            ),
            (GrpcCode::ResourceExhausted, "429 Too many requests", RATE),
            (GrpcCode::FailedPrecondition, "index type not allowed", refused(K::Validation)),
            (GrpcCode::Unimplemented, "unknown method Nope for service weaviate.v1.Weaviate", refused(K::Unsupported)),
            (GrpcCode::Unavailable, "not accepting new streams: context canceled", CLUSTER),
            (GrpcCode::DeadlineExceeded, "context deadline exceeded", Verdict::unknown(K::Timeout).transient()),
            (GrpcCode::Internal, "", Verdict::unknown(K::Server)),
        ] {
            assert_eq!(Verdict::of_grpc(code, text), verdict, "{code} {text}");
        }
    }

    #[test]
    fn known_texts_have_a_remedy() {
        for (text, remedy) in [
            ("anonymous access not enabled. Please authenticate through one of", "api_key"),
            ("aggregate: tenant not active: 'off'", "tenants().activate"),
            ("batch delete: cannot find objects: tenant not found: \"nosuch\"", "tenants().create"),
            ("class Multi has multi-tenancy enabled, but request was without tenant", "Collection::tenant"),
            ("class Item has multi-tenancy disabled, but request was with tenant", "omit the tenant"),
            ("VectorFromInput was called without vectorizer on class Doc for input quick fox", ".vector(..)"),
            ("class Many has multiple vectors, but no target vectors were provided", ".target(..)"),
            ("Timestamps must be indexed to be filterable! Add `IndexTimestamps`", "index_timestamps"),
            ("class name Owl already exists", "collections().ensure"),
            ("path /v1/v1/meta was not found", "omit `/v1`"),
            ("filtering on nested properties is a preview feature, disabled by default", "WEAVIATE_PREVIEW_"),
        ] {
            assert!(Verdict::remedy(text).contains(remedy), "{text}");
        }
        assert_eq!(Verdict::remedy("something new"), "");
    }

    fn of_http(status: u16, body: &str) -> Verdict {
        Verdict::of_http(status, &ErrorBody::parse(&HeaderMap::new(), body.as_bytes()))
    }

    #[test]
    fn an_http_status_decides_where_the_text_does_not() {
        for (status, text, verdict) in [
            (401, "", refused(K::Authentication)),
            (403, "rbac: authorization, forbidden action: user 'custom'", refused(K::Permission)),
            (404, "", refused(K::NotFound)),
            (404, "class \"Nope\" not found", refused(K::NotFound)),
            (404, "path /v1/search/Box/bm25 was not found", refused(K::Unsupported)),
            (404, "namespaces are not enabled", refused(K::Unsupported)),
            (407, "", Verdict::not_sent(K::Connection)),
            (413, "", refused(K::LimitExceeded)),
            (418, "", refused(K::Validation)),
            (409, "alias already exists", refused(K::AlreadyExists)),
            (409, "conflicts: already running", refused(K::Conflict)),
            (422, "class name Book already exists", refused(K::AlreadyExists)),
            (422, "id 'a0000001-0000-4000-8000-000000000001' already exists", refused(K::AlreadyExists)),
            (422, "put object: determine shard: tenant not found: \"nosuch\"", refused(K::Tenant)),
            (422, "updating schema: TYPE_ADD_TENANT: class not found", refused(K::NotFound)),
            (422, "updating schema: TYPE_UPDATE_TENANT: shard not found: a; shard not found: b", refused(K::Tenant)),
            (422, "updating db: TYPE_ADD_TENANT: init shard a: too many open files", Verdict::unknown(K::Server)),
            (422, "can't offload tenants, because offload-s3 module is not enabled", refused(K::Unsupported)),
            (422, "class \"Work\": not found", refused(K::NotFound)),
            (422, "validate: failed to get class: Nowhere", refused(K::NotFound)),
            (422, "in class Item the word was not found", refused(K::Validation)),
            (422, "updating schema: TYPE_ADD_CLASS: leader not found", CLUSTER),
            (422, "updating schema: TYPE_ADD_CLASS: class already exists", refused(K::AlreadyExists)),
            (500, "invalid object: auto-schema: create collection: class name Owl already exists", LATER),
            (
                500,
                "invalid object: auto-schema: create collection: rpc error: code = Internal desc = class name Owl already exists",
                LATER,
            ),
            (500, "failed to execute query: leader not found", LATER),
            (
                500,
                "put object: import into index owl: put local object: shard=\"a\": update vector index: full",
                Verdict::unknown(K::Server),
            ),
            (429, "", RATE),
            (500, "", Verdict::unknown(K::Server)),
            (500, "store is read-only due to: manually set by user", refused(K::Unavailable)),
            (500, "TYPE_CREATE_ALIAS: create alias: class Film already exists", refused(K::AlreadyExists)),
            (500, "delete from non-existing index for Nowhere", refused(K::NotFound)),
            (501, "", refused(K::Unsupported)),
            (503, "", CLUSTER),
            (504, "", CLUSTER),
            (301, "", refused(K::Configuration)),
            (202, "", Verdict::unknown(K::Decode)),
        ] {
            let body = serde_json::json!({"error": [{"message": text}]}).to_string();
            assert_eq!(of_http(status, if text.is_empty() { "" } else { &body }), verdict, "{status} {text}");
        }
    }

    #[test]
    fn the_shape_of_a_body_decides_too() {
        for (status, body, verdict) in [
            (404, r#"{"code":404,"message":"path /v1/nope was not found"}"#, refused(K::Unsupported)),
            (405, r#"{"code":405,"message":"method PATCH is not allowed"}"#, refused(K::Unsupported)),
            (422, r#"{"code":602,"message":"name in body is required"}"#, refused(K::Validation)),
            (422, r#"{"errorCode":"CONFIG_NOT_ALLOWED","message":"class already exists"}"#, refused(K::Validation)),
            (429, r#"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"no more"}"#, refused(K::LimitExceeded)),
            (500, "<html>oops</html>", Verdict::unknown(K::Server)),
            (502, "<html>Bad Gateway</html>", CLUSTER),
        ] {
            assert_eq!(of_http(status, body), verdict, "{status} {body}");
        }
    }

    /// Texts of the server that echo what the caller wrote, with the status they come with: 0 for
    /// gRPC and for the item of an import.
    const ECHOES: &[(u16, &str)] = &[
        (
            422,
            "invalid object: invalid date property 'day' on class 'Owl': requires a string with a RFC3339 formatted date, but the given value is '§'",
        ),
        (
            422,
            "invalid object: invalid integer property 'n' on class 'Owl': requires an integer, the given value is '§'",
        ),
        (
            422,
            "invalid object: invalid uuid property 'u' on class 'Owl': requires a string of UUID format, but the given value is '§'",
        ),
        (
            422,
            "msg:bad request code:400 err:invalid integer property 'n' on class 'Owl': requires an integer, the given value is '§'",
        ),
        (422, "'§' is not a valid class name"),
        (422, "id in body must be of type uuid: \"§\""),
        (422, "unknown stopword preset \"§\"; define it in stopwordPresets or use a built-in preset ('en', 'none')"),
        (422, "property 'x': invalid dataType: [§]: unknown primitive data type '§'"),
        (422, "unrecognized or unsupported vectorIndexType \"§\""),
        (422, "target vector \"v\": vectorizer: no module with name \"§\" present"),
        (
            422,
            "auto-tenant: add tenants to collection \"Owl\": tenant name at index 0:  '§' is not a valid tenant name. should only contain",
        ),
        (
            500,
            "invalid object: auto-schema: update collection: '§' is not a valid property name. Property names in Weaviate are",
        ),
        (500, "vectorize target vector v: update vector: connection to: OpenAI API failed with status: 400 error: §"),
        (
            0,
            "invalid date property 'day' on class 'Owl': requires a string with a RFC3339 formatted date, but the given value is '§'",
        ),
        (0, "failed to vectorize batch of objects: connection to Ollama API failed with error: §"),
        (
            0,
            "explorer: list class: search: object search at index owl: local shard object search owl_a1: trying parse time as RFC3339 string: parsing time \"§\" as \"2006-01-02T15:04:05Z07:00\"",
        ),
        (
            0,
            "expected an integer value, but could not parse string '§' as int: strconv.ParseFloat: parsing \"§\": invalid syntax",
        ),
        (0, "no such prop with name '§' found in class 'Owl' in the schema. Check your schema files"),
        (0, "VectorFromInput was called without vectorizer on class Owl for input §"),
        (0, "explorer: list class: search: object search at index owl: tenant not found: \"§\""),
        (0, "cursor api: invalid 'after' parameter: after parameter '§' is not a valid uuid: invalid UUID length: 3"),
        (
            0,
            "explorer: get class: concurrentTargetVectorSearch): explorer: get class: vectorize search vector: nearObject params: search index owl: determine shard: parse uuid \"§\": invalid UUID length: 3",
        ),
        (
            0,
            "auto create tenants: auto-tenant: add tenants to collection \"Owl\": tenant name at index 0:  '§' is not a valid tenant name",
        ),
        (0, "multi target references from collection Owl and property § with need an explicitlinked collection"),
        (0, "expected reference property with a single target, got [A B] for § "),
        (0, "a text that nothing here knows: §"),
    ];

    /// All known phrases in all places, in and out of quotes.
    #[test]
    fn what_the_caller_wrote_decides_nothing() {
        let verdict = |status: u16, text: &str| match status {
            0 => Verdict::of_grpc(GrpcCode::Unknown, text),
            status => of_http(status, &serde_json::json!({"error": [{"message": text}]}).to_string()),
        };
        let mut cases = 0;
        for (status, echo) in ECHOES {
            let expected = verdict(*status, &echo.replace('§', "owl"));
            for phrase in server_texts::samples() {
                for value in [
                    phrase.clone(),
                    format!("'{phrase}'"),
                    format!("': {phrase}"),
                    format!("\": {phrase}: \""),
                    format!("x: put object: {phrase}"),
                    format!("\n{phrase}"),
                ] {
                    let text = echo.replace('§', &value);
                    assert_eq!(verdict(*status, &text), expected, "{status} {text}");
                    cases += 1;
                }
            }
        }
        println!("{cases} texts with a known phrase of the caller");
    }
}
