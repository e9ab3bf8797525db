//! A server with the flood that it gets: a new one for every measurement, so that nothing is remembered from the last.

use std::path::Path;

use anyhow::Context;
use tempfile::TempDir;

use super::kind::Flood;
use crate::{cores, line::Call, server::Server};

/// A server and what floods it.
pub(super) struct Site {
    pub(super) flood: Flood,
    pub(super) calls: Vec<Call>,
    pub(super) server: Server,
    _data: TempDir,
}

impl Site {
    /// Starts a server on one core, and readies the flood.
    pub(super) async fn open(flood: Flood, binary: &Path, core: usize) -> anyhow::Result<Self> {
        let data = TempDir::new().context("making a data folder")?;
        let server = cores::on(core, || Server::aspis(binary, data.path(), flood.settings()))??;
        let calls = flood.calls(server.address).await?;
        Ok(Self { flood, calls, server, _data: data })
    }
}
