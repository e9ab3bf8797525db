//! The database from the settings: what guards it, and how it stands.

use std::sync::Arc;

use aspis_core::{clock::Clock, event::Sink};
use aspis_store_sql::{Guard, Sql};

use super::{App, predictions::breaker};
use crate::settings::Settings;

/// What a server puts before its database; commands that work without a server put nothing.
pub fn guard(settings: &Settings, clock: &Arc<dyn Clock>, events: &Arc<dyn Sink>) -> Guard {
    Guard { rules: breaker(settings), clock: Arc::clone(clock), events: Arc::clone(events) }
}

/// Has the stance of the database asked for here. The metrics do not keep the database open.
pub fn count(app: &App, sql: &Arc<Sql>) {
    let asked = Arc::downgrade(sql);
    app.metrics.ask_database_at(move || asked.upgrade().map_or_else(Vec::new, |sql| sql.stances().into()));
}
