//! Who counts the tries: this node alone, or all nodes together.
//!
//! A node counts for itself in either case. Beside others that is what it goes by while their count is away, and what
//! numbers are said and how hard challenges are follows from it alone: nobody waits for a number.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::Clock,
    scenario::brute_force::tries::{
        self, Attempt, NameKey, Need, Outcome, Rules, Signs, SiteChange, Ticket, Tries,
    },
};
use aspis_store::{
    Stored,
    fleeting::{Facts, Failures, FailuresOrOwn, KeptFailures, failures},
};

/// The count of tries.
pub(super) struct Counts {
    own: Arc<Tries>,
    all: Option<FailuresOrOwn>,
    clock: Arc<dyn Clock>,
}

/// One try, counted as a failure until it is settled.
#[derive(Debug)]
pub(super) enum Counted {
    /// By this node.
    Own(Ticket),
    /// By all nodes.
    All(failures::Try),
}

impl Counts {
    /// Of this node, and of all nodes where they share facts.
    pub(super) fn new(
        rules: tries::Rules,
        facts: Option<Arc<dyn Facts>>,
        clock: &Arc<dyn Clock>,
        chance: &Arc<dyn Chance>,
    ) -> Self {
        let own = Arc::new(Tries::new(rules));
        let all = facts.map(|facts| {
            let kept = Arc::new(KeptFailures::new(facts, Arc::clone(chance), rules));
            FailuresOrOwn::new(kept, Arc::clone(&own), Arc::clone(clock), &rules)
        });
        Self { own, all, clock: Arc::clone(clock) }
    }

    /// What this node counts, for numbers that are said.
    pub(super) fn own(&self) -> &Tries {
        &self.own
    }

    pub(super) fn follow(&self, rules: &Rules) {
        match &self.all {
            // Its own count beside it follows, too.
            Some(all) => all.follow(rules),
            None => self.own.follow(rules),
        }
    }

    pub(super) async fn look(&self, attempt: &Attempt) -> Stored<Need> {
        match &self.all {
            Some(all) => all.look(attempt).await,
            None => Ok(self.own.look(attempt, self.now())),
        }
    }

    pub(super) async fn begin(&self, attempt: Attempt) -> Stored<Result<Counted, Need>> {
        Ok(match &self.all {
            Some(all) => all.begin(attempt).await?.map(Counted::All),
            None => self.own.begin(attempt, self.now()).map(Counted::Own),
        })
    }

    pub(super) async fn settle(&self, one: Counted, outcome: Outcome) -> Stored<Signs> {
        match (one, &self.all) {
            (Counted::Own(ticket), _) => Ok(self.own.settle(ticket, outcome, self.now())),
            (Counted::All(one), Some(all)) => all.settle(one, outcome).await,
            // What was begun together is settled so: there is no other way to one.
            (Counted::All(_), None) => Ok(Signs::default()),
        }
    }

    pub(super) async fn locked(&self) -> Stored<Vec<(NameKey, Duration)>> {
        match &self.all {
            Some(all) => all.locked().await,
            None => Ok(self.own.locked(self.now())),
        }
    }

    pub(super) async fn lift(&self, name: NameKey) -> Stored<bool> {
        match &self.all {
            Some(all) => all.lift(name).await,
            None => Ok(self.own.lift(name, self.now())),
        }
    }

    pub(super) async fn tick(&self) -> Stored<Option<SiteChange>> {
        match &self.all {
            Some(all) => all.tick().await,
            None => Ok(self.own.tick(self.now())),
        }
    }

    fn now(&self) -> Duration {
        self.clock.uptime()
    }
}
