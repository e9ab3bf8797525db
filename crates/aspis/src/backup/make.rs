//! Making one, beside a server that works or without one.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
};
use aspis_store_sql::{OpenError, backup as database};
use aspis_watch::backup::{self as form, BackupError, Database, Folder, Manifest, Parts};

use super::owner::Owner;
use crate::settings::Settings;

/// What is to be made.
pub(crate) struct Order {
    pub(crate) settings: Settings,
    pub(crate) target: Target,
    /// It is encrypted, whatever the settings say.
    pub(crate) encrypt: bool,
    /// The file of the settings, where one was named.
    pub(crate) config: Option<PathBuf>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
}

/// Where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Into the folder of the settings, of which those that are too many go.
    Kept,
    /// Into a folder, by a name of its own.
    Folder(PathBuf),
    /// There.
    File(PathBuf),
}

/// A backup that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    /// Of the file.
    pub(crate) bytes: u64,
    pub(crate) sealed: bool,
    pub(crate) manifest: Manifest,
    /// Older ones that went.
    pub(crate) removed: usize,
}

impl Made {
    /// Its name, without the folders before it.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeError {
    #[error("there is no database at {}", .0.display())]
    Nothing(PathBuf),
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("{}: {cause}", path.display())]
    Io { path: PathBuf, cause: io::Error },
    #[error("a passphrase is needed to encrypt: set backup.passphrase or backup.passphrase_file")]
    Passphrase,
    #[error("the passphrase cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("the work was ended")]
    Ended,
}

impl MakeError {
    /// The word of it, which names no file.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Nothing(_) => "no_database",
            Self::Database(_) => "database",
            Self::Backup(BackupError::Busy(_)) => "busy",
            Self::Backup(BackupError::Taken(_)) => "taken",
            Self::Backup(_) | Self::Io { .. } => "not_written",
            Self::Passphrase | Self::Unreadable(_) => "passphrase",
            Self::Ended => "ended",
        }
    }
}

/// Makes it. What has its name is whole and was read back.
pub(crate) async fn make(order: Order) -> Result<Made, MakeError> {
    let live = crate::serve::database(order.settings.server.data.as_path());
    if !live.exists() {
        return Err(MakeError::Nothing(live));
    }
    let seal = super::seal(&order.settings, &order.chance).map_err(MakeError::Unreadable)?;
    let sealed = order.encrypt || order.settings.backup.encrypt;
    if sealed && seal.is_none() {
        return Err(MakeError::Passphrase);
    }
    let folder = Folder::open(&order.folder())?;
    let copy = folder.copy();
    let made = order.clock.now();
    let copied = copied(&live, &copy).await;
    let work = move || {
        let outcome =
            copied.and_then(|census| pack(&order, &folder, census, made, seal.as_ref().filter(|_| sealed)));
        // Cleared away by the next one, where that fails.
        let _ = fs::remove_file(&copy);
        outcome
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| MakeError::Ended)?
}

/// The database as of one moment, in a file that nobody else can read; and what is in it.
async fn copied(live: &Path, copy: &Path) -> Result<Database, MakeError> {
    let io = |cause| MakeError::Io { path: copy.to_owned(), cause };
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(copy).map_err(io)?;
    database::copy(live, copy).await?;
    Ok(super::described(&database::census(copy).await?))
}

fn pack(
    order: &Order,
    folder: &Folder,
    census: Database,
    made: Timestamp,
    seal: Option<&form::Seal>,
) -> Result<Made, MakeError> {
    let path = match &order.target {
        Target::File(path) => path.clone(),
        Target::Kept | Target::Folder(_) => folder.path().join(folder.stamp(made, seal.is_some()).name()),
    };
    let parts = Parts {
        data: order.settings.server.data.as_path(),
        database: &folder.copy(),
        census,
        without: &super::folder(&order.settings),
        settings: order.config.as_deref(),
        version: env!("CARGO_PKG_VERSION"),
        made,
    };
    let manifest = form::write(&path, parts, seal)?;
    if let (Target::Kept, Some(owner)) = (&order.target, Owner::of(order.settings.server.data.as_path())) {
        // What else lies in the folder is not ours to give.
        for made in [folder.path(), &folder.lock(), &path] {
            owner.give(made).map_err(|cause| MakeError::Io { path: path.clone(), cause })?;
        }
    }
    let removed = if order.target == Target::Kept { folder.tidy(super::keep(&order.settings))? } else { 0 };
    let bytes = fs::metadata(&path).map_err(|cause| MakeError::Io { path: path.clone(), cause })?.len();
    Ok(Made { path, bytes, sealed: seal.is_some(), manifest, removed })
}

impl Order {
    fn folder(&self) -> PathBuf {
        match &self.target {
            Target::Kept => super::folder(&self.settings),
            Target::Folder(folder) => folder.clone(),
            Target::File(path) => {
                let above = path.parent().filter(|above| !above.as_os_str().is_empty());
                above.unwrap_or(Path::new(".")).to_owned()
            }
        }
    }
}
