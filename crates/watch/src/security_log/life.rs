//! What a log tells of itself to whoever only wants to know that it is there: whether it has ever held a line, and which
//! log it is.
//!
//! Deliberately not here: whether it is whole (`verify`).

use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
};

use super::{
    anchor::{self, Anchor, Held},
    place::Place,
};

/// True where a data folder holds a log with lines in it, or an anchor that tells of some: a server has lived here.
pub fn has_lived(data: &Path) -> bool {
    let place = Place::in_data(data);
    is_filled(&place.log()) || place.days().is_ok_and(|days| !days.is_empty()) || tells_of_lines(&place)
}

/// A word that tells the log of a data folder from every other one; none where there is no log, or none that is begun.
pub fn name(data: &Path) -> io::Result<Option<String>> {
    match anchor::name(&Place::in_data(data)) {
        Ok(name) => Ok(Some(name)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_filled(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|data| data.len() > 0)
}

/// An anchor is made before the first line. One whose key is gone was somebody's.
fn tells_of_lines(place: &Place) -> bool {
    match Anchor::look(place).and_then(|anchor| anchor.read()) {
        Ok(Held::Whole(record)) => record.head.seq > 0,
        Ok(Held::Forged) => false,
        Err(_) => is_filled(&place.anchor()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aspis_core::{
        chance::SeededChance,
        clock::Timestamp,
        event::{Event, Kind, Sink},
    };

    use super::*;
    use crate::security_log::{Options, SecurityLog};

    fn opened(data: &Path, seed: u64) -> SecurityLog {
        let options = Options::new(Arc::new(SeededChance::new(seed)), Timestamp::from_seconds(1_700_000_000));
        SecurityLog::open(data, options).expect("opened")
    }

    fn with_a_line(data: &Path) {
        let log = opened(data, 1);
        log.record(Event::of_server(Kind::Started, Timestamp::from_seconds(1_700_000_000)));
        log.close();
    }

    #[test]
    fn a_log_has_lived_once_it_has_held_a_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        assert!(!has_lived(data));
        opened(data, 1).close();
        assert!(!has_lived(data), "it was opened, and nothing was written");
        with_a_line(data);
        assert!(has_lived(data));
        fs::remove_dir_all(data.join("logs")).expect("removed");
        assert!(has_lived(data), "the anchor remembers");
        fs::remove_file(data.join("security-log.key")).expect("removed");
        assert!(has_lived(data), "without its key, too");
        fs::remove_file(data.join("security-log.anchor")).expect("removed");
        assert!(!has_lived(data));
    }

    #[test]
    fn the_lines_alone_tell_of_it_too() {
        let folder = tempfile::tempdir().expect("a folder");
        with_a_line(folder.path());
        for name in ["security-log.key", "security-log.anchor"] {
            fs::remove_file(folder.path().join(name)).expect("removed");
        }
        assert!(has_lived(folder.path()));
        let log = folder.path().join("logs/security.log");
        fs::rename(&log, folder.path().join("logs/archive/security-2026-11-22.log")).expect("moved");
        assert!(has_lived(folder.path()), "a day that was closed");
    }

    #[test]
    fn a_log_keeps_its_name_and_another_has_another() {
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        assert_eq!(name(one.path()).expect("none"), None);
        with_a_line(one.path());
        let first = name(one.path()).expect("read");
        opened(one.path(), 3).close();
        opened(other.path(), 2).close();
        assert_eq!(name(one.path()).expect("read"), first);
        assert_ne!(name(other.path()).expect("read"), first);
        let key = fs::read_to_string(one.path().join("security-log.key")).expect("read");
        assert!(!key.contains(first.expect("a name").as_str()), "it tells nothing of the key");
    }
}
