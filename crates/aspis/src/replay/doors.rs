//! The doors of the corridor, as far as facts tell: which of them would turn a request away under other settings.

use std::borrow::Cow;

use aspis_watch::decisions::Answered;

use super::windows::{Limits, client};
use crate::settings::{Doors, Settings, Stance};

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It gets as far as it did, or further.
    Passes,
    /// This rule turns it away.
    Stopped(Cow<'static, str>),
}

/// What turned a request away, as the log tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Was {
    /// Nothing.
    Answered,
    /// A rule that can be asked again.
    Stopped(Cow<'static, str>),
    /// Something else: its words, its credential, its handler.
    Other,
}

/// Doors that come before the windows.
const EARLY: [&str; 7] = ["blocked", "spared", "https", "shape", "inspect", "identify", "spared_late"];

pub(super) fn was(answered: &Answered) -> Was {
    let Some(refused) = answered.refused.clone() else { return Was::Answered };
    let by_rule = || answered.rule.clone().unwrap_or(refused);
    match answered.door.as_deref() {
        Some(
            "blocked" | "spared" | "spared_late" | "https" | "inspect" | "rate" | "scraping" | "challenge"
            | "forgery",
        ) => Was::Stopped(by_rule()),
        _ => Was::Other,
    }
}

/// Asks the doors again, in their order.
pub(super) fn judge(settings: &Settings, limits: &mut Limits, answered: &Answered) -> Verdict {
    let doors = settings.safeguards.of(&answered.route);
    let door = answered.door.as_deref();
    if let Some(rule) = early(settings, doors, answered) {
        return Verdict::Stopped(rule);
    }
    // A request that its form turned away was never counted, and is not now.
    let was_lifted = matches!(door, Some("blocked" | "spared" | "https" | "inspect"));
    let reached = answered.judged || was_lifted || !door.is_some_and(|door| EARLY.contains(&door));
    if reached && doors.rate != Stance::Off && !limits.admit(answered) {
        let exempt = answered.exempt && passed(answered) == Some("rate");
        if doors.rate == Stance::Enforce && !exempt {
            return Verdict::Stopped(format!("rate.{}", answered.class).into());
        }
    }
    late(settings, doors, answered).map_or(Verdict::Passes, Verdict::Stopped)
}

fn passed(answered: &Answered) -> Option<&str> {
    answered.passed.as_ref().map(|(door, _)| &**door)
}

/// The verdict of a door that does not count, under another stance: the rule, where it would turn the request away.
fn stands(answered: &Answered, name: &str, stance: Stance) -> Option<Cow<'static, str>> {
    if stance != Stance::Enforce {
        return None;
    }
    let word = answered.refused.clone().unwrap_or_default();
    if answered.door.as_deref() == Some(name) {
        return Some(answered.rule.clone().unwrap_or(word));
    }
    match &answered.passed {
        Some((door, word)) if door == name && !answered.exempt => Some(word.clone()),
        _ => None,
    }
}

fn early(settings: &Settings, doors: Doors, answered: &Answered) -> Option<Cow<'static, str>> {
    if let Some(door @ ("blocked" | "spared" | "spared_late")) = answered.door.as_deref() {
        let allowed = client(&answered.client).is_some_and(|client| {
            let own = settings.block.allow.as_slice().iter();
            let network = aspis_core::block::of_client(client);
            own.chain(settings.server.trusted_proxies.as_slice())
                .any(|net| aspis_core::block::fold(*net).contains(&network))
        });
        // What a page had sent from an address that is shut out for that is turned away at the first door, too.
        let by_itself = door != "blocked" || answered.rule.as_deref() == Some("block.automatic");
        let lifted = allowed || by_itself && !settings.block.auto;
        let rule = answered.rule.clone().unwrap_or("block".into());
        return (!lifted).then_some(rule);
    }
    let https = stands(answered, "https", doors.https);
    // A finding in a body comes after the windows.
    https.or_else(|| (!answered.judged).then(|| stands(answered, "inspect", doors.inspect)).flatten())
}

fn late(settings: &Settings, doors: Doors, answered: &Answered) -> Option<Cow<'static, str>> {
    stands(answered, "inspect", doors.inspect)
        .or_else(|| scraping(settings, doors, answered))
        .or_else(|| stands(answered, "challenge", doors.attack))
        .or_else(|| stands(answered, "forgery", doors.forgery))
}

/// The threshold alone is asked again: what a sign is, only the words of requests could tell.
fn scraping(settings: &Settings, doors: Doors, answered: &Answered) -> Option<Cow<'static, str>> {
    let is_score = answered.rule.as_deref().is_none_or(|rule| rule == "scraping.score");
    let Some(score) = answered.score.filter(|_| is_score) else {
        return stands(answered, "scraping", doors.scraping);
    };
    let suspected = score >= settings.scraping.score.get();
    if !suspected {
        return None;
    }
    // Who was suspected and let in had solved a challenge.
    let newly = !answered.suspected && doors.scraping == Stance::Enforce;
    newly.then(|| "scraping.score".into()).or_else(|| stands(answered, "scraping", doors.scraping))
}
