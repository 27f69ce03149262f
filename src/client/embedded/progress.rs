use std::fmt;
use std::sync::Arc;

/// Progress of the start of an embedded server, for
/// [`EmbeddedBuilder::on_progress`](super::EmbeddedBuilder::on_progress).
///
/// ```
/// use weaviate::Client;
///
/// let builder = Client::embedded().on_progress(|progress| {
///     println!("{:?}: {} bytes", progress.stage, progress.bytes);
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The current stage.
    pub stage: EmbeddedStage,
    /// The bytes downloaded so far, 0 in other stages.
    pub bytes: u64,
    /// The size of the download in bytes, if the server states it.
    pub total: Option<u64>,
}

/// Stage of the start of an embedded server. With a cached server there is only
/// [`Start`](Self::Start).
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::EmbeddedStage;
///
/// let builder = Client::embedded().on_progress(|progress| match progress.stage {
///     EmbeddedStage::Download => println!("downloading"),
///     EmbeddedStage::Unpack => println!("unpacking"),
///     _ => println!("starting"),
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EmbeddedStage {
    /// The archive is being downloaded.
    Download,
    /// The executable is being extracted.
    Unpack,
    /// The server has been started and is not ready yet.
    Start,
}

/// The function that receives the progress, if there is one.
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
