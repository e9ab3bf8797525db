//! What the commands about accounts say to people.

use std::fmt::Write;

use serde_json::Value;

use super::super::{incident, trace::printable};

/// A line each.
pub(super) fn of(said: &Value) -> String {
    let mut text = incident::text(said);
    let word = |one: &Value, field: &str| printable(one[field].as_str().unwrap_or("-"));
    // Writing into a text cannot fail.
    for one in said["accounts"].as_array().into_iter().flatten() {
        let flag = |field: &str, yes: &'static str| if one[field] == true { yes } else { "" };
        let off = if one["enabled"] == false { "  disabled" } else { "" };
        let _ = writeln!(
            text,
            "{}  {}  {}  {}  sign-ins {}  passkeys {}{}{}{off}",
            word(one, "id"),
            word(one, "role"),
            word(one, "email"),
            word(one, "full_name"),
            one["sign_ins"],
            one["passkeys"],
            flag("totp", "  authenticator"),
            flag("password_reset_forced", "  has to set a new password"),
        );
    }
    for one in said["lockouts"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "{}  {}  {} s left", word(one, "id"), word(one, "email"), one["seconds_left"]);
    }
    if said["lockouts"].as_array().is_some_and(Vec::is_empty) {
        text.push_str("no name is locked\n");
    }
    match said["lifted"].as_bool() {
        Some(true) => text.push_str("the lock is lifted\n"),
        Some(false) => text.push_str("it was not locked\n"),
        None => {}
    }
    if let Some(token) = said["invitation"].as_str() {
        let _ = writeln!(text, "{token}\n\ngood once, until {}", word(said, "until"));
    }
    text
}
