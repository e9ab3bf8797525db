//! The two nodes.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, ensure};

use super::{
    ground::{Ground, Place},
    process,
};
use crate::{http, http::Connection, server::Server};

/// Whoever speaks for all callers.
pub(super) const PROXY: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Two nodes that are ready.
#[derive(Debug)]
pub(super) struct Pair(pub(super) [Server; 2]);

impl Pair {
    /// Starts both. The first makes the tables and loads the prices.
    pub(super) async fn start(ground: &Ground, place: &Place) -> anyhow::Result<Self> {
        let one = ground.node(place, 0).await?;
        let pair = Self([one, ground.node(place, 1).await?]);
        process::until("both nodes are ready", async || pair.are_well().await.is_ok()).await?;
        Ok(pair)
    }

    /// Where they are now.
    pub(super) fn addresses(&self) -> [SocketAddr; 2] {
        [self.0[0].address, self.0[1].address]
    }

    /// Kills one without warning, and starts it again on its folder.
    pub(super) async fn replace(
        &mut self,
        ground: &Ground,
        place: &Place,
        number: usize,
    ) -> anyhow::Result<()> {
        self.0[number].strike()?;
        self.0[number] = ground.node(place, number).await?;
        Ok(())
    }

    /// Fails where one does not say that it is ready, and that everything it needs answers.
    pub(super) async fn are_well(&self) -> anyhow::Result<()> {
        for node in &self.0 {
            well(node).await?;
        }
        Ok(())
    }
}

async fn well(node: &Server) -> anyhow::Result<()> {
    let ops = node.ops.context("a node tells machines how it is")?;
    let mut connection = Connection::open(PROXY, ops).await?;
    let ready = connection.exchange(&http::request("GET", "/readyz", &[], None)).await?;
    ensure!(ready.status == 200, "it is not ready: {}", ready.shown());
    let numbers = connection.exchange(&http::request("GET", "/metrics", &[], None)).await?;
    ensure!(home_answers(std::str::from_utf8(numbers.body)?), "it does not reach the shared home");
    Ok(())
}

/// Whether the numbers name the shared home as one that answers. Of the database `/readyz` knows sooner.
fn home_answers(metrics: &str) -> bool {
    metrics.lines().any(|line| line == "aspis_backend_up{backend=\"state\"} 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_that_is_away_or_not_named_is_not_well() {
        let state = "aspis_backend_up{backend=\"state\"}";
        assert!(home_answers(&format!("x 3\n{state} 1\n# EOF\n")));
        assert!(!home_answers(&format!("{state} 0\n")));
        assert!(!home_answers("aspis_backend_up{backend=\"database\"} 1\n"));
    }
}
