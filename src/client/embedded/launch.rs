//! Start of the server process, until it takes requests or the deadline passes.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use tokio::time::sleep;

use super::data_dir::DataDir;
use super::ports::Ports;
use super::process::{Exit, Process};
use super::server_settings;
use crate::client::ClientBuilder;
use crate::error::Verdict;
use crate::transport::web_client;
use crate::wait::Pauses;
use crate::{Client, Error, ErrorKind, Result};

const POLL: Duration = Duration::from_millis(100);
const POLL_TIMEOUT: Duration = Duration::from_secs(2);
/// Another process may take a free port before the server binds it.
const TRIES: u32 = 3;
/// Words in the names of variables whose values must not appear in errors.
const SECRET_WORDS: [&str; 5] = ["KEY", "SECRET", "TOKEN", "PASSWORD", "CREDENTIAL"];

pub(super) struct Launch<'a> {
    pub(super) binary: &'a Path,
    pub(super) http: u16,
    pub(super) grpc: u16,
    pub(super) environment: &'a [(String, String)],
    pub(super) within: Duration,
    pub(super) client: &'a (dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync),
}

/// A server that answers over REST and gRPC.
pub(super) struct Launched {
    pub(super) process: Process,
    pub(super) ports: Ports,
    pub(super) client: Client,
}

impl Launch<'_> {
    pub(super) async fn run(&self, data_dir: &mut DataDir) -> Result<Launched> {
        let mut pauses = Pauses::new(self.within, (POLL, POLL));
        let mut tries = 0;
        loop {
            tries += 1;
            let ports = Ports::free(self.http, self.grpc)?;
            let mut process = self.spawn(ports, data_dir).await?;
            let left = pauses.left();
            let exit = tokio::select! {
                exit = process.exited() => exit,
                client = self.connect(ports, &mut pauses) => match process.has_exited().await {
                    // The answer came from another server on these ports.
                    Some(exit) => exit,
                    None => return Ok(Launched { process, ports, client: client? }),
                },
                () = sleep(left) => return Err(self.late(&process)),
            };
            if !(exit.lacked_a_port() && tries < TRIES) {
                return Err(ended(&exit));
            }
            tracing::debug!(
                ?ports,
                "another process took a port of the embedded server; it is started again on other ports"
            );
        }
    }

    async fn spawn(&self, ports: Ports, data_dir: &mut DataDir) -> Result<Process> {
        let own = server_settings::variables(ports, data_dir.path());
        let own = own.into_iter().map(|(name, value)| (name.into(), value.into()));
        let given = self.environment.iter().map(|(name, value)| (name.into(), value.into()));
        let variables: Vec<(OsString, OsString)> = own.chain(given).collect();
        let process =
            Process::spawn(self.binary, &server_settings::arguments(ports), &variables, secrets(self.environment))
                .await?;
        data_dir.record(process.pid())?;
        Ok(process)
    }

    /// Waits for REST, then for the checks of `ClientBuilder::connect`, which include gRPC.
    async fn connect(&self, ports: Ports, pauses: &mut Pauses) -> Result<Client> {
        let prober = web_client(reqwest::Client::builder().no_proxy().timeout(POLL_TIMEOUT))?;
        let ready = format!("{}/v1/.well-known/ready", rest_url(ports));
        while !matches!(prober.get(&ready).send().await, Ok(reply) if reply.status().is_success()) {
            pauses.pause().await;
        }
        let builder = (self.client)(ClientBuilder::custom(rest_url(ports)).grpc(grpc_url(ports)));
        loop {
            match builder.clone().connect().await {
                Err(error) if error.is_retryable() => {
                    tracing::debug!(%error, "the embedded server is not ready yet");
                    pauses.pause().await;
                }
                result => return result,
            }
        }
    }

    fn late(&self, process: &Process) -> Error {
        let message = format!(
            "the embedded server was not ready within {:?}: raise startup_timeout, or see the end of its log",
            self.within
        );
        Error::new(Verdict::refused(ErrorKind::Timeout).transient(), message).with_server_message(process.log().last())
    }
}

pub(super) fn rest_url(ports: Ports) -> String {
    format!("http://127.0.0.1:{}", ports.http)
}

pub(super) fn grpc_url(ports: Ports) -> String {
    format!("http://127.0.0.1:{}", ports.grpc)
}

fn ended(exit: &Exit) -> Error {
    let message = format!("the embedded server ended before it was ready ({exit}); its log says why");
    Error::new(Verdict::refused(ErrorKind::Server), message).with_server_message(exit.log.as_str())
}

/// Returns the values to remove from the log, with lists split into items. Values of fewer than six
/// bytes stay, since they would match ordinary words.
fn secrets(variables: &[(String, String)]) -> Vec<String> {
    let is_secret = |name: &str| SECRET_WORDS.iter().any(|word| name.to_ascii_uppercase().contains(word));
    let values = variables.iter().filter(|(name, _)| is_secret(name)).flat_map(|(_, value)| value.split(','));
    let mut secrets: Vec<_> = values.map(str::trim).filter(|value| value.len() >= 6).map(str::to_owned).collect();
    // Longest first, since one may be the prefix of another.
    secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_values_are_found_by_variable_names() {
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let variables = [
            variable("AUTHENTICATION_APIKEY_ALLOWED_KEYS", "hunter2, hunter2345"),
            variable("ENABLE_MODULES", "text2vec-openai"),
            variable("SOME_token", "abc"),
        ];
        assert_eq!(secrets(&variables), ["hunter2345", "hunter2"]);
    }
}
