//! The audits that the server does by itself: kept, and what is new in one is told.

use std::{path::PathBuf, sync::Arc, time::Duration};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind},
    refusal::Rule,
};
use aspis_store::Stored;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::{
    app::App,
    audit::{Finding, Report, gather, judge},
    settings::Often,
};

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(300);
/// A new server has its first one after this.
const FIRST: Duration = Duration::from_secs(600);
/// Under which name the last one is kept.
const NAME: &str = "audit";
const DAY: Duration = Duration::from_secs(86_400);

/// Audits again and again until the server stops.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    tasks.spawn(keep(Arc::clone(app), stopped.clone()));
}

async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let period = match app.settings.audit.schedule {
        Often::Off => return,
        Often::Weekly => 7 * DAY,
        Often::Monthly => 30 * DAY,
    };
    let began = app.clock.now();
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { look(&app, began, period).await; tokio::time::sleep(LOOK).await } => {}
        }
    }
}

async fn look(app: &App, began: Timestamp, period: Duration) {
    if let Err(error) = audit(app, began, period).await {
        // The database is what is wrong, and it is spoken of where it failed.
        tracing::debug!(%error, "the deployment was not audited");
    }
}

async fn audit(app: &App, began: Timestamp, period: Duration) -> Stored<()> {
    let now = app.clock.now();
    let kept = app.store.reports.report(NAME).await?;
    let due = kept.as_ref().map_or(began.plus(FIRST), |(at, _)| at.plus(period));
    if now < due {
        return Ok(());
    }
    let before: Report = kept.and_then(|(_, text)| serde_json::from_str(&text).ok()).unwrap_or_default();
    let settings = app.live().clone();
    let config = app.backups.config.get().map(PathBuf::as_path);
    let report = judge(&gather(&settings, config, Ok(&app.store), now).await);
    let text = serde_json::to_string(&report).unwrap_or_default();
    app.store.reports.keep(NAME, now, &text).await?;
    tell(app, &report, &before, now);
    Ok(())
}

fn tell(app: &App, report: &Report, before: &Report, now: Timestamp) {
    let (count, hidden) = (report.findings.len(), report.not_checked.len());
    tracing::info!(findings = count, not_checked = hidden, "the deployment was audited");
    let place = Some(format!("{hidden} not checked"));
    let rule = Some(Rule { place, count: Some(count as u64), ..Rule::named(Kind::AuditDone.word()) });
    app.events.record(Event { rule, ..Event::of_server(Kind::AuditDone, now) });
    for Finding { id, severity, what, mend, .. } in report.new_since(before) {
        tracing::warn!(id, severity = severity.word(), what, mend, "an audit found something new");
        let rule = Some(Rule { place: Some(id.clone()), ..Rule::named(format!("audit.{id}")) });
        app.events.record(Event { rule, ..Event::of_server(Kind::AuditFinding, now) });
    }
}
