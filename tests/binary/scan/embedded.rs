//! A zip that stands behind something else is opened, wherever it begins; what only looks like one is no reason to fail.

use super::{
    archives::{tar, zip},
    files::gzip,
    *,
};

fn scanned(bytes: &[u8]) -> (i32, Value, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), bytes).unwrap();
    let (code, report) = scan(&["--data", "/nowhere", &folder.path().display().to_string()]);
    let found = paths(&report, folder.path());
    (code, report, found)
}

/// Bytes that are no text, as a program is.
fn program(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let mut bytes = b"\x7fELF".to_vec();
    bytes.extend(
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(length),
    );
    bytes
}

fn archive() -> Vec<u8> {
    zip(&[
        ("config/a.env", key(1).as_bytes(), true),
        ("inner.tar.gz", &gzip(&tar(&[("b", key(2).as_bytes())])), false),
    ])
}

#[test]
fn a_zip_behind_a_program_is_opened_wherever_it_begins() {
    for before in [1, 20, 511, 512, 70_000, 262_144 - 15, 263_680 - 3, 300_000, 600_000] {
        let (code, report, found) = scanned(&[&program(before)[..], &archive()].concat());
        assert_eq!((code, &report["unread"]), (1, &json!([])), "{before}: {report}");
        assert_eq!(found, ["file!config/a.env", "file!inner.tar.gz!b"], "{before}");
    }
    let script = format!("#!/bin/sh\nKEY={}\nexec unzip \"$0\"\n", key(3));
    let (_, _, found) = scanned(&[script.as_bytes(), &archive()].concat());
    assert_eq!(found, ["file", "file!config/a.env", "file!inner.tar.gz!b"], "and what stands before it");
    let nested = gzip(&[&program(5000)[..], &archive()].concat());
    assert_eq!(scanned(&nested).2.len(), 2, "within another archive");
}

#[test]
fn one_that_is_cut_short_is_told() {
    let whole = [&program(5000)[..], &archive()].concat();
    let (code, report, found) = scanned(&whole[..whole.len() - 30]);
    assert_eq!((code, &*found[0]), (1, "file!config/a.env"), "{report}");
    assert!(report["unread"].to_string().contains("cut short"), "{report}");
}

#[test]
fn what_only_looks_like_one_is_no_reason_to_fail() {
    let text = "every zip begins with PK\u{3}\u{4} and some numbers, as everybody knows who has read it";
    let head =
        [&b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x09\0\0\0\x09\0\0\0\x03\0\0\0a.b"[..], &program(300)]
            .concat();
    for bytes in
        [text.as_bytes().to_vec(), [text.as_bytes(), &head].concat(), [&program(9)[..], &head].concat()]
    {
        let (code, report, _) = scanned(&bytes);
        assert_eq!((code, &report["unread"]), (0, &json!([])), "{report}");
        let with_key = [&bytes[..], key(4).as_bytes()].concat();
        assert_eq!(scanned(&with_key).2, ["file"], "and what stands behind it is looked at");
    }
}
