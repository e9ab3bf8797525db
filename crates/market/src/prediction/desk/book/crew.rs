//! Which threads there are: at work, stuck, or free to begin something.

use aspis_core::scenario::denial_of_service::queue::Place;

#[derive(Debug)]
pub(super) struct Crew {
    /// How many may compute at once.
    workers: usize,
    computing: Vec<Place>,
    stuck: usize,
    alive: usize,
    closing: bool,
}

impl Crew {
    pub(super) fn new(workers: usize) -> Self {
        Self { workers: workers.max(1), computing: Vec::new(), stuck: 0, alive: 0, closing: false }
    }

    /// As many again as may compute stand by for those that get stuck.
    pub(super) fn threads(&self) -> usize {
        self.workers * 2
    }

    /// True where a piece of work may be begun.
    pub(super) fn has_hand(&self) -> bool {
        self.computing.len() < self.workers && self.computing.len() + self.stuck < self.threads()
    }

    /// True where no thread is left to begin anything, nor will be soon.
    pub(super) fn is_stuck(&self) -> bool {
        self.stuck >= self.threads()
    }

    pub(super) fn begin(&mut self, place: Place) {
        self.computing.push(place);
    }

    /// A thread has come back. False when it had been given up.
    pub(super) fn end(&mut self, place: Place) -> bool {
        let known = self.forget(place);
        self.stuck -= usize::from(!known);
        known
    }

    /// A thread is given up until it comes back.
    pub(super) fn give_up(&mut self, place: Place) {
        self.stuck += usize::from(self.forget(place));
    }

    fn forget(&mut self, place: Place) -> bool {
        let at = self.computing.iter().position(|computing| *computing == place);
        at.map(|at| self.computing.swap_remove(at)).is_some()
    }

    pub(super) fn computing(&self) -> usize {
        self.computing.len()
    }

    pub(super) fn stuck(&self) -> usize {
        self.stuck
    }

    /// What is being computed.
    pub(super) fn places(&self) -> &[Place] {
        &self.computing
    }
}

/// The life of the threads.
impl super::Book {
    pub(in super::super) fn threads(&self) -> usize {
        self.crew.threads()
    }

    pub(in super::super) fn thread_began(&mut self) {
        self.crew.alive += 1;
    }

    pub(in super::super) fn thread_ended(&mut self) {
        self.crew.alive -= 1;
    }

    pub(in super::super) fn close(&mut self) {
        self.crew.closing = true;
    }

    pub(in super::super) fn is_closing(&self) -> bool {
        self.crew.closing
    }

    /// True while threads that are not stuck have not ended.
    pub(in super::super) fn is_working(&self) -> bool {
        self.crew.alive > self.crew.stuck
    }

    pub(in super::super) fn have_all_ended(&self) -> bool {
        self.crew.alive == 0
    }
}
