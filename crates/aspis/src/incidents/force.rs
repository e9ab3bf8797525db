//! Putting in force what the store knows already: sign-ins, keys, blocks, limits.
//!
//! What was begun is done to its end, also when whoever asked has gone: what is durable has to be in force.

use std::sync::Arc;

use aspis_core::{ids::ActionId, refusal::Refusal};
use aspis_store::actions::{Action, ActionKind, Change, Done, Order};

use super::{Ask, By, Carried, desk::kind, letters::About, owed::Owed};
use crate::app::App;

impl App {
    /// Does what an operator asks for.
    pub(crate) async fn contain(self: &Arc<Self>, ask: Ask, by: By) -> Result<Carried, Refusal> {
        let app = Arc::clone(self);
        let doing = async move {
            let carried = app.incidents.desk.carry_out(&ask, &by).await?;
            if !carried.dry {
                app.put_in_force(&carried).await?;
            }
            Ok(carried)
        };
        self.incidents.to_the_end(doing).await
    }

    /// Takes back what an operator did.
    pub(crate) async fn undo(
        self: &Arc<Self>,
        id: ActionId,
        by: By,
        dry: bool,
    ) -> Result<Vec<Action>, Refusal> {
        let app = Arc::clone(self);
        let undoing = async move {
            let undone = app.incidents.desk.undo(id, &by, dry).await?;
            if !dry {
                let keys = undone.iter().any(|action| action.kind == ActionKind::Disable);
                app.settle(Owed { keys, ..Owed::ALWAYS }).await?;
            }
            Ok(undone)
        };
        self.incidents.to_the_end(undoing).await
    }

    /// All of it, whatever fails of it.
    async fn put_in_force(&self, carried: &Carried) -> Result<(), Refusal> {
        let mut owed = Owed::default();
        for (order, done) in carried.orders.iter().zip(&carried.done) {
            owed = owed.and(Owed::by(order));
            self.people.refuse_families(&done.families);
            if let Change::RemoveFactors(account) = &order.change {
                self.people.weaken(*account);
            }
            let forgets = !done.keys.is_empty();
            owed.keys |= forgets && self.keys.forget(done.keys.clone()).await.is_err();
            self.write_to(order, done);
        }
        self.settle(owed).await
    }

    fn write_to(&self, order: &Order, done: &Done) {
        if order.notice.is_some() {
            let text = order.text.as_deref().map(Into::into);
            let Action { id: action, at, kind: what, .. } = order.action;
            self.incidents.letters.put(About { kind: kind(what), action, at, text }, done.accounts.clone());
        }
    }

    /// Has the corridor follow what is tightened.
    pub(crate) fn take_posture(&self) {
        if let Some(corridor) = self.corridor() {
            corridor.hold(&self.incidents.posture());
        }
    }

    /// Does what waits to be done in incidents, and takes up what the store knows. To be called when something came, and
    /// every few seconds.
    pub async fn keep_incidents(&self) {
        // The refusals have been logged where the store failed; the next round tries again.
        let _ = self.incidents.keep().await;
        let _ = self.settle(Owed::ALWAYS.and(self.incidents.owed())).await;
    }
}
