//! `HAProxy` with a stick table in front of bare axum: the row of the gateways. Only its own time counts; the server
//! behind it shares the core of the load.

use anyhow::Context;
use tempfile::TempDir;

use super::peer::{Entry, Ground, Peer, free_address, write};
use crate::{
    cores,
    server::Server,
    tools::{self, Running},
};

const NAME: &str = "HAProxy, stick table, before bare axum";
const SETTINGS: &str = include_str!("../../peers/haproxy.cfg");

/// Starts it, where it is installed.
pub(super) async fn start(ground: &Ground) -> anyhow::Result<Entry> {
    let program = match tools::find("haproxy", "haproxy") {
        Ok(program) => program,
        Err(skipped) => return Ok(Entry::Skipped(NAME, skipped)),
    };
    let (folder, address) = (TempDir::new()?, free_address()?);
    let upstream = Server::bare(&ground.price, &[])?;
    let (port, behind) = (address.port().to_string(), upstream.address.port().to_string());
    let settings = folder.path().join("haproxy.cfg");
    write(&settings, SETTINGS, &[("@PORT@", &port), ("@UPSTREAM@", &behind)])?;
    let mut command = tools::command(program);
    command.args(["-db", "-q", "-f"]).arg(&settings);
    let running = cores::on(ground.core, || Running::start(command))?.context("starting HAProxy")?;
    let peer = Peer {
        name: NAME,
        address,
        pids: vec![running.pid()],
        calls: ground.calls.clone(),
        running: vec![running],
        server: Some(upstream),
        folder: Some(folder),
    };
    peer.ready(ground).await
}
