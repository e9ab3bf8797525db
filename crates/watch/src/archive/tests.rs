use std::sync::{Arc, Weak};

use aspis_core::{
    chance::SeededChance,
    event::{Event, Kind, Sink},
    refusal::{Bound, Code, Rule},
};

use super::*;
use crate::security_log::{Format, Options, SecurityLog};

mod pages;

const DAY: i64 = 86_400;

fn client(last: u8) -> Client {
    Client::from_ip([203, 0, 113, last].into())
}

fn account(n: u128) -> AccountId {
    AccountId(uuid::Uuid::from_u128(n))
}

/// Three days of twenty events each; the even ones are of one client.
fn furnished(format: Format) -> (tempfile::TempDir, SecurityLog) {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { format, ..Options::new(Arc::new(SeededChance::new(7)), Timestamp(0)) };
    let log = SecurityLog::open(folder.path(), options).expect("opened");
    // Nobody hears that days are closed, so that it is not written down here either.
    log.heard_by(Weak::<SecurityLog>::new());
    for n in 0..60_u8 {
        let at = Timestamp::from_seconds((20_000 + i64::from(n / 20)) * DAY + i64::from(n % 20) * 60);
        let kind = if n.is_multiple_of(3) { Kind::SignedIn } else { Kind::Refused(Code::SqliAttempt) };
        let bound = Some(Bound { limit: 5, window_s: Some(60) });
        log.record(Event {
            client: Some(client(n % 2)),
            account: Some(account(u128::from(n % 5))),
            key: Some(KeyId(uuid::Uuid::from_u128(u128::from(n % 7)))),
            request: Some(RequestId(uuid::Uuid::from_u128(u128::from(n)))),
            rule: Some(Rule { count: Some(u64::from(n)), bound, ..Rule::named("a=b\\c") }),
            ..Event::of_server(kind, at)
        });
    }
    let archived = || std::fs::read_dir(folder.path().join("logs/archive")).expect("a folder").count();
    while archived() < 2 || Place::in_data(folder.path()).days().expect("read").iter().any(|day| !day.zipped)
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    (folder, log)
}

fn seqs(data: &Path, query: &Query) -> Vec<u64> {
    read(data, query).expect("read").events.iter().map(|seen| seen.seq).collect()
}

#[test]
fn what_is_asked_is_found_newest_first_in_every_form() {
    for format in [Format::Native, Format::Ecs, Format::Ocsf, Format::Cef] {
        let (folder, log) = furnished(format);
        log.close();
        let all = Query { limit: 100, ..Query::default() };
        let expected =
            |is: &dyn Fn(u64) -> bool| (0..60).rev().filter(|n| is(*n)).map(|n| n + 1).collect::<Vec<_>>();
        let at = |day: i64, minute: i64| Some(Timestamp::from_seconds((20_000 + day) * DAY + minute * 60));
        let cases: [(Query, Vec<u64>); 9] = [
            (all.clone(), expected(&|_| true)),
            (Query { client: Some(client(1)), ..all.clone() }, expected(&|n| n % 2 == 1)),
            (Query { account: Some(account(3)), ..all.clone() }, expected(&|n| n % 5 == 3)),
            (Query { key: Some(KeyId(uuid::Uuid::from_u128(4))), ..all.clone() }, expected(&|n| n % 7 == 4)),
            (Query { kind: Some("login_success".to_owned()), ..all.clone() }, expected(&|n| n % 3 == 0)),
            (Query { scenario: Some(Scenario::SqlInjection), ..all.clone() }, expected(&|n| n % 3 != 0)),
            (Query { request: Some(RequestId(uuid::Uuid::from_u128(7))), ..all.clone() }, vec![8]),
            (
                Query { since: at(1, 10), until: at(2, 5), ..all.clone() },
                expected(&|n| (30..=45).contains(&n)),
            ),
            (Query { client: Some(client(9)), ..all.clone() }, vec![]),
        ];
        for (query, expected) in cases {
            assert_eq!(seqs(folder.path(), &query), expected, "{format:?} {query:?}");
        }
        let page = read(folder.path(), &Query { limit: 1, ..all }).expect("read");
        let rule = page.events[0].rule.clone().expect("a rule");
        assert_eq!(
            (rule.name.as_str(), rule.limit, rule.window_s),
            ("a=b\\c", Some(5), Some(60)),
            "{format:?}"
        );
    }
}

/// A request of which a flood has left no line is within a sum.
#[test]
fn a_request_without_a_line_is_found_in_its_sum() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = SecurityLog::open(folder.path(), Options::new(Arc::new(SeededChance::new(7)), Timestamp(0)));
    let log = log.expect("opened");
    for n in 0..100 {
        log.record(Event {
            client: Some(client(1)),
            request: Some(RequestId(uuid::Uuid::from_u128(n))),
            ..Event::of_server(Kind::Refused(Code::RateLimited), Timestamp(1))
        });
    }
    log.close();
    let of =
        |n: u128| Query { request: Some(RequestId(uuid::Uuid::from_u128(n))), limit: 9, ..Query::default() };
    let sum = read(folder.path(), &of(70)).expect("read").events;
    assert_eq!((sum.len(), sum[0].repeated), (1, Some(70)));
    assert_eq!(read(folder.path(), &of(10)).expect("read").events[0].repeated, None);
    assert!(read(folder.path(), &of(100)).expect("read").events.is_empty());
}

#[test]
fn who_follows_sees_what_comes_and_what_a_closed_day_held() {
    let (folder, log) = furnished(Format::Native);
    let query = Query { client: Some(client(1)), ..Query::default() };
    std::thread::sleep(std::time::Duration::from_millis(50));
    let mut follow = Follow::begin(folder.path(), &query).expect("begun");
    assert!(follow.look().expect("read").is_empty());
    for (day, last) in [(20_002, 1), (20_002, 2), (20_003, 1), (20_003, 1)] {
        let at = Timestamp::from_seconds(day * DAY + DAY - 60);
        log.record(Event { client: Some(client(last)), ..Event::of_server(Kind::Stopped, at) });
    }
    log.close();
    let seen: Vec<u64> = follow.look().expect("read").iter().map(|seen| seen.seq).collect();
    assert_eq!(seen, [61, 63, 64]);
    assert!(follow.look().expect("read").is_empty());
}
