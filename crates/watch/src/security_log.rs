//! The security log: one line an event, in a file of its own, written by a thread of its own, each line chained to the one
//! before.
//!
//! Recording never blocks: when the disk is slower than the events, or full, the newest are counted instead of kept, and
//! the count is written as soon as there is room. Every string is encoded, so no input can forge a line.

use std::{
    io,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::Ordering,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    event::{Event, Sink},
};

mod anchor;
mod book;
pub(crate) mod chain;
mod damper;
pub(crate) mod days;
mod format;
mod item;
pub mod life;
mod line;
pub(crate) mod lines;
pub(crate) mod native;
pub(crate) mod parts;
pub(crate) mod place;
mod plain;
mod shared;
pub(crate) mod snapshot;
mod tidy;
pub mod verify;
mod writer;

pub use format::Format;
pub use line::LOST;

use book::Book;
use place::Place;
use shared::Shared;
use tidy::Tidy;
use writer::Writer;

/// Events that may wait for the disk.
const WAITING: usize = 16_384;
/// A day.
const DAY: u64 = 86_400;

/// How the log is written.
#[derive(Debug, Clone)]
pub struct Options {
    /// The form of its lines.
    pub format: Format,
    /// How long closed days are kept.
    pub keep: Duration,
    /// What its key is made of, at the first start.
    pub chance: Arc<dyn Chance>,
    /// When it is opened; after that, events say what time it is.
    pub now: Timestamp,
}

impl Options {
    /// Our own form, and 90 days.
    pub fn new(chance: Arc<dyn Chance>, now: Timestamp) -> Self {
        Self { format: Format::Native, keep: Duration::from_secs(90 * DAY), chance, now }
    }
}

/// How the log fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// False while it cannot be written.
    pub writable: bool,
    /// Events that were never written, since the start.
    pub lost: u64,
}

/// The log; events are written until it is closed.
#[derive(Debug)]
pub struct SecurityLog {
    sender: SyncSender<Option<Event>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    shared: Arc<Shared>,
}

impl SecurityLog {
    /// Opens or makes the log of a data folder (`logs/security.log`, 0600), and goes on at its end.
    pub fn open(data: &Path, options: Options) -> io::Result<Self> {
        let Options { format, keep, chance, now } = options;
        let place = Place::in_data(data);
        let book = Book::open(place.clone(), format, &chance)?;
        let keep = i64::try_from(keep.as_secs().div_ceil(DAY)).unwrap_or(i64::MAX);
        let tidy = Tidy::start(place, keep, chance)?;
        let (sender, queue) = sync_channel(WAITING);
        let shared = Arc::new(Shared::default());
        shared.writable.store(true, Ordering::Relaxed);
        let writer = Writer::new(book, queue, Arc::clone(&shared), tidy, now);
        let thread =
            std::thread::Builder::new().name("security-log".to_owned()).spawn(move || writer.run())?;
        Ok(Self { sender, writer: Mutex::new(Some(thread)), shared })
    }

    /// Names who is told of the log itself: that it is broken, cannot be written, or that a day was closed. What happened
    /// before is told at once.
    pub fn heard_by(&self, sink: Weak<dyn Sink>) {
        self.shared.heard_by(sink);
    }

    /// How it fares.
    pub fn standing(&self) -> Standing {
        let lost = &self.shared.lost_ever;
        Standing {
            writable: self.shared.writable.load(Ordering::Relaxed),
            lost: lost.load(Ordering::Relaxed),
        }
    }

    /// Writes what is waiting and ends.
    pub fn close(&self) {
        let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        self.shared.closed.store(true, Ordering::Release);
        // The writer takes this after all that came before; it cannot panic on the way.
        let _ = self.sender.send(None);
        let _ = writer.join();
    }
}

impl Sink for SecurityLog {
    fn record(&self, event: Event) {
        if self.shared.closed.load(Ordering::Acquire) {
            return;
        }
        if let Err(TrySendError::Full(_)) = self.sender.try_send(Some(event)) {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
            self.shared.lost_ever.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for SecurityLog {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests;
