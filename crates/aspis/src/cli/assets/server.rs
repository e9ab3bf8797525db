//! The server that may run beside an import: it is told of new rows, and not kept from writing.

use std::{path::Path, sync::Arc, time::Duration};

use aspis_core::{
    clock::{Clock, SystemClock},
    event::{Event, Kind, Sink},
    refusal::Rule,
};

use super::import::security_log;
use crate::{
    control::{self, Imported, Request},
    settings::Settings,
};

/// How often it is told of new rows: they are served within a second.
const EVERY: Duration = Duration::from_millis(500);
/// The longest break for others who want to write.
const BREAK: Duration = Duration::from_millis(100);

pub(super) struct Server {
    settings: Settings,
    asset: String,
    clock: Arc<SystemClock>,
    runs: bool,
    told: Duration,
    wrote: Duration,
}

impl Server {
    pub(super) fn of(settings: &Settings, asset: &str, clock: &Arc<SystemClock>) -> Self {
        let runs = control::is_live(settings.server.data.as_path());
        let now = clock.uptime();
        let (settings, asset) = (settings.clone(), asset.to_owned());
        Self { settings, asset, clock: Arc::clone(clock), runs, told: now, wrote: now }
    }

    /// More rows are in. Who waits for the database looks again only now and then: it gets as long as we took.
    pub(super) fn rows_came(&mut self) {
        let now = self.clock.uptime();
        if !self.runs {
            return;
        }
        if now.saturating_sub(self.told) >= EVERY {
            let request = Request::ReloadPrices { asset: self.asset.clone() };
            // A server that went away in between reads everything at its next start.
            let _ = control::ask(self.data(), &request);
            self.told = self.clock.uptime();
        }
        std::thread::sleep(now.saturating_sub(self.wrote).min(BREAK));
        self.wrote = self.clock.uptime();
    }

    /// The file is in: the server serves it and writes that down; without one that is done here.
    pub(super) fn import_is_done(&self, done: Imported) -> anyhow::Result<()> {
        let request = Request::ImportDone(done);
        match control::ask(self.data(), &request) {
            Ok(Some(answer)) if answer.ok => return Ok(()),
            Ok(Some(answer)) => {
                eprintln!("aspis: the server does not serve it yet: {}", answer.error.unwrap_or_default());
            }
            Ok(None) => {}
            Err(error) => eprintln!("aspis: the server could not be told: {error}"),
        }
        let Request::ImportDone(done) = request else { return Ok(()) };
        self.write_down(&done)
    }

    fn data(&self) -> &Path {
        self.settings.server.data.as_path()
    }

    fn write_down(&self, done: &Imported) -> anyhow::Result<()> {
        let log = security_log(&self.settings, &self.clock)?;
        let who = control::user(nix::unistd::geteuid().as_raw());
        let place = Some(format!("{who}: {}", control::import_place(done)));
        let name = Kind::ImportDone.word();
        let rule = Rule { place, count: Some(done.written), ..Rule::named(name) };
        log.record(Event { rule: Some(rule), ..Event::of_server(Kind::ImportDone, self.clock.now()) });
        log.close();
        Ok(())
    }
}
