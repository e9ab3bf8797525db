//! One server a data folder, whatever is done to the folder.

use std::{fs, thread, time::Duration};

use super::{Home, Server, complaint, run};

/// The file `lock` is not what holds it.
#[test]
fn a_lock_that_was_removed_lets_nobody_in() {
    let server = Server::start(&[]);
    let lock = server.data().join("lock");
    let data = server.data().display().to_string();
    for turn in 0..20 {
        fs::remove_file(&lock).unwrap();
        let said = complaint(&server.home().command(&[]).output().unwrap());
        assert!(said.contains("another server is running on the data folder"), "{turn}: {said}");
        // Also beside another folder of sockets, and however soon.
        let _ = fs::remove_file(server.data().join("control.sock"));
        let said = complaint(&run(&["--data", &data, "restore", "nothing.tar.gz", "--aside"]));
        assert!(said.contains("a server is running"), "{turn}: {said}");
        for _ in 0..600 {
            if lock.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        assert!(lock.exists(), "it is made anew");
    }
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
    let (home, status, said) = server.stop();
    assert!(status.success() && said.contains("had been removed"), "{said}");
    assert_eq!(Server::on(home, &[]).get("/api/v1/price/BTC").status, 200, "and then it is free");
}

/// Whoever has lost the folder ends, and leaves the next one's files alone.
#[test]
fn a_server_whose_folder_was_moved_ends_itself() {
    let server = Server::start(&[]);
    let (data, away) = (server.data(), server.home().beside("away"));
    fs::rename(&data, &away).unwrap();
    let (home, status, said) = server.ended();
    assert!(!status.success() && said.contains("this one ends at once"), "{said}");
    fs::rename(&away, &data).unwrap();
    let server = Server::on(home, &[]);
    assert_eq!(server.get("/api/v1/price/BTC").status, 200, "nothing was lost");

    // Another one takes its place within the moment.
    let other = Home::furnished();
    fs::rename(&data, &away).unwrap();
    fs::rename(other.data(), &data).unwrap();
    let next = Server::of(Home::empty(), server.home().command(&[]));
    let (home, status, _) = server.ended();
    assert!(!status.success());
    assert_eq!(next.get("/api/v1/price/BTC").status, 200);
    let said = complaint(&home.command(&[]).output().unwrap());
    assert!(said.contains("another server is running"), "{said}");
    let (_, status, said) = next.stop();
    assert!(status.success(), "{said}");
    let whole = run(&["--data", &data.display().to_string(), "log", "verify"]);
    assert!(whole.status.success(), "{}", crate::server::text(&whole.stdout));
}
