//! Warnings: the listener, and the codes that are silenced.

use std::sync::Arc;

use super::ClientBuilder;
use crate::values::warning::{Warning, WarningCode};

impl ClientBuilder {
    /// Sets a function that receives every [`Warning`], in addition to the event of `tracing`.
    ///
    /// It runs on the task that notices the problem, so it should return quickly.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use weaviate::Client;
    ///
    /// let (sender, warnings) = mpsc::channel();
    /// let builder = Client::local().on_warning(move |warning| drop(sender.send(warning.clone())));
    /// ```
    pub fn on_warning(mut self, listener: impl Fn(&Warning) + Send + Sync + 'static) -> Self {
        self.warnings.listener = Some(Arc::new(listener));
        self
    }

    /// Silences one kind of warning.
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::WarningCode;
    ///
    /// let builder = Client::local().suppress_warning(WarningCode::ServerOlder);
    /// ```
    pub fn suppress_warning(mut self, code: WarningCode) -> Self {
        self.warnings.suppressed.push(code);
        self
    }

    /// Silences all warnings that have a [`WarningCode`].
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().suppress_warnings();
    /// ```
    pub fn suppress_warnings(mut self) -> Self {
        self.warnings.suppressed.extend(WarningCode::ALL);
        self
    }
}
