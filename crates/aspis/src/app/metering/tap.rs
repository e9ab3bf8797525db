//! Tells the rules of alarm how many bytes go out, in steps: a long answer is told of while it is sent.

use std::sync::Arc;

use aspis_core::{
    client::Client,
    ids::{AccountId, RequestId},
};
use aspis_watch::alerts::Inbox;

use crate::app::decisions::Recording;

/// Bytes that are told of together.
const STEP: u64 = 1 << 20;

pub(super) struct Tap {
    pub(super) inbox: Arc<Inbox>,
    pub(super) client: Client,
    pub(super) account: Option<AccountId>,
    pub(super) untold: u64,
    /// All of them, for the log of decisions where one is kept.
    pub(super) sent: u64,
    pub(super) recording: Option<(Arc<Recording>, RequestId)>,
}

impl Tap {
    pub(super) fn sent(&mut self, bytes: u64) {
        self.untold += bytes;
        self.sent += bytes;
        if self.untold >= STEP {
            self.tell();
        }
    }

    fn tell(&mut self) {
        let bytes = std::mem::take(&mut self.untold);
        if bytes > 0 {
            self.inbox.bytes(self.client, self.account, bytes);
        }
    }
}

/// With the last byte, or with the connection.
impl Drop for Tap {
    fn drop(&mut self) {
        self.tell();
        if let Some((recording, request)) = &self.recording {
            recording.sent(*request, self.sent);
        }
    }
}
