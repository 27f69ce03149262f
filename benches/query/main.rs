//! What the client costs beside the bare generated stub: the same jobs over the same server, which runs as a process of
//! its own. Counted is the CPU time of this process, user and system. `make bench`; `ROUNDS=20` and `JOBS=query,fetch`
//! make it longer and shorter; `SIDE=client` or `SIDE=bare` runs one side alone, for a profiler.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking and prints its result")]

mod job;
#[path = "../shared/mod.rs"]
mod shared;
mod table;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use job::{JOBS, Job, Side};
use shared::bare::Bare;
use shared::client::Sdk;

/// Set for the process that is to be the server.
const SERVER: &str = "BENCH_SERVER";

#[tokio::main]
async fn main() {
    if std::env::var_os(SERVER).is_some() {
        return serve().await;
    }
    let server = Server::start();
    let bare = Bare::connect(&server.grpc).await;
    let sdk = Sdk::connect(&server.rest, &server.grpc).await;
    let rounds: usize = std::env::var("ROUNDS").map_or(10, |rounds| rounds.parse().unwrap());
    let chosen = std::env::var("JOBS").ok();
    let jobs = JOBS.iter().filter(|job| chosen.as_deref().is_none_or(|names| names.split(',').any(|n| n == job.name)));
    match std::env::var("SIDE").as_deref() {
        Ok("bare") => return alone(&bare, jobs, rounds).await,
        Ok("client") => return alone(&sdk, jobs, rounds).await,
        _ => table::head(rounds),
    }
    for job in jobs {
        // Connections, caches and buffers are warm before anything counts.
        job.run(&bare, job.calls / 10).await;
        job.run(&sdk, job.calls / 10).await;
        let (mut floor, mut client) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            // By turns, so that neither always comes second.
            if round % 2 == 0 {
                floor.push(job.run(&bare, job.calls).await);
                client.push(job.run(&sdk, job.calls).await);
            } else {
                client.push(job.run(&sdk, job.calls).await);
                floor.push(job.run(&bare, job.calls).await);
            }
        }
        table::row(job.title, &floor, &client);
    }
}

async fn alone(side: &impl Side, jobs: impl Iterator<Item = &Job>, rounds: usize) {
    for job in jobs {
        for _ in 0..rounds {
            println!("{}: {:?}", job.title, job.run(side, job.calls).await);
        }
    }
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
