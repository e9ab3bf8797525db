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
    let (presenters, print) = (Presenters::new(), from(7, b"Firefox").print());
    for known in [None, presenters.recognise(&print, from(7, b"Firefox"))] {
        assert!(presenters.presented_alike(&print, from(7, b"Firefox"), known));
        assert!(!presenters.presented_alike(&print, from(8, b"Firefox"), known));
        assert!(!presenters.presented_alike(&print, from(7, b"firefox"), known));
        assert!(!presenters.presented_alike(&print, from(7, b""), known));
    }
}

#[test]
fn nobody_is_remembered_as_somebody_else() {
    let (presenters, ada, eve) = (Presenters::new(), from(1, b"a"), from(2, b"a"));
    assert_eq!(presenters.recognise(&ada.print(), eve), None);
    let known = presenters.recognise(&ada.print(), ada);
    assert!(known.is_some() && known != presenters.recognise(&eve.print(), eve));
    assert!(!presenters.presented_alike(&eve.print(), ada, known));
    assert!(!presenters.presented_alike(&ada.print(), eve, known));
    assert_ne!(known, Presenters::new().recognise(&ada.print(), ada), "a key of its own");
}

proptest! {
    #[test]
    fn what_is_remembered_answers_as_the_hash_would(
        (of, of_agent) in (0_u8..4, "[ab]{0,2}"),
        asked in prop::collection::vec((0_u8..4, "[ab]{0,2}"), 1..20),
    ) {
        let presenters = Presenters::new();
        let of = from(of, of_agent.as_bytes());
        let known = presenters.recognise(&of.print(), of);
        for (by, by_agent) in &asked {
            let by = from(*by, by_agent.as_bytes());
            prop_assert_eq!(presenters.presented_alike(&of.print(), by, known), of == by);
        }
    }
}
