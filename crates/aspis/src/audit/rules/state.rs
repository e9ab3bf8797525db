//! What the database tells: a log that is gone, exemptions that last, books that do not balance.

use std::time::Duration;

use aspis_core::exemption::{Exemption, Whom};
use ipnet::IpNet;

use super::{
    super::facts::{Chain, Stored},
    Facts, Look, Rule, Severity, found, listed, seen,
};
use crate::home::Home;

const AREA: &str = "state";
/// How long an exemption is one for a time.
const LASTING: Duration = Duration::from_secs(7 * 86_400);
/// How long it is told that a log was taken away.
const TOLD: Duration = Duration::from_secs(90 * 86_400);
/// The most that a finding lists.
const LISTED: usize = 10;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "log_gone",
        area: AREA,
        severity: Severity::High,
        why: "nobody can say what happened before; who takes the log away with its key has something to hide",
        mend: "find out who could write the data folder, and look into the log of the newest backup",
        look: log,
    },
    Rule {
        id: "ledger_broken",
        area: AREA,
        severity: Severity::High,
        why: "somebody's cash or holdings are not what their trades come to",
        mend: "the runbook says what to do: stop trades, compare with the newest backup whose books balance",
        look: |facts| {
            seen(&facts.stored, |stored| {
                let books = stored.books;
                found(!books.is_clean(), || {
                    format!(
                        "entries that do not balance: {}, balances that are not their sum: {}, below zero: {}",
                        books.unbalanced, books.drifted, books.negative
                    )
                })
            })
        },
    },
    Rule {
        id: "exemption_lasts",
        area: AREA,
        severity: Severity::Medium,
        why: "whoever comes by that address, account or key is not looked at, long after the reason is gone",
        mend: "aspis exempt end ID; change the setting that is too tight instead",
        look: |facts| exempted(facts, "for more than 7 days", |one| one.until.since(one.since) > LASTING),
    },
    Rule {
        id: "exemption_wide",
        area: AREA,
        severity: Severity::Medium,
        why: "everybody in these networks is excused, and not only who was meant",
        mend: "aspis exempt end ID; name the address, the account or the key: aspis exempt --account ID",
        look: |facts| exempted(facts, "for a wide network", |one| is_wide(one.whom)),
    },
];

/// It is gone where the database has had one, or where a start has found another one in its place.
fn log(facts: &Facts) -> Look {
    seen(&facts.stored, |stored| seen(&facts.chain, |chain| gone(facts, stored, chain)))
}

fn gone(facts: &Facts, stored: &Stored, chain: &Chain) -> Look {
    let known = stored.log.as_ref();
    if *chain == Chain::None {
        // A server's database has nodes that have not begun yet.
        let is_file = Home::of(&facts.settings).file().is_some();
        let had_one = known.is_some() || (is_file && stored.has_keys);
        return found(had_one, || {
            "there is no security log, and a server has worked on this database".into()
        });
    }
    let since = known.and_then(|known| known.instead_since);
    let recent = since.filter(|since| facts.now.since(*since) < TOLD);
    recent.map_or(Look::Fine, |at| {
        Look::Found(format!("another log was found in its place at the start of {at}"))
    })
}

fn exempted(facts: &Facts, says: &str, is_meant: impl Fn(&Exemption) -> bool) -> Look {
    seen(&facts.stored, |stored| {
        let meant = stored.exemptions.iter().filter(|one| is_meant(one)).take(LISTED);
        let names: Vec<String> = meant
            .map(|one| {
                format!("{} ({} {} from {})", one.id, one.whom.kind(), one.whom.name(), one.scope.as_str())
            })
            .collect();
        found(!names.is_empty(), || format!("{says}: {}", listed(&names)))
    })
}

/// More than one usual network of one house: 256 addresses of IPv4, a /48 of IPv6.
fn is_wide(whom: Whom) -> bool {
    match whom {
        Whom::Client(IpNet::V4(network)) => network.prefix_len() < 24,
        Whom::Client(IpNet::V6(network)) => network.prefix_len() < 48,
        Whom::Account(_) | Whom::Key(_) => false,
    }
}
