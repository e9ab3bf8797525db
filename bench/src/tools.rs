//! Programs of others that a run measures with or against, where they are installed.

use std::{
    env, fmt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// Where daemons are that a user's own search path often lacks.
const ELSEWHERE: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// Why something is left out.
#[derive(Debug)]
pub(crate) struct Skipped(String);

impl Skipped {
    /// Says so at once, so that nobody takes a short table for a whole one.
    pub(crate) fn new(why: String) -> Self {
        eprintln!("SKIPPED: {why}");
        Self(why)
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SKIPPED: {}", self.0)
    }
}

/// A program by its name.
pub(crate) fn find(name: &str, package: &str) -> Result<PathBuf, Skipped> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(ELSEWHERE.map(PathBuf::from));
    let mut files = folders.map(|folder| folder.join(name));
    files
        .find(|file| file.is_file())
        .ok_or_else(|| Skipped::new(format!("{name} is not installed (apt-get install {package})")))
}

/// A command that reads nothing and says nothing but its errors.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark starts what it measures; its arguments are its own"
)]
pub(crate) fn command(program: impl Into<PathBuf>) -> Command {
    let mut command = Command::new(program.into());
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// A process that ends with this value.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts it.
    pub(crate) fn start(mut command: Command) -> std::io::Result<Self> {
        command.spawn().map(Self)
    }

    /// Its number.
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
