//! Watching: the security log and the metrics, both fed by what `core` calls events; and the mail that tells people.
//!
//! Deliberately not here: deciding anything about a request.

pub mod alerts;
pub mod archive;
pub mod backup;
pub mod channels;
pub mod decisions;
pub mod file;
pub mod mail;
pub mod metrics;
pub mod otel;
pub mod recent;
pub mod security_log;

use std::sync::Arc;

use aspis_core::event::{Event, Sink};

/// Hands every event to several sinks.
pub struct Fan(pub Vec<Arc<dyn Sink>>);

impl Sink for Fan {
    fn record(&self, event: Event) {
        if let Some((last, others)) = self.0.split_last() {
            for sink in others {
                sink.see(&event);
            }
            last.record(event);
        }
    }
}
