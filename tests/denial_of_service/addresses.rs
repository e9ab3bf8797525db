//! Who is counted: the address at the other end of the socket, unless a trusted proxy says otherwise.

use crate::shop::{Caller, Shop};

/// Five limits make room for many clients; each may read prices twice.
const TWO: &str = "rate.prices=2/minute";
const PROXIES: &str = "server.trusted_proxies=10.0.0.0/8, 2001:db8:ffff::/48";

async fn admitted(caller: &Caller<'_>) -> bool {
    let status = caller.get("/api/v1/prices").await.status();
    assert!([200, 429].contains(&status), "{status}");
    status == 200
}

#[tokio::test]
async fn a_header_changes_nobodys_address() {
    let shop = Shop::open().await;
    let mut passed = 0;
    for number in 0..100 {
        let address = format!("192.0.2.{number}");
        let name = [
            "x-forwarded-for",
            "forwarded",
            "x-real-ip",
            "cf-connecting-ip",
            "true-client-ip",
            "x-client-ip",
            "x-cluster-client-ip",
        ];
        let value = if number % 7 == 1 { format!("for={address}") } else { address };
        let reply = shop.caller().with(name[number % 7], &value).call("POST", "/api/v1/auth/login", "").await;
        passed += usize::from(reply.status() != 429);
    }
    assert_eq!(passed, 5);
    let events = shop.event_log();
    assert!(events.iter().all(|event| event.client.unwrap().to_string() == "203.0.113.7"));
}

/// All callers of a proxy that no setting names share one limit: the server says so before they meet it.
#[tokio::test]
async fn a_proxy_that_no_setting_names_is_noticed() {
    let noticed = async |settings: &[&str], peer: &str, field: &str| {
        let shop = Shop::with(settings).await;
        shop.at(peer).with(field, "for=192.0.2.1").get("/api/v1/assets").await;
        shop.app.beat();
        let text = shop.app.metrics.render();
        text.contains("\naspis_unnamed_proxy 1\n")
    };
    for (peer, field) in
        [("10.0.0.1", "x-forwarded-for"), ("127.0.0.1", "forwarded"), ("fd00::1", "forwarded")]
    {
        assert!(noticed(&[], peer, field).await, "{peer}");
    }
    assert!(!noticed(&[], "203.0.113.9", "x-forwarded-for").await, "anybody on the internet may say so");
    assert!(!noticed(&[PROXIES], "10.0.0.1", "x-forwarded-for").await, "it is named");
    assert!(!noticed(&[], "10.0.0.1", "x-real-ip").await, "it speaks for nobody");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_rightmost_untrusted_hop_counts() {
    let shop = Shop::with(&[TWO, PROXIES]).await;
    let via = |field: &str, value: &str| shop.at("10.0.0.1").with(field, value);
    // Whatever a caller writes to the left of what the proxies wrote changes nothing.
    assert!(admitted(&via("x-forwarded-for", "192.0.2.1")).await);
    assert!(admitted(&via("x-forwarded-for", "203.0.113.99, 192.0.2.1")).await);
    assert!(!admitted(&via("x-forwarded-for", "203.0.113.98, garbage, 192.0.2.1, 10.3.3.3")).await);
    assert!(!admitted(&via("x-forwarded-for", "203.0.113.97").with("x-forwarded-for", "192.0.2.1")).await);
    // The other field is the caller's own words, even through a proxy.
    assert!(!admitted(&via("x-forwarded-for", "192.0.2.1").with("forwarded", "for=203.0.113.96")).await);
    assert!(!admitted(&via("x-forwarded-for", "192.0.2.1:1234")).await);
    assert!(admitted(&via("x-forwarded-for", "192.0.2.2")).await, "somebody else");
    assert!(!admitted(&shop.at("10.9.9.9").with("x-forwarded-for", "192.0.2.1")).await, "by another proxy");
}

#[tokio::test]
async fn proxies_that_write_forwarded_are_read_by_it_alone() {
    let shop = Shop::with(&[TWO, PROXIES, "server.proxy_header=forwarded"]).await;
    let via = |value: &str| shop.at("10.0.0.1").with("forwarded", value);
    assert!(admitted(&via("for=192.0.2.1")).await);
    assert!(admitted(&via("for=203.0.113.96, For=\"192.0.2.1:4711\";proto=https;by=10.0.0.1")).await);
    for value in [
        "for=203.0.113.95;by=\"x, y\", for=192.0.2.1, for=10.3.3.3",
        "for=203.0.113.94,for=\"[::ffff:192.0.2.1]:80\"",
        "proto=https;for=192.0.2.1",
    ] {
        assert!(!admitted(&via(value)).await, "{value}");
    }
    assert!(!admitted(&via("for=203.0.113.93").with("forwarded", "for=192.0.2.1")).await);
    assert!(!admitted(&via("for=192.0.2.1").with("x-forwarded-for", "203.0.113.92")).await);
    assert!(admitted(&via("for=192.0.2.2")).await, "somebody else");
    // A quote that never ends swallows what the proxy wrote, and these name nobody: then it is not known who calls.
    for nobody in ["for=\"203.0.113.91, for=192.0.2.3", "for=unknown", "for=_hidden", "proto=https"] {
        let reply = via(nobody).get("/api/v1/prices").await;
        assert_eq!(reply.refusal(), (400, "bad_forwarded".into()), "{nobody}");
    }
}

#[tokio::test]
async fn who_is_not_named_is_not_taken_for_the_proxy() {
    let shop = Shop::with(&[TWO, PROXIES]).await;
    let via = |value: &str| shop.at("10.0.0.1").with("x-forwarded-for", value);
    let garbage =
        ["unknown", "_hidden", "999.1.1.1", "192.0.2.1 192.0.2.2", "<script>", "192.0.2.9, x, 10.3.3.3"];
    for value in garbage {
        let reply = via(value).get("/api/v1/prices").await;
        assert_eq!(reply.refusal(), (400, "bad_forwarded".into()), "{value}");
    }
    assert!(shop.events().contains(&"bad_forwarded"), "whoever runs the proxy has to know");
    // Garbage that a caller sends stands to the left of what the proxy adds, and says nothing.
    assert!(admitted(&via("unknown, 192.0.2.7")).await);
    // The proxy itself asks whether the server is there: nobody else spends its window.
    for value in ["", " , "] {
        assert!(admitted(&via(value)).await, "{value:?}");
    }
    assert!(!admitted(&shop.at("10.0.0.1")).await);
}

#[tokio::test]
async fn an_untrusted_peer_cannot_pretend_to_be_behind_a_proxy() {
    let shop = Shop::with(&[TWO, PROXIES]).await;
    for number in 0..6 {
        let caller = shop.at("11.0.0.1").with("x-forwarded-for", &format!("192.0.2.{number}, 10.0.0.1"));
        assert_eq!(admitted(&caller).await, number < 2);
    }
}

#[tokio::test]
async fn a_network_of_sixty_four_bits_is_one_client() {
    let shop = Shop::with(&["rate.prices=10/minute"]).await;
    let mut passed = 0;
    for host in 0..1000 {
        passed += u32::from(admitted(&shop.at(&format!("2001:db8:1:1::{host:x}"))).await);
    }
    assert_eq!(passed, 10);
    assert!(admitted(&shop.at("2001:db8:1:2::1")).await, "the next network is another client");
}

#[tokio::test]
async fn an_address_written_in_two_ways_is_one_client() {
    let shop = Shop::with(&[TWO, PROXIES]).await;
    assert!(admitted(&shop.at("192.0.2.1")).await);
    assert!(admitted(&shop.at("::ffff:192.0.2.1")).await);
    assert!(!admitted(&shop.at("::ffff:c000:201")).await);
    assert!(!admitted(&shop.at("10.0.0.1").with("x-forwarded-for", "::ffff:192.0.2.1")).await);
    assert!(!admitted(&shop.at("::ffff:10.0.0.1").with("x-forwarded-for", "[::ffff:192.0.2.1]:80")).await);
}

#[tokio::test]
async fn a_new_user_agent_is_no_new_client() {
    let shop = Shop::with(&[TWO]).await;
    for number in 0..6 {
        let caller = shop
            .caller()
            .with("user-agent", &format!("agent/{number}"))
            .with("x-request-id", &number.to_string());
        assert_eq!(admitted(&caller).await, number < 2);
    }
}

#[tokio::test]
async fn a_flood_of_addresses_never_frees_a_limited_client() {
    let shop = Shop::with(&["rate.table_slots=64", TWO]).await;
    let victim = shop.at("203.0.113.7");
    while admitted(&victim).await {}
    for number in 0..4000_u32 {
        shop.at(&std::net::Ipv4Addr::from(0x0b00_0000 + number * 977).to_string())
            .get("/api/v1/prices")
            .await;
        if number % 100 == 0 {
            assert!(!admitted(&victim).await, "after {number} others");
        }
    }
    assert!(!admitted(&victim).await);
}
