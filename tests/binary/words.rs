//! Small words of the commands: one of something, an account by its address, and what there is not.

use std::fs;

use serde_json::Value;

use super::{Home, Server, complaint, demo, printed};
use crate::server::{aspis, text};

#[test]
fn one_is_one_and_two_are_two() {
    let home = Home::empty();
    fs::create_dir(home.data()).unwrap();
    fs::write(home.beside("notes.txt"), "nothing of ours\n").unwrap();
    let scan = aspis(&["scan", home.beside("notes.txt").to_str().unwrap()]).output().unwrap();
    assert!(
        text(&scan.stdout).contains("1 file, 0 objects of repositories, 16 bytes"),
        "{}",
        text(&scan.stdout)
    );
    let server = Server::start(&[]);
    let (home, ..) = server.stop();
    let said = printed(&["log", "verify", "--data", home.data().to_str().unwrap()]);
    assert!(said.contains(" lines in 1 file, up to"), "{said}");
}

#[test]
fn a_backup_goes_to_no_folder_that_is_not_there() {
    let server = Server::start(&["backup.schedule=off"]);
    let nowhere = server.home().beside("nowhere");
    let out = nowhere.join("mine.tar.gz");
    let mut command = aspis(&["backup", "--data", server.data().to_str().unwrap(), "--out"]);
    let said = complaint(&command.arg(&out).output().unwrap());
    assert!(said.contains("there is no folder") && said.contains("nowhere"), "{said}");
    assert!(!nowhere.exists(), "it was made");
    fs::create_dir(&nowhere).unwrap();
    let made = command.output().unwrap();
    assert!(made.status.success() && out.exists(), "{}", text(&made.stderr));
}

#[test]
fn events_of_an_account_by_its_address() {
    let server = Server::start(&[]);
    demo(&server);
    let data = server.data();
    let data = data.to_str().unwrap();
    let shown: Value =
        serde_json::from_str(&printed(&["users", "show", "demo@example.org", "--json", "--data", data]))
            .unwrap();
    let id = shown["accounts"][0]["id"].as_str().unwrap();
    // The line is written a moment after the answer.
    let of =
        |named: &str| printed(&["events", "--kind", "login_success", "--account", named, "--data", data]);
    let first = (0..600).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Some(of("Demo@example.org")).filter(|said| !said.is_empty())
    });
    assert_eq!(first.expect("a sign-in"), of(id));
    let unknown = aspis(&["events", "--account", "nobody@example.org", "--data", data]).output().unwrap();
    assert!(complaint(&unknown).contains("there is no account nobody@example.org"));
}

#[test]
fn relaxing_what_is_not_tightened_is_said() {
    let server = Server::start(&[]);
    let data = server.data();
    let relax = |args: &[&str]| {
        let mut all = vec!["incident", "relax", "--data", data.to_str().unwrap()];
        all.extend(args);
        printed(&all)
    };
    for args in [&[][..], &["--dry-run"], &["--over", "30m"]] {
        assert!(relax(args).contains("there is nothing to relax"), "{args:?}: {}", relax(args));
    }
    let list = printed(&["incident", "list", "--data", data.to_str().unwrap()]);
    assert!(list.contains("nothing was done yet"), "and nothing is kept of it: {list}");
    let told = || printed(&["events", "--kind", "limits_relaxed", "--data", data.to_str().unwrap()]);
    assert_eq!(told(), "");
    printed(&["incident", "tighten", "login", "--data", data.to_str().unwrap()]);
    assert!(relax(&[]).contains("touched 1"));
    assert_eq!(told().lines().count(), 1);
    assert_eq!(printed(&["events", "--kind", "events_lost", "--data", data.to_str().unwrap()]), "");
}
