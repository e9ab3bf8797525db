//! Playbooks of an operator's own: several actions of an incident under one name.

use std::collections::BTreeMap;

use aspis_guard::surface::Class;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::{Refused, shown};

/// Playbooks by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Table")]
pub struct Playbooks(BTreeMap<String, Playbook>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook {
    says: String,
    actions: Vec<Measure>,
}

/// An action that a playbook may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// `challenge_all`
    ChallengeAll,
    /// `tighten`, with the classes behind it; none is all but `static`.
    Tighten(Vec<Class>),
    /// `rotate_keys`, or `rotate_keys now`.
    RotateKeys {
        /// What was signed before ends at once.
        now: bool,
    },
    /// `logout_all`
    LogoutAll,
    /// `end_api_keys`
    EndApiKeys,
    /// `force_password_reset`
    ForcePasswordReset,
}

const MOST: usize = 50;
const LONGEST_NAME: usize = 64;
const LONGEST_SENTENCE: usize = 200;
const MOST_ACTIONS: usize = 16;

impl Playbooks {
    /// Each with its name, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Playbook)> {
        self.0.iter().map(|(name, own)| (name.as_str(), own))
    }
}

impl Playbook {
    /// What it does, in a sentence.
    pub fn says(&self) -> &str {
        &self.says
    }

    /// Its actions in their order.
    pub fn actions(&self) -> &[Measure] {
        &self.actions
    }
}

impl Measure {
    /// True where it has to be said whose sign-ins, keys or passwords it is about.
    pub const fn is_about_accounts(&self) -> bool {
        matches!(self, Self::LogoutAll | Self::EndApiKeys | Self::ForcePasswordReset)
    }

    fn text(&self) -> String {
        match self {
            Self::ChallengeAll => "challenge_all".to_owned(),
            Self::Tighten(classes) => {
                classes.iter().fold("tighten".to_owned(), |text, class| text + " " + class.word())
            }
            Self::RotateKeys { now: false } => "rotate_keys".to_owned(),
            Self::RotateKeys { now: true } => "rotate_keys now".to_owned(),
            Self::LogoutAll => "logout_all".to_owned(),
            Self::EndApiKeys => "end_api_keys".to_owned(),
            Self::ForcePasswordReset => "force_password_reset".to_owned(),
        }
    }
}

impl TryFrom<Value> for Playbooks {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let what = "playbooks by their names; write e.g. { stolen_laptop = { says = \"…\", actions = [\"logout_all\"] } }";
        let Value::Table(all) = value else { return Err(Refused::not(&value, what)) };
        if all.len() > MOST {
            return Err(Refused::new(format!("these are {} playbooks; {MOST} are allowed", all.len())));
        }
        let read = |(name, own): (String, Value)| Ok((named(&name)?, playbook(&name, own)?));
        all.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

fn named(name: &str) -> Result<String, Refused> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !(1..=LONGEST_NAME).contains(&name.len()) || !name.bytes().all(plain) {
        return Err(Refused::new(format!(
            "{} is no name of a playbook; write 1 to {LONGEST_NAME} lower-case letters, digits or underscores",
            shown(&Value::String(name.to_owned()))
        )));
    }
    if crate::incidents::SHIPPED.contains(&name) {
        return Err(Refused::new(format!("the playbook {name} is shipped; choose another name")));
    }
    Ok(name.to_owned())
}

/// Its parts, and nothing else: a mistyped one would be missed when it is needed.
fn playbook(name: &str, value: Value) -> Result<Playbook, Refused> {
    let of = |what: &str| Refused::new(format!("the playbook {name} {what}"));
    let Value::Table(mut own) = value else { return Err(of("needs says and actions")) };
    let says = match own.remove("says") {
        Some(Value::String(says)) if is_sentence(&says) => says,
        _ => return Err(of(&format!("has to say what it does: says, 1 to {LONGEST_SENTENCE} characters"))),
    };
    let actions = match own.remove("actions") {
        Some(Value::Array(actions)) if (1..=MOST_ACTIONS).contains(&actions.len()) => actions,
        _ => return Err(of(&format!("has to do something: actions, a list of 1 to {MOST_ACTIONS}"))),
    };
    if let Some(other) = own.keys().next() {
        return Err(of(&format!("has {} beside says and actions", shown(&Value::String(other.clone())))));
    }
    let mut known: Vec<Measure> = Vec::with_capacity(actions.len());
    for action in &actions {
        let measure = action.as_str().and_then(measure).ok_or_else(|| of(&not_an_action(action)))?;
        if known.iter().any(|other| std::mem::discriminant(other) == std::mem::discriminant(&measure)) {
            return Err(of(&format!("does {} twice; once is enough", shown(action))));
        }
        known.push(measure);
    }
    Ok(Playbook { says, actions: known })
}

fn not_an_action(action: &Value) -> String {
    let words = "challenge_all, tighten and classes of routes, rotate_keys, rotate_keys now, logout_all, end_api_keys, \
                 force_password_reset";
    format!("holds {}; write one of: {words}", shown(action))
}

fn is_sentence(text: &str) -> bool {
    (1..=LONGEST_SENTENCE).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn measure(text: &str) -> Option<Measure> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let class = |word: &str| Class::ALL.into_iter().find(|class| class.word() == word);
    match (word, rest) {
        ("challenge_all", "") => Some(Measure::ChallengeAll),
        ("logout_all", "") => Some(Measure::LogoutAll),
        ("end_api_keys", "") => Some(Measure::EndApiKeys),
        ("force_password_reset", "") => Some(Measure::ForcePasswordReset),
        ("rotate_keys", "") => Some(Measure::RotateKeys { now: false }),
        ("rotate_keys", "now") => Some(Measure::RotateKeys { now: true }),
        ("tighten", rest) => rest.split_whitespace().map(class).collect::<Option<_>>().map(Measure::Tighten),
        _ => None,
    }
}

impl From<Playbooks> for Table {
    fn from(all: Playbooks) -> Self {
        let written = |(name, own): (String, Playbook)| {
            let actions = own.actions.iter().map(|action| Value::String(action.text())).collect();
            let mut table = Table::new();
            table.insert("says".to_owned(), Value::String(own.says));
            table.insert("actions".to_owned(), Value::Array(actions));
            (name, Value::Table(table))
        };
        all.0.into_iter().map(written).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Playbooks, String> {
        let value = Value::Table(text.parse().expect("TOML"));
        Playbooks::try_from(value).map_err(|refused| refused.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = "[a_1]\nsays = \"Everything\"\nactions = [\"challenge_all\", \"tighten login prices\", \
                    \"rotate_keys now\", \"logout_all\", \"end_api_keys\", \"force_password_reset\"]\n\
                    [b]\nsays = \"Less\"\nactions = [\"tighten\", \"rotate_keys\"]\n";
        let all = read(text).expect("right");
        assert_eq!(
            all.iter().map(|(name, own)| (name, own.actions().len())).collect::<Vec<_>>(),
            [("a_1", 6), ("b", 2)]
        );
        assert_eq!(Playbooks::try_from(Value::Table(all.clone().into())).expect("right"), all);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("flood = {says = \"x\", actions = [\"logout_all\"]}", "is shipped"),
            ("A = {says = \"x\", actions = [\"logout_all\"]}", "is no name of a playbook"),
            ("a = 1", "needs says and actions"),
            ("a = {actions = [\"logout_all\"]}", "what it does"),
            ("a = {says = \"\", actions = [\"logout_all\"]}", "what it does"),
            ("a = {says = \"x\"}", "has to do something"),
            ("a = {says = \"x\", actions = []}", "has to do something"),
            ("a = {says = \"x\", actions = [\"format_disk\"]}", "write one of"),
            ("a = {says = \"x\", actions = [\"tighten everything\"]}", "write one of"),
            ("a = {says = \"x\", actions = [\"logout_all ada\"]}", "write one of"),
            ("a = {says = \"x\", actions = [\"tighten login\", \"tighten\"]}", "twice"),
            ("a = {says = \"x\", actions = [\"logout_all\"], undo = true}", "beside says and actions"),
        ] {
            let said = read(text).expect_err(text);
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
