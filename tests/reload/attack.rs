//! When the server is under attack, and what is done about it, while it runs.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Duration, Shop, json, thread};
use crate::shop::solver;

/// Sign-ins take long enough to be met at work, one after the other.
const SLOW: [&str; 2] = ["password.argon2_memory_kib=131072", "password.argon2_passes=4"];
/// Two places, and nothing that hinders the crowd.
const HOUSE: &str = "admission.in_progress = 2\nrate.login = \"60000/minute\"\nrate.prices = \"100000/minute\"\n\
    lock.challenge_over = 1000\nlock.wait_over = 1000\nlock.after = 1000\nchallenge.difficulty = 1\n";
const PRICE: &str = "/api/v1/price/BTC";

/// A house in which somebody always signs in, and a look at it.
fn crowded(file: &str, look: impl FnOnce(&Shop, &AtomicBool)) {
    let shop = Shop::with(&format!("{HOUSE}{file}"), &SLOW);
    let gone = AtomicBool::new(false);
    let wrong = json!({"email": "nobody@example.org", "password": "not this one at all"}).to_string();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !gone.load(Ordering::Relaxed) {
                let mut wire = shop.server.wire();
                wire.send(format!(
                    "POST /api/v1/auth/login HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                     content-length: {}\r\n\r\n{wrong}",
                    wrong.len()
                ));
                while !gone.load(Ordering::Relaxed) {
                    if wire.has_come(Duration::from_millis(100)) {
                        break;
                    }
                }
            }
        });
        let _ends = Ends(&gone);
        look(&shop, &gone);
    });
}

/// The crowd goes also where a test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// While somebody signs in, another finds a place or none.
#[test]
fn places() {
    crowded("", |shop, _| {
        let ask = || shop.server.post("/api/v1/auth/login", "{}").status;
        let follows = |places: u32| {
            let two = "admission.in_progress = 2";
            shop.follows(&HOUSE.replace(two, &format!("admission.in_progress = {places}")));
        };
        // What is wrong is answered as soon as it has a place.
        assert_eq!(ask(), 400);
        follows(1);
        assert!((0..600).any(|_| ask() == 503), "the only one is taken");
        follows(10);
        assert!((0..20).all(|_| ask() == 400));
    });
}

fn status(shop: &Shop) -> u16 {
    shop.server.get(PRICE).status
}

/// Waits until a stranger is answered so, a minute at most.
fn comes(shop: &Shop, wanted: u16) {
    for _ in 0..600 {
        if status(shop) == wanted {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("{wanted} never came: {}", shop.server.log());
}

/// With the one value nothing happens for as long as the rule waits, and a little longer; with the other it begins.
fn begins(before: &str, after: &str) {
    crowded(before, |shop, _| {
        thread::sleep(Duration::from_secs(3));
        assert_eq!(status(shop), 200, "{before}");
        shop.follows(&format!("{HOUSE}{after}"));
        comes(shop, 401);
    });
}

#[test]
fn when_it_begins() {
    let rest = "attack.after = \"1s\"\nattack.slots = 0.5\n";
    begins(&format!("{rest}attack.auto = false\n"), rest);
}

#[test]
fn how_full_it_has_to_be() {
    begins("attack.after = \"1s\"\nattack.slots = 1.0\n", "attack.after = \"1s\"\nattack.slots = 0.5\n");
}

#[test]
fn how_long_it_has_to_be_full() {
    begins("attack.after = \"10m\"\nattack.slots = 0.5\n", "attack.after = \"1s\"\nattack.slots = 0.5\n");
}

#[test]
fn what_is_done_about_it_and_when_it_is_over() {
    let attack = "attack.after = \"1s\"\nattack.slots = 0.5\nattack.quiet = \"24h\"\n";
    crowded(attack, |shop, gone| {
        let follows = |more: &str| shop.follows(&format!("{HOUSE}{attack}{more}"));
        comes(shop, 401);
        let policy = || shop.server.get(PRICE).header("ratelimit-policy").unwrap().to_owned();
        assert!(policy().contains("q=50000;"), "{}", policy());
        follows("attack.tighten = 0.1\n");
        assert!(policy().contains("q=10000;"), "{}", policy());
        follows("safeguards.attack = \"off\"\n");
        assert_eq!(status(shop), 200);
        follows("challenge.opens = \"1s\"\n");
        assert_eq!(solved(shop), 200);
        comes(shop, 401);
        follows("challenge.opens = \"24h\"\n");
        assert_eq!(solved(shop), 200);
        thread::sleep(Duration::from_secs(3));
        assert_eq!(status(shop), 200, "it is open for longer");
        let other = || shop.server.wire().ask("GET", "/api/v1/predict/BTC/quality", &[], "").status;
        assert_eq!(other(), 401, "of another class it is not");
        gone.store(true, Ordering::Relaxed);
        shop.follows(&format!("{HOUSE}attack.after = \"1s\"\nattack.slots = 0.5\nattack.quiet = \"1s\"\n"));
        for _ in 0..600 {
            if other() == 200 {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("it is never over: {}", shop.server.log());
    });
}

/// Asks with a challenge that was solved.
fn solved(shop: &Shop) -> u16 {
    let asked = shop.server.get("/api/v1/auth/challenge?kind=math&purpose=api");
    let field = format!("aspis-challenge: {}", solver::answer(&asked.json()));
    shop.server.wire().ask("GET", PRICE, &[&field], "").status
}
