//! Letters of the real binary, as the mail server gets them: whatever strangers choose, they add no header to one and
//! nobody to those who get it.

use std::{sync::mpsc::Receiver, time::Duration};

use super::{PASSWORD, Server, ada, json, post_office};
use crate::server::{Answer, Wire};

/// Every header of a letter.
const HEADERS: [&str; 9] = [
    "Auto-Submitted",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
];

/// A user agent that would be a header, a letter or a command, if anybody took it for more than a text.
const AGENT: &str = "x\tBcc: eve@evil.example =?utf-8?q?=0D=0ABcc:_eve@evil.example?= %0d%0aCc: eve@evil.example \
    \\r\\n.\\r\\nRCPT TO:<eve@evil.example>\u{2028}Bcc: eve@evil.example\u{2029}\u{202e}Bcc: eve@evil.example";

/// With mail, and with failures that lead to nothing but a lock.
fn open() -> (Server, Receiver<String>) {
    let (office, letters) = post_office();
    let mail = format!("mail.url=smtp://{office}");
    let server = Server::start(&[
        &mail,
        "mail.from=Aspis <aspis@example.com>",
        "rate.login=60000/minute",
        "rate.register=60000/minute",
        "register.challenge_after=1000",
        "lock.challenge_over=1000",
        "lock.wait_over=1000",
    ]);
    (server, letters)
}

fn next(letters: &Receiver<String>) -> String {
    letters.recv_timeout(Duration::from_secs(30)).expect("a letter")
}

/// The one who gets a letter, which has every header once and nothing of a stranger in its head.
fn judged(letter: &str) -> String {
    let (envelope, text) = letter.split_once("\nDATA\n").expect(letter);
    let (head, _) = text.split_once("\n\n").expect(letter);
    let begins = |words: &str| envelope.lines().filter(|line| line.starts_with(words)).collect::<Vec<_>>();
    assert_eq!(begins("MAIL FROM:<aspis@example.com>").len(), 1, "{letter}");
    let to = begins("RCPT TO:");
    assert_eq!((to.len(), begins("MAIL").len()), (1, 1), "{letter}");
    let fields = head.lines().filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<_> = fields.map(|line| line.split(':').next().unwrap_or_default()).collect();
    names.sort_unstable();
    assert_eq!(names, HEADERS, "{letter}");
    assert!(!letter.contains(['\r', '\0', '\u{2028}', '\u{85}']), "{letter:?}");
    let to =
        to[0].strip_prefix("RCPT TO:<").and_then(|rest| rest.split_once('>')).expect(letter).0.to_owned();
    assert!(head.lines().any(|line| line == format!("To: {to}")), "{letter}");
    assert!(
        !head.replace(&to, "").contains("evil") && !envelope.replace(&to, "").contains("evil"),
        "{letter}"
    );
    to
}

fn register(server: &Server, email: &str, name: &str) -> Answer {
    let person = json!({"email": email, "password": PASSWORD, "full_name": name});
    server.post("/api/v1/auth/register", &person.to_string())
}

#[test]
fn an_address_is_one_mailbox_or_none() {
    let (server, letters) = open();
    let mut welcome = Vec::new();
    for email in [
        "ada@example.org\r\nBcc: eve@evil.example",
        "ada@example.org\nBcc: eve@evil.example",
        "ada\r\nBcc: eve@evil.example\r\n@example.org",
        "ada@example.org\r\n.\r\nRCPT TO:<eve@evil.example>",
        "ada@example.org>\r\nRCPT TO:<eve@evil.example",
        "ada@example.org\u{2028}Bcc: eve@evil.example",
        "ada@example.org\u{85}Bcc: eve@evil.example",
        "ada@example.org,eve@evil.example",
        "ada@example.org;eve@evil.example",
        "ada@example.org eve@evil.example",
        "ada@example.org> NOTIFY=SUCCESS",
        "<ada@example.org>",
        "Ada <eve@evil.example>",
        "\"ada\r\n\"@example.org",
        "\"eve@evil.example,\"@example.org",
        "ada@[127.0.0.1]",
        "ada@example.org\0",
        "eve%evil.example@example.org",
        "eve!evil.example@example.org",
        "=?utf-8?q?=0d=0abcc=3a?=@example.org",
        "-f.eve@example.org",
        "o'brien@example.org",
    ] {
        let answer = register(&server, email, "Ada");
        assert!([202, 400].contains(&answer.status), "{email:?}: {answer:?}");
        if answer.status == 202 {
            welcome.push(email.to_owned());
        }
        // A link is asked for in nobody's name.
        let forgot = json!({"email": email}).to_string();
        assert!(
            [202, 400].contains(&server.post("/api/v1/auth/password/forgot", &forgot).status),
            "{email:?}"
        );
    }
    assert!(welcome.len() < 6 && welcome.contains(&"o'brien@example.org".to_owned()), "{welcome:?}");
    // Each has a welcome and a link.
    let mut got: Vec<_> = (0..welcome.len() * 2).map(|_| judged(&next(&letters))).collect();
    let mut expected = [&welcome[..], &welcome[..]].concat();
    got.sort();
    expected.sort();
    assert_eq!(got, expected);
    assert!(server.stop().1.success());
    assert!(letters.try_recv().is_err(), "nobody else got one");
}

#[test]
fn names_and_user_agents_add_nothing_to_a_letter() {
    let (server, letters) = open();
    let name = "Bcc: eve@evil.example, Subject: You have won =?utf-8?q?=0D=0ABcc:_eve@evil.example?=";
    for _ in 0..2 {
        assert_eq!(register(&server, "ada@example.org", name).status, 202);
    }
    let agent = format!("user-agent: {AGENT}");
    let headers = ["content-type: application/json", &agent];
    let sign_in = |wire: Wire, password: &str| {
        let body = json!({"email": "ada@example.org", "password": password}).to_string();
        wire.ask("POST", "/api/v1/auth/login", &headers, &body)
    };
    let signed = sign_in(server.wire(), PASSWORD);
    assert_eq!(signed.status, 200, "{signed:?}");
    for _ in 0..5 {
        let failed = sign_in(Wire::between([127, 0, 0, 2], server.address), "several wrong words 42");
        assert_eq!(failed.status, 401, "{failed:?}");
    }
    let forgot = ada()["email"].clone();
    let body = json!({"email": forgot}).to_string();
    assert_eq!(server.wire().ask("POST", "/api/v1/auth/password/forgot", &headers, &body).status, 202);
    // A welcome, a word that there is an account, a new device, a lock, a link.
    let all: Vec<_> = (0..5).map(|_| next(&letters)).collect();
    assert!(all.iter().all(|letter| judged(letter) == "ada@example.org"));
    let subjects =
        |words: &str| all.iter().filter(|one| one.contains(&format!("\nSubject: {words}\n"))).count();
    assert_eq!((subjects("About your account"), subjects("Set a new password")), (2, 1), "{all:#?}");
    assert_eq!((subjects("Your account"), subjects("You have an account already")), (1, 1), "{all:#?}");
    assert!(!all.concat().contains("You have won"), "a letter holds no name");
    assert!(server.stop().1.success());
    assert!(letters.try_recv().is_err(), "nobody else got one");
}

/// A line end in a header never gets as far as a letter.
#[test]
fn a_user_agent_with_a_line_end_is_no_request() {
    let (server, letters) = open();
    assert_eq!(register(&server, "ada@example.org", "Ada").status, 202);
    assert_eq!(judged(&next(&letters)), "ada@example.org");
    let body = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    for end in ["\r", "\n ", "\r\n ", "\r\n\t", "\0", "\u{b}", "\u{85}"] {
        let agent = format!("user-agent: x{end}Bcc: eve@evil.example");
        let headers = ["content-type: application/json", &agent];
        let answer = server.wire().ask("POST", "/api/v1/auth/login", &headers, &body);
        assert_eq!(answer.status, 400, "{end:?}: {answer:?}");
    }
    assert!(server.stop().1.success());
    assert!(letters.try_recv().is_err());
}
