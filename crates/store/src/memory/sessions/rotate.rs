//! Judging a refresh token and carrying the judgement out.

use aspis_core::{
    ids::FamilyId,
    scenario::token_theft::rotation::{self, Seen, Spent, Verdict},
};

use super::super::{Kept, State, Token};
use crate::sessions::{Presented, Rotation};

impl State {
    pub(super) fn present(&mut self, ask: &Presented) -> Rotation {
        let Some(token) = self.tokens.get(&ask.token_hash).cloned() else { return Rotation::Unknown };
        let Some(kept) = self.families.get(&token.family).cloned() else { return Rotation::Unknown };
        if kept.family.key.is_some() && kept.family.key != ask.key {
            return Rotation::Unknown;
        }
        let account = self.accounts.get(&kept.family.account).filter(|account| account.enabled);
        let Some(role) = account.map(|account| account.role) else { return Rotation::Unknown };
        let verdict = rotation::judge(self.seen(&token, &kept, &ask.client), ask.now, ask.grace);
        self.carry_out(verdict, token.family, ask);
        Rotation::Judged { verdict, family: kept.family, role }
    }

    fn seen(&self, token: &Token, kept: &Kept, client: &str) -> Seen {
        let successor_used = |hash: &String| self.tokens.get(hash).is_some_and(|next| next.spent.is_some());
        let spent = token.spent.as_ref().map(|(at, by)| Spent {
            at: *at,
            same_client: by == client,
            successor_used: token.successor.as_ref().is_some_and(successor_used),
        });
        Seen { revoked: kept.revoked.is_some(), expires: kept.family.expires, spent }
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
