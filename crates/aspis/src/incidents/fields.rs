//! Which fields each action reads: what does not belong to it is an error, because it was meant.

use aspis_core::refusal::{Code, FieldError, Refusal};
use serde_json::Value;

use super::{Ask, Deed, playbooks::Playbook};

/// Read by every one.
const ALWAYS: [&str; 3] = ["action", "why", "dry_run"];

impl Deed {
    /// The fields that it reads, beside those that every one does. Which of them a playbook reads depends on its parts.
    pub(crate) const fn reads(self) -> &'static [&'static str] {
        match self {
            Self::Block => &["network", "for_s"],
            Self::Unblock => &["network"],
            Self::LogoutAll => &["account", "role", "scope", "since", "me_too"],
            Self::RotateKeys => &["now"],
            Self::EndApiKeys => &["account", "role", "scope"],
            Self::ForcePasswordReset => &["account", "role", "scope", "keys", "me_too"],
            Self::Tighten => &["classes"],
            Self::ChallengeAll => &[],
            Self::Relax => &["over_s"],
            Self::Notify => &["account", "role", "scope", "text"],
            Self::Contain => &["playbook", "network", "for_s", "account", "role", "scope", "me_too"],
            Self::Disable | Self::RemoveFactors => &["account", "me_too"],
            Self::Enable => &["account"],
        }
    }
}

/// Every field that was sent is one that the action reads.
pub(super) fn judge(ask: &Ask, playbook: Option<&Playbook>) -> Result<(), Refusal> {
    let scoped = ["account", "role", "scope", "me_too"];
    let aimless = playbook.filter(|playbook| !playbook.is_about_accounts());
    let reads =
        |field: &str| ask.action.reads().contains(&field) && !(aimless.is_some() && scoped.contains(&field));
    let sent = serde_json::to_value(ask).unwrap_or_default();
    let sent = sent.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let unread: Vec<&str> = sent.filter(|name| !ALWAYS.contains(name) && !reads(name)).collect();
    if unread.is_empty() {
        return Ok(());
    }
    let read: Vec<&str> = ask.action.reads().iter().copied().filter(|field| reads(field)).collect();
    let word = serde_json::to_value(ask.action).ok();
    let what = playbook.map_or_else(
        || word.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        |playbook| format!("contain {}", playbook.name),
    );
    let detail = format!("is not read: {what} reads {}", listed(&read));
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

    /// Every one, in the order of the manual.
    const ALL: [Deed; 14] = [
        Deed::Block,
        Deed::Unblock,
        Deed::LogoutAll,
        Deed::RotateKeys,
        Deed::EndApiKeys,
        Deed::ForcePasswordReset,
        Deed::Tighten,
        Deed::ChallengeAll,
        Deed::Relax,
        Deed::Notify,
        Deed::Contain,
        Deed::Disable,
        Deed::Enable,
        Deed::RemoveFactors,
    ];

    /// The manual's table says the same.
    #[test]
    fn the_manual_says_which_fields_each_action_reads() {
        let manual = include_str!("../../../../docs/operations.md");
        for deed in ALL {
            let word = serde_json::to_value(deed).expect("a word");
            let word = word.as_str().expect("a text");
            let fields: Vec<_> = deed.reads().iter().map(|field| format!("`{field}`")).collect();
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
            ..Ask::of(Deed::Block)
        });
        let schema = schema.expect("an object");
        for field in schema.as_object().expect("an object").keys() {
            let read = ALWAYS.contains(&field.as_str())
                || ALL.iter().any(|deed| deed.reads().contains(&field.as_str()));
            assert!(read, "{field}");
        }
    }
}
