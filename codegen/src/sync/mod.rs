//! `codegen sync`: from a Weaviate release to `specs/`, its contract in canonical form.

mod download;
mod manifest;
mod proto;
mod source;
mod staging;
mod swagger;
mod version;

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use self::source::{Place, Upstream};
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
    let place = match (&args.from, &args.git) {
        (Some(folder), _) => Place::Folder(folder.clone()),
        (None, Some(repository)) => Place::Git(repository.clone()),
        (None, None) => Place::Download(args.repository.clone()),
    };
    let upstream = match &place {
        Place::Folder(folder) => source::folder(folder)?,
        Place::Git(repository) => source::git(repository, &args.version)?,
        Place::Download(repository) => anyhow::bail!("{repository}"),
    };
    let contract = Contract::read(&upstream)?;
    ensure!(
        contract.version == args.version.to_string(),
        "{}#/info/version: this is the contract of {}, not of {}",
        source::SCHEMA,
        contract.version,
        args.version
    );

    let staging = Staging::beside(&args.specs)?;
    staging.write("openapi.json", &contract.openapi)?;
    for (name, text) in &contract.protos {
        staging.write(&format!("proto/{name}"), text)?;
    }
    staging.write("UPSTREAM.toml", &manifest::render(args.version, &upstream)?)?;
    staging.commit(&args.specs)?;
    println!("{} now holds the contract of Weaviate {}", args.specs.display(), args.version);
    Ok(())
}

/// A contract in canonical form.
struct Contract {
    version: String,
    openapi: String,
    protos: proto::ProtoFiles,
}

impl Contract {
    fn read(upstream: &Upstream) -> Result<Self> {
        let openapi = swagger::convert(source::SCHEMA, upstream.text(source::SCHEMA)?)?;
        let version = openapi.pointer("/info/version").and_then(serde_json::Value::as_str).unwrap_or_default();
        let version = version.to_owned();
        let protos = upstream
            .protos()
            .map(|path| {
                let name = path.strip_prefix(source::PROTO_ROOT).unwrap_or(path);
                Ok((name.to_owned(), upstream.text(path)?.to_owned()))
            })
            .collect::<Result<_>>()?;
        let protos = proto::canonical(&protos).context(source::PROTO_ROOT)?;
        let openapi = serde_json::to_string_pretty(&openapi)? + "\n";
        Ok(Self { version, openapi, protos })
    }
}
