//! File locks, signals and process states, which the standard library lacks.

use std::fs::File;
use std::io;
use std::path::Path;

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt as _;

    use rustix::fs::FlockOperation;
    use rustix::io::Errno;
    use rustix::process::{Pid, Signal};

    use super::{File, Path, io};

    /// Locks the file until it is closed. Returns `false` if another process has the lock.
    pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
        match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(true),
            Err(Errno::WOULDBLOCK) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) fn terminate(pid: u32) -> io::Result<()> {
        let pid = valid(pid).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(rustix::process::kill_process(pid, Signal::TERM)?)
    }

    pub(crate) fn make_executable(path: &Path) -> io::Result<()> {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
    }

    /// Whether the process exists. Processes of other users count.
    pub(super) fn exists(pid: u32) -> bool {
        valid(pid).is_some_and(|pid| !matches!(rustix::process::test_kill_process(pid), Err(Errno::SRCH)))
    }

    fn valid(pid: u32) -> Option<Pid> {
        i32::try_from(pid).ok().and_then(Pid::from_raw)
    }
}

/// Never called: `EmbeddedBuilder::connect` refuses such platforms first.
#[cfg(not(unix))]
mod unix {
    use super::{File, Path, io};

    pub(crate) fn try_lock(_: &File) -> io::Result<bool> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn terminate(_: u32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn make_executable(_: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn exists(_: u32) -> bool {
        false
    }
}

pub(super) use unix::{make_executable, terminate, try_lock};

/// Returns the start time of the process in clock ticks, on Linux. It tells a process from a later
/// one with the same id.
pub(super) fn started(pid: u32) -> Option<u64> {
    stat(pid).map(|(_, started)| started)
}

/// Whether the process is alive and has this start time, where the system tells it.
pub(super) fn is_alive(pid: u32, start: Option<u64>) -> bool {
    match (stat(pid), start) {
        // A zombie holds neither files nor ports.
        (Some(('Z' | 'X', _)), _) => false,
        (Some((_, now)), Some(then)) => now == then,
        (Some(_), None) => true,
        (None, _) => unix::exists(pid),
    }
}

/// Reads state and start time from Linux's `/proc`.
fn stat(pid: u32) -> Option<(char, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name is the second field, in parentheses, and may contain anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_from_another_with_its_number() {
        let me = std::process::id();
        let start = started(me);
        assert!(start.is_some());
        assert!(is_alive(me, start) && is_alive(me, None));
        assert!(!is_alive(me, start.map(|start| start + 1)));
        assert!(!is_alive(u32::MAX, None) && !is_alive(0, None));
    }
}
