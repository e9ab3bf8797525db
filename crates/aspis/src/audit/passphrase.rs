//! The passphrase of the backups: how hard it is to guess, and whether it lies where they or the data lie.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aspis_identity::password::score;

use super::facts::Sight;
use crate::{backup, settings::Settings};

/// How hard it is to guess, from 0 to 4; nothing where there is none.
pub(super) fn look(settings: &Settings) -> Sight<Option<u8>> {
    let read = backup::passphrase(settings);
    match read {
        Ok(passphrase) => Sight::Seen(passphrase.map(|phrase| score(phrase.expose()))),
        Err(error) => Sight::Hidden(format!("the passphrase of the backups cannot be read: {error}")),
    }
}

/// Where it lies, if that is the data folder or the folder of the backups.
pub(super) fn beside(settings: &Settings, config: Option<&Path>) -> Option<String> {
    let own = &settings.backup;
    let held_by = |file: &&Path| {
        let text = aspis_watch::file::text(file, 1 << 20).unwrap_or_default();
        settings.secrets_in(&text).iter().any(|key| key == "backup.passphrase")
    };
    let files = [own.passphrase_file.get(), config.filter(held_by)];
    let folders =
        [settings.server.data.as_path().to_owned(), backup::folder(settings)].map(|path| real(&path));
    let lies = |file: &&Path| folders.iter().any(|folder| real(file).starts_with(folder));
    files.into_iter().flatten().find(lies).map(|file| file.display().to_string())
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Sources;

    fn settings(set: &[String]) -> Settings {
        let sources = set.iter().cloned().fold(Sources::default(), Sources::set);
        Settings::load(&sources).unwrap_or_else(|problems| panic!("{problems}")).settings
    }

    #[test]
    fn what_everybody_would_guess_is_told_from_words() {
        let of = |phrase: &str| look(&settings(&[format!("backup.passphrase={phrase}")]));
        assert!(matches!(of("aaaaaaaaaaaa"), Sight::Seen(Some(0..=1))));
        assert!(matches!(of("passwordpassword"), Sight::Seen(Some(0..=1))));
        assert!(matches!(of("several unrelated words 42"), Sight::Seen(Some(4))));
        assert_eq!(look(&settings(&[])), Sight::Seen(None));
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("phrase");
        fs::write(&file, "short\n").expect("written");
        let short = settings(&[format!("backup.passphrase_file={}", file.display())]);
        assert!(matches!(look(&short), Sight::Hidden(_)), "it would be refused");
    }

    #[test]
    fn a_key_under_the_mat_is_seen() {
        let root = tempfile::tempdir().expect("a folder");
        let (data, away) = (root.path().join("data"), root.path().join("away"));
        for folder in [&data, &away] {
            fs::create_dir(folder).expect("made");
            fs::write(folder.join("phrase"), "several unrelated words 42\n").expect("written");
            fs::write(folder.join("a.toml"), "[backup]\npassphrase = \"several unrelated words 42\"\n")
                .expect("written");
        }
        let of = |file: &Path, folder: &Path, config: Option<&Path>| {
            let own = settings(&[
                format!("server.data={}", data.display()),
                format!("backup.passphrase_file={}", file.display()),
                format!("backup.folder={}", folder.display()),
            ]);
            beside(&own, config).is_some()
        };
        let backups = root.path().join("backups");
        assert!(of(&data.join("phrase"), &backups, None), "in the data folder");
        assert!(of(&away.join("phrase"), &away, None), "beside the backups");
        assert!(!of(&away.join("phrase"), &backups, None));
        let config = |name: &str| root.path().join(name).join("a.toml");
        let alone = settings(&[
            format!("server.data={}", data.display()),
            "backup.passphrase=several unrelated words 42".to_owned(),
        ]);
        assert!(beside(&alone, Some(&config("data"))).is_some(), "in the settings, in the data folder");
        assert!(beside(&alone, Some(&config("away"))).is_none());
    }
}
