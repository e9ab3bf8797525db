use super::*;

fn wanted(quantity: &str, note: Option<&str>) -> Wanted {
    Wanted {
        side: Side::Buy,
        asset: "BTC".to_owned(),
        quantity: quantity.parse().expect("a decimal"),
        price_limit: None,
        note: note.map(str::to_owned),
    }
}

#[test]
fn a_fingerprint_tells_orders_apart_and_spellings_not() {
    let one = fingerprint(&wanted("1", None), "BTC");
    assert_eq!(one, fingerprint(&wanted("1.00", None), "BTC"));
    assert_ne!(one, fingerprint(&wanted("1", Some("")), "BTC"));
    assert_ne!(one, fingerprint(&wanted("2", None), "BTC"));
    assert_ne!(one, fingerprint(&wanted("1", None), "ETH"));
}

#[tokio::test]
async fn keys_take_turns_and_are_forgotten() {
    let keys = keyed::Keyed::default();
    let ada = AccountId(aspis_core::ids::uuid_v7(Timestamp(0), &aspis_core::chance::SeededChance::new(1)));
    let first = keys.turn(ada, "k").await;
    assert!(tokio::time::timeout(Duration::from_millis(5), keys.turn(ada, "k")).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(5), keys.turn(ada, "other")).await.is_ok());
    drop(first);
    assert!(tokio::time::timeout(Duration::from_secs(5), keys.turn(ada, "k")).await.is_ok());
}
