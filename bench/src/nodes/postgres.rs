//! A PostgreSQL server of the run's own.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Child,
};

use anyhow::{Context, ensure};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::process;

/// A server, and where it keeps what it has.
#[derive(Debug)]
pub(super) struct Postgres {
    child: Option<Child>,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Starts one with nothing in it.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let folder = TempDir::new().context("making a folder")?;
        process::give(folder.path())?;
        let mut command = process::never_as_root(&program("initdb")?);
        command.args(["-A", "trust", "-U", "aspis", "--no-sync", "-E", "UTF8", "-D"]);
        let made = command.arg(folder.path().join("data")).status().context("starting initdb")?;
        ensure!(made.success(), "initdb ended with {made}");
        let mut server = Self { child: None, folder, port: spare_port()? };
        server.go_on().await?;
        Ok(server)
    }

    /// Starts it again where it was, and waits until it takes connections.
    pub(super) async fn go_on(&mut self) -> anyhow::Result<()> {
        let folder = self.folder.path();
        let mut command = process::never_as_root(&program("postgres")?);
        command.args(["-h", "127.0.0.1", "-c", "max_connections=200", "-p", &self.port.to_string()]);
        command.arg("-k").arg(folder).arg("-D").arg(folder.join("data"));
        command.stderr(File::options().create(true).append(true).open(folder.join("log"))?);
        let note = folder.join("data/postmaster.pid");
        self.child = Some(command.spawn().context("starting PostgreSQL")?);
        let is_ready = async || fs::read_to_string(&note).is_ok_and(|text| text.contains("ready"));
        process::until("PostgreSQL takes connections", is_ready).await
    }

    /// Ends it with all that it does, as a fall of the machine would.
    pub(super) async fn kill(&mut self) -> anyhow::Result<()> {
        self.end(Signal::SIGKILL).await?;
        // What a dead server says of itself is not taken for a new one's word.
        let _ = fs::remove_file(self.folder.path().join("data/postmaster.pid"));
        Ok(())
    }

    /// Ends it in good order, with whatever its clients are at.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        nix::sys::signal::kill(pid(&child)?, Signal::SIGINT)?;
        process::ended(&mut child).await
    }

    async fn end(&mut self, how: Signal) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        process::signal(&child, how);
        process::ended(&mut child).await
    }

    /// Holds it still with everything that it does, or lets it go on.
    pub(super) fn pause(&self, paused: bool) {
        if let Some(child) = &self.child {
            process::signal(child, if paused { Signal::SIGSTOP } else { Signal::SIGCONT });
        }
    }

    /// The address of its one database.
    pub(super) fn url(&self) -> String {
        format!("postgres://aspis@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            process::signal(&child, Signal::SIGKILL);
            // It has ended already, or does now.
            let _ = child.wait();
        }
    }
}

fn pid(child: &Child) -> anyhow::Result<nix::unistd::Pid> {
    Ok(nix::unistd::Pid::from_raw(i32::try_from(child.id())?))
}

/// Where Debian puts it: each version has a folder, and the newest is taken.
pub(super) fn program(name: &str) -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path: &PathBuf| Path::is_file(path));
    found.sort();
    found.pop().with_context(|| {
        format!("MISSING: {name}, without which nothing is measured here (apt-get install postgresql)")
    })
}

/// A port that nobody has at the moment.
pub(super) fn spare_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
