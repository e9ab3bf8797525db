//! `aspis incident`

use std::{fmt::Write, path::PathBuf, process::ExitCode};

use aspis_core::ids::ActionId;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Cli,
    place::{self, Place},
    say, say_json,
};
use crate::{
    control::{Request, Undo},
    incidents::{ActionOutput, Ask, CarriedOutput, Playbook},
    settings::Settings,
};

mod deed;
mod report;

pub(super) use deed::seconds;

#[derive(Debug, Args)]
pub(super) struct Incident {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    #[command(flatten)]
    Deed(deed::Deeds),
    /// Take back what was done, with all its parts
    Undo {
        /// The identifier that it was given
        id: String,
        /// Only say what would be taken back
        #[arg(long)]
        dry_run: bool,
    },
    /// What was done, newest first
    List {
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u64,
    },
    /// The playbooks of `contain`
    Playbooks,
    /// Write what happened and what was done, as Markdown
    Report {
        /// From when: a span such as 24h, or a moment; without it everything there is
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// A new file to write it to (0600); without it to standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

impl Incident {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let said = match &self.what {
            What::Deed(deed) if deed.lists() => playbooks(&settings)?,
            What::Deed(deed) => carry_out(&settings, &deed.ask()?)?,
            What::Undo { id, dry_run } => undo(&settings, id, *dry_run)?,
            What::List { limit } => list(&settings, *limit)?,
            What::Report { since, out } => report::run(&settings, since.as_deref(), out.as_deref())?,
            What::Playbooks => playbooks(&settings)?,
        };
        if cli.json {
            say_json(&said)?;
        } else {
            say(text(&said))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Those of the server that runs, which is who would run them; else those of the settings of this command.
fn playbooks(settings: &Settings) -> anyhow::Result<Value> {
    let said = place::ask(settings, &Request::Playbooks)?;
    Ok(said.unwrap_or_else(|| Playbook::told(&Playbook::all(settings))))
}

/// Does it: by the server where one runs, else on the database.
pub(super) fn carry_out(settings: &Settings, ask: &Ask) -> anyhow::Result<Value> {
    if let Some(said) = place::ask(settings, &Request::Incident(Box::new(ask.clone())))? {
        return Ok(said);
    }
    let carried = place::at_desk_alone(settings, async |_, desk| desk.carry_out(ask, &place::me()).await)?;
    Ok(serde_json::to_value(CarriedOutput::from(carried))?)
}

fn undo(settings: &Settings, id: &str, dry_run: bool) -> anyhow::Result<Value> {
    let id = ActionId::parse(id).ok_or_else(|| anyhow::anyhow!("{id} is no identifier of an action"))?;
    if let Some(said) = place::ask(settings, &Request::Undo(Undo { id, dry_run }))? {
        return Ok(said);
    }
    let undone = place::at_desk_alone(settings, async |_, desk| desk.undo(id, &place::me(), dry_run).await)?;
    Ok(serde_json::to_value(CarriedOutput::undone(undone, dry_run))?)
}

fn list(settings: &Settings, limit: u64) -> anyhow::Result<Value> {
    place::wait(async {
        let place = Place::open(settings).await?;
        // One more tells whether there are any.
        let mut found = place.store.actions.actions(None, limit.saturating_add(1)).await?;
        place.close().await?;
        if found.len() as u64 > limit {
            found.pop();
            eprintln!("aspis: only the newest {limit} are shown; --limit shows more");
        }
        let actions: Vec<_> = found.into_iter().map(ActionOutput::from).collect();
        Ok(json!({ "actions": actions }))
    })
}

/// What became of API keys beside what was meant.
fn keys(one: &Value) -> String {
    match (one["keys_ended"].as_u64(), one["keys_kept"].as_u64()) {
        (Some(ended), Some(kept)) => format!("  keys ended {ended}, kept {kept}"),
        _ => String::new(),
    }
}

/// Why it was done, in the operator's own words, where they gave any.
fn why(one: &Value) -> String {
    let said = one["why"].as_str().filter(|why| !why.is_empty());
    said.map(|why| format!("  {}", super::trace::printable(why))).unwrap_or_default()
}

/// An order to relax is the only one that can come to nothing.
const NOTHING_TO_RELAX: &str =
    "nothing was tightened, and no challenge is asked of all: there is nothing to relax\n";

/// For people: a line each.
pub(super) fn text(said: &Value) -> String {
    let mut text = String::new();
    if said["dry_run"] == true {
        text.push_str("nothing was done: this is what would be\n");
    }
    let word = |one: &Value, field: &str| one[field].as_str().unwrap_or("-").to_owned();
    if let Some(report) = said["report"].as_str() {
        text.push_str(report);
    }
    // Writing into a text cannot fail.
    if let Some(file) = said["written"].as_str() {
        let _ = writeln!(text, "written to {file}");
    }
    if said["actions"].as_array().is_some_and(Vec::is_empty) {
        let list = said["dry_run"].is_null();
        text.push_str(if list { "nothing was done yet\n" } else { NOTHING_TO_RELAX });
    }
    for one in said["actions"].as_array().into_iter().flatten() {
        let undone = if one["undone"].is_null() { "" } else { "  (taken back)" };
        let _ = writeln!(
            text,
            "{}  {}  {}  {}  touched {}{}  by {}{undone}{}",
            word(one, "id"),
            word(one, "at"),
            word(one, "action"),
            super::trace::printable(&word(one, "scope")),
            one["touched"],
            keys(one),
            super::trace::printable(&word(one, "who")),
            why(one),
        );
    }
    for one in said["playbooks"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "{:20}  {}", word(one, "name"), word(one, "does"));
    }
    text
}
