use rand::{Rng, SeedableRng, rngs::StdRng};

use super::*;
use crate::{
    clock::Timestamp,
    ids::AccountId,
    money::{Fixed, Volume},
    secret::Secret,
};

mod digits;
mod signature;
mod trials;

fn keys() -> MarkKeys {
    MarkKeys::new(&Secret::new(*b"a secret of the tests, 32 bytes."))
}

fn account(number: u64) -> AccountId {
    AccountId(uuid::Uuid::from_u64_pair(0x0197_0000_0000_7000, number))
}

fn day(number: i64) -> Timestamp {
    Timestamp::from_seconds(number * 86_400)
}

fn volume(text: &str) -> Volume {
    text.parse().expect("a volume")
}

fn row(number: i64) -> Row<'static> {
    Row {
        asset: "BTC",
        interval: "1d",
        start: day(number),
        prices: [Some(Fixed::from_units(100 + number)), None, Some(Fixed::from_units(7))],
        close: Fixed::from_units(1_000_000 + number),
        volume: Some(Volume::from_units(5_000_000_000 + u128::from(number.unsigned_abs()))),
        source: "bitstamp",
    }
}

fn tally(rows: impl IntoIterator<Item = Row<'static>>) -> Tally {
    let keys = keys();
    rows.into_iter().fold(Tally::default(), |mut tally, row| {
        tally.add(&keys, &row);
        tally
    })
}

fn below(rng: &mut StdRng, bound: u64) -> u64 {
    rng.next_u64() % bound
}
