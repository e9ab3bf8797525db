//! Whether a budget of N admits exactly N of a thousand that come to both nodes at once, again and again.

use std::{fmt, net::SocketAddr, time::Duration};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use serde::Serialize;
use tokio::{task::JoinSet, time::timeout};

use super::{
    ground::{Ground, Place},
    member,
    pair::{PROXY, Pair},
};
use crate::{
    admit::{Answers, exact},
    http::{Connection, request},
};

/// Requests at once, half of them at each node.
const REQUESTS: u16 = 1000;
const PATIENCE: Duration = Duration::from_secs(10);

/// What a node waits for the shared home at most. Where all answers took longer than that, it may have judged alone.
const HOME: Duration = Duration::from_millis(100);

/// One time of so many may be disturbed, or the run says nothing.
const FEW: u16 = 10;

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    limit: u16,
    times: u16,
    /// The times that were answered otherwise than they had to be.
    wrong: Vec<Answers>,
    /// The same, where the machine was too slow for a node to hear the shared home in time. They were tried again.
    disturbed: Vec<Answers>,
}

/// Tries so often, each time as another client.
pub(super) async fn run(place: &Place, limit: u16, times: u16) -> anyhow::Result<Report> {
    let prices = format!("rate.prices={limit}/hour");
    let ground = Ground::new(&[&prices]).await?;
    let pair = Pair::start(&ground, place).await?;
    let mut open = connections(pair.addresses()).await?;
    let clock = SystemClock::start();
    let mut report = Report { limit, times, wrong: Vec::new(), disturbed: Vec::new() };
    let (mut number, mut done) = (0, 0);
    while done < times {
        number += 1;
        let address = member::address(number);
        let price = request("GET", "/api/v1/price/BTC", &[("X-Forwarded-For", &address)], None);
        let begun = clock.uptime();
        let answers = at_once(&mut open, &price).await?;
        let is_late = clock.uptime().saturating_sub(begun) > HOME;
        done += u16::from(report.take(answers, is_late));
        let is_quiet = report.disturbed.len() <= usize::from(times / FEW);
        ensure!(
            is_quiet,
            "{} of {number} times took over {HOME:?} and let in another number: others disturb this machine, or it \
             is too slow for this",
            report.disturbed.len()
        );
    }
    Ok(report)
}

/// As many to each node, one after the other.
async fn connections(to: [SocketAddr; 2]) -> anyhow::Result<Vec<Connection>> {
    let mut open = Vec::new();
    for number in 0..REQUESTS {
        open.push(Connection::open(PROXY, to[usize::from(number % 2)]).await.context("connecting")?);
    }
    Ok(open)
}

/// Sends the same on all of them.
async fn at_once(open: &mut Vec<Connection>, price: &[u8]) -> anyhow::Result<Answers> {
    let mut sending = JoinSet::new();
    for mut connection in open.drain(..) {
        let price = price.to_vec();
        sending.spawn_local(async move {
            let answer = timeout(PATIENCE, connection.exchange(&price)).await.context("no answer")??;
            let status = answer.status;
            anyhow::Ok((connection, status))
        });
    }
    let mut answers = Answers::new();
    for sent in sending.join_all().await {
        let (connection, status) = sent?;
        open.push(connection);
        *answers.entry(status).or_default() += 1;
    }
    Ok(answers)
}

impl Report {
    /// Takes in one time; whether it counts.
    fn take(&mut self, answers: Answers, is_late: bool) -> bool {
        let is_exact = exact(&answers, self.limit, REQUESTS);
        if !is_exact && is_late && self.is_within_shares(&answers) {
            self.disturbed.push(answers);
            return false;
        }
        if !is_exact {
            self.wrong.push(answers);
        }
        true
    }

    /// Whether no more were let in than the limit and each node's half of it, and everybody else was told to wait.
    fn is_within_shares(&self, answers: &Answers) -> bool {
        let of = |status| answers.get(&status).copied().unwrap_or(0);
        of(200) <= self.limit + 2 * (self.limit / 2).max(1) && of(200) + of(429) == REQUESTS
    }

    /// True when every time exactly so many were admitted and all others told to wait.
    pub(super) fn holds(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, times, wrong, disturbed } = self;
        write!(f, "{REQUESTS} requests at once over two nodes under one budget of {limit}, {times} times: ")?;
        if !disturbed.is_empty() {
            let most = disturbed.iter().filter_map(|answers| answers.get(&200)).max().unwrap_or(&0);
            write!(f, "({} more took over {HOME:?} and let in {most} at most) ", disturbed.len())?;
        }
        if wrong.is_empty() {
            return write!(f, "exactly {limit} admitted every time.");
        }
        write!(f, "{} times NOT exactly {limit} admitted:", wrong.len())?;
        wrong.iter().try_for_each(|answers| write!(f, "\n  {answers:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_late_time_within_the_shares_is_tried_again() {
        let answers = |of: &[(u16, u16)]| of.iter().copied().collect::<Answers>();
        let mut report = Report { limit: 100, times: 5, wrong: Vec::new(), disturbed: Vec::new() };
        assert!(report.take(answers(&[(200, 100), (429, 900)]), true), "late and exact is exact");
        assert!(!report.take(answers(&[(200, 200), (429, 800)]), true));
        assert!(report.holds());
        assert!(report.take(answers(&[(200, 101), (429, 899)]), false));
        assert!(report.take(answers(&[(200, 201), (429, 799)]), true));
        assert!(report.take(answers(&[(200, 100), (500, 1), (429, 899)]), true));
        assert_eq!((report.wrong.len(), report.disturbed.len()), (3, 1));
    }
}
