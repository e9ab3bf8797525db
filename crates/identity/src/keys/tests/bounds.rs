//! What a key may be made to do, by whom, from where, how long and how many.

use super::*;

#[tokio::test]
async fn a_key_keeps_to_its_networks() {
    let shop = Shop::open().await;
    let new =
        NewKey { allowed_ips: vec!["203.0.113.0/24".into(), "2001:db8::/32".into()], ..wish("predict") };
    let made = shop.wants(new).await.expect("made");
    for (from, refused) in [
        (HOME, None),
        ("203.0.113.255", None),
        ("::ffff:203.0.113.9", None),
        ("2001:db8:1::1", None),
        ("203.0.114.1", Some(Code::AddressNotAllowed)),
        ("2001:db9::1", Some(Code::AddressNotAllowed)),
    ] {
        assert_eq!(shop.sends(&made, from), refused, "{from}");
    }
    for wrong in ["203.0.113.1/24", "nowhere", "::ffff:203.0.113.0/120", ""] {
        let new = NewKey { allowed_ips: vec![wrong.to_owned()], ..wish("predict") };
        assert_eq!(code(shop.wants(new).await), Some(Code::InvalidInput), "{wrong}");
    }
}

#[tokio::test]
async fn a_key_has_a_name_a_scope_and_a_span_that_fit() {
    let shop = Shop::open().await;
    let good = wish("read:prices");
    let names = ["", "a<b", "a\u{7}b", &"a".repeat(101)];
    for name in names {
        let new = NewKey { name: name.to_owned(), ..good.clone() };
        assert_eq!(code(shop.wants(new).await), Some(Code::InvalidInput), "{name:?}");
    }
    for days in [0, 31, u32::MAX] {
        let new = NewKey { expires_in_days: Some(days), ..good.clone() };
        assert_eq!(code(shop.wants(new).await), Some(Code::InvalidInput), "{days}");
    }
    let new = NewKey { scopes: Vec::new(), ..good.clone() };
    assert_eq!(code(shop.wants(new).await), Some(Code::InvalidInput));
    let new = NewKey { name: "O'Brien's job, für 日本".to_owned(), expires_in_days: Some(1), ..good };
    let made = shop.wants(new).await.expect("made");
    assert_eq!(made.key.expires, shop.keys.now().plus(DAY));
}

#[tokio::test]
async fn only_an_operator_makes_keys_that_write_prices() {
    let shop = Shop::open().await;
    let of = |source: Option<&str>| NewKey { source: source.map(str::to_owned), ..wish("write:prices") };
    assert_eq!(code(shop.wants(of(Some("internal_db"))).await), Some(Code::Forbidden));
    let as_operator = async |new| shop.keys.create(operator(shop.ada), new, &visitor(1)).await;
    assert_eq!(code(as_operator(of(None)).await), Some(Code::InvalidInput));
    assert_eq!(code(as_operator(of(Some("anybody"))).await), Some(Code::InvalidInput));
    let plain = NewKey { source: Some("internal_db".to_owned()), ..wish("read:prices") };
    assert_eq!(
        code(as_operator(plain).await),
        Some(Code::InvalidInput),
        "a source stands with its scope alone"
    );
    let made = as_operator(of(Some("internal_db"))).await.expect("made");
    assert_eq!(shop.keys.source_of(made.key.id).as_deref(), Some("internal_db"));
    let strict = open(&shop.town, Rules { operators_strong: true, ..rules() }).await;
    let weak = strict.create(operator(shop.ada), of(Some("internal_db")), &visitor(1)).await;
    assert_eq!(code(weak), Some(Code::SecondFactorRequired));
    // Ada is none in the store: after a start the key opens what it may and no more.
    let sent = strict.verify(made.text.expose(), &shop.sent(HOME.parse().unwrap())).expect("good");
    assert!(sent.scopes.is_empty());
}

#[tokio::test]
async fn what_does_more_than_read_wants_the_owner_a_moment_ago() {
    let shop = Shop::open().await;
    let early = shop.makes("predict").await.expect("made");
    shop.town.later(Duration::from_secs(600));
    for scopes in ["predict", "write:portfolio", "read:prices write:portfolio"] {
        assert_eq!(code(shop.makes(scopes).await), Some(Code::StepUpRequired), "{scopes}");
    }
    assert_eq!(code(shop.replaces(&early, Replacing::default()).await), Some(Code::StepUpRequired));
    let reads = shop.makes("read:prices read:portfolio").await.expect("made");
    shop.replaces(&reads, Replacing::default()).await.expect("replaced");
    shop.revokes(&early).await.expect("to end one is never late");
}

#[tokio::test]
async fn there_is_an_end_to_keys() {
    let shop = Shop::open().await;
    let first = shop.makes("read:prices").await.expect("made");
    for _ in 0..2 {
        shop.makes("read:prices").await.expect("made");
    }
    assert_eq!(code(shop.makes("read:prices").await), Some(Code::TooManyKeys), "of one account");
    let second = shop.replaces(&first, Replacing::default()).await.expect("one in another's place fits");
    shop.replaces(&second, Replacing::default()).await.expect("and so does the next");
    let roomy = open(&shop.town, Rules { per_account: 100, ..rules() }).await;
    roomy.create(shop.ada, wish("read:prices"), &visitor(1)).await.expect("made");
    let full = roomy.create(shop.ada, wish("read:prices"), &visitor(1)).await;
    assert_eq!(code(full), Some(Code::TooManyKeys), "of all together");
    shop.town.later(2 * DAY);
    assert!(
        roomy.create(shop.ada, wish("read:prices"), &visitor(1)).await.is_ok(),
        "what is over makes room"
    );
}

#[tokio::test]
async fn a_grace_has_an_end() {
    let shop = Shop::open().await;
    let made = shop.makes("read:prices").await.expect("made");
    let wish = |grace, days| Replacing { grace_minutes: Some(grace), expires_in_days: days };
    assert_eq!(code(shop.replaces(&made, wish(1441, None)).await), Some(Code::InvalidInput));
    assert_eq!(code(shop.replaces(&made, wish(1440, Some(31))).await), Some(Code::InvalidInput));
    let gone = Made {
        key: aspis_store::keys::ApiKey { id: KeyId(Uuid::from_u128(1)), ..made.key.clone() },
        text: made.text.clone(),
    };
    assert_eq!(code(shop.replaces(&gone, wish(0, None)).await), Some(Code::NotFound));
    shop.replaces(&made, wish(1440, Some(1))).await.expect("replaced");
}
