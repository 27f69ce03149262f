//! The size of messages: the limit that the server states, and the size at which an import sends.

use super::Transport;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::options::Protocol;

/// The limit of a server that states none, in bytes.
const DEFAULT_MAX_MESSAGE_SIZE: usize = 104_858_000;

/// The size at which an import sends a message, in bytes. A larger message costs no less per object, and an import of any
/// length fits into little memory. JSON takes many times the memory of the message that it encodes.
const BATCH_SIZE: usize = 4 << 20;
const BATCH_SIZE_OVER_REST: usize = 1 << 20;

impl Transport {
    /// The largest message in either direction, in bytes.
    pub(crate) fn max_message_size(&self) -> usize {
        self.inner.server.get().and_then(|server| server.max_message_size).unwrap_or(DEFAULT_MAX_MESSAGE_SIZE)
    }

    /// The size that a message of an import does not exceed, unless a single object does, in bytes.
    pub(crate) fn batch_size(&self, protocol: Protocol) -> usize {
        let enough = if self.protocol(protocol) == Protocol::Rest { BATCH_SIZE_OVER_REST } else { BATCH_SIZE };
        enough.min(self.max_batch_size())
    }

    /// The largest message of an import, in bytes: the limit less what stands around the objects.
    pub(crate) fn max_batch_size(&self) -> usize {
        let max = self.max_message_size();
        max - max / 64
    }

    /// Notes the size of a message, and refuses one that the server would refuse for it.
    pub(crate) fn check_size(&self, call: &Call, size: usize) -> Result<()> {
        call.set_bytes(size);
        let max = self.max_message_size();
        if size <= max {
            return Ok(());
        }
        let message = format!("the request has {size} bytes, the server takes {max}: send less at once");
        Err(call.failed(Error::new(Verdict::not_sent(ErrorKind::LimitExceeded), message)))
    }
}
