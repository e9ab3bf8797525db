//! The table of windows: how an ask finds its slot, and how several are judged in one step.

use std::{array, fmt, time::Duration};

use super::{
    Ask, Verdict,
    held::Held,
    judgement::{Homeless, Judgement},
    place::{CLASSES, Place, Placed},
    set::WAYS,
    sets::{At, Sets},
    sip::Sip,
    tick::Moment,
};

/// Of ten slots, so many are in use when the table is full: with two sets to choose from, about one key in a
/// million then finds both full.
const LOAD: usize = 7;

/// Sets there can be: 64 gigabytes.
const MOST: usize = 1 << 28;

/// Every window of every key, in a fixed amount of memory.
pub struct Windows {
    /// The sets for keys, then one for each class.
    sets: Sets,
    keyed: u32,
    sip: Sip,
}

impl Windows {
    /// A table that `slots` windows find room in. `key` must be made by chance, or callers could choose to collide.
    pub fn new(slots: usize, key: [u8; 16]) -> Self {
        let keyed = (slots * 10).div_ceil(LOAD * WAYS).clamp(1, MOST);
        let keyed = u32::try_from(keyed).expect("below the most there can be");
        Self { sets: Sets::new(keyed + CLASSES), keyed, sip: Sip::new(key) }
    }

    /// Judges one window at `now`, the time since the start.
    pub fn admit(&self, ask: Ask, now: Duration) -> Verdict {
        let place = self.find(&ask);
        self.sets.fetch_bodies(place.home);
        self.pass([&ask], [&place], now)
    }

    /// Judges several windows in one step: counted in all of them, or in none.
    pub fn admit_all<const N: usize>(&self, asks: [Ask; N], now: Duration) -> Verdict {
        let places: [Place; N] = array::from_fn(|nth| self.find(&asks[nth]));
        for place in &places {
            self.sets.fetch_bodies(place.home);
        }
        self.pass(asks.each_ref(), places.each_ref(), now)
    }

    /// Where a window stands that will be asked for soon: what must be read to find it is on its way from memory
    /// while the caller does something else. Then [`Windows::approach`], or [`Windows::judge`] at once.
    pub fn place(&self, ask: Ask) -> Placed {
        let place = self.find(&ask);
        self.sets.fetch_heads([place.home, place.other]);
        Placed { ask, place }
    }

    /// Brings the counters of a window near, too, once its place is.
    pub fn approach(&self, placed: &mut Placed) {
        placed.place.seen = self.glance(&placed.place);
        if let Some(at) = placed.place.seen {
            self.sets.fetch_body(at);
        }
    }

    /// Judges windows that were placed before, all in one step.
    pub fn judge<const N: usize>(&self, placed: [&Placed; N], now: Duration) -> Verdict {
        self.pass(placed.map(|one| &one.ask), placed.map(|one| &one.place), now)
    }

    #[expect(clippy::inline_always, reason = "where one is asked, nothing is left of the arrays")]
    #[inline(always)]
    fn pass<const N: usize>(&self, asks: [&Ask; N], places: [&Place; N], now: Duration) -> Verdict {
        let now = Moment::of(now);
        let (mut seen, mut order) = ([At::default(); N], [0; N]);
        for ((at, set), place) in seen.iter_mut().zip(&mut order).zip(places) {
            let Some(found) = place.seen.or_else(|| self.glance(place)) else {
                return self.pass_anywhere(asks, places, now);
            };
            (*at, *set) = (found, found.set());
        }
        // The locks are given back at the end of this line, before anything else is tried.
        let judged =
            Judgement::new(Held::take(&self.sets, &mut order, now), asks, places).pass_where_seen(&seen);
        judged.unwrap_or_else(|Homeless(_)| self.pass_anywhere(asks, places, now))
    }

    /// Judges newcomers, and windows that have moved: with both sets of each, and wider subjects for those without
    /// room.
    #[cold]
    #[inline(never)]
    fn pass_anywhere<const N: usize>(&self, asks: [&Ask; N], places: [&Place; N], now: Moment) -> Verdict {
        let (mut asks, mut places) = (asks.map(Ask::clone), places.map(Place::clone));
        loop {
            let mut order: [_; N] = array::from_fn(|nth| [places[nth].home, places[nth].other]);
            let held = Held::take(&self.sets, order.as_flattened_mut(), now);
            match Judgement::new(held, asks.each_ref(), places.each_ref()).pass_anywhere() {
                Ok(verdict) => return verdict,
                Err(Homeless(nth)) => {
                    asks[nth].subject = asks[nth].subject.wider();
                    places[nth] = self.find(&asks[nth]);
                }
            }
        }
    }

    #[inline]
    fn glance(&self, place: &Place) -> Option<At> {
        self.sets.find(place.home, place.other, place.name)
    }

    #[inline]
    fn find(&self, ask: &Ask) -> Place {
        Place::of(ask, self.keyed, self.sip)
    }

    /// Memory taken, all of it since the start.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.sets.bytes()
    }
}

impl fmt::Debug for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows({} slots)", self.sets.len() * WAYS)
    }
}
