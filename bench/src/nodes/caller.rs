//! Somebody who calls both nodes, over connections that are made again where they were lost.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::pair::PROXY;
use crate::http::Connection;

/// How long an answer may take: longer than anything the product waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A caller.
#[derive(Debug)]
pub(super) struct Caller {
    to: [SocketAddr; 2],
    open: [Option<Connection>; 2],
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Said {
    /// The status.
    pub(super) status: u16,
    /// Whether it was said when to come back.
    pub(super) says_when: bool,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Caller {
    /// One who has not called yet.
    pub(super) const fn new(to: [SocketAddr; 2]) -> Self {
        Self { to, open: [None, None] }
    }

    /// A connection to a node.
    pub(super) async fn connection(&mut self, node: usize) -> anyhow::Result<&mut Connection> {
        let slot = &mut self.open[node];
        Ok(match slot {
            Some(open) => open,
            None => slot.insert(Connection::open(PROXY, self.to[node]).await.context("connecting")?),
        })
    }

    /// Asks a node.
    pub(super) async fn ask(&mut self, node: usize, request: &[u8]) -> anyhow::Result<Said> {
        let asked = self.exchange(node, request).await;
        let ends = asked.as_ref().map_or(true, |(_, ends)| *ends);
        if ends {
            self.open[node] = None;
        }
        asked.map(|(said, _)| said)
    }

    async fn exchange(&mut self, node: usize, request: &[u8]) -> anyhow::Result<(Said, bool)> {
        let connection = self.connection(node).await?;
        let answer = timeout(PATIENCE, connection.exchange(request)).await.context("no answer")??;
        let ends = answer.field("connection").is_some_and(|word| word.eq_ignore_ascii_case("close"));
        let says_when = answer.field("retry-after").is_some();
        Ok((Said { status: answer.status, says_when, body: answer.body.to_vec() }, ends))
    }
}

impl Said {
    /// The body as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }

    /// Status and body, for a message.
    pub(super) fn shown(&self) -> String {
        format!("{} {}", self.status, String::from_utf8_lossy(&self.body[..self.body.len().min(300)]))
    }
}
