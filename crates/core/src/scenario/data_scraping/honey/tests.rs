use proptest::prelude::*;

use super::*;

#[test]
fn a_name_is_letters_and_digits_in_any_case() {
    let read = |text| Name::of(text).map(|name| name.as_str().to_owned());
    assert_eq!(read("btc").as_deref(), Some("BTC"));
    assert_eq!(read("A1b2C3d4E5f6").as_deref(), Some("A1B2C3D4E5F6"));
    for wrong in ["", "A1b2C3d4E5f6G", "BTC-USD", "BTC ", "ÄPFEL", "B\0C"] {
        assert_eq!(read(wrong), None, "{wrong:?}");
    }
}

#[test]
fn a_list_knows_its_names_and_nothing_else() {
    let honey = Honey::new(&["xqv", "ZZK2", "XQV"]).expect("names");
    let holds = |text| honey.holds(&Name::of(text).expect("a name"));
    assert!(holds("XQV") && holds("xqv") && holds("zzk2"));
    assert!(!holds("XQ") && !holds("XQVA") && !holds("BTC"));
    assert_eq!(Honey::new(&["XQV", "no name"]).unwrap_err(), NameError("no name".to_owned()));
    assert!(!Honey::default().holds(&Name::of("BTC").expect("a name")), "nothing is honey by itself");
}

#[test]
fn a_served_asset_in_the_list_is_found() {
    let honey = Honey::new(&["XQV", "eth", "BTC"]).expect("names");
    let served = honey.served(|name| ["ETH", "LTC"].contains(&name));
    assert_eq!(served, Name::of("ETH"));
    assert_eq!(honey.served(|name| name == "LTC"), None);
}

proptest! {
    #[test]
    fn a_name_is_its_text_in_capitals(text in "\\PC{0,14}") {
        let is_name = (1..=12).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric());
        let read = Name::of(&text).map(|name| name.as_str().to_owned());
        prop_assert_eq!(read, is_name.then(|| text.to_uppercase()));
    }
}
