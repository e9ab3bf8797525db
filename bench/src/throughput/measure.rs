//! The rounds: every variant once in each, so that a noisy minute falls on all of them.

use std::time::Duration;

use anyhow::Context;

use super::sites::Sites;
use crate::{
    figures::{self, Figures, Target},
    line::Call,
    site::Site,
};

/// The safeguards that a setting switches off.
pub(super) const SWITCHES: [&str; 6] = ["rate", "inspect", "forgery", "scraping", "quota", "attack"];

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// axum alone, sent the request with a token.
    Bare,
    /// axum alone, sent what [`Self::ManyTokens`] is sent.
    BareMany,
    /// axum alone, with every field that an answer of the corridor has.
    BareDressed,
    /// The whole corridor; every client has its token.
    WithToken,
    /// The same with thousands of clients and tokens in turn.
    ManyTokens,
    /// The whole corridor without a token.
    WithoutToken,
    /// With a token, without one of [`SWITCHES`].
    Off(usize),
}

impl Variant {
    /// All of them, in the order they are shown.
    pub(super) const ALL: [Self; 12] = [
        Self::Bare,
        Self::BareMany,
        Self::BareDressed,
        Self::WithToken,
        Self::ManyTokens,
        Self::WithoutToken,
        Self::Off(0),
        Self::Off(1),
        Self::Off(2),
        Self::Off(3),
        Self::Off(4),
        Self::Off(5),
    ];

    /// Its name in reports.
    pub(super) fn name(self) -> String {
        match self {
            Self::Bare => "bare axum".to_owned(),
            Self::BareMany => "bare axum, many in turn".to_owned(),
            Self::BareDressed => "bare axum, the same fields".to_owned(),
            Self::WithToken => "aspis, one token".to_owned(),
            Self::ManyTokens => "aspis, many tokens in turn".to_owned(),
            Self::WithoutToken => "aspis without token".to_owned(),
            Self::Off(switch) => format!("aspis, {} off", SWITCHES[switch]),
        }
    }

    /// Where it stands in a round.
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Bare => 0,
            Self::BareMany => 1,
            Self::BareDressed => 2,
            Self::WithToken => 3,
            Self::ManyTokens => 4,
            Self::WithoutToken => 5,
            Self::Off(switch) => 6 + switch,
        }
    }

    /// The bare server that was sent the same requests.
    pub(super) const fn bare(self) -> Self {
        match self {
            Self::BareMany | Self::ManyTokens => Self::BareMany,
            _ => Self::Bare,
        }
    }

    fn of(self, sites: &Sites) -> (&Site, &[Call]) {
        match self {
            Self::Bare => (&sites.bare, &sites.bare.signed_in),
            Self::BareMany => (&sites.bare, &sites.many.signed_in),
            Self::BareDressed => (&sites.dressed, &sites.dressed.signed_in),
            Self::WithToken => (&sites.whole, &sites.whole.signed_in),
            Self::ManyTokens => (&sites.many, &sites.many.signed_in),
            Self::WithoutToken => (&sites.whole, &sites.whole.strangers),
            Self::Off(switch) => (&sites.off[switch], &sites.off[switch].signed_in),
        }
    }
}

/// One round, in the order of [`Variant::ALL`].
pub(super) type Round = [Figures; Variant::ALL.len()];

/// Measures all variants in turn.
pub(super) async fn rounds(
    sites: &Sites,
    rounds: u32,
    span: Duration,
    connections: usize,
) -> anyhow::Result<Vec<Round>> {
    let mut done = Vec::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        let mut figures = Vec::new();
        for variant in Variant::ALL {
            let (site, calls) = variant.of(sites);
            let pids = [site.server.pid()];
            let target = Target { address: site.server.address, pids: &pids, calls };
            let measured = figures::measure(target, span, connections).await;
            figures.push(measured.with_context(|| format!("measuring {}", variant.name()))?);
        }
        done.push(Round::try_from(figures).ok().context("a round has one measurement of each variant")?);
    }
    Ok(done)
}
