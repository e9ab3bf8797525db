//! Whose the files are, and who else may use them: by the real command on real folders.

use std::time::Duration;

use super::{deployment::Deployment, *};

fn sound() -> Deployment {
    Deployment::sound(Duration::from_secs(3600))
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Backups elsewhere, which are in no folder of ours.
#[test]
fn backups_that_others_may_use_are_found() {
    let place = sound();
    let (folder, id) = (place.backups().to_owned(), "backup_open");
    assert!(!place.found(&[]).contains(id));
    for (mode, open) in [(0o777, true), (0o1777, true), (0o770, true), (0o755, false), (0o700, false)] {
        set(&folder, mode);
        assert_eq!(place.found(&[]).contains(id), open, "{mode:o}");
    }
    let name = |end: &str| folder.join(format!("aspis-20260117T031500Z-01234567.tar.gz{end}"));
    for (end, mode, open) in [
        ("", 0o666, true),
        ("", 0o644, true),
        ("", 0o600, false),
        (".age", 0o644, false),
        (".age", 0o666, true),
    ] {
        fs::write(name(end), "a backup").unwrap();
        set(&name(end), mode);
        assert_eq!(place.found(&[]).contains(id), open, "{end} {mode:o}");
        fs::remove_file(name(end)).unwrap();
    }
}

#[test]
fn a_settings_file_with_a_secret_that_everybody_may_read_is_found() {
    let (place, id) = (sound(), "settings_open");
    for (mode, open) in [(0o600, false), (0o640, false), (0o644, true), (0o660, true), (0o602, true)] {
        set(place.config(), mode);
        assert_eq!(place.found(&[]).contains(id), open, "{mode:o}");
    }
    // What everybody may read and holds no secret is nobody's harm.
    let text = fs::read_to_string(place.config()).unwrap();
    fs::write(place.config(), text.replace("passphrase = \"several unrelated words 42\"\n", "")).unwrap();
    set(place.config(), 0o644);
    assert!(!place.found(&[("BACKUP__PASSPHRASE", "several unrelated words 42")]).contains(id));
}

#[test]
fn a_folder_above_that_everybody_may_write_is_found() {
    let (place, id) = (sound(), "parent_open");
    let above = place.data().parent().unwrap().to_owned();
    for (mode, open) in [(0o777, true), (0o1777, false), (0o755, false)] {
        set(&above, mode);
        assert_eq!(place.found(&[]).contains(id), open, "{mode:o}");
    }
}

#[test]
fn what_is_another_users_is_found() {
    let (place, id) = (sound(), "owner_other");
    assert!(!place.found(&[]).contains(id));
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    for path in [place.data().join("aspis.db"), place.data().join("logs/security.log"), place.data()] {
        std::os::unix::fs::chown(&path, Some(65_534), None).unwrap();
        assert!(place.found(&[]).contains(id), "{}", path.display());
        std::os::unix::fs::chown(&path, Some(0), None).unwrap();
    }
    assert!(!place.found(&[]).contains(id));
}

#[test]
fn a_passphrase_that_lies_beside_what_it_opens_is_found() {
    let (place, id) = (sound(), "backup_passphrase_beside");
    assert!(!place.found(&[]).contains(id));
    for (folder, beside) in [
        (place.data(), true),
        (place.backups().to_owned(), true),
        (place.data().parent().unwrap().to_owned(), false),
    ] {
        let file = folder.join("phrase");
        fs::write(&file, "several unrelated words 42\n").unwrap();
        set(&file, 0o600);
        let shown = file.display().to_string();
        let found = place.found(&[("BACKUP__PASSPHRASE", ""), ("BACKUP__PASSPHRASE_FILE", &shown)]);
        assert_eq!(found.contains(id), beside, "{shown}");
        fs::remove_file(file).unwrap();
    }
}
