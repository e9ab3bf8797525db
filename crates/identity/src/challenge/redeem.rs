//! Taking solutions, each once: on this node, or of all nodes that share what was used.

use std::time::Duration;

use aspis_core::{client::Client, clock::Timestamp};
use aspis_store::fleeting::spent::Once;

use super::{
    All, ChallengeError, Challenges, Id, Purpose, lock, proof,
    seal::{self, Bound, Kind},
    sum, token,
};

/// The longest solution that is looked at, in bytes. The widget's are a third of it.
pub(super) const LONGEST: usize = 2048;
/// How far the clocks of two nodes may differ: what was used is remembered elsewhere for so much longer.
const CLOCKS: Duration = Duration::from_secs(60);

/// A challenge that was spent just now on this node.
struct Redeemed {
    what: Once,
    id: Id,
    expires: Timestamp,
    is_right: bool,
}

impl Redeemed {
    fn judged(&self) -> Result<(), ChallengeError> {
        if self.is_right { Ok(()) } else { Err(ChallengeError::Wrong) }
    }
}

impl Challenges {
    /// Takes a solution as it was sent: the widget's text, or `TOKEN:ANSWER`. Of many redemptions of one challenge at
    /// most one succeeds on this node; a wrong answer to a sum spends it too.
    ///
    /// Beside other nodes one that was issued before this node began is as good as used: it may have been, here. The same
    /// where other nodes are asked and do not answer.
    pub fn redeem(
        &self,
        solution: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        let redeemed = self.spend(solution, purpose, client, now)?;
        if self.all.as_ref().is_some_and(|all| self.is_older(&redeemed, all)) {
            return Err(ChallengeError::Used);
        }
        redeemed.judged()
    }

    /// The same, and at most one succeeds on all nodes. While nobody knows what they have spent, on each of them.
    pub async fn redeem_everywhere(
        &self,
        solution: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        let redeemed = self.spend(solution, purpose, client, now)?;
        if let Some(all) = &self.all {
            let span = redeemed.expires.since(now) + CLOCKS;
            // Before the answer is judged: a wrong one is none for another node to try again.
            let spent = all.spent.spend(redeemed.what, &redeemed.id, span).await;
            if !spent.unwrap_or_else(|_| !self.is_older(&redeemed, all)) {
                return Err(ChallengeError::Used);
            }
        }
        redeemed.judged()
    }

    /// True for a challenge that was issued before this node began to remember what is spent.
    fn is_older(&self, redeemed: &Redeemed, all: &All) -> bool {
        redeemed.expires < self.rules.expiry(all.since)
    }

    fn spend(
        &self,
        solution: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<Redeemed, ChallengeError> {
        if solution.len() > LONGEST {
            return Err(ChallengeError::Malformed);
        }
        match solution.split_once(':') {
            Some((token, answer)) => self.spend_sum(token, answer, purpose, client, now),
            None => self.spend_proof(solution, purpose, client, now),
        }
    }

    /// The dear part, the key, comes last: after the seal, the time and the memory.
    fn spend_proof(
        &self,
        solution: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<Redeemed, ChallengeError> {
        let sent = proof::read(solution)?;
        let (id, expires) = (sent.id(), sent.expires());
        let bound = Bound { purpose, client, expires };
        sent.check_seal(&self.key, &bound)?;
        bound.in_time(now)?;
        lock(&self.proofs).room_for(id, expires, now)?;
        sent.check_work()?;
        lock(&self.proofs).spend(id, expires, now)?;
        Ok(Redeemed { what: Once::Challenge, id, expires, is_right: true })
    }

    fn spend_sum(
        &self,
        token: &str,
        answer: &str,
        purpose: Purpose,
        client: Client,
        now: Timestamp,
    ) -> Result<Redeemed, ChallengeError> {
        let (token, answer) = (token::read(token)?, sum::read(answer)?);
        let (id, expires) = (token.id, token.expires);
        let bound = Bound { purpose, client, expires };
        seal::check(&self.key, Kind::Sum, &bound, &id, &[], &token.seal)?;
        bound.in_time(now)?;
        lock(&self.sums).spend(id, expires, now)?;
        let is_right = sum::of(&self.key, &id).answer() == answer;
        Ok(Redeemed { what: Once::Sum, id, expires, is_right })
    }
}
