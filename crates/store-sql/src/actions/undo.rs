//! Taking back what can be taken back.

use aspis_core::{
    block::{self, Hand},
    ids::AccountId,
};
use aspis_store::actions::{Action, ActionKind, Obstacle, Undo};

use super::{Outcome, carry, pass, resets, row};
use crate::{blocks, db::Conn, fault::readable};

/// Takes an action back, and its parts with it.
pub(super) async fn undo(tx: &mut Conn, undo: &Undo<'_>) -> Outcome<Vec<Action>> {
    let Some(action) = row::one(&mut *tx, undo.id).await? else { return Ok(Err(Obstacle::Unknown)) };
    if action.undone.is_some() || !action.kind.is_undoable() {
        return Ok(Err(Obstacle::Settled));
    }
    let mut all = row::parts(tx, undo.id).await?;
    all.retain(|part| part.kind.is_undoable() && part.undone.is_none());
    all.push(action);
    for action in &mut all {
        pass!(take_back(tx, action, undo).await);
        row::undone(tx, action.id, undo.at, undo.who).await?;
        action.undone = Some((undo.at, undo.who.to_owned()));
    }
    Ok(Ok(all))
}

async fn take_back(tx: &mut Conn, action: &Action, undo: &Undo<'_>) -> Outcome<()> {
    match action.kind {
        ActionKind::Block | ActionKind::Unblock => return take_back_block(tx, action, undo).await,
        ActionKind::ForcePasswordReset => resets::take_back(tx, action.id).await?,
        ActionKind::Disable if !row::is_disabled_by_another(&mut *tx, action).await? => {
            let account = readable("account", AccountId::parse(&action.scope))?;
            return carry::enable(tx, account, true).await;
        }
        _ => {}
    }
    Ok(Ok(()))
}

/// A later word about the same network stands, and is told what was there before both. Where there is none, what was
/// there before comes back, if there is room; without it a block by hand goes, and one that the server made by itself
/// since stays.
async fn take_back_block(tx: &mut Conn, action: &Action, undo: &Undo<'_>) -> Outcome<()> {
    if let Some(mut later) = row::next_block(tx, action).await? {
        later.before.clone_from(&action.before);
        row::settle(tx, &later).await?;
        return Ok(Ok(()));
    }
    let network = readable("network", block::parse(&action.scope))?;
    let back = match undo.back(action.before.as_ref()) {
        Ok(back) => back,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    let stands = blocks::take(tx, network).await?;
    let automatic = stands.filter(|known| known.hand == Hand::Automatic);
    if back.is_some() && !blocks::make_room(tx, undo.most).await? {
        return Ok(Err(Obstacle::Full));
    }
    if let Some(block) = back.or(automatic) {
        blocks::put(tx, &block).await?;
    }
    Ok(Ok(()))
}
