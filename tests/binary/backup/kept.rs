//! Which backups are kept, by whose rule, and what counts as one.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::server::backups;

const PHRASE: &str = "several unrelated words 42";

/// A folder with nothing in it that nobody else may write to.
fn folder(home: &Home, name: &str) -> PathBuf {
    let folder = home.beside(name);
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// A file of settings.
fn settings(home: &Home, text: &str) -> PathBuf {
    let file = home.beside("aspis.toml");
    fs::write(&file, text).unwrap();
    file
}

fn by(file: &Path, data: &Path) -> Value {
    told(on(data, &["backup", "--json", "--config"]).arg(file))
}

/// The name of the same backup on another day: `aspis-` and the moment, then the deployment.
fn on_day(name: &str, day: &str) -> String {
    format!("aspis-{day}T031500Z{}", &name[22..])
}

#[test]
fn what_is_no_backup_pushes_none_out() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    let to = folder(&home, "kept");
    let rule = format!("[backup]\nfolder = \"{}\"\nkeep = 2\nweekly = 0\nmonthly = 0\n", to.display());
    let file = settings(&home, &rule);
    by(&file, &home.data());
    let first = backups(&to).remove(0);
    let old = on_day(&first, "20200101");
    fs::rename(to.join(&first), to.join(&old)).unwrap();
    let strange = [on_day(&first, "20990101"), on_day(&first, "20990102"), on_day(&first, "20200102")];
    for name in &strange {
        fs::write(to.join(name), "").unwrap();
    }
    let made = by(&file, &home.data());
    assert_eq!((&made["removed"], &made["left_alone"]), (&0.into(), &3.into()), "{made}");
    let said = on(&home.data(), &["backup", "--config"]).arg(&file).output().unwrap();
    assert!(text(&said.stdout).contains("3 files there are called like backups"), "{}", text(&said.stdout));
    let left = backups(&to);
    assert!(!left.contains(&old), "the third whole one pushed the first out: {left:?}");
    assert!(strange.iter().all(|name| left.contains(name)) && left.len() == 5, "{left:?}");
}

#[test]
fn deployments_share_a_folder_and_leave_each_other_alone() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    let seed = home.beside("seed.tar.gz");
    back_up(&home.data(), &seed);
    let to = folder(&home, "shared");
    let rule = format!("[backup]\nfolder = \"{}\"\nkeep = 1\nweekly = 0\nmonthly = 0\n", to.display());
    let file = settings(&home, &rule);
    // A second one out of a backup of the first is another deployment all the same.
    let other = home.beside("other");
    told(on(&other, &["restore", "--json"]).arg(&seed));
    let first = by(&file, &home.data())["path"].clone();
    let second = by(&file, &other)["path"].clone();
    let third = by(&file, &other)["path"].clone();
    let is_there = |path: &Value| Path::new(path.as_str().unwrap()).exists();
    assert!(is_there(&first) && !is_there(&second) && is_there(&third), "{:?}", backups(&to));
    // What takes its place goes on with its backups.
    told(on(&home.data(), &["restore", "--aside", "--json"]).arg(&seed));
    by(&file, &home.data());
    assert!(!is_there(&first) && is_there(&third) && backups(&to).len() == 2, "{:?}", backups(&to));
}

#[test]
fn beside_a_server_its_settings_hold() {
    let phrase = format!("backup.passphrase={PHRASE}");
    let server =
        Server::start(&[&ENDLESS[..], &["backup.encrypt=true", "backup.keep=1000", &phrase]].concat());
    let data = server.data();
    let file = settings(server.home(), "[backup]\nkeep = 1\nweekly = 0\nmonthly = 0\n");
    for _ in 0..2 {
        let made = told(&mut on(&data, &["backup", "--json"]));
        assert_eq!((&made["encrypted"], &made["by_server"]), (&true.into(), &true.into()), "{made}");
        assert_eq!(
            (by(&file, &data)["removed"].clone(), data.join(".aspis-copy.part").exists()),
            (0.into(), false)
        );
    }
    let folder = data.join("backups");
    assert!(backups(&folder).len() == 4 && backups(&folder).iter().all(|name| name.ends_with(".tar.gz.age")));
    let log = fs::read_to_string(data.join("logs/security.log")).unwrap();
    assert!(
        log.contains("\"backup_made\"") && log.contains("(0): aspis-") || !nix::unistd::getuid().is_root()
    );
    // Without it, and without its settings, nothing is removed and nothing lies in clear among them.
    let (home, ..) = server.stop();
    let refused = complaint(&on(&home.data(), &["backup"]).output().unwrap());
    assert!(refused.contains("--config") && refused.contains("--clear"), "{refused}");
    let said = told(on(&home.data(), &["backup", "--clear", "--json"]).env("ASPIS_BACKUP__KEEP", "1"));
    assert_eq!((&said["encrypted"], &said["removed"]), (&false.into(), &0.into()));
    assert_eq!(backups(&folder).len(), 5);
    let last = by(&file, &home.data());
    // Of those of one second the last may not be the newest by its name; it stays in any case.
    let left = backups(&folder);
    assert!(left.len() <= 2 && Path::new(last["path"].as_str().unwrap()).exists(), "{last}: {left:?}");
}

#[test]
fn backups_are_in_no_backup() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    let parts = |made: &Value| made["manifest"]["parts"].as_array().unwrap().len();
    let first = told(&mut on(&home.data(), &["backup", "--json"]));
    back_up(&home.data(), &home.data().join("mine"));
    let moved = told(on(&home.data(), &["backup", "--json"]).env("ASPIS_BACKUP__FOLDER", "copies"));
    let last = told(&mut on(&home.data(), &["backup", "--json"]));
    assert_eq!((parts(&first), parts(&moved)), (parts(&last), parts(&last)), "{last}");
}

#[test]
fn nothing_is_written_to_standard_output() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    let refused = complaint(&on(&home.data(), &["backup", "--out", "-"]).output().unwrap());
    assert!(refused.contains("standard output"), "{refused}");
}
