//! New settings while the server runs: read anew, judged whole, and in force for every request that begins from then on,
//! or not at all.
//!
//! Deliberately not here: which keys take effect at once (`settings/change.rs`), and who asks for it.

use std::sync::Arc;

use aspis_core::{
    event::{Event, Kind},
    refusal::{Code, Refusal, Rule},
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{App, corridor, identity, incidents, scraping};
use crate::{
    aside::Aside,
    nodes::ANOTHER,
    settings::{Change, Kind as Wrong, Level, Loaded, Problem, Problems, Settings, Shown},
};

/// Reads every layer of settings anew.
pub(crate) type Again = Arc<dyn Fn() -> Result<Loaded, Problems> + Send + Sync>;
/// Writes the server log from this level on.
pub(crate) type Verbosity = Box<dyn Fn(Level) + Send + Sync>;
/// Reads the certificate anew, or says what is wrong with it; none where it is the one that is shown.
pub(crate) type Certificate = Arc<dyn Fn() -> Result<Option<Show>, String> + Send + Sync>;

/// A certificate that was read, and is not shown yet.
pub(crate) struct Show {
    /// What is said of it.
    pub(crate) word: String,
    /// Shows it.
    pub(crate) show: Box<dyn FnOnce() + Send>,
}

/// What a reload needs that the application has not.
pub(crate) struct Reloader {
    pub(crate) again: Again,
    pub(crate) verbosity: Verbosity,
    pub(crate) certificate: Certificate,
    /// What is in force. Held for the whole of a reload: one at a time.
    pub(crate) in_force: Mutex<Loaded>,
    /// Where files are read.
    pub(crate) aside: Aside,
}

/// What a reload did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reloaded {
    /// Keys whose new values are in force.
    pub(crate) changed: Vec<String>,
    /// Keys whose new values wait for a restart.
    pub(crate) waiting: Vec<String>,
    /// What is said of the certificate, where another one is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<String>,
}

impl Reloader {
    async fn reload(&self, app: &App) -> Result<Reloaded, Problems> {
        let mut in_force = self.in_force.lock().await;
        let (change, show) = self.read(in_force.clone()).await?;
        let settings = &change.in_force.settings;
        let watched =
            scraping::honey(settings, &app.board).map_err(|error| problem("scraping.honey_assets", error))?;
        // From here on nothing fails, and nothing waits.
        let certificate = show.map(|found| app.show(found));
        app.follow(settings, watched);
        (self.verbosity)(settings.log.level);
        *in_force = change.in_force;
        Ok(Reloaded { changed: change.changed, waiting: change.waiting, certificate })
    }
}

impl Reloader {
    /// Reads every file anew. That may never end, and has no effect of its own.
    async fn read(&self, in_force: Loaded) -> Result<(Change, Option<Show>), Problems> {
        let (again, certificate) = (Arc::clone(&self.again), Arc::clone(&self.certificate));
        let read = self.aside.run(move || {
            // Values of settings are files, too, and are looked at when they are judged.
            let change = in_force.change_to(again()?)?;
            let show = certificate().map_err(|error| problem("tls.certificate", error))?;
            Ok((change, show))
        });
        read.await.unwrap_or_else(|given_up| {
            let message = given_up.to_string();
            Err(Problem { kind: Wrong::Unreadable, origin: None, key: None, message }.into())
        })
    }
}

fn problem(key: &str, message: String) -> Problem {
    Problem { kind: Wrong::WrongValue, origin: None, key: Some(key.to_owned()), message }
}

impl App {
    /// Says how settings are read anew; the first word counts.
    pub(crate) fn reload_by(&self, reloader: Reloader) {
        let _ = self.reloader.set(reloader);
    }

    /// Every setting that is in force. Not while a reload is going on.
    pub(crate) fn shown_settings(&self) -> Result<Vec<Shown>, Refusal> {
        let Some(reloader) = self.reloader.get() else { return Ok(self.live.load().shown()) };
        let in_force = reloader.in_force.try_lock();
        let busy = |_| Refusal::because(Code::Unavailable, "The settings are being read anew.");
        in_force.map(|loaded| loaded.shown()).map_err(busy)
    }

    /// Reads the settings anew and puts in force what can be, or says all that is wrong and changes nothing.
    pub(crate) async fn reload(&self, by: &str) -> Result<Reloaded, Problems> {
        let Some(reloader) = self.reloader.get() else { return Ok(Reloaded::default()) };
        let outcome = reloader.reload(self).await;
        let (kind, place) = match &outcome {
            Ok(done) => (Kind::SettingsReloaded, format!("{by}: {}", said(done))),
            Err(problems) => (Kind::SettingsRefused, format!("{by}: {}", counted(problems))),
        };
        let rule = Some(Rule { place: Some(place), ..Rule::named(kind.word()) });
        self.events.record(Event { rule, ..Event::of_server(kind, self.clock.now()) });
        if outcome.is_ok()
            && by != ANOTHER
            && let Err(error) = self.node.tell_settings().await
        {
            tracing::warn!(%error, "other nodes were not told to read their settings");
        }
        outcome
    }

    /// Shows a certificate that was read; what is said of it.
    fn show(&self, found: Show) -> String {
        (found.show)();
        let rule =
            Rule { place: Some(format!("read anew: {}", found.word)), ..Rule::named("tls.certificate") };
        let event = Event::of_server(Kind::CertificateLoaded, self.clock.now());
        self.events.record(Event { rule: Some(rule), ..event });
        found.word
    }

    /// Every number, mode and list that is looked at while requests are served, replaced.
    fn follow(&self, settings: &Settings, honey: aspis_core::scenario::data_scraping::honey::Honey) {
        self.people.follow(&identity::tries(&settings.lock));
        self.incidents.blocks.allow(incidents::allowed(settings));
        self.incidents.desk.playbooks.store(Arc::new(crate::incidents::Playbook::all(settings)));
        if let Some(metering) = self.metering.get() {
            metering.follow(settings);
        }
        self.live.store(std::sync::Arc::new(settings.clone()));
        if let Some(layer) = self.corridor.get() {
            layer.change(|parts| {
                corridor::follow(parts, settings);
                scraping::follow(&mut parts.scraping, settings, &self.board, honey);
            });
        }
    }
}

/// What was done, by the names of keys.
fn said(done: &Reloaded) -> String {
    let certificate = done.certificate.as_ref().map(|_| "the certificate".to_owned());
    let changed: Vec<_> = done.changed.iter().cloned().chain(certificate).collect();
    let changed = if changed.is_empty() { "nothing changed".to_owned() } else { changed.join(", ") };
    if done.waiting.is_empty() {
        changed
    } else {
        format!("{changed}; waits for a restart: {}", done.waiting.join(", "))
    }
}

/// How much is wrong, and where it begins; never what was written there.
fn counted(problems: &Problems) -> String {
    let all = problems.as_slice();
    let first = all.iter().find_map(|problem| problem.key.as_deref()).unwrap_or("no key");
    format!("{} wrong, {first} the first", all.len())
}
