#![expect(clippy::unchecked_time_subtraction, reason = "the times of these stories are in order")]

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use uuid::Uuid;

use super::*;
use crate::ids::DeviceId;

mod flood;
mod lanes;
mod oracle;
mod order;
mod signs;
mod site;

const HOUR: Duration = Duration::from_secs(3600);
const TICK: Duration = Duration::from_micros(1);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn client(n: u32) -> Client {
    Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n)))
}

fn name(n: u128) -> NameKey {
    // As a keyed hash would spread them.
    NameKey((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes())
}

fn device(n: u128) -> Lane {
    Lane::Known(DeviceId(Uuid::from_u128(n)))
}

/// A try of a stranger, with a challenge solved.
fn stranger(on: u128, from: u32) -> Attempt {
    Attempt { name: name(on), client: client(from), lane: Lane::Everyone, challenged: true }
}

fn bare(on: u128, from: u32) -> Attempt {
    Attempt { challenged: false, ..stranger(on, from) }
}

fn known(on: u128, with: u128) -> Attempt {
    Attempt { name: name(on), client: client(99), lane: device(with), challenged: true }
}

fn tries() -> Tries {
    Tries::new(Rules::default())
}

/// A try that is let through and ends so.
fn ends(tries: &Tries, attempt: Attempt, outcome: Outcome, now: Duration) -> Signs {
    let ticket = tries.begin(attempt, now).unwrap_or_else(|need| panic!("{attempt:?} at {now:?}: {need:?}"));
    tries.settle(ticket, outcome, now)
}

fn fails(tries: &Tries, attempt: Attempt, now: Duration) -> Signs {
    ends(tries, attempt, Outcome::Wrong, now)
}
