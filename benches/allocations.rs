//! Allocations per query, beside those of the bare stub. A test holds the number: `tests/it/query/allocations.rs`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking and prints its result")]

#[path = "shared/allocations.rs"]
mod allocations;
#[path = "shared/mod.rs"]
mod shared;

fn main() {
    let allocations::Allocations { bare, client } = allocations::count();
    println!("Allocations per near_vector, limit 10: bare stub {bare}, client {client}");
}
