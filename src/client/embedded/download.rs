//! Downloads: the only traffic of this crate that does not go to a Weaviate server or an OIDC
//! issuer.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use reqwest::{Response, redirect};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::progress::Reporter;
use super::{damaged, disk};
use crate::error::Verdict;
use crate::transport::web_client;
use crate::{Error, ErrorKind, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// The time in which at least one byte has to arrive.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_REDIRECTS: usize = 10;
/// The limit of a download, several times the size of Weaviate.
const LARGEST_ARCHIVE: u64 = 1 << 30;
const LARGEST_SIDE_FILE: usize = 4096;

pub(super) struct Downloader {
    client: reqwest::Client,
    deadline: Instant,
    within: Duration,
}

impl Downloader {
    /// Makes a downloader with one deadline for all its requests. It uses the proxies of the
    /// environment.
    pub(super) fn new(within: Duration) -> Result<Self> {
        let client = web_client(client().redirect(redirect::Policy::custom(follow)))?;
        Ok(Self { client, deadline: Instant::now() + within, within })
    }

    /// Downloads to a file and returns its SHA-256 digest in hex.
    pub(super) async fn file(&self, url: &Url, path: &Path, reporter: &Reporter) -> Result<String> {
        let cannot_write = |error| disk("cannot write to", path, error);
        self.in_time(url, async {
            let mut reply = self.get(url).await?;
            let total = reply.content_length();
            let mut file = File::create(path).map_err(cannot_write)?;
            let mut digest = Sha256::new();
            let mut bytes = 0;
            reporter.downloaded(bytes, total);
            while let Some(chunk) = reply.chunk().await.map_err(|error| lost(url, error))? {
                bytes += chunk.len() as u64;
                if bytes > LARGEST_ARCHIVE {
                    return Err(damaged(format!(
                        "{} is larger than 1 GiB, which no release of Weaviate is",
                        shown(url)
                    )));
                }
                digest.update(&chunk);
                // A blocking write of a few kilobytes to the page cache costs less than a switch to another thread.
                file.write_all(&chunk).map_err(cannot_write)?;
                reporter.downloaded(bytes, total);
            }
            Ok(hex(&digest.finalize()))
        })
        .await
    }

    /// Returns the digest that is published beside a file, `None` if there is none.
    pub(super) async fn digest_beside(&self, url: &Url) -> Result<Option<String>> {
        let mut beside = url.clone();
        beside.set_path(&format!("{}.sha256", url.path()));
        let text = self.in_time(&beside, async {
            let mut reply = match self.get(&beside).await {
                Ok(reply) => reply,
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) => return Err(error),
            };
            let mut text = Vec::new();
            while let Some(chunk) = reply.chunk().await.map_err(|error| lost(&beside, error))? {
                text.extend_from_slice(&chunk);
                if text.len() > LARGEST_SIDE_FILE {
                    return Err(damaged(format!("{} is too large for a SHA-256 digest", shown(&beside))));
                }
            }
            Ok(Some(text))
        });
        let Some(text) = text.await? else { return Ok(None) };
        // `sha256sum` writes the file name after the digest.
        let digest = String::from_utf8_lossy(&text).split_whitespace().next().and_then(digest);
        digest
            .map(Some)
            .ok_or_else(|| damaged(format!("{} does not contain a SHA-256 digest: set it with sha256", shown(&beside))))
    }

    /// Returns the target of a page that redirects. The target is not fetched.
    pub(super) async fn redirect(&self, url: &Url) -> Result<Option<Url>> {
        let client = web_client(client().redirect(redirect::Policy::none()))?;
        let reply = self.in_time(url, async { client.get(url.clone()).send().await.map_err(|error| lost(url, error)) });
        let reply = reply.await?;
        let target = reply.headers().get(reqwest::header::LOCATION).and_then(|target| target.to_str().ok());
        Ok(target.and_then(|target| url.join(target).ok()))
    }

    async fn get(&self, url: &Url) -> Result<Response> {
        let reply = self.client.get(url.clone()).send().await.map_err(|error| lost(url, error))?;
        let status = reply.status();
        if status.is_success() {
            return Ok(reply);
        }
        let verdict = match status.as_u16() {
            404 | 410 => Verdict::refused(ErrorKind::NotFound),
            429 => Verdict::refused(ErrorKind::RateLimited).transient(),
            500.. => Verdict::refused(ErrorKind::Unavailable).transient(),
            _ => Verdict::refused(ErrorKind::Configuration),
        };
        let message = format!("the download of {} was refused", shown(url));
        Err(Error::new(verdict, message).with_http_status(status.as_u16()))
    }

    async fn in_time<T>(&self, url: &Url, work: impl Future<Output = Result<T>>) -> Result<T> {
        timeout_at(self.deadline, work).await.unwrap_or_else(|_| {
            let message =
                format!("the download of {} took longer than {:?}: raise download_timeout", shown(url), self.within);
            Err(Error::new(Verdict::refused(ErrorKind::Timeout).transient(), message))
        })
    }
}

fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("weaviate-client-rust/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
}

/// Follows redirects, which releases need, but not from https to http.
fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let from = attempt.previous().last().map_or("", Url::scheme);
    if from == "https" && attempt.url().scheme() != "https" {
        attempt.error("the redirect leads from https to http")
    } else if attempt.previous().len() > MAX_REDIRECTS {
        attempt.error("too many redirects")
    } else {
        attempt.follow()
    }
}

fn lost(url: &Url, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let url = shown(url);
    let (kind, message) = if error.is_redirect() {
        (
            ErrorKind::Configuration,
            format!("{url} redirects from https to http, or too often: check the URL or the mirror"),
        )
    } else if error.is_timeout() {
        (ErrorKind::Timeout, format!("the download of {url} stalled: try again"))
    } else if error.is_connect() {
        let remedy = "without network access, set the path of an executable with binary or WEAVIATE_BINARY";
        (ErrorKind::Connection, format!("no connection to {url}: {remedy}"))
    } else {
        (ErrorKind::Connection, format!("the download of {url} was interrupted: try again"))
    };
    Error::new(Verdict::refused(kind).transient(), message).with_source(error)
}

/// Formats a URL for logs, without its query, which may contain a signature.
pub(super) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// Returns the text in lower case if it is a SHA-256 digest.
pub(super) fn digest(text: &str) -> Option<String> {
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| text.to_ascii_lowercase())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_recognised() {
        let upper = "AB".repeat(32);
        assert_eq!(digest(&upper), Some("ab".repeat(32)));
        for text in ["", "ab", &"xy".repeat(32), &"ab".repeat(33)] {
            assert_eq!(digest(text), None);
        }
        assert_eq!(hex(&[0, 0xab]), "00ab");
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let url = Url::parse("https://user:hunter2@host:444/a.zip?sig=hunter2#hunter2").unwrap();
        assert_eq!(shown(&url), "https://host:444/a.zip");
    }
}
