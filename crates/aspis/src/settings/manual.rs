//! The manual's page of settings, drawn from the comments of `aspis.toml`.

use std::fmt::Write;

use super::{DEFAULTS, change::Effect};

const HEAD: &str = "# Settings\n\nA change of a key marked `reload` takes effect at `aspis reload` or SIGHUP, of one marked `restart` at the next start.\n";

/// The page, as Markdown.
pub fn manual() -> String {
    let mut page = HEAD.to_owned();
    let mut section = String::new();
    let mut comments: Vec<&str> = Vec::new();
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comments.push(text.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            heading(&mut page, name, &comments);
            comments.clear();
        } else if let Some((key, value)) = line.split_once(" = ") {
            row(&mut page, &section, key, value, &comments);
            comments.clear();
        } else if !comments.is_empty() {
            introduction(&mut page, &comments);
            comments.clear();
        }
    }
    page
}

/// What stands before the first key belongs to the page; its table follows.
fn introduction(page: &mut String, comments: &[&str]) {
    put(page, format_args!("\n{}\n\n{TABLE}", paragraphs(comments)));
}

fn heading(page: &mut String, name: &str, comments: &[&str]) {
    put(page, format_args!("\n## {name}\n\n{}\n\n{TABLE}", paragraphs(comments)));
}

const TABLE: &str = "| key | default | change | meaning |\n| --- | --- | --- | --- |\n";

fn row(page: &mut String, section: &str, key: &str, value: &str, comments: &[&str]) {
    let dot = if section.is_empty() { "" } else { "." };
    let meaning = comments.join(" ").replace('|', "\\|");
    let name = format!("{section}{dot}{key}");
    let effect = Effect::of(&name);
    put(page, format_args!("| `{name}` | `{value}` | {effect} | {meaning} |\n"));
}

/// Comment lines as paragraphs: an empty one parts them.
fn paragraphs(comments: &[&str]) -> String {
    let parts = comments.split(|line| line.is_empty());
    parts.map(|lines| lines.join("\n")).collect::<Vec<_>>().join("\n\n")
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("writing to a text cannot fail");
}
