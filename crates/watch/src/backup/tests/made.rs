//! Archives that somebody made by hand, and those of a folder that was restored.

use super::*;

const MOMENT: &str = "2026-11-22T03:15:09Z";

/// An archive of these parts, with a manifest that fits them but for what is said here.
fn by_hand(parts: &[(&str, &[u8])], version: &str, made: &str) -> Vec<u8> {
    let mut archive =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    let mut append = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.as_gnu_mut().expect("a name").name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, bytes).expect("appended");
    };
    let mut listed = Vec::new();
    for (name, bytes) in parts {
        append(name, bytes);
        let mut hashing = super::hashing::Hashing::new(*bytes);
        std::io::copy(&mut hashing, &mut std::io::sink()).expect("read");
        let (sha256, bytes) = hashing.end();
        listed.push(Part { name: (*name).to_owned(), bytes, sha256 });
    }
    let manifest = Manifest {
        form: 1,
        version: version.to_owned(),
        made: made.to_owned(),
        database: Database::default(),
        log: None,
        parts: listed,
    };
    append(MANIFEST, &serde_json::to_vec(&manifest).expect("written"));
    archive.into_inner().expect("ended").finish().expect("ended")
}

/// What is said of an archive when it is proved, and when it is put back: the same.
fn judged(home: &Home, bytes: &[u8]) -> Result<PathBuf, String> {
    let file = home.0.path().join("made.tar.gz");
    fs::write(&file, bytes).expect("written");
    let to = home.fresh("to");
    let (proved, put) = (prove(&file, None), extract(&file, None, &to));
    match (proved, put) {
        (Ok(_), Ok(_)) => Ok(to),
        (Err(proved), Err(put)) => {
            assert_eq!(proved.to_string(), put.to_string());
            assert_eq!(fs::read_dir(&to).expect("read").count(), 0, "nothing was written");
            fs::remove_dir(to).expect("removed");
            Err(put.to_string())
        }
        other => panic!("they do not agree: {other:?}"),
    }
}

#[test]
fn no_part_leads_out_of_the_folder() {
    let home = Home::new();
    for name in ["data/../../evil", "data//etc/passwd", "/etc/passwd", "data/", "other", "settings/other"] {
        let error = judged(&home, &by_hand(&[(name, b"evil")], "1.0.0", MOMENT)).expect_err(name);
        assert!(error.contains("leads out") || error.contains("no part"), "{name}: {error}");
        assert!(!home.0.path().join("evil").exists());
    }
}

#[test]
fn no_part_stands_for_another_or_for_a_folder_that_is_worked_on() {
    let home = Home::new();
    for (name, says) in [
        ("data/aspis.db", "another part"),
        ("data/aspis.db/x", "another part"),
        ("data/control.sock", "worked on"),
        ("data/lock", "worked on"),
        ("data/aspis.db-wal", "worked on"),
    ] {
        let bytes = by_hand(&[("data/aspis.db", b"one"), (name, b"two")], "1.0.0", MOMENT);
        let error = judged(&home, &bytes).expect_err(name);
        assert!(error.contains(says), "{name}: {error}");
    }
}

#[test]
fn what_is_shown_of_a_manifest_is_plain() {
    let home = Home::new();
    let part: [(&str, &[u8]); 1] = [("data/aspis.db", b"one")];
    for (version, made) in [("1.0\x1b[2J", MOMENT), ("1.0", "yesterday\x1b]0;"), ("1 0", MOMENT), ("1", "")] {
        let error = judged(&home, &by_hand(&part, version, made)).expect_err(version);
        assert!(error.contains("no moment or no release") && !error.contains('\x1b'), "{error}");
    }
    let to = judged(&home, &by_hand(&part, "1.0.0-rc.1+x", MOMENT)).expect("whole");
    assert_eq!(fs::read(to.join("aspis.db")).expect("there"), b"one");
}

/// Earlier releases packed what a restore had put down, and then refused to put it back.
#[test]
fn settings_that_were_packed_twice_come_back_once() {
    let home = Home::new();
    let bytes = by_hand(
        &[
            ("data/aspis.db", b"one"),
            ("data/settings.from-backup.toml", b"old"),
            ("settings/aspis.toml", b"new"),
        ],
        "0.1.0",
        MOMENT,
    );
    let to = judged(&home, &bytes).expect("whole");
    assert_eq!(fs::read(to.join("settings.from-backup.toml")).expect("there"), b"new");
}

#[test]
fn a_folder_that_was_restored_is_backed_up_and_restored_again() {
    let home = Home::new();
    fs::write(home.0.path().join("aspis.toml"), "mode = \"strict\"").expect("written");
    for name in ["one", "two"] {
        let (file, manifest) = home.write(name, None).expect("written");
        let settings = manifest.parts.iter().filter(|part| part.name.contains("settings"));
        assert_eq!(settings.map(|part| part.name.as_str()).collect::<Vec<_>>(), [SETTINGS]);
        let to = home.fresh(&format!("to-{name}"));
        extract(&file, None, &to).expect("read");
        fs::copy(to.join("settings.from-backup.toml"), home.data().join("settings.from-backup.toml"))
            .expect("as a restore leaves it");
    }
}

/// The same under a name that tells nothing, and one that is encrypted.
#[test]
fn backups_are_in_no_backup() {
    let home = Home::new();
    for (name, seal) in [("plain", None), ("sealed", Some(seal("a phrase")))] {
        let (file, _) = home.write(name, seal.as_ref()).expect("written");
        fs::rename(file, home.data().join(format!("letters-{name}"))).expect("moved");
        let (file, manifest) = home.write(name, seal.as_ref()).expect("written");
        assert!(manifest.parts.iter().all(|part| !part.name.contains("letters")), "{manifest:?}");
        fs::remove_file(file).expect("removed");
    }
}
