//! Collections: configuration written, read back, changed, compared.

mod canned;
mod config;
mod module_options;
mod options;
mod plans;
mod python;
mod round_trip;
mod updates;
mod versions;

use crate::support::live;
