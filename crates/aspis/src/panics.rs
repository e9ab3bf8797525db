//! What is said when a part panics: where, and never in its own words.
//!
//! A panic's message may quote what was being worked on (the standard library quotes a text that is cut in the middle of a
//! character), and that may be a caller's secret. Deliberately not here: what becomes of the request (`guard`).

use std::panic::{self, Location, PanicHookInfo};

/// From now on a panic is told by its place in the code alone.
pub fn hold_their_tongue() {
    panic::set_hook(Box::new(tell));
}

fn tell(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "nowhere".to_owned(), Location::to_string);
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("without a name");
    if tracing::dispatcher::has_been_set() {
        tracing::error!(place, thread, "a part of the server panicked; its words are not kept");
    } else {
        eprintln!("aspis: a part panicked at {place}; its words are not kept");
    }
}
