//! Faults of the signature: bits, lengths, malleability and strangers.

use super::{Engine, Fault, Forge, TokenError, URL_SAFE_NO_PAD, fault};
use crate::token::JwsError;

/// The order of the base point, little end first (RFC 8032, 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

pub(super) fn all(forge: &Forge) -> Vec<Fault> {
    let families = [flipped, lengths, malleable, small_order, strangers, tampered];
    families.into_iter().flat_map(|family| family(forge)).collect()
}

/// The good message, and the 64 bytes of its signature.
fn good(forge: &Forge) -> (String, Vec<u8>) {
    let token = forge.good();
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    (message.to_owned(), URL_SAFE_NO_PAD.decode(signature).expect("base64url"))
}

fn signed(name: &str, message: &str, signature: &[u8]) -> Fault {
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    fault(format!("signature: {name}"), token, JwsError::Signature)
}

/// One bit turned in each of the 64 bytes.
fn flipped(forge: &Forge) -> Vec<Fault> {
    let (message, signature) = good(forge);
    let turned = |place: usize| {
        let mut bytes = signature.clone();
        bytes[place] ^= 1 << (place % 8);
        signed(&format!("a bit of byte {place}"), &message, &bytes)
    };
    (0..64).map(turned).collect()
}

/// Shorter, longer, and in other clothes.
fn lengths(forge: &Forge) -> Vec<Fault> {
    let (message, signature) = good(forge);
    let mut faults: Vec<Fault> =
        [1, 31, 32, 63].map(|n| signed(&format!("{n} bytes"), &message, &signature[..n])).into();
    for (name, bytes) in [
        ("a zero more", [&signature[..], &[0]].concat()),
        ("a zero before", [&[0], &signature[..]].concat()),
        ("twice", signature.repeat(2)),
        ("the key behind it", [&signature[..], &[7; 32]].concat()),
        ("halves swapped", [&signature[32..], &signature[..32]].concat()),
        ("backwards", signature.iter().rev().copied().collect()),
        ("in hex", crate::hex::sha256(&signature).into_bytes()),
        ("in base64 twice", URL_SAFE_NO_PAD.encode(&signature).into_bytes()),
        ("like a DER sequence", [&[0x30, 64], &signature[..]].concat()),
        ("all zero", vec![0; 64]),
        ("all ones", vec![0xff; 64]),
        ("a thousand bytes", vec![1; 1000]),
    ] {
        faults.push(signed(name, &message, &bytes));
    }
    faults
}

/// S plus multiples of the order: the same point, another text (RFC 8032, 5.1.7).
fn malleable(forge: &Forge) -> Vec<Fault> {
    let (message, mut signature) = good(forge);
    let mut faults = Vec::new();
    for times in 1..=14 {
        add_order(&mut signature[32..]);
        faults.push(signed(&format!("S plus the order, {times} times"), &message, &signature));
    }
    faults.push(signed("S is the order", &message, &[&signature[..32], &ORDER].concat()));
    faults
}

fn add_order(s: &mut [u8]) {
    let mut carry = 0;
    for (byte, order) in s.iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "fourteen times the order and S fit into 256 bits");
}

/// R of small order, in canonical and other encodings, with S zero and with the good S.
fn small_order(forge: &Forge) -> Vec<Fault> {
    let (message, signature) = good(forge);
    let point = |first: u8, middle: u8, last: u8| {
        let mut bytes = [middle; 32];
        (bytes[0], bytes[31]) = (first, last);
        bytes
    };
    let eight: [u8; 32] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ];
    let mut eight_negative = eight;
    eight_negative[31] |= 0x80;
    let points = [
        ("the identity", point(1, 0, 0)),
        ("the identity, signed zero", point(1, 0, 0x80)),
        ("order 2", point(0xec, 0xff, 0x7f)),
        ("order 2, signed zero", point(0xec, 0xff, 0xff)),
        ("order 4", point(0, 0, 0)),
        ("order 4, negative", point(0, 0, 0x80)),
        ("order 4, not reduced", point(0xed, 0xff, 0x7f)),
        ("order 4, not reduced, negative", point(0xed, 0xff, 0xff)),
        ("order 1, not reduced", point(0xee, 0xff, 0x7f)),
        ("order 1, not reduced, signed zero", point(0xee, 0xff, 0xff)),
        ("order 8", eight),
        ("order 8, negative", eight_negative),
    ];
    let mut faults = Vec::new();
    for (name, r) in points {
        let (zero, ours) = ([&r[..], &[0; 32]].concat(), [&r[..], &signature[32..]].concat());
        // All zero is a fault of its own family already.
        if zero.iter().any(|byte| *byte != 0) {
            faults.push(signed(&format!("R {name}, S zero"), &message, &zero));
        }
        faults.push(signed(&format!("R {name}, S good"), &message, &ours));
    }
    faults
}

/// Good signatures of something else, or of somebody else.
fn strangers(forge: &Forge) -> Vec<Fault> {
    let (message, stranger) = (good(forge).0, Forge::of_somebody_else());
    let (header, claims) = message.split_once('.').expect("two parts");
    let of = |name: &str, forge: &Forge, text: &[u8]| {
        let signature = URL_SAFE_NO_PAD.decode(forge.key.sign(text)).expect("base64url");
        signed(name, &message, &signature)
    };
    let other = forge.seal_claims(&Forge::claims().with("role", "\"admin\""));
    let (other, _) = other.rsplit_once('.').expect("three parts");
    vec![
        of("of another key", &stranger, message.as_bytes()),
        of("of another token", forge, other.as_bytes()),
        of("of the header alone", forge, header.as_bytes()),
        of("of the claims alone", forge, claims.as_bytes()),
        of("of the message without its dot", forge, format!("{header}{claims}").as_bytes()),
        of("of the message and a dot", forge, format!("{message}.").as_bytes()),
        of("of the hash of the message", forge, crate::hex::sha256(message.as_bytes()).as_bytes()),
        of("of the decoded parts", forge, Forge::claims().text().as_bytes()),
        of("of nothing", forge, b""),
    ]
}

/// One bit turned in each byte of the header and the claims, under the good signature.
fn tampered(forge: &Forge) -> Vec<Fault> {
    let (_, signature) = good(forge);
    let parts = [forge.header().text().into_bytes(), Forge::claims().text().into_bytes()];
    let mut faults = Vec::new();
    // What is wrong with a header is seen before the signature; any change of the claims, by the signature alone.
    for (place, bit) in (0..parts[1].len()).flat_map(|place| [(place, 1), (place, 0x20)]) {
        let mut claims = parts[1].clone();
        claims[place] ^= bit;
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(&parts[0]), URL_SAFE_NO_PAD.encode(&claims));
        faults.push(signed(&format!("bit {bit} of byte {place} of the claims turned"), &message, &signature));
    }
    let kid = forge.key.kid();
    let start = forge.header().text().find(kid).expect("the kid is in the header");
    for place in start..start + kid.len() {
        let mut header = parts[0].clone();
        header[place] = if header[place] == b'A' { b'B' } else { b'A' };
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(&header), URL_SAFE_NO_PAD.encode(&parts[1]));
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(&signature));
        // It names a key that is not held.
        faults.push(fault(format!("signature: byte {place} of the header changed"), token, TokenError::Kind));
    }
    faults
}
