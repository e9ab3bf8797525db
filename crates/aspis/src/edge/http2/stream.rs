//! One stream: how its client keeps pace. What is done when it does not is `work`'s business.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::sleep;

use super::super::{desk::Desk, held::Waits, line::Line, pace::Progress};

/// What is known of one stream.
pub(in super::super) struct Stream {
    desk: Arc<Desk>,
    line: Arc<Line>,
    /// When its request began.
    began: u64,
    arriving: Mutex<Side>,
    leaving: Mutex<Side>,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

/// One direction.
#[derive(Debug, Default)]
struct Side {
    progress: Progress,
    /// Since when we wait for the client, and until when we shall; 0 where we do not wait.
    since: u64,
    until: u64,
}

impl Side {
    /// True where the wait has been too long.
    fn wait(&mut self, now: u64, desk: &Desk, pause: u64, begun: impl FnOnce()) -> bool {
        if self.since == 0 {
            begun();
            let left = desk.spans.pace.left(&self.progress).unwrap_or(pause).min(pause);
            (self.since, self.until) = (now, now + left);
        }
        now > self.until
    }

    fn go_on(&mut self, now: u64, bytes: usize, waits: &Waits) {
        self.progress.bytes += bytes as u64;
        if self.since != 0 {
            waits.end();
            self.progress.waited += now.saturating_sub(self.since);
            (self.since, self.until) = (0, 0);
        }
    }
}

fn lock(side: &Mutex<Side>) -> MutexGuard<'_, Side> {
    side.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stream {
    pub(super) fn new(desk: Arc<Desk>, line: Arc<Line>) -> Self {
        Self { began: line.pulse.now(), desk, line, arriving: Mutex::default(), leaving: Mutex::default() }
    }

    pub(super) const fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    pub(super) const fn line(&self) -> &Arc<Line> {
        &self.line
    }

    fn now(&self) -> u64 {
        self.line.pulse.now()
    }

    /// Waits until the client has taken what it asked for before, where that is much.
    pub(super) async fn turn(&self) {
        if self.desk.is_too_much_for(&self.line) {
            let _unread = Unread::of(&self.line);
            while self.desk.is_too_much_for(&self.line) {
                sleep(self.desk.limits.tick()).await;
            }
        }
    }

    /// The handler wants more of the body than there is. True where it has waited too long.
    pub(in super::super) fn wait_for_body(&self) -> bool {
        let begun = || self.line.bodies.begin(self.began);
        lock(&self.arriving).wait(self.now(), &self.desk, self.desk.spans.body, begun)
    }

    /// More of the body is there.
    pub(in super::super) fn arrived(&self, bytes: usize) {
        lock(&self.arriving).go_on(self.now(), bytes, &self.line.bodies);
    }

    /// A piece of the answer waits for the client to take it.
    pub(super) fn wait_for_reader(&self) {
        let begun = || self.line.answers.begin(self.now());
        lock(&self.leaving).wait(self.now(), &self.desk, self.desk.spans.write, begun);
    }

    /// The client has taken the piece.
    pub(super) fn taken(&self, bytes: usize) {
        lock(&self.leaving).go_on(self.now(), bytes, &self.line.answers);
    }

    /// Whether the client reads too slowly.
    pub(super) fn is_late(&self) -> bool {
        let until = lock(&self.leaving).until;
        until != 0 && self.now() > until
    }

    /// How long until one has to look again.
    pub(super) fn nap(&self) -> Option<Duration> {
        let (body, reader) = (lock(&self.arriving).until, lock(&self.leaving).until);
        let until = [body, reader].into_iter().filter(|&until| until != 0).min()?;
        Some(Duration::from_millis(until.saturating_sub(self.now())) + self.desk.limits.tick())
    }
}

/// A request that waits for its client to take earlier answers.
struct Unread<'a>(&'a Line);

impl<'a> Unread<'a> {
    fn of(line: &'a Line) -> Self {
        line.answers.begin(line.pulse.now());
        Self(line)
    }
}

impl Drop for Unread<'_> {
    fn drop(&mut self) {
        self.0.answers.end();
    }
}

/// Whoever waited for its client does so no more.
impl Drop for Stream {
    fn drop(&mut self) {
        self.arrived(0);
        self.taken(0);
    }
}
