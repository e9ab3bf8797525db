//! Windows in the server: all those of a request in one round trip.
//!
//! A window is 17 counters, as in core's table, in one value of 20 to 70 bytes under a name of 24: in all some
//! 170 bytes of the server's memory. It ends by itself when the last of them counts no more.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use aspis_core::{
    rate::Rate,
    scenario::denial_of_service::windows::{Ask, Standing, Verdict},
};
use aspis_store::{
    StoreError, Stored,
    fleeting::{Asked, Budgets, Health, MOST_ASKS},
};
use async_trait::async_trait;
use redis::{FromRedisValue, Value};

use crate::{
    Shared,
    line::Nonsense,
    names::{HASH, Kind},
    script::{Arg, Script},
};

/// The rule, as the server runs it.
const ADMIT: &str = include_str!("windows/admit.lua");

/// How often a node says that the mark of the server's life is to be kept.
const KEEP: Duration = Duration::from_secs(3600);

/// What is known of windows here.
#[derive(Debug)]
pub(crate) struct Judge {
    admit: Script,
    /// Which life of the server answered last.
    life: AtomicU64,
    /// When its mark is to be kept for longer, in seconds of uptime.
    keep: AtomicU64,
}

impl Judge {
    pub(crate) fn new(time: &str) -> Self {
        Self { admit: Script::new(time, ADMIT), life: AtomicU64::new(0), keep: AtomicU64::new(0) }
    }

    /// True once an hour.
    fn keeps(&self, now: Duration) -> bool {
        let (due, now) = (self.keep.load(Ordering::Relaxed), now.as_secs());
        let next = now + KEEP.as_secs();
        now >= due && self.keep.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// The length of a window, as it stands in names, and of its sixteenth in microseconds.
fn lengths(rate: Rate) -> (u8, u64) {
    let (unit, seconds) = match rate.window.as_secs() {
        0..=1 => (0, 1),
        2..=60 => (1, 60),
        61..=3600 => (2, 3600),
        _ => (3, 86_400),
    };
    (unit, seconds * 1_000_000 / 16)
}

#[async_trait]
impl Budgets for Shared {
    async fn admit(&self, asks: &[Ask]) -> Stored<Verdict> {
        if asks.is_empty() || asks.len() > MOST_ASKS {
            return Err(StoreError::because(Asked(asks.len())));
        }
        let mut names = [[0; HASH]; MOST_ASKS];
        for (name, ask) in names.iter_mut().zip(asks) {
            *name = self.names.window(ask, lengths(ask.rate).0);
        }
        let asked = names.iter().copied().zip(asks.iter().map(|ask| ask.rate));
        if let Some(standing) = self.over.refusal(asked, self.clock.uptime()) {
            return Ok(Verdict::Refused(standing));
        }
        let (nth, verdict) = self.judge(asks, &names).await?;
        if let Verdict::Refused(standing) = verdict {
            self.over.note(names[nth], standing, self.clock.uptime());
        }
        Ok(verdict)
    }

    fn health(&self) -> Health {
        Health { away: self.line.is_away(), life: self.judge.life.load(Ordering::Relaxed) }
    }
}

impl Shared {
    /// The server's word, and which of the asks it is about.
    async fn judge(&self, asks: &[Ask], names: &[[u8; HASH]]) -> Stored<(usize, Verdict)> {
        let mut keys = [self.names.key(Kind::Life, &[]); 1 + MOST_ASKS];
        let mut args =
            [Arg::Bytes(if self.judge.keeps(self.clock.uptime()) { b"1" } else { b"" }); 1 + 2 * MOST_ASKS];
        for (nth, (ask, name)) in asks.iter().zip(names).enumerate() {
            keys[nth + 1] = self.names.key(Kind::Window, name);
            args[2 * nth + 1] = Arg::Number(ask.rate.limit.into());
            args[2 * nth + 2] = Arg::Number(lengths(ask.rate).1);
        }
        let (keys, args) = (&keys[..=asks.len()], &args[..=2 * asks.len()]);
        let answer = self.judge.admit.run(&self.line, keys, args).await?;
        let (nth, verdict, life) = read(answer, asks).ok_or_else(|| StoreError::because(Nonsense))?;
        self.judge.life.store(life, Ordering::Relaxed);
        Ok((nth, verdict))
    }
}

/// The answer of the script: of which ask, what, and by which life of the server.
fn read(answer: Value, asks: &[Ask]) -> Option<(usize, Verdict, u64)> {
    let (admits, nth, remaining, wait, life) = <(u8, usize, u32, u64, u64)>::from_redis_value(answer).ok()?;
    let nth = nth.checked_sub(1)?;
    let standing = Standing { rate: asks.get(nth)?.rate, remaining, reset: Duration::from_micros(wait) };
    let verdict = if admits == 1 { Verdict::Admitted(standing) } else { Verdict::Refused(standing) };
    Some((nth, verdict, life))
}
