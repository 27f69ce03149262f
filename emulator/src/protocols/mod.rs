//! Requests and replies of each protocol. REST and GraphQL searches become gRPC messages, which alone are read.

pub(crate) mod graphql;
pub(crate) mod grpc;
pub(crate) mod grpc_web;
pub(crate) mod injection;
pub(crate) mod rest;
