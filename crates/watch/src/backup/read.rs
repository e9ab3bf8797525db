//! Reading a backup: every part is held against the manifest, and nothing of it is believed before that.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Component, Path},
};

use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};
use tar::{Archive, EntryType};

use super::{
    BackupError, DATA, MANIFEST, Manifest, Part, SETTINGS, Seal,
    manifest::FORM,
    sealed::{self, OpenError},
};
use crate::file;

/// The longest manifest.
const LONGEST: u64 = 4 << 20;
/// What the file of the settings is called in a folder that was restored: they are looked at before they are used.
const SETTINGS_HERE: &str = "settings.from-backup.toml";

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A backup in clear.
    Plain,
    /// An encrypted one.
    Sealed,
}

/// What a file is; an error where it is no backup.
pub fn kind(path: &Path) -> Result<Kind, BackupError> {
    let mut first = Vec::new();
    let read = file::open(path).and_then(|file| file.take(64).read_to_end(&mut first));
    read.map_err(BackupError::io(path))?;
    if sealed::is_sealed(&first) {
        Ok(Kind::Sealed)
    } else if first.starts_with(&[0x1f, 0x8b]) {
        Ok(Kind::Plain)
    } else {
        Err(BackupError::broken(path, "it is neither an archive of ours nor an encrypted one"))
    }
}

/// Reads a backup to its end, and says what it holds.
pub fn prove(path: &Path, seal: Option<&Seal>) -> Result<Manifest, BackupError> {
    read(path, seal, None)
}

/// Puts what a backup holds into a folder that is there and empty. Only what it returns without an error is whole.
pub fn extract(path: &Path, seal: Option<&Seal>, to: &Path) -> Result<Manifest, BackupError> {
    read(path, seal, Some(to))
}

fn read(path: &Path, seal: Option<&Seal>, to: Option<&Path>) -> Result<Manifest, BackupError> {
    let kind = kind(path)?;
    let file = file::open(path).map_err(BackupError::io(path))?;
    let file = BufReader::with_capacity(256 * 1024, file);
    let taken = match (kind, seal) {
        (Kind::Plain, _) => take(file, to),
        (Kind::Sealed, None) => return Err(BackupError::Sealed(path.to_owned())),
        (Kind::Sealed, Some(seal)) => match seal.reader(file) {
            Ok(open) => take(BufReader::new(open), to),
            Err(OpenError::Passphrase) => return Err(BackupError::WrongPassphrase(path.to_owned())),
            Err(OpenError::Io(error)) => Err(error),
        },
    };
    // A disk that fails says so itself; all else is what the file holds.
    taken.map_err(|cause| match cause.raw_os_error() {
        Some(_) => BackupError::Io { path: path.to_owned(), cause },
        None => BackupError::broken(path, cause.to_string()),
    })
}

fn wrong(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.into())
}

fn take(from: impl BufRead, to: Option<&Path>) -> io::Result<Manifest> {
    let mut archive = Archive::new(GzDecoder::new(from));
    let (mut found, mut manifest) = (Vec::new(), None);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name =
            String::from_utf8(entry.path_bytes().into_owned()).map_err(|_| wrong("a name is no text"))?;
        if entry.header().entry_type() != EntryType::Regular || manifest.is_some() {
            return Err(wrong(format!("{name:?} does not belong there")));
        }
        if name == MANIFEST {
            let mut text = Vec::new();
            entry.by_ref().take(LONGEST).read_to_end(&mut text)?;
            manifest = Some(serde_json::from_slice::<Manifest>(&text)?);
        } else {
            found.push(put(&name, &mut entry, to)?);
        }
    }
    // What stands behind the last part has to be there, too: the sums of the archive, the end of the encryption.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink())?;
    let mut under = rest.into_inner();
    if io::copy(&mut under, &mut io::sink())? > 0 {
        return Err(wrong("something was put behind its end"));
    }
    let manifest = manifest.ok_or_else(|| wrong("it has no end: the manifest is missing"))?;
    compare(&manifest, &found)?;
    Ok(manifest)
}

fn compare(manifest: &Manifest, found: &[Part]) -> io::Result<()> {
    if manifest.form != FORM {
        return Err(wrong(format!("its form is {}, and this release reads {FORM}", manifest.form)));
    }
    if let Some((said, _)) = manifest.parts.iter().zip(found).find(|(said, found)| said != found) {
        return Err(wrong(format!("{:?} is not what the manifest says", said.name)));
    }
    if manifest.parts.len() != found.len() {
        return Err(wrong("its parts are not those of its manifest"));
    }
    if !found.iter().any(|part| part.name == format!("{DATA}aspis.db")) {
        return Err(wrong("it holds no database"));
    }
    Ok(())
}

/// Reads one part, and keeps it where there is a folder for it.
fn put(name: &str, entry: &mut impl Read, to: Option<&Path>) -> io::Result<Part> {
    let inner = inner(name)?;
    let mut hashing = Hashing::new(entry);
    match to {
        None => {
            io::copy(&mut hashing, &mut io::sink())?;
        }
        Some(folder) => {
            let path = folder.join(inner);
            if let Some(above) = path.parent() {
                DirBuilder::new().recursive(true).mode(0o700).create(above)?;
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            io::copy(&mut hashing, &mut file)?;
            file.flush()?;
            file.sync_all()?;
        }
    }
    let (sha256, bytes) = hashing.end();
    Ok(Part { name: name.to_owned(), bytes, sha256 })
}

/// Where a part belongs in the folder: below it, whatever its name says.
fn inner(name: &str) -> io::Result<&str> {
    if name == SETTINGS {
        return Ok(SETTINGS_HERE);
    }
    let inner = name.strip_prefix(DATA).ok_or_else(|| wrong(format!("{name:?} is no part of a backup")))?;
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let is_below = !inner.is_empty() && Path::new(inner).components().all(plain) && !inner.contains('\0');
    if is_below { Ok(inner) } else { Err(wrong(format!("{name:?} leads out of the folder"))) }
}

/// Every folder's own entries are on the disk.
pub fn sync_below(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_below(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Counts and hashes what is read through it.
pub(super) struct Hashing<R> {
    from: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, hash: Sha256::new(), bytes: 0 }
    }

    pub(super) fn end(self) -> (String, u64) {
        (hex(&self.hash.finalize()), self.bytes)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.hash.update(&into[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
