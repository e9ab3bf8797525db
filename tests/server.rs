//! The real binary as a process of its own, on a folder of its own, spoken to over real sockets.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::shop::copy_template_to;

mod encrypted;
mod moments;
mod wire;

pub(crate) use encrypted::{Pair, Trust};
pub(crate) use moments::{moments, timed};
pub(crate) use wire::{Answer, Wire, lines};

/// Hashing that costs next to nothing, and nobody who is called.
const CHEAP: [&str; 4] = [
    "password.argon2_memory_kib=64",
    "password.argon2_passes=1",
    "admission.refusal_delay=0s",
    "sources.enabled=false",
];

/// The binary under test: the one built beside the tests, or the one that `ASPIS_TEST_BINARY` names, as it is published.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("ASPIS_TEST_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_aspis").into()).into()
}

/// A command of the binary, ready to run; no setting of the environment reaches it.
#[expect(clippy::disallowed_methods, reason = "the binary under test, with arguments of the test's own")]
pub(crate) fn aspis(args: &[&str]) -> Command {
    let mut command = Command::new(binary());
    let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ASPIS_"));
    ours.for_each(|(name, _)| {
        command.env_remove(name);
    });
    command.args(args);
    command
}

/// What a command said, at its end.
pub(crate) fn run(args: &[&str]) -> Output {
    aspis(args).output().unwrap()
}

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where it tells machines how it is.
    pub(crate) ops: SocketAddr,
    /// Everything it said on standard output until it was ready.
    pub(crate) greeting: String,
    log: PathBuf,
    home: Home,
}

/// A folder that holds a data folder, and goes with its server or stays for the next one.
pub(crate) struct Home(tempfile::TempDir);

impl Home {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With the shipped history loaded, which saves every test but one the loading.
    pub(crate) fn furnished() -> Self {
        let home = Self::empty();
        fs::create_dir(home.data()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(copy_template_to(&home.data().join("aspis.db")));
        home
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// A file beside it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The command that serves on this folder, on ports of the kernel's choice.
    pub(crate) fn command(&self, settings: &[&str]) -> Command {
        let mut command = Self::bare(settings);
        command.args(["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data"]).arg(self.data());
        command
    }

    /// The command that serves where the settings say.
    pub(crate) fn bare(settings: &[&str]) -> Command {
        let mut command = aspis(&["serve"]);
        for setting in CHEAP.iter().chain(settings) {
            command.args(["--set", setting]);
        }
        command
    }

    /// Starts a server that has to fail, and waits for its end.
    pub(crate) fn fails(&self, settings: &[&str]) -> (ExitStatus, String) {
        let output = self.command(settings).output().unwrap();
        assert!(!output.status.success(), "it started: {}", text(&output.stdout));
        (output.status, text(&output.stderr))
    }
}

/// Bytes as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The names of the backups in a folder, oldest first.
pub(crate) fn backups(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("aspis-")).collect();
    names.sort();
    names
}

impl Server {
    /// On a furnished folder of its own, with some settings.
    pub(crate) fn start(settings: &[&str]) -> Self {
        Self::on(Home::furnished(), settings)
    }

    /// On a folder.
    pub(crate) fn on(home: Home, settings: &[&str]) -> Self {
        let command = home.command(settings);
        Self::of(home, command)
    }

    /// By a command that was made for a folder.
    pub(crate) fn of(home: Home, mut command: Command) -> Self {
        let log = home.beside("stderr.log");
        command.stdout(Stdio::piped()).stderr(File::create(&log).unwrap()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let greeting = until_ready(&mut out)
            .unwrap_or_else(|| panic!("it did not start: {}", fs::read_to_string(&log).unwrap()));
        let address = after(&greeting, "listening on http://");
        let address = address.or_else(|| after(&greeting, "listening on https://")).expect("an address");
        let ops = after(&greeting, "metrics     http://").expect("an address");
        Self { child, out, address, ops, greeting, log, home }
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The folder that it lives in.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.data()
    }

    /// Its security log, once every one of these is in it: it is written after what it tells of was answered.
    pub(crate) fn writes(&self, words: &[&str]) -> String {
        let path = self.data().join("logs/security.log");
        let read = || fs::read_to_string(&path).unwrap();
        for _ in 0..1000 {
            let log = read();
            if words.iter().all(|words| log.contains(words)) {
                return log;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("not all of {words:?} in {}", read());
    }

    /// A connection.
    pub(crate) fn wire(&self) -> Wire {
        Wire::to(self.address)
    }

    /// One GET on a connection of its own.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.wire().ask("GET", path, &[], "")
    }

    /// One POST of JSON on a connection of its own.
    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.wire().ask("POST", path, &["content-type: application/json"], body)
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Waits for its end: the folder, how it ended, and what it logged.
    pub(crate) fn ended(mut self) -> (Home, ExitStatus, String) {
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        let log = self.log();
        let home = std::mem::replace(&mut self.home, Home::empty());
        (home, status, log)
    }

    /// Tells it to stop, and waits for its end.
    pub(crate) fn stop(self) -> (Home, ExitStatus, String) {
        self.signal(Signal::SIGTERM);
        self.ended()
    }
}

/// A test that fails leaves no process behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until_ready(out: &mut impl BufRead) -> Option<String> {
    let mut said = String::new();
    loop {
        let start = said.len();
        if out.read_line(&mut said).unwrap() == 0 {
            return None;
        }
        if said[start..].starts_with("listening on http") {
            return Some(said);
        }
    }
}

/// The address behind some words.
pub(crate) fn after(text: &str, words: &str) -> Option<SocketAddr> {
    let (_, rest) = text.split_once(words)?;
    rest.split(|c: char| c.is_whitespace() || c == '/').next()?.parse().ok()
}

/// The permissions of a file or folder.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}
