//! The head of the chain, held outside the folder of the lines and signed with a key: whoever can write the log alone can
//! neither cut its tail nor put another file in its place without being seen.
//!
//! Two places are written in turn, each with its own code, so that there is always a whole one, and a full disk, on which
//! no new file can be made, is no hindrance. What is about to be written is said before it is.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt,
};

use aspis_core::{
    chance::{self, Chance},
    clock::Timestamp,
    secret::Secret,
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{
    chain::Head,
    place::{Place, private},
};

/// The bytes of one place.
const SLOT: usize = 1024;
/// The bytes of the key, as hexadecimal digits.
const KEY: usize = 64;
/// What stands before the book of days where its code is made.
const DAYS: &[u8] = b"days\n";
/// What the name of the log is made of.
const NAME: &[u8] = b"name\n";
/// The bytes of that name.
const NAMED: usize = 8;

/// What is known of the log, whoever has written to it last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Record {
    /// How often it was written: the larger one is the later.
    pub(super) turn: u64,
    /// The day of the open file.
    pub(super) day: i64,
    /// The bytes of the open file.
    pub(super) length: u64,
    /// The last line.
    pub(super) head: Head,
    /// The first line that must still be there.
    pub(super) first: u64,
    /// What is being written: the length and the head once it is.
    pub(super) next: Option<(u64, Head)>,
    /// What was lost, and what no line has told yet.
    #[serde(default)]
    pub(super) owed: Owed,
    /// What is being written are the lines that tell it.
    #[serde(default)]
    pub(super) paying: bool,
}

/// How many events were lost. It is kept here because there is always room for it, also on a full disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Owed {
    /// Those that could not be written.
    pub(super) unwritten: u64,
    /// When that began.
    pub(super) since: Timestamp,
    /// Those whose process ended while it wrote them.
    pub(super) killed: u64,
}

/// The key and the file, for whoever holds the lock.
#[derive(Debug)]
pub(super) struct Anchor {
    file: File,
    key: Secret,
}

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// This.
    Whole(Record),
    /// Nothing that our key has signed.
    Forged,
}

impl Anchor {
    /// Opens what is there; makes what is not. True where the key is new: then there was no chain before.
    pub(super) fn open(place: &Place, chance: &dyn Chance) -> io::Result<(Self, bool)> {
        let (key, fresh) = match read_key(place) {
            Ok(key) => (key, false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (make_key(place, chance)?, true),
            Err(error) => return Err(error),
        };
        let mut options = OpenOptions::new();
        let file = private(options.read(true).write(true).create(true).truncate(false), &place.anchor())?;
        Ok((Self { file, key }, fresh))
    }

    /// Opens what is there to read it.
    pub(super) fn look(place: &Place) -> io::Result<Self> {
        let key = read_key(place)?;
        Ok(Self { file: private(OpenOptions::new().read(true), &place.anchor())?, key })
    }

    /// The later of the two that are whole.
    pub(super) fn read(&self) -> io::Result<Held> {
        let mut bytes = [0; 2 * SLOT];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.file.read_at(&mut bytes[filled..], filled as u64)? {
                0 => break,
                more => filled += more,
            }
        }
        let found = bytes[..filled].chunks(SLOT).filter_map(|slot| self.unseal(slot));
        Ok(found.max_by_key(|record| record.turn).map_or(Held::Forged, Held::Whole))
    }

    /// Writes over the older of the two. The very first time it takes the room of both: later there may be none.
    pub(super) fn write(&self, record: &mut Record) -> io::Result<()> {
        record.turn += 1;
        let at = (record.turn % 2) * SLOT as u64;
        if self.file.metadata()?.len() < 2 * SLOT as u64 {
            self.file.write_all_at(&[b' '; 2 * SLOT], 0)?;
        }
        self.file.write_all_at(&self.seal(record)?, at)
    }

    fn seal(&self, record: &Record) -> io::Result<Vec<u8>> {
        let text = serde_json::to_vec(record)?;
        let code = self.code(&text).finalize().into_bytes();
        let mut slot: Vec<u8> = code.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
        slot.push(b' ');
        slot.extend(text);
        slot.resize(SLOT - 1, b' ');
        slot.push(b'\n');
        Ok(slot)
    }

    fn unseal(&self, slot: &[u8]) -> Option<Record> {
        let slot = slot.trim_ascii_end();
        let (code, text) = slot.split_at_checked(64)?;
        let code = unhex(code)?;
        let text = text.strip_prefix(b" ")?;
        self.code(text).verify_slice(&code).ok()?;
        serde_json::from_slice(text).ok()
    }

    /// The book of closed days with its code before it: a code of its own, which is good for no anchor.
    pub(super) fn seal_days(&self, text: &[u8]) -> Vec<u8> {
        let code = self.code(&[DAYS, text].concat()).finalize().into_bytes();
        [aspis_core::hex::encode(&code).as_bytes(), b" ", text, b"\n"].concat()
    }

    /// What our key has signed as such a book.
    pub(super) fn unseal_days<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (code, text) = bytes.trim_ascii_end().split_at_checked(64)?;
        let text = text.strip_prefix(b" ")?;
        self.code(&[DAYS, text].concat()).verify_slice(&unhex(code)?).ok()?;
        Some(text)
    }

    fn code(&self, text: &[u8]) -> Hmac<Sha256> {
        Hmac::new_from_slice(self.key.expose()).expect("HMAC takes a key of any length").chain_update(text)
    }
}

/// A word that is made of the key, and tells nothing of it: another key has another.
pub(super) fn name(place: &Place) -> io::Result<String> {
    let key = read_key(place)?;
    let code = Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes a key of any length");
    let code = code.chain_update(NAME).finalize().into_bytes();
    Ok(aspis_core::hex::encode(&code[..NAMED]))
}

fn read_key(place: &Place) -> io::Result<Secret> {
    let mut text = String::new();
    let file = private(OpenOptions::new().read(true), &place.key())?;
    io::Read::read_to_string(&mut io::Read::take(file, 4 * KEY as u64), &mut text)?;
    let text = Secret::new(text.into_bytes());
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "security-log.key holds no key");
    let digits = text.expose().trim_ascii_end();
    if digits.len() != KEY {
        return Err(wrong());
    }
    unhex(digits).map(Secret::new).ok_or_else(wrong)
}

/// A new key, whole on the disk before it has its name.
fn make_key(place: &Place, chance: &dyn Chance) -> io::Result<Secret> {
    let key: [u8; KEY / 2] = chance::bytes(chance);
    let text = key.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let beside = place.key().with_extension("new");
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true), &beside)?;
    io::Write::write_all(&mut file, Secret::new(text + "\n").expose())?;
    file.sync_all()?;
    fs::rename(beside, place.key())?;
    Ok(Secret::new(key))
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    let byte = |pair: &[u8]| u8::try_from(digit(pair[0])? * 16 + digit(*pair.get(1)?)?).ok();
    digits.chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use aspis_core::chance::SeededChance;

    use super::*;

    #[test]
    fn the_later_of_two_is_read_and_nobody_else_writes_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::in_data(folder.path());
        let (anchor, fresh) = Anchor::open(&place, &SeededChance::new(1)).expect("made");
        assert_eq!((fresh, anchor.read().expect("read")), (true, Held::Forged));
        let mut record = Record { length: u64::MAX, day: i64::MIN, turn: u64::MAX / 2, ..Record::default() };
        record.head.seq = u64::MAX;
        record.next = Some((u64::MAX, record.head));
        record.owed = Owed { since: Timestamp(i64::MIN), unwritten: u64::MAX, killed: u64::MAX };
        record.paying = true;
        for _ in 0..3 {
            anchor.write(&mut record).expect("written");
            assert_eq!(Anchor::look(&place).expect("opened").read().expect("read"), Held::Whole(record));
        }
        for path in [place.key(), place.anchor()] {
            assert_eq!(fs::metadata(path).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        assert!(!Anchor::open(&place, &SeededChance::new(2)).expect("opened").1, "one key for ever");
        // Half a write leaves the one before.
        let at = (record.turn % 2) * SLOT as u64;
        anchor.file.write_all_at(b"0000", at + 80).expect("written");
        let before = Record { turn: record.turn - 1, ..record };
        assert_eq!(anchor.read().expect("read"), Held::Whole(before));
        fs::write(
            place.anchor(),
            fs::read_to_string(place.anchor()).expect("read").replace("\"day\":", "\"day\": "),
        )
        .expect("written");
        assert_eq!(Anchor::look(&place).expect("opened").read().expect("read"), Held::Forged);
    }
}
