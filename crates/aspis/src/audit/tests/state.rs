//! What the database tells.

use aspis_core::{
    exemption::{Exemption, Scope, Whom},
    ids::{AccountId, ExemptionId},
};
use aspis_store::ledger::Audit;
use uuid::Uuid;

use super::*;
use crate::known_log::KnownLog;

const DAY: i64 = 86_400;

fn days(days: i64) -> Timestamp {
    Timestamp::from_seconds(now().seconds() + days * DAY)
}

fn exempt(whom: Whom, until: Timestamp) -> Facts {
    let exemption = Exemption {
        id: ExemptionId(Uuid::nil()),
        whom,
        scope: Scope::parse("rate.prices").expect("a rule"),
        since: now(),
        until,
        why: "the partner's batch".to_owned(),
        who: "an operator".to_owned(),
    };
    stored(|stored| stored.exemptions = vec![exemption])
}

fn network(text: &str) -> Whom {
    Whom::parse("client", text).expect("a network")
}

#[test]
fn exemptions_that_last_or_are_wide_are_found() {
    let one = Whom::Account(AccountId(Uuid::nil()));
    assert_eq!(ids(&exempt(one, days(7))), [""; 0]);
    assert_eq!(ids(&exempt(one, days(8))), ["exemption_lasts"]);
    for (text, wide) in [
        ("203.0.113.0/24", false),
        ("203.0.112.0/23", true),
        ("2001:db8::/48", false),
        ("2001:db8::/47", true),
        ("203.0.113.7", false),
    ] {
        let found = ids(&exempt(network(text), days(1)));
        assert_eq!(found, if wide { vec!["exemption_wide"] } else { vec![] }, "{text}");
    }
}

#[test]
fn books_that_do_not_balance_are_found() {
    let clean = Audit { entries: 7, ..Audit::default() };
    assert_eq!(ids(&stored(|stored| stored.books = clean)), [""; 0]);
    for books in
        [Audit { unbalanced: 1, ..clean }, Audit { drifted: 1, ..clean }, Audit { negative: 1, ..clean }]
    {
        assert_eq!(ids(&stored(|stored| stored.books = books)), ["ledger_broken"], "{books:?}");
    }
}

/// The database tells of a log that is gone with all that held it.
#[test]
fn a_log_that_is_gone_is_found() {
    let known = |instead_since| Some(KnownLog { log: "a".to_owned(), instead_since });
    let mut gone = stored(|stored| stored.log = known(None));
    assert_eq!(ids(&gone), [""; 0], "it is there");
    gone.chain = Sight::Seen(Chain::None);
    assert_eq!(ids(&gone), ["log_gone"]);
    let mut older = stored(|stored| stored.has_keys = true);
    older.chain = Sight::Seen(Chain::None);
    assert!(ids(&older).contains(&"log_gone".to_owned()), "a server has worked on it");
    for (ago, told) in [(1, true), (89, true), (91, false)] {
        let found = ids(&stored(|stored| stored.log = known(Some(days(-ago)))));
        assert_eq!(found.contains(&"log_gone".to_owned()), told, "{ago} days");
    }
}
