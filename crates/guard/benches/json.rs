//! How fast a body is read: its syntax, its keys and every string in it, in bytes a second on one core.
//!
//! The floor is 200 MB/s of clean JSON text; the aim is 1 GB/s. What is hostile may cost more, but never more than in
//! proportion to its length: the last group reads ten times as much for that.

use std::hint::black_box;

use aspis_guard::json::read;
use criterion::{BenchmarkId, Criterion, Throughput};

/// Sentences as people write them.
const PROSE: &str =
    "The members of the union select a plan for the new year, and nobody knows where it leads. ";

fn orders(bytes: usize) -> String {
    let row = r#"{"asset_id":"BTC","interval":"1d","timestamp":"2026-11-21T00:00:00Z","open":"101.5","close":"99.25"}"#;
    format!("[{}]", vec![row; bytes / row.len()].join(","))
}

fn prose(bytes: usize) -> String {
    format!("{{\"note\":\"{}\"}}", PROSE.repeat(bytes / PROSE.len()))
}

fn keys(bytes: usize) -> String {
    let keys: Vec<String> = (0..bytes / 14).map(|n| format!("\"key{n:06}\":{}", n % 10)).collect();
    format!("{{{}}}", keys.join(","))
}

fn escaped(bytes: usize) -> String {
    format!("{{\"note\":\"{}\"}}", r"line\n\u0041\t".repeat(bytes / 12))
}

fn clean(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("clean_json");
    for (name, text) in [
        ("rows", orders(64_000)),
        ("prose", prose(64_000)),
        ("keys", keys(64_000)),
        ("escapes", escaped(64_000)),
    ] {
        assert_eq!(read(text.as_bytes(), 16, true), Ok(None), "{name}");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| read(black_box(text.as_bytes()), 16, true)));
    }
    group.finish();
}

fn linear(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ten_times_as_much");
    group.sample_size(10);
    for bytes in [100_000, 1_000_000] {
        for (name, text) in [("prose", prose(bytes)), ("keys", keys(bytes)), ("escapes", escaped(bytes))] {
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::new(name, bytes), &text, |bencher, text| {
                bencher.iter(|| read(black_box(text.as_bytes()), 16, true));
            });
        }
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    clean(&mut criterion);
    linear(&mut criterion);
    criterion.final_summary();
}
