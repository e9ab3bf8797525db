//! What operators do in an incident. All of it is tried on a copy, which takes the place of what was there at the end.

use aspis_core::{
    block::{self, Block, Hand},
    clock::Timestamp,
    ids::{AccountId, ActionId},
};
use async_trait::async_trait;
use ipnet::IpNet;

use super::{Memory, State};
use crate::{
    Actions, Stored,
    actions::{Action, ActionKind, Done, Obstacle, Order, Undo, notice_id},
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
            self.turns.push(action.id);
            self.actions.insert(action.id, action);
            all.push(done);
        }
        Ok(all)
    }

    fn undo(&mut self, undo: &Undo<'_>) -> Result<Vec<Action>, Obstacle> {
        let action = self.actions.get(&undo.id).cloned().ok_or(Obstacle::Unknown)?;
        if action.undone.is_some() || !action.kind.is_undoable() {
            return Err(Obstacle::Settled);
        }
        let parts = self.actions.values().filter(|part| part.part_of == Some(undo.id));
        let mut all: Vec<Action> =
            parts.filter(|part| part.kind.is_undoable() && part.undone.is_none()).cloned().collect();
        all.push(action);
        for action in &mut all {
            self.take_back(action, undo)?;
            action.undone = Some((undo.at, undo.who.to_owned()));
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

    async fn undo(&self, undo: Undo<'_>) -> Stored<Result<Vec<Action>, Obstacle>> {
        let mut state = self.state();
        let mut after = state.clone();
        let undone = after.undo(&undo);
        if undone.is_ok() && !undo.dry {
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
        Ok(self.state().must_reset(account))
    }
}

impl State {
    pub(super) fn must_reset(&self, account: AccountId) -> bool {
        self.resets.iter().any(|(one, _)| *one == account)
    }

    /// What was tightened goes back from now on; how many that are. What goes back already goes no slower for it.
    fn relax(&mut self, from: Timestamp, until: Timestamp) -> u64 {
        let stands = |action: &&mut Action| {
            let ends = action.until.is_none_or(|end| end > until);
            action.kind.stands() && action.undone.is_none() && ends
        };
        let mut relaxed = 0;
        for action in self.actions.values_mut().filter(stands) {
            (action.easing, action.until) = (action.easing.or(Some(from)), Some(until));
            relaxed += 1;
        }
        relaxed
    }

    fn take_back(&mut self, action: &Action, undo: &Undo<'_>) -> Result<(), Obstacle> {
        match action.kind {
            ActionKind::Block | ActionKind::Unblock => {
                let network = block::parse(&action.scope).ok_or(Obstacle::Unknown)?;
                return self.take_back_block(action, network, undo);
            }
            ActionKind::ForcePasswordReset => self.resets.retain(|(_, by)| *by != action.id),
            ActionKind::Disable if !self.is_disabled_by_another(action) => {
                let account = AccountId::parse(&action.scope).ok_or(Obstacle::Unknown)?;
                self.set_enabled(account, true)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// True where the account of an action is disabled by another one that stands, and was not enabled since.
    fn is_disabled_by_another(&self, action: &Action) -> bool {
        let about = self.turns.iter().rev().filter_map(|id| self.actions.get(id));
        let mut since = about
            .filter(|other| other.scope == action.scope)
            .take_while(|other| other.kind != ActionKind::Enable);
        since
            .any(|other| other.kind == ActionKind::Disable && other.undone.is_none() && other.id != action.id)
    }

    /// A later word about the same network stands, and is told what was there before both.
    fn take_back_block(&mut self, action: &Action, network: IpNet, undo: &Undo<'_>) -> Result<(), Obstacle> {
        let about =
            |other: &Action| other.undone.is_none() && other.kind.blocks() && other.scope == action.scope;
        let after = self.turns.iter().skip_while(|id| **id != action.id).skip(1);
        let mut later = after.filter(|id| self.actions.get(id).is_some_and(about));
        if let Some(later) = later.next().and_then(|id| self.actions.get_mut(id)) {
            later.before.clone_from(&action.before);
            return Ok(());
        }
        let back = undo.back(action.before.as_ref())?;
        let own = |known: &Block| known.hand == Hand::Operator;
        if back.is_some() || self.blocks.get(&network).is_some_and(own) {
            self.blocks.remove(&network);
        }
        if back.is_some() && !self.make_room(undo.most) {
            return Err(Obstacle::Full);
        }
        self.blocks.extend(back.map(|block| (block.network, block)));
        Ok(())
    }
}
