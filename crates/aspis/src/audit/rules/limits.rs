//! Settings that were made weaker than they are shipped.

use aspis_core::rate::Rate;

use super::{Facts, Look, Rule, Severity, found, listed};
use crate::settings::{Binding, Fingerprint, Rates, Settings, Stance};

const AREA: &str = "safeguards";
/// How many times the shipped rate is no longer a limit.
const RAISED: u128 = 10;
/// The same where somebody guesses.
const GUESSED: u128 = 4;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "safeguard_off",
        area: AREA,
        severity: Severity::High,
        why: "nobody looks at what it would refuse",
        mend: "safeguards.NAME = \"enforce\", or \"observe\" while you try it; safeguards.routes has single routes",
        look: |facts| stances(&facts.settings, Stance::Off, "off"),
    },
    Rule {
        id: "safeguard_observes",
        area: AREA,
        severity: Severity::Medium,
        why: "it records what it would refuse, and lets it pass",
        mend: "safeguards.NAME = \"enforce\"; safeguards.routes has single routes",
        look: |facts| stances(&facts.settings, Stance::Observe, "only observing"),
    },
    Rule {
        id: "rate_raised",
        area: AREA,
        severity: Severity::Medium,
        why: "many times the shipped rate holds no guesser (4 times) and no flood (10 times)",
        mend: "set them back: each key of [rate] has its default in docs/settings.md",
        look: rates,
    },
    Rule {
        id: "lock_late",
        area: AREA,
        severity: Severity::Medium,
        why: "a password can be guessed for as long as the name is not locked",
        mend: "lock.after = 5, lock.time = \"1h\"",
        look: |facts| {
            let (own, shipped) = (&facts.settings.lock, &facts.shipped.lock);
            let late = own.after.get() > 4 * shipped.after.get() || own.time.get() < shipped.time.get() / 6;
            found(late, || format!("a name is locked after {} failures, for {}", own.after.get(), own.time))
        },
    },
    Rule {
        id: "fingerprint_off",
        area: AREA,
        severity: Severity::Medium,
        why: "a token or session that was stolen is good from everywhere",
        mend: "auth.fingerprint = \"strict\", session.binding = \"strict\"",
        look: |facts| {
            let own = &facts.settings;
            let mut off = Vec::new();
            if own.auth.fingerprint != Fingerprint::Strict {
                off.push(format!("auth.fingerprint is \"{}\"", own.auth.fingerprint));
            }
            if own.session.binding == Binding::Off {
                off.push("session.binding is \"off\"".to_owned());
            }
            found(!off.is_empty(), || listed(&off))
        },
    },
    Rule {
        id: "hashing_weak",
        area: AREA,
        severity: Severity::High,
        why: "who copies the database guesses the passwords in it",
        mend: "password.argon2_memory_kib = 19456, password.argon2_passes = 2",
        look: |facts| {
            let (own, shipped) = (&facts.settings.password, &facts.shipped.password);
            let work = |password: &crate::settings::Password| {
                u64::from(password.argon2_memory_kib.get()) * u64::from(password.argon2_passes.get())
            };
            found(work(own) < work(shipped), || {
                format!("{} KiB with {} passes", own.argon2_memory_kib.get(), own.argon2_passes.get())
            })
        },
    },
    Rule {
        id: "block_auto_off",
        area: AREA,
        severity: Severity::Low,
        why: "who attacks again and again is refused each time, and never shut out",
        mend: "block.auto = true",
        look: |facts| found(!facts.settings.block.auto, || "block.auto is false".to_owned()),
    },
    Rule {
        id: "cors_everybody",
        area: AREA,
        severity: Severity::Medium,
        why: "the pages of every site may call with what they have",
        mend: "cors.origins = [\"https://app.example.com\"]",
        look: |facts| {
            let everybody = facts.settings.cors.origins.as_slice().iter().any(|origin| origin == "*");
            found(everybody, || "cors.origins names everybody".to_owned())
        },
    },
];

fn stances(settings: &Settings, stance: Stance, says: &str) -> Look {
    let own = &settings.safeguards;
    let all = [
        ("https", own.https),
        ("inspect", own.inspect),
        ("rate", own.rate),
        ("forgery", own.forgery),
        ("scraping", own.scraping),
        ("quota", own.quota),
        ("attack", own.attack),
    ];
    let general = all.iter().filter(|(_, is)| *is == stance).map(|(name, _)| (*name).to_owned());
    let single = own.routes.iter().filter(|(_, doors)| {
        let doors = [
            doors.https,
            doors.inspect,
            doors.rate,
            doors.forgery,
            doors.scraping,
            doors.quota,
            doors.attack,
        ];
        doors.contains(&Some(stance))
    });
    let names: Vec<String> = general.chain(single.map(|(route, _)| route.as_str().to_owned())).collect();
    found(!names.is_empty(), || format!("{says}: {}", listed(&names)))
}

fn rates(facts: &Facts) -> Look {
    let pairs = named(&facts.settings.rate).into_iter().zip(named(&facts.shipped.rate));
    let raised = pairs.filter(|((name, own), (_, shipped))| match *name {
        "login" | "register" => is_raised(*own, *shipped, GUESSED) || is_burst(*own, *shipped),
        _ => is_raised(*own, *shipped, RAISED),
    });
    let names: Vec<String> = raised.map(|((name, own), _)| format!("rate.{name} = \"{own}\"")).collect();
    found(!names.is_empty(), || listed(&names))
}

fn named(rates: &Rates) -> [(&'static str, Rate); 9] {
    [
        ("login", rates.login),
        ("register", rates.register),
        ("refresh", rates.refresh),
        ("refresh_family", rates.refresh_family),
        ("predict", rates.predict),
        ("portfolio", rates.portfolio),
        ("prices", rates.prices),
        ("static", rates.statics),
        ("default", rates.default),
    ]
}

/// More than so many times as often, reckoned without fractions.
fn is_raised(own: Rate, shipped: Rate, most: u128) -> bool {
    let often = |one: Rate, other: Rate| u128::from(one.limit) * other.window.as_millis();
    often(own, shipped) > most * often(shipped, own)
}

/// As many at once: an idle client may send all of a window.
fn is_burst(own: Rate, shipped: Rate) -> bool {
    u128::from(own.limit) > GUESSED * u128::from(shipped.limit)
}
