use std::net::{IpAddr, Ipv4Addr};

use aspis_core::hex;
use proptest::prelude::*;

use super::*;

fn from(last: u8, agent: &[u8]) -> Presenter<'_> {
    Presenter { client: Client::from_ip(IpAddr::V4(Ipv4Addr::new(203, 0, 113, last))), agent }
}

#[test]
fn a_fingerprint_is_the_known_one_on_every_node_and_after_every_restart() {
    assert_eq!(hex::encode(&from(7, b"curl/8.9").print()), "65c20ad8c002c714c05963970b56f651");
}

#[test]
fn another_address_or_another_agent_is_not_alike() {
    let (seen, print) = (Presenters::new(8), from(7, b"Firefox").print());
    for _ in 0..2 {
        assert!(seen.presented_alike(&print, from(7, b"Firefox")));
        assert!(!seen.presented_alike(&print, from(8, b"Firefox")));
        assert!(!seen.presented_alike(&print, from(7, b"firefox")));
        assert!(!seen.presented_alike(&print, from(7, b"")));
    }
}

#[test]
fn somebody_else_is_judged_by_their_own_fingerprint_not_by_having_been_seen() {
    let (seen, ada, eve) = (Presenters::new(1), from(1, b"a"), from(2, b"a"));
    assert!(seen.presented_alike(&ada.print(), ada) && seen.presented_alike(&eve.print(), eve));
    assert!(!seen.presented_alike(&ada.print(), eve));
    assert!(!seen.presented_alike(&eve.print(), ada));
}

proptest! {
    #[test]
    fn a_memory_answers_as_the_hash_would(
        asked in prop::collection::vec((0_u8..4, "[ab]{0,2}", 0_u8..4, "[ab]{0,2}"), 1..60),
        room in 0_usize..4,
    ) {
        let seen = Presenters::new(room);
        for (of, of_agent, by, by_agent) in &asked {
            let (of, by) = (from(*of, of_agent.as_bytes()), from(*by, by_agent.as_bytes()));
            prop_assert_eq!(seen.presented_alike(&of.print(), by), of == by);
        }
    }
}
