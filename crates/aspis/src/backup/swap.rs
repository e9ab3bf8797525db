//! One folder in the place of another, in one step: whenever the process ends, the old one stands there or the new one, whole.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use nix::{
    errno::Errno,
    fcntl::{AT_FDCWD, RenameFlags, renameat2},
};

/// How far it had come when it failed.
#[derive(Debug)]
pub(super) enum SwapError {
    /// Nothing was changed.
    Before(io::Error),
    /// The new folder stands there, and the old one, where there was one, lies somewhere: whether a failure of the power
    /// would leave it so nobody knows.
    After { old: Option<PathBuf>, cause: io::Error },
    /// Nothing stands there: the old folder could not be put back from where it lies.
    Between { old: PathBuf, cause: io::Error },
}

impl From<io::Error> for SwapError {
    fn from(cause: io::Error) -> Self {
        Self::Before(cause)
    }
}

/// Puts `new` in the place of `old`, where there is none.
pub(super) fn place(new: &Path, old: &Path) -> Result<(), SwapError> {
    renameat2(AT_FDCWD, new, AT_FDCWD, old, RenameFlags::RENAME_NOREPLACE).or_else(|error| {
        // A file system that cannot say so in one step is asked before.
        let plain = matches!(error, Errno::EINVAL | Errno::ENOSYS) && !old.exists();
        if plain { fs::rename(new, old) } else { Err(error.into()) }
    })?;
    sync(old).map_err(|cause| SwapError::After { old: None, cause })
}

/// Puts `new` in the place of `old`, which is called `aside` from then on.
pub(super) fn exchange(new: &Path, old: &Path, aside: &Path) -> Result<(), SwapError> {
    let after = |lies: &Path| {
        let old = Some(lies.to_owned());
        move |cause| SwapError::After { old, cause }
    };
    match renameat2(AT_FDCWD, new, AT_FDCWD, old, RenameFlags::RENAME_EXCHANGE) {
        Ok(()) => {
            sync(old).map_err(after(new))?;
            fs::rename(new, aside).map_err(after(new))?;
        }
        Err(Errno::EINVAL | Errno::ENOSYS) => two_steps(new, old, aside)?,
        Err(error) => return Err(io::Error::from(error).into()),
    }
    sync(old).map_err(after(aside))
}

/// Where the file system knows no exchange. Between the two nothing stands at the old place, and both lie beside it.
fn two_steps(new: &Path, old: &Path, aside: &Path) -> Result<(), SwapError> {
    fs::rename(old, aside)?;
    fs::rename(new, old).map_err(|cause| match fs::rename(aside, old) {
        Ok(()) => SwapError::Before(cause),
        // The first error is the one to be told.
        Err(_) => SwapError::Between { old: aside.to_owned(), cause },
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

    /// What is told of a failure is what stands there then.
    #[test]
    fn how_far_it_came_is_said() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        for name in ["old", "new", "full"] {
            fs::create_dir(at(name)).expect("made");
            fs::write(at(name).join("who"), name).expect("written");
        }
        let who = |name: &str| fs::read_to_string(at(name).join("who")).expect("there");
        assert!(matches!(exchange(&at("none"), &at("old"), &at("aside")), Err(SwapError::Before(_))));
        assert!(matches!(two_steps(&at("none"), &at("old"), &at("aside")), Err(SwapError::Before(_))));
        assert_eq!((who("old"), at("aside").exists()), ("old".into(), false), "put back");
        // A folder that is not empty stands where the old one is to lie.
        match exchange(&at("new"), &at("old"), &at("full")) {
            Err(SwapError::After { old, .. }) => {
                assert_eq!((old, who("old"), who("new")), (Some(at("new")), "new".into(), "old".into()));
            }
            // Where nothing can be exchanged in one step, it was not begun.
            Err(SwapError::Before(_)) => assert_eq!((who("old"), who("new")), ("old".into(), "new".into())),
            other => panic!("{other:?}"),
        }
    }
}
