//! Reading the log again: one file, or all of a folder, compressed or not, in the order of time.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;

use super::{Line, files};
use crate::file::{self, is_damage};

/// Lines that wait for one that was earlier: a request is written when it is answered, and counts from when it came.
const WAITING: usize = 100_000;
/// The longest line.
const LONGEST: u64 = 64 * 1024;

/// Opens a file of the log, or a data folder: then all that is kept.
pub fn open(path: &Path) -> io::Result<Reader> {
    let mut files = VecDeque::new();
    if path.is_dir() {
        let logs = path.join("logs");
        files.extend(files::archived(&logs)?.into_iter().map(|file| file.path));
        files.extend(Some(logs.join("decisions.log")).filter(|open| open.exists()));
        if files.is_empty() {
            let why = "there is no log of decisions in this folder; decisions.keep = \"on\" makes one";
            return Err(io::Error::new(io::ErrorKind::NotFound, why));
        }
    } else {
        // Said now and not in the middle.
        file::open(path)?;
        files.push_back(path.to_owned());
    }
    Ok(Reader { files, now: None, held: BinaryHeap::new(), seq: 0, broken: 0, start: None })
}

type Source = Box<dyn BufRead + Send>;

/// Hands lines out by the time they are about, one run of the server after the other.
pub struct Reader {
    files: VecDeque<PathBuf>,
    now: Option<Source>,
    held: BinaryHeap<Reverse<Held>>,
    seq: u64,
    /// Lines that could not be read.
    pub broken: u64,
    /// The next run, once all of this one is handed out.
    start: Option<Line>,
}

struct Held {
    up: u64,
    seq: u64,
    line: Line,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        (self.up, self.seq) == (other.up, other.seq)
    }
}
impl Eq for Held {}
impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Held {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.up, self.seq).cmp(&(other.up, other.seq))
    }
}

impl Reader {
    /// The next line by its time; none at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        while self.start.is_none() && self.held.len() < WAITING {
            match self.raw()? {
                Some(line @ Line::Start(_)) => self.start = Some(line),
                Some(line) => self.hold(line),
                None => break,
            }
        }
        if let Some(Reverse(held)) = self.held.pop() {
            return Ok(Some(held.line));
        }
        Ok(self.start.take())
    }

    fn hold(&mut self, line: Line) {
        self.seq += 1;
        let up = line.up().unwrap_or(0);
        self.held.push(Reverse(Held { up, seq: self.seq, line }));
    }

    /// The next line as it was written.
    fn raw(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(source) = &mut self.now else {
                let Some(path) = self.files.pop_front() else { return Ok(None) };
                self.now = Some(source(&path)?);
                continue;
            };
            let mut text = Vec::new();
            match source.take(LONGEST).read_until(b'\n', &mut text) {
                Ok(0) => {
                    self.now = None;
                    continue;
                }
                Ok(_) => {}
                // What is compressed and cut, or changed, is read as far as it goes.
                Err(error) if is_damage(&error) => {
                    self.broken += 1;
                    self.now = None;
                    continue;
                }
                Err(error) => return Err(error),
            }
            match serde_json::from_slice(text.trim_ascii()) {
                Ok(line) => return Ok(Some(line)),
                Err(_) if text.trim_ascii().is_empty() => {}
                Err(_) => self.broken += 1,
            }
        }
    }
}

fn source(path: &Path) -> io::Result<Source> {
    let mut file = BufReader::new(file::open(path)?);
    let zipped = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if zipped { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) })
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}
