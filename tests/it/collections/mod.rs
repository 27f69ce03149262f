//! Collections as a whole: created, found, listed, deleted, and their names.

mod lifecycle;
mod names;
