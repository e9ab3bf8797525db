//! One folder in the place of another, in one step: whenever the process ends, the old one stands there or the new one, whole.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::Path,
};

use nix::{
    errno::Errno,
    fcntl::{AT_FDCWD, RenameFlags, renameat2},
};

/// Puts `new` in the place of `old`, where there is none.
pub(super) fn place(new: &Path, old: &Path) -> io::Result<()> {
    renameat2(AT_FDCWD, new, AT_FDCWD, old, RenameFlags::RENAME_NOREPLACE).or_else(|error| {
        // A file system that cannot say so in one step is asked before.
        let plain = matches!(error, Errno::EINVAL | Errno::ENOSYS) && !old.exists();
        if plain { fs::rename(new, old) } else { Err(error.into()) }
    })?;
    sync(old)
}

/// Puts `new` in the place of `old`, which is called `aside` from then on.
pub(super) fn exchange(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    match renameat2(AT_FDCWD, new, AT_FDCWD, old, RenameFlags::RENAME_EXCHANGE) {
        Ok(()) => {
            sync(old)?;
            fs::rename(new, aside)?;
        }
        Err(Errno::EINVAL | Errno::ENOSYS) => two_steps(new, old, aside)?,
        Err(error) => return Err(error.into()),
    }
    sync(old)
}

/// Where the file system knows no exchange. Between the two nothing stands at the old place, and both lie beside it.
fn two_steps(new: &Path, old: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(old, aside)?;
    fs::rename(new, old).inspect_err(|_| {
        // The first error is the one to be told.
        let _ = fs::rename(aside, old);
    })
}

/// True for an error that says: this folder cannot be moved, because something is mounted there.
pub(super) fn is_mounted(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ResourceBusy | ErrorKind::CrossesDevices)
}

fn sync(of: &Path) -> io::Result<()> {
    let above = of.parent().filter(|above| !above.as_os_str().is_empty());
    File::open(above.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stands_for_the_other_and_the_old_one_lies_aside() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        for name in ["old", "new"] {
            fs::create_dir(at(name)).expect("made");
            fs::write(at(name).join("who"), name).expect("written");
        }
        exchange(&at("new"), &at("old"), &at("aside")).expect("swapped");
        let who = |name: &str| fs::read_to_string(at(name).join("who")).expect("there");
        assert_eq!((who("old"), who("aside"), at("new").exists()), ("new".into(), "old".into(), false));
        assert!(place(&at("aside"), &at("old")).is_err(), "nothing is written over");
        place(&at("aside"), &at("free")).expect("placed");
        assert_eq!(who("free"), "old");
        two_steps(&at("free"), &at("old"), &at("aside")).expect("swapped");
        assert_eq!((who("old"), who("aside")), ("old".into(), "new".into()));
    }
}
