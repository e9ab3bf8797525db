//! The channels against receivers on loopback that can misbehave at every step.
//!
//! Waits between tries are milliseconds here; nothing else is not as it is.

use aspis_core::{alert::Severity, clock::Timestamp};
use uuid::Uuid;

use super::Message;

mod carried;
mod deaths;
pub(crate) mod receiver;
mod scene;
mod sending;
mod storms;
mod trouble;

/// What somebody may write who wants to be more than a text in an alert.
pub(super) const EVIL: [&str; 8] = [
    "@everyone @here @channel <!channel> <!here> <@U123> <@&9>",
    "<!subteam^S1|ops> <https://evil.example|your bank> &lt;!channel&gt;",
    "[log in](https://evil.example) **bold** __x__ ~~y~~ `code` ||spoiler|| > quote\n# head",
    "ada\r\nBcc: eve@example.org\r\n\r\n.\r\nMAIL FROM:<eve@example.org>",
    "<img src=x onerror=alert(1)><script>alert(1)</script><a href='x'>",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}\u{0}\u{1b}[31mred\u{7}",
    "\"},\"text\":\"<!channel>\",\"x\":{\"{to}{text}",
    "\u{2028}at: 1970-01-01\u{2029}\nat: 1970-01-01\n\n\n",
];

/// A message with a text in every part of it that an attacker could ever reach.
pub(super) fn hostile(text: &str) -> Message {
    Message {
        rule: "logins.failed_by_client".to_owned(),
        turn: "began".to_owned(),
        subject: text.to_owned(),
        title: text.to_owned(),
        text: text.to_owned(),
        facts: vec![("user".to_owned(), text.to_owned()), (text.to_owned(), text.to_owned())],
        ..told(1, Severity::Critical)
    }
}

/// A message with this number.
pub(super) fn told(n: u128, severity: Severity) -> Message {
    let message = Message::test(Uuid::from_u128(n), Timestamp::from_seconds(1_700_000_000));
    Message {
        severity,
        rule: format!("rule.{n}"),
        turn: "began".to_owned(),
        text: format!("Message {n}."),
        ..message
    }
}
