//! The attacks of the corpora, written plainly and in every disguise that fits their family.
//!
//! Half of the payloads were looked at while the rules were written; the other half are told apart here and reported for
//! themselves.

/// A family of payloads, a line each.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    payloads: &'static str,
    disguises: &'static [Disguise],
}

/// One way to write a payload.
#[derive(Clone, Copy)]
pub(crate) struct Disguise {
    pub(crate) name: &'static str,
    write: fn(&str) -> Option<String>,
}

/// One attack as it is sent.
pub(crate) struct Attack {
    pub(crate) text: String,
    pub(crate) disguise: &'static str,
    /// True for the half that was kept back.
    pub(crate) held_out: bool,
}

pub(crate) const FAMILIES: [Family; 5] = [
    Family {
        name: "sqli",
        payloads: include_str!("../../corpus/sqli.txt"),
        disguises: &[PLAIN, ONCE, ALL, TWICE, UNICODE, ENTITIES, WIDE, CASE, COMMENTS, PLUS, TABS],
    },
    Family {
        name: "xss",
        payloads: include_str!("../../corpus/xss.txt"),
        disguises: &[PLAIN, ONCE, ALL, TWICE, UNICODE, ESCAPES, ENTITIES, HEX, WIDE, CASE],
    },
    Family {
        name: "traversal",
        payloads: include_str!("../../corpus/traversal.txt"),
        disguises: &[PLAIN, ONCE, ALL, TWICE, THRICE, UNICODE, WIDE],
    },
    Family {
        name: "shell",
        payloads: include_str!("../../corpus/shell.txt"),
        disguises: &[PLAIN, ONCE, ALL, TWICE, ENTITIES, PLUS],
    },
    Family {
        name: "template",
        payloads: include_str!("../../corpus/template.txt"),
        disguises: &[PLAIN, ONCE, ALL, TWICE, ENTITIES, UNICODE],
    },
];

impl Family {
    pub(crate) fn attacks(&self) -> impl Iterator<Item = Attack> {
        let lines = self.payloads.lines().filter(|line| !line.is_empty()).enumerate();
        lines.flat_map(|(at, line)| {
            self.disguises.iter().filter_map(move |disguise| {
                let text = (disguise.write)(line)?;
                Some(Attack { text, disguise: disguise.name, held_out: at % 2 == 1 })
            })
        })
    }
}

const PLAIN: Disguise = Disguise { name: "plain", write: |text| Some(text.to_owned()) };
const ONCE: Disguise = Disguise { name: "percent", write: |text| Some(percent(text, false)) };
const ALL: Disguise = Disguise { name: "percent, every byte", write: |text| Some(percent(text, true)) };
const TWICE: Disguise =
    Disguise { name: "percent, twice", write: |text| Some(percent(&percent(text, false), false)) };
const THRICE: Disguise = Disguise {
    name: "percent, thrice",
    write: |text| Some(percent(&percent(&percent(text, false), false), false)),
};
const UNICODE: Disguise =
    Disguise { name: "%uXXXX", write: |text| marks(text, |c| format!("%u{:04x}", u32::from(c))) };
const ESCAPES: Disguise =
    Disguise { name: "\\uXXXX", write: |text| marks(text, |c| format!("\\u{:04x}", u32::from(c))) };
const ENTITIES: Disguise =
    Disguise { name: "entities", write: |text| marks(text, |c| format!("&#{};", u32::from(c))) };
const HEX: Disguise =
    Disguise { name: "hex entities", write: |text| marks(text, |c| format!("&#x{:x};", u32::from(c))) };
const WIDE: Disguise = Disguise { name: "wide letters", write: |text| marks(text, wide) };
const CASE: Disguise =
    Disguise { name: "mixed case", write: |text| Some(mixed(text)).filter(|mixed| mixed != text) };
const COMMENTS: Disguise = Disguise { name: "comments for blanks", write: |text| blanks(text, "/**/") };
const PLUS: Disguise = Disguise { name: "plus for blanks", write: |text| blanks(text, "+") };
const TABS: Disguise = Disguise { name: "%09 for blanks", write: |text| blanks(text, "%09") };

/// Escapes what no address may hold, or everything.
fn percent(text: &str, all: bool) -> String {
    let bare = |byte: u8| !all && (byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte));
    let escape = |byte: u8| if bare(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") };
    text.bytes().map(escape).collect()
}

/// Writes every mark of ASCII anew; none for a text without one.
fn marks(text: &str, write: impl Fn(char) -> String) -> Option<String> {
    let written: String =
        text.chars().map(|c| if c.is_ascii_punctuation() { write(c) } else { c.to_string() }).collect();
    (written != text).then_some(written)
}

fn wide(c: char) -> String {
    char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c).to_string()
}

/// Every second letter large.
fn mixed(text: &str) -> String {
    let large =
        |(at, c): (usize, char)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().enumerate().map(large).collect()
}

fn blanks(text: &str, blank: &str) -> Option<String> {
    text.contains(' ').then(|| text.replace(' ', blank))
}
