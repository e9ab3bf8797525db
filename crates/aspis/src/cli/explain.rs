//! `aspis explain`

use std::{fmt::Write, process::ExitCode};

use aspis_core::ids::RequestId;
use clap::Args;
use serde_json::{Value, json};

use super::{Cli, place, say, say_json, trace::printable};
use crate::{
    control::Request,
    explain::{self, ExplainedOutput},
    settings::Settings,
};

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The `request_id` of a refusal
    #[arg(value_name = "REQUEST_ID", value_parser = request)]
    request: RequestId,
}

fn request(text: &str) -> Result<RequestId, &'static str> {
    RequestId::parse(text).ok_or("an identifier, such as 01a20053-4b9d-73d6-b98f-648603a5d354")
}

impl Explain {
    /// By the server where one runs, which remembers the last ones; else by the security log alone.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let said = match place::ask(&settings, &Request::Explain { request: self.request })? {
            Some(said) => said,
            None => self.by_the_log(&settings)?,
        };
        if cli.json {
            say_json(&said)?;
        } else {
            say(text(&said))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn by_the_log(&self, settings: &Settings) -> anyhow::Result<Value> {
        let data = settings.server.data.as_path();
        let refusals = explain::logged(data, self.request, settings)?;
        if refusals.is_empty() {
            anyhow::bail!("{}", explain::unknown(None, explain::log_since(data)?.as_deref()));
        }
        let request_id = self.request.to_string();
        Ok(json!(ExplainedOutput { request_id, from: "log", refusals }))
    }
}

/// For people: a line a fact.
fn text(said: &Value) -> String {
    let mut text = String::new();
    for one in said["refusals"].as_array().into_iter().flatten() {
        let word = |name: &str| one[name].as_str().map(printable);
        let number = |name: &str| one[name].as_u64();
        let mut line = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                // Writing into a text cannot fail.
                let _ = writeln!(text, "{name:12} {value}");
            }
        };
        line("when", word("at"));
        line("refused", Some(format!("{} {}", one["status"], word("code").unwrap_or_default())));
        line("", word("title"));
        line("mode", word("mode"));
        line("among", number("among").map(|among| format!("{among} like it, summed up in the log")));
        line("route", word("route"));
        line("client", word("client"));
        line("account", word("account"));
        line("key", word("key"));
        line("rule", word("rule"));
        line("at", word("place"));
        line("matched", word("seen"));
        let window = number("window_s").map(|window| format!(" in {window} s")).unwrap_or_default();
        line("let in", number("limit").map(|limit| format!("{limit}{window}")));
        line("counted", number("count").map(|count| count.to_string()));
        line("passes when", word("passes_when"));
        let setting = &one["setting"];
        let governed = setting["key"].as_str().zip(setting["value"].as_str());
        line("setting", governed.map(|(key, value)| format!("{key} = {}", printable(value))));
        line("exempt", word("exempt"));
        line("or", word("exempt_command"));
        text.push('\n');
    }
    text
}
