//! Blocks as firewalls take them. Only networks are written: nothing that anybody chose the words of.
//!
//! A block that the server made by itself spares who was signed in before, which a firewall cannot: only blocks by hand
//! are handed over.

use std::fmt::Write;

use aspis_core::block::{Block, Hand};
use ipnet::IpNet;

/// Networks that are shut out by hand; of those within each other the widest.
fn networks(blocks: &[Block]) -> Vec<IpNet> {
    IpNet::aggregate(
        &blocks.iter().filter(|block| block.hand == Hand::Operator).map(|block| block.network).collect(),
    )
}

/// A network a line.
pub(super) fn plain(blocks: &[Block]) -> String {
    lines(blocks, "", "")
}

/// `deny` lines, to be included in `http`, `server` or `location`.
pub(super) fn nginx(blocks: &[Block]) -> String {
    lines(blocks, "deny ", ";")
}

fn lines(blocks: &[Block], before: &str, after: &str) -> String {
    let mut text = String::new();
    for network in networks(blocks) {
        // Writing into a text cannot fail.
        let _ = writeln!(text, "{before}{network}{after}");
    }
    text
}

/// A table of its own that is replaced whole each time, so that what was lifted is gone.
pub(super) fn nft(blocks: &[Block]) -> String {
    let (four, six): (Vec<IpNet>, Vec<IpNet>) =
        networks(blocks).into_iter().partition(|network| network.addr().is_ipv4());
    let mut text = String::from("table inet aspis\ndelete table inet aspis\ntable inet aspis {\n");
    // Writing into a text cannot fail.
    for (name, kind, networks) in [("blocked4", "ipv4_addr", &four), ("blocked6", "ipv6_addr", &six)] {
        let _ = writeln!(text, "\tset {name} {{\n\t\ttype {kind}\n\t\tflags interval");
        if !networks.is_empty() {
            let elements: Vec<String> = networks.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "\t\telements = {{ {} }}", elements.join(", "));
        }
        text.push_str("\t}\n");
    }
    text.push_str(
        "\tchain input {\n\t\ttype filter hook input priority filter - 10; policy accept;\n\
         \t\tip saddr @blocked4 drop\n\t\tip6 saddr @blocked6 drop\n\t}\n}\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use aspis_core::{block, clock::Timestamp};

    use super::*;

    fn shut(network: &str, hand: Hand) -> Block {
        let network = block::parse(network).expect("a network");
        let since = Timestamp::from_seconds(0);
        Block { network, hand, since, until: None, why: "a\n;b".to_owned(), who: "c".to_owned() }
    }

    #[test]
    fn only_networks_by_hand_are_written() {
        let blocks = [
            shut("203.0.113.7", Hand::Operator),
            shut("203.0.113.0/24", Hand::Operator),
            shut("198.51.100.9", Hand::Automatic),
            shut("2001:db8::1", Hand::Operator),
        ];
        assert_eq!(plain(&blocks), "203.0.113.0/24\n2001:db8::/64\n");
        assert_eq!(nginx(&blocks), "deny 203.0.113.0/24;\ndeny 2001:db8::/64;\n");
        let table = nft(&blocks);
        assert!(
            table.contains("elements = { 203.0.113.0/24 }") && table.contains("elements = { 2001:db8::/64 }")
        );
        assert!(!nft(&[]).contains("elements"));
    }
}
