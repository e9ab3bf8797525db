//! Backups and audits.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use aspis_core::clock::Timestamp;
use aspis_store::Reports;
use aspis_store_sql::Sql;

use super::{Home, Server};
use crate::server::{aspis, backups, text};

/// The folder of the backups, with those of these days in it: each is a real one, by an older name.
fn made_on(home: &Home, folder: &Path, days: &[&str]) {
    let to = home.beside("first");
    fs::create_dir_all(&to).unwrap();
    done(back_up(home).arg("--out").arg(&to));
    let name = backups(&to).remove(0);
    fs::create_dir_all(folder).unwrap();
    fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).unwrap();
    for day in days {
        // `aspis-` and the moment, then the deployment.
        let older = format!("aspis-{day}T031500Z{}", &name[22..]);
        fs::copy(to.join(&name), folder.join(older)).unwrap();
    }
    fs::remove_dir_all(to).unwrap();
}

fn back_up(home: &Home) -> Command {
    let mut command = aspis(&["backup", "--data"]);
    command.arg(home.data());
    command
}

/// By a file of settings, as the server's own: without one nothing is removed.
fn back_up_by_file(home: &Home) -> Command {
    let file = home.beside("aspis.toml");
    fs::write(&file, "").unwrap();
    let mut command = back_up(home);
    command.arg("--config").arg(file);
    command
}

/// That a command ends well, or what it says.
fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Waits until a server has made something.
fn wait_for<T>(what: impl Fn() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = what() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("it did not come");
}

#[test]
fn backup_schedule() {
    let home = Home::furnished();
    let folder = home.data().join("backups");
    made_on(&home, &folder, &["20200101"]);
    let server = Server::on(home, &["backup.schedule=\"00:00\""]);
    wait_for(|| (backups(&folder).len() > 1).then_some(()));
    let line = || {
        let ops = crate::server::Wire::to(server.ops).ask("GET", "/metrics", &[], "").body;
        ops.lines().find(|line| line.starts_with("aspis_backup_age_seconds ")).map(str::to_owned)
    };
    assert!(wait_for(line).split(' ').nth(1).unwrap().parse::<u64>().unwrap() < 600);
    let log = || fs::read_to_string(server.data().join("logs/security.log")).unwrap();
    wait_for(|| log().contains("\"backup_made\"").then_some(()));

    let home = Home::furnished();
    let folder = home.data().join("backups");
    made_on(&home, &folder, &["20200101"]);
    let server = Server::on(home, &["backup.schedule=off"]);
    let age = || crate::server::Wire::to(server.ops).ask("GET", "/metrics", &[], "").body;
    wait_for(|| age().contains("aspis_backup_age_seconds").then_some(()));
    assert_eq!(backups(&folder).len(), 1, "it was looked at, and none was made");
}

#[test]
fn backup_folder() {
    let home = Home::furnished();
    let elsewhere = home.beside("elsewhere");
    done(&mut back_up(&home));
    assert_eq!(backups(&home.data().join("backups")).len(), 1);
    done(back_up(&home).env("ASPIS_BACKUP__FOLDER", &elsewhere));
    assert_eq!((backups(&elsewhere).len(), backups(&home.data().join("backups")).len()), (1, 1));
}

/// What is left of four days in two weeks and two months, by these rules.
fn left(keep: &str, weekly: &str, monthly: &str) -> Vec<String> {
    let home = Home::furnished();
    let folder = home.data().join("backups");
    made_on(&home, &folder, &["20200130", "20200131", "20200203", "20200204"]);
    let rules = [("KEEP", keep), ("WEEKLY", weekly), ("MONTHLY", monthly)];
    let variables = rules.map(|(name, value)| (format!("ASPIS_BACKUP__{name}"), value.to_owned()));
    done(back_up_by_file(&home).envs(variables));
    let mut names = backups(&folder);
    // The last is the one that was made now.
    names.pop();
    names.into_iter().map(|name| name[6..14].to_owned()).collect()
}

#[test]
fn backup_keep() {
    assert_eq!(left("3", "0", "0"), ["20200203", "20200204"]);
    assert!(left("1", "0", "0").is_empty());
}

#[test]
fn backup_weekly() {
    assert_eq!(left("1", "3", "0"), ["20200131", "20200204"]);
}

#[test]
fn backup_monthly() {
    assert_eq!(left("1", "0", "2"), ["20200204"]);
}

const PHRASE: &str = "several unrelated words 42";

#[test]
fn backup_encrypt() {
    let home = Home::furnished();
    let said =
        done(back_up(&home).env("ASPIS_BACKUP__ENCRYPT", "true").env("ASPIS_BACKUP__PASSPHRASE", PHRASE));
    assert!(said.contains(".tar.gz.age") && said.contains("encrypted;"), "{said}");
    assert!(done(&mut back_up_by_file(&home)).contains("not encrypted"));
    let without = back_up(&home).env("ASPIS_BACKUP__ENCRYPT", "true").output().unwrap();
    assert!(text(&without.stderr).contains("backup.passphrase"), "{}", text(&without.stderr));
}

/// Encrypts by one way of naming the passphrase, and restores by another.
fn opens(sealed_by: (&str, &str), opened_by: (&str, &str)) -> bool {
    let (home, fresh) = (Home::furnished(), Home::empty());
    let to: PathBuf = home.beside("backup.age");
    done(back_up(&home).arg("--encrypt").arg("--out").arg(&to).env(sealed_by.0, sealed_by.1));
    let mut command = aspis(&["restore", "--data"]);
    let output = command.arg(fresh.data()).arg(&to).env(opened_by.0, opened_by.1).output().unwrap();
    output.status.success()
}

#[test]
fn backup_passphrase() {
    const KEY: &str = "ASPIS_BACKUP__PASSPHRASE";
    assert!(opens((KEY, PHRASE), (KEY, PHRASE)));
    assert!(!opens((KEY, PHRASE), (KEY, "several unrelated words 43")));
    let short = back_up(&Home::furnished()).env(KEY, "hunter2").output().unwrap();
    let said = text(&short.stderr);
    assert!(said.contains("backup.passphrase") && !said.contains("hunter2"), "{said}");
}

#[test]
fn backup_passphrase_file() {
    let home = Home::empty();
    let file = home.beside("phrase");
    fs::write(&file, format!("{PHRASE}\nand what nobody reads\n")).unwrap();
    let named = ("ASPIS_BACKUP__PASSPHRASE_FILE", file.to_str().unwrap());
    assert!(opens(named, ("ASPIS_BACKUP__PASSPHRASE", PHRASE)));
    fs::write(&file, "short\n").unwrap();
    let short = back_up(&Home::furnished()).arg("--encrypt").env(named.0, named.1).output().unwrap();
    assert!(text(&short.stderr).contains("fewer than 12"), "{}", text(&short.stderr));
}

#[test]
fn backup_before_upgrade() {
    for (setting, count) in [("backup.before_upgrade=true", 1), ("backup.before_upgrade=false", 0)] {
        let home = crate::binary::upgrade::of_the_release_before().0;
        let server = Server::on(home, &[setting, "backup.schedule=off"]);
        assert_eq!(backups(&server.data().join("backups")).len(), count, "{setting}");
    }
}

#[test]
fn audit_schedule() {
    for (setting, done) in
        [("audit.schedule=weekly", true), ("audit.schedule=monthly", false), ("audit.schedule=off", false)]
    {
        let home = Home::furnished();
        let ten_days_ago =
            aspis_core::clock::Clock::now(&aspis_core::clock::SystemClock::start()).seconds() - 864_000;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let sql = Sql::open(&home.data().join("aspis.db")).await.unwrap();
            sql.keep("audit", Timestamp::from_seconds(ten_days_ago), "{}").await.unwrap();
            sql.close().await.unwrap();
        });
        let server = Server::on(home, &[setting]);
        let log = || fs::read_to_string(server.data().join("logs/security.log")).unwrap();
        if done {
            wait_for(|| log().contains("\"audit_done\"").then_some(()));
            assert!(
                log().contains("\"audit_finding\"") && log().contains("audit.alerts_unheard"),
                "{}",
                log()
            );
        } else {
            let (home, ..) = server.stop();
            let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
            assert!(!log.contains("\"audit_done\""), "{setting}: {log}");
        }
    }
}

#[test]
fn audit_advisories() {
    let server = Server::start(&["backup.schedule=off"]);
    let list = server.home().beside("osv.json");
    let record = |fixed: &str| {
        format!(
            r#"[{{"id": "X-2026-1", "affected": [{{"package": {{"ecosystem": "crates.io", "name": "serde"}},
                "ranges": [{{"type": "SEMVER", "events": [{{"introduced": "0"}}, {{"fixed": "{fixed}"}}]}}]}}]}}]"#
        )
    };
    let audit = || {
        let mut command = aspis(&["audit", "--fail-on", "never", "--data"]);
        done(command.arg(server.data()).env("ASPIS_AUDIT__ADVISORIES", &list))
    };
    fs::write(&list, record("999.0.0")).unwrap();
    assert!(audit().contains("X-2026-1 (serde 1."), "{}", audit());
    fs::write(&list, record("1.0.0")).unwrap();
    assert!(!audit().contains("advisories"), "{}", audit());
    fs::write(&list, "<html>").unwrap();
    assert!(audit().contains("not checked: advisories: "), "{}", audit());
}
