use aspis_core::{chance::SeededChance, secret::SecretText};

use super::*;

fn letter(to: &str, subject: &str, text: &str) -> Letter {
    Letter { to: to.to_owned(), subject: subject.to_owned(), text: SecretText::new(text) }
}

fn sealed(letter: &Letter) -> Result<Sealed, LetterError> {
    let from = sender("Aspis <aspis@shop.example>").unwrap();
    seal(letter, &from, Timestamp::from_seconds(1_767_225_600), &SeededChance::new(1))
}

fn written(letter: &Letter) -> String {
    String::from_utf8(sealed(letter).unwrap().bytes.expose().to_vec()).unwrap()
}

#[test]
fn a_letter_has_every_header_once() {
    let text = written(&letter("ada@example.org", "Your link", "Open it:\nhttps://shop.example/r/abc\n"));
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    for line in [
        "From: Aspis <aspis@shop.example>",
        "To: ada@example.org",
        "Subject: Your link",
        "Date: Thu, 01 Jan 2026 00:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        let name = line.split_once(':').unwrap().0;
        let found: Vec<_> = head.lines().filter(|l| l.starts_with(&format!("{name}:"))).collect();
        assert_eq!(found, [line], "{head}");
    }
    let id = head.lines().find_map(|line| line.strip_prefix("Message-ID: <")).unwrap();
    assert!(id.len() == 32 + "@shop.example>".len() && id.ends_with("@shop.example>"), "{id}");
    assert_eq!(body.trim_end(), "Open it:\r\nhttps://shop.example/r/abc");
}

#[test]
fn two_letters_have_two_ids_and_one_letter_has_one() {
    let (chance, from) = (SeededChance::new(1), sender("aspis@shop.example").unwrap());
    let one = letter("ada@example.org", "a", "b");
    let id = || seal(&one, &from, Timestamp(0), &chance).unwrap().id;
    assert_ne!(id(), id());
}

#[test]
fn every_script_is_carried_in_ascii() {
    let text = written(&letter("ada@example.org", "Ваша ссылка · あ", "ä\n.\nzwei\n"));
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains("Subject: =?utf-8?b?"), "{text}");
    let lines: Vec<_> = text.split("\r\n").collect();
    assert!(lines.iter().all(|line| !line.contains(['\r', '\n'])), "no bare line end: {text:?}");
    assert!(lines.iter().all(|line| line.len() <= 78), "{text}");
}

#[test]
fn nothing_can_add_a_header() {
    for subject in
        ["a\r\nBcc: eve@example.org", "a\nb", "a\rb", "a\0b", "a\u{1b}[31m", "a\u{2028}b", "a\u{85}b"]
    {
        assert_eq!(sealed(&letter("ada@example.org", subject, "x")).err(), Some(LetterError::Subject));
    }
    assert_eq!(sealed(&letter("a@b.example", &"x".repeat(201), "x")).err(), Some(LetterError::Subject));
    for to in [
        "",
        "ada",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org>\r\nDATA",
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "<ada@example.org>",
        "\"a b\"@example.org",
        "ada@[127.0.0.1]",
        "ädä@example.org",
        "ada@exämple.org",
        "ada @example.org",
        "ada@example.org\0",
    ] {
        assert_eq!(sealed(&letter(to, "a", "x")).err(), Some(LetterError::To), "{to:?}");
    }
}

#[test]
fn a_sender_is_an_address_with_or_without_a_name() {
    assert!(
        sender("aspis@shop.example").is_some() && sender("Der Schild · あ <aspis@shop.example>").is_some()
    );
    for wrong in ["", "Aspis", "a@b@c", "A <a@b.example>\r\nBcc: eve@example.org", "A\u{7} <a@b.example>"] {
        assert!(sender(wrong).is_none(), "{wrong:?}");
    }
}
