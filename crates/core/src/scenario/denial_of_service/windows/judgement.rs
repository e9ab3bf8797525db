//! One judgement: all its windows, under the locks of their sets.
//!
//! Each window is counted as soon as it admits. Where a later one refuses, or has no room, what was written is
//! taken back before the locks are: nobody has seen it.

use super::{
    Ask, Standing, Verdict,
    place::Place,
    sets::{At, Held, Sets},
    slot::Slot,
    table::{tightest, worst},
    tick::{Moment, Tick},
    window::Window,
};

/// A newcomer stays at home while less than so many slots of it are in use; then it goes where there is more room.
/// Most keys are so found at the first look, until the table is half full.
const ROOMY: usize = 4;

/// Why a judgement must begin anew.
pub(super) enum Again {
    /// The window of this ask no longer stands where it was seen without the lock.
    Moved(usize),
    /// Neither set of this ask has room.
    Full(usize),
}

/// What one window says.
enum Word {
    Admits(Standing),
    Refuses(Standing),
}

/// What an ask has overwritten.
struct Before {
    own: Option<(At, Slot)>,
    annex: Option<(At, Slot)>,
}

impl Before {
    #[inline]
    const fn new() -> Self {
        Self { own: None, annex: None }
    }
}

/// The windows of one request, with their sets held.
pub(super) struct Judgement<'a, const N: usize> {
    held: Held<'a, N>,
    places: &'a [Place; N],
    /// Where each window was seen before the locks were taken.
    seen: [Option<At>; N],
}

impl<'a, const N: usize> Judgement<'a, N> {
    /// Takes the sets: of a window that was seen its own, else both that it may stand in.
    #[inline]
    pub(super) fn begin(sets: &'a Sets, places: &'a [Place; N], seen: [Option<At>; N], now: Moment) -> Self {
        let mut wanted = [[0; 2]; N];
        for ((wanted, place), seen) in wanted.iter_mut().zip(places).zip(&seen) {
            *wanted = seen.map_or([place.home, place.other], |at| [at.set(); 2]);
        }
        Self { held: Held::take(sets, wanted, now), places, seen }
    }

    /// Asks every window, and counts in all of them or in none.
    #[inline]
    pub(super) fn pass(&self, asks: &[Ask; N]) -> Result<Verdict, Again> {
        let mut before = [const { Before::new() }; N];
        let (mut admitted, mut refused) = (None, None);
        for (nth, ask) in asks.iter().enumerate() {
            match self.ask(nth, ask, &mut before[nth]) {
                Ok(Word::Admits(standing)) => admitted = tightest(admitted, standing),
                Ok(Word::Refuses(standing)) => refused = worst(refused, standing),
                Err(again) => {
                    self.take_back(&before);
                    return Err(again);
                }
            }
        }
        match (refused, admitted) {
            (Some(standing), _) => {
                self.take_back(&before);
                Ok(Verdict::Refused(standing))
            }
            (None, standing) => Ok(Verdict::Admitted(standing.expect("at least one window was asked"))),
        }
    }

    /// Asks one window, and counts in it if it admits.
    #[inline]
    fn ask(&self, nth: usize, ask: &Ask, before: &mut Before) -> Result<Word, Again> {
        let (name, tick) = (self.places[nth].name, Tick::of(ask.rate, self.held.now));
        let (at, known) = match self.find(nth)? {
            Some(at) => (at, self.held.read(at)),
            None => (self.room(nth)?, Slot::default()),
        };
        let low = known.counters(tick);
        let wide = known.has_annex() || low.is_brimful();
        let annex = if wide { self.held.find(at.set(), name.annex()) } else { None };
        let high = annex.map(|at| self.held.read(at).counters(tick)).unwrap_or_default();
        let mut window = Window::new(low, high);
        if !window.admits(ask.rate) {
            return Ok(Word::Refuses(window.standing(ask.rate, tick)));
        }
        if low.is_brimful() {
            let Some(annex) = annex.or_else(|| self.held.room(at.set()).1) else {
                return Ok(Word::Refuses(Window::crowded(ask.rate, tick)));
            };
            window.count();
            self.write(&mut before.annex, annex, Slot::new(name.annex(), tick, window.high, false));
        } else {
            window.count();
        }
        let has_annex = wide && !window.high.is_empty();
        self.write(&mut before.own, at, Slot::new(name, tick, window.low, has_annex));
        Ok(Word::Admits(window.standing(ask.rate, tick)))
    }

    /// The slot with the window's name. Only where both sets are held does none mean that there is none.
    #[inline]
    fn find(&self, nth: usize) -> Result<Option<At>, Again> {
        let place = &self.places[nth];
        match self.seen[nth] {
            Some(at) if self.held.is_named(at, place.name) => Ok(Some(at)),
            Some(_) => Err(Again::Moved(nth)),
            None => {
                let find = |set| self.held.find(set, place.name);
                Ok(find(place.home).or_else(|| find(place.other)))
            }
        }
    }

    /// A slot for a newcomer.
    #[inline]
    fn room(&self, nth: usize) -> Result<At, Again> {
        let place = &self.places[nth];
        let (at_home, free_at_home) = self.held.room(place.home);
        if at_home < ROOMY {
            return free_at_home.ok_or(Again::Full(nth));
        }
        let (elsewhere, free_elsewhere) = self.held.room(place.other);
        let free = if at_home <= elsewhere { free_at_home } else { free_elsewhere };
        free.ok_or(Again::Full(nth))
    }

    #[inline]
    fn write(&self, before: &mut Option<(At, Slot)>, at: At, slot: Slot) {
        // A window that is asked alone is never taken back.
        if N > 1 {
            *before = Some((at, self.held.read(at)));
        }
        self.held.write(at, slot);
    }

    /// Undoes what was written, the last first: two asks may have written the same slot.
    #[cold]
    fn take_back(&self, before: &[Before; N]) {
        for written in before.iter().rev() {
            for (at, slot) in written.own.iter().chain(&written.annex) {
                self.held.write(*at, *slot);
            }
        }
    }
}
