use ::base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;

use super::*;
use crate::chance::SeededChance;

mod forms;
mod oracle;

fn live(seed: u64) -> String {
    format::fresh(&SeededChance::new(seed)).expose().to_owned()
}

/// What was found, as places, forms and keys.
fn told(findings: &[Finding]) -> Vec<(u64, Form, String)> {
    findings.iter().map(|finding| (finding.at, finding.form, finding.key.expose().to_owned())).collect()
}

/// The same bytes through little room, in pieces.
fn in_pieces(bytes: &[u8], room: usize, piece: usize) -> Vec<Finding> {
    let (mut scanner, mut findings) = (Scanner::with_room(room), Vec::new());
    for part in bytes.chunks(piece) {
        let mut left = part;
        while !left.is_empty() {
            let place = scanner.room();
            let count = left.len().min(place.len());
            place[..count].copy_from_slice(&left[..count]);
            scanner.put(count, &mut |finding| findings.push(finding));
            left = &left[count..];
        }
    }
    scanner.end(&mut |finding| findings.push(finding));
    findings
}

#[test]
fn a_finding_says_where_it_is() {
    let key = live(1);
    let text = format!("first\nsecond line, token={key};\n\n{key}");
    let found = scan(text.as_bytes());
    let places: Vec<_> = found.iter().map(|finding| (finding.line, finding.column)).collect();
    assert_eq!(places, [(2, 20), (4, 1)]);
    assert!(found.iter().all(|finding| finding.key.expose() == key && finding.form == Form::Plain));
    let late = "x\n".repeat(400_000) + "ab" + &key;
    let found = scan(late.as_bytes());
    assert_eq!((found.len(), found[0].line, found[0].column), (1, 400_001, 3));
    let wide = "y".repeat(900_000) + &key;
    assert_eq!(scan(wide.as_bytes())[0].column, 900_001);
}

#[test]
fn a_scanner_begins_anew_after_each_stream() {
    let (mut scanner, mut findings) = (Scanner::default(), Vec::new());
    for _ in 0..2 {
        let text = format!("\n{}", live(2));
        scanner.room()[..text.len()].copy_from_slice(text.as_bytes());
        scanner.put(text.len(), &mut |finding| findings.push(finding));
        scanner.end(&mut |finding| findings.push(finding));
    }
    assert_eq!(findings.len(), 2);
    assert!(findings.iter().all(|finding| (finding.at, finding.line) == (1, 2)));
}

#[test]
fn keys_that_stand_together_are_all_found() {
    let keys: Vec<String> = (0..50).map(live).collect();
    let found = scan(keys.concat().as_bytes());
    let told: Vec<_> = found.iter().map(|finding| finding.key.expose().to_owned()).collect();
    assert_eq!(told, keys);
}

#[test]
fn what_is_only_like_a_key_is_none() {
    let key = live(3);
    let wrong = [&key[1..], &key[..59], &key.to_uppercase(), &key.replace("live", "prod"), "aspis_live_"];
    for text in wrong {
        assert!(scan(text.as_bytes()).is_empty(), "{text}");
        assert!(scan(STANDARD.encode(text).as_bytes()).is_empty(), "{text}");
    }
    let many = "aspis_live_".repeat(100_000) + &"YXNwaXNf".repeat(100_000) + &"u0061\\".repeat(100_000);
    assert!(scan(many.as_bytes()).is_empty());
}
