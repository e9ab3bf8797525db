//! Bombs, by a small measure: what a file may come to.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use lz4_flex::frame::FrameEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;

const MOST: u64 = 300_000;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).expect("in memory");
    packed.finish().expect("in memory")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    packed.write_all(bytes).expect("in memory");
    packed.finish().expect("in memory")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).expect("in memory");
    packed.write_all(bytes).expect("in memory");
    packed.finish().expect("in memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut packed = FrameEncoder::new(Vec::new());
    packed.write_all(bytes).expect("in memory");
    packed.finish().expect("in memory")
}

/// Bytes that were looked at of a file, and why not all were.
fn looked(bytes: &[u8]) -> (u64, Vec<String>) {
    let mut hunt = Hunt::new();
    hunt.most = MOST;
    hunt.look(&mut &bytes[..], "file");
    (hunt.counts.bytes, hunt.unread.into_iter().map(|unread| unread.why).collect())
}

#[test]
fn what_unpacks_to_more_than_is_looked_at_is_left_and_told() {
    let zeros = vec![0; 1 << 20];
    for pack in [gzip, bzip2, xz, zstd, lz4] {
        for bomb in [pack(&zeros), gzip(&pack(&zeros)), pack(&pack(&zeros)), gzip(&gzip(&pack(&zeros)))] {
            let (bytes, why) = looked(&bomb);
            assert!(why.iter().any(|why| why.contains("unpacks to more")), "{why:?}");
            assert!(bytes <= MOST + 3 * bomb.len() as u64, "{bytes} of a bomb of {}", bomb.len());
        }
        let (_, why) = looked(&pack(&zeros[..100_000]));
        assert_eq!(why, Vec::<String>::new());
    }
}

#[test]
fn all_that_is_in_one_file_counts_together() {
    let part = gzip(&vec![0; 100_000]);
    let many = |count: usize| {
        let parts = std::iter::repeat_n([&b"!<arch>\n"[..], &[]].concat(), 1);
        let head = format!("{:<48}{:<10}`\n", "part", part.len());
        let padding: &[u8] = if part.len() % 2 == 1 { b"\n" } else { b"" };
        let each = [head.as_bytes(), &part, padding].concat();
        parts.chain(std::iter::repeat_n(each, count)).flatten().collect::<Vec<u8>>()
    };
    assert_eq!(looked(&many(2)).1, Vec::<String>::new());
    let (_, why) = looked(&many(40));
    assert!(why.iter().any(|why| why.contains("unpacks to more")), "{why:?}");
}
