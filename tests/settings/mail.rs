//! `[mail]`: how letters leave.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use super::{Home, PASSWORD, Server, Shop, json};

mod headers;

fn ada() -> serde_json::Value {
    json!({"email": "ada@example.org", "password": PASSWORD, "full_name": "Ada"})
}

/// With mail nobody but the owner of an address learns whether there is an account for it.
#[tokio::test]
async fn mail_url() {
    let shop = Shop::open().await;
    let register = async |shop: &Shop| shop.caller().post("/api/v1/auth/register", &ada()).await;
    assert_eq!((register(&shop).await.status(), register(&shop).await.status()), (201, 409));
    assert!(shop.letters().await.is_empty());

    let shop = Shop::with(&["mail.url=smtp://127.0.0.1:25", "mail.from=aspis@example.com"]).await;
    let (first, again) = (register(&shop).await, register(&shop).await);
    assert_eq!((first.status(), first.text()), (202, again.text()));
    assert_eq!(again.status(), 202);
    let letters = shop.letters().await;
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, ["Your account", "You have an account already"]);
    assert!(letters.iter().all(|letter| letter.to == "ada@example.org"));
}

/// A mail server that takes every letter: each comes out of the channel as it was sent, envelope first.
pub(super) fn post_office() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (out, letters) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            // Ends with the test: nobody takes letters any more.
            if stream.is_ok_and(|stream| take(stream).is_some_and(|letter| out.send(letter).is_err())) {
                return;
            }
        }
    });
    (address, letters)
}

/// One conversation (RFC 5321), until the letter is there.
fn take(stream: TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let (mut to, from) = (stream.try_clone().ok()?, BufReader::new(stream));
    let mut said = String::new();
    let mut in_letter = false;
    to.write_all(b"220 office.example\r\n").ok()?;
    for line in from.lines() {
        let line = line.ok()?;
        said.push_str(&line);
        said.push('\n');
        let answer = match (in_letter, line.as_str()) {
            (true, ".") => {
                to.write_all(b"250 taken\r\n").ok()?;
                return Some(said);
            }
            (true, _) => continue,
            (false, "DATA") => {
                in_letter = true;
                "354 go on\r\n"
            }
            (false, _) => "250 office.example\r\n",
        };
        to.write_all(answer.as_bytes()).ok()?;
    }
    None
}

/// From the real binary, over a real socket.
#[test]
fn mail_from() {
    let (office, letters) = post_office();
    let settings = [format!("mail.url=smtp://{office}"), "mail.from=Aspis <aspis@example.com>".to_owned()];
    let server = Server::start(&settings.each_ref().map(String::as_str));
    let made = server.post("/api/v1/auth/register", &ada().to_string());
    assert_eq!(made.status, 202, "{made:?}");
    let letter = letters.recv_timeout(Duration::from_secs(30)).unwrap();
    for line in ["MAIL FROM:<aspis@example.com>", "RCPT TO:<ada@example.org>", "Subject: Your account"] {
        assert!(letter.contains(line), "{line}: {letter}");
    }
    let from = letter.lines().find(|line| line.starts_with("From:")).unwrap();
    assert!(from.contains("Aspis") && from.contains("<aspis@example.com>"), "{from}");
    let (_, status, log) = server.stop();
    assert!(status.success(), "{log}");
    assert!(!log.contains("ada@example.org"), "whom letters go to is nobody's business: {log}");
}

#[test]
fn letters_want_a_sender_and_a_server_that_can_be_understood() {
    let home = Home::furnished();
    let (_, said) = home.fails(&["mail.url=smtp://127.0.0.1:25"]);
    assert!(said.contains("mail.from"), "{said}");
    for (url, from) in [
        ("smtp://user:hunter2@mail.example.com", "aspis@example.com"),
        ("smtps://user:hunter2@mail.example.com", "nobody"),
        ("http://user:hunter2@mail.example.com", "aspis@example.com"),
    ] {
        let (_, said) = home.fails(&[&format!("mail.url={url}"), &format!("mail.from={from}")]);
        assert!(said.contains("mail.") && !said.contains("hunter2"), "{said}");
    }
}
