//! `/readyz` where the disk is full: it says which part is not ready, and is ready again when there is room.

use std::{fs, io::Write, path::PathBuf, thread, time::Duration};

use super::{Home, Server, demo_password};
use crate::server::{Answer, Wire};

/// A small file system where the data is, for as long as this lives.
struct Small(PathBuf);

#[expect(
    clippy::disallowed_methods,
    reason = "the only way to a real full disk; nothing of the input is in it"
)]
fn command(name: &str) -> std::process::Command {
    std::process::Command::new(name)
}

impl Small {
    /// Under a folder, with what is in it. None where one may not be made.
    fn under(home: &Home) -> Option<Self> {
        let (data, aside) = (home.data(), home.beside("aside"));
        fs::rename(&data, &aside).unwrap();
        fs::create_dir(&data).unwrap();
        let mut mount = command("mount");
        let done = mount.args(["-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs"]).arg(&data).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: no file system may be mounted here, so the full disk was not tried");
            return None;
        }
        for file in fs::read_dir(&aside).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), data.join(file.file_name())).unwrap();
        }
        Some(Self(data))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = command("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn ready(server: &Server) -> Answer {
    Wire::to(server.ops).ask("GET", "/readyz", &[], "")
}

/// Waits a minute for what comes in seconds.
fn until(server: &Server, status: u16, mut meanwhile: impl FnMut()) -> String {
    for _ in 0..600 {
        meanwhile();
        let answer = ready(server);
        if answer.status == status {
            return answer.body;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it is never {status}: {:?} {}", ready(server), server.log());
}

#[test]
fn a_full_disk_is_not_ready_and_says_what_is_not() {
    let home = Home::furnished();
    let Some(_small) = Small::under(&home) else { return };
    let settings = ["breaker.open=1s", "rate.login=60000/minute", "rate.prices=60000/minute"];
    let server = Server::on(home, &settings);
    assert_eq!((ready(&server).status, ready(&server).body.as_str()), (200, "ready\n"));
    let login =
        serde_json::json!({"email": "demo@example.org", "password": demo_password(&server)}).to_string();
    let filler = server.data().join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let said = until(&server, 503, || {
        // A sign-in is written, and so is what is hostile.
        server.post("/api/v1/auth/login", &login);
        for _ in 0..20 {
            server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--");
        }
    });
    let known = ["the database cannot be written", "the security log cannot be written"];
    assert!(said.lines().all(|line| known.contains(&line)), "{said}");
    drop(file);
    fs::remove_file(filler).unwrap();
    assert_eq!(until(&server, 200, || ()), "ready\n", "nobody but who asks whether it is ready has come");
    assert_eq!(server.post("/api/v1/auth/login", &login).status, 200);
}
