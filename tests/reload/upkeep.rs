//! Backups by other settings, while the server runs.

use std::path::{Path, PathBuf};

use super::{Duration, Shop, fs, thread};

/// Three that were made before, long ago; a new one is made as soon as it is due.
#[test]
fn backups() {
    let shop = Shop::open("backup.schedule = \"off\"\n");
    let folder = shop.server.data().join("copies");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let first = made(&shop, &folder);
    for day in [10, 11, 12] {
        fs::copy(&first, folder.join(of(&first, day))).unwrap();
    }
    fs::remove_file(&first).unwrap();
    let names = || {
        let files =
            fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        files.filter(|name| name.starts_with("aspis-")).collect::<Vec<_>>()
    };
    let secret = shop.server.home().beside("passphrase");
    fs::write(&secret, "correct horse battery staple\n").unwrap();
    let file = format!(
        "backup.schedule = \"00:00\"\nbackup.folder = \"copies\"\nbackup.keep = 1\nbackup.weekly = 0\n\
         backup.monthly = 0\nbackup.encrypt = true\nbackup.passphrase_file = \"{}\"\n",
        secret.display()
    );
    shop.follows(&file);
    comes(&shop, || matches!(&names()[..], [one] if one.ends_with(".tar.gz.age")));
    let age = |shop: &Shop| {
        let metrics = crate::server::Wire::to(shop.server.ops).ask("GET", "/metrics", &[], "").body;
        let line = metrics.lines().find_map(|line| line.strip_prefix("aspis_backup_age_seconds "));
        line.and_then(|age| age.parse::<f64>().ok())
    };
    comes(&shop, || age(&shop).is_some_and(|age| age < 3600.0));
    // A passphrase that is written itself does the same.
    let last = folder.join(&names()[0]);
    fs::rename(&last, folder.join(of(&last, 10))).unwrap();
    shop.follows(&file.replace(
        &format!("backup.passphrase_file = \"{}\"", secret.display()),
        "backup.passphrase = \"correct horse battery staple\"",
    ));
    let now = of(&last, 10);
    comes(&shop, || matches!(&names()[..], [one] if one.ends_with(".tar.gz.age") && *one != now));
}

/// A backup that a command makes.
fn made(shop: &Shop, folder: &Path) -> PathBuf {
    let mut command = crate::server::aspis(&["backup", "--json", "--data"]);
    let output = command.arg(shop.server.data()).arg("--out").arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", crate::server::text(&output.stderr));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    told["path"].as_str().unwrap().into()
}

/// What it would be called if it were of a day in January.
fn of(made: &Path, day: u32) -> String {
    let name = made.file_name().unwrap().to_str().unwrap();
    // `aspis-` and the moment, then the deployment.
    format!("aspis-202601{day}T031500Z{}", &name[22..])
}

fn comes(shop: &Shop, is_so: impl Fn() -> bool) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came to that: {}", shop.server.log());
}
