//! Fetching files, the only traffic of this crate that does not go to a Weaviate server.

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

const CONNECT: Duration = Duration::from_secs(20);
/// Without a single byte.
const SILENCE: Duration = Duration::from_secs(60);
const REDIRECTS: usize = 10;
/// Several times what Weaviate has grown to.
const LARGEST_ARCHIVE: u64 = 1 << 30;
const LARGEST_SIDE_FILE: usize = 4096;

pub(super) struct Downloader {
    client: reqwest::Client,
    deadline: Instant,
    within: Duration,
}

impl Downloader {
    /// `within` bounds all that is fetched with it. Proxies of the environment are used.
    pub(super) fn new(within: Duration) -> Result<Self> {
        let client = web_client(client().redirect(redirect::Policy::custom(follow)))?;
        Ok(Self { client, deadline: Instant::now() + within, within })
    }

    /// Writes what is there to a file and hands over its SHA-256, in hex.
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
                    return Err(damaged(format!("{} is larger than any server: {bytes} bytes", shown(url))));
                }
                digest.update(&chunk);
                // A chunk is a few kilobytes for the page cache, less than the way to another thread costs.
                file.write_all(&chunk).map_err(cannot_write)?;
                reporter.downloaded(bytes, total);
            }
            Ok(hex(&digest.finalize()))
        })
        .await
    }

    /// The digest that lies beside a file, `None` if there is none.
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
                    return Err(damaged(format!("{} is too large for a digest", shown(&beside))));
                }
            }
            Ok(Some(text))
        });
        let Some(text) = text.await? else { return Ok(None) };
        // Some write the name of the file behind the digest.
        let digest = String::from_utf8_lossy(&text).split_whitespace().next().and_then(digest);
        digest.map(Some).ok_or_else(|| damaged(format!("{} holds no SHA-256 digest", shown(&beside))))
    }

    /// Where a page sends its visitors; nothing is fetched from there.
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
        let message = format!("{} cannot be downloaded", shown(url));
        Err(Error::new(verdict, message).with_http_status(status.as_u16()))
    }

    async fn in_time<T>(&self, url: &Url, work: impl Future<Output = Result<T>>) -> Result<T> {
        timeout_at(self.deadline, work).await.unwrap_or_else(|_| {
            let message = format!("{} did not come within {:?}: raise download_timeout", shown(url), self.within);
            Err(Error::new(Verdict::refused(ErrorKind::Timeout).transient(), message))
        })
    }
}

fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("weaviate-client-rust/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
}

/// Releases lie behind redirects; none may lead out of TLS.
fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let from = attempt.previous().last().map_or("", Url::scheme);
    if from == "https" && attempt.url().scheme() != "https" {
        attempt.error("the redirect leads from https to http")
    } else if attempt.previous().len() > REDIRECTS {
        attempt.error("too many redirects")
    } else {
        attempt.follow()
    }
}

fn lost(url: &Url, error: reqwest::Error) -> Error {
    let error = error.without_url();
    let url = shown(url);
    let (kind, message) = if error.is_redirect() {
        (ErrorKind::Configuration, format!("{url} redirects to where nothing may be downloaded from"))
    } else if error.is_timeout() {
        (ErrorKind::Timeout, format!("{url} stopped sending"))
    } else if error.is_connect() {
        let way_out = "without access to it, give the path of an executable with binary or WEAVIATE_BINARY";
        (ErrorKind::Connection, format!("no connection to {url}: {way_out}"))
    } else {
        (ErrorKind::Connection, format!("the download of {url} broke off"))
    };
    Error::new(Verdict::refused(kind).transient(), message).with_source(error)
}

/// An address as it may be logged: a query may hold a signature.
pub(super) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// A SHA-256 digest in lower case, if the text is one.
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
