//! Peak memory of a job: the high-water mark of the resident set of a process that does nothing else.

use std::process::Command;

use crate::job::Job;

/// What the line with the peak starts with.
const PEAK: &str = "peak: ";

/// The peak of the client's side in kB; `None` where the system does not tell.
pub(crate) fn of_client(job: &Job) -> Option<u64> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.env("SIDE", "client").env("JOBS", job.name).env("ROUNDS", "3").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix(PEAK)?.strip_suffix(" kB")?.parse().ok())
}

/// Prints the peak of this process, if the system tells it. Unlike the kernel's other count, it starts with the program.
pub(crate) fn print() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        println!("{PEAK}{}", peak.trim());
    }
}
