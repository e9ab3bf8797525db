//! Who can do what: operators, the demo account, keys of all kinds.

use std::time::Duration;

use super::{Look, Rule, Severity, found, listed, seen};
use crate::settings::Mode;

const AREA: &str = "people and keys";
const DAY: Duration = Duration::from_secs(86_400);

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "operator_without_factor",
        area: AREA,
        severity: Severity::High,
        why: "a password alone is guessed or stolen; in production these operators can do nothing, either",
        mend: "have each enrol: POST /api/v1/auth/totp or /api/v1/auth/passkeys; or aspis users disable ACCOUNT",
        look: |facts| {
            let production = facts.settings.mode == Mode::Production;
            seen(&facts.stored, |stored| {
                let bare = &stored.operators.bare;
                found(production && !bare.is_empty(), || format!("without a second factor: {}", listed(bare)))
            })
        },
    },
    Rule {
        id: "no_operator",
        area: AREA,
        severity: Severity::Medium,
        why: "nobody can look at held prices, alerts and incidents over HTTP",
        mend: "use the invitation in the data folder, or aspis users invite",
        look: |facts| {
            seen(&facts.stored, |stored| {
                found(stored.operators.all == 0, || "there is no enabled account of an operator".to_owned())
            })
        },
    },
    Rule {
        id: "invitation_left",
        area: AREA,
        severity: Severity::Low,
        why: "it is spent or over, and only tells how it was",
        mend: "delete operator-invitation in the data folder",
        look: |facts| {
            let days = facts.disk.invitation_days.filter(|days| *days >= 7);
            days.map_or(Look::Fine, |days| Look::Found(format!("an invitation lies there since {days} days")))
        },
    },
    Rule {
        id: "demo_account",
        area: AREA,
        severity: Severity::High,
        why: "it was made for trying things out, and its password lies in a file",
        mend: "aspis users disable demo@example.org, and delete demo-password in the data folder",
        look: |facts| {
            let production = facts.settings.mode == Mode::Production;
            seen(&facts.stored, |stored| {
                let wrong = production && (stored.demo_account || facts.disk.demo_password);
                found(wrong, || "the demo account of development is there in production".to_owned())
            })
        },
    },
    Rule {
        id: "signing_key_old",
        area: AREA,
        severity: Severity::Medium,
        why: "a key that was copied unseen signs tokens for as long as it is good",
        mend: "auth.key_rotation = \"30d\"",
        look: |facts| {
            let rotation = facts.settings.auth.key_rotation;
            found(rotation.get() > 90 * DAY, || format!("auth.key_rotation is {rotation}"))
        },
    },
    Rule {
        id: "api_key_everywhere",
        area: AREA,
        severity: Severity::Low,
        why: "a key that leaks is good from everywhere, and these change something",
        mend: "give them networks (allowed_ips) when they are next rotated: aspis keys list",
        look: |facts| {
            seen(&facts.stored, |stored| {
                let open = &stored.keys.open;
                found(!open.is_empty(), || format!("keys that write and have no networks: {}", listed(open)))
            })
        },
    },
    Rule {
        id: "api_key_idle",
        area: AREA,
        severity: Severity::Low,
        why: "a key that nobody uses can only be misused",
        mend: "aspis keys revoke ID",
        look: |facts| {
            seen(&facts.stored, |stored| {
                let idle = &stored.keys.idle;
                found(!idle.is_empty(), || format!("not used for 14 days: {}", listed(idle)))
            })
        },
    },
    Rule {
        id: "vault_in_clear",
        area: AREA,
        severity: Severity::Low,
        why: "who can read the database or a backup that is not encrypted can sign tokens",
        mend: "give every node the same ASPIS_SECRETS_KEY (openssl rand -base64 32), keep it elsewhere, and start again",
        look: |facts| {
            seen(&facts.stored, |stored| {
                found(stored.vault_in_clear, || {
                    "the keys that nodes share lie in the database in clear".to_owned()
                })
            })
        },
    },
    Rule {
        id: "breached_list_unset",
        area: AREA,
        severity: Severity::Low,
        why: "passwords from breaches are tried first; the shipped list has the most common ones alone",
        mend: "password.list = \"FILE\": a list of passwords, one a line",
        look: |facts| {
            found(facts.settings.password.list.get().is_none(), || "password.list is empty".to_owned())
        },
    },
];
