//! A variant of a path reaches the budget of the path itself, or nothing at all.

use http::Uri;
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use crate::shop::{Reply, Shop};

const PATHS: [(&str, &str); 6] = [
    ("GET", "/api/v1/price/BTC"),
    ("GET", "/api/v1/history/BTC"),
    ("GET", "/api/v1/auth/me"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/predict/BTC"),
    ("GET", "/api/v1/portfolio/transactions"),
];

/// One way to write the same thing differently, applied at a place in the path.
fn mangle(path: &str, how: usize, place: usize) -> String {
    let slashes: Vec<_> = path.match_indices('/').map(|(at, _)| at).collect();
    let slash = slashes[place % slashes.len()];
    let letters: Vec<_> =
        path.bytes().enumerate().filter(|(_, b)| b.is_ascii_alphanumeric()).map(|(at, _)| at).collect();
    let letter = letters[place % letters.len()];
    let insert = |at: usize, text: &str| format!("{}{text}{}", &path[..at], &path[at..]);
    let replace = |at: usize, text: &str| format!("{}{text}{}", &path[..at], &path[at + 1..]);
    let byte = path.as_bytes()[letter];
    match how {
        0 => insert(slash, "/"),
        1 => insert(slash, "/."),
        2 => insert(slash, "/x/.."),
        3 => insert(slash, "/%2e"),
        4 => insert(slash, "/x/%2E%2e"),
        5 => replace(slash, "%2f"),
        6 => replace(slash, "%5C"),
        7 => replace(slash, "/%2F"),
        8 => format!("{path}/"),
        9 => format!("{path}//"),
        10 => format!("{path}/."),
        11 => insert(slash, ";x=1"),
        12 => format!("{path};jsessionid=1"),
        13 => replace(letter, &format!("%{byte:02x}")),
        14 => replace(letter, &format!("%{byte:02X}")),
        15 => replace(letter, &format!("%25{byte:02x}")),
        16 => replace(letter, &char::from(byte ^ 0x20).to_string()),
        17 => format!("{path}%00"),
        18 => format!("{path}%20"),
        19 => format!("{path}?"),
        20 => format!("{path}?x=1"),
        21 => format!("{path}#x"),
        22 => format!("{path}%23"),
        23 => format!("{path}%3f"),
        24 => format!("http://127.0.0.1:8001{path}"),
        25 => format!("http://evil.example{path}"),
        26 => replace(letter, "%c0%ae"),
        27 => replace(letter, "%u0041"),
        28 => format!("{path}.json"),
        29 => path.to_uppercase(),
        _ => insert(letter, "%e2%80%8b"),
    }
}

const WAYS: usize = 31;

fn standing(reply: &Reply) -> Option<(String, u64)> {
    let (class, rest) = reply.header("ratelimit")?.split_once(";r=")?;
    Some((class.to_owned(), rest.split(';').next()?.parse().ok()?))
}

async fn same_budget_or_nothing(
    shop: &Shop,
    case: u32,
    method: &str,
    path: &str,
    variant: &str,
) -> Result<(), TestCaseError> {
    // What is no URI at all is refused by the edge, which has tests of its own.
    if variant.parse::<Uri>().is_err() {
        return Ok(());
    }
    let caller = shop.at(&std::net::Ipv4Addr::from(0x0a00_0000 + case).to_string());
    let first = caller.call(method, variant, "").await;
    let second = caller.call(method, path, "").await;
    if first.status() == 404 && first.code() == "not_found"
        || first.status() == 400 && first.code() == "path_not_canonical"
    {
        return Ok(());
    }
    let attack = ["traversal_attempt", "control_bytes", "sqli_attempt", "xss_attempt"];
    if first.status() == 400 && attack.contains(&&*first.code()) {
        return Ok(());
    }
    // Everything else was let in, and has to be seen in the budget of the path itself.
    let (class, left) = standing(&first).unwrap();
    prop_assert_eq!(standing(&second), Some((class, left - 1)), "{} {}: {}", method, variant, first.status());
    Ok(())
}

#[test]
fn no_variant_of_a_path_has_a_budget_of_its_own() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shop = runtime.block_on(Shop::with(&["rate.table_slots=65536"]));
    let mut case = 0;
    let mut check = |method: &str, path: &str, variant: &str| {
        case += 1;
        runtime.block_on(same_budget_or_nothing(&shop, case, method, path, variant))
    };
    for (method, path) in PATHS {
        for (how, place) in (0..WAYS).flat_map(|how| (0..6).map(move |place| (how, place))) {
            check(method, path, &mangle(path, how, place)).unwrap();
        }
    }
    let twice = (0..PATHS.len(), (0..WAYS, 0..24_usize), (0..WAYS, 0..24_usize));
    let check = std::cell::RefCell::new(check);
    let config = Config { cases: 600, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&twice, |(path, (how, place), (then, there))| {
        let (method, path) = PATHS[path];
        let once = mangle(path, how, place);
        let variant = if once.starts_with('/') { mangle(&once, then, there) } else { once };
        check.borrow_mut()(method, path, &variant)
    });
    outcome.unwrap();
    runtime.block_on(async move { drop(shop) });
}

#[tokio::test]
async fn a_variant_is_refused_and_not_tidied() {
    let shop = Shop::open().await;
    for (path, code) in [
        ("//api/v1/price/BTC", "path_not_canonical"),
        ("/api//v1/price/BTC", "path_not_canonical"),
        ("/api/v1/price/BTC/", "path_not_canonical"),
        ("/api/./v1/price/BTC", "path_not_canonical"),
        ("/api/v1/%70rice/BTC", "path_not_canonical"),
        ("/api/v1/price%2fBTC", "path_not_canonical"),
        ("/api/v1/price/..%2fprice/BTC", "traversal_attempt"),
        ("/api/v1/auth/../price/BTC", "traversal_attempt"),
        ("/api/v1/price/BTC%00", "control_bytes"),
    ] {
        assert_eq!(shop.caller().get(path).await.refusal(), (400, code.into()), "{path}");
    }
    for path in ["/API/v1/price/BTC", "/api/v1/PRICE/BTC", "/api/v1/price/BTC/x", "/api/v1/price;x/BTC"] {
        assert_eq!(shop.caller().get(path).await.refusal(), (404, "not_found".into()), "{path}");
    }
}
