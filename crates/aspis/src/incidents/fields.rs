//! Which fields each action reads: what does not belong to it is an error, because it was meant.

use aspis_core::refusal::{Code, FieldError, Refusal};
use aspis_store::actions::ActionKind;

use super::{Ask, playbooks::Playbook};

/// Read by every one.
const ALWAYS: [&str; 3] = ["action", "why", "dry_run"];

/// The fields that an action reads, beside those that every one does. Which of them a playbook reads depends on its parts.
const fn read_by(action: ActionKind) -> &'static [&'static str] {
    use ActionKind as Kind;
    match action {
        Kind::Block => &["network", "for_s"],
        Kind::Unblock => &["network"],
        Kind::LogoutAll => &["account", "role", "scope", "since", "me_too"],
        Kind::RotateKeys => &["now"],
        Kind::EndApiKeys => &["account", "role", "scope"],
        Kind::ForcePasswordReset => &["account", "role", "scope", "keys", "me_too"],
        Kind::Tighten => &["classes"],
        Kind::ChallengeAll => &[],
        Kind::Relax => &["over_s"],
        Kind::Notify => &["account", "role", "scope", "text"],
        Kind::Contain => &["playbook", "network", "for_s", "account", "role", "scope", "me_too"],
        Kind::Disable | Kind::RemoveFactors => &["account", "me_too"],
        Kind::Enable => &["account"],
    }
}

/// Every field that was sent is one that the action reads.
pub(super) fn judge(ask: &Ask, playbook: Option<&Playbook>) -> Result<(), Refusal> {
    let scoped = ["account", "role", "scope", "me_too"];
    let aimless = playbook.filter(|playbook| !playbook.is_about_accounts());
    let open = playbook.is_some() && ask.network.is_none();
    let reads = |field: &str| {
        let spared = field == "me_too" && playbook.is_some_and(|playbook| !playbook.spares());
        let unread = (aimless.is_some() && scoped.contains(&field)) || spared || (open && field == "for_s");
        read_by(ask.action).contains(&field) && !unread
    };
    let sent = serde_json::to_value(ask).unwrap_or_default();
    let sent = sent.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let unread: Vec<&str> = sent.filter(|name| !ALWAYS.contains(name) && !reads(name)).collect();
    if unread.is_empty() {
        return Ok(());
    }
    let read: Vec<&str> = read_by(ask.action).iter().copied().filter(|field| reads(field)).collect();
    let word = ask.action.word();
    let what = playbook.map_or_else(|| word.to_owned(), |playbook| format!("{word} {}", playbook.name));
    // How long whom is shut out?
    let hint = if open && unread.contains(&"for_s") { "; for_s goes with network" } else { "" };
    let detail = format!("is not read: {what} reads {}{hint}", listed(&read));
    let refusal = Refusal::because(Code::InvalidInput, format!("{}: {detail}", unread.join(", ")));
    let error =
        |field: &str| FieldError { field: field.to_owned(), code: "not_read".into(), detail: detail.clone() };
    Err(unread.into_iter().fold(refusal, |refusal, field| refusal.with_error(error(field))))
}

/// For a sentence.
fn listed(fields: &[&str]) -> String {
    let all: Vec<&str> = fields.iter().chain(&ALWAYS[1..]).copied().collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The manual's table says the same.
    #[test]
    fn the_manual_says_which_fields_each_action_reads() {
        let manual = include_str!("../../../../docs/operations.md");
        for action in ActionKind::ALL {
            let word = action.word();
            assert_eq!(serde_json::to_value(action).expect("a word"), word);
            let fields: Vec<_> = read_by(action).iter().map(|field| format!("`{field}`")).collect();
            let row = format!("| `{word}` | {} |", fields.join(", "));
            assert!(manual.contains(&row), "docs/operations.md lacks: {row}");
        }
    }

    #[test]
    fn every_field_is_read_by_some_action() {
        let schema = serde_json::to_value(Ask {
            network: Some(String::new()),
            for_s: Some(1),
            why: Some(String::new()),
            account: Some(String::new()),
            role: Some(String::new()),
            scope: Some(String::new()),
            since: Some(String::new()),
            me_too: true,
            now: true,
            keys: Some(String::new()),
            classes: vec![String::new()],
            over_s: Some(1),
            text: Some(String::new()),
            playbook: Some(String::new()),
            ..Ask::of(ActionKind::Block)
        });
        let schema = schema.expect("an object");
        for field in schema.as_object().expect("an object").keys() {
            let read = ALWAYS.contains(&field.as_str())
                || ActionKind::ALL.iter().any(|action| read_by(*action).contains(&field.as_str()));
            assert!(read, "{field}");
        }
    }
}
