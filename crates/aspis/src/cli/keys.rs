//! `aspis keys`: API keys of all accounts, by the server that runs or on the database alone.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Cli, say, say_json, trace::printable};
use crate::control::keys::{KeyCommand, STATES};

mod ask;
mod out;

#[derive(Debug, Args)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List keys with their owners, newest first
    List(List),
    /// Make a key for an account: it is printed once
    Create(Create),
    /// End a key, or take a honey key away
    Revoke {
        /// Its identifier
        id: String,
    },
    /// Make a successor to a key: it is printed once, and the old key lives on for a while
    Rotate(Rotate),
    /// Make a key that opens nothing, to be laid out where only a thief would use it
    Honey(Honey),
}

#[derive(Debug, Args)]
struct List {
    /// Only those of the account with this address
    #[arg(long, value_name = "EMAIL")]
    account: Option<String>,
    /// How they stand
    #[arg(long, value_name = "STATUS", default_value = "alive", value_parser = STATES.map(aspis_store::keys::KeyState::word))]
    status: String,
}

#[derive(Debug, Args)]
struct Create {
    /// The address of the account
    #[arg(long, value_name = "EMAIL")]
    account: String,
    /// What it is called
    #[arg(long)]
    name: String,
    /// What it may do; repeatable
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    scopes: Vec<String>,
    /// A network that it is good from (CIDR); repeatable, none is everywhere
    #[arg(long = "allow", value_name = "CIDR")]
    allowed_ips: Vec<String>,
    /// The trusted source whose prices it writes, with write:prices
    #[arg(long)]
    source: Option<String>,
    /// After how many days it ends
    #[arg(long)]
    days: Option<u32>,
    /// Write the key into a new file (0600) instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Rotate {
    /// Its identifier
    id: String,
    /// How many minutes the old key lives on; 0 ends it at once
    #[arg(long = "grace", value_name = "MINUTES")]
    grace_minutes: Option<u32>,
    /// After how many days the new key ends
    #[arg(long)]
    days: Option<u32>,
    /// Write the key into a new file (0600) instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Honey {
    /// Where it is laid out
    #[arg(long, default_value = "honey")]
    name: String,
    /// List those there are instead, with their uses
    #[arg(long, conflicts_with_all = ["name", "out"])]
    list: bool,
    /// Write the key into a new file (0600) instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Keys {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        match &self.command {
            Command::List(list) => list.run(cli)?,
            Command::Create(create) => out::made(cli, create.command(), create.out.as_deref())?,
            Command::Rotate(rotate) => out::made(cli, rotate.command(), rotate.out.as_deref())?,
            Command::Honey(honey) if honey.list => honeys(cli)?,
            Command::Honey(honey) => {
                let command = KeyCommand::Honey { name: honey.name.clone() };
                out::made(cli, command, honey.out.as_deref())?;
            }
            Command::Revoke { id } => {
                let done = ask::ask(cli, KeyCommand::Revoke { id: id.clone() })?;
                if cli.json { say_json(&done)? } else { say(format_args!("{} has ended\n", printable(id)))? }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Create {
    fn command(&self) -> KeyCommand {
        KeyCommand::Create {
            account: self.account.clone(),
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            allowed_ips: self.allowed_ips.clone(),
            source: self.source.clone(),
            days: self.days,
        }
    }
}

impl Rotate {
    fn command(&self) -> KeyCommand {
        KeyCommand::Rotate { id: self.id.clone(), grace_minutes: self.grace_minutes, days: self.days }
    }
}

impl List {
    fn run(&self, cli: &Cli) -> anyhow::Result<()> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let (account, status) = (self.account.clone(), self.status.clone());
            let mut part = ask::ask(cli, KeyCommand::List { account, status, after })?;
            let rows = part.get_mut("keys").and_then(Value::as_array_mut);
            all.append(rows.unwrap_or(&mut Vec::new()));
            after = part.get("next").and_then(Value::as_str).map(str::to_owned);
            if after.is_none() {
                break;
            }
        }
        if cli.json {
            return say_json(&json!({ "keys": all }));
        }
        if all.is_empty() {
            return say("no keys\n");
        }
        all.iter().try_for_each(|row| {
            let used = match (text(row, "used").as_str(), text(row, "used_by")) {
                ("", _) => "never used".to_owned(),
                (at, by) => format!("used {at} by {by}, {} today", row["calls_today"]),
            };
            let of = |name| text(row, name);
            let (id, account, status, ends) = (of("id"), of("account"), of("status"), of("expires"));
            say(format_args!(
                "{id}  {account}  {}  {}  {status} until {ends}  {used}\n",
                of("name"),
                of("scopes")
            ))
        })
    }
}

fn honeys(cli: &Cli) -> anyhow::Result<()> {
    let all = ask::ask(cli, KeyCommand::HoneyList)?;
    if cli.json {
        return say_json(&all);
    }
    all["keys"].as_array().into_iter().flatten().try_for_each(|row| {
        let used = match (text(row, "used").as_str(), text(row, "used_by")) {
            ("", _) => "never used".to_owned(),
            (at, by) => format!("used {} times, last {at} by {by}", row["uses"]),
        };
        say(format_args!("{}  {}  {used}\n", text(row, "id"), text(row, "name")))
    })
}

/// A text of a row, as a terminal may show it; empty where there is none.
fn text(row: &Value, name: &str) -> String {
    printable(row.get(name).and_then(Value::as_str).unwrap_or_default())
}
