//! The thread that writes. As the security log's it sleeps between two looks, because waking somebody is what would cost
//! the request.

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use aspis_core::clock::Timestamp;

use super::{Keep, Line, Lost, files::Files};

/// Lines that are taken at once.
const BATCH: usize = 4096;
/// The sleep between two looks.
const NAP: Duration = Duration::from_millis(10);
/// Naps with nothing to do, after which it waits to be woken.
const NAPS: u32 = 20;

pub(super) struct Writer {
    files: Files,
    queue: Receiver<Option<Line>>,
    lost: Arc<AtomicU64>,
    /// True while it cannot be written: said once.
    failing: bool,
    latest: Timestamp,
    naps: u32,
}

impl Writer {
    pub(super) fn open(
        data: &Path,
        keep: Keep,
        queue: Receiver<Option<Line>>,
        lost: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let files = Files::open(data, keep)?;
        Ok(Self { files, queue, lost, failing: false, latest: Timestamp::default(), naps: 0 })
    }

    pub(super) fn run(mut self) {
        let mut lines = Vec::with_capacity(BATCH);
        loop {
            let going = self.take(&mut lines);
            self.put(&mut lines);
            if !going {
                return;
            }
        }
    }

    /// Takes what there is; false at the end.
    fn take(&mut self, lines: &mut Vec<Line>) -> bool {
        while lines.len() < BATCH {
            match self.queue.try_recv() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => return false,
                Err(_) => break,
            }
        }
        if !lines.is_empty() {
            self.naps = 0;
            return true;
        }
        if self.naps < NAPS {
            self.naps += 1;
            std::thread::sleep(NAP);
            return true;
        }
        match self.queue.recv_timeout(Duration::from_secs(3600)) {
            Ok(Some(line)) => lines.push(line),
            Ok(None) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => {}
        }
        self.naps = 0;
        true
    }

    fn put(&mut self, lines: &mut Vec<Line>) {
        if lines.is_empty() {
            return;
        }
        let count = self.lost.swap(0, Ordering::Relaxed);
        let lost = (count > 0).then_some(Line::Lost(Lost { count }));
        let mut text = Vec::with_capacity(lines.len() * 256);
        for line in lost.iter().chain(lines.iter()) {
            self.latest = moment(line).unwrap_or(self.latest);
            // Nothing in a line can fail to be written into memory.
            if serde_json::to_writer(&mut text, line).is_ok() {
                text.push(b'\n');
            }
        }
        let done = self.files.turn(self.latest).and_then(|()| self.files.write(&text));
        if let Err(error) = &done {
            self.lost.fetch_add(count + lines.len() as u64, Ordering::Relaxed);
            if !self.failing {
                tracing::error!(%error, "the log of decisions cannot be written");
            }
        }
        self.failing = done.is_err();
        lines.clear();
    }
}

fn moment(line: &Line) -> Option<Timestamp> {
    match line {
        Line::Start(start) => Some(start.at),
        Line::Request(answered) => Some(answered.at),
        Line::Bytes(bytes) => Some(bytes.at),
        _ => None,
    }
}
