//! How letters leave: by mail where the settings name a server, else into the data folder, for the operator.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::{
    chance::Chance,
    clock::Clock,
    courier::{Courier, Letter},
    hex,
    secret::SecretText,
};
use aspis_watch::mail::{MailError, Mailer, Worker};

use sha2::{Digest, Sha256};

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
        let path = self.0.join(file_name(&letter.to));
        if !path.exists() && std::fs::read_dir(&self.0)?.count() >= MOST {
            return Err(std::io::Error::other("a thousand letters wait already"));
        }
        let text = SecretText::new(format!("To: {}\n\n{}", letter.to, letter.text.expose()));
        super::folder::keep_at(&path, text.expose())
    }
}

/// What a person can read of the address, and what no other address has.
fn file_name(address: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "@.-".contains(c) { c } else { '_' };
    let readable: String = address.chars().take(80).map(plain).collect();
    let hash = hex::encode(&Sha256::digest(address.as_bytes())[..8]);
    format!("{readable}-{hash}.txt")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str) -> Letter {
        Letter { to: to.to_owned(), subject: "A link".to_owned(), text: SecretText::new(format!("for {to}")) }
    }

    #[test]
    fn everybody_has_a_file_of_their_own() {
        let home = tempfile::tempdir().expect("a folder");
        let desk = Desk::new(home.path());
        let long = format!("{}@example.org", "a".repeat(240));
        let people = ["o'brien@example.org", "o_brien@example.org", "o/brien@example.org", &long];
        for to in people {
            desk.put(&letter(to)).expect("written");
        }
        let files: Vec<_> = std::fs::read_dir(home.path().join("letters")).expect("a folder").collect();
        assert_eq!(files.len(), people.len());
        for to in people {
            let path = home.path().join("letters").join(file_name(to));
            let text = std::fs::read_to_string(path).expect("a file");
            assert!(
                text.starts_with(&format!("To: {to}\n")) && text.contains(&format!("for {to}")),
                "{text}"
            );
        }
    }
}
