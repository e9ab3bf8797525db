use proptest::prelude::*;

use super::*;

const T0: Duration = Duration::from_secs(60);

fn queue(places: usize, workers: usize) -> Queue {
    Queue::new(Rules { places, workers, ..Rules::default() })
}

#[test]
fn strangers_fill_four_fifths_members_all_and_operators_a_little_more() {
    let mut queue = queue(100, 1);
    let filled = |queue: &mut Queue, rank| {
        while queue.enter(rank, T0).is_ok() {}
        queue.waiting()
    };
    assert_eq!(filled(&mut queue, Rank::StrangersPrediction), 80);
    assert_eq!(filled(&mut queue, Rank::Prediction), 100);
    assert_eq!(filled(&mut queue, Rank::Operator), 110);
    assert_eq!(queue.enter(Rank::Prediction, T0).unwrap_err().waiting, 110);
}

#[test]
fn a_line_of_one_takes_one_of_anybody() {
    for rank in [Rank::StrangersPrediction, Rank::Prediction] {
        let mut queue = queue(1, 1);
        assert!(queue.enter(rank, T0).is_ok());
        assert!(queue.enter(rank, T0).is_err());
        assert!(queue.enter(Rank::Operator, T0).is_ok());
    }
}

#[test]
fn the_wait_that_is_told_was_measured() {
    let mut queue = queue(4, 2);
    assert_eq!(queue.retry_after(), SECOND, "nothing is known yet");
    queue.measured(3 * SECOND);
    while queue.enter(Rank::Prediction, T0).is_ok() {}
    assert_eq!(queue.retry_after(), 8 * SECOND, "five of three seconds on two workers, rounded up");
    queue.measured(600 * SECOND);
    assert_eq!(queue.retry_after(), Rules::default().longest, "by then everybody was served or sent away");
    for _ in 0..100 {
        queue.measured(SECOND / 100);
    }
    assert_eq!(queue.retry_after(), SECOND);
}

#[test]
fn who_waited_too_long_is_sent_away_and_never_served() {
    let mut queue = queue(10, 1);
    let first = queue.enter(Rank::Prediction, T0).unwrap();
    let second = queue.enter(Rank::Prediction, T0 + SECOND).unwrap();
    let now = T0 + Duration::from_secs(10);
    assert_eq!(queue.late(now), Some(first));
    assert_eq!(queue.late(now), None);
    assert_eq!(queue.next(now), Some(second));
    assert_eq!((queue.next(now), queue.waiting()), (None, 0));
}

#[derive(Debug, Clone)]
enum Step {
    Enter(usize),
    Leave(usize),
    Next,
    Late,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_usize..3).prop_map(Step::Enter),
        1 => (0_usize..64).prop_map(Step::Leave),
        2 => Just(Step::Next),
        1 => Just(Step::Late),
        1 => (0_u64..5).prop_map(Step::Wait),
    ]
}

const RANKS: [Rank; 3] = [Rank::StrangersPrediction, Rank::Prediction, Rank::Operator];
const MOST: [usize; 3] = [8, 10, 11];

proptest! {
    #[test]
    fn it_is_a_list_of_names_and_times(steps in prop::collection::vec(step(), 1..400)) {
        let mut queue = queue(10, 1);
        let mut list: Vec<(Place, Duration)> = Vec::new();
        let mut now = T0;
        for step in steps {
            match step {
                Step::Enter(rank) => {
                    let entered = queue.enter(RANKS[rank], now);
                    prop_assert_eq!(entered.is_ok(), list.len() < MOST[rank]);
                    list.extend(entered.ok().map(|place| (place, now)));
                }
                Step::Leave(which) if !list.is_empty() => {
                    let (place, _) = list.remove(which % list.len());
                    prop_assert!(queue.leave(place));
                    prop_assert!(!queue.leave(place), "it has left already");
                }
                Step::Leave(_) => {}
                Step::Next | Step::Late => {
                    let is_late = |(_, since): &(Place, Duration)| now.saturating_sub(*since) >= 10 * SECOND;
                    let wanted = matches!(step, Step::Late);
                    let due = list.first().filter(|first| is_late(first) == wanted).map(|(place, _)| *place);
                    if due.is_some() {
                        list.remove(0);
                    }
                    prop_assert_eq!(if wanted { queue.late(now) } else { queue.next(now) }, due);
                }
                Step::Wait(seconds) => now += Duration::from_secs(seconds),
            }
            prop_assert_eq!(queue.waiting(), list.len());
        }
        let left: Vec<Place> = list.into_iter().map(|(place, _)| place).collect();
        prop_assert_eq!(queue.clear(), left);
    }
}
