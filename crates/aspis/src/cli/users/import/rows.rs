//! The rows of a file of accounts, and what is wrong with them, by the lines they stand on.

use std::collections::HashSet;

use aspis_identity::{email::Email, password, people::judge_name};
use serde::{Deserialize, Serialize};

use crate::cli::trace::printable;

/// A row that can be an account.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) email: String,
    pub(super) full_name: String,
    pub(super) password_hash: String,
}

/// A row as it was sent. Anything else that stands in one is an error: it might have been meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    email: String,
    full_name: String,
    password_hash: String,
}

/// What is wrong with a line.
#[derive(Debug, Serialize)]
pub(super) struct Wrong {
    /// Counted from 1, a line of headings counted too.
    pub(super) line: u64,
    pub(super) field: &'static str,
    pub(super) why: String,
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Judged {
    /// Rows that can be accounts.
    pub(super) rows: Vec<Row>,
    /// What is wrong with the others.
    pub(super) refused: Vec<Wrong>,
    /// How many rows there are in all.
    pub(super) all: usize,
}

const HEADINGS: [&str; 3] = ["email", "full_name", "password_hash"];

type Found = (u64, Result<Sent, String>);

/// The rows, or why there are none at all.
pub(super) fn judged(text: &str) -> Result<Judged, String> {
    let text = text.trim_start_matches('\u{feff}');
    let found = if text.trim_start().starts_with('{') { of_json(text) } else { of_csv(text)? };
    if found.is_empty() {
        return Err(if text.trim().is_empty() {
            "the file is empty".to_owned()
        } else {
            "the file has headings, and no row below them".to_owned()
        });
    }
    let all = found.len();
    let (mut good, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (line, sent) in found {
        match sent {
            Err(why) => wrong.push(Wrong { line, field: "row", why }),
            Ok(sent) => judge(line, sent, &mut seen, &mut good, &mut wrong),
        }
    }
    Ok(Judged { rows: good, refused: wrong, all })
}

fn judge(line: u64, sent: Sent, seen: &mut HashSet<String>, good: &mut Vec<Row>, wrong: &mut Vec<Wrong>) {
    let before = wrong.len();
    let mut refuse = |field, why| wrong.push(Wrong { line, field, why });
    let email = Email::parse(&sent.email).map(|email| email.as_str().to_owned());
    match &email {
        Err(_) => refuse("email", "is no e-mail address".to_owned()),
        Ok(email) if !seen.insert(email.clone()) => refuse("email", "stands in the file twice".to_owned()),
        Ok(_) => {}
    }
    if let Err(refusal) = judge_name(&sent.full_name) {
        refuse("full_name", refusal.facts().detail.to_string());
    }
    if let Err(unsuitable) = password::suits(&sent.password_hash) {
        refuse("password_hash", unsuitable.to_string());
    }
    if let (true, Ok(email)) = (wrong.len() == before, email) {
        good.push(Row { line, email, full_name: sent.full_name, password_hash: sent.password_hash });
    }
}

fn of_json(text: &str) -> Vec<Found> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| (at, serde_json::from_str(line).map_err(|error| plain(&error.to_string()))))
        .collect()
}

/// Rows below their headings; a file without them is none, or its first account would be lost.
fn of_csv(text: &str) -> Result<Vec<Found>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| plain(&error.to_string()))?.clone();
    let mut named: Vec<&str> = headings.iter().collect();
    named.sort_unstable();
    if named != HEADINGS {
        return Err(format!("the first line has to be the headings {}", HEADINGS.join(",")));
    }
    let line_of = |position: Option<&csv::Position>| position.map_or(0, |at| begins(text, at));
    let row = |record: Result<csv::StringRecord, csv::Error>| match record {
        Ok(record) => {
            let sent = record.deserialize(Some(&headings)).map_err(|error| plain(&error.to_string()));
            (line_of(record.position()), sent)
        }
        Err(error) => (line_of(error.position()), Err(plain(&error.to_string()))),
    };
    Ok(reader.records().map(row).collect())
}

/// The line that a row begins on: a position is where the one before it ended, and empty lines may stand between.
fn begins(text: &str, at: &csv::Position) -> u64 {
    let rest =
        usize::try_from(at.byte()).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

/// An error of a parser may repeat what stands in the file; only its beginning is said.
fn plain(error: &str) -> String {
    printable(&error.chars().take(120).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BCRYPT: &str = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    const HEAD: &str = "email,full_name,password_hash\n";

    #[test]
    fn a_file_without_headings_or_rows_is_none() {
        let ada = format!("ada@example.org,Ada,{BCRYPT}\n");
        for (text, why) in [
            (String::new(), "empty"),
            (" \r\n\n".to_owned(), "empty"),
            ("\u{feff}".to_owned(), "empty"),
            (HEAD.to_owned(), "no row"),
            (ada.clone(), "headings email,full_name,password_hash"),
            (format!("email,full_name\n{ada}"), "headings"),
            (format!("email,full_name,password_hash,role\n{ada}"), "headings"),
            (format!("email,email,password_hash\n{ada}"), "headings"),
        ] {
            let said = judged(&text).expect_err(&text);
            assert!(said.contains(why), "{text:?}: {said}");
        }
        let Judged { rows: good, refused: wrong, .. } =
            judged(&format!("\u{feff}full_name,email,password_hash\nAda,ada@example.org,{BCRYPT}\n"))
                .expect("in any order");
        assert_eq!((good.len(), good[0].line, wrong.len()), (1, 2, 0));
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line() {
        let plus = BCRYPT.replace("$12$", "$+4$");
        let text = format!(
            "{HEAD}ada@example.org,\"Ada\nof two lines\",{BCRYPT}\nbob@example.org,Bob,{plus}\n\nx,<b>,y\n\
             Bob@example.org,Bob,{BCRYPT}\na,b\n"
        );
        let Judged { rows: good, refused: wrong, .. } = judged(&text).expect("rows");
        let told: Vec<_> = wrong.iter().map(|wrong| (wrong.line, wrong.field)).collect();
        let expected = [
            (2, "full_name"),
            (4, "password_hash"),
            (6, "email"),
            (6, "full_name"),
            (6, "password_hash"),
            (7, "email"),
            (8, "row"),
        ];
        assert_eq!((told, good.len()), (expected.to_vec(), 0));
    }

    #[test]
    fn lines_of_json_are_counted_as_they_stand() {
        let line = |email: &str| {
            format!("{{\"email\":\"{email}\",\"full_name\":\"A\",\"password_hash\":\"{BCRYPT}\"}}")
        };
        let text = format!("{}\n\n{}\n{{\"email\":1}}\n", line("a@example.org"), line("b@example.org"));
        let Judged { rows: good, refused: wrong, .. } = judged(&text).expect("rows");
        assert_eq!(good.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3]);
        assert_eq!((wrong.len(), wrong[0].line), (1, 4));
    }
}
