use std::time::Duration;

/// How long calls may take, repetitions included. Each call has a deadline; there is no way to wait forever.
///
/// ```
/// use std::time::Duration;
/// use weaviate::connect::Timeouts;
///
/// let timeouts = Timeouts::default().query(Duration::from_secs(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) init: Duration,
    pub(crate) query: Duration,
    pub(crate) insert: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            init: Duration::from_secs(2),
            query: Duration::from_secs(30),
            insert: Duration::from_secs(90),
        }
    }
}

impl Timeouts {
    /// To open a connection, within the time of the call that needs it. Default: 10 s.
    #[must_use]
    pub fn connect(self, connect: Duration) -> Self {
        Self { connect, ..self }
    }

    /// For all that `connect()` of the builder does. Default: 2 s.
    #[must_use]
    pub fn init(self, init: Duration) -> Self {
        Self { init, ..self }
    }

    /// For what reads; of an [iteration](crate::Collection::iterate), for each page. Default: 30 s.
    #[must_use]
    pub fn query(self, query: Duration) -> Self {
        Self { query, ..self }
    }

    /// For what writes. Default: 90 s.
    #[must_use]
    pub fn insert(self, insert: Duration) -> Self {
        Self { insert, ..self }
    }
}
