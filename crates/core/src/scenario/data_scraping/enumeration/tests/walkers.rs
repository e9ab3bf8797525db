//! Who is found out.

use super::*;

#[test]
fn a_loop_over_everything_is_found_out_while_it_walks() {
    let mut scene = Scene::new();
    let mut found = None;
    for step in 0..200 {
        let opinion = scene.page(step / 10, step % 10 * 100);
        if opinion.suspected && found.is_none() {
            found = Some(step);
            assert!(opinion.is_news);
        } else {
            assert!(!opinion.is_news, "told once");
        }
        scene.wait(1.0);
    }
    // The tenth deep page is the twelfth request; the thirtieth shows the clock.
    assert_eq!(found, Some(29));
    let signs = scene.look().signs;
    assert_eq!((signs.score(), signs.to_string()), (3, "assets, pages, clockwork".to_owned()));
}

#[test]
fn it_is_over_after_a_window_of_asking_for_nothing_new() {
    let mut scene = Scene::new();
    for step in 0..60 {
        scene.price(step);
        scene.wait(1.0);
    }
    assert!(scene.look().suspected);
    for _ in 0..19 {
        scene.wait(30.0);
        scene.price(0);
    }
    assert!(scene.look().suspected, "the window is not over yet");
    scene.wait(31.0);
    assert_eq!(scene.look().signs, Signs::default());
    assert!(!scene.price(0).suspected);
}

#[test]
fn who_begins_again_is_told_of_again() {
    let mut scene = Scene::new();
    let mut news = 0;
    for step in 0..1300 {
        news += usize::from(scene.price(step).is_news);
        scene.wait(1.0);
    }
    assert_eq!(news, 3, "in 21 minutes and 40 seconds");
}

#[test]
fn one_slow_answer_hides_no_clock() {
    let mut scene = Scene::new();
    let clockwork = (0..30).any(|step| {
        scene.wait(if [7, 20].contains(&step) { 9.0 } else { [2.0, 2.01, 2.02, 2.03, 2.04][step % 5] });
        scene.price(step).signs.clockwork
    });
    assert!(clockwork);
}

#[test]
fn guessing_names_is_a_sign_and_with_the_clock_enough() {
    let mut scene = Scene::new();
    for guess in 0..29 {
        scene.wait(3.0);
        let opinion = scene.ask(&format!("G{guess}"), Kind::Unknown, Some("100"));
        assert_eq!((opinion.signs.unknown, opinion.suspected), (guess >= 9, false), "{guess}");
        assert!(!opinion.signs.pages, "what is not served has no pages");
    }
    scene.wait(3.0);
    assert!(scene.ask("G29", Kind::Unknown, None).suspected);
}

#[test]
fn each_honey_asset_is_a_sign_and_told_of_once_a_minute() {
    let mut scene = Scene::new();
    let first = scene.ask("XQV", Kind::Honey, None);
    assert_eq!((first.signs.honey, first.touched_honey, first.suspected), (1, true, false));
    for _ in 0..5 {
        scene.wait(10.0);
        let again = scene.ask("xqv", Kind::Honey, None);
        assert_eq!((again.signs.honey, again.touched_honey), (1, false));
    }
    scene.wait(40.0);
    assert!(scene.ask("XQV", Kind::Honey, None).touched_honey, "more than a minute later");
    let other = scene.ask("ZZK", Kind::Honey, None);
    assert_eq!((other.signs.honey, other.touched_honey, other.suspected), (2, true, true));
    assert_eq!(other.signs.to_string(), "honey");
}

#[test]
fn what_is_washed_down_by_other_things_still_counts() {
    // One deep page in eight steps, over more assets than are remembered.
    let mut scene = Scene::new();
    let mut suspected = false;
    for step in 0..100 {
        scene.wait(by_hand(1.0, step));
        suspected |= if step % 8 == 7 { scene.page(step, 100) } else { scene.price(step) }.suspected;
    }
    assert!(suspected, "{:?}", scene.look().signs);
}
