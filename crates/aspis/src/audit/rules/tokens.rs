//! What opens something, and for how long: passwords, tokens, step-ups, keys, and pages of other sites.

use std::time::Duration;

use super::{Rule, Severity, found, listed};
use crate::settings::{Mode, Suspend};

const AREA: &str = "people and keys";
/// How long a token that was stolen, or an open screen, should be good for at most.
const LONG: Duration = Duration::from_secs(3600);

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "password_weak",
        area: AREA,
        severity: Severity::Medium,
        why: "people choose what is guessed first; at 0 the shipped lists are not asked either",
        mend: "password.min_score = 2",
        look: |facts| {
            let (own, least) = (facts.settings.password.min_score, facts.shipped.password.min_score);
            found(own.get() < least.get(), || format!("password.min_score is {}", own.get()))
        },
    },
    Rule {
        id: "access_token_long",
        area: AREA,
        severity: Severity::Medium,
        why: "a token that leaks is good for as long, and says what was true when it was made",
        mend: "auth.access_token = \"15m\": clients renew it by themselves",
        look: |facts| {
            let own = facts.settings.auth.access_token;
            found(own.get() > LONG, || format!("auth.access_token is {own}"))
        },
    },
    Rule {
        id: "step_up_long",
        area: AREA,
        severity: Severity::Medium,
        why: "who finds an open screen can change the password, the factors and the keys of its owner",
        mend: "auth.step_up = \"10m\"",
        look: |facts| {
            let own = facts.settings.auth.step_up;
            found(own.get() > LONG, || format!("auth.step_up is {own}"))
        },
    },
    Rule {
        id: "keys_unwatched",
        area: AREA,
        severity: Severity::Medium,
        why: "a key that was stolen is used from elsewhere, and nobody looks",
        mend: "keys.suspend = \"suspend\", or \"signal\"",
        look: |facts| {
            found(facts.settings.keys.suspend == Suspend::Off, || "keys.suspend is \"off\"".to_owned())
        },
    },
    Rule {
        id: "cors_http",
        area: AREA,
        severity: Severity::Medium,
        why: "whoever is on the way to such a page writes it, and calls with what its user may do",
        mend: "cors.origins = [\"https://app.example.com\"]",
        look: |facts| {
            let own = &facts.settings;
            let plain = own.cors.origins.as_slice().iter().filter(|origin| origin.starts_with("http://"));
            let plain: Vec<String> = plain.cloned().collect();
            found(own.mode == Mode::Production && !plain.is_empty(), || {
                format!("cors.origins names {}", listed(&plain))
            })
        },
    },
];
