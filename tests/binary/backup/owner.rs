//! Root on the data folder of another user: what that user puts there reaches nothing that is root's.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, lchown, symlink};

use super::*;

/// Nobody, who owns the folder.
const USER: u32 = 65_534;

/// A folder of nobody's with a database in it, and a file of root's beside it. None where the test is not run by root.
fn nobodys() -> Option<(Home, PathBuf)> {
    if !nix::unistd::geteuid().is_root() {
        return None;
    }
    let home = Home::furnished();
    let lib = home.beside("");
    fs::set_permissions(&lib, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o700)).unwrap();
    for path in [home.data(), home.data().join("aspis.db")] {
        chown(path, Some(USER), Some(USER)).unwrap();
    }
    let victim = home.beside("victim");
    fs::write(&victim, "precious").unwrap();
    fs::set_permissions(&victim, fs::Permissions::from_mode(0o600)).unwrap();
    Some((home, victim))
}

#[test]
fn what_root_backs_up_is_the_owners() {
    let Some((home, _)) = nobodys() else { return };
    let made = told(&mut on(&home.data(), &["backup", "--json"]));
    let path = PathBuf::from(made["path"].as_str().unwrap());
    for path in [path.as_path(), path.parent().unwrap(), &home.data().join("deployment")] {
        assert_eq!(fs::metadata(path).unwrap().uid(), USER, "{}", path.display());
    }
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert!(log.contains("root (0): aspis-"), "who it was is written down: {log}");
}

#[test]
fn a_link_that_the_owner_laid_leads_root_nowhere() {
    for name in [
        ".aspis-copy.part",
        ".aspis-copy.lock",
        "backups/.aspis-backup.lock",
        "deployment",
        "lock",
        "logs/security.log",
        "security-log.key",
        "security-log.lock",
    ] {
        let Some((home, victim)) = nobodys() else { return };
        let link = home.data().join(name);
        let above = link.parent().unwrap();
        fs::create_dir_all(above).unwrap();
        fs::set_permissions(above, fs::Permissions::from_mode(0o700)).unwrap();
        chown(above, Some(USER), Some(USER)).unwrap();
        symlink(&victim, &link).unwrap();
        lchown(&link, Some(USER), Some(USER)).unwrap();
        for args in [&["backup"][..], &["incident", "block", "10.1.2.3", "--for", "1h"]] {
            let output = on(&home.data(), args).output().unwrap();
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert!(!said.contains("precious"), "{name}: {said}");
            assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "{name}: {args:?}");
            let found = fs::metadata(&victim).unwrap();
            assert_eq!((found.uid(), found.mode() & 0o777), (0, 0o600), "{name}: {args:?}");
        }
    }
}

#[test]
fn a_folder_of_roots_behind_a_link_is_not_touched() {
    let Some((home, _)) = nobodys() else { return };
    let roots = home.beside("roots");
    fs::create_dir(&roots).unwrap();
    fs::set_permissions(&roots, fs::Permissions::from_mode(0o700)).unwrap();
    for name in ["logs", "backups"] {
        symlink(&roots, home.data().join(name)).unwrap();
        lchown(home.data().join(name), Some(USER), Some(USER)).unwrap();
    }
    let refused = on(&home.data(), &["backup"]).output().unwrap();
    assert!(!refused.status.success());
    assert_eq!(fs::read_dir(&roots).unwrap().count(), 0, "{}", text(&refused.stderr));
}

#[test]
fn a_folder_that_others_can_write_takes_no_backups() {
    let home = Home::furnished();
    let open = home.beside("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let mut command = on(&home.data(), &["backup"]);
    let refused = complaint(&command.env("ASPIS_BACKUP__FOLDER", &open).output().unwrap());
    assert!(refused.contains("others can write") && refused.contains("chmod go-w"), "{refused}");
    assert_eq!(fs::read_dir(&open).unwrap().count(), 0);
}
