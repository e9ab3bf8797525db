//! nginx: the price as a file, with limits of rate and of connections.

use std::fs;

use anyhow::Context;
use tempfile::TempDir;

use super::peer::{Entry, Ground, Peer, free_address, write};
use crate::{
    cores,
    tools::{self, Running},
};

const NAME: &str = "nginx, static, limit_req, limit_conn";
const SETTINGS: &str = include_str!("../../peers/nginx.conf");

/// Starts it, where it is installed.
pub(super) async fn start(ground: &Ground) -> anyhow::Result<Entry> {
    let program = match tools::find("nginx", "nginx-light") {
        Ok(program) => program,
        Err(skipped) => return Ok(Entry::Skipped(NAME, skipped)),
    };
    let (folder, address) = (TempDir::new()?, free_address()?);
    let prices = folder.path().join("api/v1/price");
    fs::create_dir_all(&prices)?;
    fs::write(prices.join("BTC"), &ground.price)?;
    let (place, settings) = (folder.path().to_string_lossy(), folder.path().join("nginx.conf"));
    write(&settings, SETTINGS, &[("@FOLDER@", &place), ("@PORT@", &address.port().to_string())])?;
    let mut command = tools::command(program);
    command.args(["-e", "stderr", "-p"]).arg(folder.path()).arg("-c").arg(&settings);
    let running = cores::on(ground.core, || Running::start(command))?.context("starting nginx")?;
    let (pids, calls) = (vec![running.pid()], ground.calls.clone());
    let peer =
        Peer { name: NAME, address, pids, calls, running: vec![running], server: None, folder: Some(folder) };
    peer.ready(ground).await
}
