//! Leases of several nodes, against one store that is a number.

use proptest::prelude::*;

use super::{super::*, TODAY};

#[test]
fn a_lease_promises_what_was_drawn() {
    let mut lease = Lease::new(TODAY);
    assert_eq!((lease.used(), lease.lacks(10), lease.reserve(10)), (None, 10, None));
    assert_eq!(lease.draw(TODAY, 100, 150), None);
    assert_eq!(lease.used(), Some(50), "another node has drawn those");
    let first = lease.reserve(80).expect("drawn");
    assert_eq!((lease.used(), lease.lacks(30)), (Some(130), 10));
    assert!(lease.is_at_work());
    assert_eq!(lease.settle(first, 30), None);
    assert_eq!((lease.used(), lease.lacks(70)), (Some(80), 0));
    assert!(!lease.is_at_work());
    lease.call();
    assert_eq!(lease.spare(20), Some(Leftover { day: TODAY, bytes: 50, calls: 1 }));
    assert_eq!((lease.used(), lease.spare(20)), (Some(80), None), "giving back is not using");
}

#[test]
fn midnight_gives_back_to_the_day_that_was() {
    let tomorrow = Day(TODAY.0 + 1);
    let mut lease = Lease::new(TODAY);
    lease.draw(TODAY, 100, 100);
    lease.call();
    let late = lease.reserve(60).expect("drawn");
    assert_eq!(lease.turn(TODAY), None);
    assert_eq!(lease.turn(tomorrow), Some(Leftover { day: TODAY, bytes: 40, calls: 1 }));
    assert_eq!((lease.used(), lease.calls(), lease.lacks(1)), (None, 0, 1));
    assert_eq!(lease.settle(late, 50), Some(Leftover { day: TODAY, bytes: 10, calls: 0 }));
    assert_eq!(lease.settle(late, 60), None, "all of it was sent");
    assert_eq!(
        lease.draw(TODAY, 7, 107),
        Some(Leftover { day: TODAY, bytes: 7, calls: 0 }),
        "it came too late"
    );
}

const LIMIT: u64 = 1000;

/// What every node has to be sure of: never more than the limit, and the store never says less than was sent.
#[derive(Default)]
struct Model {
    drawn: u64,
    sent: u64,
    calls: u64,
}

impl Model {
    fn take(&mut self, bytes: u64) -> bool {
        let fits = bytes <= LIMIT - self.drawn;
        self.drawn += if fits { bytes } else { 0 };
        fits
    }

    fn back(&mut self, left: Option<Leftover>) {
        let Some(left) = left else { return };
        self.drawn -= left.bytes;
        self.calls += left.calls;
    }
}

proptest! {
    #[test]
    fn nodes_together_never_send_more_than_a_day(
        steps in prop::collection::vec((0_usize..3, 0_u8..4, 0_u64..300, 0_u64..300), 1..120),
    ) {
        let mut model = Model::default();
        let mut nodes = [Lease::new(TODAY); 3];
        let mut open = [const { Vec::new() }; 3];
        let mut called = 0;
        for (n, what, bytes, part) in steps {
            match what {
                0 | 1 => {
                    nodes[n].call();
                    called += 1;
                    let lacks = nodes[n].lacks(bytes);
                    for size in [lacks.max(part), lacks] {
                        if nodes[n].lacks(bytes) > 0 && model.take(size) {
                            model.back(nodes[n].draw(TODAY, size, model.drawn));
                        }
                    }
                    if let Some(reservation) = nodes[n].reserve(bytes) {
                        open[n].push((reservation, part.min(bytes)));
                    }
                }
                2 => if let Some((reservation, sent)) = open[n].pop() {
                    model.sent += sent;
                    model.back(nodes[n].settle(reservation, sent));
                },
                _ => {
                    let left = nodes[n].spare(part);
                    model.back(left);
                }
            }
            prop_assert!(model.sent <= model.drawn && model.drawn <= LIMIT);
        }
        for (node, open) in nodes.iter_mut().zip(&mut open) {
            for (reservation, sent) in open.drain(..) {
                model.sent += sent;
                model.back(node.settle(reservation, sent));
            }
            let left = node.spare(0);
            model.back(left);
        }
        prop_assert_eq!((model.drawn, model.calls), (model.sent, called), "in the end the store says what was sent");
    }
}
