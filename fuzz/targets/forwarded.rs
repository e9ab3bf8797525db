//! The caller's address behind proxies: who is no proxy cannot choose it, and what stands to the left of a proxy's own
//! word changes nothing.

#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use aspis_core::forwarded::{Field, Fields, Origin, Proxies};
use aspis_fuzz::{choose, halves, text};
use libfuzzer_sys::fuzz_target;

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const CALLER: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose::<4>(data) else { return };
    let (field, proto) = halves(rest);
    let (sent, proto) = (text(field), text(proto));
    let field = if way & 1 == 0 { Field::XForwardedFor } else { Field::Forwarded };
    stranger(&sent, &proto, field);
    if way & 2 == 0 { in_one_line(&sent, field) } else { in_two_lines(&sent, field) }
});

fn origin(peer: IpAddr, lines: &[&str], proto: Option<&str>, field: Field) -> Origin {
    let proxies = Proxies::new(vec!["10.0.0.0/8".parse().expect("a network")], field);
    let (mut fields, lines) = (Fields { x_forwarded_proto: proto, ..Fields::default() }, lines.to_vec());
    match field {
        Field::XForwardedFor => fields.x_forwarded_for = lines,
        Field::Forwarded => fields.forwarded = lines,
    }
    proxies.origin(peer, &fields)
}

/// Who is no proxy is who the socket says, whatever he sends; behind a proxy it is any address, and never a panic.
fn stranger(sent: &str, proto: &str, field: Field) {
    let judged = origin(CALLER, &[sent], Some(proto), field);
    assert_eq!(judged, Origin::of(CALLER, false), "{sent:?}");
    let behind = origin(PROXY, &[sent], Some(proto), field).address;
    assert_eq!(behind, behind.to_canonical(), "{sent:?}");
}

/// A proxy writes its caller's address behind what the caller sent: that one it is, or, where the line cannot be read,
/// the proxy's own. Never one that the caller chose.
fn in_one_line(sent: &str, field: Field) {
    let own = match field {
        Field::XForwardedFor => [CALLER.to_string(), format!("{CALLER}:4711")],
        Field::Forwarded => [format!("for={CALLER};proto=http"), format!("proto=http;for=\"{CALLER}:4711\"")],
    };
    for line in own.map(|own| format!("{sent}, {own}")) {
        let judged = origin(PROXY, &[&line], None, field);
        assert!([CALLER, PROXY].contains(&judged.address), "{line:?}: {judged:?}");
        assert!(!judged.https, "{line:?}");
    }
}

/// The same where the proxy writes a line of its own: then nothing the caller sent can spoil it.
fn in_two_lines(sent: &str, field: Field) {
    let own = match field {
        Field::XForwardedFor => CALLER.to_string(),
        Field::Forwarded => format!("for=\"{CALLER}:4711\";proto=https"),
    };
    let judged = origin(PROXY, &[sent, &own], None, field);
    assert_eq!(judged, Origin::of(CALLER, field == Field::Forwarded), "{sent:?}");
}
