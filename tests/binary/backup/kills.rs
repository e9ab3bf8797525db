//! Killed at many points: what has a good name is good, and a data folder is the old one or the new one, whole.

use std::{process::Stdio, time::Duration};

use super::*;

/// Kills a command after a while, unless it ended before.
fn kill_after(command: &mut Command, span: Duration) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(span);
    let _ = child.kill();
    child.wait().unwrap();
}

/// How long a command takes when nobody kills it, in steps.
fn steps(took: Duration, count: u32) -> impl Iterator<Item = Duration> {
    (1..=count).map(move |at| took * at / count)
}

#[expect(clippy::disallowed_methods, reason = "how long a process takes is measured by the machine's clock")]
fn timed(command: &mut Command) -> Duration {
    let began = std::time::Instant::now();
    assert!(command.output().unwrap().status.success());
    began.elapsed()
}

#[test]
fn a_backup_that_is_killed_leaves_the_old_ones_and_no_half_one() {
    let server = Server::start(&ENDLESS);
    let data = server.data();
    let took = timed(&mut on(&data, &["backup"]));
    for span in steps(took, 12) {
        kill_after(&mut on(&data, &["backup"]), span);
    }
    back_up(&data, &server.home().beside("last.tar.gz"));
    let folder = data.join("backups");
    let names =
        || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let good: Vec<String> = names().filter(|name| name.starts_with("aspis-")).collect();
    assert!(!good.is_empty());
    for name in good {
        let fresh = Home::empty();
        let output = restore(&folder.join(&name), &fresh.data());
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
    }
    told(&mut on(&data, &["backup", "--json"]));
    assert!(names().all(|name| !name.contains(".part")), "what was never ended is cleared away");
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_folder_or_the_new_one() {
    let server = Server::start(&ENDLESS);
    let (home, ..) = server.stop();
    let data = home.data();
    let to = home.beside("backup.tar.gz");
    back_up(&data, &to);
    let took = timed(on(&home.beside("trial"), &["restore"]).arg(&to));
    let (mut old, mut new) = (0, 0);
    for span in steps(took + took / 4, 12) {
        fs::write(data.join("marker"), "of the old one").unwrap();
        kill_after(on(&data, &["restore", "--aside"]).arg(&to), span);
        if data.join("marker").exists() {
            old += 1;
        } else {
            new += 1;
        }
        for args in [&["users", "list"][..], &["log", "verify"]] {
            let output = on(&data, args).output().unwrap();
            assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        }
        assert!(!data.join(".restoring").exists());
    }
    assert!(old > 0 && old + new == 12, "{old} old, {new} new");
    let server = Server::on(home, &ENDLESS);
    demo(&server);
}
