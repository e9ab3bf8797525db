//! `aspis-bench`: what the safeguards cost, whether they hold under load, and whether the ledger survives being killed.
//!
//! It starts the real binary as its own process, talks HTTP to it, and needs nothing but cargo. Deliberately no
//! benchmark of single functions: those are the criterion benches of the crates.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod accounts;
mod admit;
mod backup;
mod bare;
mod cores;
mod dice;
mod figures;
mod flood;
mod hash_pool;
mod histogram;
mod http;
mod ledger;
mod line;
mod median;
mod nodes;
mod peers;
mod reload;
mod scan;
mod server;
mod simulate;
mod site;
mod slow;
mod steady;
mod throughput;
mod timing;
mod tools;
mod usage;

/// The allocator of the product, so that the bare server it is compared with has the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Aspis, and soaks its ledger.
#[derive(Debug, Parser)]
#[command(name = "aspis-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Requests per second, latency and CPU time of the whole corridor against bare axum.
    Throughput(throughput::Options),
    /// Orders on one account while the server is killed again and again; then every amount is checked.
    Ledger(ledger::Options),
    /// The latency of a price while logins flood in, against that of a quiet server.
    LoginFlood(flood::Options),
    /// The same while predictions flood in.
    Flood(flood::Options),
    /// What a user would run instead, measured in the same rounds. What is not installed is left out, and said to be.
    Peers(peers::Options),
    /// Ten thousand connections that send or read a byte now and then, and a normal client beside them.
    Slow(slow::Options),
    /// Settings read anew a thousand times under load, every third time wrong ones: no request may fail.
    Reload(reload::Options),
    /// Backups and restores that are killed again and again beside orders: what should be whole has to be.
    Backup(backup::Options),
    /// Whether a limit of N admits exactly N of many requests at once, again and again.
    Admit(admit::Options),
    /// Two nodes on one PostgreSQL and one Redis: what one ends, troubles of both, orders beside kills, one budget.
    Nodes(nodes::Options),
    /// One budget over 1 to 1,000 nodes and up to ten million clients, with the network cut: how far it is overshot.
    Simulate(simulate::Options),
    /// How fast `aspis scan` looks through ten thousand files, beside a plain read of them.
    Scan(scan::Options),
    /// Passwords hashed in a second through the pool, against as many threads that do nothing else.
    HashPool(hash_pool::Options),
    /// Whether the time of a refused login tells if there is such an account.
    Timing(timing::Options),
    /// The server that the corridor is compared with.
    #[command(hide = true)]
    Bare(bare::Options),
}

fn main() -> ExitCode {
    let held = match Arguments::parse().command {
        Command::Throughput(options) => throughput::run(&options),
        Command::Ledger(options) => ledger::run(&options),
        Command::LoginFlood(options) => flood::run(&options, &flood::LOGINS),
        Command::Flood(options) => flood::run(&options, &flood::PREDICTIONS),
        Command::Peers(options) => peers::run(&options),
        Command::Slow(options) => slow::run(&options),
        Command::Reload(options) => reload::run(&options),
        Command::Backup(options) => backup::run(&options),
        Command::Admit(options) => admit::run(&options),
        Command::Nodes(options) => nodes::run(&options),
        Command::Simulate(options) => simulate::run(&options),
        Command::Scan(options) => scan::run(&options),
        Command::HashPool(options) => hash_pool::run(&options),
        Command::Timing(options) => timing::run(&options),
        Command::Bare(options) => bare::run(options),
    };
    match held {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
