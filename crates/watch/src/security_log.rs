//! The security log: one JSON line an event, in a file of its own, written by a thread of its own.
//!
//! Recording never blocks: when the disk is slower than the events, the newest are counted instead of kept, and the
//! count is written as soon as there is room. Every string is encoded, so no input can forge a line.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Sink},
};

mod damper;
mod line;
mod plain;

use damper::Damper;

/// Events that may wait for the disk.
const WAITING: usize = 16_384;

/// The log; events are written until it is closed.
#[derive(Debug)]
pub struct SecurityLog {
    sender: Mutex<Option<SyncSender<Event>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    lost: Arc<AtomicU64>,
}

impl SecurityLog {
    /// Opens or makes the file (0600) and begins to write at its end.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        let (sender, receiver) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        let writer = std::thread::Builder::new()
            .name("security-log".to_owned())
            .spawn(move || write_all(file, &receiver, &counted))?;
        Ok(Self { sender: Mutex::new(Some(sender)), writer: Mutex::new(Some(writer)), lost })
    }

    /// Writes what is waiting and ends.
    pub fn close(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // The writer ends when the channel does; it cannot panic on the way.
            let _ = writer.join();
        }
    }
}

impl Sink for SecurityLog {
    fn record(&self, event: Event) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = sender.as_ref() else { return };
        if let Err(TrySendError::Full(_)) = sender.try_send(event) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for SecurityLog {
    fn drop(&mut self) {
        self.close();
    }
}

/// Writes events as they come, and flushes whenever none is waiting.
fn write_all(file: File, queue: &Receiver<Event>, lost: &AtomicU64) {
    let mut out = BufWriter::new(file);
    let mut damper = Damper::default();
    let mut latest = Timestamp::default();
    while let Ok(first) = queue.recv() {
        let written = write_batch(&mut out, first, queue, lost, &mut damper, &mut latest);
        complain(written);
    }
    complain(
        damper
            .finish(latest)
            .iter()
            .try_for_each(|sum| line::write_sum(&mut out, sum))
            .and_then(|()| out.flush()),
    );
}

fn complain(written: io::Result<()>) {
    if let Err(error) = written {
        tracing::error!(%error, "the security log cannot be written");
    }
}

fn write_batch(
    out: &mut impl Write,
    first: Event,
    queue: &Receiver<Event>,
    lost: &AtomicU64,
    damper: &mut Damper,
    latest: &mut Timestamp,
) -> io::Result<()> {
    let mut next = Some(first);
    while let Some(event) = next {
        *latest = event.at;
        damper.turn(event.at).iter().try_for_each(|sum| line::write_sum(out, sum))?;
        if damper.takes(&event) {
            line::write(out, &event)?;
        }
        next = queue.try_recv().ok();
    }
    match lost.swap(0, Ordering::Relaxed) {
        0 => {}
        count => writeln!(out, r#"{{"kind":"events_lost","count":{count}}}"#)?,
    }
    out.flush()
}

#[cfg(test)]
mod tests;
