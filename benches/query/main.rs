//! CPU time of the client beside the bare generated stub and beside the transport floor: the same jobs over the same server,
//! each in a process of its own. User and system time of these processes count. `make bench`; `ROUNDS=20` and
//! `JOBS=query,fetch` make it longer and shorter; `SIDE=client`, `SIDE=bare` or `SIDE=floor` runs one side alone, for a
//! profiler. The peak memory is that of the client's process.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking and prints its result")]

mod job;
#[path = "../shared/mod.rs"]
mod shared;
mod table;
mod worker;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use job::{JOBS, Job, MEMORY_JOBS, Side};
use shared::bare::Bare;
use shared::client::Sdk;
use shared::floor::Floor;
use worker::{WORKER, Worker, work};

/// Set for the process that is to be the server.
const SERVER: &str = "BENCH_SERVER";

/// Times of the rounds of a job, by side.
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
    let side = std::env::var("SIDE").ok();
    if let (Some(side), Ok(urls)) = (&side, std::env::var(WORKER)) {
        let (rest, grpc) = urls.split_once(' ').unwrap();
        return match side.as_str() {
            "floor" => work(&Floor::connect(grpc).await).await,
            "bare" => work(&Bare::connect(grpc).await).await,
            _ => work(&Sdk::connect(rest, grpc).await).await,
        };
    }
    let server = Server::start();
    let (rest, grpc) = (server.rest.as_str(), server.grpc.as_str());
    let rounds: usize = std::env::var("ROUNDS").map_or(10, |rounds| rounds.parse().unwrap());
    let chosen = std::env::var("JOBS").ok();
    let is_chosen = |job: &&Job| chosen.as_deref().is_none_or(|names| names.split(',').any(|n| n == job.name));
    let jobs = JOBS.iter().filter(is_chosen);
    // Only for their memory.
    let memory_jobs = MEMORY_JOBS.iter().filter(is_chosen);
    match side.as_deref() {
        Some("floor") => alone(&Floor::connect(grpc).await, jobs, rounds).await,
        Some("bare") => alone(&Bare::connect(grpc).await, jobs, rounds).await,
        Some("client") => alone(&Sdk::connect(rest, grpc).await, jobs.chain(memory_jobs), rounds).await,
        Some(other) => panic!("SIDE={other} is not client, bare or floor"),
        None => compare(&server, jobs, memory_jobs, rounds),
    }
}

fn compare<'j>(
    server: &Server,
    jobs: impl Iterator<Item = &'j Job>,
    memory_jobs: impl Iterator<Item = &'j Job>,
    rounds: usize,
) {
    table::head(rounds);
    for job in jobs {
        let [mut floor, mut bare, mut client] =
            ["floor", "bare", "client"].map(|side| Worker::start(side, job, server));
        for worker in [&mut floor, &mut bare, &mut client] {
            // Connections, caches and buffers are warm before anything counts.
            worker.run(job.calls / 4);
        }
        let mut times = Times::default();
        for round in 0..rounds {
            // By turns, so that none always comes last.
            for turn in 0..3 {
                match (round + turn) % 3 {
                    0 => times.floor.push(floor.run(job.calls)),
                    1 => times.bare.push(bare.run(job.calls)),
                    _ => times.client.push(client.run(job.calls)),
                }
            }
        }
        table::row(job, &times, client.peak().filter(|peak| job.has_peak() && *peak > 0));
    }
    for job in memory_jobs {
        let mut client = Worker::start("client", job, server);
        client.run(job.calls);
        table::memory_row(job, client.peak().filter(|peak| *peak > 0));
    }
}

async fn alone(side: &impl Side, jobs: impl Iterator<Item = &Job>, rounds: usize) {
    for job in jobs {
        for _ in 0..rounds {
            println!("{}: {:?}", job.title, job.run(side, job.calls).await);
        }
    }
    println!("peak: {} kB", worker::peak().unwrap_or_default());
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
