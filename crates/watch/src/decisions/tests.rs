use std::{fs, time::Duration};

use aspis_core::{clock::Timestamp, ids::RequestId};
use uuid::Uuid;

use super::*;

const DAY: i64 = 86_400;

fn answered(n: u64, at: i64) -> Line {
    Line::Request(Box::new(Answered {
        at: Timestamp::from_seconds(at),
        up: n,
        request: RequestId(Uuid::from_u128(u128::from(n))),
        client: "203.0.113.7".to_owned(),
        who: Who::Nobody,
        route: "GET /api/v1/prices".into(),
        class: "prices".into(),
        status: 200,
        refused: None,
        rule: None,
        door: None,
        passed: None,
        exempt: false,
        lured: false,
        judged: true,
        own: None,
        late: None,
        device: None,
        family: None,
        attacked: false,
        step: None,
        score: Some(1),
        suspected: false,
        bytes: Some(10),
    }))
}

fn start(at: i64) -> Start {
    Start { at: Timestamp::from_seconds(at), up: 0 }
}

fn keep(bytes: u64) -> Keep {
    Keep { time: Duration::from_secs(7 * 86_400), bytes }
}

fn read(path: &std::path::Path) -> Vec<Line> {
    let mut reader = open(path).expect("opened");
    let mut lines = Vec::new();
    while let Some(line) = reader.next_line().expect("read") {
        lines.push(line);
    }
    lines
}

#[test]
fn lines_come_back_in_the_order_of_time_run_by_run() {
    let folder = tempfile::tempdir().expect("a folder");
    for run in 0..2 {
        let log = DecisionLog::open(folder.path(), keep(1 << 30), start(run * DAY)).expect("opened");
        for n in [3, 1, 2] {
            log.record(answered(n, run * DAY + 10));
        }
        log.close();
        log.record(answered(9, 0));
    }
    let ups: Vec<_> = read(folder.path()).iter().map(|line| line.up().expect("a time")).collect();
    assert_eq!(ups, [0, 1, 2, 3, 0, 1, 2, 3]);
    let archive = fs::read_dir(folder.path().join("logs/archive")).expect("there").count();
    assert_eq!(archive, 0, "a day that is over is closed by the run that sees both");
}

#[test]
fn a_day_is_closed_and_the_disk_is_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = DecisionLog::open(folder.path(), keep(300_000), start(0)).expect("opened");
    for day in 0..20 {
        for n in 0..2000 {
            log.record(answered(n, day * DAY));
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    log.close();
    let logs = folder.path().join("logs");
    let size = |path: &std::path::Path| fs::metadata(path).expect("there").len();
    let archived: u64 = files::archived(&logs).expect("read").iter().map(|file| size(&file.path)).sum();
    assert!(archived > 0 && archived <= 300_000, "{archived}");
    let oldest = files::archived(&logs).expect("read");
    assert!(!oldest.is_empty() && read(&oldest[0].path).len() > 100);
}

#[test]
fn what_was_killed_between_two_files_is_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("logs/archive");
    fs::create_dir_all(&archive).expect("made");
    let log = DecisionLog::open(folder.path(), keep(1 << 30), start(0)).expect("opened");
    log.record(answered(1, 1));
    log.close();
    let text = fs::read(folder.path().join("logs/decisions.log")).expect("read");
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zip, &text).expect("written");
    let zip = zip.finish().expect("written");
    let named = |ending: &str| archive.join(format!("decisions-20260101T000000Z-000.log{ending}"));
    // Compressed, and killed before the file itself was removed; and one killed in the middle of compressing.
    fs::write(named(""), &text).expect("written");
    fs::write(named(".gz"), &zip).expect("written");
    fs::write(archive.join("decisions-20260102T000000Z-000.log.new"), &zip[..zip.len() / 2])
        .expect("written");
    assert_eq!(read(folder.path()).len(), 2 * read(&named("")).len());
    fs::remove_file(named(".gz")).expect("removed");
    assert_eq!(
        read(folder.path()).len(),
        2 * read(&named("")).len(),
        "what is not yet compressed is read too"
    );
}

#[test]
fn what_is_torn_is_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = DecisionLog::open(folder.path(), keep(1 << 30), start(0)).expect("opened");
    log.record(answered(1, 1));
    log.close();
    let path = folder.path().join("logs/decisions.log");
    let mut text = fs::read(&path).expect("read");
    text.extend_from_slice(br#"{"line":"request","at":1"#);
    fs::write(&path, text).expect("written");
    DecisionLog::open(folder.path(), keep(1 << 30), start(2)).expect("opened").close();
    let mut reader = open(&path).expect("opened");
    let mut count = 0;
    while reader.next_line().expect("read").is_some() {
        count += 1;
    }
    assert_eq!((count, reader.broken), (3, 1));
    assert!(open(&folder.path().join("nowhere")).is_err());
    assert!(open(&folder.path().join("logs")).is_err());
}
