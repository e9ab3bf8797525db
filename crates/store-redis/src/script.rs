//! Scripts that the server runs: sent by their hash, and whole where it does not know them yet.

use aspis_store::Stored;
use redis::{Cmd, Value};

use crate::{line::Line, names::Key};

/// Takes the moment from the server's own clock.
pub(crate) const SERVER_TIME: &str = include_str!("time.lua");

/// A script with its hash.
#[derive(Debug)]
pub(crate) struct Script {
    hash: String,
    code: String,
}

impl Script {
    /// `body` reads the moment from `now`, which `time` sets.
    pub(crate) fn new(time: &str, body: &str) -> Self {
        let code = format!("{time}{body}");
        Self { hash: redis::Script::new(&code).get_hash().to_owned(), code }
    }

    /// Runs it: one round trip, and a second one only after the server has forgotten it.
    pub(crate) async fn run(&self, line: &Line, keys: &[Key], args: &[Arg<'_>]) -> Stored<Value> {
        let known = command(b"EVALSHA", self.hash.as_bytes(), keys, args);
        line.ask(&known, || Some(command(b"EVAL", self.code.as_bytes(), keys, args))).await
    }
}

/// What a script is told beside its keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arg<'a> {
    /// A number.
    Number(u64),
    /// Anything.
    Bytes(&'a [u8]),
}

/// Written once, into memory that is taken once: there is one of these for every decision.
fn command(verb: &[u8], script: &[u8], keys: &[Key], args: &[Arg<'_>]) -> Cmd {
    let size = |arg: &Arg<'_>| match arg {
        Arg::Number(_) => 20,
        Arg::Bytes(bytes) => bytes.len(),
    };
    let named: usize = keys.iter().map(|key| key.len()).sum();
    let told: usize = args.iter().map(size).sum();
    let mut command =
        Cmd::with_capacity(3 + keys.len() + args.len(), verb.len() + script.len() + 20 + named + told);
    command.arg(verb).arg(script).arg(keys.len());
    for key in keys {
        command.arg(&**key);
    }
    for arg in args {
        match arg {
            Arg::Number(number) => command.arg(number),
            Arg::Bytes(bytes) => command.arg(bytes),
        };
    }
    command
}
