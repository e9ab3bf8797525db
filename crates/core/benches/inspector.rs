//! The time of one look by the inspector: at what nearly every request carries, at long clean text, at attacks, and at a
//! long text of each family's marks, ten times as long for at most twelve times the time.

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

/// Prose as people send it, with every mark that stands in it by accident.
const PROSE: &str = "Ann's note: buy 5 % more, then wait -- R&D spend <3 weeks ago was up, so a < b holds (see \
https://example.org/a/b.html?page=2#top). We can't select all of it; order the rest & update me on Monday/Tuesday. \
\"Fine\", said Tom: 100% of $40.50 | 12,000.00 EUR... #tag @ann ok\n";

const WORDS: &str =
    "Names and numbers, 12 of them or more, in the order in which they came to us from the archive. ";

/// What a body looks like: names, numbers, quotes and words.
const ROW: &str =
    r#"{"asset_id": "BTC", "quantity": "0.12500000", "note": "for Ann's savings, as every month & year"}, "#;

/// Pieces that wake the rules of a family and, repeated, never become an attack in free text.
const HOSTILE: [(&str, &str); 8] = [
    ("sql words", "select a from b or c and d union e "),
    ("quotes", "'\"'x\"y'"),
    ("comments", "/*a/*b --c\n#d "),
    ("elements", "<b <c x=y <i >"),
    ("escapes", "%2541&#65;\\u0041"),
    ("climbs", "a/b../c..d "),
    ("braces", "{{ a }} ${b} "),
    ("separators", "a; b | c && d "),
];

fn long(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len() + 1)
}

fn main() {
    let json = long(ROW, 1 << 20);
    let prose = long(PROSE, 1 << 20);
    let words = long(WORDS, 1 << 20);
    let cases = [
        ("a path of 30 bytes", PATH, Place::Closed, false),
        ("a user agent", AGENT, Place::Header, false),
        ("a note of SQL's own words", NOTE, Place::FreeText, false),
        ("a clean JSON text of 1 MB", json.as_str(), Place::FreeText, false),
        ("prose of 1 MB", prose.as_str(), Place::FreeText, false),
        ("plain words of 1 MB", words.as_str(), Place::FreeText, false),
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
    group.sample_size(10);
    for (name, piece) in HOSTILE {
        for (size, bytes) in [("100 kB", 100_000), ("1 MB", 1_000_000)] {
            let text = long(piece, bytes);
            group.throughput(Throughput::Bytes(text.len() as u64));
            let named = format!("{name}, {size}");
            group.bench_function(named, |timed| timed.iter(|| inspect(black_box(&text), Place::FreeText)));
        }
    }
    group.finish();
    bench.final_summary();
}
