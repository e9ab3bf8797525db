//! One trial: something is good at one node, is ended at the other, and is asked for until it is refused.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::super::{
    caller::Caller,
    member::{self, Member},
};
use crate::http::request;

/// What is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A sign-in, by its own token.
    SignOut,
    /// An address, by an operator.
    Block,
    /// An API key, by its owner.
    Key,
}

/// Between two questions whether it is over.
const PAUSE: Duration = Duration::from_millis(1);
/// When it is not waited for any longer.
const TOO_LONG: Duration = Duration::from_secs(20);

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::SignOut, Self::Block, Self::Key];
}

/// Something that is good everywhere.
pub(super) struct Trial {
    caller: Caller,
    /// Where it is to be ended.
    at: usize,
    end: End,
    /// The request that shows whether it is good.
    ask: Vec<u8>,
    /// What is answered when it is not.
    refused: u16,
}

enum End {
    Request(Vec<u8>),
    Block { socket: PathBuf, network: String },
}

#[derive(Deserialize)]
struct Key {
    key: String,
    id: String,
}

impl Trial {
    /// Makes it, and sees that the other node takes it.
    pub(super) async fn ready(
        kind: Kind,
        mut caller: Caller,
        at: usize,
        number: u32,
        data: &Path,
    ) -> anyhow::Result<Self> {
        let member = match kind {
            Kind::Block => None,
            Kind::SignOut | Kind::Key => Some(Member::join(&mut caller, at, number).await?),
        };
        let (ask, end, refused) = match (kind, member) {
            (Kind::Key, Some(member)) => {
                let (ask, end) = key(&mut caller, at, &member).await?;
                (ask, End::Request(end), 401)
            }
            (_, Some(member)) => {
                (member.who_am_i(), End::Request(member.asks("POST", "/api/v1/auth/logout", None)), 401)
            }
            (_, None) => block(number, data),
        };
        let mut trial = Self { caller, at, end, ask, refused };
        let before = trial.caller.ask(1 - at, &trial.ask).await?;
        ensure!(before.status == 200, "before it ended {kind:?} was answered {}", before.shown());
        Ok(trial)
    }

    /// Ends it; back as soon as that was answered.
    pub(super) async fn end(&mut self) -> anyhow::Result<()> {
        match &self.end {
            End::Request(bytes) => {
                let said = self.caller.ask(self.at, bytes).await?;
                ensure!(said.status < 300, "ending it was answered {}", said.shown());
            }
            End::Block { socket, network } => shut_out(socket, network)?,
        }
        Ok(())
    }

    /// How long the other node takes it from now on.
    pub(super) async fn until_refused(&mut self, clock: &SystemClock) -> anyhow::Result<Duration> {
        let begun = clock.uptime();
        loop {
            let said = self.caller.ask(1 - self.at, &self.ask).await?;
            let took = clock.uptime().saturating_sub(begun);
            if said.status == self.refused || took > TOO_LONG {
                return Ok(took);
            }
            ensure!(said.status == 200, "while it was waited for: {}", said.shown());
            sleep(PAUSE).await;
        }
    }
}

/// A key: the request with it, and the one that ends it.
async fn key(caller: &mut Caller, at: usize, member: &Member) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let wish = r#"{"name":"reader","scopes":["read:portfolio"]}"#;
    let made = caller.ask(at, &member.asks("POST", "/api/v1/keys", Some(wish))).await?;
    ensure!(made.status == 201, "making a key was answered {}", made.shown());
    let Key { key, id } = made.json()?;
    let fields = [("X-Forwarded-For", member.address.as_str()), ("X-API-Key", key.as_str())];
    let ask = request("GET", "/api/v1/portfolio", &fields, None);
    Ok((ask, member.asks("DELETE", &format!("/api/v1/keys/{id}"), None)))
}

/// A stranger's address: the request from there, and what shuts it out.
fn block(number: u32, data: &Path) -> (Vec<u8>, End, u16) {
    let network = member::address(number);
    let ask = request("GET", "/api/v1/price/BTC", &[("X-Forwarded-For", &network)], None);
    (ask, End::Block { socket: data.join("control.sock"), network }, 403)
}

/// By the server that runs on a folder, as `aspis incident block` has it done.
fn shut_out(socket: &Path, network: &str) -> anyhow::Result<()> {
    let mut stream = UnixStream::connect(socket).context("the control socket of a node")?;
    let wish = serde_json::json!({ "command": "incident", "action": "block", "network": network });
    stream.write_all(format!("{wish}\n").as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let said: serde_json::Value = serde_json::from_str(&line)?;
    ensure!(said["ok"] == true, "shutting out was answered {said}");
    Ok(())
}
