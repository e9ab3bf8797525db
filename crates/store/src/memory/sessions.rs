//! Families and their tokens.

use std::cmp::Reverse;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
};
use async_trait::async_trait;

use super::{Kept, Memory, State, Token};
use crate::{
    Sessions, Stored,
    sessions::{Family, MOST, NewFamily, Presented, Rotation, Standing, StepUp},
};

mod rotate;

impl Kept {
    fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.family.expires
    }
}

impl State {
    fn open(&mut self, new: NewFamily) {
        let family = new.family.id;
        self.families.insert(family, Kept { family: new.family, revoked: None });
        if let Some(hash) = new.token {
            self.tokens.insert(hash, Token { family, successor: None, spent: None });
        }
    }

    fn standing(&self, kept: &Kept) -> Option<Standing> {
        let Kept { family, revoked } = kept.clone();
        let account = self.accounts.get(&family.account)?;
        Some(Standing { family, revoked, role: account.role, enabled: account.enabled })
    }

    pub(super) fn revoke_all(
        &mut self,
        account: AccountId,
        but: Option<FamilyId>,
        now: Timestamp,
    ) -> Vec<FamilyId> {
        let others = self.families.values_mut().filter(|kept| {
            kept.family.account == account && Some(kept.family.id) != but && kept.revoked.is_none()
        });
        let end = |kept: &mut Kept| {
            kept.revoked = Some(now);
            kept.family.id
        };
        others.map(end).collect()
    }
}

#[async_trait]
impl Sessions for Memory {
    async fn open(&self, new: NewFamily) -> Stored<()> {
        self.state().open(new);
        Ok(())
    }

    async fn open_while(&self, new: NewFamily, hash: &str) -> Stored<bool> {
        let mut state = self.state();
        let account = state.accounts.get(&new.family.account);
        let stands = account.is_some_and(|account| account.enabled && account.password_hash == hash)
            && !state.must_reset(new.family.account);
        if stands {
            state.open(new);
        }
        Ok(stands)
    }

    async fn present(&self, ask: Presented) -> Stored<Rotation> {
        Ok(self.state().present(&ask))
    }

    async fn family_of(&self, token_hash: &str) -> Stored<Option<(FamilyId, AccountId)>> {
        let state = self.state();
        let unspent = state.tokens.get(token_hash).filter(|token| token.spent.is_none());
        let kept = unspent.and_then(|token| state.families.get(&token.family));
        Ok(kept.map(|kept| (kept.family.id, kept.family.account)))
    }

    async fn revoke(&self, family: FamilyId, now: Timestamp) -> Stored<bool> {
        let mut state = self.state();
        let kept = state.families.get_mut(&family).filter(|kept| kept.revoked.is_none());
        Ok(kept.map(|kept| kept.revoked = Some(now)).is_some())
    }

    async fn revoke_all(
        &self,
        account: AccountId,
        but: Option<FamilyId>,
        now: Timestamp,
    ) -> Stored<Vec<FamilyId>> {
        Ok(self.state().revoke_all(account, but, now))
    }

    async fn of_account(&self, account: AccountId, now: Timestamp) -> Stored<Vec<Family>> {
        let state = self.state();
        let alive =
            state.families.values().filter(|kept| kept.family.account == account && kept.is_alive(now));
        let mut families: Vec<_> = alive.map(|kept| kept.family.clone()).collect();
        families.sort_by_key(|family| Reverse((family.created, family.id)));
        families.truncate(MOST);
        Ok(families)
    }

    async fn family(&self, family: FamilyId, now: Timestamp) -> Stored<Option<Family>> {
        let state = self.state();
        let alive = state.families.get(&family).filter(|kept| kept.is_alive(now));
        Ok(alive.map(|kept| kept.family.clone()))
    }

    async fn browser_sessions(&self, now: Timestamp) -> Stored<Vec<(Family, Role)>> {
        let state = self.state();
        let browsers =
            state.families.values().filter(|kept| kept.family.cookie.is_some() && kept.is_alive(now));
        let with_role = |kept: &Kept| {
            let account = state.accounts.get(&kept.family.account).filter(|account| account.enabled)?;
            Some((kept.family.clone(), account.role))
        };
        Ok(browsers.filter_map(with_role).collect())
    }

    async fn standing(&self, family: FamilyId) -> Stored<Option<Standing>> {
        let state = self.state();
        Ok(state.families.get(&family).and_then(|kept| state.standing(kept)))
    }

    async fn standing_of(&self, account: AccountId, since: Timestamp) -> Stored<Vec<Standing>> {
        let state = self.state();
        let own = |kept: &&Kept| kept.family.account == account && kept.family.expires > since;
        Ok(state.families.values().filter(own).filter_map(|kept| state.standing(kept)).collect())
    }

    async fn used_since(&self, since: Timestamp) -> Stored<Vec<(FamilyId, Timestamp)>> {
        let state = self.state();
        let used = |kept: &&Kept| {
            kept.family.cookie.is_some() && kept.revoked.is_none() && kept.family.used >= since
        };
        Ok(state.families.values().filter(used).map(|kept| (kept.family.id, kept.family.used)).collect())
    }

    async fn touch(&self, used: &[(FamilyId, Timestamp)]) -> Stored<()> {
        let mut state = self.state();
        for (family, at) in used {
            if let Some(kept) = state.families.get_mut(family) {
                kept.family.used = kept.family.used.max(*at);
            }
        }
        Ok(())
    }

    async fn step_up(&self, step: StepUp) -> Stored<bool> {
        let mut state = self.state();
        let alive = state.families.get_mut(&step.family).filter(|kept| kept.is_alive(step.at));
        let Some(Kept { family, .. }) = alive else { return Ok(false) };
        family.authenticated = family.authenticated.max(step.at);
        family.used = family.used.max(step.at);
        family.strong |= step.strong;
        // A family of refresh tokens never becomes a browser session.
        if let Some(renewed) = step.renewed.filter(|_| family.cookie.is_some()) {
            family.cookie = Some(renewed.cookie);
            (family.client, family.agent) = (renewed.client, renewed.agent);
        }
        Ok(true)
    }

    async fn revoked_since(&self, since: Timestamp) -> Stored<Vec<FamilyId>> {
        let state = self.state();
        let revoked = state.families.values().filter(|kept| kept.revoked.is_some_and(|at| at >= since));
        Ok(revoked.map(|kept| kept.family.id).collect())
    }

    async fn sweep(&self, before: Timestamp) -> Stored<u64> {
        let mut state = self.state();
        let families = state.families.len();
        state.families.retain(|_, kept| kept.family.expires >= before);
        let State { families: kept, tokens, .. } = &mut *state;
        tokens.retain(|_, token| kept.contains_key(&token.family));
        Ok((families - kept.len()) as u64)
    }
}
