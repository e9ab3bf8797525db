//! What operators do in an incident. All of it is tried on a copy, which takes the place of what was there at the end.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, ActionId},
};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Actions, Stored,
    actions::{Action, ActionKind, Done, Obstacle, Order, notice_id},
    notices::Notice,
};

mod carry;

impl State {
    fn carry_orders(&mut self, orders: &[Order]) -> Result<Vec<Done>, Obstacle> {
        let mut all = Vec::new();
        for order in orders {
            let mut action = order.action.clone();
            let done = self.change(&order.change, &mut action)?;
            action.touched = done.touched;
            for account in order.notice.iter().flat_map(|_| &done.accounts) {
                self.notify(told(order, *account));
            }
            self.actions.insert(action.id, action);
            all.push(done);
        }
        Ok(all)
    }

    fn undo(&mut self, id: ActionId, who: &str, at: Timestamp) -> Result<Vec<Action>, Obstacle> {
        let action = self.actions.get(&id).cloned().ok_or(Obstacle::Unknown)?;
        if action.undone.is_some() || !action.kind.is_undoable() {
            return Err(Obstacle::Settled);
        }
        let parts = self.actions.values().filter(|part| part.part_of == Some(id));
        let mut all: Vec<Action> =
            parts.filter(|part| part.kind.is_undoable() && part.undone.is_none()).cloned().collect();
        all.push(action);
        for action in &mut all {
            self.take_back(action)?;
            action.undone = Some((at, who.to_owned()));
            self.actions.insert(action.id, action.clone());
        }
        Ok(all)
    }
}

fn told(order: &Order, account: AccountId) -> Notice {
    Notice {
        id: notice_id(order.action.id, account),
        account,
        kind: order.notice.unwrap_or_default().to_owned(),
        at: order.action.at,
        client: None,
        agent: None,
        text: order.text.clone(),
    }
}

#[async_trait]
impl Actions for Memory {
    async fn carry_out(&self, orders: &[Order], dry: bool) -> Stored<Result<Vec<Done>, Obstacle>> {
        let mut state = self.state();
        let mut after = state.clone();
        let done = after.carry_orders(orders);
        if done.is_ok() && !dry {
            *state = after;
        }
        Ok(done)
    }

    async fn undo(
        &self,
        id: ActionId,
        who: &str,
        at: Timestamp,
        dry: bool,
    ) -> Stored<Result<Vec<Action>, Obstacle>> {
        let mut state = self.state();
        let mut after = state.clone();
        let undone = after.undo(id, who, at);
        if undone.is_ok() && !dry {
            *state = after;
        }
        Ok(undone)
    }

    async fn action(&self, id: ActionId) -> Stored<Option<Action>> {
        Ok(self.state().actions.get(&id).cloned())
    }

    async fn actions(&self, after: Option<ActionId>, limit: u64) -> Stored<Vec<Action>> {
        let state = self.state();
        let wanted =
            state.actions.values().rev().filter(|action| after.is_none_or(|after| action.id < after));
        Ok(wanted.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect())
    }

    async fn standing(&self, now: Timestamp) -> Stored<Vec<Action>> {
        let stands = |action: &&Action| {
            action.kind.stands() && action.undone.is_none() && action.until.is_none_or(|until| now < until)
        };
        Ok(self.state().actions.values().filter(stands).cloned().collect())
    }

    async fn must_reset(&self, account: AccountId) -> Stored<bool> {
        Ok(self.state().resets.contains_key(&account))
    }
}

impl State {
    /// What was tightened goes back from now on; how many that are.
    fn relax(&mut self, from: Timestamp, until: Timestamp) -> u64 {
        let stands = |action: &&mut Action| {
            let ends = action.until.is_none_or(|end| end > from);
            action.kind.stands() && action.undone.is_none() && ends
        };
        let mut relaxed = 0;
        for action in self.actions.values_mut().filter(stands) {
            (action.easing, action.until) = (Some(from), Some(until));
            relaxed += 1;
        }
        relaxed
    }

    fn take_back(&mut self, action: &Action) -> Result<(), Obstacle> {
        let network = || aspis_core::block::parse(&action.scope).ok_or(Obstacle::Unknown);
        match action.kind {
            ActionKind::Block => {
                self.blocks.remove(&network()?);
                let before = action.before.as_ref().filter(|block| block.holds(action.at));
                self.blocks.extend(before.map(|block| (block.network, block.clone())));
            }
            ActionKind::Unblock => {
                self.blocks.extend(action.before.iter().map(|block| (block.network, block.clone())));
            }
            ActionKind::ForcePasswordReset => self.resets.retain(|_, by| *by != action.id),
            ActionKind::Disable => {
                let account = AccountId::parse(&action.scope).ok_or(Obstacle::Unknown)?;
                self.set_enabled(account, true)?;
            }
            _ => {}
        }
        Ok(())
    }
}
