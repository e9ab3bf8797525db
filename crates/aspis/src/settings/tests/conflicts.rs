use super::*;

/// The only problem of this file, without its place.
fn only(text: &str) -> String {
    let said = lines(&file(text));
    assert_eq!(said.len(), 1, "{said:?}");
    said[0].clone()
}

#[test]
fn production_wants_https() {
    assert_eq!(
        only("mode = \"production\""),
        "aspis.toml:1: server.trusted_proxies: mode = \"production\" needs HTTPS: by a trusted proxy (name its \
         network here, e.g. [\"10.0.0.0/8\"]), or of its own (tls.certificate or acme.domains)"
    );
    let right = "mode = \"production\"\nserver.trusted_proxies = [\"10.0.0.0/8\"]\nserver.listen = \"0.0.0.0:8001\"\n";
    assert!(Settings::load(&file(right)).is_ok());
    let plus = |more: &str| only(&format!("{right}{more}\n"));
    assert!(plus("safeguards.https = \"observe\"").starts_with("aspis.toml:4: safeguards.https: "));
    assert!(plus("safeguards.routes.\"GET /\".https = \"off\"").contains("on all routes and on each"));
    assert!(plus("server.public_url = \"http://a.example\"").contains("needs an https:// address"));
}

#[test]
fn production_hashes_by_the_sheet() {
    let right = "mode = \"production\"\nserver.trusted_proxies = [\"10.0.0.0/8\"]\n[password]\n";
    let with = |memory: u32, passes: u32| {
        Settings::load(&file(&format!("{right}argon2_memory_kib = {memory}\nargon2_passes = {passes}\n")))
            .is_ok()
    };
    assert!(with(19_456, 2) && with(47_104, 1) && with(7_168, 5));
    assert!(!with(19_456, 1) && !with(19_455, 2) && !with(7_167, 100));
    assert!(Settings::load(&file("password.argon2_memory_kib = 64")).is_ok(), "development may hash fast");
}

#[test]
fn development_stays_on_loopback() {
    for open in ["0.0.0.0:8001", "192.168.1.7:8001", "[::]:8001", "[::ffff:10.0.0.1]:8001"] {
        let said = only(&format!("server.listen = \"{open}\""));
        assert!(said.contains("mode = \"development\" listens on loopback only"), "{said}");
    }
    for own in ["127.0.0.2:0", "[::1]:8001", "[::ffff:127.0.0.1]:9000"] {
        assert!(Settings::load(&file(&format!("server.listen = \"{own}\""))).is_ok(), "{own}");
    }
}

#[test]
fn operations_stay_on_loopback_and_apart() {
    assert!(
        only("server.ops_listen = \"0.0.0.0:8002\"").contains("metrics and health are for loopback only")
    );
    assert!(only("server.ops_listen = \"127.0.0.1:8001\"").contains("is taken by server.listen"));
    assert!(
        Settings::load(&file("server.listen = \"127.0.0.1:0\"\nserver.ops_listen = \"127.0.0.1:0\"")).is_ok()
    );
}

#[test]
fn smaller_things_stay_smaller() {
    let cases = [
        ("edge.connections = 100", "edge.connections_per_client: 256 is more than edge.connections (100)"),
        ("edge.url_bytes = 20000", "edge.url_bytes: 20000 is more than edge.head_bytes (16384)"),
        (
            "auth.access_token = \"1h\"\nauth.refresh_token = \"1h\"",
            "auth.access_token: 1h must be less than",
        ),
        ("market.page_default = 2000", "market.page_default: 2000 is more than market.page_max (1000)"),
        ("password.argon2_memory_kib = 8\npassword.argon2_lanes = 2", "write at least 16"),
    ];
    for (text, said) in cases {
        assert!(only(text).contains(said), "{}", only(text));
    }
}

#[test]
fn a_conflict_stands_where_the_last_part_was_written() {
    let sources = file("mode = \"production\"").set("server.trusted_proxies=");
    assert!(lines(&sources)[0].starts_with("--set server.trusted_proxies=…: server.trusted_proxies: "));
    let sources = file("server.trusted_proxies = []").environment(variable("ASPIS_MODE", "production"));
    assert!(lines(&sources)[0].starts_with("environment variable ASPIS_MODE: server.trusted_proxies: "));
}

#[test]
fn a_wrong_value_has_no_echo() {
    assert!(only("mode = \"prod\"\nserver.listen = \"0.0.0.0:80\"").contains("\"prod\" is not allowed"));
    assert!(only("mode = \"production\"\nserver.trusted_proxys = [\"10.0.0.0/8\"]").contains("did you mean"));
    let broken = file("trusted_proxies = [\n").set("mode=production");
    assert!(lines(&broken).iter().all(|line| line.contains("not TOML")));
}
