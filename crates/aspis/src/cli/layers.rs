//! Where a command's settings come from: kept, so that a server can read them anew.

use std::path::PathBuf;

use crate::settings::{Loaded, Problems, Settings, Sources};

/// A file, the environment of the process, and flags.
#[derive(Debug, Clone)]
pub(super) struct Layers {
    pub(super) config: Option<PathBuf>,
    pub(super) data: Option<PathBuf>,
    /// As `section.key=value`.
    pub(super) flags: Vec<String>,
}

impl Layers {
    /// Reads every layer.
    pub(super) fn sources(&self) -> Result<Sources, Problems> {
        let sources = Sources::default().routes(crate::surface::names());
        let read = match &self.config {
            Some(file) => sources.read(file)?,
            None => sources,
        };
        Ok(self.above(read))
    }

    /// The data folder that they name, also where the file cannot be read.
    pub(super) fn folder(&self) -> PathBuf {
        let sources = self.sources().unwrap_or_else(|_| self.above(Sources::default()));
        Settings::folder(&sources)
    }

    /// Reads every layer and judges them together.
    pub(super) fn load(&self) -> Result<Loaded, Problems> {
        self.sources().and_then(|sources| Settings::load(&sources))
    }

    /// What lies above the file.
    fn above(&self, sources: Sources) -> Sources {
        let readable = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let data = self.data.iter().map(|data| format!("server.data={}", data.display()));
        let flags = data.chain(self.flags.iter().cloned());
        flags.fold(sources.environment(readable), Sources::set)
    }
}
