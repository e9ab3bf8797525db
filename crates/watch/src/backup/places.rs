//! Where the parts of a backup belong in a folder, and which have no place there.
//!
//! The same is asked when a backup is proved and when it is unpacked: what a restore would refuse is no whole backup.

use std::{
    collections::BTreeSet,
    io::{self, ErrorKind},
    path::{Component, Path, PathBuf},
};

use super::{DATA, SETTINGS, deployment, lock};

/// What the file of the settings is called in a folder that was restored: they are looked at before they are used.
pub(super) const SETTINGS_HERE: &str = "settings.from-backup.toml";
/// What proves the security log.
pub(super) const ANCHOR: &str = "security-log.anchor";
/// The book of its days.
pub(super) const DAYS: &str = "security-log.days";
/// Files that are held, or made anew, by whoever works on the folder: of no backup, and not to be put down by one.
const OF_THE_FOLDER: [&str; 10] = [
    "aspis.db-wal",
    "aspis.db-shm",
    "aspis.db-journal",
    "lock",
    "control.sock",
    "security-log.lock",
    ".restoring",
    deployment::FILE,
    lock::BACKUPS,
    lock::COPY,
];

/// True for a file at the top of a data folder that belongs to the place, not to what is kept in it.
pub(super) fn is_of_the_folder(name: &str) -> bool {
    OF_THE_FOLDER.contains(&name)
}

pub(super) fn wrong(why: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why.into())
}

/// The places that were given away.
#[derive(Debug, Default)]
pub(super) struct Places {
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl Places {
    /// Where a part belongs, below the folder whatever its name says; none where it is of no use.
    pub(super) fn take(&mut self, name: &str) -> io::Result<Option<PathBuf>> {
        let inner = inner(name)?;
        // Earlier releases packed what a restore had put down, beside the settings themselves.
        let kept = name == SETTINGS || inner != Path::new(SETTINGS_HERE);
        if !kept {
            return Ok(None);
        }
        let above: Vec<_> = inner.ancestors().skip(1).map(Path::to_owned).collect();
        let is_taken = self.folders.contains(&inner) || above.iter().any(|path| self.files.contains(path));
        self.folders.extend(above);
        if is_taken || !self.files.insert(inner.clone()) {
            return Err(wrong(format!("{name:?} stands where another part stands")));
        }
        Ok(Some(inner))
    }
}

fn inner(name: &str) -> io::Result<PathBuf> {
    if name == SETTINGS {
        return Ok(PathBuf::from(SETTINGS_HERE));
    }
    let inner = name.strip_prefix(DATA).ok_or_else(|| wrong(format!("{name:?} is no part of a backup")))?;
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let is_below = !inner.is_empty() && Path::new(inner).components().all(plain) && !inner.contains('\0');
    if !is_below {
        return Err(wrong(format!("{name:?} leads out of the folder")));
    }
    // Two ways to write one place are one.
    let inner: PathBuf = Path::new(inner).components().collect();
    if inner.to_str().is_some_and(is_of_the_folder) {
        return Err(wrong(format!("{name:?} belongs to a folder that is worked on, and to no backup")));
    }
    Ok(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_given_away_once() {
        let mut places = Places::default();
        let mut take = |name: &str| places.take(name).map_err(|error| error.to_string());
        assert_eq!(take("data/aspis.db"), Ok(Some("aspis.db".into())));
        assert_eq!(take("data/acme/account"), Ok(Some("acme/account".into())));
        assert_eq!(take("data/settings.from-backup.toml"), Ok(None), "of an earlier release");
        assert_eq!(take("settings/aspis.toml"), Ok(Some("settings.from-backup.toml".into())));
        for again in [
            "data/aspis.db",
            "data/acme/./account",
            "data/acme//account",
            "data/acme",
            "data/aspis.db/x",
            "settings/aspis.toml",
        ] {
            assert!(take(again).is_err_and(|says| says.contains("another part")), "{again}");
        }
        for held in OF_THE_FOLDER {
            assert!(take(&format!("data/{held}")).is_err_and(|says| says.contains("worked on")), "{held}");
        }
        assert!(take("data/letters/lock").is_ok(), "only at the top");
    }
}
