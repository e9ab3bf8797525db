//! Making one, beside a server that works or without one.

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::{chance::Chance, clock::Clock};
use aspis_store_sql::{OpenError, backup as database, copy::fetch};
use aspis_watch::backup::{BackupError, Copying, Database, Deployment, Folder, Manifest, Tidied};

use crate::{
    home::{At, Home},
    settings::Settings,
};

mod work;

use work::Work;

/// What is to be made.
pub(crate) struct Order {
    pub(crate) settings: Settings,
    pub(crate) target: Target,
    pub(crate) why: Why,
    /// It is encrypted, whatever the settings say.
    pub(crate) encrypt: bool,
    /// It may be in clear beside others that are encrypted.
    pub(crate) clear: bool,
    /// The settings are those of the server. By others nothing is removed.
    pub(crate) known: bool,
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

/// What it is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// For every day.
    Daily,
    /// For the way back from a release that changes the database.
    Upgrade,
}

/// A backup that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    /// Of the file.
    pub(crate) bytes: u64,
    pub(crate) sealed: bool,
    pub(crate) manifest: Manifest,
    /// What became of older ones.
    pub(crate) tidied: Tidied,
    /// It was there already, of the same database.
    pub(crate) is_old: bool,
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
    #[error("there is no folder {}: make it first, closed to others (mkdir -m 700)", .0.display())]
    NoFolder(PathBuf),
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
    #[error(
        "the backups in {} are encrypted, and this one would not be: name the settings of the server by --config, or say \
        --encrypt or --clear", .0.display()
    )]
    Clear(PathBuf),
    #[error("the work was ended")]
    Ended,
}

impl MakeError {
    /// True where another one is being made at this moment.
    pub(crate) const fn is_busy(&self) -> bool {
        matches!(self, Self::Backup(BackupError::Busy(_)))
    }

    /// The word of it, which names no file.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Nothing(_) => "no_database",
            Self::NoFolder(_) => "no_folder",
            Self::Database(_) => "database",
            Self::Backup(BackupError::Busy(_)) => "busy",
            Self::Backup(BackupError::Taken(_)) => "taken",
            Self::Backup(BackupError::Open { .. } | BackupError::Foreign(_)) => "folder_open",
            Self::Backup(_) | Self::Io { .. } => "not_written",
            Self::Clear(_) => "in_clear",
            Self::Passphrase | Self::Unreadable(_) => "passphrase",
            Self::Ended => "ended",
        }
    }
}

/// Makes it. What has its name is whole and was read back.
pub(crate) async fn make(order: Order) -> Result<Made, MakeError> {
    let data = order.settings.server.data.as_path();
    let home = Home::of(&order.settings);
    if let Some(live) = home.file().filter(|live| !live.exists()) {
        return Err(MakeError::Nothing(live.to_owned()));
    }
    let seal = super::seal(&order.settings, &order.chance).map_err(MakeError::Unreadable)?;
    let sealed = order.encrypt || order.settings.backup.encrypt;
    if sealed && seal.is_none() {
        return Err(MakeError::Passphrase);
    }
    let copying = Copying::begin(data)?;
    let of = Deployment::ensure(data, order.chance.as_ref())
        .map_err(|cause| MakeError::Io { path: data.to_owned(), cause })?;
    let folder = order.folder(of)?;
    if !sealed && !order.clear && !order.known && order.is_among_others() && folder.holds_sealed()? {
        return Err(MakeError::Clear(folder.path().to_owned()));
    }
    let made = order.clock.now();
    let census = copied(&home, copying.path()).await?;
    let seal = seal.filter(|_| sealed);
    let work = move || Work { order, folder, copying, seal, made }.pack(census);
    tokio::task::spawn_blocking(work).await.map_err(|_| MakeError::Ended)?
}

/// The database as of one moment, in a file that nobody else can read; and what is in it. A server's is fetched into a
/// file, too: it is proved in the same way, and goes back to any server, or to a machine that has none.
async fn copied(live: &Home, copy: &Path) -> Result<Database, MakeError> {
    let io = |cause| MakeError::Io { path: copy.to_owned(), cause };
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(copy).map_err(io)?;
    match live.at() {
        At::File(live) => database::copy(live, copy).await?,
        At::Server(server) => fetch(server, copy).await?,
    }
    Ok(super::described(&database::census(copy).await?))
}

impl Order {
    /// The folder that it goes to, looked at and taken.
    fn folder(&self, of: Deployment) -> Result<Folder, MakeError> {
        let path = match &self.target {
            Target::Kept => super::folder(&self.settings),
            Target::Folder(folder) => folder.clone(),
            Target::File(path) => {
                let above = path.parent().filter(|above| !above.as_os_str().is_empty());
                above.unwrap_or(Path::new(".")).to_owned()
            }
        };
        // A name that was mistyped would else become a folder.
        if self.target != Target::Kept && !path.is_dir() {
            return Err(MakeError::NoFolder(path));
        }
        Folder::judge(&path, self.target == Target::Kept)?;
        Ok(Folder::open(&path, of)?)
    }

    /// A file by a name of its own is nobody's but the one's who named it.
    const fn is_among_others(&self) -> bool {
        !matches!(self.target, Target::File(_))
    }
}
