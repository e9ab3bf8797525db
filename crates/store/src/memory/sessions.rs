//! Families and their tokens.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    scenario::token_theft::rotation::{self, Seen, Spent, Verdict},
};
use async_trait::async_trait;

use super::{Family, Memory, State, Token};
use crate::{
    Sessions, Stored,
    sessions::{NewFamily, Presented, Rotation},
};

impl State {
    fn seen(&self, token: &Token, family: &Family, client: &str) -> Seen {
        let successor_used = |hash: &String| self.tokens.get(hash).is_some_and(|next| next.spent.is_some());
        let spent = token.spent.as_ref().map(|(at, by)| Spent {
            at: *at,
            same_client: by == client,
            successor_used: token.successor.as_ref().is_some_and(successor_used),
        });
        Seen { revoked: family.revoked.is_some(), expires: family.expires, spent }
    }

    fn carry_out(&mut self, verdict: Verdict, family: FamilyId, ask: &Presented) {
        match verdict {
            Verdict::Rotate => {
                if let Some(token) = self.tokens.get_mut(&ask.token_hash) {
                    token.spent = Some((ask.now, ask.client.clone()));
                    token.successor = Some(ask.successor_hash.clone());
                }
                self.tokens
                    .insert(ask.successor_hash.clone(), Token { family, successor: None, spent: None });
            }
            Verdict::Replayed => {
                if let Some(family) = self.families.get_mut(&family) {
                    family.revoked = Some(ask.now);
                }
            }
            Verdict::Again | Verdict::Refuse => {}
        }
    }
}

#[async_trait]
impl Sessions for Memory {
    async fn open(&self, new: NewFamily) -> Stored<()> {
        let mut state = self.state();
        let family = Family { account: new.account, expires: new.expires, revoked: None };
        state.families.insert(new.id, family);
        state.tokens.insert(new.token_hash, Token { family: new.id, successor: None, spent: None });
        Ok(())
    }

    async fn present(&self, ask: Presented) -> Stored<Rotation> {
        let mut state = self.state();
        let Some(token) = state.tokens.get(&ask.token_hash).cloned() else { return Ok(Rotation::Unknown) };
        let Some(family) = state.families.get(&token.family).cloned() else { return Ok(Rotation::Unknown) };
        let account = state.accounts.get(&family.account).filter(|account| account.enabled);
        let Some(role) = account.map(|account| account.role) else { return Ok(Rotation::Unknown) };
        let verdict = rotation::judge(state.seen(&token, &family, &ask.client), ask.now, ask.grace);
        state.carry_out(verdict, token.family, &ask);
        Ok(Rotation::Judged {
            verdict,
            family: token.family,
            account: family.account,
            role,
            expires: family.expires,
        })
    }

    async fn family_of(&self, token_hash: &str) -> Stored<Option<(FamilyId, AccountId)>> {
        let state = self.state();
        let unspent = state.tokens.get(token_hash).filter(|token| token.spent.is_none());
        let family = unspent.map(|token| token.family);
        Ok(family.and_then(|id| state.families.get(&id).map(|family| (id, family.account))))
    }

    async fn revoke(&self, family: FamilyId, now: Timestamp) -> Stored<bool> {
        let mut state = self.state();
        match state.families.get_mut(&family) {
            Some(family) if family.revoked.is_none() => {
                family.revoked = Some(now);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn revoked_since(&self, since: Timestamp) -> Stored<Vec<FamilyId>> {
        let state = self.state();
        let revoked =
            state.families.iter().filter(|(_, family)| family.revoked.is_some_and(|at| at >= since));
        Ok(revoked.map(|(id, _)| *id).collect())
    }

    async fn sweep(&self, before: Timestamp) -> Stored<u64> {
        let mut state = self.state();
        let families = state.families.len();
        state.families.retain(|_, family| family.expires >= before);
        let State { families: kept, tokens, .. } = &mut *state;
        tokens.retain(|_, token| kept.contains_key(&token.family));
        Ok((families - kept.len()) as u64)
    }
}
