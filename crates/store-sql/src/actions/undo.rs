//! Taking back what can be taken back.

use aspis_core::{
    block,
    clock::Timestamp,
    ids::{AccountId, ActionId},
};
use aspis_store::actions::{Action, ActionKind, Obstacle};

use super::{Outcome, carry, pass, resets, row};
use crate::{blocks, db::Conn, fault::readable};

/// Takes an action back, and its parts with it.
pub(super) async fn undo(tx: &mut Conn, id: ActionId, who: &str, at: Timestamp) -> Outcome<Vec<Action>> {
    let Some(action) = row::one(&mut *tx, id).await? else { return Ok(Err(Obstacle::Unknown)) };
    if action.undone.is_some() || !action.kind.is_undoable() {
        return Ok(Err(Obstacle::Settled));
    }
    let mut all = row::parts(tx, id).await?;
    all.retain(|part| part.kind.is_undoable() && part.undone.is_none());
    all.push(action);
    for action in &mut all {
        pass!(take_back(tx, action, at).await);
        row::undone(tx, action.id, at, who).await?;
        action.undone = Some((at, who.to_owned()));
    }
    Ok(Ok(all))
}

async fn take_back(tx: &mut Conn, action: &Action, at: Timestamp) -> Outcome<()> {
    match action.kind {
        ActionKind::Block | ActionKind::Unblock => {
            let network = readable("network", block::parse(&action.scope))?;
            let stands = action.kind == ActionKind::Block;
            if stands {
                blocks::take(tx, network).await?;
            }
            if let Some(before) = action.before.as_ref().filter(|before| before.holds(at)) {
                // Somebody may have shut it out anew meanwhile.
                blocks::take(tx, network).await?;
                blocks::put(tx, before).await?;
            }
        }
        ActionKind::ForcePasswordReset => resets::take_back(tx, action.id).await?,
        ActionKind::Disable => {
            let account = readable("account", AccountId::parse(&action.scope))?;
            return carry::enable(tx, account, true).await;
        }
        _ => {}
    }
    Ok(Ok(()))
}
