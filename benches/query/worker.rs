//! A process that runs one job on one side, when it is told to. The sides would share a heap otherwise, in which each finds the
//! memory that another has used before.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::Server;
use crate::job::{JOBS, Job, MEMORY_JOBS, Side};

/// Set for the process: the URLs of REST and gRPC.
pub(crate) const WORKER: &str = "BENCH_WORKER";

pub(crate) struct Worker {
    process: Child,
    /// `None` at the end, which ends the process.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Worker {
    pub(crate) fn start(side: &str, job: &Job, server: &Server) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(WORKER, format!("{} {}", server.rest, server.grpc)).env("SIDE", side).env("JOBS", job.name);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, input, output }
    }

    /// CPU time per call.
    pub(crate) fn run(&mut self, calls: u32) -> Duration {
        writeln!(self.input.as_mut().unwrap(), "{calls}").unwrap();
        Duration::from_nanos(self.line().parse().unwrap())
    }

    /// Ends the process. Returns the high-water mark of its resident set in kB, if the system tells it.
    pub(crate) fn peak(mut self) -> Option<u64> {
        self.input = None;
        self.line().parse().ok()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.input = None;
        // It ends by itself; waiting leaves no zombie behind.
        let _ = self.process.wait();
    }
}

/// Runs the job as often as it is told to, and prints CPU times, then the peak.
pub(crate) async fn work(side: &impl Side) {
    let name = std::env::var("JOBS").unwrap();
    let job = JOBS.iter().chain(&MEMORY_JOBS).find(|job| job.name == name).unwrap();
    for calls in std::io::stdin().lines() {
        let time = job.run(side, calls.unwrap().parse().unwrap()).await;
        println!("{}", time.as_nanos());
    }
    println!("{}", peak().unwrap_or_default());
}

/// Unlike the kernel's other count, it starts with the program.
pub(crate) fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix(" kB"))?;
    Some(peak.trim().to_owned())
}
