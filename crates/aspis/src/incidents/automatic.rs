//! What the server does by itself: a client that attacks is shut out for a while, longer each time.

use std::time::Duration;

use aspis_core::{
    block::{self, Block, Hand},
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
    refusal::{Refusal, Rule},
};
use aspis_store::blocks::REMEMBERED;

use super::Incidents;

/// How the server shuts clients out by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AutoRules {
    /// Whether it does.
    pub(crate) on: bool,
    /// For how long the first time; each time of the last 30 days doubles it.
    pub(crate) time: Duration,
    /// For how long at most.
    pub(crate) longest: Duration,
}

/// Why a client is to be shut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) client: Client,
    /// The rule that says so.
    pub(super) rule: &'static str,
    pub(super) count: u64,
}

impl AutoRules {
    /// For how long, after so many times.
    fn span(&self, times: u32) -> Duration {
        self.time.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX)).min(self.longest)
    }
}

impl Incidents {
    /// Shuts a client out for what a rule saw of it, unless that is switched off, it is on the allow list or shut out
    /// already. True when something changed.
    pub(crate) async fn block_automatically(
        &self,
        client: Client,
        rule: &'static str,
        count: u64,
    ) -> Result<bool, Refusal> {
        let network = block::of_client(client);
        if !self.auto.on || self.blocks.holds_allowed(&network) {
            return Ok(false);
        }
        let (now, store) = (self.desk.clock.now(), &self.desk.store.blocks);
        let mut block = Block {
            network,
            hand: Hand::Automatic,
            since: now,
            until: None,
            why: format!("{rule}: {count}"),
            who: rule.to_owned(),
        };
        let times = store.blocked_before(&block, now.minus(REMEMBERED)).await?;
        block.until = Some(now.plus(self.auto.span(times)));
        if !store.block_automatically(&block, self.desk.most).await? {
            return Ok(false);
        }
        self.read_blocks().await?;
        self.say(&block, Kind::BlockBegan, now, Some(count));
        Ok(true)
    }

    pub(super) fn say(&self, block: &Block, kind: Kind, at: Timestamp, count: Option<u64>) {
        let name = block.who.clone();
        let rule = Rule { place: Some(block.network.to_string()), count, ..Rule::named(name) };
        self.desk.events.record(Event {
            client: Some(Client::from_ip(block.network.addr())),
            rule: Some(rule),
            ..Event::of_server(kind, at)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_back_stays_out_for_longer() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let rules = AutoRules { on: true, time: hours(1), longest: hours(24) };
        let spans: Vec<_> = [0, 1, 4, 5, 40, u32::MAX].map(|times| rules.span(times)).into();
        assert_eq!(spans, [hours(1), hours(2), hours(16), hours(24), hours(24), hours(24)]);
    }
}
