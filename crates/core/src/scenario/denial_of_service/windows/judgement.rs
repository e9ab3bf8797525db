//! One judgement: all its windows, under the locks of their sets.
//!
//! Each window is counted as soon as it admits. Where a later one refuses, or has no room, what was written is
//! taken back before the locks are: nobody has seen it.

use std::time::Duration;

use super::{
    Ask, Standing, Verdict,
    counters::Counters,
    held::Held,
    place::Place,
    set::Spot,
    sets::{At, Sets},
    slot::{Name, Slot},
    tick::{Moment, Tick},
    window::Window,
};
use crate::rate::Rate;

/// A newcomer stays at home while less than so many slots of it are in use; then it goes where there is more room.
/// Most keys are so found at the first look, until the table is half full.
const ROOMY: usize = 4;

/// Where a window stands, or will.
#[derive(Clone, Copy)]
struct Stand {
    at: At,
    is_new: bool,
}

/// No slot for this ask: it has moved, or neither of its sets has room.
pub(super) struct Homeless(pub(super) usize);

/// What one window says.
#[derive(Clone, Copy)]
struct Word {
    admits: bool,
    remaining: u32,
    /// Microseconds.
    wait: u64,
    /// Which of the asks it is about.
    nth: usize,
}

impl Word {
    #[inline]
    fn new(admits: bool, window: Window, rate: Rate, tick: Tick) -> Self {
        Self { admits, remaining: window.remaining(rate), wait: window.wait(rate, tick), nth: 0 }
    }

    /// Where its set has no room for an annex: nothing more in this sixteenth of the window.
    fn crowded(tick: Tick) -> Self {
        Self { admits: false, remaining: 0, wait: tick.until(1), nth: 0 }
    }

    /// Of those that refuse, the one with the longest wait; of those that admit, the one with the least left.
    #[inline]
    fn or_worse(self, next: Self) -> Self {
        let keeps = match (self.admits, next.admits) {
            (true, true) => self.remaining <= next.remaining,
            (false, false) => self.wait >= next.wait,
            (admits, _) => !admits,
        };
        if keeps { self } else { next }
    }

    #[inline]
    fn verdict(self, rate: Rate) -> Verdict {
        let Self { admits, remaining, wait, .. } = self;
        let standing = Standing { rate, remaining, reset: Duration::from_micros(wait) };
        if admits { Verdict::Admitted(standing) } else { Verdict::Refused(standing) }
    }
}

/// A slot as it was before it was overwritten.
type Written<'a> = Option<(Spot<'a>, Name, Slot)>;

/// What an ask has overwritten.
struct Before<'a> {
    own: Written<'a>,
    annex: Written<'a>,
}

impl Before<'_> {
    const NONE: Self = Self { own: None, annex: None };
}

/// The windows of one request, with their sets held.
pub(super) struct Judgement<'a, const N: usize> {
    held: Held<'a>,
    asks: [&'a Ask; N],
    places: [&'a Place; N],
}

impl<'a, const N: usize> Judgement<'a, N> {
    #[inline]
    pub(super) fn new(held: Held<'a>, asks: [&'a Ask; N], places: [&'a Place; N]) -> Self {
        Self { held, asks, places }
    }

    /// Asks every window where it was seen, and counts in all of them or in none.
    #[inline]
    pub(super) fn pass_where_seen(self, seen: &[At; N]) -> Result<Verdict, Homeless> {
        self.pass(|nth, name| {
            let at = seen[nth];
            (self.held.sets.spot(at).name() == name).then_some(Stand { at, is_new: false })
        })
    }

    /// The same for windows that may be newcomers; both sets of each are held.
    #[inline]
    pub(super) fn pass_anywhere(self) -> Result<Verdict, Homeless> {
        self.pass(|nth, name| {
            let (home, other) = (self.places[nth].home, self.places[nth].other);
            match self.held.sets.find(home, other, name) {
                Some(at) => Some(Stand { at, is_new: false }),
                None => self.room(home, other).map(|at| Stand { at, is_new: true }),
            }
        })
    }

    #[expect(clippy::inline_always, reason = "so that where it stands is known without a closure")]
    #[inline(always)]
    fn pass(&self, stand: impl Fn(usize, Name) -> Option<Stand>) -> Result<Verdict, Homeless> {
        let mut before = [const { Before::NONE }; N];
        let mut worst: Option<Word> = None;
        for nth in 0..N {
            let (ask, name) = (self.asks[nth], self.places[nth].name);
            let Some(stand) = stand(nth, name) else {
                take_back(&before);
                return Err(Homeless(nth));
            };
            // A window that is asked alone is never taken back.
            let before = if N > 1 { Some(&mut before[nth]) } else { None };
            let word = Word { nth, ..self.ask(ask, name, stand, before) };
            worst = Some(worst.map_or(word, |known| known.or_worse(word)));
        }
        let worst = worst.expect("at least one window is asked");
        if N > 1 && !worst.admits {
            take_back(&before);
        }
        Ok(worst.verdict(self.asks[worst.nth].rate))
    }

    /// Asks one window, and counts in it if it admits.
    #[expect(clippy::inline_always, reason = "handing over counters by memory costs as much as counting")]
    #[inline(always)]
    fn ask(&self, ask: &Ask, name: Name, stand: Stand, before: Option<&mut Before<'a>>) -> Word {
        let (tick, spot) = (Tick::of(ask.rate, self.held.now), self.held.sets.spot(stand.at));
        let known = if stand.is_new { Slot::default() } else { spot.read() };
        let low = known.counters(tick);
        if known.has_annex() || low.is_brimful() {
            return ask_wide(self.held.sets, self.held.now, ask.rate, name, stand.at, before);
        }
        let mut window = Window::new(low, Counters::default());
        let admits = window.admits(ask.rate);
        if admits {
            window.count();
            write(before.map(|before| &mut before.own), spot, Slot::new(tick, window.low, false));
            if stand.is_new {
                spot.set_name(name);
            }
        }
        Word::new(admits, window, ask.rate, tick)
    }

    /// A slot for a newcomer.
    fn room(&self, home: u32, other: u32) -> Option<At> {
        let room = |set| self.held.sets.room(set, self.held.now);
        let (at_home, free_at_home) = room(home);
        if at_home < ROOMY {
            return free_at_home;
        }
        let (elsewhere, free_elsewhere) = room(other);
        if at_home <= elsewhere { free_at_home } else { free_elsewhere }
    }
}

/// Asks one window that has an annex, or needs one now.
#[cold]
#[inline(never)]
fn ask_wide<'a>(
    sets: &'a Sets,
    now: Moment,
    rate: Rate,
    name: Name,
    at: At,
    mut before: Option<&mut Before<'a>>,
) -> Word {
    let (tick, spot) = (Tick::of(rate, now), sets.spot(at));
    let annex = sets.find(at.set(), at.set(), name.annex());
    let read = |at| sets.spot(at).read().counters(tick);
    let mut window = Window::new(spot.read().counters(tick), annex.map(read).unwrap_or_default());
    let admits = window.admits(rate);
    if admits && window.low.is_brimful() {
        let Some(annex) = annex.or_else(|| sets.room(at.set(), now).1).map(|at| sets.spot(at)) else {
            return Word::crowded(tick);
        };
        window.count();
        write(before.as_mut().map(|before| &mut before.annex), annex, Slot::new(tick, window.high, false));
        annex.set_name(name.annex());
    } else if admits {
        window.count();
    }
    if admits {
        let counted = Slot::new(tick, window.low, !window.high.is_empty());
        write(before.map(|before| &mut before.own), spot, counted);
    }
    Word::new(admits, window, rate, tick)
}

/// Before the name is: what is taken back is the slot as it was.
#[inline]
fn write<'a>(before: Option<&mut Written<'a>>, spot: Spot<'a>, counted: Slot) {
    if let Some(before) = before {
        *before = Some((spot, spot.name(), spot.read()));
    }
    spot.write(counted);
}

/// Undoes what was written, the last first: two asks may have written the same slot.
#[cold]
#[inline(never)]
fn take_back(before: &[Before<'_>]) {
    for written in before.iter().rev() {
        for (spot, name, slot) in written.own.iter().chain(&written.annex) {
            spot.write(*slot);
            spot.set_name(*name);
        }
    }
}
