//! The two servers, each with the flood that it gets.

use std::{net::Ipv4Addr, path::Path, rc::Rc};

use anyhow::Context;
use tempfile::TempDir;

use crate::{accounts, cores, line::Call, server::Server};

/// Connections of a flood.
pub(super) const CONNECTIONS: u8 = 64;

/// The first address of the flood; the steady client has another.
const FIRST: u8 = 10;

/// What floods in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flood {
    /// One client, far over its limit.
    Limited,
    /// 64 clients whom nothing stops: every try is hashed.
    Hashing,
}

impl Flood {
    /// Both of them, in the order they are shown.
    pub(super) const ALL: [Self; 2] = [Self::Limited, Self::Hashing];

    /// Its name in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Limited => "one client over its limit",
            Self::Hashing => "64 clients, hash pool full",
        }
    }

    /// The answer that nearly all of it gets, or this is another flood than it is meant to be.
    pub(super) const fn answer(self) -> u16 {
        match self {
            Self::Limited => 429,
            Self::Hashing => 401,
        }
    }

    /// The login limit is the shipped one for the first, and none for the second; so is the lock.
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Limited => &["rate.prices=60000/second", "log.level=error"],
            Self::Hashing => &[
                "rate.prices=60000/second",
                "log.level=error",
                "rate.login=60000/second",
                "lock.challenge_over=1000",
                "lock.wait_over=1000",
                "lock.after=1000",
                "lock.site_failures=1000000",
            ],
        }
    }

    /// What each connection sends: wrong passwords for names of its own.
    pub(super) fn calls(self) -> Vec<Call> {
        let from = |number: u8| match self {
            Self::Limited => Ipv4Addr::new(127, 0, 0, FIRST),
            Self::Hashing => Ipv4Addr::new(127, 0, 0, FIRST + number),
        };
        let call = |number| Call {
            from: from(number),
            bytes: Rc::from(accounts::login(&format!("nobody{number}"), "several unrelated words 43")),
        };
        (0..CONNECTIONS).map(call).collect()
    }
}

/// A server and what floods it.
pub(super) struct Site {
    pub(super) flood: Flood,
    pub(super) server: Server,
    _data: TempDir,
}

impl Site {
    /// Starts a server for each flood, all on one core.
    pub(super) fn open_all(binary: &Path, core: usize) -> anyhow::Result<Vec<Self>> {
        Flood::ALL.into_iter().map(|flood| Self::open(flood, binary, core)).collect()
    }

    fn open(flood: Flood, binary: &Path, core: usize) -> anyhow::Result<Self> {
        let data = TempDir::new().context("making a data folder")?;
        let server = cores::on(core, || Server::aspis(binary, data.path(), flood.settings()))??;
        Ok(Self { flood, server, _data: data })
    }
}
