use uuid::Uuid;

use super::*;

const START: Duration = Duration::from_secs(1000);
const LATE: Duration = Duration::from_secs(1030);

fn account(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

fn refused(exports: &Arc<Exports>, n: u128, now: Duration) -> String {
    let refusal = exports.begin(account(n), now).expect_err("no place");
    assert_eq!(refusal.code(), Code::ServerBusy);
    refusal.told_rule().expect("a rule").name.to_string()
}

/// One whose first bytes go out.
fn started(exports: &Arc<Exports>, n: u128, now: Duration) -> Export {
    let export = exports.begin(account(n), now).expect("a place");
    export.start(now);
    export
}

/// Reads at so many bytes a second for as long as one may.
fn reads(export: &Export, pace: u64) {
    export.took(usize::try_from(pace * PATIENCE.as_secs()).expect("small"), Duration::ZERO);
}

#[test]
fn exports_are_few_in_all_and_fewer_for_one() {
    let exports = Arc::new(Exports::new(3, 2));
    let first = exports.begin(account(1), START).expect("one");
    let _second = exports.begin(account(1), START).expect("two");
    assert_eq!(refused(&exports, 1, START), "admission.exports_per_account");
    let _other = exports.begin(account(2), START).expect("three");
    assert_eq!(refused(&exports, 3, START), "admission.exports", "enough in all");
    drop(first);
    assert!(exports.begin(account(3), START).is_ok());
    assert_eq!(exports.lock().places.len(), 2, "who runs none is forgotten");
}

#[test]
fn the_slowest_makes_room_and_who_reads_on_stays() {
    let exports = Arc::new(Exports::new(3, 1));
    let [fast, slow, slower] = [1, 2, 3].map(|n| started(&exports, n, START));
    for (export, pace) in [(&fast, PACE), (&slow, PACE - 1), (&slower, PACE / 2)] {
        reads(export, pace);
    }
    assert_eq!(refused(&exports, 4, START + Duration::from_millis(29_999)), "admission.exports");
    let newcomer = started(&exports, 4, LATE);
    assert_eq!([&fast, &slow, &slower].map(Export::is_over), [false, false, true]);
    drop(slower);
    let _another = started(&exports, 3, LATE);
    assert_eq!([fast.is_over(), slow.is_over(), newcomer.is_over()], [false, true, false]);
    assert_eq!(refused(&exports, 5, LATE), "admission.exports", "nobody else is slow");
    drop(slow);
    assert_eq!(exports.lock().places.len(), 3, "a place that was lost is not given back twice");
}

#[test]
fn who_has_two_makes_room_for_who_has_none() {
    let exports = Arc::new(Exports::new(3, 2));
    let [one, two, single] = [1, 1, 2].map(|n| started(&exports, n, START));
    for (export, pace) in [(&one, 9 * PACE), (&two, 8 * PACE), (&single, PACE / 9)] {
        reads(export, pace);
    }
    assert_eq!(refused(&exports, 1, LATE), "admission.exports_per_account");
    let newcomer = started(&exports, 3, LATE);
    assert_eq!([&one, &two, &single].map(Export::is_over), [false, true, false], "the slower of the two");
    drop(two);
    let second = started(&exports, 3, LATE);
    assert_eq!([&one, &single, &newcomer].map(Export::is_over), [false, true, false], "each has one");
    drop((one, single));
    let [_a, _b] = [4, 5].map(|n| exports.begin(account(n), LATE));
    assert!(!newcomer.is_over() && !second.is_over(), "nobody before their time");
}

#[test]
fn who_is_let_in_and_takes_nothing_costs_nobody_a_place() {
    let exports = Arc::new(Exports::new(2, 1));
    let [one, two] = [1, 2].map(|n| started(&exports, n, START));
    let pending = [3, 4].map(|n| exports.begin(account(n), LATE).expect("both would make room"));
    assert_eq!(refused(&exports, 5, LATE), "admission.exports", "and no third");
    drop(pending);
    assert!(!one.is_over() && !two.is_over());
    assert_eq!(exports.lock().places.len(), 2);
}

#[test]
fn a_slow_server_is_not_its_readers_fault() {
    let exports = Arc::new(Exports::new(1, 1));
    let patient = started(&exports, 1, START);
    patient.took(1000, Duration::from_secs(25));
    assert_eq!(refused(&exports, 2, LATE), "admission.exports", "it was read in five seconds");
    let later = LATE + Duration::from_secs(25);
    let _newcomer = started(&exports, 2, later);
    assert!(patient.is_over(), "and then for thirty in vain");
}
