//! Orders without a pause, for as long as backups are made.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
};

use anyhow::{anyhow, ensure};

use crate::{
    accounts,
    http::{Connection, request},
};

const BODY: &str = r#"{"asset_id":"ETH","quantity":"0.0001"}"#;

/// Somebody who orders.
pub(super) struct Orders {
    done: Arc<AtomicBool>,
    work: JoinHandle<anyhow::Result<u64>>,
}

impl Orders {
    pub(super) fn start(to: SocketAddr) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let done = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&done);
        let work = thread::spawn(move || runtime.block_on(order(to, &ended)));
        Ok(Self { done, work })
    }

    /// How many were placed.
    pub(super) fn stop(self) -> anyhow::Result<u64> {
        self.done.store(true, Relaxed);
        self.work.join().map_err(|_| anyhow!("whoever ordered has panicked"))?
    }
}

async fn order(to: SocketAddr, done: &AtomicBool) -> anyhow::Result<u64> {
    let token = accounts::sign_up(Ipv4Addr::LOCALHOST, to, "backup").await?;
    let bearer = format!("Bearer {token}");
    let mut connection = Connection::open(Ipv4Addr::LOCALHOST, to).await?;
    let mut placed = 0;
    while !done.load(Relaxed) {
        let key = format!("order-{placed}");
        let fields = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
        let answer =
            connection.exchange(&request("POST", "/api/v1/portfolio/buy", &fields, Some(BODY))).await?;
        ensure!(answer.status == 201, "order {placed} was answered {}", answer.shown());
        placed += 1;
    }
    Ok(placed)
}
