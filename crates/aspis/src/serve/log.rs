//! The security log beside the server: how it is written, who is told how it fares, and whether its chain holds.

use std::{io::ErrorKind, path::PathBuf, sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    event::{Event, Kind},
    refusal::Rule,
};
use aspis_watch::security_log::{
    Format, Options, SecurityLog,
    life::name,
    verify::{Report, verify},
};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::{
    app::App,
    known_log,
    settings::{LogFormat, Settings},
};

/// Remembers which log is ours, and tells where it stands in the place of another one: that one was taken away with its key.
pub(super) async fn know(app: &App) {
    // Each of several nodes writes a log of its own.
    if app.node.is_one_of_many() {
        return;
    }
    let (data, now) = (app.settings.server.data.as_path(), app.clock.now());
    let is_another = match name(data) {
        Ok(Some(log)) => known_log::remember(&app.store, &log, now).await.unwrap_or(false),
        Ok(None) | Err(_) => false,
    };
    if is_another {
        tracing::error!("the security log was taken away with its key: another one was begun");
        let rule = Rule { place: Some("security-log.key".to_owned()), ..Rule::named("log.another") };
        app.events.record(Event { rule: Some(rule), ..Event::of_server(Kind::LogBroken, now) });
    }
}

/// How often the whole chain is looked at.
const VERIFY: Duration = Duration::from_secs(86_400);

/// How the settings want it written.
pub(crate) fn options(settings: &Settings, chance: &Arc<dyn Chance>, now: Timestamp) -> Options {
    let format = match settings.log.security_format {
        LogFormat::Native => Format::Native,
        LogFormat::Ecs => Format::Ecs,
        LogFormat::Ocsf => Format::Ocsf,
        LogFormat::Cef => Format::Cef,
    };
    Options { format, keep: settings.log.security_keep.get(), ..Options::new(Arc::clone(chance), now) }
}

/// Tells everybody who hears events of the log, too, counts how it fares, and looks at it now and each day.
pub(super) fn start(
    app: &Arc<App>,
    log: &Arc<SecurityLog>,
    tasks: &TaskTracker,
    stopped: &watch::Receiver<bool>,
) {
    log.heard_by(Arc::downgrade(&app.events));
    let asked = Arc::downgrade(log);
    app.metrics.ask_log_at(move || asked.upgrade().map(|log| log.standing()));
    tasks.spawn(keep_looking(Arc::clone(app), stopped.clone()));
}

async fn keep_looking(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        look(&app, stopped.clone()).await;
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(VERIFY) => {}
        }
    }
}

/// Looks at the whole chain. A server that stops does not wait for it.
async fn look(app: &Arc<App>, stopped: watch::Receiver<bool>) {
    let data: PathBuf = app.settings.server.data.as_path().to_owned();
    let looking = tokio::task::spawn_blocking(move || verify(&data, &|| !*stopped.borrow()));
    match looking.await {
        Ok(Ok(report)) if report.ok => tracing::debug!(lines = report.lines, "the security log is whole"),
        Ok(Ok(report)) => tell(app, &report),
        Ok(Err(error)) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::NotFound) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the security log could not be looked at"),
        Err(_) => tracing::error!("the look at the security log did not end well"),
    }
}

fn tell(app: &App, report: &Report) {
    let Some(first) = report.findings.first() else { return };
    let count = report.findings.len();
    tracing::error!(
        file = first.file,
        line = first.line,
        what = first.what.word(),
        count,
        "the security log is broken"
    );
    let place = first.line.map_or_else(|| first.file.clone(), |line| format!("{}:{line}", first.file));
    let named = Rule::named(format!("log.{}", first.what.word()));
    let rule = Some(Rule { place: Some(place), count: Some(count as u64), ..named });
    app.events.record(Event { rule, ..Event::of_server(Kind::LogBroken, app.clock.now()) });
}
