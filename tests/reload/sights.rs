//! Who is let in, what is looked at, and what is shown, while the server runs.

use super::{Shop, effects::turns, json, run, text};

/// A network that is never shut out.
#[test]
fn who_is_never_shut_out() {
    let proxy = "server.trusted_proxies = [\"127.0.0.1\"]\n";
    let shop = Shop::open(proxy);
    let eve =
        || shop.server.wire().ask("GET", "/api/v1/prices", &["x-forwarded-for: 203.0.113.66"], "").status;
    let data = shop.server.data().display().to_string();
    let block =
        run(&["--data", &data, "incident", "block", "203.0.113.66", "--for", "1h", "--why", "a test"]);
    assert!(block.status.success(), "{}", text(&block.stderr));
    assert_eq!(eve(), 403);
    shop.follows(&format!("{proxy}block.allow = [\"203.0.113.64/29\"]\n"));
    assert_eq!(eve(), 200);
    shop.follows(proxy);
    assert_eq!(eve(), 403, "the block is still there");
}

/// Whose word about a caller's address is read, and in which field.
#[test]
fn the_field_of_a_proxy() {
    let of = |field: &str| {
        format!(
            "rate.prices = \"1/minute\"\nserver.trusted_proxies = [\"127.0.0.1\"]\nserver.proxy_header = \"{field}\"\n"
        )
    };
    let ask = |shop: &Shop, field: &str| shop.server.wire().ask("GET", "/api/v1/assets", &[field], "").status;
    let shop = Shop::open(&of("x-forwarded-for"));
    let [first, second] = ["203.0.113.1", "203.0.113.2"];
    assert_eq!([first, second].map(|ip| ask(&shop, &format!("x-forwarded-for: {ip}"))), [200, 200]);
    shop.follows(&of("forwarded"));
    assert_eq!([first, second].map(|ip| ask(&shop, &format!("x-forwarded-for: {ip}"))), [200, 429]);
    assert_eq!(ask(&shop, "forwarded: for=203.0.113.3"), 200);
}

#[test]
fn whom_to_tell_of_a_weakness() {
    let told = |shop: &Shop| shop.server.get("/.well-known/security.txt").body;
    let (before, after) = turns("", "server.security_contact = [\"mailto:sec@example.com\"]\n", told);
    assert!(
        !before.contains("Contact:") && after.contains("Contact: mailto:sec@example.com"),
        "{before} {after}"
    );
}

#[test]
fn modes_of_each_safeguard() {
    let one = "rate.prices = \"1/minute\"\n";
    let second = |shop: &Shop| {
        shop.server.get("/api/v1/assets");
        shop.server.get("/api/v1/assets").status
    };
    assert_eq!(turns(one, &format!("{one}safeguards.rate = \"off\"\n"), second), (429, 200));
    let none = "scraping.anonymous_quota = 0\n";
    let page = |shop: &Shop| shop.server.get("/api/v1/history/BTC").status;
    assert_eq!(turns(none, &format!("{none}safeguards.quota = \"off\"\n"), page), (429, 200));
    let honey = "scraping.honey_assets = [\"ZZZQ\"]\nscraping.score = 1\n";
    let asked = |shop: &Shop| shop.server.get("/api/v1/price/ZZZQ").status;
    assert_eq!(turns(honey, &format!("{honey}safeguards.scraping = \"off\"\n"), asked), (401, 404));
}

/// A browser session without the token of its pages.
#[test]
fn forgery() {
    let shop = Shop::open("safeguards.forgery = \"enforce\"\n");
    let password = std::fs::read_to_string(shop.server.data().join("demo-password")).unwrap();
    let login = json!({"email": "demo@example.org", "password": password.trim_end(), "session": "cookie"})
        .to_string();
    let here = format!("origin: http://{}", shop.server.address);
    let host = format!("host: {}", shop.server.address);
    let fields = [here.as_str(), "content-type: application/json", "sec-fetch-site: same-origin"];
    let signed_in = raw(&shop, "POST", "/api/v1/auth/login", &host, &fields, &login);
    let mut given = signed_in.lines().filter_map(|line| line.split_once(": ")).map(|(_, value)| value);
    let cookie =
        given.find(|value| value.starts_with("aspis_session=")).and_then(|value| value.split(';').next());
    let cookie = format!("cookie: {}", cookie.unwrap_or_else(|| panic!("no session: {signed_in}")));
    let act = || raw(&shop, "DELETE", "/api/v1/auth/sessions", &host, &[&cookie, &here], "");
    assert!(act().starts_with("HTTP/1.1 403"), "{}", act());
    shop.follows("safeguards.forgery = \"off\"\n");
    assert!(act().starts_with("HTTP/1.1 20"), "{}", act());
}

/// An answer as it came: values of cookies are not in lower case.
fn raw(shop: &Shop, method: &str, path: &str, host: &str, fields: &[&str], body: &str) -> String {
    let fields = crate::server::lines(fields);
    let mut wire = shop.server.wire();
    wire.send(format!(
        "{method} {path} HTTP/1.1\r\n{host}\r\nconnection: close\r\n{fields}content-length: {}\r\n\r\n{body}",
        body.len()
    ));
    wire.rest()
}

/// What pages of other sites may do.
#[test]
fn pages_of_other_sites() {
    let of = |method: &str, field: &str| {
        format!(
            "cors.origins = [\"https://a.example\"]\ncors.methods = [\"{method}\"]\ncors.headers = [\"{field}\"]\n"
        )
    };
    let allowed = |shop: &Shop| {
        let fields = [
            "origin: https://a.example",
            "access-control-request-method: DELETE",
            "access-control-request-headers: x-api-key",
        ];
        let answer = shop.server.wire().ask("OPTIONS", "/api/v1/auth/sessions", &fields, "");
        let shown = |name: &str| answer.header(name).unwrap_or_default().to_lowercase();
        (shown("access-control-allow-methods"), shown("access-control-allow-headers"))
    };
    let (before, after) = turns(&of("GET", "Content-Type"), &of("DELETE", "X-API-Key"), allowed);
    assert!(!before.0.contains("delete") && !before.1.contains("x-api-key"), "{before:?}");
    assert!(after.0.contains("delete") && after.1.contains("x-api-key"), "{after:?}");
}

/// What is a sign of somebody who walks through everything: each alone is enough here.
#[test]
fn signs_of_a_walk() {
    let quiet = "scraping.score = 1\nscraping.assets = 1000\nscraping.pages = 10000\n\
        scraping.unknown = 1000\nrate.prices = \"10000/minute\"\nmarket.page_default = 1\n";
    let walks = |key: &str, value: u32, paths: &[&str]| {
        let shop = Shop::open(quiet);
        let walk = || paths.iter().map(|path| shop.server.get(path).status).collect::<Vec<_>>();
        assert!(!walk().contains(&401), "{key}: {:?}", walk());
        let old = quiet.lines().find(|line| line.starts_with(key)).unwrap();
        shop.follows(&quiet.replace(old, &format!("{key} = {value}")));
        assert!(walk().contains(&401), "{key}: {:?}", walk());
    };
    let unknown = ["/api/v1/price/QQQA", "/api/v1/price/QQQB", "/api/v1/price/QQQC"];
    walks("scraping.unknown", 2, &unknown);
    walks("scraping.assets", 2, &["/api/v1/price/BTC", "/api/v1/price/ETH", "/api/v1/price/LTC"]);
    let pages = [10, 20, 30].map(|offset| format!("/api/v1/history/BTC?limit=10&offset={offset}"));
    walks("scraping.pages", 2, &pages.each_ref().map(String::as_str));
}
