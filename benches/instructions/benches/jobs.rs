//! The jobs of `make bench` on one thread, over a connection in memory, for callgrind. What the server executes does not
//! count.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails by panicking")]

#[path = "../../shared/mod.rs"]
mod shared;

use std::cell::Cell;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

use gungraun::{Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::runtime::{Builder, Runtime};
use tonic::transport::Channel;

use shared::bare::{Bare, endpoint};
use shared::client::Sdk;
use shared::floor::Floor;
use shared::server::{self, Replies};
use weaviate_instructions::{JOBS, Job};

const ADDRESS: &str = "http://in.memory";

/// Bytes that a connection holds in each direction, as much as a socket on loopback.
const PIPE: usize = 2 << 20;

/// A job that is ready to run: the connection is open, buffers and caches are warm.
struct Prepared {
    runtime: Runtime,
    work: Work,
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

trait Side: Clone + Send + 'static {
    fn call(&self, job: &str, number: u32) -> impl Future<Output = ()> + Send;
}

macro_rules! side {
    ($($side:ty)*) => {
        $(
            impl Side for $side {
                async fn call(&self, job: &str, number: u32) {
                    match job {
                        "query" | "concurrent" => self.near_vector(10, false).await,
                        "fetch" => self.near_vector(1_000, true).await,
                        "insert" => self.insert(number * 1_000..(number + 1) * 1_000).await,
                        other => panic!("{other}"),
                    }
                }
            }
        )*
    };
}

side!(Floor Bare Sdk);

fn floor(job: &str) -> Prepared {
    prepare(job, async { Floor::over(channel()) })
}

fn bare(job: &str) -> Prepared {
    prepare(job, async { Bare::over(channel()) })
}

fn client(job: &str) -> Prepared {
    prepare(job, async {
        let replies = Replies::default();
        weaviate::in_memory::connect_through(move || dial(&replies));
        // REST is for the version of the server, which is asked for once.
        Sdk::connect(&server::start_rest().await, ADDRESS).await
    })
}

fn prepare<S: Side>(job: &str, connect: impl Future<Output = S>) -> Prepared {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let side = runtime.block_on(connect);
    let job = JOBS.iter().find(|known| known.name == job).unwrap();
    runtime.block_on(run(side.clone(), job));
    // Otherwise the speed of the machine decides how often timers are looked at.
    runtime.block_on(async { tokio::time::pause() });
    Prepared { runtime, work: Box::pin(run(side, job)) }
}

async fn run(side: impl Side, job: &'static Job) {
    let callers = (0..job.in_flight).map(|_| {
        let side = side.clone();
        tokio::spawn(async move {
            for number in 0..job.each {
                side.call(job.name, number).await;
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

fn channel() -> Channel {
    let replies = Replies::default();
    let connector = tower::service_fn(move |_| {
        let stream = dial(&replies);
        async move { Ok::<_, std::io::Error>(TokioIo::new(stream)) }
    });
    endpoint(ADDRESS).connect_with_connector_lazy(connector)
}

/// Opens a connection to a server of its own.
fn dial(replies: &Replies) -> DuplexStream {
    let (near, far) = tokio::io::duplex(PIPE);
    tokio::spawn(Uncounted(Box::pin(server::serve(far, Spawn, Replies::clone(replies)))));
    near
}

/// The system's random generator, in place of that of libc. Hash maps take their seeds from it, and the layout of the heap
/// depends on their order: with other seeds, two runs differ by up to 5 %.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the only way to fix the seeds of the standard library")]
unsafe extern "C" fn getrandom(buffer: *mut u8, len: usize, _flags: u32) -> isize {
    // SAFETY: the caller passes a buffer of this length.
    unsafe { buffer.write_bytes(0x5a, len) };
    len.cast_signed()
}

/// Runs the server's tasks.
#[derive(Clone)]
struct Spawn;

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Spawn {
    fn execute(&self, task: F) {
        tokio::spawn(Uncounted(Box::pin(task)));
    }
}

thread_local! {
    /// Set while callgrind counts.
    static COUNTING: Cell<bool> = const { Cell::new(false) };
}

/// A task of the server, whose instructions do not count.
struct Uncounted<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Future for Uncounted<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        if COUNTING.get() { stop_counting(self.0.as_mut(), context) } else { self.0.as_mut().poll(context) }
    }
}

/// Callgrind stops counting when it enters this function, and goes on when it leaves. Before the count, it would be the other
/// way round.
#[inline(never)]
fn stop_counting<T>(task: Pin<&mut (dyn Future<Output = T> + Send)>, context: &mut Context<'_>) -> Poll<T> {
    black_box(task.poll(context))
}

fn count(Prepared { runtime, work }: Prepared) -> Runtime {
    COUNTING.set(true);
    runtime.block_on(work);
    COUNTING.set(false);
    // Dropped by the caller, where it does not count.
    runtime
}

macro_rules! jobs {
    ($($name:ident)*) => {
        $(
            #[library_benchmark]
            #[bench::floor(args = (stringify!($name)), setup = floor)]
            #[bench::bare(args = (stringify!($name)), setup = bare)]
            #[bench::client(args = (stringify!($name)), setup = client)]
            fn $name(prepared: Prepared) -> Runtime {
                count(prepared)
            }
        )*

        library_benchmark_group!(name = jobs, benchmarks = [$($name),*]);
    };
}

jobs!(query concurrent fetch insert);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--toggle-collect=*stop_counting*", "--cache-sim=no"])),
    library_benchmark_groups = jobs
);
