//! Tests of what `sync` reads: folders, git repositories and archives.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use super::*;

/// A branch of upstream has its protos in another folder.
#[test]
fn moved_protos_give_the_same_files() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    let protos = |fixture: &Fixture| {
        Ok::<_, anyhow::Error>((fixture.text("proto/weaviate/v1/x.proto")?, fixture.text("openapi.json")?))
    };
    let before = protos(&fixture)?;
    fixture.write("pkg/pb/proto/v1/x.proto", PROTO)?;
    let error = message(fixture.sync_tree("1.0.0"));
    assert!(error.contains("proto files in both grpc/proto/v1 and pkg/pb/proto/v1"), "{error}");
    fs::remove_dir_all(fixture.tree().join("grpc"))?;
    fixture.sync_tree("1.0.0")?;
    assert_eq!(protos(&fixture)?, before);
    fs::remove_dir_all(fixture.tree().join("pkg"))?;
    let error = message(fixture.sync_tree("1.0.0"));
    assert!(error.contains("no proto files in grpc/proto/v1 or pkg/pb/proto/v1"), "{error}");
    Ok(())
}

#[test]
fn a_tag_a_branch_and_a_commit_are_read_from_a_bare_repository() -> Result<()> {
    let fixture = Fixture::new()?;
    let (tree, bare) = (fixture.tree(), fixture.folder.path().join("bare.git"));
    git(&tree, &["init", "--quiet"])?;
    git(&tree, &["add", "."])?;
    git(&tree, &["commit", "--quiet", "--message", "one"])?;
    git(&tree, &["tag", "v1.0.0"])?;
    fixture.release("1.1.0", "")?;
    git(&tree, &["commit", "--quiet", "--all", "--message", "two"])?;
    git(fixture.folder.path(), &["clone", "--quiet", "--bare", &tree.to_string_lossy(), &bare.to_string_lossy()])?;

    fixture.sync("1.0.0", &["--git", &bare.to_string_lossy()])?;
    assert!(fixture.text("openapi.json")?.contains("\"Thing\""));
    assert!(fixture.text("UPSTREAM.toml")?.contains("source = \"git tag v1.0.0\"\n"));

    let error = message(fixture.sync("1.2.0", &["--git", &bare.to_string_lossy()]));
    assert!(error.contains("cannot read the tag v1.2.0"), "{error}");

    // The branch, whose commit is recorded, then that commit.
    let branch = git(&bare, &["symbolic-ref", "--short", "HEAD"])?;
    let branch = branch.trim();
    fixture.sync(branch, &["--git", &bare.to_string_lossy()])?;
    let manifest = fixture.text("UPSTREAM.toml")?;
    assert!(manifest.contains(&format!("version = \"1.1.0\"\npreview = \"{branch}\"\n")), "{manifest}");
    let (_, commit) = manifest.split_once("source = \"git commit ").context("no commit")?;
    let commit = commit.split('"').next().unwrap_or_default();
    assert_eq!(commit.len(), 40, "{manifest}");
    fixture.sync(commit, &["--git", &bare.to_string_lossy()])?;
    assert!(fixture.text("UPSTREAM.toml")?.contains(&format!("preview = \"{commit}\"\n")));
    let error = message(fixture.sync("nowhere", &["--git", &bare.to_string_lossy()]));
    assert!(error.contains("cannot read the revision nowhere"), "{error}");
    Ok(())
}

#[test]
fn a_branch_and_a_tag_of_one_name_are_told_apart() -> Result<()> {
    let fixture = Fixture::new()?;
    let tree = fixture.tree();
    fixture.sync_branch("main").err().context("a history starts with a release")?;
    git(&tree, &["branch", "v1.0.0"])?;
    let error = message(fixture.sync("1.0.0", &["--git", &tree.to_string_lossy()]));
    assert!(error.contains("cannot read the tag v1.0.0"), "{error}");
    git(&tree, &["tag", "v1.0.0"])?;
    fixture.sync("1.0.0", &["--git", &tree.to_string_lossy()])?;
    git(&tree, &["tag", "next"])?;
    fixture.release("1.1.0", r#""Thing": {}, "More": {}"#)?;
    fixture.sync_branch("next")?;
    assert!(fixture.text("openapi.json")?.contains("\"More\""));
    Ok(())
}

#[test]
fn the_contract_of_a_folder_is_that_of_the_version() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.sync_tree("1.0.0")?;
    let before = fixture.snapshot()?;
    fixture.release("1.1.0", r#""Thing": {}"#)?;
    for version in ["V1.1.0", "1.1.x", "1.1.0-", "latest", "abc", "main"] {
        let error = message(fixture.sync_tree(version));
        let expected = format!(
            "info/version is 1.1.0, but --version is {version}; pass VERSION=1.1.0, or read {version} as a branch or commit of a \
             clone with GIT=, because a folder does not tell which it is"
        );
        assert!(error.contains(&expected), "{error}");
    }
    fixture.release("1.1.0-rc.2", r#""Thing": {}"#)?;
    let error = message(fixture.sync_tree("1.1.0-rc.1"));
    assert!(
        error.contains("info/version is 1.1.0-rc.2, but --version is 1.1.0-rc.1; pass VERSION=1.1.0-rc.2, or"),
        "{error}"
    );
    assert_eq!(fixture.snapshot()?, before);
    fixture.sync_tree("1.1.0-rc.2")?;
    // A candidate can state the release.
    fixture.release("1.1.0", r#""Thing": {}"#)?;
    fixture.sync_tree("1.1.0-rc.3")?;
    assert!(fixture.text("UPSTREAM.toml")?.contains("preview = \"1.1.0-rc.3\"\n"));
    Ok(())
}

/// Serves one request and returns its request line.
fn serve_once(status: &'static str, body: Vec<u8>) -> Result<(String, thread::JoinHandle<Result<String>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/weaviate/weaviate", listener.local_addr()?);
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let request = lines.next().context("no request")??;
        for line in lines.by_ref() {
            if line?.is_empty() {
                break;
            }
        }
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
        stream.write_all(&body)?;
        Ok(request)
    });
    Ok((address, server))
}

fn joined(server: thread::JoinHandle<Result<String>>) -> Result<String> {
    server.join().map_err(|_| anyhow::anyhow!("the test server panicked"))?
}

/// Builds the archive of a tag as GitHub does: all files in one folder named after the release.
fn archive(tree: &Path) -> Result<Vec<u8>> {
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default()));
    builder.append_dir_all("weaviate-1.0.0", tree)?;
    Ok(builder.into_inner()?.finish()?)
}

#[test]
fn the_archive_is_downloaded_without_from_and_git() -> Result<()> {
    let fixture = Fixture::new()?;
    fixture.write("README.md", "not of the contract")?;
    let body = archive(&fixture.tree())?;
    let sum = crate::sync::manifest::sha256(&body);
    let (address, server) = serve_once("200 OK", body.clone())?;
    fixture.sync("1.0.0", &["--repository", &address])?;
    assert_eq!(joined(server)?, "GET /weaviate/weaviate/archive/refs/tags/v1.0.0.tar.gz HTTP/1.1");

    let branch = serve_once("200 OK", archive(&fixture.tree())?)?;
    fixture.sync("stable/v1.0", &["--repository", &branch.0])?;
    assert_eq!(joined(branch.1)?, "GET /weaviate/weaviate/archive/stable/v1.0.tar.gz HTTP/1.1");
    let (address, server) = serve_once("200 OK", body)?;
    fixture.sync("1.0.0", &["--repository", &address])?;
    joined(server)?;

    let manifest = fixture.text("UPSTREAM.toml")?;
    assert!(manifest.contains(&format!("archive_sha256 = \"{sum}\"")), "{manifest}");
    assert!(manifest.contains(&format!("source = \"{address}/archive/refs/tags/v1.0.0.tar.gz\"")), "{manifest}");
    assert!(!manifest.contains("README"), "{manifest}");
    assert!(fixture.text("openapi.json")?.contains("\"Thing\""));
    Ok(())
}

#[test]
fn a_failed_download_is_an_error_that_names_the_url() -> Result<()> {
    let fixture = Fixture::new()?;
    let whole = archive(&fixture.tree())?;
    let half = whole.get(..whole.len() / 2).unwrap_or_default().to_vec();
    for (status, body) in [("404 Not Found", Vec::new()), ("200 OK", b"<html>".to_vec()), ("200 OK", half)] {
        let (address, server) = serve_once(status, body)?;
        let error = message(fixture.sync("1.0.0", &["--repository", &address]));
        joined(server)?;
        assert!(error.contains(&address), "{error}");
        assert!(!fixture.specs().exists());
    }
    Ok(())
}
