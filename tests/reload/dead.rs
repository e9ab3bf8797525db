//! What blocks whoever opens it, what never ends, and a mount whose server is gone: none holds up the server or its end.

use std::{
    fs::File,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::{sys::stat::Mode, unistd::mkfifo};

use super::{Home, Server, Shop, Signal, fs, run, text};
use crate::server::Pair;

/// A file system (FUSE) that never answers, over a folder, for as long as this lives. None where none may be mounted.
struct Dead {
    over: PathBuf,
    /// Whoever waits is let go when this is closed.
    _connection: File,
}

#[expect(clippy::disallowed_methods, reason = "the only way to a real mount; nothing of the input is in it")]
fn command(name: &str) -> Command {
    Command::new(name)
}

impl Dead {
    fn mounted(over: &Path) -> Option<Self> {
        let skipped =
            || eprintln!("SKIPPED: no file system may be mounted here, so the dead mount was not tried");
        let Ok(connection) = File::options().read(true).write(true).open("/dev/fuse") else {
            skipped();
            return None;
        };
        let options = "fd=0,rootmode=40000,user_id=0,group_id=0";
        let mut mount = command("mount");
        mount.args(["-i", "-t", "fuse", "-o", options, "dead"]).arg(over);
        let done = mount.stdin(Stdio::from(connection.try_clone().unwrap())).stderr(Stdio::null()).status();
        if !done.is_ok_and(|status| status.success()) {
            skipped();
            return None;
        }
        Some(Self { over: over.to_owned(), _connection: connection })
    }
}

impl Drop for Dead {
    fn drop(&mut self) {
        let _ = command("umount").arg("-l").arg(&self.over).status();
    }
}

/// A server whose file lies in a folder of its own.
fn server_by(folder: &str, file: &str) -> Server {
    let home = Home::furnished();
    let folder = home.beside(folder);
    fs::create_dir(&folder).unwrap();
    let path = folder.join("aspis.toml");
    fs::write(&path, file).unwrap();
    let mut command = home.command(&[]);
    command.arg("--config").arg(path);
    Server::of(home, command)
}

fn reload(server: &Server) -> (bool, String) {
    let output = run(&["reload", "--data", &server.data().display().to_string()]);
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_dead_mount_holds_up_nothing() {
    let server = server_by("conf", "rate.prices = \"50/minute\"\n");
    let folder = server.home().beside("conf");
    let policy = || server.get("/api/v1/assets").header("ratelimit-policy").unwrap().to_owned();
    {
        let Some(_dead) = Dead::mounted(&folder) else { return };
        let (done, said) = reload(&server);
        assert!(!done && said.contains("does not answer"), "{said}");
        assert!(policy().contains("q=50;"), "it serves as before");
    }
    fs::write(folder.join("aspis.toml"), "rate.prices = \"40/minute\"\n").unwrap();
    let (done, said) = reload(&server);
    assert!(done && policy().contains("q=40;"), "{said}");
    let log = fs::read_to_string(server.data().join("logs/security.log")).unwrap();
    assert!(log.contains("settings_refused"), "{log}");

    // The end does not wait for it either.
    let Some(dead) = Dead::mounted(&folder) else { return };
    server.signal(Signal::SIGHUP);
    let (home, status, said) = server.stop();
    // Before the folder below it goes.
    drop(dead);
    drop(home);
    assert!(status.success(), "{said}");
}

/// The certificate is looked at by itself, too.
#[test]
fn a_certificate_on_a_dead_mount_is_shown_all_the_same() {
    let place = tempfile::tempdir().unwrap();
    let pair = Pair::made(place.path());
    let server = Server::start(&pair.settings().each_ref().map(String::as_str));
    let Some(_dead) = Dead::mounted(place.path()) else { return };
    let (done, said) = reload(&server);
    assert!(!done && said.contains("does not answer"), "{said}");
    let log = server.data().join("logs/security.log");
    // The server's own look comes every ten seconds, and is given up after ten.
    for _ in 0..600 {
        if fs::read_to_string(&log).unwrap().contains("certificate_failed") {
            break;
        }
        std::thread::sleep(super::Duration::from_millis(100));
    }
    assert!(fs::read_to_string(&log).unwrap().contains("certificate_failed"));
    let (_, status, said) = server.stop();
    assert!(status.success(), "{said}");
}

#[test]
fn what_is_no_file_is_refused_by_name_and_changes_nothing() {
    let shop = Shop::open("rate.prices = \"50/minute\"\n");
    let path = shop.server.home().beside("aspis.toml");
    for what in ["a pipe", "a device", "a folder", "more than"] {
        let _ = fs::remove_file(&path);
        match what {
            "a pipe" => mkfifo(&path, Mode::S_IRWXU).unwrap(),
            "a device" => symlink("/dev/zero", &path).unwrap(),
            "a folder" => fs::create_dir(&path).unwrap(),
            _ => {
                fs::remove_dir(&path).unwrap();
                fs::write(&path, "#".repeat(2_000_000)).unwrap();
            }
        }
        let (done, said) = reload(&shop.server);
        assert!(!done && said.contains("aspis.toml: cannot be read") && said.contains(what), "{said}");
        assert!(shop.policy().contains("q=50;"), "{}", shop.policy());
        let named = path.display().to_string();
        for command in
            [&["check", &named][..], &["serve", "--config", &named], &["surface", "--config", &named]]
        {
            let output = run(command);
            let said = text(&output.stdout) + &text(&output.stderr);
            // What does not look at settings does not stumble over them.
            assert!(command[0] == "surface" || !output.status.success() && said.contains(what), "{said}");
        }
    }
    fs::remove_file(&path).unwrap();
    mkfifo(&path, Mode::S_IRWXU).unwrap();
    shop.server.signal(Signal::SIGHUP);
    let (_, status, said) = shop.server.stop();
    assert!(status.success(), "{said}");
}

#[test]
fn a_certificate_that_is_no_file_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let pair = Pair::made(place.path());
    let server = Server::start(&pair.settings().each_ref().map(String::as_str));
    for path in [&pair.certificate, &pair.key] {
        let kept = fs::read(path).unwrap();
        for device in [false, true] {
            fs::remove_file(path).unwrap();
            if device {
                symlink("/dev/zero", path).unwrap();
            } else {
                mkfifo(path, Mode::S_IRUSR).unwrap();
            }
            let (done, said) = reload(&server);
            let what = if device { "a device" } else { "a pipe" };
            assert!(!done && said.contains(what) && said.contains("tls."), "{said}");
        }
        fs::remove_file(path).unwrap();
        fs::write(path, kept).unwrap();
        pair.open_to(0o600);
    }
    assert!(reload(&server).0);
    assert_eq!(pair.trusted().get(server.address, "/api/v1/price/BTC").unwrap().status, 200);
}

/// Files that commands are given.
#[test]
fn no_command_waits_for_what_is_no_file() {
    let home = Home::furnished();
    let data = home.data().display().to_string();
    let pipe = home.beside("pipe");
    mkfifo(&pipe, Mode::S_IRWXU).unwrap();
    let import = ["assets", "import", "FILE", "--asset", "NEW", "--source", "internal_db"];
    for path in [pipe.display().to_string(), "/dev/zero".to_owned()] {
        for command in [
            &["trace", "FILE"][..],
            &["replay", "FILE"],
            &["restore", "FILE"],
            &import,
            &["scan", "FILE"],
            &["users", "import", "FILE"],
        ] {
            let args: Vec<&str> =
                command.iter().map(|word| if *word == "FILE" { &path } else { *word }).collect();
            let output = run(&[&["--data", &data][..], &args].concat());
            let said = text(&output.stdout) + &text(&output.stderr);
            assert!(!output.status.success() && !said.contains("panicked"), "{args:?}: {said}");
        }
    }
}
