//! Archives: whatever was bent in one, either the key in it is found or it is told that not all was read. And bytes of
//! any kind.

#![no_main]

use std::{io::Write, sync::OnceLock};

use aspis_core::{chance::SeededChance, scenario::key_leakage::format};
use aspis_fuzz::{archives, choose, edit::edit};
use bzip2::write::BzEncoder;
use flate2::{Compression, Crc, write::DeflateEncoder, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use lz4_flex::frame::FrameEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// What an attacker would put in.
const PIECES: [&str; 8] = [
    "PK\x03\x04",
    "PK\x05\x06",
    "PK\x07\x08",
    "BZh91AY&SY",
    "ustar\x0000",
    "!<arch>\n",
    "\u{1f}",
    "\0\0\0\0",
];
/// Kinds of which every byte that counts is under a sum.
const SUMMED: [&str; 4] = ["gzip", "bzip2", "xz", "zip"];

fn key() -> String {
    format::fresh(&SeededChance::new(1)).expose().to_owned()
}

fn text() -> Vec<u8> {
    format!("{}KEY={}\n", "a line of something else\n".repeat(30), key()).into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("in memory");
    packed.finish().expect("in memory")
}

/// Two parts, the first of them packed.
fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("in memory");
    let packed = packed.finish().expect("in memory");
    let mut file = Vec::new();
    for (name, method, held, whole) in [("a", 8_u16, &packed[..], bytes), ("b", 0, b"nothing", b"nothing")] {
        let mut sum = Crc::new();
        sum.update(whole);
        file.extend(b"PK\x03\x04\x14\0\0\0");
        file.extend(method.to_le_bytes());
        file.extend([0; 4]);
        file.extend(sum.sum().to_le_bytes());
        for size in [held.len(), whole.len()] {
            file.extend(u32::try_from(size).expect("small").to_le_bytes());
        }
        file.extend([1, 0, 0, 0]);
        file.extend(name.bytes());
        file.extend(held);
    }
    file.extend(b"PK\x05\x06\0\0\0\0\x02\0\x02\0\0\0\0\0\0\0\0\0\0\0");
    file
}

fn tar(bytes: &[u8]) -> Vec<u8> {
    let mut file = [0; 512].to_vec();
    file[..5].copy_from_slice(b"a.env");
    file[124..135].copy_from_slice(std::format!("{:011o}", bytes.len()).as_bytes());
    file[257..265].copy_from_slice(b"ustar\x0000");
    file[156] = b'0';
    file[148..156].fill(b' ');
    let sum: u32 = file.iter().map(|byte| u32::from(*byte)).sum();
    file[148..155].copy_from_slice(std::format!("{sum:06o}\0").as_bytes());
    file.extend(bytes);
    file.resize(file.len().next_multiple_of(512) + 1024, 0);
    file
}

fn ar(bytes: &[u8]) -> Vec<u8> {
    [std::format!("!<arch>\n{:<48}{:<10}`\n", "a.env", bytes.len()).as_bytes(), bytes].concat()
}

fn whole() -> &'static [Vec<u8>] {
    static WHOLE: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let text = text();
        let mut bzip2 = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        bzip2.write_all(&text).expect("in memory");
        let mut xz = XzWriter::new(Vec::new(), XzOptions::with_preset(0)).expect("in memory");
        xz.write_all(&text).expect("in memory");
        let mut lz4 = FrameEncoder::new(Vec::new());
        lz4.write_all(&text).expect("in memory");
        vec![
            gzip(&text),
            bzip2.finish().expect("in memory"),
            xz.finish().expect("in memory"),
            zip(&text),
            compress_to_vec(&text[..], CompressionLevel::Fastest),
            lz4.finish().expect("in memory"),
            tar(&gzip(&text)),
            ar(&gzip(&text)),
            [b"#!/bin/sh\nexit\n".repeat(5), zip(&text)].concat(),
        ]
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((way, script)) = choose::<10>(data) else { return };
    let Some(whole) = whole().get(usize::from(way)) else {
        archives::look(script);
        return;
    };
    // One change: of several, one may hide what another did.
    let bent = edit(whole, &script[..script.len().min(4)], &PIECES);
    let looked = archives::look(&bent);
    let is_found = looked.keys.contains(&key());
    let kind = archives::kind(&bent);
    if bent == *whole {
        assert!(is_found && looked.unread.is_empty(), "{looked:?}");
    } else if kind == archives::kind(whole) && kind.is_some_and(|kind| SUMMED.contains(&kind)) {
        assert!(is_found || !looked.unread.is_empty(), "{kind:?}");
    }
});
