//! The bytes of one file of the log, from wherever they are wanted: as they were written, or compressed in parts.

use std::{fs::File, io, os::unix::fs::FileExt};

use memchr::memchr;

use crate::security_log::{chain::Link, lines::LONGEST, parts::Parts};

/// Bytes that are read at once.
const BLOCK: u64 = 64 * 1024;

/// A file that can be read from its end.
#[derive(Debug)]
pub(super) enum Source {
    Plain(File),
    Parts(Parts),
}

impl Source {
    /// How many bytes of lines there are.
    pub(super) fn length(&self) -> io::Result<u64> {
        match self {
            Self::Plain(file) => Ok(file.metadata()?.len()),
            Self::Parts(parts) => Ok(parts.length()),
        }
    }

    /// Bytes that end there; none at the beginning.
    pub(super) fn before(&mut self, end: u64) -> io::Result<Vec<u8>> {
        let block = match self {
            Self::Plain(file) => {
                let size = end.min(BLOCK);
                let mut block = vec![0; usize::try_from(size).unwrap_or(0)];
                file.read_exact_at(&mut block, end - size)?;
                block
            }
            Self::Parts(parts) => parts.before(end)?,
        };
        #[cfg(test)]
        tests::READ.with(|read| read.set(read.get() + block.len()));
        Ok(block)
    }

    /// The number of the line that begins there, where one does.
    pub(super) fn number_at(&mut self, at: u64) -> io::Result<Option<u64>> {
        let mut line = Vec::new();
        loop {
            let more = self.from(at + line.len() as u64)?;
            line.extend_from_slice(&more);
            if let Some(end) = memchr(b'\n', &line) {
                return Ok(Link::of(&line[..end]).map(|link| link.seq));
            }
            if more.is_empty() || line.len() as u64 > LONGEST {
                return Ok(None);
            }
        }
    }

    /// Bytes that begin there; none at the end.
    fn from(&mut self, at: u64) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain(file) => {
                let mut block = vec![0; usize::try_from(BLOCK).unwrap_or(0)];
                let read = file.read_at(&mut block, at)?;
                block.truncate(read);
                Ok(block)
            }
            Self::Parts(parts) => parts.from(at),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    thread_local! {
        /// Bytes that this thread has read from files backwards.
        pub(crate) static READ: Cell<usize> = const { Cell::new(0) };
    }
}
