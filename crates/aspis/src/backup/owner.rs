//! Whose the files are: root makes them for the one whose data folder it is, who has to be able to go on with them.

use std::{
    ffi::CString,
    fs, io,
    os::unix::fs::{MetadataExt, lchown},
    path::Path,
};

use nix::unistd::{Gid, Uid, User, geteuid, getuid, initgroups, setgroups, setresgid, setresuid};

/// Root works in another user's folder as that user from here on: whoever owns it can put a link into it at any moment, and
/// may then reach nothing that was not theirs before. Who gave the command stays known by the real user.
pub(crate) fn step_down(folder: &Path) -> io::Result<()> {
    match Owner::of(folder) {
        Some(owner) if owner.user != 0 => owner.act(),
        _ => Ok(()),
    }
}

/// A user and a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// Of a folder that is there; none for anybody but root, who alone can give something away.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        if !geteuid().is_root() {
            return None;
        }
        // A link is whoever's who has put it there: it may lead to a folder of somebody else's.
        let link = fs::symlink_metadata(folder).ok().filter(|link| link.is_symlink() && link.uid() != 0);
        let found = link.or_else(|| fs::metadata(folder).ok())?;
        Some(Self { user: found.uid(), group: found.gid() })
    }

    fn act(self) -> io::Result<()> {
        let user = Uid::from_raw(self.user);
        let known = User::from_uid(user)?;
        let group = known.as_ref().map_or(Gid::from_raw(self.group), |known| known.gid);
        match known.and_then(|known| CString::new(known.name).ok()) {
            Some(name) => initgroups(&name, group)?,
            None => setgroups(&[group])?,
        }
        setresgid(group, group, group)?;
        setresuid(getuid(), user, user)?;
        Ok(())
    }

    /// Gives a file or folder to this owner.
    pub(super) fn give(self, path: &Path) -> io::Result<()> {
        lchown(path, Some(self.user), Some(self.group))
    }

    /// Gives a folder, with all that is in it.
    pub(super) fn give_all(self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.give_all(&entry.path())?;
            } else {
                self.give(&entry.path())?;
            }
        }
        self.give(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_root_makes_is_given_to_the_owner_of_the_folder() {
        let root = tempfile::tempdir().expect("a folder");
        let (data, deep) = (root.path().join("data"), root.path().join("new/deep"));
        fs::create_dir(&data).expect("made");
        fs::create_dir_all(&deep).expect("made");
        fs::write(deep.join("file"), "x").expect("written");
        if lchown(&data, Some(4242), Some(4243)).is_err() {
            assert_eq!(Owner::of(&data), None, "whoever is not root gives nothing away");
            return;
        }
        let owner = Owner::of(&data).expect("root");
        owner.give_all(&root.path().join("new")).expect("given");
        for path in [root.path().join("new"), deep.clone(), deep.join("file")] {
            let found = fs::metadata(path).expect("there");
            assert_eq!((found.uid(), found.gid()), (4242, 4243));
        }
    }
}
