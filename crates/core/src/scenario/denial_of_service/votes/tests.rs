use proptest::prelude::*;

use super::*;

mod together;

const SECOND: Duration = Duration::from_secs(1);

fn heard(nodes: u32, reading: u32) -> Heard {
    Heard { known: true, nodes, broken: [reading, 0, 0] }
}

/// One that has been heard for as long as a word lasts, and the moment after.
fn settled() -> (Tally, Duration) {
    let mut tally = Tally::default();
    assert_eq!(tally.hear(&Heard { known: false, ..heard(1, 0) }, Duration::ZERO), []);
    (tally, LASTS)
}

const ROSE: [(Part, Change); 1] = [(Part::Reading, Change::Rose)];
const FELL: [(Part, Change); 1] = [(Part::Reading, Change::Fell)];

#[test]
fn more_than_half_are_enough_and_half_are_not() {
    for (nodes, votes, rises) in
        [(1, 1, true), (2, 1, false), (2, 2, true), (3, 1, false), (3, 2, true), (4, 2, false), (5, 3, true)]
    {
        let (mut tally, now) = settled();
        assert_eq!(!tally.hear(&heard(nodes, votes), now).is_empty(), rises, "{votes} of {nodes}");
    }
}

#[test]
fn it_is_told_once_until_it_has_fallen_and_risen_again() {
    let (mut tally, now) = settled();
    assert_eq!(tally.hear(&heard(3, 2), now), ROSE);
    assert_eq!(tally.hear(&heard(3, 3), now + SECOND), []);
    assert_eq!(tally.hear(&heard(4, 2), now + 2 * SECOND), FELL, "another node is not of that opinion");
    assert_eq!(tally.hear(&heard(3, 2), now + 3 * SECOND), ROSE);
}

#[test]
fn parts_are_told_apart() {
    let (mut tally, now) = settled();
    let risen = tally.hear(&Heard { known: true, nodes: 3, broken: [1, 2, 3] }, now);
    assert_eq!(risen, [(Part::Writing, Change::Rose), (Part::Predictions, Change::Rose)]);
}

#[test]
fn who_was_not_heard_for_a_while_follows_nobody_for_as_long() {
    let (mut tally, now) = settled();
    assert_eq!(tally.hear(&heard(3, 2), now), ROSE);
    let emptied = Heard { known: false, ..heard(1, 0) };
    assert_eq!(
        tally.hear(&emptied, now + SECOND),
        [],
        "the home has forgotten: nobody has changed their mind"
    );
    assert_eq!(tally.hear(&heard(3, 2), now + 2 * SECOND), []);
    let soon = now + SECOND + LASTS;
    assert_eq!(tally.hear(&heard(3, 2), soon.checked_sub(Duration::from_millis(1)).unwrap()), []);
    assert_eq!(tally.hear(&heard(3, 1), soon), FELL);
}

#[test]
fn names_are_as_metrics_have_them() {
    assert_eq!(Part::ALL.map(Part::name), ["database.reading", "database.writing", "predictions"]);
    assert!(Part::ALL.into_iter().enumerate().all(|(nth, part)| part as usize == nth));
}

proptest! {
    /// However they are heard: who finds a part good and does not vote follows at least two others, and rises and falls
    /// take turns.
    #[test]
    fn nobody_follows_one(steps in prop::collection::vec((any::<bool>(), 1_u32..6, 0_u32..6, 0_u32..4), 1..200)) {
        let (mut tally, mut now, mut last) = (Tally::default(), Duration::ZERO, Change::Fell);
        for (known, nodes, votes, wait) in steps {
            now += wait * SECOND / 2;
            // It is alive, and does not vote itself.
            let votes = votes.min(nodes - 1);
            let told = tally.hear(&Heard { known, ..heard(nodes, votes) }, now);
            prop_assert!(told.len() <= 1);
            for (part, change) in told {
                prop_assert_eq!(part, Part::Reading);
                prop_assert!(known && now >= LASTS);
                prop_assert!(change != last);
                prop_assert!(change == Change::Fell || votes >= 2);
                last = change;
            }
        }
    }
}
