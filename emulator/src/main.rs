//! `weaviate-emulator`: the emulator as a program, in the place of a server.
//!
//! `weaviate-emulator [--host ADDRESS] [--port PORT]`, and Weaviate's own environment variables: `GRPC_PORT`,
//! `QUERY_DEFAULTS_LIMIT`, `QUERY_MAXIMUM_RESULTS`, `AUTOSCHEMA_ENABLED`, `ASYNC_INDEXING`, `OBJECTS_TTL_DELETE_SCHEDULE`,
//! `ENABLE_TOKENIZER_GSE`, `ENABLE_TOKENIZER_GSE_CH`, `ENABLE_TOKENIZER_KAGOME_JA`, `ENABLE_TOKENIZER_KAGOME_KR`,
//! `ENABLE_EXPERIMENTAL_ALTER_SCHEMA_DROP_VECTOR_INDEX_ENDPOINT`, `WEAVIATE_PREVIEW_NESTED_FILTERING`,
//! `ENABLE_MODULES`, `DEFAULT_VECTORIZER_MODULE`, `GRPC_MAX_MESSAGE_SIZE`,
//! `MAXIMUM_ALLOWED_COLLECTIONS_COUNT`, `MAXIMUM_ALLOWED_OBJECTS_COUNT`, `MAXIMUM_ALLOWED_TENANTS_PER_COLLECTION`,
//! `MAXIMUM_ALLOWED_SHARDS_PER_COLLECTION`, `REPLICATION_MAXIMUM_FACTOR`, `ALLOWED_VECTOR_INDEX_TYPES`,
//! `ALLOWED_COMPRESSION_TYPES`, `AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED`, `AUTHENTICATION_APIKEY_ENABLED`, `AUTHENTICATION_APIKEY_ALLOWED_KEYS`,
//! `AUTHENTICATION_APIKEY_USERS`, `AUTHENTICATION_OIDC_ENABLED`, `AUTHENTICATION_OIDC_ISSUER`,
//! `AUTHENTICATION_OIDC_CLIENT_ID`, `AUTHENTICATION_OIDC_SCOPES`, `AUTHENTICATION_OIDC_USERNAME_CLAIM`,
//! `AUTHENTICATION_OIDC_GROUPS_CLAIM`, `AUTHORIZATION_RBAC_ENABLED` (or `AUTHORIZATION_ENABLE_RBAC`),
//! `AUTHORIZATION_RBAC_ROOT_USERS` (or `AUTHORIZATION_ADMIN_USERS`). Ctrl-C or SIGTERM stops it.

use std::process::ExitCode;

use weaviate_emulator::{Builder, Emulator};

const USAGE: &str = "usage: weaviate-emulator [--host ADDRESS] [--port PORT]";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            say_to_stderr(&fault);
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| matches!(argument.as_str(), "-h" | "--help")) {
        say(USAGE);
        return Ok(());
    }
    let builder = from_environment(from_arguments(Emulator::builder().rest_port(8080).grpc_port(50051), &arguments)?)?;
    let stop = stop_signal()?;
    let emulator = builder.start().await.map_err(|fault| format!("cannot start: {fault}"))?;
    say(&format!("REST {}\ngRPC {}", emulator.rest_url(), emulator.grpc_url()));
    stop.await;
    emulator.stop().await;
    Ok(())
}

fn from_arguments(mut builder: Builder, arguments: &[String]) -> Result<Builder, String> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument.as_str(), arguments.next().map(String::as_str)),
        };
        let value = value.ok_or_else(|| format!("{name} needs a value\n{USAGE}"))?;
        builder = match name {
            "--host" if value == "localhost" => builder,
            "--host" => builder.host(value.parse().map_err(|_| format!("--host: `{value}` is not an IP address"))?),
            "--port" => builder.rest_port(number("--port", value)?),
            // Taken and ignored, so that the command line of a real server can be used as it is.
            "--scheme" | "--read-timeout" | "--write-timeout" | "--graceful-timeout" | "--cleanup-timeout" => builder,
            other => return Err(format!("unknown argument `{other}`\n{USAGE}")),
        };
    }
    Ok(builder)
}

fn from_environment(mut builder: Builder) -> Result<Builder, String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(value) = variable("GRPC_PORT") {
        builder = builder.grpc_port(number("GRPC_PORT", &value)?);
    }
    if let Some(value) = variable("QUERY_DEFAULTS_LIMIT") {
        builder = builder.query_defaults_limit(number("QUERY_DEFAULTS_LIMIT", &value)?);
    }
    if let Some(value) = variable("QUERY_MAXIMUM_RESULTS") {
        builder = builder.query_maximum_results(number("QUERY_MAXIMUM_RESULTS", &value)?);
    }
    if let Some(value) = variable("GRPC_MAX_MESSAGE_SIZE") {
        builder = builder.grpc_max_message_size(number("GRPC_MAX_MESSAGE_SIZE", &value)?);
    }
    if let Some(value) = variable("AUTOSCHEMA_ENABLED") {
        builder = builder.autoschema_enabled(is_on(&value));
    }
    if let Some(value) = variable("ASYNC_INDEXING") {
        builder = builder.async_indexing(is_on(&value));
    }
    builder = limits_from_environment(features_from_environment(builder))?;
    let with_keys = variable("AUTHENTICATION_APIKEY_ENABLED").is_some_and(|value| is_on(&value));
    let with_tokens = variable("AUTHENTICATION_OIDC_ENABLED").is_some_and(|value| is_on(&value));
    // As with the server, anonymous callers are let in unless another way in is configured.
    let anonymous =
        variable("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED").map_or(!with_keys && !with_tokens, |value| is_on(&value));
    builder = builder.anonymous_access(anonymous);
    if with_keys {
        let list = |name: &str| {
            variable(name).unwrap_or_default().split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>()
        };
        let (keys, users) = (list("AUTHENTICATION_APIKEY_ALLOWED_KEYS"), list("AUTHENTICATION_APIKEY_USERS"));
        if keys.iter().any(String::is_empty) || users.iter().any(String::is_empty) {
            return Err(
                "AUTHENTICATION_APIKEY_ALLOWED_KEYS and AUTHENTICATION_APIKEY_USERS must not have empty entries"
                    .to_owned(),
            );
        }
        if users.len() != 1 && users.len() != keys.len() {
            return Err("AUTHENTICATION_APIKEY_USERS must name one user, or as many as there are keys".to_owned());
        }
        for (key, user) in keys.into_iter().zip(users.iter().cycle()) {
            builder = builder.api_key(key, user);
        }
    }
    if with_tokens {
        builder = issuer_from_environment(builder)?;
    }
    // Each has an older name.
    let with_roles = ["AUTHORIZATION_RBAC_ENABLED", "AUTHORIZATION_ENABLE_RBAC"];
    if with_roles.into_iter().any(|name| variable(name).is_some_and(|value| is_on(&value))) {
        let root = variable("AUTHORIZATION_RBAC_ROOT_USERS").or_else(|| variable("AUTHORIZATION_ADMIN_USERS"));
        let root = root.unwrap_or_default();
        builder = builder.rbac(root.split(',').map(str::trim).filter(|user| !user.is_empty()));
    }
    Ok(builder)
}

fn features_from_environment(mut builder: Builder) -> Builder {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let on = |name: &str| variable(name).is_some_and(|value| is_on(&value));
    builder = builder
        .object_ttl(variable("OBJECTS_TTL_DELETE_SCHEDULE").is_some())
        .drop_vector_index(on("ENABLE_EXPERIMENTAL_ALTER_SCHEMA_DROP_VECTOR_INDEX_ENDPOINT"))
        .nested_filtering(on("WEAVIATE_PREVIEW_NESTED_FILTERING"));
    for name in ["gse", "gse_ch", "kagome_ja", "kagome_kr"] {
        if on(&format!("ENABLE_TOKENIZER_{}", name.to_uppercase())) {
            builder = builder.tokenizer(name);
        }
    }
    if let Some(module) = variable("DEFAULT_VECTORIZER_MODULE") {
        builder = builder.default_vectorizer(module);
    }
    let modules = variable("ENABLE_MODULES").unwrap_or_default();
    modules.split(',').map(str::trim).filter(|name| !name.is_empty()).fold(builder, Builder::module)
}

type Setter = fn(Builder, usize) -> Builder;

fn limits_from_environment(mut builder: Builder) -> Result<Builder, String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    // A negative number stands for no limit.
    let limit = |name: &str| match variable(name).filter(|value| !value.starts_with('-')) {
        Some(value) => number(name, &value).map(Some),
        None => Ok(None),
    };
    let settings: [(&str, Setter); 4] = [
        ("MAXIMUM_ALLOWED_COLLECTIONS_COUNT", Builder::maximum_collections),
        ("MAXIMUM_ALLOWED_OBJECTS_COUNT", Builder::maximum_objects),
        ("MAXIMUM_ALLOWED_TENANTS_PER_COLLECTION", Builder::maximum_tenants),
        ("MAXIMUM_ALLOWED_SHARDS_PER_COLLECTION", Builder::maximum_shards),
    ];
    for (name, set) in settings {
        if let Some(most) = limit(name)? {
            builder = set(builder, most);
        }
    }
    if let Some(factor) = variable("REPLICATION_MAXIMUM_FACTOR") {
        builder = builder.maximum_replication_factor(number("REPLICATION_MAXIMUM_FACTOR", &factor)?);
    }
    let list = |name: &str| {
        let value = variable(name).unwrap_or_default();
        let names = value.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
        Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
    };
    if let Some(types) = list("ALLOWED_VECTOR_INDEX_TYPES") {
        builder = builder.allowed_index_types(types);
    }
    if let Some(compressions) = list("ALLOWED_COMPRESSION_TYPES") {
        builder = builder.allowed_compressions(compressions);
    }
    Ok(builder)
}

fn issuer_from_environment(builder: Builder) -> Result<Builder, String> {
    let variable = |name: &str| {
        let name = format!("AUTHENTICATION_OIDC_{name}");
        std::env::var(&name).ok().filter(|value| !value.is_empty()).ok_or(name)
    };
    for name in ["SKIP_CLIENT_ID_CHECK", "CERTIFICATE", "JWKS_URL"] {
        if variable(name).is_ok_and(|value| !value.eq_ignore_ascii_case("false")) {
            return Err(format!("AUTHENTICATION_OIDC_{name} exists in Weaviate but not in the emulator"));
        }
    }
    let needed =
        |name: &str| variable(name).map_err(|name| format!("{name} is needed with AUTHENTICATION_OIDC_ENABLED"));
    let scopes = variable("SCOPES").unwrap_or_default();
    let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty());
    let builder = builder.oidc(needed("ISSUER")?, needed("CLIENT_ID")?, scopes);
    Ok(builder.oidc_claims(needed("USERNAME_CLAIM")?, variable("GROUPS_CLAIM").unwrap_or_default()))
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name}: `{value}` is not a number in range"))
}

/// The spellings of "on" that the server takes.
fn is_on(value: &str) -> bool {
    matches!(value.to_lowercase().as_str(), "true" | "on" | "enabled" | "1")
}

/// Ends with Ctrl-C or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|fault| format!("cannot listen for SIGTERM: {fault}"))?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[expect(clippy::print_stdout, reason = "a program says where it listens")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "a program says why it ends")]
fn say_to_stderr(text: &str) {
    eprintln!("{text}");
}
