//! Extraction of the one executable in an archive. No other entry is written to disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

use flate2::read::MultiGzDecoder;

use super::{damaged, disk, system};
use crate::{Error, Result};

/// The name of the executable in every archive.
const EXECUTABLE: &str = "weaviate";
/// The limit of unpacked bytes, several times the size of Weaviate: a guard against decompression
/// bombs.
const LARGEST: u64 = 2 << 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    TarGz,
    Zip,
}

impl Format {
    /// Tells the format from the end of a file name.
    pub(super) fn of(name: &str) -> Option<Self> {
        let ends = |ending: &str| name.len() > ending.len() && name.ends_with(ending);
        if ends(".tar.gz") || ends(".tgz") {
            Some(Self::TarGz)
        } else if ends(".zip") {
            Some(Self::Zip)
        } else {
            None
        }
    }
}

/// Writes the executable to `to`. Reads the archive to its end, so that damage anywhere is found.
pub(super) fn unpack(archive: &Path, format: Format, to: &Path) -> Result<()> {
    let file = File::open(archive).map_err(|error| disk("cannot read", archive, error))?;
    let mut output = Output { path: to, written: false };
    match format {
        Format::TarGz => tar_gz(file, &mut output)?,
        Format::Zip => zip(file, &mut output)?,
    }
    if output.written {
        Ok(())
    } else {
        Err(damaged(format!("the archive does not contain an executable `{EXECUTABLE}`")))
    }
}

fn tar_gz(file: File, output: &mut Output<'_>) -> Result<()> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(io::BufReader::new(file)).take(LARGEST));
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        let is_file = entry.header().entry_type().is_file();
        let name = entry.path().map_err(unreadable)?.into_owned();
        output.entry(&name, is_file, &mut entry)?;
    }
    // What follows the last entry is padding, and the checksum.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(unreadable)?;
    Ok(())
}

fn zip(file: File, output: &mut Output<'_>) -> Result<()> {
    let mut archive = zip::ZipArchive::new(file).map_err(unreadable)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(unreadable)?;
        let is_file = entry.is_file() && !entry.is_symlink();
        let name = entry.name().map_err(unreadable)?.into_owned();
        output.entry(Path::new(&name), is_file, &mut entry)?;
    }
    Ok(())
}

struct Output<'a> {
    path: &'a Path,
    written: bool,
}

impl Output<'_> {
    fn entry(&mut self, name: &Path, is_file: bool, content: &mut dyn Read) -> Result<()> {
        // Such an entry would not be written, but only a malicious archive has one.
        if !name.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(damaged(format!("the archive has an entry outside of itself: {}", name.display())));
        }
        if !is_file || name.file_name().is_none_or(|name| name != EXECUTABLE) {
            return Ok(());
        }
        if self.written {
            return Err(damaged(format!("the archive contains more than one executable `{EXECUTABLE}`")));
        }
        let cannot_write = |error| disk("cannot write to", self.path, error);
        let mut file = File::create(self.path).map_err(cannot_write)?;
        let mut content = ArchiveContent { content: content.take(LARGEST), failed: None };
        let copied = io::copy(&mut content, &mut file);
        if let Some(error) = content.failed {
            return Err(unreadable(error));
        }
        if copied.map_err(cannot_write)? == LARGEST {
            return Err(damaged("the executable in the archive is larger than 2 GiB".to_owned()));
        }
        system::make_executable(self.path).map_err(cannot_write)?;
        file.sync_all().map_err(cannot_write)?;
        self.written = true;
        Ok(())
    }
}

/// Keeps read errors, which mean a damaged archive, apart from write errors.
struct ArchiveContent<'a> {
    content: io::Take<&'a mut dyn Read>,
    failed: Option<io::Error>,
}

impl Read for ArchiveContent<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer).or_else(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return Err(error);
            }
            self.failed = Some(error);
            Ok(0)
        })
    }
}

fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    damaged("the archive is damaged or incomplete: try again, or check the mirror".to_owned()).with_source(error)
}
