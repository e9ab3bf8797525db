//! One hunt: every stream that is looked through, and what was found and could not be read.

use std::{
    cell::Cell,
    collections::HashSet,
    io::{self, Read},
    path::PathBuf,
    rc::Rc,
};

use aspis_core::scenario::key_leakage::scan::{Finding, Scanner};

#[cfg(test)]
mod tests;

use super::{
    progress::Progress,
    tee::{Allowance, Tee},
    unpack::{self, Kind, Watch},
};

/// Archives within archives that are looked into, each of them compressed once.
const LAYERS: usize = 6;
/// Bytes that one file may come to when it is unpacked.
const UNPACKED: u64 = 2 << 30;
const DEEP: &str = "archives are nested deeper than is looked into";
/// What archives are known by stands in their first bytes.
const HEAD: usize = 512;

/// A key that was found.
#[derive(Debug)]
pub(super) struct Find {
    /// The path, with the parts of archives after it.
    pub(super) place: String,
    /// Within which object of which repository.
    pub(super) object: Option<Object>,
    pub(super) finding: Finding,
}

/// An object of a repository.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) repository: PathBuf,
    pub(super) name: String,
    /// What git calls its kind.
    pub(super) kind: &'static str,
    /// The commit that brought it, where that is known.
    pub(super) commit: Option<String>,
    /// False where nothing points to it any more.
    pub(super) reachable: bool,
}

/// What was not looked at, and why.
#[derive(Debug)]
pub(super) struct Unread {
    pub(super) place: String,
    pub(super) why: String,
    /// It is of a kind that is never looked into; nothing went wrong.
    pub(super) closed: bool,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) files: u64,
    pub(super) objects: u64,
    pub(super) bytes: u64,
}

pub(super) struct Hunt {
    pub(super) finds: Vec<Find>,
    pub(super) unread: Vec<Unread>,
    pub(super) repositories: Vec<PathBuf>,
    pub(super) counts: Counts,
    pub(super) progress: Progress,
    /// Within which object of a repository it is looked now.
    pub(super) object: Option<Object>,
    /// Streams within each other that are unpacked by a large dictionary now.
    pub(super) dictionaries: usize,
    scanners: Vec<Scanner>,
    watch: Watch,
    /// Bytes that one file may come to when it is unpacked.
    most: u64,
    left: Rc<Cell<u64>>,
}

impl Hunt {
    pub(super) fn new() -> Self {
        Self {
            finds: Vec::new(),
            unread: Vec::new(),
            repositories: Vec::new(),
            counts: Counts::default(),
            progress: Progress::new(),
            object: None,
            dictionaries: 0,
            scanners: Vec::new(),
            watch: Watch::new(),
            most: UNPACKED,
            left: Rc::default(),
        }
    }

    /// Looks through a file or an object. What it holds is bounded however it is packed.
    pub(super) fn look(&mut self, input: &mut dyn Read, place: &str) {
        self.left.set(self.most);
        self.stream(input, place, 0);
        self.progress.tell(self.counts, self.finds.len());
    }

    /// Looks through a part of an archive. False where not all of it was read.
    pub(super) fn part(&mut self, input: &mut dyn Read, place: &str, layer: usize) -> bool {
        let mut bounded = Allowance::new(input, Rc::clone(&self.left));
        self.stream(&mut bounded, place, layer)
    }

    /// What cannot be read is told, and is no reason to stop.
    fn stream(&mut self, input: &mut dyn Read, place: &str, layer: usize) -> bool {
        let mut scanner = self.scanners.pop().unwrap_or_default();
        let outcome = match fill(input, &mut scanner) {
            Ok(head) => match Kind::of(&scanner.room()[..head]) {
                Some(kind) if layer < LAYERS => {
                    let first = scanner.room()[..head].to_vec();
                    self.archive(kind, Tee::new(first, false, input, &mut scanner), place, layer)
                }
                Some(_) => {
                    self.refuse(place, DEEP.into(), false);
                    self.plain(input, &mut scanner, head, place, layer)
                }
                None => self.plain(input, &mut scanner, head, place, layer),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            // What was read before is looked at to its end all the same.
            self.found(&mut scanner, place, Scanner::end);
            self.refuse(place, error.to_string(), false);
        }
        self.scanners.push(scanner);
        outcome.is_ok()
    }

    /// As it is. `head` bytes stand in the scanner's room already.
    fn plain(
        &mut self,
        input: &mut dyn Read,
        scanner: &mut Scanner,
        head: usize,
        place: &str,
        layer: usize,
    ) -> io::Result<()> {
        let mut count = head;
        self.watch.begin();
        while count > 0 {
            self.counts.bytes += count as u64;
            let embedded = self.watch.look(&scanner.room()[..count]);
            let before = self.finds.len();
            self.found(scanner, place, |scanner, found| scanner.put(count, found));
            if let Some(first) = embedded {
                let tee = Tee::new(first, true, input, scanner);
                return self.embedded(tee, before, place, layer);
            }
            count = read(input, scanner.room())?;
        }
        self.found(scanner, place, Scanner::end);
        Ok(())
    }

    /// What may be a zip that begins within a file. Where it is none after all, nothing is told of it.
    fn embedded(&mut self, tee: Tee<'_>, before: usize, place: &str, layer: usize) -> io::Result<()> {
        if layer >= LAYERS {
            self.refuse(place, DEEP.into(), false);
        }
        // Found as part of the whole, before it was known to hold parts.
        let known = self.finds.split_off(before);
        let unread = self.unread.len();
        let mut tee = tee.with(known.into_iter().map(|find| find.finding).collect());
        if layer < LAYERS && !self.unpack(Kind::Zip, &mut tee, place, layer) {
            self.unread.truncate(unread);
        }
        self.whole(tee, before, place)
    }

    /// As it is, and what it holds. What is found in a part of it is not told again of the whole.
    fn archive(&mut self, kind: Kind, mut tee: Tee<'_>, place: &str, layer: usize) -> io::Result<()> {
        let before = self.finds.len();
        self.unpack(kind, &mut tee, place, layer);
        self.whole(tee, before, place)
    }

    /// Looks at what an archive holds. False where it is none after all.
    fn unpack(&mut self, kind: Kind, tee: &mut Tee<'_>, place: &str, layer: usize) -> bool {
        unpack::unpack(self, kind, tee, place, layer).unwrap_or_else(|error| {
            self.refuse(place, format!("{}: {error}", kind.word()), false);
            true
        })
    }

    /// The rest of an archive, and what was found in the whole of it alone.
    fn whole(&mut self, tee: Tee<'_>, before: usize, place: &str) -> io::Result<()> {
        let (bytes, whole, outcome) = tee.finish();
        self.counts.bytes += bytes;
        let inside: HashSet<String> =
            self.finds[before..].iter().map(|find| find.finding.key.expose().to_owned()).collect();
        let more = whole.into_iter().filter(|finding| !inside.contains(finding.key.expose()));
        let object = self.object.clone();
        self.finds.extend(more.map(|finding| Find { place: place.into(), object: object.clone(), finding }));
        outcome
    }

    fn found(
        &mut self,
        scanner: &mut Scanner,
        place: &str,
        act: impl FnOnce(&mut Scanner, &mut dyn FnMut(Finding)),
    ) {
        let (finds, object) = (&mut self.finds, &self.object);
        act(scanner, &mut |finding| {
            finds.push(Find { place: place.into(), object: object.clone(), finding });
        });
    }

    /// Something was not looked at.
    pub(super) fn refuse(&mut self, place: &str, why: String, closed: bool) {
        let name = self.object.as_ref().map_or(String::new(), |object| format!("{} ", object.name));
        self.unread.push(Unread { place: format!("{name}{place}"), why, closed });
    }
}

/// The first bytes, as many as it takes to know an archive.
fn fill(input: &mut dyn Read, scanner: &mut Scanner) -> io::Result<usize> {
    let mut filled = 0;
    while filled < HEAD {
        match read(input, &mut scanner.room()[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// Reads once, however often that is interrupted.
pub(super) fn read(input: &mut dyn Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
