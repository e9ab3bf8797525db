//! The product as its own process, as shipped but for limits that a load would reach, with clients that have accounts;
//! and the bare server that answers the same.

use std::{net::Ipv4Addr, path::Path};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::{
    accounts, cores,
    http::{Connection, request},
    line::Call,
    server::Server,
};

const PATH: &str = "/api/v1/price/BTC";

/// The one client that calls, with one account.
const CLIENT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Limits that nobody reaches here, and tokens that outlive the run.
const SETTINGS: [&str; 7] = [
    "rate.prices=1000000/second",
    "rate.login=1000000/second",
    "rate.register=1000000/second",
    "edge.connections_per_client=1000",
    "admission.in_progress=1000",
    "auth.access_token=24h",
    "log.level=error",
];

/// One server under load.
pub(crate) struct Site {
    /// Its process.
    pub(crate) server: Server,
    /// Its clients without a token.
    pub(crate) strangers: Vec<Call>,
    /// Its clients with one.
    pub(crate) signed_in: Vec<Call>,
    /// Its data folder, gone with it.
    pub(crate) data: Option<TempDir>,
}

impl Site {
    /// One with one client.
    pub(crate) async fn aspis(binary: &Path, core: usize, settings: &[&str]) -> anyhow::Result<Self> {
        let mut site = Self::start(binary, core, settings)?;
        let token = accounts::sign_up(CLIENT, site.server.address, "bench").await?;
        site.signed_in.push(Call::one(CLIENT, price(&[("Authorization", &bearer(&token))])));
        site.strangers.push(Call::one(CLIENT, price(&[])));
        Ok(site)
    }

    /// One without clients yet.
    pub(crate) fn start(binary: &Path, core: usize, settings: &[&str]) -> anyhow::Result<Self> {
        let data = TempDir::new().context("making a data folder")?;
        let settings: Vec<_> = SETTINGS.iter().chain(settings).copied().collect();
        let server = cores::on(core, || Server::aspis(binary, data.path(), &settings))??;
        Ok(Self { server, strangers: Vec::new(), signed_in: Vec::new(), data: Some(data) })
    }

    /// Answers what the other one answers, and is sent what the other one is sent.
    pub(crate) async fn bare(core: usize, like: &Self) -> anyhow::Result<Self> {
        Self::bare_with(core, like, &[]).await
    }

    /// The same, with every field of the other one's answers.
    pub(crate) async fn dressed(core: usize, like: &Self) -> anyhow::Result<Self> {
        // What hyper writes by itself, and the type that both say.
        const OWN: [&str; 3] = ["content-type", "content-length", "date"];
        let call = &like.signed_in[0];
        let mut connection = Connection::open(call.from, like.server.address).await?;
        let fields = connection.exchange(&call.requests[0]).await?.fields();
        let is_own = |field: &String| OWN.iter().any(|own| field.starts_with(&format!("{own}: ")));
        let fields: Vec<_> = fields.into_iter().filter(|field| !is_own(field)).collect();
        Self::bare_with(core, like, &fields).await
    }

    async fn bare_with(core: usize, like: &Self, fields: &[String]) -> anyhow::Result<Self> {
        let body = like.price().await?;
        let server = cores::on(core, || Server::bare(&body, fields))??;
        let (strangers, signed_in) = (like.strangers.clone(), like.signed_in.clone());
        let site = Self { server, strangers, signed_in, data: None };
        ensure!(site.price().await? == body, "the bare server answers something else");
        Ok(site)
    }

    /// The price it answers.
    pub(crate) async fn price(&self) -> anyhow::Result<String> {
        let call = &self.strangers[0];
        let mut connection = Connection::open(call.from, self.server.address).await?;
        let answer = connection.exchange(&call.requests[0]).await?;
        ensure!(answer.status == 200, "a price was answered {}", answer.shown());
        Ok(String::from_utf8(answer.body.to_vec())?)
    }
}

/// What `Authorization` says.
pub(crate) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// The request that is measured.
pub(crate) fn price(fields: &[(&str, &str)]) -> Vec<u8> {
    request("GET", PATH, fields, None)
}
