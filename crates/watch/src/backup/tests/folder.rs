//! What lies in a folder of backups, and what goes.

use std::time::Duration;

use super::*;

const DAY: u64 = 86_400;

fn of(word: &str) -> Deployment {
    Deployment::parse(word).expect("a name")
}

fn ours() -> Deployment {
    of("0badcafe")
}

/// One of so many days ago, as a whole backup or with these bytes.
fn lay(path: &Path, stamp: Stamp, bytes: &[u8]) -> PathBuf {
    let at = path.join(stamp.name());
    fs::write(&at, bytes).expect("written");
    at
}

fn ago(days: u64) -> Stamp {
    Stamp::now(Timestamp::from_seconds(NOW.seconds() - (days * DAY).cast_signed()), ours(), false)
}

const TWO: Keep = Keep { newest: 2, weeks: 0, months: 0 };

#[test]
fn one_at_a_time_is_made_and_too_many_go() {
    let home = Home::new();
    let whole = fs::read(home.write("one", None).expect("written").0).expect("read");
    let path = home.0.path().join("backups");
    let folder = Folder::open(&path, ours()).expect("made");
    assert_eq!(fs::metadata(&path).expect("a folder").permissions().mode() & 0o777, 0o700);
    assert!(matches!(Folder::open(&path, ours()), Err(BackupError::Busy(_))));
    assert_eq!(newest(&path, ours(), NOW).expect("read"), None);
    for days in 0..6 {
        lay(&path, ago(days), &whole);
    }
    let part = format!(".{}.part", ago(9).name());
    let kept = ["notes.txt", ".aspis-notes.part", ".mine.part", "aspis-20200101T000000Z.tar.gz.bak"];
    for name in kept.into_iter().chain([part.as_str()]) {
        fs::write(path.join(name), "mine").expect("written");
    }
    let tidied = folder.tidy(TWO, ago(0), NOW).expect("tidied");
    assert_eq!(tidied, Tidied { removed: 4, strange: 0 });
    assert_eq!(newest(&path, ours(), NOW).expect("read"), Some(ago(0)));
    drop(folder);
    Folder::open(&path, ours()).expect("free again");
    assert!(kept.iter().all(|name| path.join(name).exists()) && path.join(ago(1).name()).exists());
    assert!(!path.join(part).exists(), "what was never ended is cleared away");
    assert_eq!(newest(&home.0.path().join("none"), ours(), NOW).expect("none"), None);
}

/// What is called like a backup and is none counts for nothing, and stays where it is.
#[test]
fn only_whole_backups_count() {
    let home = Home::new();
    let whole = fs::read(home.write("one", None).expect("written").0).expect("read");
    let path = home.fresh("kept");
    let folder = Folder::open(&path, ours()).expect("made");
    let year = Duration::from_secs(365 * DAY);
    let ahead = |days: u64| Stamp::now(NOW.plus(year + Duration::from_secs(days * DAY)), ours(), false);
    let sealed = Stamp { sealed: true, ..ago(0) };
    let strange = [
        lay(&path, ahead(0), b""),
        lay(&path, ahead(1), &whole),
        lay(&path, Stamp::now(NOW.plus(Duration::from_secs(1)), ours(), false), b""),
        lay(&path, Stamp { upgrade: true, ..ago(0) }, &whole[..whole.len() / 2]),
        lay(&path, sealed, &whole),
    ];
    std::os::unix::fs::symlink(home.0.path().join("one"), path.join(ago(40).name())).expect("linked");
    fs::write(path.join("aspis-20261122T031509Z.tar.gz"), &whole).expect("of an earlier form");
    assert_eq!(newest(&path, ours(), NOW).expect("read"), None);
    let (old, made) = (lay(&path, ago(1), &whole), lay(&path, ago(0), &whole));
    assert_eq!(newest(&path, ours(), NOW).expect("read"), Some(ago(0)));
    let tidied = folder.tidy(TWO, ago(0), NOW).expect("tidied");
    assert_eq!(tidied, Tidied { removed: 0, strange: strange.len() + 2 });
    assert!(strange.iter().chain([&old, &made]).all(|path| path.exists()));
    lay(&path, ago(2), &whole);
    // The one that was just made never goes, even where a clock was set back.
    let tidied = folder.tidy(Keep { newest: 1, ..TWO }, ago(2), NOW).expect("tidied");
    assert_eq!((tidied.removed, path.join(ago(2).name()).exists(), old.exists()), (1, true, false));
}

#[test]
fn deployments_of_one_folder_leave_each_other_alone() {
    let home = Home::new();
    let whole = fs::read(home.write("one", None).expect("written").0).expect("read");
    let path = home.fresh("kept");
    let theirs = |days: u64| Stamp { of: of("deadbeef"), ..ago(days) };
    for days in 0..4 {
        lay(&path, theirs(days), &whole);
        lay(&path, ago(days + 1), &whole);
    }
    let part = path.join(format!(".{}.part", theirs(0).name()));
    fs::write(&part, "at work").expect("written");
    let folder = Folder::open(&path, ours()).expect("made");
    assert_eq!(newest(&path, ours(), NOW).expect("read"), Some(ago(1)));
    assert_eq!(folder.tidy(TWO, ago(1), NOW).expect("tidied"), Tidied { removed: 2, strange: 0 });
    assert!((0..4).all(|days| path.join(theirs(days).name()).exists()) && part.exists());
}

#[test]
fn two_of_one_second_have_names_of_their_own() {
    let home = Home::new();
    let folder = Folder::open(&home.fresh("kept"), ours()).expect("a folder");
    let names = (0..3).map(|_| {
        let name = folder.stamp(NOW, false, false).name();
        fs::write(folder.path().join(&name), "").expect("written");
        name
    });
    let later = |s| Stamp::now(NOW.plus(Duration::from_secs(s)), ours(), false).name();
    assert_eq!(names.collect::<Vec<_>>(), [later(0), later(1), later(2)]);
    assert_eq!(folder.stamp(NOW, false, true).at, ago(0).at, "those that are encrypted are others");
    assert!(folder.holds_sealed().is_ok_and(|sealed| !sealed));
    lay(folder.path(), Stamp { sealed: true, of: of("deadbeef"), ..ago(3) }, b"");
    assert!(folder.holds_sealed().is_ok_and(|sealed| sealed));
}

#[test]
fn a_folder_that_others_can_write_is_refused() {
    let home = Home::new();
    let path = home.fresh("kept");
    let judged = |mode: u32, is_kept: bool| {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("set");
        Folder::judge(&path, is_kept)
    };
    for (mode, kept, file) in [
        (0o700, true, true),
        (0o755, true, true),
        (0o775, false, true),
        (0o777, false, false),
        (0o1777, false, true),
    ] {
        assert_eq!((judged(mode, true).is_ok(), judged(mode, false).is_ok()), (kept, file), "{mode:o}");
    }
    let said = judged(0o777, true).expect_err("open").to_string();
    assert!(said.contains("chmod go-w") && said.contains("0777"), "{said}");
    assert!(Folder::judge(&home.0.path().join("none"), true).is_ok(), "it is made");
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let home = Home::new();
    let (path, there) = (home.fresh("kept"), home.0.path().join("there"));
    std::os::unix::fs::symlink(&there, path.join(".aspis-backup.lock")).expect("linked");
    assert!(matches!(Folder::open(&path, ours()), Err(BackupError::Io { .. })));
    assert!(!there.exists());
}
