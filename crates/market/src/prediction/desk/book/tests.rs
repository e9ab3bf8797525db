use aspis_core::{
    refusal::Code,
    scenario::{denial_of_service::breaker, price_manipulation::plausible::Plausible},
};

use super::*;
use crate::prediction::tests::listed;

const T0: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

fn rules(workers: usize) -> Rules {
    Rules {
        warn_below: 0.7,
        plausible: Plausible { max: aspis_core::money::Fixed::MAX, distance: 0.1 },
        trusted_sources: Vec::new(),
        queue: queue::Rules { places: 10, workers, ..queue::Rules::default() },
        breaker: breaker::Rules { from: 4, probes: 2, ..breaker::Rules::default() },
        timeout: 5 * SECOND,
        hold_over: 0.1,
        due: SECOND,
    }
}

fn book() -> Book {
    Book::new(&rules(1))
}

fn wants(book: &mut Book, horizon: u32, now: Duration) -> Result<Seat, Refusal> {
    book.enter(Wanted::new(listed("BTC", 0), horizon), Rank::Prediction, now)
}

fn enter(book: &mut Book, horizon: u32, now: Duration) -> Seat {
    wants(book, horizon, now).unwrap()
}

const FAILED: Option<Result<Forecast, ForecastError>> = Some(Err(ForecastError::Failed("as it was told")));
const SHORT: Option<Result<Forecast, ForecastError>> = Some(Err(ForecastError::TooShort(3)));

/// Has the next one computed; its horizon.
fn compute(book: &mut Book, result: Option<Result<Forecast, ForecastError>>, now: Duration) -> u32 {
    let task = book.take(now).unwrap();
    book.finish(&task, result, now);
    task.wanted.horizon
}

fn refused(book: &mut Book, seat: &Seat) -> Option<Code> {
    for (phase, answer) in book.answers() {
        phase.send_replace(Phase::Done(answer));
    }
    match &*seat.phase.borrow() {
        Phase::Done(Err(refusal)) => Some(refusal.code()),
        Phase::Done(Ok(_)) | Phase::Waiting | Phase::Computing => None,
    }
}

fn opened() -> Book {
    let mut book = book();
    for horizon in 1..=4 {
        let _seat = enter(&mut book, horizon, T0);
        compute(&mut book, FAILED, T0);
    }
    assert_eq!(book.news().len(), 1);
    book
}

#[test]
fn first_come_first_served_and_equal_wishes_are_one() {
    let mut book = book();
    let seats: Vec<Seat> = [3, 1, 3, 2, 1].map(|horizon| enter(&mut book, horizon, T0)).into();
    assert_eq!((book.counts(T0).waiting, book.counts(T0).shared), (3, 2));
    assert_eq!([(); 3].map(|()| compute(&mut book, SHORT, T0)), [3, 1, 2]);
    assert!(
        seats.iter().all(|seat| refused(&mut book, seat) == Some(Code::Unavailable)),
        "everybody is told"
    );
    assert!(book.take(T0).is_none());
}

#[test]
fn another_day_is_another_wish() {
    let mut book = book();
    let of_day = |day| Wanted::new(listed("BTC", day), 1);
    let _first = book.enter(of_day(1), Rank::Prediction, T0).unwrap();
    let _second = book.enter(of_day(2), Rank::Prediction, T0).unwrap();
    assert_eq!(book.counts(T0).waiting, 2);
}

#[test]
fn who_joins_what_is_under_way_waits_in_no_line() {
    let mut book = book();
    let _first = enter(&mut book, 1, T0);
    let task = book.take(T0).unwrap();
    let second = enter(&mut book, 1, T0);
    assert_eq!((book.counts(T0).waiting, book.counts(T0).computing), (0, 1));
    book.finish(&task, SHORT, T0);
    assert!(refused(&mut book, &second).is_some());
}

#[test]
fn the_line_is_bounded_and_its_fullness_is_told_once_a_minute() {
    let mut book = book();
    let _seats: Vec<Seat> = (1..=10).map(|horizon| enter(&mut book, horizon, T0)).collect();
    assert!(book.is_full());
    let full = wants(&mut book, 11, T0).unwrap_err();
    assert_eq!((full.code(), full.retry_seconds()), (Code::ServerBusy, Some(1)));
    assert!(wants(&mut book, 1, T0).is_ok(), "who joins needs no place");
    assert_eq!(wants(&mut book, 12, T0).unwrap_err().code(), Code::ServerBusy);
    let told = book.news();
    assert_eq!(
        told.iter().map(|(kind, rule)| (*kind, rule.count)).collect::<Vec<_>>(),
        [(Kind::QueueFull, Some(10))]
    );
    assert_eq!(book.counts(T0).refused, 2);
}

#[test]
fn what_nobody_waits_for_is_not_computed() {
    let mut book = book();
    let seats: Vec<Seat> = [1, 2, 2].map(|horizon| enter(&mut book, horizon, T0)).into();
    book.leave(seats[0].place, T0);
    book.leave(seats[1].place, T0);
    assert_eq!(compute(&mut book, SHORT, T0), 2, "one of two still waits");
    assert!(book.take(T0).is_none() && book.jobs.is_empty() && book.shared.is_empty());
}

#[test]
fn what_was_begun_is_finished_though_nobody_waits() {
    let mut book = book();
    let seat = enter(&mut book, 1, T0);
    let task = book.take(T0).unwrap();
    book.leave(seat.place, T0);
    assert_eq!(book.counts(T0).computing, 1);
    book.finish(&task, FAILED, T0);
    assert_eq!(book.counts(T0).computing, 0);
}

#[test]
fn who_waited_too_long_is_sent_away() {
    let mut book = book();
    let late = enter(&mut book, 1, T0);
    let joined = enter(&mut book, 1, T0 + 4 * SECOND);
    assert_eq!(joined.patience, 6 * SECOND);
    let young = enter(&mut book, 2, T0 + 5 * SECOND);
    book.tidy(T0 + 10 * SECOND);
    assert_eq!(
        (refused(&mut book, &late), refused(&mut book, &joined)),
        (Some(Code::ServerBusy), Some(Code::ServerBusy))
    );
    book.give_up(young.place, false, T0 + 10 * SECOND);
    assert_eq!(refused(&mut book, &young), Some(Code::ServerBusy), "by a timer");
    assert!(book.take(T0).is_none());
    assert_eq!(book.counts(T0).refused, 3);
}

#[test]
fn a_timer_that_is_overtaken_does_nothing() {
    let mut book = book();
    let seat = enter(&mut book, 1, T0);
    let task = book.take(T0).unwrap();
    book.give_up(seat.place, false, T0);
    assert!(matches!(*seat.phase.borrow(), Phase::Computing));
    book.finish(&task, SHORT, T0);
    book.give_up(seat.place, true, T0);
    assert_eq!(book.counts(T0).stuck, 0);
}

#[test]
fn an_overdue_computation_is_a_fault_and_its_thread_is_not_counted_on() {
    let mut book = book();
    let seat = enter(&mut book, 1, T0);
    let first = book.take(T0).unwrap();
    let now = T0 + 5 * SECOND;
    book.tidy(now);
    assert_eq!(refused(&mut book, &seat), Some(Code::Unavailable));
    let _again = enter(&mut book, 1, now);
    let second = book.take(now).unwrap();
    assert_eq!((book.counts(now).stuck, book.counts(now).computing), (1, 1));
    book.finish(&first, SHORT, now);
    assert_eq!((book.counts(now).stuck, book.counts(now).computing), (0, 1), "it ends nothing but itself");
    book.finish(&second, SHORT, now);
}

#[test]
fn faults_open_it_and_the_assets_own_do_not() {
    let mut book = book();
    for horizon in 1..=30 {
        let _seat = enter(&mut book, horizon, T0);
        compute(&mut book, SHORT, T0);
    }
    assert_eq!(book.counts(T0).breaker, Stance::Closed);
    let mut book = opened();
    let refusal = wants(&mut book, 5, T0).unwrap_err();
    assert_eq!((refusal.code(), refusal.retry_seconds()), (Code::Unavailable, Some(10)));
}

#[test]
fn when_it_opens_those_in_the_line_are_told_at_once() {
    let mut book = book();
    let seats: Vec<Seat> = (1..=8).map(|horizon| enter(&mut book, horizon, T0)).collect();
    for _ in 0..4 {
        compute(&mut book, FAILED, T0);
    }
    assert!(seats.iter().all(|seat| refused(&mut book, seat) == Some(Code::Unavailable)));
    assert_eq!((book.counts(T0).waiting, book.jobs.len(), book.shared.len()), (0, 0, 0));
    assert_eq!(book.news(), [(Kind::BreakerOpened, Rule::named(refusals::BREAKER))]);
}

#[test]
fn half_open_it_lets_exactly_the_probes_in_and_closes_when_they_are_good() {
    let mut book = opened();
    let now = T0 + 10 * SECOND;
    let seats: Vec<Seat> = (1..=30).filter_map(|horizon| wants(&mut book, horizon, now).ok()).collect();
    assert_eq!(seats.len(), 2);
    compute(&mut book, SHORT, now);
    book.leave(seats[1].place, now);
    assert_eq!(book.counts(now).breaker, Stance::HalfOpen, "an abandoned probe is no good one");
    let _third = enter(&mut book, 3, now);
    compute(&mut book, SHORT, now);
    assert_eq!(book.news(), [(Kind::BreakerClosed, Rule::named(refusals::BREAKER))]);
    assert_eq!(book.counts(now).breaker, Stance::Closed);
}

#[test]
fn a_probe_that_hangs_opens_it_again_and_is_told_no_second_time() {
    let mut book = opened();
    let now = T0 + 10 * SECOND;
    let _probe = enter(&mut book, 1, now);
    let task = book.take(now).unwrap();
    book.leave(task.place, now);
    book.tidy(now + 5 * SECOND);
    assert_eq!(book.counts(now + 5 * SECOND).breaker, Stance::Open);
    assert!(book.news().is_empty());
}

#[test]
fn what_most_nodes_find_sends_the_line_home_and_is_no_finding_of_its_own() {
    let mut book = book();
    let seats: Vec<Seat> = (1..=3).map(|horizon| enter(&mut book, horizon, T0)).collect();
    book.follow(Change::Rose, T0);
    assert!(seats.iter().all(|seat| refused(&mut book, seat) == Some(Code::Unavailable)));
    assert_eq!(wants(&mut book, 5, T0).unwrap_err().retry_seconds(), Some(10));
    assert!(!book.finds_broken(T0));
    book.follow(Change::Fell, T0 + SECOND);
    let by_vote = || Rule { place: Some("by vote".to_owned()), ..Rule::named(refusals::BREAKER) };
    assert_eq!(book.news(), [(Kind::BreakerOpened, by_vote()), (Kind::BreakerClosed, by_vote())]);
    let _seat = enter(&mut book, 5, T0 + SECOND);
    assert_eq!(compute(&mut book, SHORT, T0 + SECOND), 5);
}

#[test]
fn what_it_found_itself_is_its_word_whatever_others_find() {
    let mut book = opened();
    book.follow(Change::Rose, T0);
    book.follow(Change::Fell, T0);
    assert!(book.finds_broken(T0) && book.news().is_empty());
    assert_eq!(book.counts(T0).breaker, Stance::Open);
}
