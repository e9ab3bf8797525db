//! Which server a backup is of: several may keep theirs in one folder, and none may clear away another one's.
//!
//! The name is drawn at the first backup and is no part of any: what is put back goes on under the name of the folder that
//! it replaces, and in a new place under a new one, so that a copy never takes the original's backups for its own.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use aspis_core::chance::{self, Chance};
use nix::fcntl::OFlag;

use crate::file;

/// The file in the data folder.
pub(super) const FILE: &str = "deployment";
/// Where it is written before it has its name.
const DRAFT: &str = "deployment.new";
/// The letters of a name.
const LETTERS: usize = 8;

/// One data folder and those that take its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deployment(u32);

impl Deployment {
    /// That of a data folder; none where none was drawn yet.
    pub fn of(data: &Path) -> io::Result<Option<Self>> {
        let path = data.join(FILE);
        let mut text = String::new();
        let read = file::open_with(OpenOptions::new().read(true), OFlag::O_NOFOLLOW, &path)
            .and_then(|file| file.take(64).read_to_string(&mut text));
        match read {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file::at(&path)(error)),
            Ok(_) => Self::parse(text.trim_end()).map(Some).ok_or_else(|| {
                let says = format!("{} is no name of a deployment: remove it", path.display());
                io::Error::new(ErrorKind::InvalidData, says)
            }),
        }
    }

    /// That of a data folder, which is given one where it has none. To be called by whoever makes a backup of it, one
    /// at a time.
    pub fn ensure(data: &Path, chance: &dyn Chance) -> io::Result<Self> {
        if let Some(found) = Self::of(data)? {
            return Ok(found);
        }
        let drawn = Self(u32::from_be_bytes(chance::bytes(chance)));
        drawn.keep(data)?;
        Ok(drawn)
    }

    /// Writes it down, for the folder that takes the place of another.
    pub fn keep(self, data: &Path) -> io::Result<()> {
        let draft = data.join(DRAFT);
        super::remove(&draft)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        writeln!(file, "{}", self.word())?;
        file.sync_all()?;
        fs::rename(&draft, data.join(FILE))
    }

    /// As it stands in the names of files: eight hexadecimal digits.
    pub fn word(self) -> String {
        format!("{:08x}", self.0)
    }

    /// Reads it as it stands in a name.
    pub fn parse(word: &str) -> Option<Self> {
        let plain = word.len() == LETTERS && word.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        u32::from_str_radix(word, 16).ok().filter(|_| plain).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::chance::SeededChance;

    use super::*;

    #[test]
    fn it_is_drawn_once_and_is_not_read_through_a_link() {
        let data = tempfile::tempdir().expect("a folder");
        assert_eq!(Deployment::of(data.path()).expect("read"), None);
        let drawn = Deployment::ensure(data.path(), &SeededChance::new(1)).expect("drawn");
        assert_eq!(Deployment::ensure(data.path(), &SeededChance::new(2)).expect("read"), drawn);
        assert_eq!(Deployment::parse(&drawn.word()), Some(drawn));
        for other in ["", "1234567", "123456789", "+1234567", "ABCDEF01", "é123456"] {
            assert_eq!(Deployment::parse(other), None, "{other}");
        }
        let at = data.path().join(FILE);
        fs::write(&at, "what is this").expect("written");
        assert!(Deployment::of(data.path()).expect_err("no name").to_string().contains("remove it"));
        fs::remove_file(&at).expect("removed");
        std::os::unix::fs::symlink("/etc/hostname", &at).expect("linked");
        assert!(Deployment::of(data.path()).is_err());
    }
}
