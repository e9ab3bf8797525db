//! Faults of the envelope: parts and base64. Where the message changes, it is signed again with the right key.

use super::{Engine, Fault, Forge, URL_SAFE_NO_PAD, fault};
use crate::token::JwsError;

pub(super) fn all(forge: &Forge) -> Vec<Fault> {
    let families = [parts, wrapped, spelled, unused_bits];
    families.into_iter().flat_map(|family| family(forge)).collect()
}

fn three(token: &str) -> [String; 3] {
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts.try_into().expect("three parts")
}

/// Too few, too many, and empty ones.
fn parts(forge: &Forge) -> Vec<Fault> {
    let [header, claims, signature] = three(&forge.good());
    let dots = |parts: &[&str]| parts.join(".");
    let (h, c, s) = (header.as_str(), claims.as_str(), signature.as_str());
    let form = [
        ("nothing at all", String::new()),
        ("one part", h.to_owned()),
        ("two parts", dots(&[h, c])),
        ("two parts, signed", forge.seal_text(h)),
        ("four parts", dots(&[h, c, s, s])),
        ("four parts, signed", forge.seal_text(&dots(&[h, c, c]))),
        ("four parts, the last empty", dots(&[h, c, s, ""])),
        ("four parts, the first empty", dots(&["", h, c, s])),
        ("four parts, signed, one empty", forge.seal_text(&dots(&[h, "", c]))),
        ("five parts", dots(&[h, c, s, c, s])),
        ("five parts, like an encrypted token", dots(&[h, "", c, s, s])),
        ("three dots", "...".to_owned()),
        ("longer than any token of ours", forge.seal_text(&dots(&[h, &"A".repeat(8192)]))),
    ];
    let mut faults: Vec<Fault> =
        form.map(|(name, token)| fault(format!("form: {name}"), token, JwsError::Form)).into();
    faults.push(fault("form: two dots", "..".to_owned(), JwsError::Header));
    faults.push(fault("form: header empty, not signed again", dots(&["", c, s]), JwsError::Header));
    faults.push(fault("form: claims empty, not signed again", dots(&[h, "", s]), JwsError::Signature));
    faults.push(fault("form: signature empty", dots(&[h, c, ""]), JwsError::Signature));
    faults.push(fault("form: parts in another order", dots(&[c, h, s]), JwsError::Algorithm));
    faults.push(fault("form: signature first", dots(&[s, h, c]), JwsError::Header));
    faults
}

/// The good token with something around it.
fn wrapped(forge: &Forge) -> Vec<Fault> {
    let good = forge.good();
    [
        format!("Bearer {good}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good}\n"),
        format!("{good}\0"),
        format!("\u{feff}{good}"),
        format!("\"{good}\""),
        format!("{good},{good}"),
        format!("{good}#"),
        good.replace('.', ". "),
        good.replace('.', "%2E"),
        good.replace('.', "\u{3002}"),
    ]
    .into_iter()
    .map(|token| fault(format!("wrapped: {}", token.replace(&good, "…")), token, JwsError::Form))
    .collect()
}

/// Each part in base64 that a lenient reader takes.
fn spelled(forge: &Forge) -> Vec<Fault> {
    let good = three(&forge.good());
    let mut faults = Vec::new();
    for (index, name) in ["header", "claims", "signature"].into_iter().enumerate() {
        let part = &good[index];
        let (first, rest) = part.split_at(4);
        for (what, text) in [
            ("padded once", format!("{part}=")),
            ("padded twice", format!("{part}==")),
            ("padded in the middle", format!("{first}={rest}")),
            ("with a space", format!("{first} {rest}")),
            ("with a line break", format!("{first}\r\n{rest}")),
            ("with a NUL", format!("{first}\0{rest}")),
            ("with a plus", format!("+{}", &part[1..])),
            ("with a slash", format!("/{}", &part[1..])),
            ("with a percent sign", format!("{first}%41{rest}")),
            ("with a letter of another script", format!("А{rest}")),
        ] {
            faults.push(respelled(forge, &good, index, &format!("{name} {what}"), &text));
        }
    }
    faults
}

/// Puts `text` in the place of a part and signs again, unless the signature itself was changed.
fn respelled(forge: &Forge, good: &[String; 3], index: usize, name: &str, text: &str) -> Fault {
    let mut parts = good.clone();
    text.clone_into(&mut parts[index]);
    let token = if index == 2 { parts.join(".") } else { forge.seal_text(&parts[..2].join(".")) };
    fault(format!("base64: {name}"), token, JwsError::Form)
}

/// A last letter whose unused bits are not zero: the same bytes under another name.
fn unused_bits(forge: &Forge) -> Vec<Fault> {
    let mut faults = Vec::new();
    for bytes_left in [1, 2] {
        // Spaces are legal JSON: they bring the header and the claims to a length that leaves bits over.
        let fill = |text: String| {
            let spaces = (0..3).find(|n| (text.len() + n) % 3 == bytes_left).expect("one of three");
            URL_SAFE_NO_PAD.encode(text + &" ".repeat(spaces))
        };
        let message = format!("{}.{}", fill(forge.header().text()), fill(Forge::claims().text()));
        let parts = three(&forge.seal_text(&message));
        for (index, name) in ["header", "claims", "signature"].into_iter().enumerate() {
            let text = next_letter(&parts[index]);
            let name = format!("{name} with unused bits, {bytes_left} over");
            faults.push(respelled(forge, &parts, index, &name, &text));
        }
    }
    faults
}

fn next_letter(part: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = part.split_at(part.len() - 1);
    let place = LETTERS.find(last).expect("a letter of base64url");
    format!("{rest}{}", &LETTERS[place + 1..place + 2])
}
