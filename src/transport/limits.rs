//! Size limits of messages: the limit of the server, and the target size of an import message.

use super::Transport;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::options::Protocol;

/// The limit of a server that does not state one, in bytes.
const DEFAULT_MAX_MESSAGE_SIZE: usize = 104_858_000;

/// The target size of an import message, in bytes.
///
/// Larger messages do not lower the cost of an object. An import takes about five times as much
/// memory as one message: its bytes, its objects, and what the allocator keeps for the next one.
/// Smaller messages cost a round trip more often. JSON takes many times the memory of the message
/// that it encodes.
const BATCH_SIZE: usize = 3 << 19;
const BATCH_SIZE_OVER_REST: usize = 1 << 20;

impl Transport {
    /// Returns the largest message in either direction, in bytes.
    pub(crate) fn max_message_size(&self) -> usize {
        self.inner.server.get().and_then(|server| server.max_message_size).unwrap_or(DEFAULT_MAX_MESSAGE_SIZE)
    }

    /// Returns the target size of an import message, in bytes. Only a single larger object exceeds
    /// it.
    pub(crate) fn batch_size(&self, protocol: Protocol) -> usize {
        let target = if self.protocol(protocol) == Protocol::Rest { BATCH_SIZE_OVER_REST } else { BATCH_SIZE };
        target.min(self.max_batch_size())
    }

    /// Returns the largest import message, in bytes: the limit minus the space around the objects.
    pub(crate) fn max_batch_size(&self) -> usize {
        let max = self.max_message_size();
        max - max / 64
    }

    /// Records the size of a message in the span, and refuses a size above the limit of the server.
    pub(crate) fn check_size(&self, call: &Call, size: usize) -> Result<()> {
        call.set_bytes(size);
        let max = self.max_message_size();
        if size <= max {
            return Ok(());
        }
        let message = format!(
            "the request has {size} bytes, the limit of the server is {max}: send fewer or smaller objects, ids or media per request"
        );
        Err(call.failed(Error::new(Verdict::not_sent(ErrorKind::LimitExceeded), message)))
    }
}
