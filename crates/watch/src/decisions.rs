//! The log of decisions: what was decided about each request, so that other settings can be tried on the past.
//!
//! Facts and no content: no path that was sent, no query, no body, no credential, no name that somebody signed in with.
//! Recording never blocks; what the disk is too slow for is counted and said. Deliberately not here: what is made of it.

use std::{
    io,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

mod files;
mod line;
mod press;
mod read;
mod writer;

pub use line::{Answered, Bytes, Ended, Line, Lost, Outcome, Sent, Start, Tried, Who};
pub use read::{Reader, open};

use writer::Writer;

/// Lines that may wait for the disk.
const WAITING: usize = 16_384;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Keep {
    /// How long.
    pub time: Duration,
    /// Bytes on the disk at most, compressed or not.
    pub bytes: u64,
}

/// The log; lines are written until it is closed.
#[derive(Debug)]
pub struct DecisionLog {
    sender: SyncSender<Option<Line>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    lost: Arc<AtomicU64>,
    closed: AtomicBool,
}

impl DecisionLog {
    /// Opens or makes the log of a data folder (`logs/decisions.log`, 0600), and goes on at its end.
    pub fn open(data: &Path, keep: Keep, start: Start) -> io::Result<Self> {
        let (sender, queue) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let writer = Writer::open(data, keep, queue, Arc::clone(&lost))?;
        let thread =
            std::thread::Builder::new().name("decision-log".to_owned()).spawn(move || writer.run())?;
        let log = Self { sender, writer: Mutex::new(Some(thread)), lost, closed: AtomicBool::new(false) };
        log.record(Line::Start(start));
        Ok(log)
    }

    /// Takes one line.
    pub fn record(&self, line: Line) {
        if self.closed.load(Ordering::Acquire) {
            return;
        }
        if let Err(TrySendError::Full(_)) = self.sender.try_send(Some(line)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes what is waiting and ends.
    pub fn close(&self) {
        let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        self.closed.store(true, Ordering::Release);
        // The writer takes this after all that came before; it cannot panic on the way.
        let _ = self.sender.send(None);
        let _ = writer.join();
    }
}

impl Drop for DecisionLog {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests;
