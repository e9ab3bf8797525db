use proptest::prelude::*;

use super::*;

const NAMES: [&str; 3] = ["one", "two", "three"];

/// Any bits at all, and those that numbers break at.
fn any_price() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        Just(f64::NAN),
        Just(f64::MAX),
        Just(5e-324),
        Just(f64::MIN_POSITIVE),
        50.0f64..200.0,
    ]
}

proptest! {
    #[test]
    fn nothing_sent_breaks_it_or_makes_it_grow(
        sent in prop::collection::vec((0usize..40, any::<i64>(), any_price(), any::<bool>()), 1..300),
        ratio in any_price(), daily in any::<bool>(),
    ) {
        let mut watch = Watch::new(Arc::new(Rules::default()), daily);
        for (at, (source, time, price, orderly)) in sent.iter().enumerate() {
            // Half of the ticks come in order, so that the deeper rules are reached as well.
            let time = if *orderly { i64::try_from(at).unwrap() * 3_600_000_000 } else { *time };
            let (name, at) = (format!("source {source}"), Timestamp(time));
            watch.look(&name, Tick { at, price: *price }, u64::from_ne_bytes(time.to_ne_bytes()), &[("X", *price)], at);
            let published = watch.published(at);
            prop_assert!(published.is_none_or(|published| is_price(published.price)));
            watch.split(ratio);
            watch.release(u64::from_ne_bytes(time.to_ne_bytes()));
            let _ = (watch.frozen(), watch.drifting());
        }
        prop_assert!(watch.sources.len() <= Rules::SOURCES);
        prop_assert!(watch.sources.iter().all(|source| source.seen.len() <= Rules::REMEMBERED));
    }

    #[test]
    fn any_rules_at_all_divide_by_nothing(size in 0usize..4, sigmas in any_price(), run in 0u32..3) {
        let rules = Rules {
            window: size, least: size, mark_window: size, cross_window: size, drift_lag: size, vote_window: size,
            vote_wrong: size, drift_clip: sigmas, drift_sum: sigmas, step_sigmas: sigmas, patience: sigmas,
            freeze_run: run, release_step: run, ..Rules::default()
        };
        let mut watch = Watch::new(Arc::new(rules), false);
        for bar in 0..50 {
            let at = Timestamp::from_seconds(bar * 3600);
            for name in NAMES {
                watch.look(name, Tick { at, price: quiet(bar) }, 0, &[], at);
            }
        }
    }

    #[test]
    fn one_liar_of_three_never_bends_the_price_and_the_order_does_not_matter(
        lies in prop::collection::vec((any_price(), 0.5f64..2.0, any::<bool>()), 1..60),
        noise in prop::collection::vec((-0.0005f64..0.0005, -0.0005f64..0.0005), 60),
        order in Just(vec![0usize, 1, 2]).prop_shuffle(),
    ) {
        let mut desks = [Desk::open(&NAMES, false), Desk::open(&NAMES, false)];
        for ((wild, near, is_wild), (two, three)) in lies.iter().zip(&noise) {
            let truth = quiet(desks[0].bar + 1);
            let said = [if *is_wild { *wild } else { truth * near }, truth * (1.0 + two), truth * (1.0 + three)];
            desks[0].bar(&[0, 1, 2].map(|source| (NAMES[source], said[source])));
            let shuffled: Vec<(&str, f64)> = order.iter().map(|source| (NAMES[*source], said[*source])).collect();
            desks[1].bar(&shuffled);
            let published = desks.each_ref().map(Desk::published);
            prop_assert_eq!(published[0].to_bits(), published[1].to_bits());
            prop_assert!((published[0] / truth - 1.0).abs() <= 0.002, "{} for {truth}", published[0]);
        }
    }
}
