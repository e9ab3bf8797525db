//! Honey keys.

use std::cmp::Reverse;

use aspis_core::ids::KeyId;
use async_trait::async_trait;

use super::Memory;
use crate::{
    HoneyKeys, Stored,
    honey::{HoneyKey, HoneyUse},
};

#[async_trait]
impl HoneyKeys for Memory {
    async fn add_honey(&self, key: &HoneyKey, most: usize) -> Stored<bool> {
        let mut state = self.state();
        if state.honey.len() >= most {
            return Ok(false);
        }
        state.honey.push(key.clone());
        Ok(true)
    }

    async fn honey_keys(&self) -> Stored<Vec<HoneyKey>> {
        let mut keys = self.state().honey.clone();
        keys.sort_by_key(|key| Reverse((key.made, key.id)));
        Ok(keys)
    }

    async fn remove_honey(&self, key: KeyId) -> Stored<bool> {
        let mut state = self.state();
        let all = state.honey.len();
        state.honey.retain(|known| known.id != key);
        Ok(state.honey.len() < all)
    }

    async fn note_honey_uses(&self, uses: &[HoneyUse]) -> Stored<()> {
        let mut state = self.state();
        for told in uses {
            let Some(key) = state.honey.iter_mut().find(|key| key.id == told.key) else { continue };
            key.uses = key.uses.saturating_add(told.uses);
            if key.used.as_ref().is_none_or(|(at, _)| *at <= told.at) {
                key.used = Some((told.at, told.client.clone()));
            }
        }
        Ok(())
    }
}
