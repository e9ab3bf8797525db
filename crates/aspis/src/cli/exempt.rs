//! `aspis exempt`

use std::{fmt::Write, process::ExitCode};

use aspis_core::ids::ExemptionId;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Cli,
    incident::seconds,
    place::{self, Place},
    say, say_json,
    trace::printable,
};
use crate::{
    control::Request,
    exemptions::{self, ExemptionOutput, ExemptionsOutput, Wish},
    settings::Settings,
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Exempt {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    wish: Wanted,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Who is excused now
    List,
    /// End an exemption before its time
    End {
        /// Its identifier
        #[arg(value_parser = identifier)]
        id: ExemptionId,
    },
}

#[derive(Debug, Args)]
struct Wanted {
    /// An address or a network
    #[arg(long, value_name = "CIDR")]
    client: Option<String>,
    /// An account, by its identifier
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// An API key, by its identifier
    #[arg(long, value_name = "ID")]
    key: Option<String>,
    /// From what: rate, inspect, scraping, attack, quota, block, or one rule such as rate.login
    #[arg(long, value_name = "RULE", required = true)]
    rule: Option<String>,
    /// For how long: 90s, 30m, 2h, 7d; 60 seconds at least, 30 days at most
    #[arg(long = "for", value_name = "TIME", required = true, value_parser = seconds)]
    time: Option<u64>,
    /// Why
    #[arg(long, value_name = "TEXT", required = true)]
    why: Option<String>,
}

fn identifier(text: &str) -> Result<ExemptionId, &'static str> {
    ExemptionId::parse(text).ok_or("an identifier, such as 01a20053-4b9d-73d6-b98f-648603a5d354")
}

impl Exempt {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let said = match &self.what {
            Some(What::List) => list(&settings)?,
            Some(What::End { id }) => end(&settings, *id)?,
            None => begin(&settings, &self.wish.asked())?,
        };
        if cli.json {
            say_json(&said)?;
        } else {
            say(text(&said))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Wanted {
    fn asked(&self) -> Wish {
        Wish {
            client: self.client.clone(),
            account: self.account.clone(),
            key: self.key.clone(),
            rule: self.rule.clone().unwrap_or_default(),
            for_s: self.time.unwrap_or_default(),
            why: self.why.clone().unwrap_or_default(),
        }
    }
}

/// By the server where one runs, which obeys at once; else in the database, which the next start reads.
fn begin(settings: &Settings, wish: &Wish) -> anyhow::Result<Value> {
    if let Some(said) = place::ask(settings, &Request::Exempt(Box::new(wish.clone())))? {
        return Ok(said);
    }
    let granted =
        place::at_desk_alone(settings, async |_, desk| exemptions::grant(desk, wish, &place::me()).await)?;
    Ok(json!(ExemptionOutput::from(&granted)))
}

fn end(settings: &Settings, id: ExemptionId) -> anyhow::Result<Value> {
    if let Some(said) = place::ask(settings, &Request::EndExemption { id })? {
        return Ok(said);
    }
    let ended =
        place::at_desk_alone(settings, async |_, desk| exemptions::end(desk, id, &place::me()).await)?;
    Ok(json!(ExemptionOutput::from(&ended)))
}

fn list(settings: &Settings) -> anyhow::Result<Value> {
    place::wait(async {
        let place = Place::open(settings).await?;
        let all = place.store.exemptions.exemptions(place.clock.now()).await?;
        place.close().await?;
        Ok(json!(ExemptionsOutput { exemptions: all.iter().map(Into::into).collect() }))
    })
}

/// For people: a line each.
fn text(said: &Value) -> String {
    let mut text = String::new();
    let all = said["exemptions"].as_array();
    let one = all.is_none().then_some(said);
    for exemption in all.into_iter().flatten().chain(one) {
        let word = |name: &str| printable(exemption[name].as_str().unwrap_or("-"));
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "{}  {} {}  from {}  until {}  by {}  {}",
            word("id"),
            word("whom"),
            word("name"),
            word("rule"),
            word("until"),
            word("who"),
            word("why"),
        );
    }
    if all.is_some_and(Vec::is_empty) {
        text.push_str("nobody is excused from anything\n");
    }
    text
}
