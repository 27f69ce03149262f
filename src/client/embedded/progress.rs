use std::fmt;
use std::sync::Arc;

/// How far the start of an embedded server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub stage: EmbeddedStage,
    /// The bytes that came so far; 0 outside of a download.
    pub bytes: u64,
    /// The bytes that will come, if the other side says so.
    pub total: Option<u64>,
}

/// What has to be done before an embedded server can be used. A stage that is not needed is skipped: what lies in the
/// cache is neither downloaded nor unpacked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmbeddedStage {
    /// The archive is on its way.
    Download,
    /// The executable is taken out of the archive.
    Unpack,
    /// The server was started and is not ready yet.
    Start,
}

/// The caller's function, or none.
#[derive(Clone, Default)]
pub(super) struct Reporter(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Reporter {
    pub(super) fn new(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(report)))
    }

    pub(super) fn downloaded(&self, bytes: u64, total: Option<u64>) {
        self.report(Progress { stage: EmbeddedStage::Download, bytes, total });
    }

    pub(super) fn stage(&self, stage: EmbeddedStage) {
        self.report(Progress { stage, bytes: 0, total: None });
    }

    fn report(&self, progress: Progress) {
        if let Some(report) = &self.0 {
            report(progress);
        }
    }
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "set" } else { "none" })
    }
}
