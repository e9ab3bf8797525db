//! The security log and what holds it: whatever is changed in its lines is seen, and nobody moves its end by the anchor.

#![no_main]

use std::{fs, path::PathBuf, sync::Arc, sync::OnceLock};

use aspis_core::{
    chance::SeededChance,
    clock::Timestamp,
    event::{Event, Kind, Sink},
};
use aspis_fuzz::{choose, edit::edit, files};
use aspis_watch::{
    archive::{Query, read},
    security_log::{Options, SecurityLog, verify::verify},
};
use libfuzzer_sys::fuzz_target;

/// What an attacker would put in.
const PIECES: [&str; 6] = ["\n", "{\"at\":\"", "\"seq\":1,\"prev\":\"", "}\n", "\0", "\\u0000"];
/// The lines, and what they are held by.
const FILES: [&str; 2] = ["logs/security.log", "security-log.anchor"];

fn folder() -> PathBuf {
    files::folder("security_log")
}

/// A log of five lines: its files.
fn whole() -> &'static [Vec<u8>; 2] {
    static WHOLE: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let options = Options::new(Arc::new(SeededChance::new(7)), Timestamp(0));
        let log = SecurityLog::open(&folder(), options).expect("opened");
        for second in 0..5 {
            log.record(Event::of_server(Kind::SignedIn, Timestamp::from_seconds(second)));
        }
        log.close();
        FILES.map(|name| fs::read(folder().join(name)).expect("read"))
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((way, script)) = choose::<3>(data) else { return };
    let whole = whole();
    // Of the last way everything is chosen, so that what nobody would ever write is read, too.
    let (file, bytes) = match whole.get(usize::from(way)) {
        Some(base) => (usize::from(way), edit(base, script, &PIECES)),
        None => (0, script.to_vec()),
    };
    fs::write(folder().join(FILES[file]), &bytes).expect("written");
    let report = verify(&folder(), &|| true);
    let query = Query { limit: 10, ..Query::default() };
    let seen = read(&folder(), &query).map(|page| page.events.len());
    fs::write(folder().join(FILES[file]), &whole[file]).expect("written");
    assert!(seen.is_ok_and(|seen| seen <= 10));
    let report = report.expect("it could be read");
    if bytes == whole[file] {
        assert!(report.ok && report.lines == 5, "{report:?}");
    } else if file == 0 {
        // A line that was begun and not ended is of a process that was ended, and no line.
        let is_begun = report.unfinished && bytes.starts_with(&whole[0]);
        assert!(!report.ok || is_begun, "{report:?}");
    } else {
        // The anchor is written in two places by turns. By the older of them alone what was written last is not finished.
        assert!(!report.ok || report.unfinished || (report.lines, report.last) == (5, 5), "{report:?}");
    }
});
