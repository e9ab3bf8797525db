//! What is known and not looked into: it is told, and the scan does not end well, unless that was allowed.

use super::{archives::zip, *};

/// What it ends with, with and without leave to skip; and what it says.
fn ends(name: &str, bytes: &[u8]) -> (i32, i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let path = folder.path().display().to_string();
    let (strict, report) = scan(&["--data", "/nowhere", &path]);
    let (lenient, again) = scan(&["--data", "/nowhere", "--skip-unsupported", &path]);
    assert_eq!(report["not_looked_into"], again["not_looked_into"], "it is told all the same");
    (strict, lenient, report["not_looked_into"].to_string())
}

#[test]
fn archives_of_kinds_that_are_not_opened_end_with_two() {
    for (name, begin) in [
        ("7z", &b"7z\xbc\xaf\x27\x1c\0\x04"[..]),
        ("rar", b"Rar!\x1a\x07\x01\0"),
        ("rar", b"Rar!\x1a\x07\0"),
        ("lzip", b"LZIP\x01\x0c"),
        ("lzma", b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"),
        ("compress", b"\x1f\x9d\x90\x61"),
        ("cab", b"MSCF\0\0\0\0"),
        ("rpm", b"\xed\xab\xee\xdb\x03\0"),
        ("squashfs", b"hsqs\x01"),
        ("pack of git", b"PACK\0\0\0\x02\0\0\0\x01"),
        ("bundle of git", b"# v2 git bundle\n"),
    ] {
        let (strict, lenient, said) = ends("file", &[begin, &[b'x'; 2000]].concat());
        assert_eq!((strict, lenient), (2, 0), "{name}");
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[test]
fn what_is_encrypted_or_packed_in_an_odd_way_within_a_zip_ends_with_two() {
    let text = b"some text that is packed, and some more of it".repeat(20);
    let whole = zip(&[("a", &text, true), ("b", &text, false)]);
    let mut encrypted = whole.clone();
    encrypted[6] |= 1;
    let (strict, lenient, said) = ends("a.zip", &encrypted);
    assert!((strict, lenient) == (2, 0) && said.contains("encrypted"), "{strict} {lenient} {said}");
    let mut odd = whole;
    odd[8] = 9;
    let (strict, lenient, said) = ends("a.zip", &odd);
    assert!((strict, lenient) == (2, 0) && said.contains("method 9"), "{strict} {lenient} {said}");
}

#[test]
fn a_key_that_is_alive_counts_more_than_what_was_skipped() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.7z"), b"7z\xbc\xaf\x27\x1c\0\x04").unwrap();
    fs::write(folder.path().join("b"), key(1)).unwrap();
    let (code, _) = scan(&["--data", "/nowhere", &folder.path().display().to_string()]);
    assert_eq!(code, 1);
}
