//! What commands ask for in incidents.

use std::sync::Arc;

use aspis_core::{event::Kind, refusal::Refusal};
use serde_json::{Value, json};

use super::{
    user,
    words::{Answer, Request},
};
use crate::{
    app::App,
    exemptions::{ExemptionOutput, Wish},
    incidents::{Ask, By, CarriedOutput, Playbook},
    routes::admin::lockouts::LockoutOutput,
};

/// Locked names that are told: more do not fit into an answer.
const TOLD: usize = 200;

/// Does what is asked; what was refused says why in words.
pub(super) async fn answer(app: &Arc<App>, request: &Request, uid: u32) -> Answer {
    let by = By::system(user(uid));
    match work(app, request, by).await {
        Ok(data) => Answer { data: Some(data), ..Answer::of(Ok(())) },
        Err(refusal) => {
            let data = json!({ "detail": refusal.facts().detail });
            Answer { data: Some(data), ..Answer::of(Err(refusal.code().word())) }
        }
    }
}

async fn work(app: &Arc<App>, request: &Request, by: By) -> Result<Value, Refusal> {
    Ok(match request {
        Request::Incident(ask) => json!(CarriedOutput::from(app.contain(Ask::clone(ask), by).await?)),
        Request::Undo(undo) => {
            let undone = app.undo(undo.id, by, undo.dry_run).await?;
            json!(CarriedOutput::undone(undone, undo.dry_run))
        }
        Request::Playbooks => Playbook::told(&app.incidents.desk.playbooks.load()),
        Request::Explain { request } => json!(app.explain(*request).await?),
        Request::Exempt(wish) => json!(ExemptionOutput::from(&app.exempt(Wish::clone(wish), by).await?)),
        Request::EndExemption { id } => json!(ExemptionOutput::from(&app.end_exemption(*id, by).await?)),
        Request::Lockouts => {
            let told = app.people.lockouts(TOLD).await?.into_iter().map(LockoutOutput::from);
            json!({ "lockouts": told.collect::<Vec<_>>() })
        }
        Request::LiftLock { name } => {
            let lifted = app.people.lift_lock(name).await?;
            if let Some(id) = &lifted {
                app.incidents.desk.tell(Kind::LockLifted, &by, id, None);
            }
            json!({ "lifted": lifted.is_some() })
        }
        _ => Value::Null,
    })
}
