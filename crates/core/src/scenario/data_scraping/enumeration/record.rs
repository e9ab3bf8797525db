//! What is known of one client: the things it asked for, their pace, and what was told of it.

use super::{
    Moment, Opinion, Rules, Signs,
    memory::{Memory, Noted, Thing},
    pace::Pace,
};

#[derive(Debug, Default)]
pub(super) struct Record {
    /// The part of the window in which it was seen last; nothing older than a window before that is in here.
    seen: u32,
    things: Memory,
    pace: Pace,
    /// When its steps were last at the pace of a clock.
    clockwork: Option<u32>,
    /// When it was last said to be under suspicion.
    told: Option<u32>,
}

impl Record {
    /// Counts what is asked for, and says what to think of who asks.
    pub(super) fn judge(
        &mut self,
        asked: Option<(Thing, Option<Thing>)>,
        now: Moment,
        rules: &Rules,
    ) -> Opinion {
        // Two requests of one moment may come in the other order: time never goes back in here.
        let now = Moment { part: now.part.max(self.seen), ..now };
        self.forget_old(now);
        let touched_honey = asked.is_some_and(|(name, page)| self.note(name, page, now, rules));
        let signs = self.shown(rules);
        let suspected = signs.score() >= rules.score;
        let is_news = suspected && self.told.is_none_or(|told| now.is_past(told));
        if is_news {
            self.told = Some(now.part);
        }
        Opinion { signs, suspected, is_news, touched_honey }
    }

    /// Remembers a name and a page of it; true when it is honey that has to be told of.
    fn note(&mut self, name: Thing, page: Option<Thing>, now: Moment, rules: &Rules) -> bool {
        let noted = self.things.note(name, now, rules);
        let page = page.map(|page| self.things.note(page, now, rules));
        let is_step = noted == Noted::New || page == Some(Noted::New);
        if is_step && self.pace.step(now, rules) {
            self.clockwork = Some(now.part);
        }
        name.is_honey() && noted != Noted::Again
    }

    /// How many signs it has shown by now.
    pub(super) fn score(&mut self, now: Moment, rules: &Rules) -> u32 {
        self.forget_old(now);
        self.shown(rules).score()
    }

    fn shown(&self, rules: &Rules) -> Signs {
        let counts = self.things.counts();
        Signs {
            assets: counts.assets() >= rules.assets,
            pages: counts.pages() >= rules.pages,
            clockwork: self.clockwork.is_some(),
            unknown: counts.unknown() >= rules.unknown,
            honey: counts.honey(),
        }
    }

    /// When it was seen last.
    pub(super) fn seen(&self) -> u32 {
        self.seen
    }

    /// Makes room for another client.
    pub(super) fn clear(&mut self) {
        self.things.clear();
        self.pace.clear();
        (self.seen, self.clockwork, self.told) = (0, None, None);
    }

    fn forget_old(&mut self, now: Moment) {
        if now.part <= self.seen {
            return;
        }
        if now.is_past(self.seen) {
            self.clear();
        }
        self.things.forget_old(now);
        self.clockwork = self.clockwork.filter(|seen| !now.is_past(*seen));
        self.seen = now.part;
    }
}
