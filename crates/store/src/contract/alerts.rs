//! Alerts.

use aspis_core::{
    alert::{Severity, Subject},
    client::Client,
    ids::{AccountId, AlertId, KeyId, RequestId},
    refusal::Bound,
    scenario::data_scraping::quota::Day,
};
use uuid::Uuid;

use super::{account, at};
use crate::{
    Durable,
    alerts::{AlertQuery, AlertRow, Unheard},
    quotas::Back,
};

/// An alert that began in this second and lasts.
fn alert(n: u128, began: i64) -> AlertRow {
    AlertRow {
        id: AlertId(Uuid::from_u128(n)),
        rule: "hostile.by_client".to_owned(),
        severity: Severity::Warning,
        subject: Subject::Client(Client::V4([192, 0, 2, 1].into())),
        began: at(began),
        at: at(began),
        ended: None,
        count: 3,
        bound: Some(Bound { limit: 3, window_s: Some(600) }),
        request: Some(RequestId(Uuid::from_u128(9))),
        enforced: true,
    }
}

fn all() -> AlertQuery {
    AlertQuery { limit: 100, ..AlertQuery::default() }
}

async fn numbers(home: &Durable, query: &AlertQuery) -> Vec<u128> {
    let rows = home.alerts.alerts(query).await.expect("read");
    rows.iter().map(|row| row.id.0.as_u128()).collect()
}

pub(super) async fn what_no_server_heard_is_left_for_the_next(home: Durable) {
    let left = |n: u128, seconds| Unheard {
        id: Uuid::from_u128(n),
        at: at(seconds),
        kind: "key_created".to_owned(),
        account: Some(AccountId(Uuid::from_u128(n))),
        key: (n == 1).then_some(KeyId(Uuid::from_u128(n))),
    };
    home.alerts.leave_unheard(&[left(1, 9), left(2, 3)]).await.expect("stored");
    home.alerts.leave_unheard(&[left(3, 5)]).await.expect("stored");
    home.alerts.leave_unheard(&[]).await.expect("nothing");
    assert_eq!(home.alerts.unheard(2).await.expect("read"), [left(2, 3), left(3, 5)]);
    home.alerts.forget_unheard(&[Uuid::from_u128(2), Uuid::from_u128(3)]).await.expect("forgotten");
    assert_eq!(home.alerts.unheard(10).await.expect("read"), [left(1, 9)]);
}

pub(super) async fn an_alert_is_written_as_it_is_now(home: Durable) {
    let rows = [
        alert(1, 5),
        AlertRow {
            subject: Subject::Named("it's \"odd\"; DROP TABLE alert".to_owned()),
            bound: Some(Bound { limit: 60, window_s: None }),
            request: None,
            enforced: false,
            ..alert(2, 6)
        },
        AlertRow { subject: Subject::Server, bound: None, count: u64::from(u32::MAX), ..alert(3, 7) },
    ];
    home.alerts.put_alerts(&rows).await.expect("stored");
    let mut stands = home.alerts.alerts(&all()).await.expect("read");
    stands.reverse();
    assert_eq!(stands, rows);
    let worse = AlertRow {
        severity: Severity::Critical,
        at: at(50),
        ended: Some(at(60)),
        count: 20,
        bound: Some(Bound { limit: 20, window_s: Some(600) }),
        ..alert(1, 5)
    };
    home.alerts.put_alerts(std::slice::from_ref(&worse)).await.expect("stored");
    home.alerts.put_alerts(&[]).await.expect("nothing to do");
    let over = AlertQuery { open: Some(false), ..all() };
    assert_eq!(home.alerts.alerts(&over).await.expect("read"), [worse]);
}

pub(super) async fn alerts_are_listed_in_parts(home: Durable) {
    let mut rows: Vec<_> = (1..=5).map(|n| alert(n, i64::try_from(n / 2).expect("small"))).collect();
    rows[2] = AlertRow {
        rule: "log.broken".to_owned(),
        severity: Severity::Critical,
        ended: Some(at(9)),
        ..alert(3, 1)
    };
    home.alerts.put_alerts(&rows).await.expect("stored");
    assert_eq!(numbers(&home, &all()).await, [5, 4, 3, 2, 1]);
    assert_eq!(numbers(&home, &AlertQuery { limit: 2, ..all() }).await, [5, 4]);
    let after = Some((at(2), AlertId(Uuid::from_u128(4))));
    assert_eq!(numbers(&home, &AlertQuery { after, ..all() }).await, [3, 2, 1]);
    assert_eq!(numbers(&home, &AlertQuery { open: Some(true), after, ..all() }).await, [2, 1]);
    assert_eq!(numbers(&home, &AlertQuery { open: Some(false), ..all() }).await, [3]);
    let rule = Some("hostile.by_client".to_owned());
    assert_eq!(numbers(&home, &AlertQuery { rule, ..all() }).await, [5, 4, 2, 1]);
    let severity = Some(Severity::Critical);
    assert_eq!(numbers(&home, &AlertQuery { severity, ..all() }).await, [3]);
}

pub(super) async fn alerts_that_are_over_are_forgotten(home: Durable) {
    let ended = |n: u128, second: i64| AlertRow { ended: Some(at(second)), ..alert(n, 1) };
    let rows = [alert(1, 1), ended(2, 10), ended(3, 20), ended(4, 30), ended(5, 40)];
    home.alerts.put_alerts(&rows).await.expect("stored");
    assert_eq!(home.alerts.sweep_alerts(at(20), 100).await.expect("swept"), 1);
    assert_eq!(numbers(&home, &all()).await, [5, 4, 3, 1]);
    assert_eq!(home.alerts.sweep_alerts(at(0), 1).await.expect("swept"), 2);
    assert_eq!(numbers(&home, &all()).await, [5, 1], "what lasts stays");
}

pub(super) async fn who_calls_often_is_found_with_what_is_usual(home: Durable) {
    let back =
        |n: u128, day: i64, calls: u64| Back { account: account(n, "").id, day: Day(day), bytes: 0, calls };
    let backs = [
        back(1, 100, 5001),
        back(1, 99, 70),
        back(1, 72, 60),
        back(1, 71, 9_999_999),
        back(2, 100, 1000),
        back(3, 100, 6000),
        back(4, 99, 60_000),
    ];
    home.quotas.give_back(&backs).await.expect("stored");
    let mut busy = home.alerts.busy_accounts(Day(100), 1000, 10).await.expect("read");
    for account in &mut busy {
        account.days.sort_unstable();
    }
    let found: Vec<_> =
        busy.iter().map(|busy| (busy.account.0.as_u128(), busy.today, busy.days.clone())).collect();
    assert_eq!(found, [(3, 6000, vec![]), (1, 5001, vec![60, 70])]);
    assert_eq!(home.alerts.busy_accounts(Day(100), 1000, 1).await.expect("read").len(), 1);
}
