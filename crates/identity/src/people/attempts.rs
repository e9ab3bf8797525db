//! How often somebody may try: the lock, the wait and the challenge in front of every secret that is guessed at.
//!
//! The rules and the counts are `core`'s; here they meet names, devices and challenges. Every route that checks a
//! password or a code comes through here, so that none is a way around the others.

use aspis_core::{
    client::Client,
    ids::AccountId,
    refusal::{Bound, Rule},
    scenario::brute_force::{
        difficulty,
        tries::{self, Attempt, Lane, NameKey, Need, Outcome, Signs, SiteChange, Stuffing},
    },
};

use super::{Code, Kind, People, Refusal, Tried, Visitor, counts::Counted, errands::Errand};
use crate::challenge::{ChallengeError, Purpose};

/// One try, counted as a failure until it is settled.
#[derive(Debug)]
pub(super) struct Try {
    counted: Counted,
}

impl People {
    /// Judges failures by other numbers from now on.
    pub fn follow(&self, rules: &tries::Rules) {
        self.tries.follow(rules);
    }

    /// Lets a try through, or says what stands in its way. From here on it counts.
    pub(super) async fn admit(
        &self,
        name: NameKey,
        lane: Lane,
        solution: Option<&str>,
        visitor: &Visitor,
    ) -> Result<Try, Refusal> {
        let now = self.clock.uptime();
        let mut attempt = Attempt { name, client: visitor.client, lane, challenged: false };
        let (admitted, need) = self.weigh(&mut attempt, solution, visitor).await;
        if let Some(witness) = self.witness.get() {
            let request = visitor.source.request;
            let (solution, attacked) = (solution.is_some(), visitor.attacked);
            witness.tried(&Tried { request, uptime: now, attempt, solution, attacked, need });
        }
        admitted
    }

    /// The same, with what stood in its way.
    async fn weigh(
        &self,
        attempt: &mut Attempt,
        solution: Option<&str>,
        visitor: &Visitor,
    ) -> (Result<Try, Refusal>, Need) {
        if let Err(refused) = self.challenge_first(attempt, solution, visitor).await {
            return refused;
        }
        match self.tries.begin(*attempt).await {
            Ok(Ok(counted)) => (Ok(Try { counted }), Need::Nothing),
            Ok(Err(need)) => (Err(self.demand(need, visitor)), need),
            Err(error) => (Err(error.into()), Need::Nothing),
        }
    }

    /// Spends a challenge where one must come first, or says what else stands in the way.
    async fn challenge_first(
        &self,
        attempt: &mut Attempt,
        solution: Option<&str>,
        visitor: &Visitor,
    ) -> Result<(), (Result<Try, Refusal>, Need)> {
        let refused = |refusal, need| (Err(refusal), need);
        let need = self.tries.look(attempt).await;
        match need.map_err(|error| refused(error.into(), Need::Nothing))? {
            Need::Challenge => {
                let redeemed = self.redeem(Purpose::Login, solution, visitor).await;
                redeemed.map_err(|asked| {
                    refused(asked.by(self.rule_of(Need::Challenge, visitor)), Need::Challenge)
                })?;
                attempt.challenged = true;
            }
            Need::Nothing if visitor.attacked && attempt.lane == Lane::Everyone => {
                let redeemed = self.redeem(Purpose::Login, solution, visitor).await;
                redeemed.map_err(|asked| refused(asked, Need::Challenge))?;
                attempt.challenged = true;
            }
            Need::Nothing => {}
            other => return Err(refused(self.demand(other, visitor), other)),
        }
        Ok(())
    }

    /// Settles a try, and tells what it is a sign of.
    pub(super) async fn settle(
        &self,
        attempt: Try,
        outcome: Outcome,
        account: Option<AccountId>,
        visitor: &Visitor,
    ) {
        let now = self.clock.uptime();
        // Where it cannot be said how it ended, it stays a failure.
        let signs = self.tries.settle(attempt.counted, outcome).await.unwrap_or_default();
        if let Some(witness) = self.witness.get() {
            witness.ended(visitor.source.request, now, outcome);
        }
        self.tell_signs(signs, account, visitor);
        if let (true, Some(account)) = (signs.locked, account) {
            // Later: the answer that locks takes as long for a name that nobody has.
            self.errand(Errand::Inform { kind: Kind::Locked, account, visitor: visitor.clone() });
        }
    }

    fn tell_signs(&self, signs: Signs, account: Option<AccountId>, visitor: &Visitor) {
        if signs.locked && account.is_none() {
            self.tell_of(Kind::Locked, None, visitor.source);
        }
        match signs.stuffing {
            Some(Stuffing::OneSource) => self.tell_of(Kind::StuffingFromOneSource, None, visitor.source),
            Some(Stuffing::OneName) => self.tell_of(Kind::StuffingOnOneName, account, visitor.source),
            None => {}
        }
        if let Some(change) = signs.site {
            self.tell_site(change);
        }
    }

    pub(super) fn tell_site(&self, change: SiteChange) {
        let kind = match change {
            SiteChange::Began => Kind::SiteAttackBegan,
            SiteChange::Ended => Kind::SiteAttackEnded,
        };
        self.tell_of(kind, None, aspis_core::event::Source::SERVER);
    }

    /// Spends a solved challenge, or asks for one.
    pub(super) async fn redeem(
        &self,
        purpose: Purpose,
        solution: Option<&str>,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        let Some(solution) = solution else { return Err(self.ask_for_challenge(purpose, visitor)) };
        let (client, now) = (visitor.client, self.clock.now());
        let good = self.challenges.redeem_everywhere(solution, purpose, client, now).await;
        good.map_err(|error| {
            let asked = self.ask_for_challenge(purpose, visitor);
            Refusal::because(Code::ChallengeRequired, format!("The challenge was not accepted: {error}."))
                .challenge(asked.facts().challenge.clone().unwrap_or_default())
        })
    }

    fn demand(&self, need: Need, visitor: &Visitor) -> Refusal {
        let refusal = match need {
            Need::Locked(left) => Refusal::new(Code::AccountLocked).retry_after(left),
            Need::Wait(left) => Refusal::new(Code::TooManyAttempts).retry_after(left),
            Need::Challenge | Need::Nothing => self.ask_for_challenge(Purpose::Login, visitor),
        };
        refusal.by(self.rule_of(need, visitor))
    }

    /// The rule behind it, with its numbers, for the operator.
    fn rule_of(&self, need: Need, visitor: &Visitor) -> Rule {
        let rules = self.tries.own().rules();
        let failures = u64::from(self.tries.own().failures(visitor.client, self.clock.uptime()));
        let (name, limit, count) = match need {
            Need::Locked(_) => {
                ("lock.after", rules.lock_after.saturating_sub(1), Some(u64::from(rules.lock_after)))
            }
            Need::Wait(_) => ("lock.wait_over", rules.wait_over, Some(failures)),
            Need::Challenge | Need::Nothing => ("lock.challenge_over", rules.challenge_over, Some(failures)),
        };
        let bound = Some(Bound { limit: u64::from(limit), window_s: Some(rules.memory.as_secs()) });
        Rule { count, bound, ..Rule::named(name) }
    }

    pub(super) fn ask_for_challenge(&self, purpose: Purpose, visitor: &Visitor) -> Refusal {
        Refusal::new(Code::ChallengeRequired).challenge(self.challenge(purpose, visitor))
    }

    /// A challenge to solve, as hard as the times are.
    pub fn challenge(&self, purpose: Purpose, visitor: &Visitor) -> serde_json::Value {
        self.proof(purpose, visitor.client, visitor.attacked)
    }

    /// A challenge whose solution opens calls of any class; harder under attack.
    pub fn api_challenge(&self, client: Client, attacked: bool) -> serde_json::Value {
        self.proof(Purpose::Api, client, attacked)
    }

    /// Spends the solution of one, once on this node.
    pub fn redeem_api(&self, solution: &str, client: Client) -> Result<(), ChallengeError> {
        self.challenges.redeem(solution, Purpose::Api, client, self.clock.now())
    }

    /// The same, once on all nodes.
    pub async fn redeem_api_everywhere(&self, solution: &str, client: Client) -> Result<(), ChallengeError> {
        let now = self.clock.now();
        self.challenges.redeem_everywhere(solution, Purpose::Api, client, now).await
    }

    fn proof(&self, purpose: Purpose, client: Client, attacked: bool) -> serde_json::Value {
        let now = self.clock.uptime();
        let attacked = attacked || self.tries.own().site_under_attack(now);
        let failures = self.tries.own().failures(client, now);
        let difficulty = difficulty::of(self.rules.difficulty, failures, attacked);
        self.challenges.proof(purpose, client, difficulty, self.clock.now(), self.chance.as_ref())
    }

    /// A small sum in words, for people without JavaScript.
    pub fn sum(&self, purpose: Purpose, visitor: &Visitor) -> serde_json::Value {
        self.challenges.math(purpose, visitor.client, self.clock.now(), self.chance.as_ref())
    }
}
