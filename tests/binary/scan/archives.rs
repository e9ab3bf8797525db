//! Archives: what they hold is looked at, however they are nested, and none can keep the scan for ever.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};

use super::{files::gzip, *};

/// A zip of some parts: packed or not, with sizes before or after.
pub(super) fn zip(parts: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let mut file = Vec::new();
    for (at, (name, bytes, packed)) in parts.iter().enumerate() {
        let held = if *packed { deflated(bytes) } else { bytes.to_vec() };
        let mut sum = Crc::new();
        sum.update(bytes);
        let sizes = [sum.sum(), u32::try_from(held.len()).unwrap(), u32::try_from(bytes.len()).unwrap()];
        // Every other packed part says its sizes afterwards.
        let after = *packed && at % 2 == 1;
        let method: u16 = if *packed { 8 } else { 0 };
        file.extend(b"PK\x03\x04\x14\0");
        file.extend(if after { [8, 0] } else { [0, 0] });
        file.extend(method.to_le_bytes());
        file.extend([0; 4]);
        for size in &sizes {
            file.extend(if after { [0; 4] } else { size.to_le_bytes() });
        }
        file.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        file.extend([0, 0]);
        file.extend(name.bytes());
        file.extend(held);
        if after {
            file.extend(b"PK\x07\x08");
            for size in &sizes {
                file.extend(size.to_le_bytes());
            }
        }
    }
    file.extend(b"PK\x05\x06");
    file.extend([0; 18]);
    file
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A tar of some parts.
pub(super) fn tar(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut part = |name: &str, kind: u8, bytes: &[u8]| {
        let mut head = [0; 512];
        head[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
        head[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        head[148..156].fill(b' ');
        head[156] = kind;
        head[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        file.extend(head);
        file.extend(bytes);
        file.resize(file.len().next_multiple_of(512), 0);
    };
    for (name, bytes) in parts {
        if name.len() > 100 {
            part("././@LongLink", b'L', format!("{name}\0").as_bytes());
        }
        part(name, b'0', bytes);
    }
    file.resize(file.len() + 1024, 0);
    file
}

#[test]
fn what_archives_hold_is_found_once_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}/name", "long".repeat(40));
    let [one, two, three] = [1, 2, 3].map(key);
    let inner = zip(&[
        ("deep.txt", one.as_bytes(), true),
        ("plain.txt", two.as_bytes(), false),
        ("later.txt", three.as_bytes(), true),
    ]);
    let outer = tar(&[(&long, two.as_bytes()), ("in.zip", &inner), ("log.gz", &gzip(three.as_bytes()))]);
    fs::write(folder.path().join("a.tar.gz"), gzip(&outer)).unwrap();
    fs::write(folder.path().join("b.tar"), &outer).unwrap();
    fs::write(folder.path().join("c.zip"), zip(&[("x/a.tar.gz", &gzip(&outer), false)])).unwrap();
    fs::write(folder.path().join("two.gz"), [gzip(b"nothing"), gzip(one.as_bytes())].concat()).unwrap();
    let inside = |before: &str| {
        let names = ["in.zip!deep.txt", "in.zip!later.txt", "in.zip!plain.txt", &long, "log.gz"];
        names.map(|name| format!("{before}!{name}"))
    };
    let mut expected = [inside("a.tar.gz"), inside("b.tar"), inside("c.zip!x/a.tar.gz")].concat();
    expected.push("two.gz".into());
    expected.sort();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, &folder.path().display().to_string()]);
    assert_eq!((code, paths(&report, folder.path())), (1, expected), "{report}");
    assert_eq!(report["unread"], json!([]));
}

#[test]
fn an_archive_that_is_damaged_or_too_deep_is_looked_at_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken =
        zip(&[("a", key(1).as_bytes(), true), ("b", &[b'x'; 5000], true), ("c", key(2).as_bytes(), false)]);
    let middle = broken.len() / 2;
    broken[middle] ^= 0x55;
    fs::write(folder.path().join("broken.zip"), broken).unwrap();
    let mut deep = key(3).into_bytes();
    for _ in 0..12 {
        deep = gzip(&deep);
    }
    fs::write(folder.path().join("deep.gz"), deep).unwrap();
    fs::write(folder.path().join("behind.gz"), [gzip(b"x"), key(4).into_bytes()].concat()).unwrap();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, &folder.path().display().to_string()]);
    let found = paths(&report, folder.path());
    assert!(
        found.contains(&"broken.zip!a".to_owned()) && found.contains(&"behind.gz".to_owned()),
        "{report}"
    );
    assert!(found.iter().any(|path| path.starts_with("broken.zip") && path != "broken.zip!a"), "{report}");
    assert_eq!((code, report["unread"].to_string().contains("nested deeper")), (1, true), "{report}");
}

#[test]
fn a_bomb_is_left_alone_after_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let zeros = vec![0; 64 << 20];
    let once = gzip(&zeros);
    let many: Vec<u8> = std::iter::repeat_n(once, 40).flatten().collect();
    fs::write(folder.path().join("bomb.gz"), gzip(&many)).unwrap();
    fs::write(folder.path().join("next"), key(5)).unwrap();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, &folder.path().display().to_string()]);
    assert_eq!((code, paths(&report, folder.path())), (1, vec!["next".to_owned()]));
    assert!(report["unread"][0]["why"].as_str().unwrap().contains("unpacks to more"), "{report}");
}
