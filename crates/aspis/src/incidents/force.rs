//! Putting in force what the store knows already: sign-ins, keys, blocks, limits.

use aspis_core::{ids::ActionId, refusal::Refusal};
use aspis_store::actions::{ActionKind, Change, Done, Order};

use super::{Ask, By, Carried, plan::told, work::Told};
use crate::app::App;

impl App {
    /// Does what an operator asks for.
    pub(crate) async fn contain(&self, ask: &Ask, by: &By) -> Result<Carried, Refusal> {
        let carried = self.incidents.desk.carry_out(ask, by).await?;
        if !carried.dry {
            for (order, done) in carried.orders.iter().zip(&carried.done) {
                self.put_in_force(order, done).await?;
            }
            self.take_posture();
        }
        Ok(carried)
    }

    /// Takes back what an operator did.
    pub(crate) async fn undo(
        &self,
        id: ActionId,
        by: &By,
        dry: bool,
    ) -> Result<Vec<aspis_store::actions::Action>, Refusal> {
        let undone = self.incidents.desk.undo(id, by, dry).await?;
        if !dry {
            self.incidents.read_blocks().await?;
            self.incidents.read_standing().await?;
            if undone.iter().any(|action| action.kind == ActionKind::Disable) {
                self.keys.recall().await?;
            }
            self.take_posture();
        }
        Ok(undone)
    }

    async fn put_in_force(&self, order: &Order, done: &Done) -> Result<(), Refusal> {
        if !done.families.is_empty() {
            self.people.refuse_families(&done.families);
        }
        if !done.keys.is_empty() {
            self.keys.forget(done.keys.clone()).await?;
        }
        match &order.change {
            Change::Block { .. } | Change::Unblock(_) => self.incidents.read_blocks().await?,
            Change::RotateSigning { until, .. } => self.people.take_signing_keys(until.is_none()).await?,
            Change::Disable(_) | Change::Enable(_) => self.keys.recall().await?,
            Change::RemoveFactors(account) => self.people.weaken(*account),
            Change::Stands | Change::Relax(_) => self.incidents.read_standing().await?,
            _ => {}
        }
        self.write_to(order, done);
        Ok(())
    }

    fn write_to(&self, order: &Order, done: &Done) {
        if order.notice.is_some() && !done.accounts.is_empty() {
            self.incidents.write(Told {
                kind: told(order.action.kind),
                action: order.action.id,
                at: order.action.at,
                accounts: done.accounts.clone(),
                text: order.text.clone(),
            });
        }
    }

    /// Has the corridor follow what is tightened.
    pub(crate) fn take_posture(&self) {
        if let Some(corridor) = self.corridor() {
            corridor.hold(&self.incidents.posture());
        }
    }

    /// Does what waits to be done in incidents. To be called when something came, and every few seconds.
    pub async fn keep_incidents(&self) {
        // The refusal has been logged where the store failed; the next round tries again.
        let _ = self.incidents.keep().await;
        while let Some(told) = self.incidents.next_letter() {
            let Told { kind, action, at, accounts, text } = told;
            self.people.write_to_touched(kind, action, at, &accounts, text.as_deref()).await;
        }
    }
}
