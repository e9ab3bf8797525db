//! The words of letters and notices. Plain text, no links but those that were asked for, nothing that a stranger wrote
//! but a user agent, and that on a line of its own.

use std::fmt::Write;

use aspis_core::{courier::Letter, secret::SecretText};
use aspis_store::notices::Notice;

/// What a notice says to the owner of the account.
pub fn words(kind: &str) -> &'static str {
    match kind {
        "new_device" => "Somebody signed in to your account from a device that had not signed in before.",
        "account_lock_began" => {
            "Too many wrong tries were made for your account. It is locked for devices that have not signed in before."
        }
        "refresh_token_replayed" => {
            "A refresh token of yours was used twice. Somebody else may have had it, so that sign-in was ended."
        }
        "password_changed" => "Your password was changed. Your other sign-ins were ended.",
        "password_reset" => "Your password was set by a link. All your sign-ins were ended.",
        "password_reset_asked" => "A link to set a new password was asked for.",
        "factor_added" => "A second factor was enrolled for your account.",
        "factor_removed" => "A second factor of your account was removed.",
        "recovery_code_used" => "A recovery code of yours was used.",
        "session_mismatch" => "A session of yours was used from elsewhere, and was ended.",
        "allowed_addresses_changed" => "The addresses that your account may act from were changed.",
        "key_created" => "An API key was made for your account.",
        "key_rotated" => "An API key of your account was given a successor.",
        "key_revoked" => "An API key of your account was revoked.",
        "key_leaked" => "An API key of yours was found where it does not belong, and was ended.",
        "key_suspended" => {
            "An API key of yours is used as it never was, and was suspended. Resume it if that is right; if not, revoke it."
        }
        "key_resumed" => "A suspended API key of your account was resumed.",
        "key_ending" => "An API key of your account ends soon, and has no successor.",
        "logout_all" => "An operator ended your sign-ins. Sign in again.",
        "keys_rotated" => "An operator ended your API keys. Make new ones.",
        "password_reset_forced" => {
            "An operator wants you to set a new password. Ask for a link; until then your password opens nothing. Your sign-ins were ended, and your API keys unless the operator kept them."
        }
        "account_disabled" => "An operator disabled your account.",
        "account_enabled" => "An operator enabled your account again.",
        "factors_reset" => "An operator took the second factors off your account. Your sign-ins were ended.",
        "account_lock_lifted" => "An operator lifted the lock of your account.",
        "people_notified" => "An operator has something to tell you.",
        "review_overdue" => "Held prices or predictions wait for an operator's word, and are overdue.",
        "sessions_ended" => "Sign-ins of your account were ended.",
        _ => "Something about your account has changed.",
    }
}

/// A notice as a letter.
pub(super) fn notice(to: String, notice: &Notice) -> Letter {
    // Writing into a text cannot fail.
    let mut text = format!("{}\n\nWhen: {}\n", words(&notice.kind), notice.at);
    if let Some(client) = &notice.client {
        let _ = writeln!(text, "Where: {client}");
    }
    if let Some(agent) = &notice.agent {
        let plain: String = agent.chars().map(|c| if moves(c) { ' ' } else { c }).collect();
        let _ = writeln!(text, "With: {plain}");
    }
    text.push_str(
        "\nIf this was you, there is nothing to do. If not, set a new password and end your sign-ins.\n",
    );
    letter(to, "About your account", text)
}

/// What an operator did or says, as a letter.
pub(super) fn from_operator(to: String, notice: &Notice) -> Letter {
    let mut text = format!("{}\n\nWhen: {}\n", words(&notice.kind), notice.at);
    if let Some(said) = &notice.text {
        // Lines of their own stay lines; what turns text around or ends lines in other ways does not.
        let plain: String = said.chars().map(|c| if c != '\n' && moves(c) { ' ' } else { c }).collect();
        let _ = write!(text, "\n{plain}\n");
    }
    letter(to, "About your account", text)
}

/// True for what begins another line in any reader, or turns around what stands beside it.
fn moves(character: char) -> bool {
    let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// The link to set a new password.
pub(super) fn reset(to: String, link: &str) -> Letter {
    let text = format!(
        "Somebody, probably you, asked to set a new password for your account.\n\n{link}\n\n\
         The link is good once, for a short time. If it was not you, there is nothing to do.\n"
    );
    letter(to, "Set a new password", text)
}

/// To the owner of an address that somebody wanted to register again.
pub(super) fn taken(to: String) -> Letter {
    let text = "Somebody, probably you, wanted to make an account for this address. There is one already: sign in, or \
                ask for a link to set a new password. If it was not you, there is nothing to do.\n";
    letter(to, "You have an account already", text.to_owned())
}

/// To the owner of a new account.
pub(super) fn welcome(to: String) -> Letter {
    let text = "An account was made for this address. If it was not you, ask for a link to set a new password: the \
                account is then yours alone.\n";
    letter(to, "Your account", text.to_owned())
}

fn letter(to: String, subject: &str, text: String) -> Letter {
    Letter { to, subject: subject.to_owned(), text: SecretText::new(text) }
}

#[cfg(test)]
mod tests {
    use aspis_core::{
        chance::SeededChance,
        clock::Timestamp,
        ids::{AccountId, NoticeId},
    };

    use super::*;

    #[test]
    fn a_user_agent_stays_on_its_line() {
        let (now, chance) = (Timestamp::from_seconds(1_767_225_600), SeededChance::new(1));
        for agent in [
            "a\r\nBcc: b",
            "a\nb",
            "a\u{85}b",
            "a\u{b}b",
            "a\u{2028}b",
            "a\u{2029}b",
            "a\u{202e}b",
            "a\u{2066}b",
        ] {
            let told = Notice {
                id: NoticeId::new(now, &chance),
                account: AccountId::new(now, &chance),
                kind: "new_device".to_owned(),
                at: now,
                client: Some("203.0.113.7".to_owned()),
                agent: Some(agent.to_owned()),
                text: None,
            };
            let letter = notice("ada@example.org".to_owned(), &told);
            assert_eq!(
                (letter.to.as_str(), letter.subject.as_str()),
                ("ada@example.org", "About your account")
            );
            let text = letter.text.expose();
            let lines: Vec<_> =
                text.lines().filter(|line| line.contains('b') && line.contains("With:")).collect();
            assert_eq!(lines.len(), 1, "{text:?}");
            let plain = |c: char| c == '\n' || !moves(c);
            assert!(text.chars().all(plain) && text.lines().count() == 7, "{text:?}");
        }
    }
}
