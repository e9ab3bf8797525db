use proptest::prelude::*;

use super::*;

fn proxies(field: Field) -> Proxies {
    Proxies::new(
        vec!["10.0.0.0/8".parse().expect("cidr"), "2001:db8:ffff::/48".parse().expect("cidr")],
        field,
    )
}

/// The address behind the field that is filled; where both are, the proxies write `X-Forwarded-For`.
fn seen(peer: &str, forwarded: &[&str], xff: &[&str]) -> String {
    let field = if xff.is_empty() { Field::Forwarded } else { Field::XForwardedFor };
    let fields =
        Fields { forwarded: forwarded.to_vec(), x_forwarded_for: xff.to_vec(), x_forwarded_proto: None };
    let origin = proxies(field).origin(peer.parse().expect("peer"), || fields.clone());
    if origin.readable { origin.address.to_string() } else { format!("{}?", origin.address) }
}

#[test]
fn a_stranger_cannot_choose_an_address() {
    assert_eq!(seen("203.0.113.7", &["for=1.2.3.4"], &["1.2.3.4"]), "203.0.113.7");
    assert_eq!(seen("::ffff:203.0.113.7", &[], &["1.2.3.4"]), "203.0.113.7");
}

#[test]
fn the_rightmost_hop_that_is_no_proxy_is_the_client() {
    assert_eq!(seen("10.0.0.1", &[], &["6.6.6.6, 198.51.100.9, 10.0.0.2"]), "198.51.100.9");
    assert_eq!(seen("10.0.0.1", &[], &["6.6.6.6", "198.51.100.9", "10.0.0.2"]), "198.51.100.9");
    assert_eq!(
        seen("10.0.0.1", &["for=6.6.6.6, for=\"[2001:db8::17]:4711\";proto=https, for=10.0.0.3"], &[]),
        "2001:db8::17"
    );
    assert_eq!(seen("10.0.0.1", &[], &["10.0.0.9"]), "10.0.0.9", "all proxies: the outermost one");
}

#[test]
fn garbage_ends_the_walk_at_the_last_hop_known() {
    assert_eq!(seen("10.0.0.1", &[], &["6.6.6.6, not-an-address"]), "10.0.0.1?");
    assert_eq!(seen("10.0.0.1", &["for=unknown"], &[]), "10.0.0.1?");
    assert_eq!(seen("10.0.0.1", &["for=_hidden, for=10.0.0.2"], &[]), "10.0.0.2?");
    assert_eq!(seen("10.0.0.1", &[], &["not-an-address, 198.51.100.9"]), "198.51.100.9", "the caller's own");
    for nothing in ["", " ", ",", " , "] {
        assert_eq!(seen("10.0.0.1", &[], &[nothing]), "10.0.0.1", "as if it were not there");
    }
    assert_eq!(seen("10.0.0.1", &[], &["198.51.100.9, "]), "198.51.100.9");
}

#[test]
fn an_open_quote_does_not_swallow_what_the_proxy_writes() {
    for sent in
        ["for=6.6.6.6;by=\"", "for=6.6.6.6;by=\"\\\"", "for=6.6.6.6;by=\"\\", "\"", "for=6.6.6.6;by=\"\"\""]
    {
        for own in ["for=198.51.100.9", "for=\"198.51.100.9:4711\";proto=https"] {
            assert_eq!(seen("10.0.0.1", &[&format!("{sent}, {own}")], &[]), "10.0.0.1?", "{sent}, {own}");
            assert_eq!(seen("10.0.0.1", &[sent, own], &[]), "198.51.100.9", "{sent} and {own}");
        }
    }
    let quoted = "for=6.6.6.6;by=\"a\\\", for=6.6.6.7\", for=198.51.100.9;host=\"b\\\\\"";
    assert_eq!(seen("10.0.0.1", &[quoted], &[]), "198.51.100.9", "an escaped quote ends nothing");
}

#[test]
fn the_field_that_the_proxies_do_not_write_is_the_callers_own() {
    assert_eq!(seen("10.0.0.1", &["for=6.6.6.6;proto=https"], &["198.51.100.9"]), "198.51.100.9");
    let fields =
        Fields { x_forwarded_for: vec!["6.6.6.6"], x_forwarded_proto: Some("https"), ..Fields::default() };
    let origin = proxies(Field::Forwarded).origin("10.0.0.1".parse().expect("ip"), || fields.clone());
    assert_eq!((origin.address.to_string().as_str(), origin.https), ("10.0.0.1", false));
}

#[test]
fn https_is_a_trusted_proxys_word() {
    let fields = Fields {
        x_forwarded_proto: Some("http, https"),
        x_forwarded_for: vec!["198.51.100.9"],
        ..Fields::default()
    };
    assert!(proxies(Field::XForwardedFor).origin("10.0.0.1".parse().expect("ip"), || fields.clone()).https);
    assert!(
        !proxies(Field::XForwardedFor).origin("203.0.113.7".parse().expect("ip"), || fields.clone()).https
    );
}

proptest! {
    #[test]
    fn no_header_moves_a_peer_that_is_no_proxy(forwarded in ".{0,80}", xff in ".{0,80}") {
        let peer: IpAddr = "203.0.113.7".parse().expect("ip");
        let fields = Fields { forwarded: vec![&forwarded], x_forwarded_for: vec![&xff], x_forwarded_proto: Some("https") };
        prop_assert_eq!(proxies(Field::XForwardedFor).origin(peer, || fields.clone()), Origin::of(peer, false));
    }
}
