use std::time::Duration;

/// Deadlines of calls, with retries and pauses included. Every call has one.
///
/// ```
/// use std::time::Duration;
/// use weaviate::Client;
/// use weaviate::connect::Timeouts;
///
/// let timeouts = Timeouts::default().query(Duration::from_secs(5)).insert(Duration::from_secs(60));
/// let builder = Client::local().timeouts(timeouts);
/// ```
#[doc(alias = "deadline")]
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
    /// Sets the time to open a connection, within the deadline of the call that needs it. Default:
    /// 10 s.
    ///
    /// It includes name resolution, a proxy's tunnel and the TLS handshake.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::Timeouts;
    ///
    /// let timeouts = Timeouts::default().connect(Duration::from_secs(2));
    /// ```
    #[must_use]
    pub fn connect(self, connect: Duration) -> Self {
        Self { connect, ..self }
    }

    /// Sets the deadline of [`ClientBuilder::connect`](crate::connect::ClientBuilder::connect).
    /// Default: 2 s.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::Timeouts;
    ///
    /// let timeouts = Timeouts::default().init(Duration::from_secs(10));
    /// ```
    #[must_use]
    pub fn init(self, init: Duration) -> Self {
        Self { init, ..self }
    }

    /// Sets the deadline of reads. Default: 30 s. An [iteration](crate::Collection::iterate) has it
    /// for each page.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::Timeouts;
    ///
    /// let timeouts = Timeouts::default().query(Duration::from_secs(5));
    /// ```
    #[must_use]
    pub fn query(self, query: Duration) -> Self {
        Self { query, ..self }
    }

    /// Sets the deadline of writes. Default: 90 s. An import has it for each message.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::Timeouts;
    ///
    /// let timeouts = Timeouts::default().insert(Duration::from_secs(30));
    /// ```
    #[must_use]
    pub fn insert(self, insert: Duration) -> Self {
        Self { insert, ..self }
    }
}
