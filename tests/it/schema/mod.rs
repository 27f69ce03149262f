//! Collection configuration: `create`, `config().get`, `update`, `plan`, `apply`.

mod config;
mod deprecated_settings;
mod module_options;
mod options;
mod plans;
mod property_names;
mod python;
mod round_trip;
mod scripted_server;
mod updates;
mod versions;
