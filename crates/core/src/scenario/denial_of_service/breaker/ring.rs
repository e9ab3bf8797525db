//! The newest results, and how many of them are faults.

use std::collections::VecDeque;

#[derive(Debug)]
pub(super) struct Ring {
    most: usize,
    faulty: VecDeque<bool>,
    faults: u32,
}

impl Ring {
    /// Holds so many.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), faulty: VecDeque::new(), faults: 0 }
    }

    /// Takes one result; the oldest makes room.
    pub(super) fn push(&mut self, fault: bool) {
        if self.faulty.len() == self.most {
            let oldest = self.faulty.pop_front().unwrap_or(false);
            self.faults -= u32::from(oldest);
        }
        self.faulty.push_back(fault);
        self.faults += u32::from(fault);
    }

    /// True when there are results enough and more than `share` of them are faults.
    pub(super) fn fails(&self, from: usize, share: f64) -> bool {
        let count = u32::try_from(self.faulty.len()).unwrap_or(u32::MAX);
        // A ring shorter than what it is judged from is judged when it is full.
        self.faulty.len() >= from.min(self.most) && f64::from(self.faults) > share * f64::from(count)
    }
}
