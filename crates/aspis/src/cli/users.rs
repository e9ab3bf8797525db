//! `aspis users`

use std::{path::PathBuf, process::ExitCode};

use aspis_core::{event::Kind, ids::AccountId};
use aspis_identity::{email::Email, people::invite_operator};
use aspis_store::{accounts::Account, actions::ActionKind};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Cli, incident,
    place::{self, Place},
    say, say_json,
};
use crate::{app::INVITATION, control::Request, incidents::Ask, people_list::Listed, settings::Settings};

mod import;
mod text;

#[derive(Debug, Args)]
pub(super) struct Users {
    #[command(subcommand)]
    what: What,
}

/// One account, and why.
#[derive(Debug, Args)]
struct One {
    /// Its identifier or e-mail address
    account: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All accounts
    List,
    /// One account
    Show {
        /// Its identifier or e-mail address
        account: String,
    },
    /// Disable an account: its sign-ins end, and its keys open nothing
    Disable(One),
    /// Enable it again
    Enable(One),
    /// Lift the lock of a name
    Unlock {
        /// The e-mail address, or the identifier from `aspis users locked`
        name: String,
    },
    /// Names that are locked
    Locked,
    /// Forget the second factors of an account, for somebody who has lost them all
    RemoveFactors(One),
    /// Make a link for one more operator
    Invite,
    /// Bring accounts in with the hashes they had elsewhere: nothing of a file with anything wrong in it
    Import {
        #[arg(
            help = "CSV below the headings email,full_name,password_hash, or JSON lines with these fields"
        )]
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

/// Accounts that are read in one step.
const PART: u32 = 500;

impl Users {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let change = |one: &One, action| {
            let account = Some(one.account.clone());
            let ask = Ask { account, why: one.why.clone(), dry_run: one.dry_run, ..Ask::of(action) };
            incident::carry_out(&settings, &ask)
        };
        let said = match &self.what {
            What::List => place::wait(list(&settings))?,
            What::Show { account } => place::wait(show(&settings, account))?,
            What::Disable(one) => change(one, ActionKind::Disable)?,
            What::Enable(one) => change(one, ActionKind::Enable)?,
            What::RemoveFactors(one) => change(one, ActionKind::RemoveFactors)?,
            What::Unlock { name } => unlock(&settings, name)?,
            What::Locked => {
                place::ask(&settings, &Request::Lockouts)?.unwrap_or_else(|| json!({ "lockouts": [] }))
            }
            What::Invite => invite(&settings)?,
            What::Import { file, dry_run } => return import::run(cli, &settings, file, *dry_run),
        };
        if cli.json {
            say_json(&said)?;
        } else {
            say(text::of(&said))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(settings: &Settings) -> anyhow::Result<Value> {
    let place = Place::open(settings).await?;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = Listed::page(&place.store, after, PART, place.clock.now()).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.account.id);
        all.extend(page.iter().map(shown));
    }
    place.close().await?;
    Ok(json!({ "accounts": all }))
}

async fn show(settings: &Settings, named: &str) -> anyhow::Result<Value> {
    let place = Place::open(settings).await?;
    let id = match AccountId::parse(named) {
        Some(id) => Some(id),
        None => match Email::parse(named) {
            Ok(email) => place.store.accounts.by_email(email.as_str()).await?.map(|account| account.id),
            Err(_) => None,
        },
    };
    let unknown = || anyhow::anyhow!("there is no account {named}");
    let listed = Listed::of(&place.store, id.ok_or_else(unknown)?, place.clock.now()).await?;
    place.close().await?;
    Ok(json!({ "accounts": [shown(&listed.ok_or_else(unknown)?)] }))
}

/// An account without what is secret of it.
fn shown(listed: &Listed) -> Value {
    let Account { id, email, full_name, role, enabled, created, .. } = &listed.account;
    json!({
        "id": id.to_string(),
        "email": email,
        "full_name": full_name,
        "role": role.word(),
        "enabled": enabled,
        "created": created.to_string(),
        "totp": listed.enrolled.totp,
        "passkeys": listed.enrolled.passkeys,
        "sign_ins": listed.sign_ins,
        "password_reset_forced": listed.must_reset,
    })
}

/// Locks are in the memory of the server alone.
fn unlock(settings: &Settings, name: &str) -> anyhow::Result<Value> {
    let said = place::ask(settings, &Request::LiftLock { name: name.to_owned() })?;
    Ok(said.unwrap_or_else(|| json!({ "lifted": false })))
}

/// Whoever has the link becomes an operator: who made it is written down.
fn invite(settings: &Settings) -> anyhow::Result<Value> {
    place::at_desk(settings, async |place, desk| {
        let until = desk.clock.now().plus(INVITATION);
        let token = invite_operator(&place.store, desk.chance.as_ref(), until).await?;
        desk.tell(Kind::OperatorInvited, &place::me(), &format!("until {until}"), None);
        Ok(json!({ "invitation": token.expose(), "until": until.to_string() }))
    })
}
