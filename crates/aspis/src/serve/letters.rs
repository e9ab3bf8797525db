//! How letters leave: by mail where the settings name a server, else into the data folder, for the operator.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::{
    chance::Chance,
    clock::Clock,
    courier::{Courier, Letter},
};
use aspis_watch::mail::{MailError, Mailer, Worker};

use crate::settings::Settings;

/// The mailer of the settings, with its worker.
pub(super) fn mailer(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> Result<Option<(Mailer, Worker)>, MailError> {
    let Some(url) = settings.mail.url.get() else { return Ok(None) };
    let from = settings.mail.from.get().unwrap_or_default();
    Mailer::open(url, from, Arc::clone(clock), Arc::clone(chance)).map(Some)
}

/// The operator's desk: a folder with a file for each person whose link is waiting there.
pub(super) struct Desk(PathBuf);

/// Files on the desk at most.
const MOST: usize = 1000;

impl Desk {
    /// In this data folder.
    pub(super) fn new(data: &Path) -> Self {
        Self(data.join("letters"))
    }

    /// One file a person: a newer letter takes the place of the one before.
    fn put(&self, letter: &Letter) -> std::io::Result<()> {
        super::folder::make(&self.0)?;
        let name: String = letter
            .to
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "@.-_+".contains(c) { c } else { '_' })
            .collect();
        let path = self.0.join(format!("{name}.txt"));
        if !path.exists() && std::fs::read_dir(&self.0)?.count() >= MOST {
            return Err(std::io::Error::other("a thousand letters wait already"));
        }
        super::folder::keep_at(&path, letter.text.expose())
    }
}

impl Courier for Desk {
    fn send(&self, letter: Letter) {
        match self.put(&letter) {
            Ok(()) => {
                tracing::info!(folder = %self.0.display(), "there is no mail: a letter waits for you to hand it over");
            }
            Err(error) => tracing::error!(%error, "a letter could not be put into the data folder"),
        }
    }
}
