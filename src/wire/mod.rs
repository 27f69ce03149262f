//! Public values to messages and back: pure functions, without any I/O. Beside `transport`, the only module that names
//! generated code.

pub(crate) mod schema;
