//! How many bytes a second are looked through for keys, from files that are in memory already, on one core.

use std::{
    fs::{self, File},
    hint::black_box,
    io::Read,
    path::PathBuf,
    time::Duration,
};

use aspis_core::{
    chance::{Chance, SeededChance},
    scenario::key_leakage::{format, scan::Scanner},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const FILES: u64 = 2000;
const SIZE: usize = 100_000;

/// Lines of a program's text, of the words that programs are made of, the house's own name among them.
fn code(seed: u64) -> Vec<u8> {
    let words = [
        "let",
        "key",
        "aspis",
        "=",
        "self.token",
        "return",
        "// as it was",
        "{",
        "}",
        "live",
        "test",
        "_live_",
        "0x61",
        "\"\\u0041\"",
        "async fn",
        "%61",
        "YXNw",
    ];
    let mut bytes = Vec::with_capacity(SIZE + 64);
    while bytes.len() < SIZE {
        let mut chance = noise(seed + bytes.len() as u64, 64).into_iter();
        for byte in &mut chance {
            bytes.extend(words[usize::from(byte) % words.len()].bytes());
            bytes.push(if byte > 240 { b'\n' } else { b' ' });
        }
    }
    bytes
}

fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SeededChance::new(seed).fill(&mut bytes);
    bytes
}

/// A file of each kind in turn: a program, base64, and what is compressed.
fn content(number: u64) -> Vec<u8> {
    let mut bytes = match number % 4 {
        0 | 1 => code(number),
        2 => STANDARD.encode(noise(number, SIZE * 3 / 4)).into_bytes(),
        _ => noise(number, SIZE),
    };
    if number.is_multiple_of(10) {
        bytes.extend(format::fresh(&SeededChance::new(number)).expose().bytes());
    }
    bytes
}

/// Looks through files as `aspis scan` does.
fn look(scanner: &mut Scanner, files: &[PathBuf]) -> usize {
    let mut found = 0;
    for path in files {
        let mut file = File::open(path).expect("it was just written");
        loop {
            match file.read(scanner.room()).expect("it can be read") {
                0 => break,
                count => scanner.put(count, &mut |_| found += 1),
            }
        }
        scanner.end(&mut |_| found += 1);
    }
    found
}

fn bench(c: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("aspis-scan-{}", std::process::id()));
    fs::create_dir(&folder).expect("a new folder");
    let mut files = Vec::new();
    let mut bytes = 0;
    for number in 0..FILES {
        let (path, content) = (folder.join(number.to_string()), content(number));
        fs::write(&path, &content).expect("there is room");
        bytes += content.len() as u64;
        files.push(path);
    }
    let mut scanner = Scanner::default();
    assert_eq!(look(&mut scanner, &files), 200);
    let mut group = c.benchmark_group("scan");
    group.measurement_time(Duration::from_secs(10)).sample_size(20).throughput(Throughput::Bytes(bytes));
    group.bench_function("files", |b| b.iter(|| look(&mut scanner, black_box(&files))));
    for (name, content) in
        [("code", code(1)), ("base64", content(2)), ("packed", noise(3, SIZE)), ("zeros", vec![0; SIZE])]
    {
        group.throughput(Throughput::Bytes(content.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                scanner.room()[..content.len()].copy_from_slice(&content);
                scanner.put(content.len(), &mut |_| {});
                scanner.end(&mut |_| {});
            });
        });
    }
    group.finish();
    // What is left behind is in a folder for what is left behind.
    let _ = fs::remove_dir_all(folder);
}

criterion_group!(benches, bench);
criterion_main!(benches);
