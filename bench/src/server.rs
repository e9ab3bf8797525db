//! A server as its own process: started, found, and ended with this one.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

const READY: &str = "listening on http://";
/// Before the address of its other listener.
const OPS: &str = "metrics     http://";

/// A server that is ready.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Kept open: a server whose output nobody holds would die of its next line.
    _output: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where it tells machines how it is; a bare one does not.
    pub(crate) ops: Option<SocketAddr>,
}

impl Server {
    /// Starts the product on a data folder, with settings as `section.key=value`.
    pub(crate) fn aspis(binary: &Path, data: &Path, settings: &[&str]) -> anyhow::Result<Self> {
        let mut command = command(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data"]).arg(data);
        // What is measured asks nobody else.
        command.args(["--set", "sources.enabled=false"]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        Self::start(command).with_context(|| format!("starting {}", binary.display()))
    }

    /// The same by a file of settings, which can be written anew.
    pub(crate) fn aspis_by(binary: &Path, data: &Path, file: &Path) -> anyhow::Result<Self> {
        let mut command = command(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data"]).arg(data);
        command.args(["--set", "sources.enabled=false", "--set", "log.level=error", "--config"]).arg(file);
        Self::start(command).with_context(|| format!("starting {}", binary.display()))
    }

    /// The same, with its log in a file: it is one whose database dies again and again.
    pub(crate) fn aspis_logged(
        binary: &Path,
        data: &Path,
        settings: &[String],
        log: File,
    ) -> anyhow::Result<Self> {
        let mut command = command(binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data"]).arg(data);
        command.args(["--set", "sources.enabled=false"]).stderr(log);
        for setting in settings {
            command.args(["--set", setting]);
        }
        Self::start(command).with_context(|| format!("starting {}", binary.display()))
    }

    /// Starts this binary as the bare server, which puts these fields on every answer.
    pub(crate) fn bare(body: &str, fields: &[String]) -> anyhow::Result<Self> {
        let mut command = command(&std::env::current_exe()?);
        command.args(["bare", "--body", body]).args(fields.iter().flat_map(|field| ["--field", field]));
        Self::start(command).context("starting the bare server")
    }

    fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().context("it has no output")?);
        match ready(&mut output) {
            Ok((address, ops)) => Ok(Self { child, _output: output, address, ops }),
            Err(error) => {
                // It has ended or is of no use; its own words are on standard error.
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would: nothing of it runs any more.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The same, where it is to be replaced by another one.
    pub(crate) fn strike(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let pid = i32::try_from(self.pid()).context("no such process")?;
        kill(Pid::from_raw(pid), Signal::SIGTERM)?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark starts the servers it measures")]
fn command(binary: &Path) -> Command {
    Command::new(binary)
}

/// The address in the line that says a server is ready, and the other one where a line before named it.
fn ready(output: &mut impl BufRead) -> anyhow::Result<(SocketAddr, Option<SocketAddr>)> {
    let (mut line, mut ops) = (String::new(), None);
    while output.read_line(&mut line)? > 0 {
        ops = ops.or(after(&line, OPS));
        if line.contains(READY) {
            return Ok((after(&line, READY).context("the address of the server")?, ops));
        }
        line.clear();
    }
    bail!("it ended before it was ready")
}

/// The address behind some words.
fn after(line: &str, words: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once(words)?;
    rest.split(|c: char| c.is_whitespace() || c == '/').next()?.parse().ok()
}

/// The product's binary: the one named, or the one beside this.
pub(crate) fn binary(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => std::env::current_exe()?.with_file_name("aspis"),
    };
    ensure!(path.is_file(), "there is no {}; build it, or name it with --aspis", path.display());
    Ok(path)
}
