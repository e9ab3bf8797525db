//! Where a key goes that was just made: to standard output alone, or into a file that nobody else reads.

use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;
use serde_json::Value;

use super::{
    super::{Cli, say, say_json},
    ask, text,
};
use crate::control::keys::KeyCommand;

/// Has a key made and hands it out. The file is made first: a key that cannot be written down is not made.
pub(super) fn made(cli: &Cli, command: KeyCommand, out: Option<&Path>) -> anyhow::Result<()> {
    let mut file = out
        .map(|path| {
            let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            open.with_context(|| path.display().to_string())
        })
        .transpose()?;
    let made = ask::ask(cli, command);
    if let (Err(_), Some(path)) = (&made, out) {
        // Nothing is in it; a file that stays does no harm.
        let _ = std::fs::remove_file(path);
    }
    let mut made = made?;
    let Some(key) = made.get("key").and_then(Value::as_str).map(str::to_owned) else {
        anyhow::bail!("the server made no key");
    };
    if let Some(file) = &mut file {
        writeln!(file, "{key}")?;
        file.sync_all()?;
        made.as_object_mut().map(|all| all.remove("key"));
    }
    if cli.json {
        return say_json(&made);
    }
    // What is known of it goes beside the key, so that the key alone can be piped.
    eprintln!("{} ({})", text(&made, "id"), text(&made, "name"));
    if file.is_none() { say(format_args!("{key}\n")) } else { Ok(()) }
}
