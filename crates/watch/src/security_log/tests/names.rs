//! What the days are called, by somebody who can write the folder of the lines and nothing else.

use super::*;
use crate::archive::{Query, read as events};

const DAY: i64 = 86_400;
const FIRST: &str = "security-2024-10-04.log.gz";
const SECOND: &str = "security-2024-10-05.log.gz";
const OLD: &str = "security-2020-01-01.log.gz";

fn archive(data: &Path) -> Vec<String> {
    let names = fs::read_dir(data.join("logs/archive")).expect("a folder");
    let mut names: Vec<_> =
        names.map(|name| name.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A log of three closed days and an open one, and all is compressed.
fn days() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), 20_000..20_004, 3);
    folder
}

fn write(data: &Path, days: std::ops::Range<i64>, closed: usize) {
    let log = SecurityLog::open(data, Options { keep: Duration::from_secs(10 * 86_400), ..options() });
    let log = log.expect("opened");
    days.for_each(|day| log.record(started(day * DAY)));
    wait_until(|| archive(data).iter().filter(|name| name.ends_with(".log.gz")).count() == closed);
    wait_until(|| archive(data).len() == closed);
    log.close();
}

fn rename(data: &Path, from: &str, to: &str) {
    let archive = data.join("logs/archive");
    fs::rename(archive.join(from), archive.join(to)).expect("renamed");
}

fn renamed(data: &Path) -> Vec<(String, What)> {
    let report = verify(data, &|| true).expect("read");
    report.findings.into_iter().map(|finding| (finding.file, finding.what)).collect()
}

#[test]
fn a_day_under_another_name_is_told_and_its_time_is_that_of_its_events() {
    let folder = days();
    let data = folder.path();
    assert!(verify(data, &|| true).expect("read").ok);
    rename(data, FIRST, OLD);
    assert_eq!(renamed(data), [(format!("archive/{OLD}"), What::Renamed)]);
    // The days go on: the old name makes nothing old.
    write(data, 20_004..20_006, 5);
    assert!(archive(data).contains(&OLD.to_owned()), "{:?}", archive(data));
    assert_eq!(words(data), [What::Renamed]);
    // When its time is over it goes, whatever it is called, and what is left is whole.
    let log = SecurityLog::open(data, Options { keep: Duration::from_secs(4 * 86_400), ..options() });
    let log = log.expect("opened");
    log.record(started(20_006 * DAY));
    wait_until(|| !archive(data).contains(&OLD.to_owned()) && !archive(data).contains(&SECOND.to_owned()));
    log.close();
    assert_eq!(words(data), []);
}

#[test]
fn two_days_that_change_names_are_told() {
    let folder = days();
    rename(folder.path(), FIRST, OLD);
    rename(folder.path(), SECOND, FIRST);
    rename(folder.path(), OLD, SECOND);
    let both = [SECOND, FIRST].map(|name| (format!("archive/{name}"), What::Renamed));
    assert_eq!(renamed(folder.path()), both);
}

#[test]
fn the_events_of_a_day_are_found_under_any_name() {
    let folder = days();
    let at = Timestamp::from_seconds(20_000 * DAY);
    let query = Query { since: Some(at), until: Some(at), limit: 9, ..Query::default() };
    let count = || events(folder.path(), &query).expect("read").events.len();
    let before = count();
    rename(folder.path(), FIRST, OLD);
    assert_eq!((before > 0, count()), (true, before));
}

/// A log from before there was a book of days, and one from a backup.
#[test]
fn where_there_is_no_book_one_is_made_of_what_is_there() {
    let folder = days();
    let book = folder.path().join("security-log.days");
    fs::remove_file(&book).expect("removed");
    assert_eq!(words(folder.path()), []);
    open(folder.path()).close();
    assert_eq!(words(folder.path()), []);
    assert_eq!(fs::metadata(&book).expect("a file").permissions().mode() & 0o777, 0o600);
    rename(folder.path(), SECOND, OLD);
    assert_eq!(words(folder.path()), [What::Renamed]);
}
