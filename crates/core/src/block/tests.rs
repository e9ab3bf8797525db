use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::*;
use crate::chance::{Chance, SeededChance, bytes};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn block(network: &str, hand: Hand, until: Option<i64>) -> Block {
    let network = parse(network).unwrap();
    Block { network, hand, since: at(0), until: until.map(at), why: String::new(), who: String::new() }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn a_network_is_written_one_way() {
    for (sent, folded) in [
        ("203.0.113.7", "203.0.113.7/32"),
        ("203.0.113.7/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::1/128", "2001:db8::/64"),
        ("2001:db8:1:2:3::/80", "2001:db8:1:2::/64"),
        ("2001:db8::/48", "2001:db8::/48"),
    ] {
        assert_eq!(parse(sent).unwrap().to_string(), folded, "{sent}");
    }
    for wrong in ["", "nobody", "203.0.113.7/33", "203.0.113", "1.2.3.4 ", "2001:db8::/129"] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
    assert_eq!(of_client(Client::from_ip(ip("2001:db8::9"))), parse("2001:db8::1").unwrap());
    assert!(is_too_wide(parse("0.0.0.0/0").unwrap()) && is_too_wide(parse("::/0").unwrap()));
    assert!(!is_too_wide(parse("10.0.0.0/8").unwrap()) && !is_too_wide(parse("2001::/16").unwrap()));
}

#[test]
fn by_hand_is_total_however_wide() {
    let wide = block("10.0.0.0/8", Hand::Operator, Some(50));
    let narrow = block("10.1.2.3", Hand::Automatic, Some(100));
    let table = Table::new([&narrow, &wide]);
    assert_eq!(table.find(ip("10.1.2.3"), at(10)).unwrap().hand, Hand::Operator);
    assert_eq!(table.find(ip("10.1.2.3"), at(50)).unwrap().hand, Hand::Automatic);
    assert_eq!(table.find(ip("10.1.2.4"), at(50)), None);
    assert_eq!(table.find(ip("10.1.2.3"), at(100)), None);
    assert_eq!(table.find(ip("::ffff:10.1.2.4"), at(1)).unwrap().hand, Hand::Operator);
}

#[test]
fn an_ipv6_client_is_its_network_and_no_ipv4_address() {
    let table = [block("2001:db8::1", Hand::Operator, None), block("::/16", Hand::Operator, None)];
    let table = Table::new(&table);
    assert!(table.find(ip("2001:db8::ffff:1"), at(0)).is_some());
    assert!(table.find(ip("2001:db8:0:1::1"), at(0)).is_none());
    assert!(table.find(ip("203.0.113.7"), at(0)).is_none());
}

/// An address in a small world, so that networks meet.
fn some_address(chance: &dyn Chance) -> IpAddr {
    let [kind, one, two, three]: [u8; 4] = bytes(chance);
    match kind % 2 {
        0 => Ipv4Addr::new(10, one % 3, two % 4, three % 8).into(),
        _ => {
            Ipv6Addr::new(0x2001, 0xdb8, u16::from(one % 3), u16::from(two % 4), 0, 0, 0, three.into()).into()
        }
    }
}

#[test]
fn it_finds_what_looking_at_each_finds() {
    let chance = SeededChance::new(5);
    for _ in 0..300 {
        let blocks: Vec<Block> = (0..20)
            .map(|_| {
                let [prefix, hand, end]: [u8; 3] = bytes(&chance);
                let address = some_address(&chance);
                let most = if address.is_ipv4() { 8 + prefix % 25 } else { 16 + prefix % 49 };
                let network = fold(IpNet::new(address, most).unwrap());
                let hand = if hand % 2 == 0 { Hand::Operator } else { Hand::Automatic };
                Block { network, ..block("10.0.0.1", hand, (end % 3 > 0).then_some(i64::from(end))) }
            })
            .collect();
        let table = Table::new(&blocks);
        assert_eq!(table.len(), blocks.len());
        for second in [0, 100, 200] {
            let (address, now) = (some_address(&chance), at(second));
            let holding = blocks.iter().filter(|block| block.network.contains(&address) && block.holds(now));
            let wanted = holding.map(Block::shut).reduce(Shut::harder);
            assert_eq!(table.find(address, now), wanted, "{address} in {blocks:?}");
        }
    }
}
