//! The jobs, and how they are measured.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::shared::bare::Bare;
use crate::shared::client::Sdk;
use crate::shared::floor::Floor;

pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// Per round.
    pub(crate) calls: u32,
    in_flight: u32,
    work: Work,
}

#[derive(Clone, Copy)]
enum Work {
    NearVector {
        limit: u32,
        vectors: bool,
    },
    Insert {
        objects: u32,
    },
    /// All calls are one import by a batch; the other sides send messages from two tasks.
    Batch {
        objects: u32,
    },
    /// Small objects by a dynamic batch, for its memory.
    Small {
        objects: u32,
    },
}

/// Jobs of the client alone, of which only the peak memory is of interest.
pub(crate) const MEMORY_JOBS: [Job; 2] = [
    Job {
        name: "small-100k",
        title: "batch().dynamic(), 100,000 small objects",
        calls: 1,
        in_flight: 1,
        work: Work::Small { objects: 100_000 },
    },
    Job {
        name: "small-1m",
        title: "batch().dynamic(), 1,000,000 small objects",
        calls: 1,
        in_flight: 1,
        work: Work::Small { objects: 1_000_000 },
    },
];

pub(crate) const JOBS: [Job; 5] = [
    Job {
        name: "query",
        title: "near_vector, limit 10",
        calls: 3_000,
        in_flight: 1,
        work: Work::NearVector { limit: 10, vectors: false },
    },
    Job {
        name: "concurrent",
        title: "near_vector, limit 10, 64 in flight",
        calls: 6_400,
        in_flight: 64,
        work: Work::NearVector { limit: 10, vectors: false },
    },
    Job {
        name: "fetch",
        title: "near_vector, limit 1,000, with vectors",
        calls: 60,
        in_flight: 1,
        work: Work::NearVector { limit: 1_000, vectors: true },
    },
    Job {
        name: "insert",
        title: "insert_many, 1,000 objects, 2 in flight",
        calls: 20,
        in_flight: 2,
        work: Work::Insert { objects: 1_000 },
    },
    Job {
        name: "batch",
        title: "batch().fixed(1000, 2), 1,000 objects",
        calls: 20,
        in_flight: 2,
        work: Work::Batch { objects: 1_000 },
    },
];

/// One of the programs that are compared.
pub(crate) trait Side: Clone + Send + 'static {
    fn near_vector(&self, limit: u32, vectors: bool) -> impl Future<Output = ()> + Send;
    fn insert(&self, numbers: std::ops::Range<u32>) -> impl Future<Output = ()> + Send;

    /// Imports objects by a batch, if the side has one.
    fn batch(&self, objects: u32, mode: Mode) -> impl Future<Output = bool> + Send {
        let _ = (objects, mode);
        async { false }
    }
}

/// Mode of a batch.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Fixed,
    Dynamic,
}

macro_rules! side {
    ($side:ty) => {
        impl Side for $side {
            async fn near_vector(&self, limit: u32, vectors: bool) {
                Self::near_vector(self, limit, vectors).await;
            }

            async fn insert(&self, numbers: std::ops::Range<u32>) {
                Self::insert(self, numbers).await;
            }
        }
    };
}

side!(Bare);
side!(Floor);

impl Side for Sdk {
    async fn near_vector(&self, limit: u32, vectors: bool) {
        Self::near_vector(self, limit, vectors).await;
    }

    async fn insert(&self, numbers: std::ops::Range<u32>) {
        Self::insert(self, numbers).await;
    }

    async fn batch(&self, objects: u32, mode: Mode) -> bool {
        match mode {
            Mode::Fixed => self.fixed_batch(objects).await,
            Mode::Dynamic => self.dynamic_batch_of_small_objects(objects).await,
        }
        true
    }
}

impl Job {
    /// Returns whether the peak memory of the job is of interest: that of the messages it makes.
    pub(crate) fn has_peak(&self) -> bool {
        matches!(self.work, Work::Insert { .. } | Work::Batch { .. })
    }

    /// CPU time per call.
    pub(crate) async fn run(&self, side: &impl Side, calls: u32) -> Duration {
        let each = calls.div_ceil(self.in_flight);
        let before = cpu();
        let is_done = match self.work {
            Work::Batch { objects } => side.batch(each * self.in_flight * objects, Mode::Fixed).await,
            Work::Small { objects } => side.batch(objects, Mode::Dynamic).await,
            Work::NearVector { .. } | Work::Insert { .. } => false,
        };
        if is_done {
            return cpu().saturating_sub(before) / (each * self.in_flight);
        }
        let tasks: Vec<_> = (0..self.in_flight)
            .map(|_| {
                let (side, work) = (side.clone(), self.work);
                tokio::spawn(async move {
                    for call in 0..each {
                        match work {
                            Work::NearVector { limit, vectors } => side.near_vector(limit, vectors).await,
                            Work::Insert { objects } | Work::Batch { objects } | Work::Small { objects } => {
                                side.insert(call * objects..(call + 1) * objects).await;
                            }
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        cpu().saturating_sub(before) / (each * self.in_flight)
    }
}

/// Of the whole process, user and system.
fn cpu() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap()
}
