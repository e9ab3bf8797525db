//! A disk that is full, and a process that dies in the middle of a write.

use std::io::Write;

use super::*;

/// A file system of 64 KiB, for as long as this lives. None where one may not be made.
pub(super) struct Small(tempfile::TempDir);

#[expect(
    clippy::disallowed_methods,
    reason = "the only way to a real full disk; nothing of the input is in it"
)]
fn command(name: &str) -> std::process::Command {
    std::process::Command::new(name)
}

impl Small {
    pub(super) fn mounted() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = command("mount");
        let done = mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(folder.path()).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: no file system may be mounted here, so the full disk was not tried");
            return None;
        }
        Some(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = command("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_fails_nobody_and_is_told_at_once_and_written_later() {
    let Some(small) = Small::mounted() else { return };
    let data = small.path();
    let told: Arc<Told> = Arc::default();
    let sink: Arc<dyn Sink> = told.clone();
    let log = open(data);
    log.heard_by(Arc::downgrade(&sink));
    log.record(started(1));
    wait_until(|| read(data).lines().count() == 1);
    let filler = data.join("filler");
    let mut file = fs::File::create(&filler).expect("made");
    while file.write_all(&[0; 512]).is_ok() {}
    // Whatever is left of the last page is filled up by these.
    for at in 0..200 {
        log.record(Event {
            account: Some(aspis_core::ids::AccountId(uuid::Uuid::nil())),
            ..started(100 + at)
        });
    }
    // A few lines may still fit after many did not: then it can be written again at once.
    wait_until(|| told.kinds().contains(&Kind::LogUnwritable));
    assert!(told.kinds().iter().all(|kind| *kind == Kind::LogUnwritable), "{:?}", told.kinds());
    log.record(started(500));
    let lost = log.standing().lost;
    assert!(lost > 0);
    drop(file);
    fs::remove_file(filler).expect("removed");
    wait_until(|| log.standing().writable);
    log.record(started(900));
    log.close();
    let text = read(data);
    let said = text.lines().find(|line| line.contains("events_lost")).expect("it is said");
    assert!(text.contains("log_unwritable") && said.contains("\"why\":\"unwritable\""), "{text}");
    assert!(words(data).is_empty(), "nothing is broken: {text}");
}

/// The log as a death leaves it: so many bytes of the last write are there, and nobody said that it was done.
fn killed_at(bytes: usize) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(7));
    let mut book = Book::open(Place::in_data(data), Format::Native, &chance).expect("opened");
    let items = |from: i64| (from..from + 3).map(|at| item::Item::Event(started(at))).collect::<Vec<_>>();
    book.write(&items(0)).expect("written");
    let before = read(data);
    let place = Place::in_data(data);
    book.write(&items(3)).expect("written");
    let whole = read(data);
    let (anchor, _) = anchor::Anchor::open(&place, chance.as_ref()).expect("opened");
    let anchor::Held::Whole(done) = anchor.read().expect("read") else { panic!("it is whole") };
    let head = before.lines().fold(chain::Head::default(), |head, line| head.after(line.as_bytes()));
    let length = before.len() as u64;
    let mut record = anchor::Record { head, length, next: Some((done.length, done.head)), ..done };
    anchor.write(&mut record).expect("written");
    fs::write(log_of(data), &whole[..before.len() + bytes]).expect("written");
    (folder, whole)
}

#[test]
fn a_death_in_the_middle_of_a_write_is_no_break_at_any_byte() {
    let all = {
        let (folder, whole) = killed_at(0);
        whole.len() - read(folder.path()).len()
    };
    for bytes in (0..all).step_by(23).chain([all - 1, all]) {
        let (folder, whole) = killed_at(bytes);
        let report = verify(folder.path(), &|| true).expect("read");
        assert!(report.ok && report.unfinished, "{bytes}: {report:?}");
        let log = open(folder.path());
        log.record(started(9));
        log.close();
        let text = read(folder.path());
        let kept = whole.lines().zip(text.lines()).take_while(|(one, other)| one == other).count();
        let complete = whole[..whole.len() - all + bytes].matches('\n').count();
        assert_eq!(kept, complete, "{bytes}: what was whole is there: {text}");
        let said = text.lines().find(|line| line.contains("\"why\":\"killed\""));
        assert_eq!(said.is_some(), complete < 6, "{bytes}: {text}");
        assert!(said.is_none_or(|said| said.contains(&format!("\"count\":{}", 6 - complete))), "{text}");
        assert!(verify(folder.path(), &|| true).expect("read").ok, "{bytes}: {text}");
    }
}

#[test]
fn more_than_was_announced_is_no_death() {
    let (folder, whole) = killed_at(0);
    let mut text = whole;
    text.push_str("{\"kind\":\"forged\"}\n");
    fs::write(log_of(folder.path()), text).expect("written");
    assert_eq!(words(folder.path()), [What::Appended]);
}

#[test]
fn a_death_between_the_steps_of_closing_a_day_is_no_break() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = open(folder.path());
    log.record(started(0));
    log.close();
    let closed = folder.path().join("logs/archive/security-1970-01-01.log");
    fs::rename(log_of(folder.path()), &closed).expect("moved");
    for begun in [false, true] {
        if begun {
            fs::write(log_of(folder.path()), "").expect("made");
        }
        let told: Arc<Told> = Arc::default();
        let sink: Arc<dyn Sink> = told.clone();
        let log = open(folder.path());
        log.heard_by(Arc::downgrade(&sink));
        log.close();
        assert!(told.kinds().is_empty(), "{begun}");
    }
    let log = open(folder.path());
    log.record(started(86_400));
    log.close();
    assert!(verify(folder.path(), &|| true).expect("read").ok);
}
