//! Names as counters know them: one for every way to write an address, and none that strangers share.

use super::hand::{ADA, LOGIN, WRONG, lock, login, looked_at, open, refusal, right, wrong};
use crate::shop::Shop;

#[tokio::test]
async fn every_case_of_an_address_is_one_count() {
    let shop = open().await;
    shop.member(ADA).await;
    for (at, name) in
        ["ada@example.org", "ADA@example.org", "ada@EXAMPLE.ORG", "aDa@example.org", "Ada@Example.Org"]
            .into_iter()
            .enumerate()
    {
        assert_eq!(wrong(&shop.at(&format!("192.0.2.{at}")), name).await.status(), 401, "{name}");
    }
    assert_eq!(right(&shop.caller(), "adA@exampLe.orG").await.refusal(), refusal(423, "account_locked"));
}

/// An empty name that locks everybody out has been seen elsewhere; so has a victim's address in another's name.
#[tokio::test]
async fn no_strange_name_shares_a_count_with_another() {
    let shop = open().await;
    shop.member(ADA).await;
    let long = format!("{}@example.org", "a".repeat(10_000));
    let longer = format!("{long}x");
    let strange = [
        "",
        " ",
        "@",
        "ada",
        "ada@example.org ",
        " ada@example.org",
        "ada@example.org.",
        "ada@example.org@",
        "\"ada\"@example.org",
        "ada@[192.0.2.1]",
        "\u{430}da@example.org",
        "\u{ff41}da@example.org",
        "a\u{301}da@example.org",
        "\u{1f6e1}",
        "%61da@example.org",
        "ada%00@example.org",
        &long,
        &longer,
    ];
    for (network, name) in strange.into_iter().enumerate() {
        let network = u8::try_from(network + 10).unwrap();
        lock(&shop, name, network).await;
        let reply = wrong(&shop.at("203.0.113.1"), name).await;
        assert_eq!(reply.refusal(), refusal(423, "account_locked"), "{name:.40}");
    }
    assert_eq!(looked_at(&shop), 5 * strange.len());
    assert_eq!(right(&shop.caller(), ADA).await.status(), 200, "none of them is hers");
}

/// Control characters are refused before anything is counted: they are an attack of another kind.
#[tokio::test]
async fn a_name_with_a_nul_locks_nobody() {
    let shop = open().await;
    shop.member(ADA).await;
    for at in 0..20 {
        for name in ["\0", "ada@example.org\0", "\0ada@example.org", "ada\0@example.org"] {
            let status = wrong(&shop.at(&format!("192.0.2.{at}")), name).await.status();
            assert!([400, 401, 423].contains(&status), "{name:?}: {status}");
        }
    }
    assert_eq!(right(&shop.caller(), ADA).await.status(), 200);
}

#[tokio::test]
async fn made_up_addresses_in_headers_are_no_new_clients() {
    let shop = open().await;
    shop.member(ADA).await;
    for at in 0..100 {
        let made_up = format!("198.51.100.{at}");
        let caller = shop
            .caller()
            .with("x-forwarded-for", &made_up)
            .with("x-real-ip", &made_up)
            .with("forwarded", &format!("for={made_up}"))
            .with("cf-connecting-ip", &made_up)
            .with("user-agent", &format!("bot/{at}"));
        let reply = wrong(&caller, &format!("name{at}@example.org")).await;
        let wanted = if at < 3 { "invalid_credentials" } else { "challenge_required" };
        assert_eq!(reply.refusal(), refusal(401, wanted), "{at}");
    }
    assert!(
        shop.event_log().iter().all(|event| {
            event.client.is_none_or(|client| !client.to_string().starts_with("198.51.100."))
        })
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_last_address_that_is_not_its_own_counts() {
    let shop = Shop::endless(&["challenge.difficulty=1", r#"server.trusted_proxies=["10.0.0.0/8"]"#]).await;
    let behind = |list: &str| shop.at("10.0.0.1").with("x-forwarded-for", list);
    for at in 0..3 {
        let list = format!("192.0.2.{at}, 203.0.113.9, 10.0.0.2");
        assert_eq!(wrong(&behind(&list), &format!("name{at}@example.org")).await.status(), 401);
    }
    let lied = behind("192.0.2.77, 203.0.113.9");
    assert_eq!(wrong(&lied, "four@example.org").await.refusal(), refusal(401, "challenge_required"));
    let neighbour = behind("203.0.113.9, 203.0.113.10");
    assert_eq!(wrong(&neighbour, "four@example.org").await.refusal(), refusal(401, "invalid_credentials"));
}

#[tokio::test]
async fn addresses_of_one_network_of_six_are_one_client() {
    let shop = open().await;
    for at in 0..20 {
        let caller = shop.at(&format!("2001:db8::{at:x}:{at:x}"));
        let reply = caller.post(LOGIN, &login(&format!("name{at}@example.org"), WRONG)).await;
        let wanted = if at < 3 { "invalid_credentials" } else { "challenge_required" };
        assert_eq!(reply.refusal(), refusal(401, wanted), "{at}");
    }
    let mapped = shop.at("::ffff:203.0.113.7");
    super::hand::stumble(&shop.caller()).await;
    assert_eq!(wrong(&mapped, ADA).await.refusal(), refusal(401, "challenge_required"), "one and the same");
}
