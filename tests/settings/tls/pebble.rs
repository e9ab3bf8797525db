//! Pebble, the small authority that Let's Encrypt wrote to test clients against.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::json;

use crate::server::{Pair, Trust};

pub(super) struct Pebble {
    child: Child,
    pair: Pair,
    directory: u16,
    management: u16,
    /// Where it comes to see proofs.
    ours: u16,
    _folder: tempfile::TempDir,
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Asks again and again for what takes a while.
pub(super) fn patiently<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..300 {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not come in half a minute");
}

impl Pebble {
    /// Nothing where the tests of other people's programs are to be left out.
    #[expect(clippy::disallowed_methods, reason = "a program of its own, with arguments of the test's own")]
    pub(super) fn start() -> Option<Self> {
        if std::env::var_os("ASPIS_TEST_SKIP_SERVICES").is_some() {
            eprintln!("=== SKIPPED: a certificate from pebble: ASPIS_TEST_SKIP_SERVICES is set");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let pair = Pair::made(folder.path());
        let [directory, management, ours] = [(); 3].map(|()| free_port());
        let config = json!({"pebble": {
            "listenAddress": format!("127.0.0.1:{directory}"),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": pair.certificate, "privateKey": pair.key,
            "httpPort": 1, "tlsPort": ours,
        }});
        let file = folder.path().join("pebble.json");
        fs::write(&file, config.to_string()).unwrap();
        let mut command = Command::new("pebble");
        command.arg("-config").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.env("PEBBLE_VA_NOSLEEP", "1").spawn();
        let child = child.expect(
            "pebble is missing; install it once: apt-get install -y pebble; or leave it out: ASPIS_TEST_SKIP_SERVICES=1",
        );
        Some(Self { child, pair, directory, management, ours, _folder: folder })
    }

    /// What a server is told to have its certificate from here.
    pub(super) fn settings(&self) -> Vec<String> {
        vec![
            "acme.domains=localhost".to_owned(),
            "server.ops_listen=127.0.0.1:0".to_owned(),
            format!("server.listen=127.0.0.1:{}", self.ours),
            format!("acme.directory=https://127.0.0.1:{}/dir", self.directory),
            format!("acme.root={}", self.pair.certificate.display()),
        ]
    }

    /// Ends it; its certificate stays where it is.
    pub(super) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Who trusts what it certifies.
    pub(super) fn trusted(&self) -> Trust {
        let management = SocketAddr::from(([127, 0, 0, 1], self.management));
        let root = patiently(|| self.pair.trusted().get(management, "/roots/0").ok());
        assert_eq!(root.status, 200, "{root:?}");
        Trust::pem(root.body.as_bytes())
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        self.stop();
    }
}
