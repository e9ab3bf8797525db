//! `aspis blocks`: who is shut out, as a list, or as a firewall takes it.

use std::process::ExitCode;

use aspis_core::block::{Block, Hand};
use clap::{Args, ValueEnum};

use super::{
    Cli,
    place::{self, Place},
    say, say_json,
    trace::printable,
};
use crate::incidents::BlockOutput;

mod firewall;

#[derive(Debug, Args)]
pub(super) struct Blocks {
    /// As what
    #[arg(long, value_enum, default_value_t = Format::List)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line each, with who made it and why
    List,
    /// A table of nftables that drops them, to be read by `nft -f`
    Nft,
    /// `deny` lines for nginx
    Nginx,
    /// A network a line
    Plain,
}

impl Blocks {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let list = self.format == Format::List;
        anyhow::ensure!(
            list || !cli.json,
            "--json goes with the list alone: a format of a firewall's own is no JSON"
        );
        let settings = cli.settings()?;
        let blocks = place::wait(async {
            let place = Place::open(&settings).await?;
            let blocks = place.store.blocks.blocks(place.clock.now()).await?;
            place.close().await?;
            Ok(blocks)
        })?;
        if cli.json {
            let all: Vec<_> = blocks.iter().map(BlockOutput::from).collect();
            say_json(&serde_json::json!({ "blocks": all }))?;
        } else {
            say(self.format.write(&blocks))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Format {
    fn write(self, blocks: &[Block]) -> String {
        match self {
            Self::List if blocks.is_empty() => "nobody is shut out\n".to_owned(),
            Self::List => blocks.iter().map(line).collect(),
            Self::Nft => firewall::nft(blocks),
            Self::Nginx => firewall::nginx(blocks),
            Self::Plain => firewall::plain(blocks),
        }
    }
}

fn line(block: &Block) -> String {
    let until = block.until.map_or_else(|| "until it is lifted".to_owned(), |until| format!("until {until}"));
    // One that the server made names its rule as its author, and once more in its reason.
    let who = if block.hand == Hand::Automatic { "the server" } else { &block.who };
    let (who, why) = (printable(who), printable(&block.why));
    format!("{}  {}  since {}  {until}  by {who}  {why}\n", block.network, block.hand.word(), block.since)
}

#[cfg(test)]
mod tests {
    use aspis_core::clock::Timestamp;

    use super::*;

    #[test]
    fn a_block_names_its_author_and_its_reason_once() {
        let block = |hand, who: &str, why: &str| Block {
            network: "203.0.113.7/32".parse().expect("a network"),
            hand,
            since: Timestamp::from_seconds(0),
            until: None,
            why: why.to_owned(),
            who: who.to_owned(),
        };
        let own = line(&block(Hand::Automatic, "hostile.by_client", "hostile.by_client: 20"));
        assert!(own.ends_with("by the server  hostile.by_client: 20\n"), "{own}");
        let by_hand = line(&block(Hand::Operator, "ada (1000)", "it scans"));
        assert!(by_hand.ends_with("by ada (1000)  it scans\n"), "{by_hand}");
    }
}
