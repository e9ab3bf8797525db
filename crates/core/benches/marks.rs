//! What a signature and marks cost a row that goes out, and what asking one account costs a row that came back.

use aspis_core::{
    clock::Timestamp,
    ids::AccountId,
    money::{Fixed, Volume},
    scenario::data_scraping::marks::{Block, Code, Evidence, MarkKeys, Place, Row, Tally},
    secret::Secret,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use uuid::Uuid;

const ROWS: i64 = 1000;

fn row(number: i64) -> Row<'static> {
    Row {
        asset: "BTC",
        interval: "1d",
        start: Timestamp::from_seconds(number * 86_400),
        prices: [Some(Fixed::from_units(892_901_000_000 + number)); 3],
        close: Fixed::from_units(892_901_000_000 + number),
        volume: Some(Volume::from_units(1_234_567_000_000)),
        source: "bitstamp",
    }
}

fn bench(c: &mut Criterion) {
    let keys = MarkKeys::new(&Secret::new(*b"a secret of the benchmark"));
    let code = Code::of(&keys, AccountId(Uuid::from_u128(7)));
    let place = Place::from_power(6).expect("hundredths");
    let mut group = c.benchmark_group("marks");
    group.throughput(Throughput::Elements(ROWS.unsigned_abs()));
    group.bench_function("sign", |b| {
        b.iter(|| {
            let mut tally = Tally::default();
            (0..ROWS).for_each(|number| tally.add(&keys, &row(number)));
            tally
        });
    });
    group.bench_function("mark", |b| {
        let digit = |row: &Row<'_>| code.digit(Block::of(&keys, row.asset, row.interval, row.start));
        let marked = |row: &Row<'_>| row.volume.map(|volume| place.with(volume, digit(row)));
        b.iter(|| (0..ROWS).filter_map(|number| marked(&row(number))).max());
    });
    let mut found = Evidence::default();
    for number in 0..ROWS {
        found.add(Block::of(&keys, "BTC", "1d", row(number).start), 5);
    }
    let scorer = found.scorer(10_000);
    group.bench_function("ask an account", |b| {
        b.iter(|| scorer.judge(&keys, AccountId(Uuid::from_u128(8))));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
