//! Readiness of a server.

use std::fmt;

/// State of a server that starts, as [`Client::wait_until_ready`](crate::Client::wait_until_ready)
/// sees it.
///
/// `Display` prints it on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// Whether the server takes requests.
    pub is_ready: bool,
    /// Error of the last look at a server that is not ready.
    pub problem: Option<String>,
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_ready, &self.problem) {
            (true, _) => f.write_str("ready"),
            (false, Some(problem)) => write!(f, "not ready: {problem}"),
            (false, None) => f.write_str("not ready"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readiness_is_one_line() {
        let of = |is_ready, problem: Option<&str>| Readiness { is_ready, problem: problem.map(str::to_owned) };
        for (readiness, expected) in [
            (of(true, None), "ready"),
            (of(false, None), "not ready"),
            (of(false, Some("HTTP 503")), "not ready: HTTP 503"),
        ] {
            assert_eq!(readiness.to_string(), expected);
        }
    }
}
