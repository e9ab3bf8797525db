//! Where a key goes that was just made: to standard output alone, or into a file that nobody else reads.

use std::path::Path;

use aspis_core::scenario::key_leakage::format;
use serde_json::Value;

use super::{
    super::{Cli, fresh::Fresh, say, say_json},
    ask, text,
};
use crate::control::keys::KeyCommand;

/// Has a key made and hands it out. The file and its room come first: a key that cannot be written down is not made.
pub(super) fn made(cli: &Cli, command: KeyCommand, out: Option<&Path>) -> anyhow::Result<()> {
    let file = out.map(|path| Fresh::make(path, format::LENGTH + 1)).transpose()?;
    let mut made = ask::ask(cli, command)?;
    let Some(key) = made.get("key").and_then(Value::as_str).map(str::to_owned) else {
        anyhow::bail!("the server made no key");
    };
    let printed = file.is_none();
    if let Some(file) = file {
        made.as_object_mut().map(|all| all.remove("key"));
        file.fill(format!("{key}\n").as_bytes()).map_err(|error| ended(cli, &text(&made, "id"), &error))?;
    }
    if cli.json {
        return say_json(&made);
    }
    // What is known of it goes beside the key, so that the key alone can be piped.
    eprintln!("{} ({})", text(&made, "id"), text(&made, "name"));
    if printed { say(format_args!("{key}\n")) } else { Ok(()) }
}

/// A key that nobody holds must not live; what is said of it.
fn ended(cli: &Cli, id: &str, error: &anyhow::Error) -> anyhow::Error {
    match ask::ask(cli, KeyCommand::Revoke { id: id.to_owned() }) {
        Ok(_) => anyhow::anyhow!("{error}; nobody holds the new key {id}, and it has ended"),
        Err(stays) => anyhow::anyhow!(
            "{error}; nobody holds the new key {id}, and it could not be ended ({stays}): aspis keys revoke {id}"
        ),
    }
}
