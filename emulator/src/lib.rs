//! An in-process Weaviate for tests: the real protocols on real sockets, no server needed.
//!
//! [`Emulator`] serves REST, with gRPC-Web and Connect beside it, and gRPC on two loopback ports as Weaviate 1.39.0 does: the same status codes, defaults and
//! error texts, held to exchanges recorded from a real server. Data lives in memory and ends with it. It is meant for
//! tests and examples, not for measuring: searches look at every object. What the real server offers and this one does
//! not is answered with status 501 and says so. Model providers are never called: [`Builder::offline_models`] and
//! [`Builder::vectorizer`] make vectors in their place, without which an object has the vectors it is sent with.
//!
//! [`Emulator::faults`] injects faults into requests, so that an application can test its own error paths: a server that is
//! shutting down, a lost reply, a reset connection, a rate limit, objects that are refused, a restart.
//!
//! The program `weaviate-emulator` is the same as a process of its own.

mod access;
mod builder;
mod config;
mod connections;
mod emulated;
mod engine;
mod faults;
mod ports;
mod protocols;
mod requests;
mod server;

pub use builder::Builder;
pub use config::{Embeddings, GeneratedText};
pub use faults::{BatchObject, Fault, FaultKind, Faults, InvalidFault, LoggedRequest};
pub use requests::{Protocol, Requests};
pub use server::Emulator;
