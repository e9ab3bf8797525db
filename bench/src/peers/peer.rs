//! A server of the comparison, and how it is started.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use anyhow::{Context, ensure};
use tempfile::TempDir;
use tokio::time::sleep;

use super::{fastapi, haproxy, nginx};
use crate::{http::Connection, line::Call, server::Server, site::Site, tools::Running, tools::Skipped};

/// One that runs.
pub(super) struct Peer {
    /// Its name in reports.
    pub(super) name: &'static str,
    pub(super) address: SocketAddr,
    /// Every process whose time counts.
    pub(super) pids: Vec<u32>,
    pub(super) calls: Vec<Call>,
    /// Ended with this value, and before the folder is gone.
    pub(super) running: Vec<Running>,
    #[expect(dead_code, reason = "a server ends with its value")]
    pub(super) server: Option<Server>,
    #[expect(dead_code, reason = "so does a folder")]
    pub(super) folder: Option<TempDir>,
}

/// One of the comparison, whether or not it is installed.
pub(super) enum Entry {
    Runs(Box<Peer>),
    Skipped(&'static str, Skipped),
}

impl Entry {
    /// The one that runs.
    pub(super) fn peer(&self) -> Option<&Peer> {
        match self {
            Self::Runs(peer) => Some(peer),
            Self::Skipped(..) => None,
        }
    }
}

/// What the others need to know.
pub(super) struct Ground {
    /// The core of the servers.
    pub(super) core: usize,
    /// What all of them answer.
    pub(super) price: String,
    /// What all of them are sent that do not check tokens.
    pub(super) calls: Vec<Call>,
}

/// Starts everything: first bare axum, then Aspis, then who else is there.
pub(super) async fn all(binary: &Path, python: &Path, core: usize) -> anyhow::Result<Vec<Entry>> {
    let aspis = Site::aspis(binary, core, &[]).await?;
    let bare = Site::bare(core, &aspis).await?;
    let ground = Ground { core, price: aspis.price().await?, calls: aspis.signed_in.clone() };
    Ok(vec![
        Entry::Runs(Box::new(Peer::of("bare axum", bare))),
        Entry::Runs(Box::new(Peer::of("aspis, EdDSA tokens", aspis))),
        nginx::start(&ground).await?,
        haproxy::start(&ground).await?,
        fastapi::start(python, &ground).await?,
    ])
}

impl Peer {
    fn of(name: &'static str, site: Site) -> Self {
        let Site { server, signed_in, data, .. } = site;
        Self {
            name,
            address: server.address,
            pids: vec![server.pid()],
            calls: signed_in,
            running: Vec::new(),
            server: Some(server),
            folder: data,
        }
    }

    /// Waits until it answers the price, as bare axum does.
    pub(super) async fn ready(mut self, ground: &Ground) -> anyhow::Result<Entry> {
        let call = self.calls[0].clone();
        let body = until(&mut self.running, self.address, &call).await.with_context(|| self.name)?;
        ensure!(body == ground.price, "{} answers {body}, not {}", self.name, ground.price);
        Ok(Entry::Runs(Box::new(self)))
    }
}

/// How often, and how many times at most, a server that starts is asked.
const ASK: (Duration, u32) = (Duration::from_millis(50), 400);

/// The body of the first answer that is 200.
pub(super) async fn until(running: &mut [Running], to: SocketAddr, call: &Call) -> anyhow::Result<String> {
    let mut last = "it does not listen".to_owned();
    for _ in 0..ASK.1 {
        ensure!(!running.iter_mut().any(Running::has_ended), "it ended before it was ready");
        if let Ok(mut connection) = Connection::open(call.from, to).await {
            match connection.exchange(&call.requests[0]).await {
                Ok(answer) if answer.status == 200 => return Ok(String::from_utf8(answer.body.to_vec())?),
                Ok(answer) => last = answer.shown(),
                Err(error) => last = error.to_string(),
            }
        }
        sleep(ASK.0).await;
    }
    anyhow::bail!("it never became ready: {last}")
}

/// A port of this machine that nobody has just now, for servers that cannot say which one they took.
pub(super) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Writes a file of settings, with what stands between `@` filled in.
pub(super) fn write(file: &Path, text: &str, values: &[(&str, &str)]) -> anyhow::Result<()> {
    let filled = values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    fs::write(file, filled).with_context(|| format!("writing {}", file.display()))
}
