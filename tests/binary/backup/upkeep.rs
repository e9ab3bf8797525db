//! The backups that a server makes by itself.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::binary::upgrade::{in_the_way, of_the_release_before, run};

fn names(data: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(data.join("backups")) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("aspis-")).collect()
}

fn wait_for(server: &Server, is_so: impl Fn() -> bool) {
    for _ in 0..1200 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never came to that: {}", server.log());
}

/// It is up for a while each day, and never at the minute of the schedule.
#[test]
fn a_server_that_misses_the_minute_has_a_backup_all_the_same() {
    let server = Server::start(&["backup.schedule=\"03:15\""]);
    let (home, ..) = server.stop();
    assert!(names(&home.data()).is_empty(), "what has just begun has none yet");
    let key = fs::File::options().append(true).open(home.data().join("security-log.key")).unwrap();
    key.set_modified(UNIX_EPOCH + Duration::from_secs(1_577_836_800)).unwrap();
    let server = Server::on(home, &["backup.schedule=\"03:15\""]);
    wait_for(&server, || names(&server.data()).len() == 1);
    // Where none is made, the alert counts from then, not from this start.
    let (home, ..) = server.stop();
    fs::remove_dir_all(home.data().join("backups")).unwrap();
    let server = Server::on(home, &["backup.schedule=off"]);
    let lasting = || told(&mut on(&server.data(), &["alerts", "list", "--open", "--json"])).to_string();
    wait_for(&server, || lasting().contains("backup.old"));
}

/// A server that is started again and again by its supervisor makes one, not hundreds.
#[test]
fn an_upgrade_that_fails_again_and_again_makes_one_backup() {
    let home = of_the_release_before().0;
    let rule = ["backup.schedule=off", "backup.keep=1", "backup.weekly=0", "backup.monthly=0"];
    let (database, table) = (home.data().join("aspis.db"), in_the_way());
    run(&database, &[format!("CREATE TABLE {table} (x BIGINT)")]);
    let mut made = Vec::new();
    for _ in 0..3 {
        home.fails(&rule);
        made.extend(names(&home.data()));
    }
    assert!(made.len() == 3 && made[0].contains("-upgrade.tar.gz"), "{made:?}");
    made.dedup();
    assert_eq!(made.len(), 1, "the same each time");
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert_eq!(log.matches("\"kind\":\"backup_made\"").count(), 1, "{log}");
    // A backup of every day is not pushed out by it.
    let daily = told(on(&home.data(), &["backup", "--json"]).env("ASPIS_BACKUP__KEEP", "1"));
    run(&database, &[format!("DROP TABLE {table}")]);
    let server = Server::on(home, &rule);
    let left = names(&server.data());
    assert!(left.len() == 2 && !left.contains(&made[0]), "of another database there is another: {left:?}");
    assert!(Path::new(daily["path"].as_str().unwrap()).exists());
}
