//! Who is left alone: what a false alarm would look like, one by one.

use super::*;

/// A page with sixteen prices, read by a timer, all at once.
#[test]
fn a_dashboard_of_sixteen_prices_each_half_minute() {
    let mut scene = Scene::new();
    for _ in 0..240 {
        for asset in 0..16 {
            let opinion = scene.price(asset);
            assert!(!opinion.suspected && !opinion.signs.clockwork);
            scene.wait(0.02);
        }
        scene.wait(30.0 - 0.32);
    }
    assert_eq!(scene.look().signs.to_string(), "assets", "which is one sign, and no more for two hours");
}

/// The same, one price after the other with the same gap between them: nothing of it is new after the first round.
#[test]
fn a_dashboard_that_spreads_its_sixteen_prices_evenly() {
    let mut scene = Scene::new();
    for step in 0..4000 {
        assert!(!scene.price(step % 16).suspected, "{step}");
        scene.wait(1.875);
    }
}

#[test]
fn a_program_that_reads_one_price_every_second() {
    let mut scene = Scene::new();
    for _ in 0..3600 {
        assert_eq!(scene.price(1).signs, Signs::default());
        scene.wait(1.0);
    }
}

/// Forty pages back in one chart, at the speed of somebody who looks at them.
#[test]
fn a_person_who_pages_through_a_chart() {
    let mut scene = Scene::new();
    for page in 0..40 {
        let opinion = scene.page(1, page * 100);
        assert!(!opinion.suspected, "{page}: {:?}", opinion.signs);
        scene.wait(by_hand(4.0, page));
    }
    assert_eq!(scene.look().signs.to_string(), "pages");
}

/// Every asset once, one click after the other.
#[test]
fn a_person_who_looks_at_everything_there_is() {
    let mut scene = Scene::new();
    for asset in 0..60 {
        scene.wait(by_hand(6.0, asset));
        assert!(!scene.page(asset, 0).suspected && !scene.price(asset).suspected);
    }
}

/// A page that opens asks for a hundred things within a second, as the connection hands them out.
#[test]
fn a_page_that_loads_is_one_step() {
    let mut scene = Scene::new();
    for page in 0..100 {
        assert!(!scene.page(1, page * 10).signs.clockwork);
        scene.wait(0.01);
    }
}

/// Somebody with a typing error in a list of names that is read every minute.
#[test]
fn a_name_that_is_wrong_is_wrong_once() {
    let mut scene = Scene::new();
    for _ in 0..100 {
        assert_eq!(scene.ask("BITCOIN", Kind::Unknown, None).signs, Signs::default());
        scene.wait(6.0);
    }
}

/// Twenty colleagues behind one address: the prices they all look at, and a chart of two pages each.
#[test]
fn an_office_behind_one_address() {
    let mut scene = Scene::new();
    for glance in 0..400 {
        // Half of what is looked at is one of three; the rest is any of eleven.
        let asset = if glance % 2 == 0 { glance / 2 % 3 } else { glance / 2 * 7 % 11 };
        let offset = if glance % 9 == 0 { 100 } else { 0 };
        assert!(!scene.page(asset, offset).suspected, "{glance}: {:?}", scene.look().signs);
        scene.wait(by_hand(3.0, glance));
    }
}

/// The limit of it: an office that reads everything, deeply, meets one challenge.
#[test]
fn an_office_that_reads_everything_looks_like_one_who_does() {
    let mut scene = Scene::new();
    let suspected = (0..200).any(|glance| {
        scene.wait(by_hand(1.0, glance));
        scene.page(glance % 16, glance / 16 * 100).suspected
    });
    assert!(suspected);
}
