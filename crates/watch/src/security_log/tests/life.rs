//! Several lives of one log: it goes on where it ended, days are closed and go, and two processes share it.

use super::*;

const DAY: i64 = 86_400;

fn archive(data: &Path) -> Vec<String> {
    let entries = fs::read_dir(data.join("logs/archive")).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("read").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_start_goes_on_with_the_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    for life in 0..3 {
        let log = open(folder.path());
        (0..5).for_each(|at| log.record(started(life * 5 + at)));
        log.close();
    }
    assert_eq!(read(folder.path()).lines().count(), 15);
    let report = verify(folder.path(), &|| true).expect("read");
    assert!(report.ok && !report.unfinished, "{report:?}");
    assert_eq!((report.files, report.lines, report.last), (1, 15, 15));
}

#[test]
fn a_day_is_closed_at_midnight_compressed_and_removed_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let told: Arc<dyn Sink> = Arc::new(Told::default());
    let log =
        SecurityLog::open(folder.path(), Options { keep: Duration::from_secs(3 * 86_400), ..options() });
    let log = log.expect("opened");
    log.heard_by(Arc::downgrade(&told));
    for day in 20_000..20_008 {
        log.record(started(day * DAY));
        log.record(started(day * DAY + DAY - 1));
        // One that comes a moment late stays on the day that is open.
        log.record(started(day * DAY - 1));
    }
    let kept = ["security-2024-10-08.log.gz", "security-2024-10-09.log.gz", "security-2024-10-10.log.gz"];
    wait_until(|| archive(folder.path()) == kept);
    log.close();
    let report = verify(folder.path(), &|| true).expect("read");
    assert!(report.ok, "{report:?}");
    assert_eq!((report.files, report.lines, report.last), (4, 12, 24));
    fs::remove_file(folder.path().join("logs/archive").join(kept[0])).expect("removed");
    let report = verify(folder.path(), &|| true).expect("read");
    assert_eq!(report.findings[0].what, What::Missing, "the oldest is missed, too: {report:?}");
}

#[test]
fn a_clock_that_goes_wrong_removes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    for day in [20_000, 20_001, 47_000, 20_002, 20_003] {
        log.record(started(day * DAY));
    }
    let all = [
        "security-2024-10-04.log.gz",
        "security-2024-10-05.log.gz",
        "security-2024-10-06.log.gz",
        "security-2098-09-06.log.gz",
    ];
    wait_until(|| archive(folder.path()) == all);
    log.close();
    let report = verify(folder.path(), &|| true).expect("read");
    assert!(report.ok, "in the order of the chain: {report:?}");
}

#[test]
fn two_who_write_make_one_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (open(folder.path()), open(folder.path()));
    std::thread::scope(|scope| {
        for log in [&one, &two] {
            scope.spawn(move || {
                for at in 0..300 {
                    log.record(started(DAY * (20_000 + at / 100) + at));
                    std::thread::sleep(Duration::from_micros(200));
                }
            });
        }
    });
    one.close();
    two.close();
    let report = verify(folder.path(), &|| true).expect("read");
    // A kind by one client has thirty lines a minute in each of the two, and then a sum.
    assert!(report.ok && report.lines > 60, "{report:?}");
}

#[test]
fn a_log_without_a_chain_is_put_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("logs")).expect("made");
    fs::write(log_of(folder.path()), "{\"kind\":\"server_started\"}\n").expect("written");
    let log = open(folder.path());
    log.record(started(1));
    log.close();
    assert_eq!(archive(folder.path()), ["before-the-chain.log"]);
    assert!(verify(folder.path(), &|| true).expect("read").ok);
}

#[test]
fn who_takes_the_anchor_or_the_key_away_is_seen() {
    for name in ["security-log.anchor", "security-log.key"] {
        let folder = tempfile::tempdir().expect("a folder");
        let log = open(folder.path());
        log.record(started(1));
        log.close();
        fs::remove_file(folder.path().join(name)).expect("removed");
        assert_eq!(words(folder.path()), [What::Anchor]);
        let told: Arc<Told> = Arc::default();
        let sink: Arc<dyn Sink> = told.clone();
        let another = Options { chance: Arc::new(SeededChance::new(8)), ..options() };
        let log = SecurityLog::open(folder.path(), another).expect("opened");
        log.heard_by(Arc::downgrade(&sink));
        wait_until(|| told.kinds() == [Kind::LogBroken]);
        log.record(started(2));
        log.close();
        assert_eq!(words(folder.path()), [What::Missing], "one number is left out, so that it stays seen");
    }
}

#[test]
fn what_was_laid_on_it_while_nobody_looked_is_told_and_stays_seen() {
    type Hand = fn(&Path);
    let hands: [(Hand, Kind); 3] = [
        (|path| fs::write(path, "").expect("written"), Kind::LogBroken),
        (|path| fs::remove_file(path).expect("removed"), Kind::LogBroken),
        (
            |path| fs::write(path, fs::read_to_string(path).expect("read") + "half a line").expect("written"),
            Kind::LogBroken,
        ),
    ];
    for (hand, kind) in hands {
        let folder = tempfile::tempdir().expect("a folder");
        let log = open(folder.path());
        (0..5).for_each(|at| log.record(started(at)));
        log.close();
        hand(&log_of(folder.path()));
        let log = open(folder.path());
        log.record(started(9));
        log.close();
        assert!(read(folder.path()).contains(kind.word()), "nobody heard it: it is written down");
        assert!(!verify(folder.path(), &|| true).expect("read").ok);
    }
}
