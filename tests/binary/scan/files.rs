//! Files: ten thousand of them, links, pipes, and what cannot be read.

use std::{io::Write, os::unix::fs::symlink, process::Stdio};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};

use super::*;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// One file in ten holds a key, in a form of its own; the others hold what is nearly one.
fn content(number: u64) -> (Vec<u8>, bool) {
    let mine = key(number);
    let text = format!("line {number}\nexport ASPIS_KEY=\"{mine}\" # here\n");
    let bytes = match number % 100 {
        0 => text.into_bytes(),
        10 => STANDARD.encode(&text).into_bytes(),
        20 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        30 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        40 => mine.replace('_', "%5F").into_bytes(),
        50 => json!({"a": mine}).to_string().replace('_', "\\u005f").into_bytes(),
        60 => gzip(text.as_bytes()),
        70 => format!("{}{mine}", "x".repeat(300_000)).into_bytes(),
        80 => format!("\0\u{1}{mine}\0").into_bytes(),
        90 => STANDARD.encode(format!("ab{mine}")).as_bytes().chunks(64).collect::<Vec<_>>().join(&b"\n"[..]),
        // Nearly: another letter, too short, of another house.
        1..=30 => text.replace(&mine[20..21], if &mine[20..21] == "q" { "r" } else { "q" }).into_bytes(),
        31..=60 => text.replace(&mine, &mine[..59]).into_bytes(),
        _ => text.replace("aspis_live_", "aspis_prod_").into_bytes(),
    };
    (bytes, number.is_multiple_of(10))
}

#[test]
fn every_planted_key_of_ten_thousand_files_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut planted = Vec::new();
    for number in 0..10_000 {
        let name = format!("{}/{}/{number}", number % 7, number % 13);
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let (bytes, holds) = content(number);
        fs::write(&path, bytes).unwrap();
        planted.extend(holds.then_some(name));
    }
    planted.sort();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, &folder.path().display().to_string()]);
    assert_eq!((code, paths(&report, folder.path())), (1, planted));
    assert_eq!((&report["files"], &report["not_looked_up"]), (&json!(10_000), &json!(1000)));
    let mut forms = BTreeMap::<String, usize>::new();
    for one in report["findings"].as_array().unwrap() {
        *forms.entry(one["form"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let expected = [("base64", 200), ("escaped", 200), ("plain", 400), ("utf16", 200)];
    assert_eq!(forms, expected.map(|(form, count)| (form.to_owned(), count)).into());
    let place = |name: &str| {
        let mut found = report["findings"].as_array().unwrap().iter();
        let one = found.find(|one| one["path"].as_str().unwrap().ends_with(name)).unwrap();
        (one["line"].as_u64().unwrap(), one["column"].as_u64().unwrap())
    };
    assert_eq!((place("/100"), place("/70"), place("/160")), ((2, 19), (1, 300_001), (2, 19)));
}

#[test]
fn links_are_not_followed_and_what_is_no_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, outside) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir_all(&inside).unwrap();
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("secret"), key(1)).unwrap();
    fs::write(inside.join("odd\n\u{1b}[2Jname"), key(2)).unwrap();
    symlink(&outside, inside.join("folder")).unwrap();
    symlink(outside.join("secret"), inside.join("file")).unwrap();
    symlink(&inside, inside.join("round")).unwrap();
    nix::unistd::mkfifo(&inside.join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(inside.join("socket")).unwrap();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, &inside.display().to_string()]);
    assert_eq!((code, paths(&report, &inside)), (1, vec!["odd\n\u{1b}[2Jname".to_owned()]));
    let output = run(&["--data", &nowhere, "scan", &inside.display().to_string()]);
    assert!(!text(&output.stdout).contains('\u{1b}'), "{}", text(&output.stdout));
    symlink(&outside, folder.path().join("named")).unwrap();
    let (_, report) = scan(&["--data", &nowhere, &folder.path().join("named").display().to_string()]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "a link that was named is meant");
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "nothing").unwrap();
    let nowhere = folder.path().join("nowhere").display().to_string();
    let (code, report) = scan(&["--data", &nowhere, &folder.path().display().to_string()]);
    assert_eq!((code, &report["unread"]), (0, &json!([])));
    let (code, report) = scan(&["--data", &nowhere, &nowhere, &folder.path().display().to_string()]);
    assert_eq!((code, &report["unread"][0]["path"], &report["files"]), (2, &json!(nowhere), &json!(1)));
    let half = gzip(&"x".repeat(100_000).into_bytes());
    fs::write(folder.path().join("half.gz"), &half[..half.len() / 2]).unwrap();
    fs::write(folder.path().join("some.7z"), b"7z\xbc\xaf\x27\x1c and more").unwrap();
    let (code, report) = scan(&["--data", &nowhere, &folder.path().display().to_string()]);
    assert_eq!(code, 2);
    assert!(report["unread"][0]["path"].as_str().unwrap().ends_with("half.gz"), "{report}");
    assert!(report["not_looked_into"][0]["why"].as_str().unwrap().contains("7z"), "{report}");
}

#[test]
fn a_file_that_breaks_off_while_it_is_read_is_told_and_so_is_what_is_no_file() {
    // It opens, and no byte of its first page can be read.
    let (code, report) = scan(&["--data", "/nowhere", "/proc/self/mem"]);
    assert_eq!((code, &report["unread"][0]["path"]), (2, &json!("/proc/self/mem")), "{report}");
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for named in [pipe.display().to_string(), "/dev/zero".to_owned()] {
        let (code, report) = scan(&["--data", "/nowhere", &named]);
        assert_eq!(
            (code, &report["files"], report["unread"].to_string().contains("no file")),
            (2, &json!(0), true)
        );
    }
}

#[test]
fn standard_input_is_read_too() {
    let mut child = aspis(&["--data", "/nowhere", "scan", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("+{}\n", key(3)).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("standard input:1:2: aspis_live_…"), "{}", text(&output.stdout));
}
