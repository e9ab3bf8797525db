//! A Redis or Valkey server of one's own, in a folder that goes away with it.
//!
//! It is Debian's (`apt-get install redis-server`), or Valkey's where that alone is there. It dies with the test that
//! started it, however that ends.
#![expect(clippy::disallowed_methods, reason = "the server is another program")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Redis {
    child: Option<Child>,
    dir: TempDir,
    port: u16,
    options: Vec<String>,
    variables: Vec<(&'static str, PathBuf)>,
}

const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];
const MISSING: &str = "redis-server is missing: apt-get install redis-server, or scripts/setup; \
                       or leave these tests out: ASPIS_TEST_SKIP_SERVICES=1";

impl Redis {
    /// Starts one. None where there is no such program and whoever runs the tests has said that this is well.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// Starts one with options; `PORT` in them is the port where it listens.
    pub(crate) fn start_with(options: &[&str]) -> Option<Self> {
        program()?;
        let (dir, port) = (tempfile::tempdir().unwrap(), spare_port());
        let options = options.iter().map(|option| option.replace("PORT", &port.to_string())).collect();
        let mut server = Self { child: None, dir, port, options, variables: Vec::new() };
        server.go_on();
        Some(server)
    }

    /// Starts one with some variables of its environment.
    #[allow(dead_code, reason = "one of those who include it uses it")]
    pub(crate) fn start_under(variables: Vec<(&'static str, PathBuf)>) -> Option<Self> {
        program()?;
        let (dir, port) = (tempfile::tempdir().unwrap(), spare_port());
        let mut server = Self { child: None, dir, port, options: Vec::new(), variables };
        server.go_on();
        Some(server)
    }

    /// Starts it again where it was; it begins with nothing in it.
    pub(crate) fn go_on(&mut self) {
        let program = program().expect("it was there");
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", program, "--bind", "127.0.0.1", "--port"])
            .arg(self.port.to_string())
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(self.dir.path())
            .args(&self.options)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdout(fs::File::create(self.dir.path().join("log")).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        for _ in 0..1500 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("it did not start: {}", fs::read_to_string(self.dir.path().join("log")).unwrap_or_default());
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it in the middle of whatever it does, or lets it go on.
    pub(crate) fn pause(&self, paused: bool) {
        let signal = if paused { "-STOP" } else { "-CONT" };
        let pid = self.child.as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// The first line of what it answers to a command, or the text where it is one.
    pub(crate) fn ask(&self, command: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        let (mut reader, mut line) = (BufReader::new(stream), String::new());
        reader.read_line(&mut line).unwrap();
        let Some(length) = line.strip_prefix('$').and_then(|length| length.trim().parse().ok()) else {
            return line.trim().to_owned();
        };
        let mut text = vec![0; length];
        reader.read_exact(&mut text).unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program, by the name it has here.
fn program() -> Option<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |name: &&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let found = PROGRAMS.into_iter().find(|name| is_here(name));
    if found.is_none() {
        assert!(std::env::var_os("ASPIS_TEST_SKIP_SERVICES").is_some_and(|set| set == "1"), "{MISSING}");
        // Past what the test runner holds back.
        let _ = writeln!(std::io::stderr(), "=== SKIPPED: redis-server is missing ===");
    }
    found
}

fn spare_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
