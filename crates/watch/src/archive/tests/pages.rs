//! Page after page: they meet, whatever lies between them, and none is paid for by those before it.

use std::{fs, io::Write};

use flate2::{Compression, write::GzEncoder};

use super::{super::source::tests::READ, *};

/// All numbers, a page at a time; `between` is called after each.
fn paged(data: &Path, limit: usize, mut between: impl FnMut()) -> Vec<u64> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = read(data, &Query { limit, cursor, ..Query::default() }).expect("read");
        assert!(page.events.len() <= limit);
        found.extend(page.events.iter().map(|seen| seen.seq));
        // As it goes over the wire.
        cursor = page.next.map(|next| Cursor::parse(&next.to_string()).expect("a cursor"));
        if cursor.is_none() {
            return found;
        }
        between();
    }
}

fn backwards_from(seq: u64) -> Vec<u64> {
    (1..=seq).rev().collect()
}

#[test]
fn pages_meet_and_miss_nothing() {
    let (folder, log) = furnished(Format::Native);
    log.close();
    for limit in [1, 7, 20, 59, 60, 61] {
        assert_eq!(paged(folder.path(), limit, || ()), backwards_from(60), "{limit}");
    }
    let nowhere = tempfile::tempdir().expect("a folder");
    assert_eq!(read(nowhere.path(), &Query { limit: 9, ..Query::default() }).expect("read"), Page::default());
}

/// Without a book, with a day under another name, with days that an earlier release compressed, and with a cursor whose
/// place is that of another file.
#[test]
fn pages_meet_also_where_the_folder_is_odd() {
    let (folder, log) = furnished(Format::Native);
    log.close();
    let archive = folder.path().join("logs/archive");
    let days = Place::in_data(folder.path()).days().expect("read");
    fs::rename(&days[0].path, archive.join("security-2001-01-01.log.gz")).expect("renamed");
    assert_eq!(paged(folder.path(), 7, || ()), backwards_from(60), "renamed");
    let mut lines = Vec::new();
    io::Read::read_to_end(&mut lines::open(&days[1].path).expect("opened"), &mut lines).expect("read");
    let mut whole = GzEncoder::new(fs::File::create(&days[1].path).expect("made"), Compression::default());
    whole.write_all(&lines).expect("written");
    whole.finish().expect("written");
    assert_eq!(paged(folder.path(), 7, || ()), backwards_from(60), "of an earlier release");
    fs::remove_file(folder.path().join("security-log.days")).expect("removed");
    assert_eq!(paged(folder.path(), 7, || ()), backwards_from(60), "without a book");
    for at in [0, 1, 77, 1 << 40] {
        let query = Query { limit: 100, cursor: Some(Cursor { seq: 31, at }), ..Query::default() };
        assert_eq!(seqs(folder.path(), &query), backwards_from(30), "{at}");
    }
}

/// What comes while somebody turns pages, and a day that ends meanwhile, moves nothing.
#[test]
fn pages_meet_while_the_log_goes_on() {
    let (folder, log) = furnished(Format::Native);
    let mut last = 20_003 * DAY;
    let found = paged(folder.path(), 7, || {
        last += DAY / 2;
        log.record(Event::of_server(Kind::Stopped, Timestamp::from_seconds(last)));
        std::thread::sleep(std::time::Duration::from_millis(20));
    });
    log.close();
    assert_eq!(found, backwards_from(60));
}

/// All pages together cost about what the log does: none looks through what is newer.
#[test]
fn a_page_is_read_from_where_the_one_before_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = SecurityLog::open(folder.path(), Options::new(Arc::new(SeededChance::new(7)), Timestamp(0)));
    let log = log.expect("opened");
    for n in 0..200_u8 {
        let place = Some(format!("{n} {}", "x".repeat(20_000)));
        let rule = Some(Rule { place, ..Rule::named("a") });
        let at = Timestamp(i64::from(n));
        log.record(Event { rule, client: Some(client(n)), ..Event::of_server(Kind::SignedIn, at) });
    }
    log.close();
    let size = usize::try_from(fs::metadata(folder.path().join("logs/security.log")).expect("a file").len());
    let size = size.expect("small");
    READ.with(|read| read.set(0));
    assert_eq!(paged(folder.path(), 5, || ()), backwards_from(200));
    let read = READ.with(std::cell::Cell::get);
    assert!(size > 4_000_000 && read < 3 * size, "{read} of {size}");
}
