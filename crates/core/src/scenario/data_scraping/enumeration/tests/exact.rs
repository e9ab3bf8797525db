//! The rule against one that remembers everything.

use proptest::prelude::*;

use super::*;

/// Every request that ever was, by the part of the window it came in.
#[derive(Default)]
struct Ledger {
    asked: BTreeMap<(u8, String), u64>,
}

/// A part of the window, so that every moment of a test is the beginning of one.
const PART: Duration = Duration::from_millis(9375);

impl Ledger {
    fn note(&mut self, kind: u8, name: String, part: u64) {
        // What is remembered of a honey asset is when it was told of: again after a minute and a bit.
        let known = self.asked.get(&(kind, name.clone())).copied();
        let kept = known.filter(|at| kind == 3 && part - at < 8);
        self.asked.insert((kind, name), kept.unwrap_or(part));
    }

    fn count(&self, kind: u8, part: u64) -> u32 {
        let young = self.asked.iter().filter(|((of, _), at)| *of == kind && part - **at < 64);
        u32::try_from(young.count()).expect("few")
    }
}

/// What is asked, and how long before it nothing was: mostly moments, now and then most of a window.
fn walk() -> impl Strategy<Value = Vec<(u8, u16, u64)>> {
    let gap = prop_oneof![8 => 0_u64..3, 1 => 20_u64..70];
    proptest::collection::vec((0_u8..4, 0_u16..24, gap), 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 100 } else { 1000 }))]

    #[test]
    fn signs_are_those_of_the_window(walk in walk()) {
        let scene = Scene::new();
        let mut ledger = Ledger::default();
        let mut part = 1000_u64;
        for (kind, n, gap) in walk {
            part += gap;
            let now = PART * u32::try_from(part).expect("small");
            let (kinds, page) = match kind {
                0 => (Kind::Known, None),
                1 => (Kind::Known, Some(n.to_string())),
                2 => (Kind::Unknown, None),
                _ => (Kind::Honey, None),
            };
            // Pages are all of one asset, which counts beside them.
            let name = if kind == 1 { "PAGED".to_owned() } else { format!("K{kind}N{n}") };
            if kind == 1 {
                ledger.note(0, name.clone(), part);
            }
            ledger.note(kind, if kind == 1 { n.to_string() } else { name.clone() }, part);
            let ask = Ask { name: Name::of(&name).expect("a name"), kind: kinds, page: page.as_deref() };
            let signs = scene.watch.judge(scene.client, Some(&ask), now).signs;
            prop_assert_eq!(signs.assets, ledger.count(0, part) >= RULES.assets, "assets in part {}", part);
            prop_assert_eq!(signs.pages, ledger.count(1, part) >= RULES.pages, "pages in part {}", part);
            prop_assert_eq!(signs.unknown, ledger.count(2, part) >= RULES.unknown, "unknown in part {}", part);
            prop_assert!(signs.honey <= ledger.count(3, part));
            prop_assert_eq!(signs.honey >= RULES.score, ledger.count(3, part) >= RULES.score);
        }
    }

    /// However often and in whatever order the same few things are asked for: it is one sign at most.
    #[test]
    fn who_asks_for_the_same_again_is_never_suspected(
        order in proptest::collection::vec((0_usize..16, 0_u64..20_000), 1..500)
    ) {
        let mut scene = Scene::new();
        for (asset, wait) in order {
            prop_assert!(!scene.price(asset).suspected);
            scene.now += Duration::from_millis(wait);
        }
    }

    #[test]
    fn a_clock_that_is_off_by_less_than_a_twentieth_is_one(
        gap in 300_u64..15_000,
        off in proptest::collection::vec(-45_i64..45, 29),
    ) {
        let mut scene = Scene::new();
        let mut clockwork = scene.price(0).signs.clockwork;
        for (step, off) in off.into_iter().enumerate() {
            let gap = gap.saturating_add_signed(i64::try_from(gap).expect("short") * off / 1000);
            scene.now += Duration::from_millis(gap);
            clockwork = scene.price(step + 1).signs.clockwork;
        }
        prop_assert!(clockwork);
    }

    /// Gaps that differ by a fifth each time are nobody's clock, however long it goes on.
    #[test]
    fn uneven_steps_are_no_clock(gap in 300_u64..10_000) {
        let mut scene = Scene::new();
        for step in 0..200 {
            prop_assert!(!scene.price(step).signs.clockwork);
            scene.now += Duration::from_millis(if step % 2 == 0 { gap } else { gap * 6 / 5 });
        }
    }
}
