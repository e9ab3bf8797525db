//! The ledger, added up by the server itself: books that do not balance are told at once, whoever bent them.

use aspis_core::{
    event::{Event, Kind},
    refusal::Rule,
};
use aspis_store::ledger::Audit;

use super::App;

impl App {
    /// Adds all books up, and tells when they do not balance. To be called at the start and each hour.
    pub async fn look_at_books(&self) {
        match self.store.ledger.audit().await {
            Ok(found) if found.is_clean() => tracing::debug!(entries = found.entries, "the books balance"),
            Ok(found) => self.tell_of_books(found),
            // The database is what is wrong, and it is spoken of where it failed.
            Err(error) => tracing::debug!(%error, "the books were not looked at"),
        }
    }

    fn tell_of_books(&self, found: Audit) {
        let Audit { unbalanced, drifted, negative, .. } = found;
        tracing::error!(unbalanced, drifted, negative, "the books do not balance");
        let what = [("unbalanced", unbalanced), ("drifted", drifted), ("negative", negative)];
        let wrong = what.into_iter().filter(|(_, count)| *count > 0);
        let place = wrong.map(|(word, count)| format!("{word} {count}")).collect::<Vec<_>>().join(", ");
        let count = Some(unbalanced + drifted + negative);
        let rule = Some(Rule { place: Some(place), count, ..Rule::named("ledger.audit") });
        self.events.record(Event { rule, ..Event::of_server(Kind::LedgerBroken, self.clock.now()) });
    }
}
