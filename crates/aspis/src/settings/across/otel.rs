//! A collector that cannot be reached as it is written.

use aspis_watch::otel::{Collector, CollectorError};

use super::Clash;
use crate::settings::Settings;

pub(super) fn a_collector_is_whole(s: &Settings) -> Option<Clash> {
    let wrong = collector(s)?.err()?;
    let keys = match wrong {
        CollectorError::Address => ["otel.endpoint", "otel.headers"],
        CollectorError::Field | CollectorError::Clear => ["otel.headers", "otel.endpoint"],
    };
    Some(Clash { keys: keys.to_vec(), message: wrong.to_string() })
}

/// The collector of the settings, where one is set.
pub(crate) fn collector(s: &Settings) -> Option<Result<Collector, CollectorError>> {
    Some(Collector::parse(s.otel.endpoint.get()?, &s.otel.headers.get()))
}
