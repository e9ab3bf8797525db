use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use aspis_core::{
    chance::SeededChance,
    clock::Timestamp,
    event::{Event, Kind, Sink},
    secret::SecretText,
};
use tempfile::TempDir;

use super::*;
use crate::security_log::{Options, SecurityLog, verify::verify};

mod folder;
mod made;

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

/// A data folder with something of everything in it, and a folder for backups inside.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().expect("a folder"));
        let data = home.data();
        fs::create_dir_all(data.join("acme")).expect("made");
        fs::create_dir_all(data.join("backups")).expect("made");
        fs::create_dir_all(data.join("copies")).expect("made");
        for (name, text) in [
            ("acme/account", "an account"),
            ("demo-password", "correct horse"),
            ("lock", ""),
            ("aspis.db-wal", "not copied"),
            ("aspis.db", "the live file"),
            ("backups/old", "x"),
            ("half.new", "x"),
            ("settings.from-backup.toml", "of a restore"),
            ("control.sock", "left behind"),
            ("deployment", "0badcafe"),
            (".aspis-copy.part", "killed"),
            ("copies/aspis-20261122T031509Z.tar.gz", "an old one"),
            ("copies/aspis-20261122T031509Z-0badcafe.tar.gz.age", "another"),
        ] {
            fs::write(data.join(name), text).expect("written");
        }
        std::os::unix::fs::symlink("/etc/hostname", data.join("link")).expect("made");
        fs::write(home.0.path().join("copy.db"), "a copy of the database").expect("written");
        let log = home.log();
        for kind in [Kind::Started, Kind::SignedIn, Kind::Stopped] {
            log.record(Event::of_server(kind, NOW));
        }
        log.close();
        home
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn log(&self) -> SecurityLog {
        SecurityLog::open(&self.data(), Options::new(Arc::new(SeededChance::new(1)), NOW)).expect("a log")
    }

    fn write(&self, name: &str, seal: Option<&Seal>) -> Result<(PathBuf, Manifest), BackupError> {
        let (data, to, settings) = (self.data(), self.0.path().join(name), self.settings());
        let parts = Parts {
            data: &data,
            database: &self.0.path().join("copy.db"),
            census: Database { schema: 11, ..Database::default() },
            without: &data.join("backups"),
            settings: settings.as_deref(),
            version: "1.2.3",
            made: NOW,
        };
        write(&to, parts, seal).map(|manifest| (to, manifest))
    }

    /// A file of settings, where there is one beside the data.
    fn settings(&self) -> Option<PathBuf> {
        Some(self.0.path().join("aspis.toml")).filter(|path| path.exists())
    }

    fn fresh(&self, name: &str) -> PathBuf {
        let folder = self.0.path().join(name);
        fs::create_dir(&folder).expect("made");
        folder
    }
}

fn seal(passphrase: &str) -> Seal {
    Seal { passphrase: SecretText::new(passphrase), cost: Cost(4), chance: Arc::new(SeededChance::new(3)) }
}

#[test]
fn everything_that_a_folder_needs_comes_back() {
    let home = Home::new();
    for (name, seal) in [("plain", None), ("sealed", Some(seal("a phrase")))] {
        let (file, manifest) = home.write(name, seal.as_ref()).expect("written");
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        let to = home.fresh(&format!("to-{name}"));
        assert_eq!(extract(&file, seal.as_ref(), &to).expect("read"), manifest);
        let names: Vec<_> = manifest.parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "data/aspis.db",
                "data/logs/security.log",
                "data/security-log.anchor",
                "data/security-log.days",
                "data/acme/account",
                "data/demo-password",
                "data/security-log.key",
            ]
        );
        assert_eq!(fs::read_to_string(to.join("aspis.db")).expect("there"), "a copy of the database");
        assert_eq!(fs::metadata(to.join("acme/account")).expect("there").permissions().mode() & 0o777, 0o600);
        let report = verify(&to, &|| true).expect("a log");
        assert!(report.ok && report.last == manifest.log.as_ref().expect("a log").last, "{report:?}");
        let clear = fs::read(&file).expect("read").windows(9).any(|part| part == b"data/acme");
        assert!(!clear, "packed, and sealed where asked");
    }
}

#[test]
fn what_is_written_later_is_no_part_of_it() {
    let home = Home::new();
    let (file, manifest) = home.write("plain", None).expect("written");
    let log = home.log();
    log.record(Event::of_server(Kind::Started, NOW));
    log.close();
    let to = home.fresh("to");
    extract(&file, None, &to).expect("read");
    let restored = verify(&to, &|| true).expect("a log");
    assert_eq!((restored.ok, Some(restored.last)), (true, manifest.log.map(|log| log.last)));
    assert!(verify(&home.data(), &|| true).expect("a log").last > restored.last);
}

#[test]
fn nothing_is_written_over_and_nothing_half_made_is_left() {
    let home = Home::new();
    home.write("backup", None).expect("written");
    assert!(matches!(home.write("backup", None), Err(BackupError::Taken(_))));
    fs::remove_file(home.0.path().join("copy.db")).expect("removed");
    assert!(matches!(home.write("other", None), Err(BackupError::Broken { .. })), "without a database");
    let left: Vec<_> = fs::read_dir(home.0.path()).expect("read").filter_map(Result::ok).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut all).expect("an archive");
    all
}

#[test]
fn a_backup_that_was_changed_is_not_whole() {
    let home = Home::new();
    for (name, seal) in [("plain", None), ("sealed", Some(seal("a phrase")))] {
        let (file, manifest) = home.write(name, seal.as_ref()).expect("written");
        let whole = fs::read(&file).expect("read");
        let judge = |bytes: &[u8]| {
            fs::write(&file, bytes).expect("written");
            prove(&file, seal.as_ref())
        };
        assert!(judge(&whole).is_ok());
        for at in (10..whole.len()).step_by(7) {
            let mut changed = whole.clone();
            changed[at] ^= 0x20;
            match judge(&changed) {
                // Some bits say nothing, or the same in another way: zeros that are repeated from elsewhere are zeros.
                Ok(same) => {
                    assert_eq!((&same, name), (&manifest, "plain"));
                    assert_eq!(unpacked(&changed), unpacked(&whole), "byte {at}");
                }
                Err(error) => assert!(!error.to_string().contains("cause"), "{error}"),
            }
            assert!(judge(&whole[..at]).is_err(), "{name}: cut at {at}");
        }
        assert!(judge(&[&whole[..], b"more"].concat()).is_err());
    }
}

#[test]
fn the_passphrase_is_asked_for_and_told_wrong() {
    let home = Home::new();
    let (file, _) = home.write("sealed", Some(&seal("a phrase"))).expect("written");
    assert_eq!(kind(&file).expect("read"), super::Kind::Sealed);
    assert!(matches!(prove(&file, None), Err(BackupError::Sealed(_))));
    assert!(matches!(prove(&file, Some(&seal("another"))), Err(BackupError::WrongPassphrase(_))));
    let notes = home.0.path().join("notes.txt");
    fs::write(&notes, "remember the milk").expect("written");
    assert!(matches!(prove(&notes, None), Err(BackupError::Broken { .. })));
}
