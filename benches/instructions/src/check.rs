//! `make bench-check`: counts the instructions of each job and compares them with `counts.txt`, within 2 %.
//! `UPDATE_COUNTS=1` rewrites that file instead.
//!
//! A count depends on the compiler, and on the C library, whose allocator and copies are counted, too. Elsewhere than on the
//! platform that the file names, the counts are printed and not compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;
use weaviate_instructions::JOBS;

const TOLERANCE: f64 = 0.02;
const RUNNER: &str = "gungraun-runner 0.20.0";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/counts.txt");
const SIDES: [&str; 3] = ["floor", "bare", "client"];

/// Instructions per call, by job and side.
type Counts = BTreeMap<(String, String), u64>;

fn main() -> ExitCode {
    let Some(valgrind) = version_of("valgrind") else {
        println!("skipped: make bench-check needs valgrind, which is a package of most Linux distributions");
        return ExitCode::SUCCESS;
    };
    let runner = std::env::var("GUNGRAUN_RUNNER").unwrap_or_else(|_| "gungraun-runner".to_owned());
    if version_of(&runner).as_deref() != Some(RUNNER) {
        println!("skipped: make bench-check needs {RUNNER}, which make bench-tools installs");
        return ExitCode::SUCCESS;
    }
    let glibc = output("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_default();
    let rustc = version_of("rustc").unwrap_or_default();
    let rustc = rustc.split(" (").next().unwrap_or_default();
    let platform = format!("{rustc}, {glibc}, {valgrind}, {}", std::env::consts::ARCH);
    let counts = count();
    if std::env::var_os("UPDATE_COUNTS").is_some() {
        print(&counts, None);
        std::fs::write(FILE, written(&platform, &counts)).unwrap();
        println!("wrote {FILE}");
        return ExitCode::SUCCESS;
    }
    let (expected_platform, expected) = read(&std::fs::read_to_string(FILE).unwrap());
    if platform != expected_platform {
        print(&counts, None);
        println!("not compared: the committed counts are those of {expected_platform}, and this is {platform}");
        return ExitCode::SUCCESS;
    }
    if print(&counts, Some(&expected)) {
        return ExitCode::SUCCESS;
    }
    println!("counts differ by more than 2 %: find out why; UPDATE_COUNTS=1 make bench-check writes the new ones");
    ExitCode::FAILURE
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn version_of(program: &str) -> Option<String> {
    output(program, &["--version"])
}

/// Runs the jobs under callgrind.
fn count() -> Counts {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(["bench", "--quiet", "--locked", "--bench", "jobs", "--", "--output-format=json"]);
    // `cargo run` sets these, and packages whose build depends on them would be compiled again.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&*name);
        }
    }
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the jobs failed");
    let counts = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| {
        let result: Value = serde_json::from_slice(line).unwrap();
        let text = |name: &str| result[name].as_str().unwrap().to_owned();
        let total = &result["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"]["new"];
        let job = JOBS.iter().find(|job| result["function_name"] == job.name).unwrap();
        let calls = u64::from(job.in_flight * job.each);
        ((text("function_name"), text("id")), total.as_u64().unwrap() / calls)
    });
    counts.collect()
}

/// Prints all counts. Returns whether they are those that are expected.
fn print(counts: &Counts, expected: Option<&Counts>) -> bool {
    let mut all_agree = true;
    println!("Instructions per call, a byte of a large copy being one. A call of insert has 1,000 objects.");
    println!("{:<11}{:>14}{:>14}{:>14}   client/bare  client/floor", "", "floor", "bare", "client");
    for job in &JOBS {
        let of = |side: &str| counts[&(job.name.to_owned(), side.to_owned())];
        let [floor, bare, client] = SIDES.map(of);
        let ratio = |other: u64| client as f64 / other as f64;
        let mut row = format!(
            "{:<11}{floor:>14}{bare:>14}{client:>14}   {:>10.2}×  {:>11.2}×",
            job.name,
            ratio(bare),
            ratio(floor)
        );
        for side in SIDES {
            let Some(expected) = expected else { break };
            let expected = expected.get(&(job.name.to_owned(), side.to_owned())).copied().unwrap_or_default();
            let change = of(side) as f64 / expected as f64 - 1.0;
            if change.abs() > TOLERANCE {
                all_agree = false;
                write!(row, "   {side} {:+.1} %", change * 100.0).unwrap();
            }
        }
        println!("{row}");
    }
    all_agree
}

fn written(platform: &str, counts: &Counts) -> String {
    let mut text = format!("{platform}\n");
    for job in &JOBS {
        for side in SIDES {
            writeln!(text, "{} {side} {}", job.name, counts[&(job.name.to_owned(), side.to_owned())]).unwrap();
        }
    }
    text
}

fn read(text: &str) -> (String, Counts) {
    let mut lines = text.lines();
    let platform = lines.next().unwrap_or_default().to_owned();
    let counts = lines.map(|line| {
        let mut words = line.split(' ').map(str::to_owned);
        let (job, side, count) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        ((job, side), count.parse().unwrap())
    });
    (platform, counts.collect())
}
