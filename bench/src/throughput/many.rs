//! Thousands of clients, each with an account and a token of its own, so that no cache holds what comes next.
//!
//! A token is bound to the address it was issued to, and a machine has no ten thousand connections to spare for them:
//! a proxy speaks for them (`X-Forwarded-For`), as it does in front of most servers.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::Context;
use tokio::task::JoinSet;

use crate::{
    accounts,
    http::Connection,
    line::Call,
    site::{bearer, price},
};

/// Every caller here is a proxy; and hashes are cheap, or the accounts alone would take minutes.
pub(super) const SETTINGS: [&str; 4] = [
    "server.trusted_proxies=[\"127.0.0.0/8\"]",
    "password.argon2_memory_kib=8",
    "password.argon2_passes=1",
    "password.queue=10000",
];

/// The proxy.
const PROXY: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Makes accounts on several connections at once, and shares their requests out among as many.
pub(super) async fn sign_up(to: SocketAddr, connections: usize, clients: u32) -> anyhow::Result<Vec<Call>> {
    eprintln!("signing up {clients} clients");
    let mut tasks = JoinSet::new();
    for first in 0..connections {
        tasks.spawn_local(share(to, (0..clients).skip(first).step_by(connections)));
    }
    let mut calls = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        let requests = ended??;
        if !requests.is_empty() {
            calls.push(Call { from: PROXY, requests: Arc::from(requests) });
        }
    }
    Ok(calls)
}

/// The requests of some of the clients.
async fn share(to: SocketAddr, clients: impl Iterator<Item = u32>) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut connection = Connection::open(PROXY, to).await.context("connecting")?;
    let mut requests = Vec::new();
    for number in clients {
        let address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + number).to_string();
        let forwarded = ("X-Forwarded-For", address.as_str());
        let token = accounts::sign_up_on(&mut connection, &format!("many{number}"), &[forwarded]).await?;
        requests.push(price(&[forwarded, ("Authorization", &bearer(&token))]));
    }
    Ok(requests)
}
