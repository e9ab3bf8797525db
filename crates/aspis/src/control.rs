//! How a command reaches the server that runs on the same data folder: `control.sock`, one line of JSON each way.
//!
//! Whoever may enter the folder may speak here: it is closed to all but its owner, and so is the socket. The kernel
//! says who calls, and nobody but that owner and root is heard. Deliberately not here: what the commands do.

mod address;
mod alerts;
mod backups;
mod client;
mod hall;
mod incidents;
pub(crate) mod keys;
mod server;
mod words;

pub(crate) use client::{ask, ask_at_length, is_live};
pub(crate) use server::{Control, serve};
pub(crate) use words::{Answer, Imported, Leaked, Request, Undo};

/// The name of the system user with this number, for the audit.
pub(crate) fn user(uid: u32) -> String {
    let known = nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(uid)).ok().flatten();
    known.map_or_else(|| format!("user {uid}"), |user| format!("{} ({uid})", user.name))
}

/// What was brought in, for the audit.
pub(crate) fn import_place(done: &Imported) -> String {
    format!("{} {} from {}", done.asset, done.interval, done.source)
}

#[cfg(test)]
mod tests;
