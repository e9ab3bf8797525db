//! Networks that are shut out.

use aspis_core::{
    block::{Block, Hand},
    clock::Timestamp,
};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{Blocks, Stored};

impl State {
    /// Room for one more among the automatic ones; false where there is none.
    pub(super) fn make_room(&mut self, most: usize) -> bool {
        while self.blocks.len() >= most {
            let automatic = self.blocks.values().filter(|block| block.hand == Hand::Automatic);
            let first = automatic.min_by_key(|block| (block.until, block.network)).map(|block| block.network);
            let Some(first) = first else { return false };
            self.blocks.remove(&first);
        }
        true
    }

    /// Shuts a network out by hand; the block that was there, or that there is no room.
    pub(super) fn block(&mut self, block: &Block, most: usize) -> Result<Option<Block>, ()> {
        let before = self.blocks.remove(&block.network);
        if !self.make_room(most) {
            return Err(());
        }
        self.blocks.insert(block.network, block.clone());
        Ok(before)
    }
}

#[async_trait]
impl Blocks for Memory {
    async fn blocks(&self, now: Timestamp) -> Stored<Vec<Block>> {
        Ok(self.state().blocks.values().filter(|block| block.holds(now)).cloned().collect())
    }

    async fn block_automatically(&self, block: &Block, most: usize) -> Stored<bool> {
        let mut state = self.state();
        if let Some(known) = state.blocks.get(&block.network).filter(|known| known.holds(block.since)) {
            let stays = known.hand == Hand::Operator || known.until >= block.until;
            if stays {
                return Ok(false);
            }
        }
        let since = state.blocks.get(&block.network).filter(|known| known.holds(block.since));
        let since = since.map_or(block.since, |known| known.since);
        state.blocks.remove(&block.network);
        if !state.make_room(most) {
            return Ok(false);
        }
        state.blocks.insert(block.network, Block { since, ..block.clone() });
        state.shut_out.push((block.network, block.since));
        Ok(true)
    }

    async fn sweep_blocks(&self, now: Timestamp) -> Stored<Vec<Block>> {
        let mut state = self.state();
        let over: Vec<Block> = state.blocks.values().filter(|block| !block.holds(now)).cloned().collect();
        state.blocks.retain(|_, block| block.holds(now));
        let before = now.minus(crate::blocks::REMEMBERED);
        state.shut_out.retain(|(_, at)| *at >= before);
        Ok(over)
    }

    async fn blocked_before(&self, block: &Block, since: Timestamp) -> Stored<u32> {
        let state = self.state();
        let times = state.shut_out.iter().filter(|(network, at)| *network == block.network && *at >= since);
        Ok(u32::try_from(times.count()).unwrap_or(u32::MAX))
    }
}
