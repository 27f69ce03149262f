//! A batch against a sender in this process, on a paused clock.

mod accounting;
mod bounds;
mod pace;
mod references;
mod scripted_post;
