//! That what is said to take effect at once does: each kind of it, seen from outside.

use super::{Duration, Shop, Signal, json, thread};

/// Asks, reloads, asks again: what was to be seen before and after.
pub(super) fn turns<T>(before: &str, after: &str, see: impl Fn(&Shop) -> T) -> (T, T) {
    let shop = Shop::open(before);
    let first = see(&shop);
    shop.follows(after);
    (first, see(&shop))
}

const HOSTILE: &str = "/api/v1/price/BTC';DROP%20TABLE%20users;--";

#[test]
fn modes() {
    let word = |shop: &Shop| shop.server.get(HOSTILE).refusal().1;
    let (before, after) = turns("", "safeguards.inspect = \"off\"\n", word);
    assert_eq!(before, "sqli_attempt");
    assert_ne!(after, before);
    let route = "[safeguards.routes.\"GET /api/v1/price/{asset}\"]\ninspect = \"off\"\n";
    assert_ne!(turns("", route, word).1, "sqli_attempt");
}

#[test]
fn bodies() {
    let long = json!({"email": "ada@example.org", "password": "x".repeat(2000)}).to_string();
    let status = |shop: &Shop| shop.server.post("/api/v1/auth/login", &long).status;
    let (before, after) = turns("body.max_bytes = 1000\n", "", status);
    assert!(before == 413 && after != 413, "{before} {after}");
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(30), "]".repeat(30));
    let words = |shop: &Shop| shop.server.post("/api/v1/auth/login", &deep).body;
    let (before, after) = turns("body.max_depth = 50\n", "body.max_depth = 10\n", words);
    assert_ne!(before, after);
}

#[test]
fn other_sites() {
    let shown = |shop: &Shop| {
        let answer = shop.server.wire().ask("GET", "/api/v1/assets", &["origin: https://a.example"], "");
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    let named = "cors.origins = [\"https://a.example\"]\n";
    assert_eq!(turns("", named, shown), (None, Some("https://a.example".into())));
    assert_eq!(turns(named, "", shown), (Some("https://a.example".into()), None));
}

/// Whose word about a caller's address is taken: then each of them has a window of its own.
#[test]
fn proxies() {
    let left = |shop: &Shop| {
        let ask = |address: &str| {
            let field = format!("x-forwarded-for: {address}");
            shop.server.wire().ask("GET", "/api/v1/assets", &[&field], "").status
        };
        (ask("203.0.113.1"), ask("203.0.113.2"))
    };
    let one = "rate.prices = \"1/minute\"\n";
    let trusting = format!("{one}server.trusted_proxies = [\"127.0.0.1\"]\n");
    assert_eq!(turns(one, &trusting, left), ((200, 429), (200, 200)));
}

#[test]
fn the_older_fields() {
    let says = |shop: &Shop| shop.server.get("/api/v1/assets").header("x-ratelimit-limit").map(str::to_owned);
    let found = turns("rate.legacy_fields = false\n", "rate.legacy_fields = true\n", says);
    assert_eq!(found, (None, Some("60".to_owned())));
}

#[test]
fn failures() {
    let shop = Shop::open("[lock]\nchallenge_over = 1000\nwait_over = 1000\nafter = 1000\n");
    let wrong = json!({"email": "demo@example.org", "password": "not this one at all"}).to_string();
    let try_one = || shop.server.post("/api/v1/auth/login", &wrong).refusal();
    assert_eq!(try_one(), (401, "invalid_credentials".into()));
    assert_eq!(try_one(), (401, "invalid_credentials".into()));
    assert_eq!(shop.reload("[lock]\nchallenge_over = 1000\nwait_over = 1000\nafter = 2\n")["ok"], true);
    assert_eq!(try_one(), (423, "account_locked".into()), "the two that were counted are judged anew");
}

#[test]
fn signs_of_scraping() {
    let names = "scraping.honey_assets = [\"ZZZQ\"]\nscraping.score = 1\nscraping.unknown = 1000\n";
    let shop = Shop::open("scraping.honey_assets = []\nscraping.unknown = 1000\n");
    assert_eq!(shop.server.get("/api/v1/price/ZZZQ").status, 404);
    assert_eq!(shop.reload(names)["ok"], true);
    assert_eq!(shop.server.get("/api/v1/price/ZZZQ").refusal(), (401, "challenge_required".into()));
}

/// The level of the server log, and what an order of which size wants.
#[test]
fn the_log_and_orders() {
    let shop = Shop::open("log.level = \"error\"\nportfolio.step_up_over = \"1\"\n");
    let told = || {
        let reloads = || shop.security_log().matches("settings_reloaded").count();
        let before = reloads();
        shop.server.signal(Signal::SIGHUP);
        while reloads() == before {
            thread::sleep(Duration::from_millis(20));
        }
        // The line of the server log comes behind that of the security log.
        thread::sleep(Duration::from_millis(300));
        shop.server.log().contains("settings reloaded")
    };
    assert!(!told(), "{}", shop.server.log());
    let said = shop.reload("log.level = \"info\"\n");
    assert_eq!(said["changed"], json!(["log.level", "portfolio.step_up_over"]));
    assert!(told(), "{}", shop.server.log());
}

#[test]
fn a_flag_of_the_start_wins_over_the_file() {
    let shop = Shop::open("admission.in_progress = 100\n");
    let said = shop.reload("admission.in_progress = 99\nadmission.refusal_delay = \"1s\"\n");
    assert_eq!(said["changed"], json!(["admission.in_progress"]), "{said}");
}

/// An operator's own ways through an incident: there from the reload on, and gone with it.
#[test]
fn playbooks() {
    let runs = |shop: &Shop| {
        let data = shop.server.data().display().to_string();
        let args = ["--data", &data, "incident", "contain", "quiet", "--dry-run"];
        crate::server::run(&args).status.success()
    };
    let own = "[incident.playbooks.quiet]\nsays = \"Less\"\nactions = [\"tighten prices\"]\n";
    assert_eq!(turns("", own, runs), (false, true));
    assert_eq!(turns(own, "", runs), (true, false));
}
