//! The file of an import: plain or gzip, or what comes in.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aspis_core::hex;
use aspis_watch::file;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// Bytes that are read at once.
const BUFFER: usize = 128 * 1024;
/// Bytes from which a file is told from another, beside its length.
const BEGINNING: u64 = 64 * 1024;
/// How gzip begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file that may be read more than once, or standard input, which may not.
#[derive(Debug)]
pub(super) struct Input {
    path: PathBuf,
    /// Bytes that were read of it.
    pub(super) read: Arc<AtomicU64>,
}

impl Input {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), read: Arc::default() }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        if self.is_standard() { "standard input".to_owned() } else { self.path.display().to_string() }
    }

    fn is_standard(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    /// Its length, where it is a file that stays. Folders, pipes and devices are refused before they are opened: some
    /// never end, and others never begin.
    pub(super) fn length(&self) -> io::Result<Option<u64>> {
        if self.is_standard() {
            return Ok(None);
        }
        let found = std::fs::metadata(&self.path)?;
        if !found.is_file() {
            let why = "it is no regular file; what comes by a pipe is read with - as the file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        Ok(Some(found.len()))
    }

    /// A hash of its beginning, its length, and where it goes; none where it cannot be read again.
    pub(super) fn hash(&self, goes: &[&str]) -> io::Result<Option<String>> {
        let Some(length) = self.length()? else { return Ok(None) };
        let mut beginning = Vec::new();
        file::open(&self.path)?.take(BEGINNING).read_to_end(&mut beginning)?;
        let mut hash = Sha256::new();
        hash.update(length.to_be_bytes());
        for word in goes {
            hash.update((word.len() as u64).to_be_bytes());
            hash.update(word);
        }
        hash.update(&beginning);
        Ok(Some(hex::encode(&hash.finalize())))
    }

    /// Opens it from the beginning.
    pub(super) fn open(&self) -> io::Result<Box<dyn BufRead>> {
        self.read.store(0, Ordering::Relaxed);
        let from: Box<dyn Read> =
            if self.is_standard() { Box::new(io::stdin()) } else { Box::new(file::open(&self.path)?) };
        let counted = Counted { from, read: Arc::clone(&self.read) };
        let mut plain = BufReader::with_capacity(BUFFER, counted);
        if plain.fill_buf()?.starts_with(&GZIP) {
            return Ok(Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(plain))));
        }
        Ok(Box::new(plain))
    }
}

struct Counted {
    from: Box<dyn Read>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(to)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_regular_file_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
        for path in [folder.path(), &pipe, Path::new("/dev/zero")] {
            let said = Input::new(path).hash(&[]).expect_err("refused").to_string();
            assert!(said.contains("no regular file"), "{}: {said}", path.display());
        }
        assert_eq!(Input::new(Path::new("-")).length().expect("standard input"), None);
    }
}
