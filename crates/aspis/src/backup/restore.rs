//! Putting a backup back: beside the old folder, proved, and then in its place in one step.
//!
//! What is put back is believed only when each part is what the manifest says, the database is whole, its books balance and
//! hold what they held, and the chain of the security log is unbroken up to the line it had reached.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::{
    chance::Chance,
    clock::Clock,
    event::{Event, Kind, Sink},
    refusal::Rule,
};
use aspis_store_sql::{
    OpenError, backup as database,
    copy::{CopyError, put_back},
};
use aspis_watch::{
    backup::{self as form, BackupError, Deployment, Manifest, Seal},
    security_log::{SecurityLog, verify::verify},
};

use super::owner::{Owner, step_down};
use crate::{home, serve::folder::ShareError, settings::Settings};

mod draft;

use draft::{Draft, Held};

/// What is to be put back.
pub(crate) struct Restore {
    pub(crate) file: PathBuf,
    pub(crate) settings: Settings,
    /// What stands there now is kept under another name.
    pub(crate) aside: bool,
    /// What may have been broken already when the backup was made.
    pub(crate) accepted: Accepted,
    pub(crate) who: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
}

/// What an operator takes back although it was broken: said by name, so that nobody does so unawares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// A chain of the security log that does not hold.
    pub(crate) log: bool,
    /// Books that do not balance.
    pub(crate) books: bool,
}

/// What was put back.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) manifest: Manifest,
    pub(crate) data: PathBuf,
    /// Where the old folder is now.
    pub(crate) aside: Option<PathBuf>,
    /// Old folders that a restore which was killed had hidden, and where they are now.
    pub(crate) found: Vec<PathBuf>,
}

/// Why nothing was put back. All is as it was, but where it says otherwise.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RestoreError {
    #[error("a server is running on the data folder {}: stop it first", .0.display())]
    Live(PathBuf),
    #[error("the data folder {} is not empty: --aside keeps it under another name", .0.display())]
    NotEmpty(PathBuf),
    #[error("{} is a mount point, and cannot be exchanged: name a folder below it as the data folder", .0.display())]
    Mounted(PathBuf),
    #[error("{}: {cause}", path.display())]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "the backup stands at {}{old}; but the disk could not be told to keep it so, or the old folder not be moved: {cause}",
        data.display()
    )]
    Unsure { data: PathBuf, old: String, cause: io::Error },
    #[error(
        "nothing stands at {} now: the backup could not be put there ({cause}), and what stood there lies at {}: move it back",
        data.display(), old.display()
    )]
    Between { data: PathBuf, old: PathBuf, cause: io::Error },
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("the database in it: {0}")]
    Database(#[from] OpenError),
    #[error("the server of store.database: {0}")]
    Copy(#[from] CopyError),
    #[error(transparent)]
    Shared(#[from] ShareError),
    #[error("the passphrase cannot be read: {0}")]
    Unreadable(io::Error),
    #[error("it is not what it was: {0}")]
    Differs(&'static str),
    #[error(
        "the chain of the security log was broken already when the backup was made ({0} findings): \
        --accept-broken-log puts it back all the same; aspis log verify then says where"
    )]
    BrokenLog(usize),
    #[error(
        "the books did not balance already when the backup was made: --accept-broken-books puts them back all the same"
    )]
    BrokenBooks,
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> RestoreError + '_ {
    move |cause| RestoreError::Io { path: path.to_owned(), cause }
}

/// Puts it back, or changes nothing.
pub(crate) async fn restore(asked: Restore) -> Result<Restored, RestoreError> {
    let seal = super::seal(&asked.settings, &asked.chance).map_err(RestoreError::Unreadable)?;
    let data = std::path::absolute(asked.settings.server.data.as_path()).map_err(io_at(&asked.file))?;
    let data = fs::canonicalize(&data).unwrap_or(data);
    // Whoever owns the folder above can put anything in the place of what is made there.
    let above = data.ancestors().skip(1).find(|above| above.exists()).unwrap_or(Path::new("/"));
    step_down(above).map_err(io_at(above))?;
    let held = Held::of(&data)?;
    if held.is_full && !asked.aside {
        return Err(RestoreError::NotEmpty(data));
    }
    let seconds = asked.clock.now().seconds();
    let found = draft::unhide(&data, seconds)?;
    for old in &found {
        keep_backups(&asked.settings, old, &data);
    }
    let draft = Draft::beside(&data)?;
    let owner = Owner::of(&data);
    let manifest = asked.fill(&draft, seal.as_ref()).await?;
    if let Some(of) = Deployment::of(&data).map_err(io_at(&data))? {
        of.keep(&draft.path).map_err(io_at(&draft.path))?;
    }
    owner.map_or(Ok(()), |owner| owner.give_all(&draft.path)).map_err(io_at(&data))?;
    let aside = draft.settle(&data, &held, seconds)?;
    if let Some(aside) = &aside {
        keep_backups(&asked.settings, aside, &data);
    }
    Ok(Restored { manifest, data, aside, found })
}

impl Restore {
    async fn fill(&self, draft: &Draft, seal: Option<&Seal>) -> Result<Manifest, RestoreError> {
        let to = &draft.path;
        let manifest = form::extract(&self.file, seal, to)?;
        let path = crate::serve::database(to);
        let census = super::described(&database::census(&path).await?);
        if census != manifest.database {
            return Err(RestoreError::Differs("the database holds something else than when it was copied"));
        }
        if !manifest.database.ledger.balanced && !self.accepted.books {
            return Err(RestoreError::BrokenBooks);
        }
        prove_log(to, &manifest, self.accepted)?;
        if let Some(server) = home::server(&self.settings) {
            put_back(&path, &server).await?;
            fs::remove_file(&path).map_err(io_at(&path))?;
        }
        let log = SecurityLog::open(to, self.options()).map_err(io_at(to))?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let place = Some(format!("{}: {name} of {}", self.who, manifest.made));
        let rule = Some(Rule { place, ..Rule::named(Kind::Restored.word()) });
        log.record(Event { rule, ..Event::of_server(Kind::Restored, self.clock.now()) });
        log.close();
        Ok(manifest)
    }

    fn options(&self) -> aspis_watch::security_log::Options {
        crate::serve::log::options(&self.settings, &self.chance, self.clock.now())
    }
}

/// Backups that lie in the data folder stay where they are looked for; what is there already is not written over.
fn keep_backups(settings: &Settings, aside: &Path, data: &Path) {
    let folder = std::path::absolute(super::folder(settings)).unwrap_or_default();
    let above = std::path::absolute(settings.server.data.as_path()).unwrap_or_default();
    let Ok(inner) = folder.strip_prefix(&above) else { return };
    if inner.components().count() != 1 || fs::symlink_metadata(data.join(inner)).is_ok() {
        return;
    }
    match fs::rename(aside.join(inner), data.join(inner)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(%error, "the backups stay in the old folder");
        }
        _ => {}
    }
}

/// The chain holds up to the line it had reached.
fn prove_log(to: &Path, manifest: &Manifest, accepted: Accepted) -> Result<(), RestoreError> {
    let Some(said) = &manifest.log else { return Ok(()) };
    let report = verify(to, &|| true).map_err(io_at(to))?;
    if report.last != said.last {
        return Err(RestoreError::Differs("the chain of the security log ends elsewhere"));
    }
    match report.findings.len() {
        broken if !report.ok && !accepted.log => Err(RestoreError::BrokenLog(broken)),
        broken => {
            if broken > 0 {
                tracing::warn!(findings = broken, "the security log was broken when it was backed up");
            }
            Ok(())
        }
    }
}
