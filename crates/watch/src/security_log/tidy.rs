//! What is done with days that are closed: they are compressed, and after a time they go.
//!
//! It has a thread of its own: the writer does not wait for it. Killed at any point, it begins again at the next start.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufReader, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
};

use aspis_core::chance::Chance;

use super::{
    anchor::{Anchor, Held},
    book::lock_of,
    days, lines, parts,
    place::{Place, private, zipped},
};

/// A step of the calendar by which a clock may be believed: beyond it, nothing is removed before another day has passed.
const STEP: i64 = 7;

/// A day that has begun, after which one.
pub(super) type Begun = (i64, i64);

/// The thread.
#[derive(Debug)]
pub(super) struct Tidy {
    days: Option<Sender<Begun>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tidy {
    /// Starts with what was left over.
    pub(super) fn start(place: Place, keep: i64, chance: Arc<dyn Chance>) -> io::Result<Self> {
        let (days, begun) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || run(&place, keep, chance.as_ref(), &begun, &stopped);
        let thread = std::thread::Builder::new().name("security-log-archive".to_owned()).spawn(work)?;
        Ok(Self { days: Some(days), stop, thread: Some(thread) })
    }

    /// A day has begun.
    pub(super) fn day(&self, begun: Begun) {
        if let Some(days) = &self.days {
            // The thread ends only with us.
            let _ = days.send(begun);
        }
    }
}

impl Drop for Tidy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.days = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(place: &Place, keep: i64, chance: &dyn Chance, begun: &Receiver<Begun>, stop: &AtomicBool) {
    complain(compress_all(place, stop));
    while let Ok((before, today)) = begun.recv() {
        complain(compress_all(place, stop));
        if today - before <= STEP {
            complain(sweep(place, (today - keep, today), chance));
        }
    }
}

fn complain(done: io::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "the archive of the security log cannot be tidied");
    }
}

fn compress_all(place: &Place, stop: &AtomicBool) -> io::Result<()> {
    for day in place.days()?.iter().filter(|day| !day.zipped) {
        if !compress(&day.path, stop)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Compresses one file. The old one goes when the new one is on the disk. False when it was told to stop.
fn compress(path: &Path, stop: &AtomicBool) -> io::Result<bool> {
    let beside = path.with_extension("new");
    let mut from = BufReader::new(lines::plain(path)?);
    let mut to = private(OpenOptions::new().write(true).create(true).truncate(true), &beside)?;
    loop {
        if stop.load(Ordering::Relaxed) {
            fs::remove_file(&beside)?;
            return Ok(false);
        }
        let part = parts::next(&mut from)?;
        if part.is_empty() {
            break;
        }
        to.write_all(&parts::packed(&part)?)?;
    }
    to.sync_all()?;
    fs::rename(&beside, zipped(path))?;
    fs::remove_file(path)?;
    Ok(true)
}

/// Removes days before `oldest`, by the book and never by what a file is called. From which line on all must be there is
/// written down before.
fn sweep(place: &Place, (oldest, today): (i64, i64), chance: &dyn Chance) -> io::Result<()> {
    let lock = lock_of(place)?;
    lock.lock()?;
    let (anchor, _) = Anchor::open(place, chance)?;
    let gone = forget(place, &anchor, (oldest, today))?;
    lock.unlock()?;
    let Some((first, names)) = gone else { return Ok(()) };
    for day in place.days()? {
        let over = match lines::first_of(&day.path) {
            Some(line) => line.seq < first,
            None => names.contains(&days::stem(&day.path)),
        };
        if over {
            fs::remove_file(&day.path)?;
        }
    }
    Ok(())
}

/// Takes days out of the book: the first line that must still be there, and the names of what need not.
fn forget(
    place: &Place,
    anchor: &Anchor,
    (oldest, today): (i64, i64),
) -> io::Result<Option<(u64, Vec<String>)>> {
    let Held::Whole(mut record) = anchor.read()? else { return Ok(None) };
    let Some(mut rows) = days::read(place, anchor)? else { return Ok(None) };
    let over = days::over(&rows, oldest, today);
    let gone: Vec<_> = rows.drain(..over).collect();
    let Some(last) = gone.last() else { return Ok(None) };
    record.first = last.last + 1;
    // In this order: a row whose lines need not be there any more is told as no fault.
    anchor.write(&mut record)?;
    days::write(place, anchor, &rows)?;
    Ok(Some((record.first, gone.into_iter().map(|row| row.name).collect())))
}
