//! The data folder: 0700, its secrets 0600, one server at a time.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use aspis_watch::file;

mod hold;
mod share;

pub(crate) use hold::{Guest, Hold, HoldError};
pub(crate) use share::{Share, ShareError};

/// The longest of the small secrets, in bytes.
const KEPT: u64 = 64 * 1024;

/// How often it is looked whether the folder is still ours.
const LOOK: Duration = Duration::from_millis(500);

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    #[error("the data folder {} cannot be used: {cause}", path.display())]
    Io { path: PathBuf, cause: io::Error },
    #[error("another server is running on the data folder {}", .0.display())]
    Busy(PathBuf),
}

/// A data folder that is ours for as long as this lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    hold: Arc<Hold>,
}

impl Folder {
    /// Makes the folder where it is missing, closes it to others, and takes it.
    pub(crate) fn open(path: &Path) -> Result<Self, FolderError> {
        let io = |cause| FolderError::Io { path: path.to_owned(), cause };
        make(path).map_err(io)?;
        make(&path.join("logs")).map_err(io)?;
        match Hold::take(path) {
            Ok(hold) => Ok(Self { path: path.to_owned(), hold: Arc::new(hold) }),
            Err(HoldError::Busy) => Err(FolderError::Busy(path.to_owned())),
            Err(HoldError::Io(cause)) => Err(io(cause)),
        }
    }

    /// Ready when the folder is ours no more.
    pub(crate) fn lost(&self) -> impl Future<Output = ()> + use<> {
        let hold = Arc::clone(&self.hold);
        async move {
            let mut looks = 0;
            // Twice: somebody may be about to put it back.
            while looks < 2 {
                tokio::time::sleep(LOOK).await;
                looks = if hold.is_lost() { looks + 1 } else { 0 };
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a small secret in a file of its own.
    pub(crate) fn keep(&self, name: &str, secret: &str) -> io::Result<()> {
        keep_at(&self.path.join(name), secret)
    }

    /// Removes a small secret that is of no use.
    pub(crate) fn forget(&self, name: &str) {
        let _ = fs::remove_file(self.path.join(name));
    }

    /// A secret that was kept.
    pub(crate) fn kept(&self, name: &str) -> Option<String> {
        file::text(&self.path.join(name), KEPT).ok().map(|text| text.trim_end().to_owned())
    }
}

/// Ends the process where its folder is another one's: as if it had been killed, which loses nothing of ours. An orderly
/// end would write to files by their names, and these are the other one's now.
pub(crate) fn abandon(path: &Path) -> ! {
    tracing::error!(
        data = %path.display(),
        "the data folder was moved or removed, or another server runs on it: this one ends at once"
    );
    std::process::exit(1)
}

/// Keeps a small secret in a file that nobody else can read.
pub(super) fn keep_at(path: &Path, secret: &str) -> io::Result<()> {
    let mut file = private().create(true).truncate(true).open(path)?;
    writeln!(file, "{secret}")?;
    file.sync_all()
}

/// Puts a file that nobody else can read in the place of another, in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = private().create(true).truncate(true).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

/// Makes a folder, and closes it to others.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_private_and_has_one_owner() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("deep/data");
        let folder = Folder::open(&path).expect("made");
        assert_eq!(fs::metadata(&path).expect("a folder").permissions().mode() & 0o777, 0o700);
        assert!(matches!(Folder::open(&path), Err(FolderError::Busy(_))));
        folder.keep("secret", "hunter2").expect("written");
        assert_eq!(folder.kept("secret").as_deref(), Some("hunter2"));
        assert_eq!(fs::metadata(path.join("secret")).expect("a file").permissions().mode() & 0o777, 0o600);
        drop(folder);
        assert!(Folder::open(&path).is_ok());
    }

    #[test]
    fn a_file_is_replaced_whole_and_stays_private() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("kept");
        for bytes in [&b"first"[..], b"2nd"] {
            replace(&path, bytes).expect("written");
            assert_eq!(fs::read(&path).expect("there"), bytes);
        }
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(root.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_file_in_its_place_is_said_so() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("data"), "x").expect("written");
        let error = Folder::open(&root.path().join("data")).expect_err("a file is no folder").to_string();
        assert!(error.contains("the data folder") && error.contains("cannot be used"), "{error}");
    }
}
