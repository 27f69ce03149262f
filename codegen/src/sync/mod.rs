//! `codegen sync`: from a Weaviate release to `specs/`, its contract in canonical form.

mod download;
pub mod history;
mod manifest;
mod proto;
pub mod source;
mod staging;
mod swagger;
#[cfg(test)]
mod tests;
pub mod version;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use prost_types::FileDescriptorSet;
use serde_json::Value;

use crate::diff;

use self::history::{History, Items, Recorded};
use self::source::Upstream;
use self::staging::Staging;
use self::version::Version;

/// Where the public source of Weaviate lives.
const REPOSITORY: &str = "https://github.com/weaviate/weaviate";

/// Where the release comes from and where its canonical form goes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The release to read, such as 1.39.0
    #[arg(long, value_name = "VERSION")]
    version: Version,
    /// Read this folder, laid out like Weaviate's repository
    #[arg(long, value_name = "DIR", conflicts_with = "git")]
    from: Option<PathBuf>,
    /// Read the tag v<VERSION> of this clone of Weaviate's repository; without --from and --git it is downloaded
    #[arg(long, value_name = "DIR")]
    git: Option<PathBuf>,
    /// The canonical contract
    #[arg(long, default_value = "specs")]
    specs: PathBuf,
    /// The address that stands for the public repository
    #[arg(long, hide = true, default_value = REPOSITORY)]
    repository: String,
}

/// Reads, converts and checks everything first; then replaces the contract in one go.
pub fn run(args: &Args) -> Result<()> {
    let upstream = match (&args.from, &args.git) {
        (Some(folder), _) => source::folder(folder)?,
        (None, Some(repository)) => source::git(repository, args.version)?,
        (None, None) => download::archive(&args.repository, args.version)?,
    };
    let contract = Contract::from_upstream(&upstream)?;
    let stated = contract.version()?;
    ensure!(stated == args.version, "{}: this is the contract of {stated}, not of {}", source::SCHEMA, args.version);
    let (history, recorded) = updated_history(&args.specs, args.version, &contract)?;

    if args.specs.join(OPENAPI).exists() {
        match Contract::from_specs(&args.specs).and_then(|before| diff::compare(&before, &contract)) {
            Ok(report) => println!("{}", report.markdown()),
            // What is there may be damaged, and this command is how it gets repaired.
            Err(error) => println!("No comparison with the contract that is there: {error:#}"),
        }
    }

    let staging = Staging::beside(&args.specs)?;
    staging.write(OPENAPI, &(serde_json::to_string_pretty(&contract.openapi)? + "\n"))?;
    for (name, text) in &contract.protos {
        staging.write(&format!("{PROTO}/{name}"), text)?;
    }
    staging.write("UPSTREAM.toml", &manifest::render(args.version, &upstream)?)?;
    staging.write(history::FILE, &history.render()?)?;
    staging.commit(&args.specs)?;
    println!(
        "{} holds the contract of Weaviate {}; recorded: {} items added, {} gone",
        args.specs.display(),
        args.version,
        recorded.added,
        recorded.gone
    );
    Ok(())
}

/// The history in `specs`, with this release entered; where there is none, one begins.
fn updated_history(specs: &Path, version: Version, contract: &Contract) -> Result<(History, Recorded)> {
    let path = specs.join(history::FILE);
    if !path.exists() {
        println!("{} does not exist: it begins with {version}", path.display());
        return Ok((History::beginning_with(version), Recorded::default()));
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut history = History::parse(&text)?;
    let items = contract.items()?;
    let covered = if history.covers(version) {
        Items::default()
    } else {
        let covered =
            Contract::from_specs(specs).context("the contract that is there is needed to tell new from old")?;
        let items = covered.items()?;
        let version = covered.version()?;
        ensure!(history.covers(version), "{} does not cover {version}, the contract that is there", path.display());
        history.verify(version, &items)?;
        items
    };
    let recorded = history.record(version, &items, &covered)?;
    Ok((history, recorded))
}

/// The canonical REST contract within `specs/`, and the folder its proto files import each other from.
const OPENAPI: &str = "openapi.json";
const PROTO: &str = "proto";

/// A contract in canonical form.
#[derive(Debug)]
pub struct Contract {
    pub openapi: Value,
    pub protos: proto::ProtoFiles,
    pub descriptors: FileDescriptorSet,
}

impl Contract {
    /// Reads `specs/`, or a folder that looks like it.
    pub fn from_specs(specs: &Path) -> Result<Self> {
        let path = specs.join(OPENAPI);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let openapi = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        let protos = proto::read(&specs.join(PROTO))?;
        let descriptors = proto::compile(&protos)?;
        Ok(Self { openapi, protos, descriptors })
    }

    /// Reads a folder of either kind: canonical like `specs/`, or laid out like Weaviate's repository.
    pub fn read(folder: &Path) -> Result<Self> {
        if folder.join(OPENAPI).exists() {
            Self::from_specs(folder)
        } else {
            Self::from_upstream(&source::folder(folder)?)
        }
    }

    /// Converts what upstream wrote.
    pub fn from_upstream(upstream: &Upstream) -> Result<Self> {
        let openapi = swagger::convert(source::SCHEMA, upstream.text(source::SCHEMA)?)?;
        let protos = upstream
            .protos()
            .map(|path| {
                let name = path.strip_prefix(source::PROTO_ROOT).unwrap_or(path);
                Ok((name.to_owned(), upstream.text(path)?.to_owned()))
            })
            .collect::<Result<_>>()?;
        let (protos, descriptors) = proto::canonical(&protos).context(source::PROTO_ROOT)?;
        Ok(Self { openapi, protos, descriptors })
    }

    /// The release it is of.
    pub fn version(&self) -> Result<Version> {
        let version = self.openapi.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
        version.parse().context("the contract's info/version")
    }

    /// The names of everything in it.
    pub fn items(&self) -> Result<Items> {
        Items::of(&self.openapi, &self.descriptors)
    }
}
