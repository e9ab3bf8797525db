//! Settings as they may be shown: every key with its value, where it comes from, and when a change of it counts. What is
//! secret is only said to be set.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::{
    Loaded, Settings,
    change::{Effect, leaves},
    problem::Origin,
};

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its dotted key.
    pub key: String,
    /// Its value as a settings file writes it; `"***"` where it is secret and set.
    pub value: String,
    /// When a change of it counts.
    pub effect: Effect,
    /// Where it was written; nowhere, if it is the default.
    pub origin: Option<Origin>,
}

impl Loaded {
    /// Every setting that is in force, by key.
    pub fn shown(&self) -> Vec<Shown> {
        shown(&self.settings, &self.origins)
    }
}

impl Settings {
    /// Every setting, by key, where it is not known who wrote them.
    pub fn shown(&self) -> Vec<Shown> {
        shown(self, &BTreeMap::new())
    }
}

impl Settings {
    /// Which secrets a settings file holds, by the dotted keys; none where it is no TOML.
    pub fn secrets_in(&self, file: &str) -> Vec<String> {
        let Ok(table) = file.parse::<Table>() else { return Vec::new() };
        let secret = self.shown().into_iter().filter(|one| one.value.contains("***")).map(|one| one.key);
        let secret: Vec<String> = secret.collect();
        let held =
            leaves(&table, "").into_iter().filter(|(key, value)| secret.contains(key) && tells(key, value));
        held.map(|(key, _)| key).collect()
    }
}

/// Addresses that are a secret only where somebody's name or password stands in them.
const ADDRESSES: [&str; 3] = ["mail.url", "otel.endpoint", "store.database"];

fn tells(key: &str, value: &Value) -> bool {
    match value {
        Value::String(text) if ADDRESSES.contains(&key) => text.contains('@'),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

/// Secrets hide themselves when they are written out: that is what this goes by.
fn shown(settings: &Settings, origins: &BTreeMap<String, Origin>) -> Vec<Shown> {
    let Ok(Value::Table(table)) = Value::try_from(settings) else { return Vec::new() };
    let one = |(key, value): (String, &Value)| {
        let whole = || {
            origins.iter().filter(|(known, _)| known.starts_with(&format!("{key}."))).map(|(_, at)| at).max()
        };
        let origin = origins.get(&key).or_else(whole).cloned();
        Shown { effect: Effect::of(&key), value: value.to_string(), origin, key }
    };
    let mut all: Vec<Shown> = leaves(&table, "").into_iter().map(one).collect();
    all.sort_by(|one, other| one.key.cmp(&other.key));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Sources;

    #[test]
    fn every_setting_is_shown_with_its_origin_and_no_secret_is() {
        let canary = "canary-of-the-settings-7741";
        let text = format!(
            "[rate]\nlogin = \"7/minute\"\n[mail]\nurl = \"smtp://me:{canary}@mail.example.com\"\nfrom = \"a@example.com\"\n\
             [keys]\nleak_secret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n\
             [safeguards.routes.\"GET /api/v1/prices\"]\nrate = \"observe\"\n"
        );
        let sources = Sources::default().text("aspis.toml", text).set("edge.http2=false");
        let loaded = Settings::load(&sources).unwrap_or_else(|problems| panic!("{problems}"));
        let all = loaded.shown();
        let find = |key: &str| all.iter().find(|one| one.key == key).unwrap_or_else(|| panic!("{key}"));
        let said = |key| {
            let Shown { value, effect, origin, .. } = find(key);
            (value.as_str(), effect.to_string(), origin.as_ref().map(ToString::to_string))
        };
        let at = |line| Some(format!("aspis.toml:{line}"));
        assert_eq!(said("rate.login"), ("\"7/minute\"", "reload".to_owned(), at(2)));
        assert_eq!(
            said("edge.http2"),
            ("false", "restart".to_owned(), Some("--set edge.http2=…".to_owned()))
        );
        assert_eq!(said("mail.url"), ("\"***\"", "restart".to_owned(), at(4)));
        assert_eq!(said("keys.leak_secret").0, "\"***\"");
        assert_eq!(said("alerts.slack.url"), ("\"\"", "restart".to_owned(), None));
        assert_eq!(said("safeguards.routes").2, at(9));
        assert!(all.iter().all(|one| !one.value.contains(canary) && !one.value.contains("MfKQ9")));
        assert!(all.len() > 200, "{}", all.len());
    }

    #[test]
    fn a_file_is_told_by_the_secrets_in_it() {
        let held = |text: &str| {
            let sources = Sources::default().text("aspis.toml", text);
            Settings::load(&sources).unwrap_or_else(|problems| panic!("{problems}")).settings.secrets_in(text)
        };
        let plain = "[mail]\nurl = \"smtp://127.0.0.1:25\"\nfrom = \"a@example.com\"\n[otel]\nheaders = []\n";
        assert_eq!(held(plain), [""; 0], "there is nobody's password in it");
        assert_eq!(held(&plain.replace("127", "me:word@127")), ["mail.url"]);
        assert_eq!(held("backup.passphrase = \"several unrelated words\""), ["backup.passphrase"]);
        assert_eq!(held("[otel]\nheaders = [\"Authorization: Bearer x\"]"), ["otel.headers"]);
        assert_eq!(Settings::default().secrets_in("no TOML at all ="), [""; 0]);
    }
}
