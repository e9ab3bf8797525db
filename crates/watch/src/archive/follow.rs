//! What comes from now on, as it is written.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::{Query, Seen, Sieve, opened};
use crate::security_log::{lines, place::Place};

/// Bytes that are read at one look.
const MOST: u64 = 4 * 1024 * 1024;

/// Somebody who reads along.
#[derive(Debug)]
pub struct Follow {
    log: PathBuf,
    sieve: Sieve,
    file: Option<File>,
    /// A line that has no end yet.
    held: Vec<u8>,
}

impl Follow {
    /// Begins at the end of the log as it is now.
    pub fn begin(data: &Path, query: &Query) -> io::Result<Self> {
        let log = Place::in_data(data).log();
        let mut file = opened(lines::plain(&log))?;
        if let Some(file) = &mut file {
            file.seek(SeekFrom::End(0))?;
        }
        Ok(Self { log, sieve: Sieve::of(query), file, held: Vec::new() })
    }

    /// What has come since the last look. Where a day was closed in between, its rest comes first.
    pub fn look(&mut self) -> io::Result<Vec<Seen>> {
        let mut found = self.rest()?;
        let open = |file: Option<&File>| {
            file.and_then(|file| file.metadata().ok()).map(|data| (data.dev(), data.ino()))
        };
        let there = opened(lines::plain(&self.log))?;
        if there.is_some() && open(there.as_ref()) != open(self.file.as_ref()) {
            found.extend(self.rest()?);
            self.held.clear();
            self.file = there;
            found.extend(self.rest()?);
        }
        Ok(found)
    }

    fn rest(&mut self) -> io::Result<Vec<Seen>> {
        let Some(file) = &mut self.file else { return Ok(Vec::new()) };
        file.take(MOST).read_to_end(&mut self.held)?;
        let whole = memchr::memrchr(b'\n', &self.held).map_or(0, |at| at + 1);
        let rest = self.held.split_off(whole);
        let lines = std::mem::replace(&mut self.held, rest);
        Ok(lines.split_inclusive(|byte| *byte == b'\n').filter_map(|line| self.sieve.takes(line)).collect())
    }
}
