//! One node: windows of its own, a line to the shared home, and a clock that agrees with nobody's.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    clock::{Clock, ManualClock, Timestamp},
    scenario::denial_of_service::windows::{Ask, Verdict, Windows},
};
use aspis_store::{
    Stored,
    fleeting::{Budgets, SharedOrOwn},
};

use super::{
    home::{Home, KEY},
    line::Line,
};

/// What a node is made of.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) home: Arc<Home>,
    pub(super) clock: Arc<ManualClock>,
    /// Windows it has room for.
    pub(super) room: usize,
    /// What it takes of each limit alone.
    pub(super) share: f64,
    /// Clients over a limit that it remembers.
    pub(super) over: usize,
}

/// A node at work.
#[derive(Debug)]
pub(super) struct Node {
    number: u32,
    own: Arc<Windows>,
    line: Arc<Line>,
    budgets: SharedOrOwn,
    /// Round trips of its earlier lives.
    before: u64,
}

impl Plan {
    /// Windows with nothing in them.
    pub(super) fn windows(&self) -> Arc<Windows> {
        Arc::new(Windows::new(self.room, KEY))
    }
}

impl Node {
    /// A node that has heard of nothing yet, with windows in which nothing counts any more.
    pub(super) fn start(plan: &Plan, number: u32, own: Arc<Windows>) -> Self {
        let ahead = Duration::from_micros(1_234_567) * number;
        let clock: Arc<dyn Clock> = Arc::new(Ahead { clock: plan.clock.clone(), ahead });
        let line = Arc::new(Line::new(plan.home.clone(), clock.clone(), plan.over));
        let budgets = SharedOrOwn::new(line.clone(), own.clone(), clock, plan.share);
        Self { number, own, line, budgets, before: 0 }
    }

    /// Starts anew, with windows that are empty, and as cut off as it was.
    pub(super) fn restart(&mut self, plan: &Plan) {
        let before = self.trips();
        *self = Self { before, ..Self::start(plan, self.number, plan.windows()) };
        self.cut(true);
    }

    pub(super) fn cut(&self, is_cut: bool) {
        self.line.cut(is_cut);
    }

    pub(super) fn trips(&self) -> u64 {
        self.before + self.line.trips()
    }

    /// Judges a request.
    pub(super) async fn admit(&self, ask: Ask) -> Stored<bool> {
        Ok(matches!(self.budgets.admit(&[ask]).await?, Verdict::Admitted(_)))
    }

    /// Its windows, to be given to the next one.
    pub(super) fn into_windows(self) -> Arc<Windows> {
        self.own
    }
}

/// A clock that is ahead of the one that is moved.
#[derive(Debug)]
struct Ahead {
    clock: Arc<ManualClock>,
    ahead: Duration,
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.clock.now().plus(self.ahead)
    }

    fn uptime(&self) -> Duration {
        self.clock.uptime() + self.ahead
    }
}
