//! Starting: on nothing, again, and where it cannot.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use super::{Home, Server, demo, mode, text};

/// Everything below a folder.
fn below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push(path.clone());
        if path.is_dir() {
            found.extend(below(&path));
        }
    }
    found
}

#[test]
fn a_first_start_needs_nothing_and_keeps_to_itself() {
    let server = Server::on(Home::empty(), &[]);
    assert_eq!(mode(&server.data()), 0o700);
    for path in below(&server.data()) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
    let names: Vec<_> =
        below(&server.data()).into_iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    for name in ["aspis.db", "demo-password", "operator-invitation", "security.log", "lock"] {
        assert!(names.iter().any(|there| there == name), "{name}: {names:?}");
    }
    // The shipped history is loaded, the demo account works, and the last line says that it is ready.
    assert_eq!(server.get("/api/v1/price/BTC").json()["price"], "8709.49");
    demo(&server);
    assert_eq!(
        server.greeting.lines().last(),
        Some(format!("listening on http://{}", server.address).as_str())
    );
    let (_, status, log) = server.stop();
    assert!(status.success() && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn a_second_start_finds_everything_as_it_was() {
    let server = Server::on(Home::furnished(), &[]);
    let (token, password) = (demo(&server), super::demo_password(&server));
    let invitation = fs::read_to_string(server.data().join("operator-invitation")).unwrap();
    let (home, status, _) = server.stop();
    assert!(status.success());
    let server = Server::on(home, &[]);
    assert_eq!(super::demo_password(&server), password);
    assert_eq!(fs::read_to_string(server.data().join("operator-invitation")).unwrap(), invitation);
    // The keys are the same too: a token of before is good.
    let me = server.wire().ask("GET", "/api/v1/auth/me", &[&format!("authorization: Bearer {token}")], "");
    assert_eq!((me.status, me.json()["email"].as_str()), (200, Some("demo@example.org")));
    demo(&server);
    let path = format!("/api/v1/auth/invitations/{}", invitation.trim_end());
    let person =
        "{\"email\":\"op@example.org\",\"password\":\"several unrelated words 42\",\"full_name\":\"Op\"}";
    assert_eq!(server.post(&path, person).status, 201);
}

/// A folder that others could look into is closed to them.
#[test]
fn a_folder_that_is_open_to_others_is_closed() {
    let home = Home::furnished();
    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o755)).unwrap();
    let server = Server::on(home, &[]);
    assert_eq!(mode(&server.data()), 0o700);
}

#[test]
fn two_servers_on_one_folder_are_one_too_many() {
    let server = Server::start(&[]);
    let mut second =
        crate::server::aspis(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data"]);
    let said = super::complaint(&second.arg(server.data()).output().unwrap());
    assert!(
        said.contains("another server is running") && said.contains(&server.data().display().to_string()),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(server.get("/api/v1/price/BTC").status, 200, "the first goes on");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for flag in ["--listen", "--ops-listen"] {
        let home = Home::furnished();
        let other = if flag == "--listen" { "--ops-listen" } else { "--listen" };
        let mut command = Home::bare(&[]);
        command.arg("--data").arg(home.data()).args([flag, &address.to_string(), other, "127.0.0.1:0"]);
        let output = command.output().unwrap();
        let said = super::complaint(&output);
        assert!(said.contains(&format!("cannot listen on {address}")), "{flag}: {said}");
        assert!(!text(&output.stdout).contains("listening on"), "{flag}");
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let home = Home::empty();
    fs::write(home.beside("file"), "x").unwrap();
    for place in [home.beside("file"), home.beside("file/data"), "/proc/aspis/data".into()] {
        let mut command = Home::bare(&[]);
        command.args(["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data"]).arg(&place);
        let said = super::complaint(&command.output().unwrap());
        assert!(said.contains(&place.display().to_string()) && said.contains("cannot be used"), "{said}");
    }
}

#[test]
fn a_damaged_database_is_called_that_and_left_alone() {
    let whole = Home::furnished();
    let bytes = fs::read(whole.data().join("aspis.db")).unwrap();
    let mut holed = bytes.clone();
    holed[4096..8192].fill(0x5a);
    let cut = bytes[..bytes.len() / 2].to_vec();
    for (what, damaged) in [
        ("no database", b"this is no database at all, whatever it is called".repeat(200)),
        ("a hole", holed),
        ("cut", cut),
    ] {
        let home = Home::furnished();
        fs::write(home.data().join("aspis.db"), &damaged).unwrap();
        let (_, said) = home.fails(&[]);
        assert!(
            said.contains("aspis.db") && said.contains("damaged") && said.contains("restore a backup"),
            "{what}: {said}"
        );
        assert!(!said.contains("panicked"), "{what}: {said}");
        assert!(
            fs::read(home.data().join("aspis.db")).unwrap() == damaged,
            "{what}: nothing was written over it"
        );
    }
}
