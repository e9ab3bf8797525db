//! What `aspis check` says of the certificate: what would stop the start, and what clients would refuse.

use std::fmt;

use aspis_core::clock::{Clock, SystemClock};
use serde::Serialize;

use crate::{
    settings::{Settings, Sources},
    tls::{self, Exam},
};

/// What is wrong with it; each with its mend.
#[derive(Debug, Serialize)]
pub(super) struct Certificate {
    wrong: Vec<Wrong>,
    /// Whether a server would start with it.
    #[serde(skip)]
    pub(super) starts: bool,
}

#[derive(Debug, Serialize)]
struct Wrong {
    what: String,
    mend: String,
}

const MEND: &str = "put the certificate and its own key there, the key with mode 0600";

const MEND_ROOT: &str =
    "put the authority's own certificate there, in PEM form; browsers' authorities need none";

impl Certificate {
    /// None where there is nothing to say, or where the settings themselves are wrong.
    pub(super) fn look(sources: &Sources) -> Option<Self> {
        let settings = Settings::load(sources).ok()?.settings;
        let now = SystemClock::start().now();
        let Exam { refused, flaws } = tls::exam(&settings, settings.server.data.as_path(), now);
        let starts = refused.is_none();
        let mend = if settings.acme.domains.as_slice().is_empty() { MEND } else { MEND_ROOT };
        let stops = refused.map(|what| Wrong { what, mend: mend.to_owned() });
        let flawed = flaws.iter().map(|flaw| Wrong { what: flaw.to_string(), mend: flaw.mend().to_owned() });
        let wrong: Vec<_> = stops.into_iter().chain(flawed).collect();
        (!wrong.is_empty()).then_some(Self { wrong, starts })
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Wrong { what, mend } in &self.wrong {
            writeln!(f, "{what}\n    mend  {mend}")?;
        }
        Ok(())
    }
}
