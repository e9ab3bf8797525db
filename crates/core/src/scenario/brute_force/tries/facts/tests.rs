//! Facts that are written down and read again before each step, against the table.

use std::{collections::HashMap, net::Ipv4Addr};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{ids::DeviceId, scenario::brute_force::tries::Tries};

/// Everything, as a keeper has it.
#[derive(Default)]
struct Keeper {
    sides: HashMap<(usize, Place), Vec<u8>>,
    site: Option<Vec<u8>>,
    next: u64,
}

impl Keeper {
    fn sides(&self, attempt: &Attempt) -> Sides {
        let [source, name] = Sides::places(attempt);
        let get = |side| self.sides.get(&side).map(Vec::as_slice);
        Sides::read(get((0, source)), get((1, name))).unwrap()
    }

    fn keep(&mut self, attempt: &Attempt, sides: &Sides) {
        for (nth, (place, bytes)) in Sides::places(attempt).into_iter().zip(sides.write()).enumerate() {
            self.sides.insert((nth, place), bytes);
        }
    }

    fn site(&self, now: Duration, rules: &Rules) -> SiteFacts {
        SiteFacts::read(self.site.as_deref(), rules.site, now).unwrap()
    }

    fn begin(&mut self, attempt: &Attempt, now: Duration, rules: &Rules) -> Result<u64, Need> {
        let mut sides = self.sides(attempt);
        match sides.need(attempt, self.site(now, rules).is_attacked(), now, rules) {
            Need::Nothing => {}
            need => return Err(need),
        }
        self.next += 1;
        sides.begin(self.next, attempt, now, rules);
        self.keep(attempt, &sides);
        Ok(self.next)
    }

    fn settle(
        &mut self,
        id: u64,
        attempt: &Attempt,
        outcome: Outcome,
        now: Duration,
        rules: &Rules,
    ) -> Signs {
        let (mut sides, mut site) = (self.sides(attempt), self.site(now, rules));
        let signs = sides.settle(id, attempt, outcome, now, rules);
        self.keep(attempt, &sides);
        site.settle(attempt.client, outcome, now);
        let change = site.change();
        self.site = Some(site.write());
        Signs { site: change, ..signs }
    }
}

/// What happens next: so many seconds later somebody tries, from a client or a known device, on a name; it is settled
/// so many steps later, or never.
type Step = (u64, u8, u8, bool, bool, u8, usize);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![6 => Just(0), 6 => 0_u64..20, 2 => 0_u64..900, 1 => 0_u64..9000];
    let outcome = prop_oneof![1 => Just(0_u8), 5 => Just(1), 1 => Just(2)];
    prop::collection::vec((gap, 0_u8..6, 0_u8..4, any::<bool>(), any::<bool>(), outcome, 0_usize..4), 1..120)
}

fn attempt(client: u8, name: u8, known: bool, challenged: bool) -> Attempt {
    let device = DeviceId(Uuid::from_u128(u128::from(client) + 1));
    Attempt {
        name: NameKey([name; 16]),
        client: Client::from_ip(Ipv4Addr::new(192, 0, 2, client).into()),
        lane: if known { Lane::Known(device) } else { Lane::Everyone },
        challenged,
    }
}

proptest! {
    #[test]
    fn facts_that_are_kept_elsewhere_say_what_the_table_says(steps in steps()) {
        let site = SiteRules { failures: 12, clients: 3, ..SiteRules::default() };
        let rules = Rules { site, ..Rules::default() };
        let (table, mut keeper) = (Tries::new(rules), Keeper::default());
        let (mut now, mut open) = (Duration::ZERO, Vec::new());
        for (nth, (gap, client, name, known, challenged, outcome, later)) in steps.into_iter().enumerate() {
            now += Duration::from_secs(gap);
            let attempt = attempt(client, name, known, challenged);
            let sides = keeper.sides(&attempt);
            prop_assert_eq!(table.look(&attempt, now), sides.need(&attempt, keeper.site(now, &rules).is_attacked(), now, &rules));
            match (table.begin(attempt, now), keeper.begin(&attempt, now, &rules)) {
                (Ok(ticket), Ok(id)) => open.push((nth + later, ticket, id, attempt, outcome)),
                (Err(one), Err(other)) => prop_assert_eq!(one, other),
                (one, other) => prop_assert!(false, "{:?} and {:?}", one, other),
            }
            while let Some(at) = open.iter().position(|(due, ..)| *due <= nth) {
                let (_, ticket, id, attempt, outcome) = open.swap_remove(at);
                let outcome = [Outcome::Right, Outcome::Wrong, Outcome::Void][usize::from(outcome)];
                let expected = table.settle(ticket, outcome, now);
                prop_assert_eq!(keeper.settle(id, &attempt, outcome, now, &rules), expected);
            }
            let of_client = Client::from_ip(Ipv4Addr::new(192, 0, 2, client).into());
            let kept = keeper.sides.get(&(0, Sides::place_of_client(of_client))).map(Vec::as_slice);
            let sides = Sides::read(kept, None).unwrap();
            prop_assert_eq!(sides.failures(now, &rules), table.failures(of_client, now));
            prop_assert_eq!(table.site_under_attack(now), keeper.site(now, &rules).is_attacked());
        }
    }
}

#[test]
fn what_is_not_ours_is_not_read() {
    assert!(Sides::read(Some(b"[]"), None).is_none());
    assert!(Sides::read(None, Some(b"\xff")).is_none());
    assert!(SiteFacts::read(Some(b"{}"), SiteRules::default(), Duration::ZERO).is_none());
}
