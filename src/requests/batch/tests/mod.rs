//! A batch against a sender in this process, on a paused clock.

mod accounting;
mod bounds;
mod caller_code;
mod pace;
mod places;
mod random;
mod references;
mod scripted_post;
