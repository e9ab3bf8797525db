//! `aspis`: the round shield.

use std::process::ExitCode;

/// The allocator that keeps memory flat under many small, short-lived pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    aspis::cli::run()
}
