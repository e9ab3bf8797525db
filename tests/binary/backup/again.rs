//! What was restored is backed up again, and that is restored: as often as it is needed.

use super::*;

#[test]
fn a_folder_that_was_restored_has_backups_that_can_be_restored() {
    let server = Server::start(&ENDLESS);
    assert_eq!(order(&server, &demo(&server), "one").0, 201);
    let (mut home, ..) = server.stop();
    let file = home.beside("aspis.toml");
    fs::write(&file, "[backup]\nschedule = \"off\"\n").unwrap();
    for round in 0..3 {
        let to = home.beside(&format!("{round}.tar.gz"));
        told(on(&home.data(), &["backup", "--json", "--config"]).arg(&file).arg("--out").arg(&to));
        told(on(&home.data(), &["restore", "--aside", "--json"]).arg(&to));
        let put = fs::read_to_string(home.data().join("settings.from-backup.toml")).unwrap();
        assert!(put.contains("schedule"), "{put}");
        let server = Server::on(home, &ENDLESS);
        assert_eq!(trades(&server, &demo(&server)), 1);
        // And the server's own.
        let made = told(&mut on(&server.data(), &["backup", "--json"]));
        let fresh = Home::empty();
        let output = restore(Path::new(made["path"].as_str().unwrap()), &fresh.data());
        assert!(output.status.success(), "{}", text(&output.stderr));
        home = server.stop().0;
    }
}

/// What a restore would not put down is no whole backup, and is not called one.
#[test]
fn a_file_that_belongs_to_the_place_is_in_no_backup() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    for name in ["control.sock", ".restoring", "deployment.new"] {
        fs::write(home.data().join(name), "left behind").unwrap();
    }
    let to = home.beside("backup.tar.gz");
    let made = back_up(&home.data(), &to);
    let parts = made["manifest"]["parts"].to_string();
    assert!(!parts.contains("control.sock") && !parts.contains("restoring"), "{parts}");
    let fresh = Home::empty();
    assert!(restore(&to, &fresh.data()).status.success());
    drop(Server::on(fresh, &ENDLESS));
}

/// A restore that is killed between the exchange and the new name of the old folder leaves it hidden, with any number.
#[test]
fn an_old_folder_that_was_hidden_is_called_by_its_name() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    let to = home.beside("backup.tar.gz");
    back_up(&home.data(), &to);
    fs::write(home.data().join("marker"), "of the old one").unwrap();
    fs::rename(home.data(), home.beside(".data.restore-1")).unwrap();
    let foreign = home.beside(".data.restore-notes");
    fs::create_dir(&foreign).unwrap();
    let restored = told(on(&home.data(), &["restore", "--json"]).arg(&to));
    let found = restored["found"].as_array().unwrap();
    let [found] = &found[..] else { panic!("{restored}") };
    let found = PathBuf::from(found.as_str().unwrap());
    assert!(found.join("marker").exists() && found.to_string_lossy().contains(".before-restore-"));
    assert!(foreign.exists() && !home.beside(".data.restore-1").exists());
    assert!(home.data().join("aspis.db").exists());
}

#[test]
fn a_command_at_work_and_a_restore_keep_apart() {
    let (home, ..) = Server::start(&ENDLESS).stop();
    let to = home.beside("backup.tar.gz");
    back_up(&home.data(), &to);
    let database = fs::File::open(home.data().join("aspis.db")).unwrap();
    // As a command holds it.
    database.lock_shared().unwrap();
    let refused = complaint(&on(&home.data(), &["restore", "--aside"]).arg(&to).output().unwrap());
    assert!(refused.contains("a command works on the data folder"), "{refused}");
    database.unlock().unwrap();
    // As a restore does.
    database.lock().unwrap();
    for args in [&["users", "list"][..], &["backup"], &["incident", "block", "10.1.2.3", "--for", "1h"]] {
        let refused = complaint(&on(&home.data(), args).output().unwrap());
        assert!(refused.contains("is being restored"), "{args:?}: {refused}");
    }
    database.unlock().unwrap();
    told(on(&home.data(), &["restore", "--aside", "--json"]).arg(&to));
}
