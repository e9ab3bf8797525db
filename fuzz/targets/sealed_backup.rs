//! Encrypted backups and the archives in them: a file that was changed is none, whatever was changed.

#![no_main]

use std::{fs, path::PathBuf, sync::OnceLock};

use aspis_core::{chance::SeededChance, secret::SecretText};
use aspis_fuzz::{choose, edit::edit, files};
use aspis_watch::backup::{Cost, Seal, kind, prove};
use libfuzzer_sys::fuzz_target;

/// What an attacker would put in.
const PIECES: [&str; 6] = ["-> scrypt ", "-> X25519 ", "age-encryption.org/v1\n", "---", "\n", "=="];

fn seal() -> Seal {
    Seal {
        passphrase: SecretText::new("several unrelated words"),
        cost: Cost(1),
        chance: std::sync::Arc::new(SeededChance::new(1)),
    }
}

/// Where everything is written.
fn place() -> PathBuf {
    files::folder("sealed_backup").join("file")
}

/// A backup, plain and encrypted.
fn whole() -> &'static [Vec<u8>; 2] {
    static WHOLE: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    WHOLE.get_or_init(|| [None, Some(seal())].map(|seal| files::backup("sealed_backup", seal.as_ref())))
}

/// What work a file asks for: much of it is no finding, but would take all day.
fn is_quick(bytes: &[u8]) -> bool {
    let asked = bytes.split(|byte| *byte == b'\n').nth(1).and_then(|line| line.rsplit(|b| *b == b' ').next());
    let asked =
        asked.and_then(|text| std::str::from_utf8(text).ok()).and_then(|text| text.parse::<u8>().ok());
    asked.is_none_or(|cost| cost <= 6)
}

fuzz_target!(|data: &[u8]| {
    let Some((way, script)) = choose::<3>(data) else { return };
    let whole = whole().get(usize::from(way));
    let bytes = whole.map_or_else(|| script.to_vec(), |whole| edit(whole, script, &PIECES));
    if !is_quick(&bytes) {
        return;
    }
    fs::write(place(), &bytes).expect("written");
    let proved = prove(&place(), Some(&seal()));
    if whole == Some(&bytes) {
        assert!(kind(&place()).is_ok() && proved.is_ok(), "{proved:?}");
    } else if way == 1 {
        assert!(proved.is_err(), "changed, and good all the same");
    }
});
