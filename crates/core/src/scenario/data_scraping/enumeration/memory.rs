//! The different things a client has asked for lately, each with when it was asked last.

use super::{Kind, Moment, PARTS, Rules};

/// Kinds of things: assets, deep pages, unknown names, honey.
const KINDS: usize = 4;
const HASH_BITS: u32 = 14;

/// A thing by its kind and 14 bits of its keyed hash. Two things of a kind are taken for one once in 16,384 pairs, so
/// that fewer are counted than were asked for, never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Thing(u16);

const NAME: u16 = 0;
const PAGE: u16 = 1;
const UNKNOWN: u16 = 2;
const HONEY: u16 = 3;

impl Thing {
    pub(super) fn of_name(kind: Kind, hash: u64) -> Self {
        let kind = match kind {
            Kind::Known => NAME,
            Kind::Unknown => UNKNOWN,
            Kind::Honey => HONEY,
        };
        Self::new(kind, hash)
    }

    pub(super) fn page(hash: u64) -> Self {
        Self::new(PAGE, hash)
    }

    fn new(kind: u16, hash: u64) -> Self {
        Self(kind << HASH_BITS | (hash >> (64 - HASH_BITS)) as u16)
    }

    pub(super) fn is_honey(self) -> bool {
        self.0 >> HASH_BITS == HONEY
    }

    fn kind(self) -> usize {
        usize::from(self.0 >> HASH_BITS)
    }
}

/// How many of each kind there are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts([u32; KINDS]);

impl Counts {
    pub(super) fn assets(self) -> u32 {
        self.0[usize::from(NAME)]
    }

    pub(super) fn pages(self) -> u32 {
        self.0[usize::from(PAGE)]
    }

    pub(super) fn unknown(self) -> u32 {
        self.0[usize::from(UNKNOWN)]
    }

    pub(super) fn honey(self) -> u32 {
        self.0[usize::from(HONEY)]
    }
}

/// What was known of a thing when it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    /// Nothing: it is a step further.
    New,
    /// It was asked for before.
    Again,
    /// It was asked for before, and that was told more than a minute ago.
    Due,
}

/// Things with when they were asked for last.
#[derive(Debug, Default)]
pub(super) struct Memory {
    things: Vec<(Thing, u16)>,
    counts: Counts,
}

impl Memory {
    /// Remembers that a thing was asked for. A honey asset keeps the moment it was told of, for a minute.
    pub(super) fn note(&mut self, thing: Thing, now: Moment, rules: &Rules) -> Noted {
        let part = low(now.part);
        if let Some((_, asked)) = self.things.iter_mut().find(|(known, _)| *known == thing) {
            if thing.is_honey() && u32::from(part.wrapping_sub(*asked)) < minute(rules) {
                return Noted::Again;
            }
            *asked = part;
            return if thing.is_honey() { Noted::Due } else { Noted::Again };
        }
        if self.things.len() >= room(rules) {
            self.forget_one(part, rules);
        }
        self.things.push((thing, part));
        self.counts.0[thing.kind()] += 1;
        Noted::New
    }

    /// Forgets what was asked for before the window.
    pub(super) fn forget_old(&mut self, now: Moment) {
        let (part, counts) = (low(now.part), &mut self.counts);
        self.things.retain(|(thing, asked)| {
            let young = u32::from(part.wrapping_sub(*asked)) < PARTS;
            counts.0[thing.kind()] -= u32::from(!young);
            young
        });
    }

    pub(super) fn clear(&mut self) {
        self.things.clear();
        self.counts = Counts::default();
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The oldest thing of a kind of which there are more than its sign needs: no sign is lost by what came after it.
    fn forget_one(&mut self, part: u16, rules: &Rules) {
        let needed = needed(rules);
        let spare = |thing: &Thing| self.counts.0[thing.kind()] > needed[thing.kind()];
        let aged = self.things.iter().enumerate().filter(|(_, (thing, _))| spare(thing));
        if let Some((oldest, _)) = aged.max_by_key(|(_, (_, asked))| part.wrapping_sub(*asked)) {
            let (thing, _) = self.things.swap_remove(oldest);
            self.counts.0[thing.kind()] -= 1;
        }
    }
}

fn needed(rules: &Rules) -> [u32; KINDS] {
    [rules.assets, rules.pages, rules.unknown, rules.score]
}

/// Twice what the signs need: what a page reads again and again stays known as long as it has not more parts than that.
fn room(rules: &Rules) -> usize {
    needed(rules).iter().map(|count| *count as usize * 2).sum::<usize>().max(1)
}

/// A minute and a little more, in parts of the window.
fn minute(rules: &Rules) -> u32 {
    let parts = 60_000 * u128::from(PARTS) / rules.window.as_millis().max(1);
    u32::try_from(parts).unwrap_or(u32::MAX).saturating_add(2)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what is old is forgotten long before they come round again"
)]
fn low(part: u32) -> u16 {
    part as u16
}
