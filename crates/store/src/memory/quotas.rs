//! How many bytes of a day an account has taken away.

use aspis_core::{ids::AccountId, scenario::data_scraping::quota::Day};
use async_trait::async_trait;

use super::Memory;
use crate::{
    Quotas, Stored,
    quotas::{Back, Taken, Used},
};

#[async_trait]
impl Quotas for Memory {
    async fn take(&self, account: AccountId, day: Day, bytes: u64, most: u64) -> Stored<Taken> {
        let mut state = self.state();
        let used = state.quotas.get(&(account, day)).copied().unwrap_or_default();
        if used.bytes.checked_add(bytes).is_none_or(|sum| sum > most) {
            return Ok(Taken::Nothing);
        }
        let used = Used { bytes: used.bytes + bytes, ..used };
        state.quotas.insert((account, day), used);
        Ok(Taken::All { used: used.bytes })
    }

    async fn give_back(&self, backs: &[Back]) -> Stored<()> {
        let mut state = self.state();
        for back in backs {
            let used = state.quotas.entry((back.account, back.day)).or_default();
            used.bytes = used.bytes.saturating_sub(back.bytes);
            used.calls = used.calls.saturating_add(back.calls);
        }
        Ok(())
    }

    async fn used(&self, account: AccountId, day: Day) -> Stored<Used> {
        Ok(self.state().quotas.get(&(account, day)).copied().unwrap_or_default())
    }

    async fn sweep_days(&self, before: Day) -> Stored<u64> {
        let mut state = self.state();
        let all = state.quotas.len();
        state.quotas.retain(|(_, day), _| *day >= before);
        Ok((all - state.quotas.len()) as u64)
    }
}
