//! Keys in any bytes: a plain reader of its own finds the same, and cuts change nothing.

#![no_main]

use std::{cell::RefCell, collections::HashMap};

use aspis_core::{
    chance::SeededChance,
    scenario::key_leakage::{
        format,
        scan::{Finding, Form, Scanner},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use libfuzzer_sys::fuzz_target;

/// Room for all of any input.
const WHOLE: usize = 1 << 18;

type Told = Vec<(u64, u64, u64, String)>;

fn told(found: &[Finding]) -> Told {
    let one = |one: &Finding| (one.at, one.line, one.column, one.key.expose().to_owned());
    found.iter().map(one).collect()
}

/// Every byte as it is, but those that stand for a key in some form.
fn stream(script: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    for byte in script {
        let key = || format::fresh(&SeededChance::new(u64::from(byte % 8))).expose().to_owned();
        match byte {
            0xf0..=0xf7 => stream.extend(key().bytes()),
            0xe0..=0xe7 => stream.extend(STANDARD.encode("~".repeat(stream.len() % 3) + &key()).bytes()),
            0xd0..=0xd7 => stream.extend(key().encode_utf16().flat_map(u16::to_le_bytes)),
            0xc8..=0xcf => stream.extend(key().replace('_', "%5F").bytes()),
            0xc0..=0xc7 => stream.extend(key().replace('_', "\\u005f").bytes()),
            plain => stream.push(*plain),
        }
    }
    stream
}

thread_local! {
    /// A scanner for each size of room: to make one takes far longer than to look at a little input, and one that was
    /// used has to be as new.
    static SCANNERS: RefCell<HashMap<usize, Scanner>> = RefCell::default();
}

fn in_pieces(bytes: &[u8], room: usize) -> Vec<Finding> {
    SCANNERS.with_borrow_mut(|scanners| {
        let scanner = scanners.entry(room).or_insert_with(|| Scanner::with_room(room));
        let mut found = Vec::new();
        for part in bytes.chunks(room) {
            let mut left = part;
            while !left.is_empty() {
                let place = scanner.room();
                let count = left.len().min(place.len());
                place[..count].copy_from_slice(&left[..count]);
                scanner.put(count, &mut |finding| found.push(finding));
                left = &left[count..];
            }
        }
        scanner.end(&mut |finding| found.push(finding));
        found
    })
}

/// The keys that stand there plainly.
fn plainly(bytes: &[u8]) -> Vec<u64> {
    let is_key = |at: &usize| bytes.get(*at..at + format::LENGTH).is_some_and(format::is_key);
    (0..bytes.len()).filter(is_key).map(|at| at as u64).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((first, script)) = data.split_first() else { return };
    let bytes = stream(script);
    let found = in_pieces(&bytes, WHOLE);
    assert!(found.iter().all(|one| format::is_key(one.key.expose().as_bytes())));
    assert!(found.iter().is_sorted_by_key(|one| one.at));
    let plain: Vec<u64> = found.iter().filter(|one| one.form == Form::Plain).map(|one| one.at).collect();
    assert_eq!(plain, plainly(&bytes));
    let lines = |at: u64| {
        bytes[..usize::try_from(at).expect("in memory")].iter().filter(|byte| **byte == b'\n').count()
    };
    assert!(found.iter().all(|one| one.line == 1 + lines(one.at) as u64));
    assert_eq!(told(&found), told(&in_pieces(&bytes, 1 + usize::from(*first))));
});
