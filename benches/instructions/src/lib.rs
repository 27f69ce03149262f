//! The jobs whose instructions are counted.

/// Name of a job, callers at the same time, and calls that each of them makes one after the other.
pub struct Job {
    pub name: &'static str,
    pub in_flight: u32,
    pub each: u32,
}

/// A call of `insert` has 1,000 objects, so has a reply of `fetch`.
pub const JOBS: [Job; 4] = [
    Job { name: "query", in_flight: 1, each: 100 },
    Job { name: "concurrent", in_flight: 64, each: 5 },
    Job { name: "fetch", in_flight: 1, each: 3 },
    Job { name: "insert", in_flight: 2, each: 2 },
];
