//! Every kind of hand that can be laid on the log.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Weak},
};

use aspis_core::{
    chance::SeededChance,
    clock::Timestamp,
    event::{Event, Kind, Sink},
    ids::AccountId,
};
use proptest::prelude::*;

use super::{
    super::{Format, Options, SecurityLog},
    *,
};

const LINES: i64 = 12;

/// What somebody does to the lines.
type Hand = fn(&mut Vec<String>);
/// A file, a line of it, and what is wrong there.
type Place = (String, Option<u64>, What);

/// A log of three days, the first two of them closed.
fn log(format: Format) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { format, ..Options::new(Arc::new(SeededChance::new(7)), Timestamp(0)) };
    let log = SecurityLog::open(folder.path(), options).expect("opened");
    // Nobody hears that days are closed, so that it is not written down here either.
    log.heard_by(Weak::<SecurityLog>::new());
    for day in 20_000..20_003 {
        for at in 0..LINES {
            let account = Some(AccountId(uuid::Uuid::nil()));
            let at = Timestamp::from_seconds(day * 86_400 + at);
            log.record(Event { account, ..Event::of_server(Kind::SignedIn, at) });
        }
    }
    while fs::read_dir(folder.path().join("logs/archive"))
        .expect("a folder")
        .filter(|entry| {
            entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|ending| ending == "gz"))
        })
        .count()
        < 2
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    log.close();
    let today = folder.path().join("logs/security.log");
    (folder, today)
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).expect("read").lines().map(str::to_owned).collect()
}

fn write(path: &Path, lines: &[String]) {
    fs::write(path, lines.join("\n") + if lines.is_empty() { "" } else { "\n" }).expect("written");
}

fn found(folder: &tempfile::TempDir) -> Vec<Place> {
    let report = verify(folder.path(), &|| true).expect("read");
    assert_eq!(report.ok, report.findings.is_empty());
    report.findings.into_iter().map(|finding| (finding.file, finding.line, finding.what)).collect()
}

#[test]
fn a_log_that_nobody_touched_is_whole_in_every_form() {
    for format in [Format::Native, Format::Ecs, Format::Ocsf, Format::Cef] {
        let (folder, _) = log(format);
        let report = verify(folder.path(), &|| true).expect("read");
        assert!(report.ok, "{format:?}: {report:?}");
        assert_eq!((report.files, report.lines), (3, 36), "{format:?}");
        assert!(verify(folder.path(), &|| false).is_ok(), "so few lines are not worth asking");
    }
}

#[test]
fn lines_that_go_stand_elsewhere_or_stand_twice_are_found() {
    let today = |line, what| ("security.log".to_owned(), line, what);
    let hands: [(Hand, Vec<Place>); 6] = [
        (|lines| drop(lines.remove(4)), vec![today(Some(5), What::Missing)]),
        (|lines| lines.swap(4, 5), vec![today(Some(5), What::Reordered)]),
        (|lines| lines.insert(4, lines[2].clone()), vec![today(Some(5), What::Reordered)]),
        (|lines| lines.truncate(9), vec![today(Some(9), What::Cut)]),
        (|lines| lines.clear(), vec![today(None, What::Cut)]),
        (|lines| lines.push("{}".to_owned()), vec![today(None, What::Appended)]),
    ];
    for (hand, expected) in hands {
        let (folder, path) = log(Format::Native);
        let mut text = lines(&path);
        hand(&mut text);
        write(&path, &text);
        // A line less or more also moves the end.
        let found: Vec<_> = found(&folder)
            .into_iter()
            .filter(|(_, _, what)| *what != What::Cut || expected[0].2 == What::Cut)
            .collect();
        assert_eq!(found[..1], expected[..1], "{found:?}");
    }
}

#[test]
fn files_that_go_or_are_others_are_found() {
    let (folder, path) = log(Format::Native);
    fs::remove_file(&path).expect("removed");
    assert_eq!(found(&folder)[0].2, What::Cut);

    let (folder, path) = log(Format::Native);
    let (_other, another) = log(Format::Native);
    // As long, and a chain of its own: another server's, with the same key or not.
    let forged: Vec<_> =
        lines(&another).iter().map(|line| line.replace("login_success", "login_sucess")).collect();
    write(&path, &forged);
    assert!(!found(&folder).is_empty());

    for day in ["security-2024-10-04.log.gz", "security-2024-10-05.log.gz"] {
        let (folder, _) = log(Format::Native);
        fs::remove_file(folder.path().join("logs/archive").join(day)).expect("removed");
        assert_eq!(found(&folder)[0].2, What::Missing, "{day}");
        let (folder, _) = log(Format::Native);
        let path = folder.path().join("logs/archive").join(day);
        let bytes = fs::read(&path).expect("read");
        fs::write(&path, &bytes[..bytes.len() - 9]).expect("written");
        assert_eq!(found(&folder)[0].2, What::Unreadable, "{day}");
    }
}

/// A forger who can write the log alone, and knows how it is chained, writes a whole chain of lines that do not hold what
/// was there.
#[test]
fn a_chain_made_anew_does_not_end_where_the_anchor_says() {
    let (folder, path) = log(Format::Native);
    let own = lines(&path);
    let mut head = lines::head_of(own[3].as_bytes()).expect("a line");
    let mut forged = own[..4].to_vec();
    for line in &own[4..] {
        let start = line.find(",\"seq\"").expect("a link");
        let text = line[..start].replace("login_success", "login_denied_");
        let line = format!("{text},\"seq\":{},\"prev\":\"{}\"}}", head.seq + 1, head.hash);
        head = head.after(line.as_bytes());
        forged.push(line);
    }
    write(&path, &forged);
    assert_eq!(found(&folder), [("security.log".to_owned(), Some(12), What::Changed)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever byte is another, it is seen, and the line is named.
    #[test]
    fn any_changed_byte_is_found(at in 0.0..1.0_f64, to in any::<u8>()) {
        let (folder, path) = log(Format::Native);
        let mut bytes = fs::read(&path).expect("read");
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share of a length")]
        let at = (at * bytes.len() as f64) as usize;
        prop_assume!(bytes[at] != to);
        let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() as u64 + 1;
        bytes[at] = to;
        fs::write(&path, bytes).expect("written");
        let found = found(&folder);
        prop_assert!(!found.is_empty());
        let near = found.iter().any(|(_, place, _)| place.is_some_and(|place| place.abs_diff(line) <= 1));
        prop_assert!(near, "{line}: {found:?}");
    }
}
