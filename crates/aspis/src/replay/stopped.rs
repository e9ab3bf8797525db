//! Requests that would not have come as far as they did: what else is known of them did not happen then.

use std::collections::{HashSet, VecDeque};

use aspis_core::ids::RequestId;

/// So many at most: what is known of one request stands near together.
const MOST: usize = 200_000;

#[derive(Debug, Default)]
pub(super) struct Stopped {
    all: HashSet<RequestId>,
    order: VecDeque<RequestId>,
}

impl Stopped {
    pub(super) fn put(&mut self, request: RequestId) {
        if self.all.insert(request) {
            self.order.push_back(request);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
    }

    pub(super) fn holds(&self, request: RequestId) -> bool {
        self.all.contains(&request)
    }
}
