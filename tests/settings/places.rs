//! Where the server stands: mode, addresses, folder, proxies, log.

use std::net::TcpListener;

use super::{Home, Server, Shop, json};

#[tokio::test]
async fn mode() {
    let production = [
        "mode=production",
        "server.trusted_proxies=[\"10.0.0.0/8\"]",
        "password.argon2_memory_kib=19456",
        "password.argon2_passes=2",
    ];
    let shop = Shop::with(&production).await;
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.refusal(), (403, "https_required".into()));
    let shop = Shop::with(&["mode=development"]).await;
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.status(), 200);
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that is told everything by `--set`.
fn told_where(home: Home, listen: u16, ops: u16) -> Server {
    let settings = [
        format!("server.listen=127.0.0.1:{listen}"),
        format!("server.ops_listen=127.0.0.1:{ops}"),
        format!("server.data={}", home.data().display()),
    ];
    let command = Home::bare(&settings.each_ref().map(String::as_str));
    Server::of(home, command)
}

#[test]
fn server_listen() {
    let port = free_port();
    let server = told_where(Home::furnished(), port, 0);
    assert_eq!(server.address.port(), port);
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
    assert_eq!(server.get("/metrics").status, 404, "what machines watch is not on this listener");
}

#[test]
fn server_ops_listen() {
    let port = free_port();
    let server = told_where(Home::furnished(), 0, port);
    assert_eq!(server.ops.port(), port);
    let ask = |path: &str| crate::server::Wire::to(server.ops).ask("GET", path, &[], "");
    assert_eq!(
        (ask("/healthz").status, ask("/readyz").status, ask("/api/v1/price/BTC").status),
        (200, 200, 404)
    );
    assert!(ask("/metrics").body.contains("# TYPE"), "{}", ask("/metrics").body);
    let named = |host: &str| {
        let mut wire = crate::server::Wire::to(server.ops);
        wire.send(format!("GET /metrics HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"));
        wire.last()
    };
    for host in ["localhost", "localhost:8002", "127.0.0.1:8002", "[::1]", "[::1]:8002"] {
        assert_eq!(
            (named(host).status, named(host).header("x-content-type-options")),
            (200, Some("nosniff")),
            "{host}"
        );
    }
    for host in ["evil.example", "evil.example:8002", "127.0.0.1.evil.example", "10.0.0.1", "[2001:db8::1]"] {
        assert_eq!(named(host).status, 421, "a page that was made to resolve to this machine: {host}");
    }
    let output = Home::bare(&["server.ops_listen=0.0.0.0:8002"]).output().unwrap();
    let said = crate::server::text(&output.stderr);
    assert!(
        !output.status.success() && said.contains("server.ops_listen") && said.contains("loopback"),
        "{said}"
    );
}

#[test]
fn server_data() {
    let home = Home::furnished();
    let data = home.data();
    let server = told_where(home, 0, 0);
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
    for file in ["aspis.db", "logs/security.log", "demo-password"] {
        assert!(data.join(file).exists(), "{file}");
    }
    assert!(server.greeting.contains(&data.display().to_string()), "{}", server.greeting);
}

#[tokio::test]
async fn server_public_url() {
    for (url, origin) in [
        ("https://api.example.com", "<https://api.example.com/api/v1/"),
        ("", "<http://127.0.0.1:8001/api/v1/"),
    ] {
        let shop = Shop::with(&[&format!("server.public_url=\"{url}\"")]).await;
        let page = shop.caller().get("/api/v1/history/BTC?limit=1").await;
        assert!(page.header("link").unwrap().starts_with(origin), "{:?}", page.header("link"));
    }
}

/// Logins of two clients behind one proxy, with one try each: how the second is answered.
async fn second_behind_a_proxy(settings: &[&str], field: &str) -> u16 {
    let shop = Shop::with(&[&["rate.login=1/minute"], settings].concat()).await;
    let login = json!({"email": "nobody@example.org", "password": "x"});
    let said = |client: &str| if field == "forwarded" { format!("for={client}") } else { client.to_owned() };
    let call = async |client: &str| {
        shop.at("10.0.0.1").with(field, &said(client)).post("/api/v1/auth/login", &login).await.status()
    };
    assert_eq!(call("203.0.113.1").await, 401);
    call("203.0.113.2").await
}

#[tokio::test]
async fn server_security_contact() {
    const PATH: &str = "/.well-known/security.txt";
    let shop = Shop::open().await;
    assert_eq!(shop.caller().get(PATH).await.refusal(), (404, "not_found".to_owned()));
    let contact = "server.security_contact=[\"mailto:security@example.com\", \"https://example.com/report\"]";
    let shop = Shop::with(&[contact, "server.public_url=https://api.example.com"]).await;
    let reply = shop.caller().get(PATH).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
    let text = reply.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[..2], ["Contact: mailto:security@example.com", "Contact: https://example.com/report"]);
    assert!(lines[2].starts_with("Expires: 20") && lines[2].ends_with("T00:00:00Z"), "{text}");
    assert_eq!(lines[3..], ["Canonical: https://api.example.com/.well-known/security.txt"]);
}

#[tokio::test]
async fn server_trusted_proxies() {
    assert_eq!(second_behind_a_proxy(&[], "x-forwarded-for").await, 429, "nobody's word is taken");
    assert_eq!(
        second_behind_a_proxy(&["server.trusted_proxies=[\"10.9.0.0/16\"]"], "x-forwarded-for").await,
        429,
        "not this one's"
    );
    assert_eq!(
        second_behind_a_proxy(&["server.trusted_proxies=[\"10.0.0.0/8\"]"], "x-forwarded-for").await,
        401
    );
}

#[tokio::test]
async fn server_proxy_header() {
    let trusted = "server.trusted_proxies=[\"10.0.0.0/8\"]";
    let rfc_7239 = [trusted, "server.proxy_header=forwarded"];
    assert_eq!(second_behind_a_proxy(&[trusted], "forwarded").await, 429);
    assert_eq!(second_behind_a_proxy(&rfc_7239, "x-forwarded-for").await, 429);
    assert_eq!(second_behind_a_proxy(&rfc_7239, "forwarded").await, 401);
}

#[test]
fn log_level() {
    for (level, says) in [("error", false), ("info", true), ("debug", true)] {
        let server = Server::start(&[&format!("log.level={level}")]);
        assert_eq!(server.get("/api/v1/price/BTC").status, 200);
        let (_, status, log) = server.stop();
        assert!(status.success());
        assert_eq!(log.contains("stopped"), says, "{level}: {log}");
    }
}

/// The lines of the security log of a server that had one attack, once it has stopped.
fn log_in(format: &str) -> Vec<String> {
    let server = Server::start(&[&format!("log.security_format={format}")]);
    assert_eq!(server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--").status, 400);
    let (home, ..) = server.stop();
    let text = std::fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    let data = home.data().display().to_string();
    let whole = crate::server::run(&["log", "verify", "--data", &data]);
    assert!(whole.status.success(), "{format}: {}", crate::server::text(&whole.stdout));
    let seen = crate::server::run(&["events", "--kind", "sqli_attempt", "--json", "--data", &data]);
    assert_eq!(crate::server::text(&seen.stdout).lines().count(), 1, "{format}: read again");
    text.lines().filter(|line| line.contains("sqli_attempt")).map(str::to_owned).collect()
}

#[test]
fn log_security_format() {
    let read = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect(line);
    let [native, ecs, ocsf, cef] = ["native", "ecs", "ocsf", "cef"].map(|format| {
        let mut lines = log_in(format);
        assert_eq!(lines.len(), 1, "{format}: {lines:?}");
        lines.remove(0)
    });
    assert_eq!(read(&native)["kind"], "sqli_attempt");
    assert_eq!(read(&ecs)["event"]["action"], "sqli_attempt");
    assert_eq!(read(&ocsf)["class_uid"], 4002);
    assert!(cef.starts_with("CEF:0|Aspis|Aspis|"), "{cef}");
}

/// Days that a log of two weeks ago, yesterday and today has in its archive once a server has begun a new day on it.
fn days_kept(keep: &str) -> usize {
    use aspis_core::{
        chance::SystemChance,
        clock::{Clock, SystemClock},
        event::{Event, Kind, Sink},
    };
    use aspis_watch::security_log::{Options, SecurityLog};

    let home = Home::furnished();
    let now = SystemClock::start().now();
    let log = SecurityLog::open(&home.data(), Options::new(std::sync::Arc::new(SystemChance), now)).unwrap();
    for days in [14_u64, 13, 4, 3] {
        let at = now.minus(std::time::Duration::from_secs(days * 86_400));
        log.record(Event::of_server(Kind::SignedIn, at));
    }
    log.close();
    let server = Server::on(home, &[&format!("log.security_keep={keep}")]);
    let archive = server.data().join("logs/archive");
    let count = || {
        let entries = std::fs::read_dir(&archive).unwrap();
        let days = entries.filter(|entry| {
            entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|ending| ending == "gz"))
        });
        days.count()
    };
    // Four are closed by the start of the server; those whose time is over go when they are compressed.
    for _ in 0..300 {
        std::thread::sleep(std::time::Duration::from_millis(10));
        if count() == if keep == "90d" { 4 } else { 2 } {
            break;
        }
    }
    count()
}

#[test]
fn log_security_keep() {
    assert_eq!((days_kept("90d"), days_kept("7d")), (4, 2));
}
