//! The table of windows: how an ask finds its slot, and how several are judged in one step.

use std::{array, fmt, hash::BuildHasher, time::Duration};

use super::{
    Ask, Standing, Verdict,
    judgement::{Again, Judgement},
    place::{CLASSES, Place},
    sets::{At, Sets, WAYS},
    tick::Moment,
};

/// Of ten slots, so many are in use when the table is full: with two sets to choose from, about one key in a
/// million then finds both full.
const LOAD: usize = 7;

/// Sets there can be: 64 gigabytes.
const MOST: usize = 1 << 28;

/// Every window of every key, in a fixed amount of memory.
pub struct Windows<H> {
    /// The sets for keys, then one for each class.
    sets: Sets,
    keyed: u32,
    hasher: H,
}

impl<H: BuildHasher> Windows<H> {
    /// A table that `slots` windows find room in. `hasher` must be keyed with chance, or callers could choose to
    /// collide.
    pub fn new(slots: usize, hasher: H) -> Self {
        let keyed = (slots * 10).div_ceil(LOAD * WAYS).clamp(1, MOST);
        let keyed = u32::try_from(keyed).expect("below the most there can be");
        Self { sets: Sets::new(keyed + CLASSES), keyed, hasher }
    }

    /// Judges one window at `now`, the time since the start.
    #[inline]
    pub fn admit(&self, ask: Ask, now: Duration) -> Verdict {
        self.judge(array::from_ref(&ask), now)
    }

    /// Judges several windows in one step: counted in all of them, or in none.
    #[inline]
    pub fn admit_all<const N: usize>(&self, asks: [Ask; N], now: Duration) -> Verdict {
        self.judge(&asks, now)
    }

    /// By reference: at this pace even a copy of what is asked is felt.
    #[inline]
    fn judge<const N: usize>(&self, asks: &[Ask; N], now: Duration) -> Verdict {
        let now = Moment::of(now);
        // Loops, where `map` of an array would be a call for each element.
        let (mut places, mut seen) = ([Place::default(); N], [None; N]);
        for (place, ask) in places.iter_mut().zip(asks) {
            *place = self.place(ask);
        }
        for (seen, place) in seen.iter_mut().zip(&places) {
            *seen = self.glance(place);
        }
        // The locks are given back at the end of this line, before anything else is tried.
        let judged = Judgement::begin(&self.sets, &places, seen, now).pass(asks);
        match judged {
            Ok(verdict) => verdict,
            Err(again) => self.anew(*asks, places, seen, now, again),
        }
    }

    /// Judges again, with both sets of a window that has moved, or wider subjects for those without room.
    #[cold]
    fn anew<const N: usize>(
        &self,
        mut asks: [Ask; N],
        mut places: [Place; N],
        mut seen: [Option<At>; N],
        now: Moment,
        mut again: Again,
    ) -> Verdict {
        loop {
            match again {
                Again::Moved(at) => seen[at] = None,
                Again::Full(at) => {
                    asks[at].subject = asks[at].subject.wider();
                    places[at] = self.place(&asks[at]);
                    seen[at] = self.glance(&places[at]);
                }
            }
            let judged = Judgement::begin(&self.sets, &places, seen, now).pass(&asks);
            match judged {
                Ok(verdict) => return verdict,
                Err(next) => again = next,
            }
        }
    }

    #[inline]
    fn glance(&self, place: &Place) -> Option<At> {
        let glance = |set| self.sets.glance(set, place.name);
        glance(place.home).or_else(|| glance(place.other))
    }

    #[inline]
    fn place(&self, ask: &Ask) -> Place {
        Place::of(ask, self.keyed, &self.hasher)
    }
}

impl<H> Windows<H> {
    /// Memory taken, all of it since the start.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.sets.bytes()
    }
}

/// Of the windows that refuse, the one with the longest wait.
#[inline]
pub(super) fn worst(known: Option<Standing>, next: Standing) -> Option<Standing> {
    known.filter(|known| known.reset >= next.reset).or(Some(next))
}

/// Of the windows that admit, the one with the least left.
#[inline]
pub(super) fn tightest(known: Option<Standing>, next: Standing) -> Option<Standing> {
    known.filter(|known| known.remaining <= next.remaining).or(Some(next))
}

impl<H> fmt::Debug for Windows<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows({} slots)", self.sets.len() * WAYS)
    }
}
