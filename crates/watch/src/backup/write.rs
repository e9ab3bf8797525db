//! Writing a backup: under another name, to the disk, read back, and only then under its own.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aspis_core::clock::Timestamp;
use flate2::{Compression, write::GzEncoder};
use tar::{Builder, EntryType, Header};

use super::{
    BackupError, Database, MANIFEST, Manifest, Part, Seal,
    hashing::Hashing,
    manifest::FORM,
    parts::{self, Source},
    read::prove,
};

/// What a backup is made of.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// A copy of its database.
    pub database: &'a Path,
    /// What is in that.
    pub census: Database,
    /// A folder in the data folder that is left out: that of the backups.
    pub without: &'a Path,
    /// A file of settings.
    pub settings: Option<&'a Path>,
    /// The release that makes it.
    pub version: &'a str,
    /// When.
    pub made: Timestamp,
}

/// Writes a backup. A file of this name is not written over.
pub fn write(to: &Path, parts: Parts<'_>, seal: Option<&Seal>) -> Result<Manifest, BackupError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(BackupError::Taken(to.to_owned()));
    }
    let draft = draft_of(to);
    let written = draw_up(&draft, parts, seal).and_then(|manifest| {
        prove(&draft, seal)?;
        fs::rename(&draft, to).and_then(|()| sync_folder(to)).map_err(BackupError::io(to))?;
        Ok(manifest)
    });
    if written.is_err() {
        // Where it cannot be taken away either, the next backup in this folder does it.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// The name that a file has until it is whole.
pub(super) fn draft_of(to: &Path) -> PathBuf {
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    to.with_file_name(format!(".{name}.part"))
}

/// The folder's own entry is on the disk.
pub(super) fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn draw_up(draft: &Path, parts: Parts<'_>, seal: Option<&Seal>) -> Result<Manifest, BackupError> {
    let (sources, log) = parts::gather(&parts)?;
    let manifest = Manifest {
        form: FORM,
        version: parts.version.to_owned(),
        made: parts.made.to_string(),
        database: parts.census,
        log,
        parts: Vec::new(),
    };
    let drawn = private(draft).and_then(|file| {
        let buffered = BufWriter::with_capacity(256 * 1024, file);
        let (buffered, manifest) = match seal {
            Some(seal) => {
                let (sealed, manifest) = pour(seal.writer(buffered)?, sources, manifest, parts.made)?;
                (sealed.finish()?, manifest)
            }
            None => pour(buffered, sources, manifest, parts.made)?,
        };
        let file = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(manifest)
    });
    drawn.map_err(BackupError::io(draft))
}

fn private(draft: &Path) -> io::Result<File> {
    match fs::remove_file(draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)
}

/// The parts as a compressed archive, the manifest last.
fn pour<W: Write>(
    to: W,
    sources: Vec<Source>,
    mut manifest: Manifest,
    made: Timestamp,
) -> io::Result<(W, Manifest)> {
    let mut archive = Builder::new(GzEncoder::new(to, Compression::fast()));
    for source in sources {
        let part = put(&mut archive, source, made)?;
        manifest.parts.push(part);
    }
    let text = serde_json::to_vec_pretty(&manifest)?;
    let mut header = header(text.len() as u64, made);
    archive.append_data(&mut header, MANIFEST, text.as_slice())?;
    Ok((archive.into_inner()?.finish()?, manifest))
}

fn put<W: Write>(archive: &mut Builder<W>, source: Source, made: Timestamp) -> io::Result<Part> {
    let Source { name, bytes, from } = source;
    let mut hashing = Hashing::new(from.take(bytes));
    let mut header = header(bytes, made);
    archive.append_data(&mut header, &name, &mut hashing)?;
    let (sum, read) = hashing.end();
    if read != bytes {
        return Err(io::Error::new(ErrorKind::UnexpectedEof, format!("{name} became shorter meanwhile")));
    }
    Ok(Part { name, bytes, sha256: sum })
}

fn header(bytes: u64, made: Timestamp) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(made.seconds()).unwrap_or(0));
    header
}
