//! A PostgreSQL server of one's own, in a folder that goes away with it.
//!
//! It is Debian's (`apt-get install postgresql`). It refuses to run as root, so there it runs as `postgres`; it dies
//! with the test that started it, however that ends.
#![expect(clippy::disallowed_methods, reason = "the server is another program")]
#![allow(dead_code, reason = "each of those who include it uses a part")]

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Postgres {
    child: Option<Child>,
    dir: TempDir,
    port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        own(dir.path());
        let mut make = program("initdb");
        make.args(["-A", "trust", "-U", "aspis", "--no-sync", "-E", "UTF8", "-D"])
            .arg(dir.path().join("data"));
        assert!(make.stdout(Stdio::null()).status().unwrap().success(), "initdb failed");
        let mut server = Self { child: None, dir, port: spare_port(), databases: AtomicU32::new(0) };
        server.go_on();
        server
    }

    /// Starts one on a copy of a folder that [`Self::keep_at`] made.
    pub(crate) fn like(folder: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        own(dir.path());
        let copied = Command::new("cp").arg("-a").arg(folder).arg(dir.path().join("data")).status().unwrap();
        assert!(copied.success(), "{} cannot be copied", folder.display());
        let mut server = Self { child: None, dir, port: spare_port(), databases: AtomicU32::new(0) };
        server.go_on();
        server
    }

    /// Ends it in good order.
    pub(crate) fn settle(&mut self) {
        if let Some(mut child) = self.child.take() {
            signal("-INT", &[child.id().to_string()]);
            child.wait().unwrap();
        }
    }

    /// Keeps a copy of its folder.
    pub(crate) fn keep_at(&self, folder: &Path) {
        let kept = Command::new("cp").arg("-a").arg(self.folder()).arg(folder).status().unwrap();
        assert!(kept.success(), "{} cannot be made", folder.display());
    }

    /// Starts it again where it was.
    pub(crate) fn go_on(&mut self) {
        let folder = self.dir.path();
        let child = program("postgres")
            .args(["-h", "127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200", "-p"])
            .arg(self.port.to_string())
            .arg("-k")
            .arg(folder)
            .arg("-D")
            .arg(folder.join("data"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let ready = || {
            fs::read_to_string(folder.join("data/postmaster.pid")).is_ok_and(|text| text.contains("ready"))
        };
        for _ in 0..1500 {
            if ready() {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("it did not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default());
    }

    /// Ends it at once, as a fall of the machine would.
    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            signal("-QUIT", &[child.id().to_string()]);
            child.wait().unwrap();
        }
    }

    /// Holds it still, with everything that it does: nobody is answered, and nobody is told.
    pub(crate) fn freeze(&self) {
        signal("-STOP", &self.family());
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        signal("-CONT", &self.family());
    }

    /// It and the processes that it has for its connections.
    fn family(&self) -> Vec<String> {
        let Some(child) = &self.child else { return Vec::new() };
        let own = child.id().to_string();
        let is_child = |pid: &String| parent(pid).as_deref() == Some(own.as_str());
        let all = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let all = all.filter_map(|entry| entry.file_name().into_string().ok());
        let mut family: Vec<String> = all.filter(is_child).collect();
        family.push(own);
        family
    }

    /// The folder of the server, to which it can be given more.
    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The address of a database that is new and empty.
    pub(crate) fn database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.ask("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The address of a database that is as another is.
    pub(crate) fn database_like(&self, other: &str) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.ask("postgres", &format!("CREATE DATABASE {name} TEMPLATE {other}"));
        self.url(&name)
    }

    /// The address of a database by its name.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://aspis@127.0.0.1:{}/{name}", self.port)
    }

    /// What a statement answers, as the server's own client prints it.
    pub(crate) fn ask(&self, database: &str, statement: &str) -> String {
        let mut psql = Command::new(folder_of("psql").join("psql"));
        let psql = psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d"]);
        let said = psql.args([&self.url(database), "-c", statement]).output().unwrap();
        assert!(said.status.success(), "{statement}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.thaw();
        if let Some(mut child) = self.child.take() {
            // Who runs it may end it: at once, and nothing of it is kept.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn signal(which: &str, pids: &[String]) {
    let mut kill = Command::new("kill");
    // Some may have ended meanwhile.
    let _ = kill.arg(which).args(pids).stderr(Stdio::null()).status();
}

fn parent(pid: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold anything; after it come the state and the parent.
    Some(stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.to_owned())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A program of the server, as somebody who is not root, that dies with this process.
fn program(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if is_root() {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    }
    command.arg(folder_of(name).join(name));
    // The folder of the tests may be closed to others.
    command.current_dir("/");
    command
}

/// Where Debian puts it: each version has a folder.
fn folder_of(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let found = folders.into_iter().rev().find(|folder| folder.join(name).exists());
    found.unwrap_or_else(|| panic!("{name} is missing: apt-get install postgresql, or scripts/setup"))
}

/// Gives a folder or file to who will run the server.
pub(crate) fn own(folder: &Path) {
    if is_root() {
        let given = Command::new("chown").arg("postgres:postgres").arg(folder).status().unwrap();
        assert!(given.success(), "there is no user postgres");
    }
}

fn spare_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
