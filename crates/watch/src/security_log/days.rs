//! The days that are closed, as they were when they were closed: signed, and held outside the folder of the lines.
//!
//! What a file in the archive is called is said by whoever can write there. What goes after its time, and what must still
//! be there, is therefore read here. Deliberately not here: whether the lines are whole (`verify`).

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    anchor::{Anchor, Record},
    lines,
    place::{Closed, Place, private},
};

/// The longest book that is read: more days than anybody keeps.
const LONGEST: u64 = 16 * 1024 * 1024;

/// A day that was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// What its file was called, before it was compressed.
    pub(crate) name: String,
    /// Which day, since 1970-01-01, by its events.
    pub(crate) day: i64,
    /// The number of its first line, or of one before it that nobody wrote.
    pub(crate) first: u64,
    /// The number of its last line.
    pub(crate) last: u64,
}

impl Row {
    /// True where a line of this number belongs to it.
    pub(crate) fn has(&self, seq: u64) -> bool {
        (self.first..=self.last).contains(&seq)
    }
}

/// All of them, oldest first; none where nothing is there that our key has signed.
pub(super) fn read(place: &Place, anchor: &Anchor) -> io::Result<Option<Vec<Row>>> {
    let Some(bytes) = bytes(place)? else { return Ok(None) };
    Ok(anchor.unseal_days(&bytes).and_then(|text| serde_json::from_slice(text).ok()))
}

/// The same for whoever only looks; none also where the key is not there, or not to be read.
pub(crate) fn known(place: &Place) -> io::Result<Option<Vec<Row>>> {
    use io::ErrorKind::{InvalidData, NotFound, PermissionDenied};
    match Anchor::look(place).and_then(|anchor| read(place, &anchor)) {
        Err(error) if matches!(error.kind(), NotFound | InvalidData | PermissionDenied) => Ok(None),
        known => known,
    }
}

/// The book as it lies there.
pub(super) fn bytes(place: &Place) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    match lines::plain(&place.book()) {
        Ok(file) => file.take(LONGEST).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(bytes))
}

/// Writes them; what stood there before stays until it is done.
pub(super) fn write(place: &Place, anchor: &Anchor, rows: &[Row]) -> io::Result<()> {
    let bytes = anchor.seal_days(&serde_json::to_vec(rows)?);
    let beside = place.book().with_extension("new");
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true), &beside)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(beside, place.book())
}

/// What the archive itself says, where there is no book: that of a log that is older than the book, or that was restored.
pub(super) fn adopt(place: &Place, record: &Record) -> io::Result<Vec<Row>> {
    let days: Vec<(u64, Closed)> = lines::in_order(place)?
        .into_iter()
        .filter_map(|day| lines::first_of(&day.path).map(|first| (first.seq, day)))
        .collect();
    let open = lines::first_seq(&place.log()).ok().flatten().unwrap_or(record.head.seq + 1);
    let after = days.iter().skip(1).map(|(seq, _)| *seq).chain([open]);
    let row = |((first, day), next): (&(u64, Closed), u64)| Row {
        name: stem(&day.path),
        day: day.day,
        first: *first,
        last: next.saturating_sub(1),
    };
    Ok(days.iter().zip(after).map(row).collect())
}

/// The name of the file of a day, whether or not it is compressed.
pub(crate) fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(".gz").unwrap_or(&name).to_owned()
}

/// How many of the first rows are over: days before `oldest`, and between them such as a clock that went wrong dated later
/// than today.
pub(super) fn over(rows: &[Row], oldest: i64, today: i64) -> usize {
    let run = rows.iter().take_while(|row| row.day < oldest || row.day > today).count();
    rows[..run].iter().rposition(|row| row.day < oldest).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use aspis_core::chance::SeededChance;

    use super::*;

    fn row(day: i64) -> Row {
        Row { name: format!("security-{day}.log"), day, first: 1, last: 2 }
    }

    #[test]
    fn who_has_no_key_writes_no_book() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::in_data(folder.path());
        let (anchor, _) = Anchor::open(&place, &SeededChance::new(1)).expect("made");
        assert_eq!(read(&place, &anchor).expect("read"), None);
        let rows = vec![row(20_000), row(20_001)];
        write(&place, &anchor, &rows).expect("written");
        assert_eq!(read(&place, &anchor).expect("read"), Some(rows));
        let text = fs::read_to_string(place.book()).expect("read");
        fs::write(place.book(), text.replace("20001", "10001")).expect("written");
        assert_eq!(read(&place, &anchor).expect("read"), None);
    }

    #[test]
    fn what_goes_is_old_and_leaves_no_hole() {
        let cut = |days: &[i64]| over(&days.iter().map(|day| row(*day)).collect::<Vec<_>>(), 10, 20);
        assert_eq!(cut(&[8, 9, 10, 11]), 2);
        assert_eq!(cut(&[10, 11, 3, 12]), 0, "a clock that was set back removes nothing before it");
        assert_eq!(cut(&[8, 99, 9, 10]), 3, "nor does one that ran ahead keep all for ever");
        assert_eq!(cut(&[8, 99, 10]), 1);
        assert_eq!(cut(&[]), 0);
    }
}
