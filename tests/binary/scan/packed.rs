//! Whatever a stream is packed by: what it holds is found, and told where it was cut or bent.

use std::io::Write;

use bzip2::write::BzEncoder;
use lz4_flex::frame::{FrameEncoder, FrameInfo};
use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::{archives::tar, files::gzip, *};

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    // With a sum, as the program of that name writes it.
    let mut packed = FrameEncoder::with_frame_info(FrameInfo::new().content_checksum(true), Vec::new());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// Text that no packer makes small.
fn noise(words: u32) -> String {
    let words: Vec<_> = (0..words).map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761))).collect();
    words.join(" ")
}

type Pack = fn(&[u8]) -> Vec<u8>;

const KINDS: [(&str, Pack); 5] = [("gz", gzip), ("bz2", bzip2), ("xz", xz), ("zst", zstd), ("lz4", lz4)];

/// A kind that says nothing, and is passed over.
const SKIPPED: &[u8] = b"\x5a\x2a\x4d\x18\x03\0\0\0abc";

fn scanned(bytes: &[u8]) -> (i32, Value) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), bytes).unwrap();
    scan(&["--data", "/nowhere", &folder.path().display().to_string()])
}

fn found(report: &Value) -> usize {
    report["findings"].as_array().unwrap().len()
}

#[test]
fn a_key_is_found_in_every_kind_of_stream() {
    let text = format!("{}{}\n", "nothing to see\n".repeat(20_000), key(1));
    for (name, pack) in KINDS {
        let (code, report) = scanned(&pack(text.as_bytes()));
        assert_eq!((code, found(&report), &report["unread"]), (1, 1, &json!([])), "{name}");
        assert_eq!(
            (&report["findings"][0]["line"], &report["findings"][0]["column"]),
            (&json!(20_001), &json!(1))
        );
        // What a stream is cut into is one text.
        let (half, rest) = text.as_bytes().split_at(text.len() - 30);
        let between: &[u8] = if name == "zst" || name == "lz4" { SKIPPED } else { b"" };
        let (code, report) = scanned(&[&pack(half), between, &pack(rest)].concat());
        assert_eq!((code, found(&report), &report["unread"]), (1, 1, &json!([])), "two of {name}");
        let (code, report) = scanned(&pack(&tar(&[("a.env", text.as_bytes())])));
        assert_eq!(code, 1, "{name}");
        assert!(report["findings"][0]["path"].as_str().unwrap().ends_with("file!a.env"), "{report}");
    }
}

#[test]
fn a_stream_that_is_cut_short_or_bent_is_told() {
    let text = noise(40_000);
    for (name, pack) in KINDS {
        let whole = pack(text.as_bytes());
        assert_eq!(scanned(&whole).0, 0, "{name}");
        let least = if name == "bz2" { 10 } else { 6 };
        for at in [least, whole.len() / 3, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
            let (code, report) = scanned(&whole[..at]);
            assert_eq!((code, report["unread"].as_array().unwrap().len()), (2, 1), "{name} {at}: {report}");
        }
        let mut bent = whole.clone();
        bent[whole.len() / 2] ^= 0x10;
        assert_eq!(scanned(&bent).0, 2, "{name}");
    }
}

#[test]
fn an_archive_that_is_cut_short_or_bent_is_told() {
    let text = noise(9000);
    let parts = [("a", text.as_bytes(), true), ("b", text.as_bytes(), true), ("c", text.as_bytes(), false)];
    let zip = archives::zip(&parts);
    let tar = tar(&[("a", text.as_bytes()), ("b", text.as_bytes())]);
    assert_eq!((scanned(&zip).0, scanned(&tar).0), (0, 0));
    for at in [20, zip.len() / 4, zip.len() / 2, zip.len() - text.len(), zip.len() - 23] {
        assert_eq!(scanned(&zip[..at]).0, 2, "zip {at}");
    }
    for at in [700, tar.len() / 2, tar.len() / 2 + 7, tar.len() - 1500, tar.len() - 1024] {
        assert_eq!(scanned(&tar[..at]).0, 2, "tar {at}");
    }
    for at in [6, zip.len() / 5, zip.len() / 2, zip.len() - 1000] {
        let mut bent = zip.clone();
        bent[at] ^= 0x40;
        assert_eq!(scanned(&bent).0, 2, "zip {at}");
    }
    let mut renamed = zip.clone();
    let second = renamed.windows(4).rposition(|four| four == b"PK\x03\x04").unwrap();
    renamed[second] = b'Q';
    let end = renamed.len() - 22;
    renamed[end + 8..end + 12].copy_from_slice(&[3, 0, 3, 0]);
    assert_eq!(scanned(&renamed).0, 2, "a part that is listed and hidden");
    let mut bent = tar;
    let second = 512 + text.len().next_multiple_of(512);
    bent[second + 3] ^= 1;
    assert_eq!(scanned(&bent).0, 2, "a head in the middle");
}

#[test]
fn what_is_nested_too_deep_is_told_and_what_is_wide_is_looked_at() {
    let mut deep = key(1).into_bytes();
    for at in 0..12 {
        deep = KINDS[at % 5].1(&deep);
    }
    let (code, report) = scanned(&deep);
    assert!(code == 2 && report["unread"].to_string().contains("deeper"), "{report}");
    let zeros = vec![0; 10_000];
    let wide: Vec<(String, Vec<u8>)> = (0..200).map(|n| (n.to_string(), gzip(&xz(&zeros)))).collect();
    let wide: Vec<(&str, &[u8])> = wide.iter().map(|(name, bytes)| (&**name, &**bytes)).collect();
    assert_eq!(scanned(&gzip(&tar(&wide))).0, 0);
}
