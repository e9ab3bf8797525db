//! The usual Python stack on one worker of uvicorn. Its Redis is on the same core, and its time counts: the stack does
//! not work without.

use std::{net::Ipv4Addr, net::SocketAddr, path::Path};

use anyhow::Context;
use serde::Deserialize;
use tempfile::TempDir;

use super::peer::{Entry, Ground, Peer, free_address, until};
use crate::{
    cores,
    http::request,
    line::Call,
    site::{bearer, price},
    tools::{self, Running, Skipped},
};

const NAME: &str = "FastAPI, SlowAPI, Redis, python-jose";
const APP: &str = include_str!("../../peers/app.py");
const PACKAGES: &str = "import fastapi, slowapi, redis, jose, uvicorn";

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

/// Starts it, where Redis and the packages are installed.
pub(super) async fn start(python: &Path, ground: &Ground) -> anyhow::Result<Entry> {
    let redis = match tools::find("redis-server", "redis-server") {
        Ok(redis) => redis,
        Err(skipped) => return Ok(Entry::Skipped(NAME, skipped)),
    };
    if !has_packages(python) {
        let why = format!("{} lacks packages (scripts/bench-peers installs them)", python.display());
        return Ok(Entry::Skipped(NAME, Skipped::new(why)));
    }
    let (folder, redis_at, address) = (TempDir::new()?, free_address()?, free_address()?);
    let (redis, app) = cores::on(ground.core, || {
        let redis = start_redis(&redis, redis_at, folder.path())?;
        anyhow::Ok((redis, start_app(python, redis_at, address, folder.path(), ground)?))
    })??;
    let (pids, mut running) = (vec![app.pid(), redis.pid()], vec![app, redis]);
    let calls = vec![call(&mut running, address).await.context("FastAPI")?];
    let peer = Peer { name: NAME, address, pids, calls, running, server: None, folder: Some(folder) };
    peer.ready(ground).await
}

fn has_packages(python: &Path) -> bool {
    let mut command = tools::command(python);
    command.args(["-c", PACKAGES]).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn start_redis(program: &Path, at: SocketAddr, folder: &Path) -> anyhow::Result<Running> {
    let mut command = tools::command(program);
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"]);
    command.arg(at.port().to_string()).arg("--dir").arg(folder);
    Running::start(command).context("starting Redis")
}

fn start_app(
    python: &Path,
    redis: SocketAddr,
    at: SocketAddr,
    folder: &Path,
    ground: &Ground,
) -> anyhow::Result<Running> {
    std::fs::write(folder.join("app.py"), APP)?;
    let mut command = tools::command(python);
    command.args(["-m", "uvicorn", "app:app", "--no-access-log", "--log-level", "error", "--app-dir"]);
    command.arg(folder).args(["--host", "127.0.0.1", "--port"]).arg(at.port().to_string());
    command.env("BENCH_PRICE", &ground.price).env("BENCH_REDIS", format!("redis://{redis}"));
    command.env("BENCH_SECRET", "of no use outside this run");
    Running::start(command).context("starting uvicorn")
}

/// A read with one of its own tokens.
async fn call(running: &mut [Running], to: SocketAddr) -> anyhow::Result<Call> {
    let ask = Call::one(Ipv4Addr::LOCALHOST, request("GET", "/token", &[], None));
    let token: Token = serde_json::from_str(&until(running, to, &ask).await?)?;
    Ok(Call::one(ask.from, price(&[("Authorization", &bearer(&token.access_token))])))
}
