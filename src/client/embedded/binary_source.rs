//! The source of the executable: a release, an archive or a local file.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use url::Url;

use super::archive::Format;
use super::download;
use super::download::{Downloader, shown};
use super::progress::Reporter;
use super::{binary_cache, damaged};
use crate::options::Endpoint;
use crate::transport::CONTRACT;
use crate::values::server::ServerVersion;
use crate::{Error, Result};

/// The environment variable with the path of an executable.
const BINARY: &str = "WEAVIATE_BINARY";

/// The URL of Weaviate's releases.
const RELEASES: &str = "https://github.com/weaviate/weaviate/releases";

/// The source that the builder was given.
#[derive(Clone, Debug, Default)]
pub(super) enum BinarySource {
    /// The executable of [`BINARY`], else the release of the contract.
    #[default]
    Default,
    Version(String),
    Latest,
    Url(String),
    Binary(PathBuf),
}

/// An archive to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    pub(super) url: Url,
    /// The name of the executable in the cache, different for each archive.
    pub(super) key: String,
    pub(super) format: Format,
    /// The digest that the builder was given.
    pub(super) sha256: Option<String>,
}

/// A source whose parts have been checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CheckedSource {
    Binary(PathBuf),
    Asset(Asset),
    /// The version has to be looked up.
    Latest {
        releases: Url,
        sha256: Option<String>,
    },
}

impl BinarySource {
    /// Checks the source as far as possible without I/O.
    pub(super) fn plan(&self, mirror: Option<&str>, sha256: Option<&str>) -> Result<CheckedSource> {
        let sha256 = match sha256.map(|text| download::digest(text.trim())) {
            Some(None) => return Err(Error::validation("sha256", "must be 64 hexadecimal digits")),
            Some(digest) => digest,
            None => None,
        };
        let releases = || address("mirror", mirror.unwrap_or(RELEASES), sha256.is_some());
        let release =
            |version: &ServerVersion| Asset::release(&releases()?, version, sha256.clone()).map(CheckedSource::Asset);
        match self {
            Self::Binary(_) if sha256.is_some() => Err(Error::validation(
                "sha256",
                "is the digest of a download, and a binary is not downloaded: omit one of the two",
            )),
            Self::Binary(path) => Ok(CheckedSource::Binary(path.clone())),
            Self::Default => match env::var_os(BINARY).filter(|path| !path.is_empty()) {
                // A digest or a mirror selects a download.
                Some(path) if sha256.is_none() && mirror.is_none() => Ok(CheckedSource::Binary(path.into())),
                _ => release(&CONTRACT),
            },
            Self::Version(version) => {
                let version: ServerVersion = version.trim().parse()?;
                if version < ServerVersion::MINIMUM {
                    let message = format!("must be {} or newer, got {version}", ServerVersion::MINIMUM);
                    return Err(Error::validation("version", message));
                }
                release(&version)
            }
            Self::Latest => Ok(CheckedSource::Latest { releases: releases()?, sha256: sha256.clone() }),
            Self::Url(url) => Asset::at(address("url", url, sha256.is_some())?, sha256).map(CheckedSource::Asset),
        }
    }
}

impl CheckedSource {
    /// Returns the path of the executable, downloaded unless it is there.
    pub(super) async fn executable(self, cache: &Path, within: Duration, reporter: &Reporter) -> Result<PathBuf> {
        let asset = match self {
            Self::Binary(path) if path.is_file() => return Ok(path),
            Self::Binary(path) => {
                return Err(Error::configuration(format!(
                    "there is no executable at {}: correct the path set with binary or {BINARY}",
                    path.display()
                )));
            }
            Self::Asset(asset) => asset,
            Self::Latest { releases, sha256 } => {
                let version = latest(&releases, within).await?;
                Asset::release(&releases, &version, sha256)?
            }
        };
        binary_cache::executable(cache, &asset, within, reporter).await
    }
}

impl Asset {
    fn release(releases: &Url, version: &ServerVersion, sha256: Option<String>) -> Result<Self> {
        let (platform, ending, format) = platform(env::consts::OS, env::consts::ARCH)?;
        let name = format!("weaviate-v{version}-{platform}");
        let url = below(releases, &format!("download/v{version}/{name}{ending}"));
        // The executable of a mirror, or of a digest, may differ from the published one.
        let key = if releases.as_str().trim_end_matches('/') == RELEASES && sha256.is_none() {
            name
        } else {
            format!("{name}-{}", distinct(&url, sha256.as_deref()))
        };
        Ok(Self { url, key, format, sha256 })
    }

    fn at(url: Url, sha256: Option<String>) -> Result<Self> {
        let format = Format::of(url.path()).ok_or_else(|| {
            Error::validation("url", format!("must end with .tar.gz, .tgz or .zip, got {}", shown(&url)))
        })?;
        let key = format!("weaviate-{}", distinct(&url, sha256.as_deref()));
        Ok(Self { url, key, format, sha256 })
    }
}

/// Returns sixteen hexadecimal digits that depend on both.
fn distinct(url: &Url, sha256: Option<&str>) -> String {
    let digest = Sha256::digest(format!("{url}\n{}", sha256.unwrap_or_default()));
    download::hex(digest.get(..8).unwrap_or_default())
}

/// Returns the parts of the archive's name for a platform, and its format.
fn platform(os: &str, arch: &str) -> Result<(&'static str, &'static str, Format)> {
    match (os, arch) {
        ("linux", "x86_64") => Ok(("linux-amd64", ".tar.gz", Format::TarGz)),
        ("linux", "aarch64") => Ok(("linux-arm64", ".tar.gz", Format::TarGz)),
        ("macos", _) => Ok(("darwin-all", ".zip", Format::Zip)),
        _ => Err(Error::unsupported(format!(
            "Weaviate publishes no executable for {os} on {arch}: build one and set its path with binary or {BINARY}, or \
             run a container and connect with Client::local"
        ))),
    }
}

/// Looks up the newest release by the page that redirects to it. GitHub's API would have a rate
/// limit.
async fn latest(releases: &Url, within: Duration) -> Result<ServerVersion> {
    let page = below(releases, "latest");
    let target = Downloader::new(within)?.redirect(&page).await?;
    let version = target.as_ref().and_then(|target| target.path_segments()?.next_back()?.parse().ok());
    version.ok_or_else(|| damaged(format!("{} does not redirect to a release: set one with version", shown(&page))))
}

fn below(url: &Url, path: &str) -> Url {
    let mut below = url.clone();
    below.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
    below
}

/// Parses a URL to download from. Errors do not repeat it, since it may contain a password.
fn address(field: &'static str, text: &str, digest_known: bool) -> Result<Url> {
    let url = Url::parse(text.trim()).map_err(|error| Error::validation(field, format!("is not a URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::validation(field, "must not contain a user or password, which logs would show"));
    }
    let endpoint = Endpoint::parse("download", &url.origin().ascii_serialization())?;
    if !endpoint.is_https() && !endpoint.is_loopback() && !digest_known {
        let message = "is plain http, so the executable could be replaced in transit: use https, or set the digest of \
                       the archive with sha256";
        return Err(Error::validation(field, message));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn asset(source: &BinarySource, mirror: Option<&str>, sha256: Option<&str>) -> Asset {
        match source.plan(mirror, sha256).unwrap() {
            CheckedSource::Asset(asset) => asset,
            plan => panic!("{plan:?}"),
        }
    }

    #[cfg(feature = "tls")]
    #[test]
    fn releases_are_found_where_weaviate_publishes_them() {
        let asset = asset(&BinarySource::Version("1.38.10".to_owned()), None, None);
        let base = "https://github.com/weaviate/weaviate/releases/download/v1.38.10/weaviate-v1.38.10-";
        assert!(asset.url.as_str().starts_with(base), "{}", asset.url);
        assert!(asset.key.starts_with("weaviate-v1.38.10-"), "{}", asset.key);
        for (os, arch, name) in [
            ("linux", "x86_64", "linux-amd64.tar.gz"),
            ("linux", "aarch64", "linux-arm64.tar.gz"),
            ("macos", "aarch64", "darwin-all.zip"),
        ] {
            let (platform, ending, format) = platform(os, arch).unwrap();
            assert_eq!((format!("{platform}{ending}").as_str(), Format::of(ending)), (name, None));
            assert_eq!(Format::of(name), Some(format));
        }
        assert_eq!(platform("linux", "riscv64").unwrap_err().kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn another_archive_has_another_name_in_the_cache() {
        let (one, two) = ("aa".repeat(32), "bb".repeat(32));
        let version = BinarySource::Version("1.39.0".to_owned());
        let at = |url: &str| BinarySource::Url(url.to_owned());
        let keys = [
            asset(&version, Some("http://localhost/a"), None).key,
            asset(&version, Some("http://localhost/b"), None).key,
            asset(&version, Some("http://localhost/a"), Some(&one)).key,
            asset(&version, Some("http://localhost/a"), Some(&two)).key,
            asset(&at("http://localhost/a/x.zip"), None, None).key,
            asset(&at("http://localhost/a/x.zip?v=2"), None, None).key,
        ];
        let distinct: std::collections::HashSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
        assert!(keys.iter().all(|key| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))));
    }

    #[test]
    fn what_is_wrong_is_named_before_anything_is_fetched() {
        let digest = "ab".repeat(32);
        let url = |url: &str| BinarySource::Url(url.to_owned());
        for (source, mirror, sha256, word) in [
            (BinarySource::Version("1.26.0".to_owned()), Some("http://localhost"), None, "1.27.0 or newer"),
            (BinarySource::Version("newest".to_owned()), None, None, "such as 1.39.0"),
            (BinarySource::Latest, Some("localhost"), None, "mirror"),
            (BinarySource::Latest, None, Some("12"), "64 hexadecimal digits"),
            (BinarySource::Binary("/bin/true".into()), None, Some(digest.as_str()), "not downloaded"),
            (url("http://localhost/weaviate.exe"), None, None, ".tar.gz, .tgz or .zip"),
            (url("http://user:hunter2@localhost/a.zip"), None, None, "user or password"),
            (url("http://a.example/a.zip?sig=hunter2"), None, None, "plain http"),
            (url("ftp://localhost/a.zip"), None, None, "download address"),
        ] {
            let error = source.plan(mirror, sha256).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::Configuration), "{error:?}");
            assert!(error.to_string().contains(word), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(url("http://a.example/a.zip").plan(None, Some(&digest)).is_ok());
    }
}
