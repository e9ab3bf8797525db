//! Killed at many points: what has a good name is good, and a data folder is the old one or the new one, whole.

use std::{process::Stdio, time::Duration};

use super::*;
use crate::server::{moments, timed};

/// Kills a command after a while, unless it ended before.
fn kill_after(command: &mut Command, span: Duration) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(span);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_backup_that_is_killed_leaves_the_old_ones_and_no_half_one() {
    let server = Server::start(&ENDLESS);
    let data = server.data();
    let token = demo(&server);
    let folder = server.home().beside("kept");
    fs::create_dir(&folder).unwrap();
    // By the command itself: what the server makes goes on without whoever asked for it.
    let made = || {
        let mut command = on(&data, &["backup", "--json", "--out"]);
        command.arg(&folder);
        command
    };
    let took = timed(&mut made());
    for (round, span) in moments(took).enumerate() {
        // What is answered while a backup is made and killed is kept like everything else.
        assert_eq!(order(&server, &token, &format!("{round}")).0, 201);
        kill_after(&mut made(), span);
    }
    let placed = trades(&server, &token);
    back_up(&data, &server.home().beside("last.tar.gz"));
    let names =
        || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let good: Vec<String> = names().filter(|name| name.starts_with("aspis-")).collect();
    assert!(!good.is_empty());
    for name in good {
        let fresh = Home::empty();
        let output = restore(&folder.join(&name), &fresh.data());
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
    }
    told(&mut made());
    assert!(names().all(|name| !name.contains(".part")), "what was never ended is cleared away");
    assert!(!data.join(".aspis-copy.part").exists(), "and the copy with it");
    let fresh = Home::empty();
    assert!(restore(&server.home().beside("last.tar.gz"), &fresh.data()).status.success());
    let restored = Server::on(fresh, &ENDLESS);
    assert_eq!(trades(&restored, &demo(&restored)), placed);
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_folder_or_the_new_one() {
    let server = Server::start(&ENDLESS);
    assert_eq!(order(&server, &demo(&server), "one").0, 201);
    let (home, ..) = server.stop();
    let data = home.data();
    let to = home.beside("backup.tar.gz");
    back_up(&data, &to);
    let took = timed(on(&home.beside("trial"), &["restore"]).arg(&to));
    let (mut old, mut rounds) = (0, 0);
    for span in moments(took) {
        fs::write(data.join("marker"), "of the old one").unwrap();
        kill_after(on(&data, &["restore", "--aside"]).arg(&to), span);
        old += u32::from(data.join("marker").exists());
        rounds += 1;
        for args in [&["users", "list"][..], &["log", "verify"]] {
            let output = on(&data, args).output().unwrap();
            assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        }
        assert!(!data.join(".restoring").exists());
    }
    assert!(old > 0, "none of {rounds} was killed before its end");
    let server = Server::on(home, &ENDLESS);
    assert_eq!(trades(&server, &demo(&server)), 1);
}
