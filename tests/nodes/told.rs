//! What is done at one node holds at the other.

use super::*;

const SOON: Duration = Duration::from_secs(20);

fn me(node: &Server, token: &str) -> u16 {
    asked(node, "GET", "/api/v1/auth/me", token, "").status
}

#[test]
fn who_signed_in_here_is_known_there_at_once_and_who_signed_out_is_not() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["auth.fingerprint=off"]);
    let tokens = member(&nodes[0], "ada@example.org");
    let access = word(&tokens, "access_token");
    assert_eq!(me(&nodes[1], access), 200);
    let renewed = nodes[1]
        .post("/api/v1/auth/refresh", &json!({"refresh_token": word(&tokens, "refresh_token")}).to_string());
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    let out = asked(&nodes[0], "POST", "/api/v1/auth/logout", access, "");
    assert!(out.status < 300, "{}", out.body);
    let took = until("the sign-out is heard of", || me(&nodes[1], access) == 401);
    assert!(took < SOON, "{took:?}");
    assert_eq!(me(&nodes[0], access), 401);
}

/// The session cookie of a sign-in, letter by letter.
fn cookie(node: &Server, login: &str) -> String {
    let (mut wire, length) = (node.wire(), login.len());
    wire.send(format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{login}"
    ));
    let answer = wire.rest();
    let is_session = |line: &&str| line.starts_with("set-cookie: ") && line.contains("session=");
    let line = answer.lines().find(is_session).unwrap_or_else(|| panic!("{answer}"));
    line["set-cookie: ".len()..].split(';').next().unwrap().to_owned()
}

#[test]
fn a_browser_session_is_known_at_every_node_with_the_next_request() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["auth.fingerprint=off", "rate.login=60000/minute"]);
    member(&nodes[0], "ada@example.org");
    for n in 0..5 {
        let login =
            json!({"email": "ada@example.org", "password": PASSWORD, "session": "cookie"}).to_string();
        let node = &nodes[n % 2];
        let cookie = cookie(node, &login);
        let field = format!("cookie: {cookie}");
        let there = nodes[(n + 1) % 2].wire().ask("GET", "/api/v1/auth/me", &[&field], "");
        assert_eq!(there.status, 200, "{}: {}", n, there.body);
    }
}

#[test]
fn a_key_is_good_everywhere_when_it_is_made_and_nowhere_when_it_is_revoked() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["auth.fingerprint=off"]);
    let tokens = member(&nodes[0], "ada@example.org");
    let access = word(&tokens, "access_token");
    let made = asked(
        &nodes[0],
        "POST",
        "/api/v1/keys",
        access,
        &json!({"name": "reader", "scopes": ["read:portfolio"]}).to_string(),
    );
    assert_eq!(made.status, 201, "{}", made.body);
    let (made, field) = (made.json(), |key: &str| format!("x-api-key: {key}"));
    let field = field(made["key"].as_str().unwrap());
    let ask = |node: &Server| node.wire().ask("GET", "/api/v1/portfolio", &[&field], "").status;
    assert_eq!(ask(&nodes[1]), 200, "with the next request");
    let id = made["id"].as_str().unwrap();
    let gone = asked(&nodes[1], "DELETE", &format!("/api/v1/keys/{id}"), access, "");
    assert!(gone.status < 300, "{}", gone.body);
    until("the revocation is heard of", || ask(&nodes[0]) == 401);
}

#[test]
fn a_node_that_comes_back_knows_what_was_ended_without_it() {
    let Some(ground) = Ground::new() else { return };
    let [one, two] = ground.two(&["auth.fingerprint=off"]);
    let tokens = member(&one, "ada@example.org");
    let access = word(&tokens, "access_token").to_owned();
    assert_eq!(me(&two, &access), 200);
    two.signal(nix::sys::signal::Signal::SIGSTOP);
    assert!(asked(&one, "POST", "/api/v1/auth/logout", &access, "").status < 300);
    two.signal(nix::sys::signal::Signal::SIGCONT);
    until("it reads what it has missed", || me(&two, &access) == 401);
    two.signal(nix::sys::signal::Signal::SIGKILL);
    let (home, ..) = two.ended();
    let two = ground.node_on(home, &["auth.fingerprint=off"]);
    assert_eq!(me(&two, &access), 401);
}

/// A node that could not hear the others for a while changes nothing for anybody before it has.
#[test]
fn a_node_that_stood_still_takes_no_change_from_who_was_signed_out_meanwhile() {
    let Some(ground) = Ground::new() else { return };
    let [one, two] = ground.two(&["auth.fingerprint=off"]);
    let tokens = member(&one, "ada@example.org");
    let access = word(&tokens, "access_token").to_owned();
    assert_eq!(me(&two, &access), 200);
    two.signal(nix::sys::signal::Signal::SIGSTOP);
    assert!(asked(&one, "POST", "/api/v1/auth/logout", &access, "").status < 300);
    let wish = json!({"name": "late", "scopes": ["read:portfolio"]}).to_string();
    let change = || asked(&two, "POST", "/api/v1/keys", &access, &wish);
    thread::scope(|scope| {
        let sent: Vec<_> = (0..4).map(|_| scope.spawn(change)).collect();
        thread::sleep(Duration::from_secs(4));
        two.signal(nix::sys::signal::Signal::SIGCONT);
        for answer in sent {
            let answer = answer.join().unwrap();
            assert!([401, 503].contains(&answer.status), "{} {}", answer.status, answer.body);
        }
    });
    until("it has heard", || me(&two, &access) == 401);
}
