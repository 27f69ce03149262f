//! CPU time of the client beside the bare generated stub and beside the transport floor: the same jobs over the same server,
//! which runs as a process of its own. User and system time of this process count. `make bench`; `ROUNDS=20` and
//! `JOBS=query,fetch` make it longer and shorter; `SIDE=client`, `SIDE=bare` or `SIDE=floor` runs one side alone, for a
//! profiler. The peak memory is that of the client's side, of a process for each job.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking and prints its result")]

mod job;
mod peak;
#[path = "../shared/mod.rs"]
mod shared;
mod table;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use job::{JOBS, Job, MEMORY_JOBS, Side};
use shared::bare::Bare;
use shared::client::Sdk;
use shared::floor::Floor;

/// Set for the process that is to be the server.
const SERVER: &str = "BENCH_SERVER";

/// What a round of a job took on each side.
#[derive(Default)]
struct Times {
    floor: Vec<Duration>,
    bare: Vec<Duration>,
    client: Vec<Duration>,
}

#[tokio::main]
async fn main() {
    if std::env::var_os(SERVER).is_some() {
        return serve().await;
    }
    let server = Server::start();
    let (rest, grpc) = (server.rest.as_str(), server.grpc.as_str());
    let rounds: usize = std::env::var("ROUNDS").map_or(10, |rounds| rounds.parse().unwrap());
    let chosen = std::env::var("JOBS").ok();
    let is_chosen = |job: &&Job| chosen.as_deref().is_none_or(|names| names.split(',').any(|n| n == job.name));
    let jobs = JOBS.iter().filter(is_chosen);
    // Only for their memory, in a process of their own.
    let memory_jobs = MEMORY_JOBS.iter().filter(is_chosen);
    match std::env::var("SIDE").as_deref() {
        Ok("floor") => return alone(&Floor::connect(grpc).await, jobs, rounds).await,
        Ok("bare") => return alone(&Bare::connect(grpc).await, jobs, rounds).await,
        Ok("client") => return alone(&Sdk::connect(rest, grpc).await, jobs.chain(memory_jobs), rounds).await,
        Ok(other) => panic!("SIDE={other} is not client, bare or floor"),
        Err(_) => table::head(rounds),
    }
    let (floor, bare, sdk) = (Floor::connect(grpc).await, Bare::connect(grpc).await, Sdk::connect(rest, grpc).await);
    for job in jobs {
        // Connections, caches and buffers are warm before anything counts.
        job.run(&floor, job.calls / 10).await;
        job.run(&bare, job.calls / 10).await;
        job.run(&sdk, job.calls / 10).await;
        let mut times = Times::default();
        for round in 0..rounds {
            // By turns, so that none always comes last.
            for turn in 0..3 {
                match (round + turn) % 3 {
                    0 => times.floor.push(job.run(&floor, job.calls).await),
                    1 => times.bare.push(job.run(&bare, job.calls).await),
                    _ => times.client.push(job.run(&sdk, job.calls).await),
                }
            }
        }
        table::row(job, &times, job.has_peak().then(|| peak::of_client(job)).flatten());
    }
    for job in memory_jobs {
        table::memory_row(job, peak::of_client(job));
    }
}

async fn alone(side: &impl Side, jobs: impl Iterator<Item = &Job>, rounds: usize) {
    for job in jobs {
        for _ in 0..rounds {
            println!("{}: {:?}", job.title, job.run(side, job.calls).await);
        }
    }
    peak::print();
}

/// Ends when the process that started it closes its standard input, or is gone.
async fn serve() {
    let (rest, grpc) = shared::server::start().await;
    println!("{rest} {grpc}");
    std::io::stdout().flush().unwrap();
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await.unwrap().unwrap();
}

struct Server {
    process: Child,
    rest: String,
    grpc: String,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(SERVER, "1").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (rest, grpc) = line.trim().split_once(' ').unwrap();
        Self { rest: rest.to_owned(), grpc: grpc.to_owned(), process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself; waiting leaves no zombie behind.
        let _ = self.process.wait();
    }
}
