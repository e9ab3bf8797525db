//! A glance at a file: is it a backup? By its first bytes and its last ones, and without its passphrase.
//!
//! It tells what is empty, foreign or cut from what was written whole. Deliberately not here: proof, which reads it all.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::read::GzDecoder;
use nix::fcntl::OFlag;

use super::{DATABASE, sealed};
use crate::file;

/// The head of an encrypted file, at least, with the nonce and the seal of its first chunk.
const SEALED_LEAST: u64 = 200;
/// The unit of an archive, in bytes.
const BLOCK: u32 = 512;
/// The bytes of an archive's first entry in which its name stands.
const NAME: usize = 100;

/// True for a file that begins and ends as a backup does. Links and what is no file are none.
pub(super) fn is_whole(path: &Path, is_sealed: bool) -> bool {
    let looked = open(path).and_then(|mut file| {
        if is_sealed { is_sealed_whole(&file) } else { Ok(begins_as_ours(&file)? && ends_whole(&mut file)?) }
    });
    looked.unwrap_or(false)
}

/// True for a file that begins as a backup, by whatever name it goes.
pub(super) fn is_backup(file: &mut File) -> io::Result<bool> {
    let found = is_sealed_whole(file)? || begins_as_ours(file)?;
    file.rewind()?;
    Ok(found)
}

fn open(path: &Path) -> io::Result<File> {
    file::open_with(OpenOptions::new().read(true), OFlag::O_NOFOLLOW, path)
}

fn is_sealed_whole(mut file: &File) -> io::Result<bool> {
    let mut first = Vec::new();
    file.rewind()?;
    file.take(64).read_to_end(&mut first)?;
    Ok(sealed::is_sealed(&first) && file.metadata()?.len() >= SEALED_LEAST)
}

/// The first part of each is the database.
fn begins_as_ours(mut file: &File) -> io::Result<bool> {
    file.rewind()?;
    let mut name = [0; NAME];
    // What cannot be unpacked is none.
    Ok(GzDecoder::new(file.take(64 * 1024)).read_exact(&mut name).is_ok()
        && name.split(|byte| *byte == 0).next() == Some(DATABASE.as_bytes()))
}

/// The last bytes of a compressed archive say how long it is unpacked, in blocks: those of one that was cut say anything.
fn ends_whole(file: &mut File) -> io::Result<bool> {
    let mut last = [0; 4];
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut last)?;
    let length = u32::from_le_bytes(last);
    Ok(length.is_multiple_of(BLOCK) && last != [0; 4])
}
