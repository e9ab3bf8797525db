//! `aspis alerts test`

use std::{process::ExitCode, sync::Arc, time::Duration};

use aspis_core::{
    chance::SystemChance,
    clock::{Clock, SystemClock},
};
use aspis_store::{Outbox, memory::Memory};
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::super::{Cli, say, say_json};
use crate::{
    app::channels,
    control::{self, Request},
    settings::Settings,
};

/// Which channel.
#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    /// The channel
    #[arg(value_enum)]
    channel: Name,
}

/// Every channel there is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    Mail,
    Slack,
    Discord,
    Webhook,
    Sms,
}

impl Name {
    const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Webhook => "webhook",
            Self::Sms => "sms",
        }
    }
}

/// What came back.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    delivered: bool,
    says: String,
}

/// What is printed for machines.
#[derive(Debug, Serialize)]
struct Report<'a> {
    channel: &'a str,
    configured: bool,
    #[serde(flatten)]
    outcome: Outcome,
}

/// How long a channel may take where no server runs.
const PATIENCE: Duration = Duration::from_secs(60);
/// The exit code where there is no such channel.
const NONE: u8 = 2;

impl Test {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let (settings, channel) = (cli.settings()?, self.channel.word());
        let outcome = match control::ask(settings.server.data.as_path(), &request(channel))? {
            Some(answer) if answer.ok => serde_json::from_value(answer.data.unwrap_or_default())?,
            Some(answer) if answer.error.as_deref() == Some("unknown_channel") => None,
            Some(answer) => anyhow::bail!("the server says: {}", answer.error.unwrap_or_default()),
            None => alone(&settings, channel)?,
        };
        let configured = outcome.is_some();
        let says = format!("alerts.{channel} is not set; docs/operations.md says how");
        let outcome = outcome.unwrap_or(Outcome { delivered: false, says });
        let code = match (configured, outcome.delivered) {
            (false, _) => ExitCode::from(NONE),
            (true, false) => ExitCode::FAILURE,
            (true, true) => ExitCode::SUCCESS,
        };
        if cli.json {
            say_json(&Report { channel, configured, outcome })?;
        } else {
            let word = if outcome.delivered { "delivered" } else { "not delivered" };
            say(format_args!("{channel}: {word}: {}\n", outcome.says))?;
        }
        Ok(code)
    }
}

fn request(channel: &str) -> Request {
    Request::TestChannel { channel: channel.to_owned() }
}

/// Where no server runs: from here, with the settings as they are now.
fn alone(settings: &Settings, name: &str) -> anyhow::Result<Option<Outcome>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let budget: Arc<dyn Outbox> = Arc::new(Memory::default());
    let routes = channels::routes(settings, &budget, &clock)
        .map_err(|error| anyhow::anyhow!("mail.url or mail.from: {error}"))?;
    let Some(route) = routes.into_iter().find(|route| route.channel.name() == name) else { return Ok(None) };
    let message = channels::test(clock.as_ref(), &SystemChance);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sent = runtime.block_on(async { timeout(PATIENCE, route.channel.send(&message)).await });
    Ok(Some(match sent {
        Ok(Ok(says)) => Outcome { delivered: true, says },
        Ok(Err(failure)) => Outcome { delivered: false, says: failure.to_string() },
        Err(_) => Outcome { delivered: false, says: format!("no answer within {} s", PATIENCE.as_secs()) },
    }))
}
