//! The servers of a run, each with the clients that call it.

use std::{net::Ipv4Addr, path::Path, rc::Rc};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::{
    accounts, cores,
    http::{Connection, request},
    line::Call,
    server::Server,
};

const PATH: &str = "/api/v1/price/BTC";

/// Clients, each with an account of its own: no window holds more than 60,000 requests a second, and one core may
/// answer more.
const CLIENTS: u8 = 8;

/// Limits that nobody reaches here, and tokens that outlive the run.
const SETTINGS: [&str; 7] = [
    "rate.prices=60000/second",
    "rate.login=60000/second",
    "rate.register=60000/second",
    "edge.connections_per_client=1000",
    "admission.in_progress=1000",
    "auth.access_token=24h",
    "log.level=error",
];

/// One server under load.
pub(super) struct Site {
    /// Its process.
    pub(super) server: Server,
    /// Its clients without a token.
    pub(super) strangers: Vec<Call>,
    /// Its clients with one.
    pub(super) signed_in: Vec<Call>,
    _data: Option<TempDir>,
}

/// Every server of a run.
pub(super) struct Sites {
    /// axum alone.
    pub(super) bare: Site,
    /// Everything on, as shipped.
    pub(super) whole: Site,
    /// Without limits of rate.
    pub(super) rate_off: Site,
    /// Without inspection.
    pub(super) inspect_off: Site,
}

impl Sites {
    /// Starts all of them on one core.
    pub(super) async fn open(binary: &Path, core: usize) -> anyhow::Result<Self> {
        let whole = Site::aspis(binary, core, None).await?;
        Ok(Self {
            bare: Site::bare(core, &whole).await?,
            rate_off: Site::aspis(binary, core, Some("safeguards.rate=off")).await?,
            inspect_off: Site::aspis(binary, core, Some("safeguards.inspect=off")).await?,
            whole,
        })
    }
}

impl Site {
    async fn aspis(binary: &Path, core: usize, setting: Option<&str>) -> anyhow::Result<Self> {
        let data = TempDir::new().context("making a data folder")?;
        let settings: Vec<_> = SETTINGS.into_iter().chain(setting).collect();
        let server = cores::on(core, || Server::aspis(binary, data.path(), &settings))??;
        let mut signed_in = Vec::new();
        for client in clients() {
            let token = accounts::sign_up(client, server.address, &format!("bench{client}")).await?;
            signed_in.push(call(client, Some(&token)));
        }
        let strangers = clients().map(|client| call(client, None)).collect();
        Ok(Self { server, strangers, signed_in, _data: Some(data) })
    }

    /// Answers what the other one answers, and is sent what the other one is sent.
    async fn bare(core: usize, like: &Self) -> anyhow::Result<Self> {
        let body = like.price().await?;
        let server = cores::on(core, || Server::bare(&body))??;
        let (strangers, signed_in) = (like.strangers.clone(), like.signed_in.clone());
        let site = Self { server, strangers, signed_in, _data: None };
        ensure!(site.price().await? == body, "the bare server answers something else");
        Ok(site)
    }

    async fn price(&self) -> anyhow::Result<String> {
        let call = &self.strangers[0];
        let mut connection = Connection::open(call.from, self.server.address).await?;
        let answer = connection.exchange(&call.bytes).await?;
        ensure!(answer.status == 200, "a price was answered {}", answer.shown());
        Ok(String::from_utf8(answer.body.to_vec())?)
    }
}

fn clients() -> impl Iterator<Item = Ipv4Addr> {
    (1..=CLIENTS).map(|client| Ipv4Addr::new(127, 0, 0, client))
}

fn call(from: Ipv4Addr, token: Option<&str>) -> Call {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let fields: Vec<_> = bearer.iter().map(|bearer| ("Authorization", bearer.as_str())).collect();
    Call { from, bytes: Rc::from(request("GET", PATH, &fields, None)) }
}
