//! What it costs to watch a stranger who reads prices: every such request pays for it.

use std::{hash::RandomState, hint::black_box, net::Ipv4Addr, time::Duration};

use aspis_core::{
    client::Client,
    scenario::data_scraping::{
        enumeration::{Ask, Enumeration, Kind, Rules},
        honey::Name,
    },
};
use criterion::{BatchSize, Criterion};

const RULES: Rules = Rules {
    window: Duration::from_secs(600),
    assets: 12,
    pages: 10,
    clockwork: 30,
    unknown: 10,
    score: 2,
    clients: 65_536,
};

fn client(n: u32) -> Client {
    Client::V4(Ipv4Addr::from_bits(n.wrapping_mul(0x9e37_79b1)))
}

fn price(asset: u32) -> Ask<'static> {
    let name = Name::of(&format!("A{asset}")).expect("a letter and a number");
    Ask { name, kind: Kind::Known, page: None }
}

/// So many clients who read so many prices again and again.
fn again(bench: &mut Criterion, clients: u32, prices: u32) {
    let watch = Enumeration::new(RULES, RandomState::new());
    let asks: Vec<_> = (0..prices).map(price).collect();
    let mut turn = 0_u32;
    let mut now = Duration::ZERO;
    bench.bench_function(&format!("{prices} prices again, {clients} clients"), |bencher| {
        bencher.iter(|| {
            turn = turn.wrapping_add(1);
            now += Duration::from_micros(100);
            let ask = &asks[(turn / clients % prices) as usize];
            watch.judge(client(turn % clients), Some(black_box(ask)), now)
        });
    });
}

/// One client who walks: every thing is new, and the clock is looked at.
fn walk(bench: &mut Criterion) {
    let asks: Vec<_> = (0..1000).map(price).collect();
    bench.bench_function("a thousand steps of a walk", |bencher| {
        bencher.iter_batched(
            || Enumeration::new(Rules { clients: 8, ..RULES }, RandomState::new()),
            |watch| {
                for (step, ask) in asks.iter().enumerate() {
                    let now = Duration::from_millis(1000 * step as u64);
                    black_box(watch.judge(client(1), Some(ask), now));
                }
                watch
            },
            BatchSize::LargeInput,
        );
    });
}

fn main() {
    let mut bench = Criterion::default().configure_from_args();
    again(&mut bench, 1, 1);
    again(&mut bench, 1, 16);
    again(&mut bench, 10_000, 4);
    walk(&mut bench);
    bench.final_summary();
}
