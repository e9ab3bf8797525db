//! What a full disk took is told in full, also by the next process.

use std::io::Write;

use aspis_core::ids::AccountId;
use serde_json::Value;
use uuid::Uuid;

use super::{disk::Small, *};

/// An event that never shares a line with others.
fn own(at: i64) -> Event {
    Event { account: Some(AccountId(Uuid::nil())), ..started(at) }
}

fn fill(data: &Path) -> PathBuf {
    let filler = data.join("filler");
    let mut file = fs::File::create(&filler).expect("made");
    while file.write_all(&[0; 512]).is_ok() {}
    filler
}

/// Events that have a line, and those of which a line tells that they were lost.
fn told(data: &Path) -> (u64, u64) {
    let (mut written, mut lost) = (0, 0);
    for line in read(data).lines() {
        // Half of one may stand there for a moment.
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        match line["kind"].as_str() {
            Some("server_started") => written += 1,
            Some("events_lost") => lost += line["count"].as_u64().expect("a number"),
            _ => {}
        }
    }
    (written, lost)
}

/// The folder as a death at this moment leaves it, where there is room.
fn died(data: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    let lock = book::lock_of(&Place::in_data(data)).expect("opened");
    lock.lock().expect("nobody writes meanwhile");
    fs::create_dir(copy.path().join("logs")).expect("made");
    for name in ["logs/security.log", "security-log.anchor", "security-log.key"] {
        fs::copy(data.join(name), copy.path().join(name)).expect("copied");
    }
    copy
}

#[test]
fn what_a_full_disk_took_is_told_by_the_next_start() {
    let Some(small) = Small::mounted() else { return };
    let data = small.path();
    let log = open(data);
    log.record(own(1));
    wait_until(|| read(data).lines().count() == 1);
    let filler = fill(data);
    // What is left of the last page is used up, until not even a short line has room.
    let (mut recorded, mut in_vain) = (1, 0);
    while in_vain < 12 {
        let before = read(data).len();
        recorded += 1;
        log.record(own(recorded));
        wait_until(|| told(data).0 + log.standing().lost == recorded.unsigned_abs());
        in_vain = if read(data).len() == before { in_vain + 1 } else { 0 };
    }
    let (written, recorded) = (told(data).0, recorded.unsigned_abs());
    assert!(!log.standing().writable && log.standing().lost >= 12);

    let killed = died(data);
    log.close();
    assert_eq!(log.standing().lost + written, recorded, "each once");
    // The next one finds no room either, and loses some more.
    let log = open(data);
    log.record(own(600));
    log.record(own(601));
    log.close();
    assert_eq!(log.standing().lost, 2);
    fs::remove_file(filler).expect("removed");
    for (data, recorded) in [(killed.path(), recorded), (data, recorded + 2)] {
        let log = open(data);
        log.record(own(900));
        log.close();
        let (lines, lost) = told(data);
        assert_eq!((lines, lost), (written + 1, recorded - written), "{}", read(data));
        assert!(words(data).is_empty(), "nothing is broken: {}", read(data));
        let log = open(data);
        log.record(own(901));
        log.close();
        assert_eq!(told(data), (written + 2, lost), "and it is told once");
    }
}

/// However much of the lines that tell it was written when the process died: it is told once, and whole.
#[test]
fn a_death_while_it_is_told_tells_it_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(7));
    let mut book = Book::open(Place::in_data(data), Format::Native, &chance).expect("opened");
    book.write(&[item::Item::Event(own(1))]).expect("written");
    book.owe(Timestamp::from_seconds(2), 40).expect("kept");
    book.owe(Timestamp::from_seconds(3), 2).expect("kept");
    let (before, anchor_before) = (read(data), anchor_of(data));
    book.write(&[item::Item::Event(own(4))]).expect("written");
    let whole = read(data);
    drop(book);
    let line = whole[before.len()..].find('\n').expect("a line") + 1;
    for bytes in (0..line).step_by(37).chain([line - 1, line]) {
        // As it was announced, and so far as it came.
        fs::write(log_of(data), &before).expect("written");
        fs::write(data.join("security-log.anchor"), &anchor_before).expect("written");
        announce(data, &chance, &whole[before.len()..before.len() + line]);
        fs::write(log_of(data), &whole[..before.len() + bytes]).expect("written");
        let log = open(data);
        log.record(own(9));
        log.close();
        assert_eq!(told(data), (2, 42), "{bytes}: {}", read(data));
        assert!(words(data).is_empty(), "{bytes}: {}", read(data));
    }
}

fn anchor_of(data: &Path) -> Vec<u8> {
    fs::read(data.join("security-log.anchor")).expect("read")
}

/// What the anchor says before this text is written, which tells what is owed.
fn announce(data: &Path, chance: &Arc<dyn Chance>, text: &str) {
    let (anchor, _) = anchor::Anchor::open(&Place::in_data(data), chance.as_ref()).expect("opened");
    let anchor::Held::Whole(mut record) = anchor.read().expect("read") else { panic!("it is whole") };
    let head = text.lines().fold(record.head, |head, line| head.after(line.as_bytes()));
    record.next = Some((record.length + text.len() as u64, head));
    record.paying = true;
    anchor.write(&mut record).expect("written");
}
