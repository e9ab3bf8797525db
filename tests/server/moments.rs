//! Moments at which a process is killed: others in each round, and the same again by their seed.

use std::{process::Command, time::Duration};

/// How often a process is killed where nothing else is said.
const ROUNDS: u32 = 20;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// `ASPIS_TEST_KILLS` moments, drawn by `ASPIS_TEST_SEED`, from none to a quarter beyond the time that something takes.
pub(crate) fn moments(took: Duration) -> impl Iterator<Item = Duration> {
    let rounds = number("ASPIS_TEST_KILLS").and_then(|rounds| rounds.try_into().ok()).unwrap_or(ROUNDS);
    let seed = number("ASPIS_TEST_SEED").unwrap_or(7);
    eprintln!("{rounds} kills within {took:?}, seed {seed}");
    let mut state = seed;
    (0..rounds).map(move |_| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        took * u32::try_from((mixed ^ (mixed >> 31)) % 1250).unwrap() / 1000
    })
}

/// How long a command takes when nobody kills it.
#[expect(clippy::disallowed_methods, reason = "how long a process takes is measured by the machine's clock")]
pub(crate) fn timed(command: &mut Command) -> Duration {
    let began = std::time::Instant::now();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", super::text(&output.stderr));
    began.elapsed()
}
