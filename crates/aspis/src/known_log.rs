//! Which security log a database belongs to. Who deletes a log with its anchor and its key leaves a database that remembers
//! it: the next start finds another one in its place.
//!
//! Deliberately not here: whether a log that is there is whole (`aspis_watch::security_log::verify`).

use aspis_core::clock::Timestamp;
use aspis_store::{Durable, Stored};
use serde::{Deserialize, Serialize};

/// Under which name it is kept in the database.
const NAME: &str = "security-log";

/// What the database knows of its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownLog {
    /// The word for it, made of its key.
    pub(crate) log: String,
    /// When a start found it in the place of another one, where it did.
    pub(crate) instead_since: Option<Timestamp>,
}

/// What is known; nothing before the first start of a release that remembers it.
pub(crate) async fn known(store: &Durable) -> Stored<Option<KnownLog>> {
    let kept = store.reports.report(NAME).await?;
    Ok(kept.and_then(|(_, text)| serde_json::from_str(&text).ok()))
}

/// Remembers the log that is there. True where it stands in the place of another one.
pub(crate) async fn remember(store: &Durable, log: &str, now: Timestamp) -> Stored<bool> {
    let known = known(store).await?;
    if known.as_ref().is_some_and(|known| known.log == log) {
        return Ok(false);
    }
    let is_another = known.is_some();
    let found = KnownLog { log: log.to_owned(), instead_since: is_another.then_some(now) };
    let text = serde_json::to_string(&found).unwrap_or_default();
    store.reports.keep(NAME, now, &text).await?;
    Ok(is_another)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aspis_store::memory::Memory;

    use super::*;

    #[tokio::test]
    async fn another_log_in_its_place_is_seen_once_and_remembered() {
        let store = Durable::of(Arc::new(Memory::default()));
        let at = Timestamp::from_seconds;
        assert_eq!(known(&store).await.expect("read"), None);
        for (log, second, is_another) in [("a", 1, false), ("a", 2, false), ("b", 3, true), ("b", 4, false)] {
            assert_eq!(remember(&store, log, at(second)).await.expect("kept"), is_another, "{log} {second}");
        }
        let found = KnownLog { log: "b".to_owned(), instead_since: Some(at(3)) };
        assert_eq!(known(&store).await.expect("read"), Some(found));
    }
}
