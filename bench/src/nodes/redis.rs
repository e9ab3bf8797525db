//! A Redis or Valkey server of the run's own.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::PathBuf,
    process::Child,
    time::Duration,
};

use anyhow::{Context, anyhow, ensure};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::{postgres::spare_port, process};
use crate::tools;

/// How long it may take for a word to itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that keeps nothing on the disk.
#[derive(Debug)]
pub(super) struct Redis {
    child: Option<Child>,
    folder: TempDir,
    port: u16,
}

impl Redis {
    /// Starts one.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let folder = TempDir::new().context("making a folder")?;
        let mut server = Self { child: None, folder, port: spare_port()? };
        server.go_on().await?;
        Ok(server)
    }

    /// Starts it again where it was; it begins with nothing in it.
    pub(super) async fn go_on(&mut self) -> anyhow::Result<()> {
        let mut command = process::bound_to_us(&program()?);
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string()]);
        command.args(["--save", "", "--appendonly", "no", "--dir"]).arg(self.folder.path());
        self.child = Some(command.spawn().context("starting Redis")?);
        let port = self.port;
        process::until("Redis takes connections", async || TcpStream::connect(("127.0.0.1", port)).is_ok())
            .await
    }

    /// Ends it at once.
    pub(super) async fn kill(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        process::signal(&child, Signal::SIGKILL);
        process::ended(&mut child).await
    }

    /// Holds it still, or lets it go on.
    pub(super) fn pause(&self, paused: bool) {
        if let Some(child) = &self.child {
            process::signal(child, if paused { Signal::SIGSTOP } else { Signal::SIGCONT });
        }
    }

    /// Has it do something that it answers with `+OK`.
    pub(super) fn does(&self, command: &str) -> anyhow::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        ensure!(line.starts_with("+OK"), "Redis answered {line:?} to {command}");
        Ok(())
    }

    /// Its address.
    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            process::signal(&child, Signal::SIGKILL);
            // It has ended already, or does now.
            let _ = child.wait();
        }
    }
}

/// The program, by either name.
pub(super) fn program() -> anyhow::Result<PathBuf> {
    let found = tools::find("redis-server", "redis-server");
    let found = found.or_else(|_| tools::find("valkey-server", "valkey-server"));
    found.map_err(|_| anyhow!("MISSING: redis-server, without which nothing is measured here"))
}
