//! The time of one look by the inspector: at what nearly every request carries, at a long text, and at attacks.

use std::hint::black_box;

use aspis_core::scenario::finding::{Place, inspect};
use criterion::{Criterion, Throughput};

const PATH: &str = "/api/v1/history/BTC/of/a/while";
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const NOTE: &str = "select a plan for O'Brien -- and update me; if a < b or b > c, drop it";
const SQL: &str = "BTC';DROP TABLE users;--";
const SCRIPT: &str = "<script>alert(document.cookie)</script>";
const TRAVERSAL: &str = "/api/v1/price/../../etc/passwd";

/// About 1.2 KB as bodies look: names, numbers, quotes and words.
fn text() -> String {
    let row = r#"{"asset_id": "BTC", "quantity": "0.12500000", "note": "for Ann's savings, as every month & year"}, "#;
    row.repeat(12)
}

fn main() {
    let long = text();
    let cases = [
        ("a path of 30 bytes", PATH, Place::Closed, false),
        ("a user agent", AGENT, Place::Header, false),
        ("a note of SQL's own words", NOTE, Place::FreeText, false),
        ("a text of 1.2 KB", long.as_str(), Place::FreeText, false),
        ("an injection of SQL", SQL, Place::Closed, true),
        ("a script", SCRIPT, Place::FreeText, true),
        ("a traversal", TRAVERSAL, Place::Closed, true),
    ];
    let mut bench = Criterion::default().configure_from_args();
    let mut group = bench.benchmark_group("inspector");
    for (name, text, place, hostile) in cases {
        assert_eq!(inspect(text, place).is_some(), hostile, "{name}");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |timed| timed.iter(|| inspect(black_box(text), black_box(place))));
    }
    group.finish();
    bench.final_summary();
}
