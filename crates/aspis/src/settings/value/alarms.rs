//! Lists of rules of alarm.

use aspis_core::alert::Rule;
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, not_one_of};

/// Rules of alarm by their names, none or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Vec<&'static str>")]
pub struct Alarms(Vec<Rule>);

impl Alarms {
    /// The rules in the order they were written.
    pub fn as_slice(&self) -> &[Rule] {
        &self.0
    }
}

impl TryFrom<Value> for Alarms {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let wrong =
            || Refused::not(&value, "a list of rules; write e.g. [\"account.registered\", \"key.created\"]");
        let items = value.as_array().ok_or_else(wrong)?;
        let words: Vec<_> = Rule::ALL.iter().map(|rule| rule.word()).collect();
        let rule = |item: &Value| item.as_str().and_then(Rule::parse).ok_or_else(|| not_one_of(item, &words));
        items.iter().map(rule).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Alarms> for Vec<&'static str> {
    fn from(alarms: Alarms) -> Self {
        alarms.0.iter().map(|rule| rule.word()).collect()
    }
}
