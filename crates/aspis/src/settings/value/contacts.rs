//! Where people report a weakness: the addresses of `security.txt` (RFC 9116, 2.5.3).

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, shown};

/// The longest address.
const LONGEST: usize = 300;
/// The most addresses.
const MOST: usize = 10;

/// `mailto:`, `tel:` and `https:` addresses, the preferred one first; or none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Contacts(Vec<String>);

impl Contacts {
    /// The addresses in the order they were written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl TryFrom<Value> for Contacts {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let Value::Array(items) = &value else {
            return Err(Refused::not(&value, "a list; write e.g. [\"mailto:security@example.com\"]"));
        };
        if items.len() > MOST {
            return Err(Refused::new(format!("at most {MOST} addresses")));
        }
        items.iter().map(contact).collect::<Result<_, _>>().map(Self)
    }
}

fn contact(item: &Value) -> Result<String, Refused> {
    let text = item.as_str().filter(|text| is_contact(text));
    text.map(str::to_owned).ok_or_else(|| {
        Refused::new(format!(
            "{} is no address to write to; write e.g. \"mailto:security@example.com\", \"https://example.com/report\" \
             or \"tel:+1-201-555-0123\"",
            shown(item)
        ))
    })
}

fn is_contact(text: &str) -> bool {
    let rest = ["mailto:", "tel:", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    // One line of ASCII: what ends a line would begin another field.
    rest.is_some_and(|rest| !rest.is_empty())
        && text.len() <= LONGEST
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && (!text.starts_with("mailto:") || text.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Contacts, Refused> {
        Contacts::try_from(Value::Array(vec![Value::String(text.to_owned())]))
    }

    #[test]
    fn an_address_is_one_line_that_somebody_reads() {
        for good in ["mailto:security@example.com", "tel:+1-201-555-0123", "https://example.com/report"] {
            assert_eq!(read(good).map(|read| read.as_slice().len()), Ok(1), "{good}");
        }
        for bad in [
            "",
            "mailto:",
            "mailto:nobody",
            "security@example.com",
            "http://example.com/report",
            "https://",
            "mailto:a@example.com\nExpires: never",
            "https://example.com/a b",
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
