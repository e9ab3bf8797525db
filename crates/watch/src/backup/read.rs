//! Reading a backup: every part is held against the manifest, and nothing of it is believed before that.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use flate2::bufread::GzDecoder;
use nix::sys::statvfs::statvfs;
use tar::{Archive, EntryType};

use super::{
    BackupError, DATABASE, MANIFEST, Manifest, Part, Seal,
    hashing::Hashing,
    manifest::FORM,
    places::{Places, wrong},
    sealed::{self, OpenError},
};
use crate::file;

/// The longest manifest.
const LONGEST: u64 = 4 << 20;

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

/// Reads a backup to its end, and says what it holds. What a restore would not put down is refused here, too.
pub fn prove(path: &Path, seal: Option<&Seal>) -> Result<Manifest, BackupError> {
    read(path, seal, None)
}

/// Puts what a backup holds into a folder that is there and empty. It is proved before a byte is written, and there has to
/// be room for all that it says it holds. Only what it returns without an error is whole.
pub fn extract(path: &Path, seal: Option<&Seal>, to: &Path) -> Result<Manifest, BackupError> {
    let said = prove(path, seal)?;
    let room = statvfs(to).map_err(|error| BackupError::io(to)(error.into()))?;
    let free = room.blocks_available().saturating_mul(room.fragment_size());
    if said.bytes() > free {
        return Err(BackupError::Room { path: path.to_owned(), needs: said.bytes(), free });
    }
    read(path, seal, Some(Target { to, said: &said }))
}

/// Where parts are put, and what they are known to be.
#[derive(Clone, Copy)]
struct Target<'a> {
    to: &'a Path,
    said: &'a Manifest,
}

fn read(path: &Path, seal: Option<&Seal>, target: Option<Target<'_>>) -> Result<Manifest, BackupError> {
    let kind = kind(path)?;
    let file = file::open(path).map_err(BackupError::io(path))?;
    let file = BufReader::with_capacity(256 * 1024, file);
    let taken = match (kind, seal) {
        (Kind::Plain, _) => take(file, target),
        (Kind::Sealed, None) => return Err(BackupError::Sealed(path.to_owned())),
        (Kind::Sealed, Some(seal)) => match seal.reader(file) {
            Ok(open) => take(BufReader::new(open), target),
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

fn take(from: impl BufRead, target: Option<Target<'_>>) -> io::Result<Manifest> {
    let mut archive = Archive::new(GzDecoder::new(from));
    let (mut found, mut manifest, mut places) = (Vec::new(), None, Places::default());
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
            let inner = places.take(&name)?;
            let said =
                target.map(|target| known(target.said, found.len(), &name, entry.size())).transpose()?;
            let to = target.zip(inner).map(|(target, inner)| target.to.join(inner));
            found.push(put(&name, &mut entry.by_ref().take(said.unwrap_or(u64::MAX)), to.as_deref())?);
        }
    }
    ended(archive)?;
    let manifest = manifest.ok_or_else(|| wrong("it has no end: the manifest is missing"))?;
    compare(&manifest, &found)?;
    Ok(manifest)
}

/// What stands behind the last part has to be there, too: the sums of the archive, the end of the encryption.
fn ended<R: BufRead>(archive: Archive<GzDecoder<R>>) -> io::Result<()> {
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink())?;
    let mut under = rest.into_inner();
    if io::copy(&mut under, &mut io::sink())? > 0 {
        return Err(wrong("something was put behind its end"));
    }
    Ok(())
}

/// How long a part is that was proved before: a file that was changed since is written no further.
fn known(said: &Manifest, at: usize, name: &str, bytes: u64) -> io::Result<u64> {
    let part = said.parts.get(at).filter(|part| part.name == name && part.bytes == bytes);
    part.map(|part| part.bytes).ok_or_else(|| wrong("it was changed while it was read"))
}

fn compare(manifest: &Manifest, found: &[Part]) -> io::Result<()> {
    if manifest.form != FORM {
        return Err(wrong(format!("its form is {}, and this release reads {FORM}", manifest.form)));
    }
    if !manifest.is_plain() {
        return Err(wrong("its manifest names no moment or no release"));
    }
    if let Some((said, _)) = manifest.parts.iter().zip(found).find(|(said, found)| said != found) {
        return Err(wrong(format!("{:?} is not what the manifest says", said.name)));
    }
    if manifest.parts.len() != found.len() {
        return Err(wrong("its parts are not those of its manifest"));
    }
    if !found.iter().any(|part| part.name == DATABASE) {
        return Err(wrong("it holds no database"));
    }
    Ok(())
}

/// Reads one part, and keeps it where there is a place for it.
fn put(name: &str, entry: &mut impl Read, to: Option<&Path>) -> io::Result<Part> {
    let mut hashing = Hashing::new(entry);
    match to {
        None => {
            io::copy(&mut hashing, &mut io::sink())?;
        }
        Some(path) => {
            if let Some(above) = path.parent() {
                DirBuilder::new().recursive(true).mode(0o700).create(above)?;
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            io::copy(&mut hashing, &mut file)?;
            file.flush()?;
            file.sync_all()?;
        }
    }
    let (sha256, bytes) = hashing.end();
    Ok(Part { name: name.to_owned(), bytes, sha256 })
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
