//! The watch, told as stories: one asset, its sources, and who lies.

mod again;
mod alone;
mod any;
mod calls;
mod late;
mod people;
mod several;

use std::{sync::Arc, time::Duration};

use super::*;

/// A watch with hours (or days) of quiet history behind it.
struct Desk {
    watch: Watch,
    daily: bool,
    bar: i64,
    next: u64,
}

impl Desk {
    /// These sources have agreed on about 100 for 300 bars.
    fn open(sources: &[&str], daily: bool) -> Self {
        let mut desk = Self::empty(daily);
        for source in sources {
            let ticks: Vec<Tick> = (0..300).map(|bar| Tick { at: desk.at(bar), price: quiet(bar) }).collect();
            desk.watch.seed(source, &ticks);
        }
        desk.bar = 299;
        desk
    }

    fn empty(daily: bool) -> Self {
        Self { watch: Watch::new(Arc::new(Rules::default()), daily), daily, bar: -1, next: 0 }
    }

    fn at(&self, bar: i64) -> Timestamp {
        Timestamp::from_seconds(1_500_000_000 + bar * if self.daily { 86_400 } else { 3600 })
    }

    fn now(&self) -> Timestamp {
        self.at(self.bar)
    }

    /// One source says a price on the bar that is open now; the verdict's tick is called `next - 1`.
    fn says(&mut self, source: &str, price: f64) -> Verdict {
        self.next += 1;
        let (at, id) = (self.now(), self.next - 1);
        self.watch.look(source, Tick { at, price }, id, &[("ETH", 20.0)], at)
    }

    /// One source says now what a bar before closed at.
    fn says_of(&mut self, bar: i64, source: &str, price: f64) -> Verdict {
        self.next += 1;
        self.watch.look(source, Tick { at: self.at(bar), price }, self.next - 1, &[], self.now())
    }

    /// The next bar: several sources, in this order.
    fn bar(&mut self, said: &[(&str, f64)]) -> Vec<Verdict> {
        self.bar += 1;
        said.iter().map(|(source, price)| self.says(source, *price)).collect()
    }

    /// The next bar of the only source.
    fn tick(&mut self, price: f64) -> Verdict {
        self.bar(&[("one", price)]).remove(0)
    }

    fn clone_watch(&self) -> Self {
        Self { watch: self.watch.clone(), ..*self }
    }

    fn published(&self) -> f64 {
        self.watch.published(self.now()).expect("something was accepted").price
    }
}

/// About 100, moving by .1 % a bar.
fn quiet(bar: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let wave = (bar as f64 * 1.7).sin();
    100.0 * (1.0 + 0.001 * wave)
}

fn held(verdict: &Verdict) -> bool {
    verdict.decision == Decision::Hold
}
