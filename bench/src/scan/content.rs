//! What files hold: programs, prose, JSON, base64, tables, and bytes of no meaning; and keys among it, written in every
//! form, or nearly keys.

use aspis_core::chance::{Chance, SeededChance};

/// Words of programs, some of which begin as a key does.
const CODE: &str = "let key aspis = self.token return { } live _live_ 0x61 async fn %61 YXNw match => Some(value) \
                    impl<T> for pub(crate) struct // test _test_ as::is \"\\u0041\" #[test] const None ?; -> Ok(()) x61 aspis::";
/// Words of prose.
const PROSE: &str = "the of and a to in is that it was for on as with his they at be this from have or by one had not but \
                     what all were when we there can an your which their said if do will each about how up out them";
/// Names and values of JSON.
const JSON: &str = "{\"id\": 17, \"name\": \"aspis\", \"price\": \"123.45\", \"live\": true}, [1, 2, 3] null \"BTC\": \
                    {\"open\": 1.5, \"close\": 2.5} \"2026-01-17T00:00:00Z\", \"note\": \"caf\\u00e9\"";
/// Ends of names, in the order of kinds.
const ENDS: [&str; 8] = ["rs", "md", "json", "bin", "b64", "csv", "o", "log"];

/// Chance that is the same each time.
pub(super) struct Dice {
    chance: SeededChance,
    held: Vec<u8>,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { chance: SeededChance::new(seed), held: Vec::new() }
    }

    fn byte(&mut self) -> usize {
        if self.held.is_empty() {
            self.held.resize(64 * 1024, 0);
            self.chance.fill(&mut self.held);
        }
        self.held.pop().map_or(0, usize::from)
    }

    fn below(&mut self, end: usize) -> usize {
        (0..4).fold(0, |number, _| number << 8 | self.byte()) % end.max(1)
    }

    fn fill(&mut self, room: &mut [u8]) {
        self.chance.fill(room);
    }

    /// A size, as they are spread on disks: half of them small, one in fifty large.
    pub(super) fn size(&mut self) -> u64 {
        let (least, most) = match self.below(100) {
            0..50 => (200, 20_000),
            50..85 => (20_000, 200_000),
            85..98 => (200_000, 800_000),
            _ => (800_000, 6_000_000),
        };
        (least + self.below(most - least)) as u64
    }
}

/// A name that says the kind.
pub(super) fn name(number: u64) -> String {
    format!("{number}.{}", ENDS[kind(number)])
}

fn kind(number: u64) -> usize {
    usize::try_from(number * 7 / 3 % 8).unwrap_or(0)
}

/// What a file holds.
pub(super) fn of(number: u64, size: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match kind(number) {
        0 => words(CODE, size, dice),
        1 => words(PROSE, size, dice),
        2 => words(JSON, size, dice),
        4 => letters(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", size, dice),
        5 => letters(b"0123456789.,-\n", size, dice),
        6 => sparse(size, dice),
        7 => [words(PROSE, size / 2, dice), words(JSON, size / 2, dice)].concat(),
        _ => noise(size, dice),
    };
    bytes.truncate(size);
    bytes
}

fn words(of: &str, size: usize, dice: &mut Dice) -> Vec<u8> {
    let words: Vec<&str> = of.split(' ').collect();
    let mut bytes = Vec::with_capacity(size + 64);
    while bytes.len() < size {
        bytes.extend_from_slice(words[dice.byte() % words.len()].as_bytes());
        bytes.push(if dice.byte() > 230 { b'\n' } else { b' ' });
    }
    bytes
}

fn letters(of: &[u8], size: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = noise(size, dice);
    for byte in &mut bytes {
        *byte = of[usize::from(*byte) % of.len()];
    }
    bytes
}

/// As compiled programs are: runs of zeros and of anything.
fn sparse(size: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = noise(size, dice);
    for run in bytes.chunks_mut(64).step_by(2) {
        run.fill(0);
    }
    bytes
}

fn noise(size: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = vec![0; size];
    dice.fill(&mut bytes);
    // No file begins as an archive does.
    bytes.iter_mut().take(1).for_each(|byte| *byte = b'-');
    bytes
}

/// Writes a key somewhere, in a form that its number chooses.
pub(super) fn plant(bytes: &mut Vec<u8>, key: &str, number: u64, dice: &mut Dice) {
    let written = match number % 4 {
        0 => format!("\nKEY={key}\n").into_bytes(),
        1 => key.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        2 => key.replace('_', "%5F").into_bytes(),
        _ => format!("\"{}\"", key.replace('_', "\\u005f")).into_bytes(),
    };
    put(bytes, &written, dice);
}

/// Writes what is nearly a key.
pub(super) fn decoy(bytes: &mut Vec<u8>, number: u64, dice: &mut Dice) {
    let near = format!("aspis_live_{number:049}");
    put(bytes, near.as_bytes(), dice);
}

fn put(bytes: &mut Vec<u8>, written: &[u8], dice: &mut Dice) {
    // Two bytes more on either side, so that no letter of the rest becomes one of the key.
    let at = dice.below(bytes.len() + 1);
    let framed = [b"\n\n", written, b"\n\n"].concat();
    bytes.splice(at..at, framed);
}
