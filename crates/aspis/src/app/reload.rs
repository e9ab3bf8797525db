//! New settings while the server runs: read anew, judged whole, and in force for every request that begins from then on,
//! or not at all.
//!
//! Deliberately not here: which keys take effect at once (`settings/change.rs`), and who asks for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aspis_core::{
    event::{Event, Kind},
    refusal::Rule,
};
use serde::{Deserialize, Serialize};

use super::{App, corridor, identity, incidents, scraping};
use crate::settings::{Kind as Wrong, Level, Loaded, Problem, Problems, Settings};

/// Reads every layer of settings anew.
pub(crate) type Again = Box<dyn Fn() -> Result<Loaded, Problems> + Send + Sync>;
/// Writes the server log from this level on.
pub(crate) type Verbosity = Box<dyn Fn(Level) + Send + Sync>;
/// Reads the certificate anew, or says what is wrong with it.
pub(crate) type Certificate = Box<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What a reload needs that the application has not.
pub(crate) struct Reloader {
    pub(crate) again: Again,
    pub(crate) verbosity: Verbosity,
    pub(crate) certificate: Certificate,
    /// What is in force. Held for the whole of a reload: one at a time.
    pub(crate) in_force: Mutex<Loaded>,
}

/// What a reload did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reloaded {
    /// Keys whose new values are in force.
    pub(crate) changed: Vec<String>,
    /// Keys whose new values wait for a restart.
    pub(crate) waiting: Vec<String>,
}

impl Reloader {
    fn in_force(&self) -> MutexGuard<'_, Loaded> {
        // It is replaced in one step, when everything has been done.
        self.in_force.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reload(&self, app: &App) -> Result<Reloaded, Problems> {
        let mut in_force = self.in_force();
        let change = in_force.change_to((self.again)()?)?;
        let settings = &change.in_force.settings;
        let watched = scraping::honey(settings, &app.board)
            .map_err(|error| problem("scraping.honey_assets", error.to_string()))?;
        // The last that can fail, and the first that is done.
        (self.certificate)().map_err(|error| problem("tls.certificate", error))?;
        app.follow(settings, watched);
        (self.verbosity)(settings.log.level);
        *in_force = change.in_force;
        Ok(Reloaded { changed: change.changed, waiting: change.waiting })
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

    /// Reads the settings anew and puts in force what can be, or says all that is wrong and changes nothing. It reads
    /// files: not to be called where others wait.
    pub(crate) fn reload(&self, by: &str) -> Result<Reloaded, Problems> {
        let Some(reloader) = self.reloader.get() else { return Ok(Reloaded::default()) };
        let outcome = reloader.reload(self);
        let (kind, place) = match &outcome {
            Ok(done) => (Kind::SettingsReloaded, format!("{by}: {}", said(done))),
            Err(problems) => (Kind::SettingsRefused, format!("{by}: {}", counted(problems))),
        };
        let rule = Some(Rule { place: Some(place), ..Rule::named(kind.word()) });
        self.events.record(Event { rule, ..Event::of_server(kind, self.clock.now()) });
        outcome
    }

    /// Every number, mode and list that is looked at while requests are served, replaced.
    fn follow(&self, settings: &Settings, honey: aspis_core::scenario::data_scraping::honey::Honey) {
        self.people.follow(&identity::tries(&settings.lock));
        self.incidents.blocks.allow(incidents::allowed(settings));
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
    let changed =
        if done.changed.is_empty() { "nothing changed".to_owned() } else { done.changed.join(", ") };
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
