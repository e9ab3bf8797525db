//! `aspis reload`: the server that runs reads its settings and its certificate anew, all of it or nothing.
//!
//! It reads what it was started with, not what this command was; here only its data folder is looked for.

use std::{fmt::Write, process::ExitCode};

use serde::Serialize;
use serde_json::Value;

use super::{Cli, say, say_json};
use crate::{
    app::reload::Reloaded,
    control::{self, Request},
};

/// What the command says.
#[derive(Debug, Default, Serialize)]
struct Said {
    ok: bool,
    #[serde(flatten)]
    done: Reloaded,
    /// What is wrong, as `aspis check` says it.
    problems: Vec<Value>,
    /// The same for people.
    #[serde(skip)]
    lines: Vec<String>,
}

pub(super) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let folder = cli.layers(Vec::new()).folder();
    let answer = control::ask(&folder, &Request::Reload)?;
    let Some(answer) = answer else {
        anyhow::bail!(
            "no server runs on {} (name its folder with --data, or its file with --config)",
            folder.display()
        );
    };
    let data = answer.data.unwrap_or_default();
    let said = if answer.ok {
        Said { ok: true, done: serde_json::from_value(data)?, ..Said::default() }
    } else if let Some(problems) = data.get("problems").and_then(Value::as_array) {
        let lines = data.get("said").map(|said| serde_json::from_value(said.clone())).transpose()?;
        Said { problems: problems.clone(), lines: lines.unwrap_or_default(), ..Said::default() }
    } else {
        anyhow::bail!("the server says {}", answer.error.unwrap_or_default());
    };
    if cli.json {
        say_json(&said)?;
    } else {
        say(text(&said))?;
    }
    Ok(if said.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn text(said: &Said) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    if said.ok {
        if !said.done.changed.is_empty() {
            let _ = writeln!(text, "in force: {}", said.done.changed.join(", "));
        }
        if let Some(word) = &said.done.certificate {
            let _ = writeln!(text, "the certificate was loaded anew: {word}");
        }
        if text.is_empty() {
            let _ = writeln!(text, "nothing has changed that takes effect at once");
        }
        if !said.done.waiting.is_empty() {
            let _ = writeln!(text, "waits for a restart: {}", said.done.waiting.join(", "));
        }
        return text;
    }
    for problem in &said.lines {
        let _ = writeln!(text, "{problem}");
    }
    let _ = writeln!(text, "the old settings stay in force");
    text
}
