use super::*;

fn client(ip: &str) -> Client {
    Client::from_ip(ip.parse().expect("an address"))
}

#[test]
fn a_mapped_address_is_the_ipv4_address() {
    assert_eq!(client("::ffff:203.0.113.7"), client("203.0.113.7"));
    assert_eq!(client("::ffff:203.0.113.7").to_string(), "203.0.113.7");
}

#[test]
fn a_thousand_addresses_of_one_slash_64_are_one_client() {
    let first = client("2001:db8:1:2::1");
    for host in 0..1000_u128 {
        let ip = Ipv6Addr::from_bits((0x2001_0db8_0001_0002_u128 << 64) | host);
        assert_eq!(Client::from_ip(ip.into()), first);
    }
    assert_ne!(client("2001:db8:1:3::1"), first);
    assert_eq!(first.to_string(), "2001:db8:1:2::/64");
}

#[test]
fn keys_tell_the_families_apart() {
    assert_ne!(client("0.0.0.1").key(), client("::1").key());
    assert_eq!(client("10.1.2.3").network(), client("10.1.9.9").network());
    assert_ne!(client("10.1.2.3").network(), client("10.2.2.3").network());
    assert_eq!(client("2001:db8:1:2::").network(), client("2001:db8:1:ffff::").network());
}
