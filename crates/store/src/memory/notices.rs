//! What the owner of an account should know.

use aspis_core::ids::AccountId;
use async_trait::async_trait;

use super::Memory;
use crate::{
    Notices, Stored,
    notices::{MOST, Notice},
};

#[async_trait]
impl Notices for Memory {
    async fn notify(&self, notice: Notice) -> Stored<()> {
        let mut state = self.state();
        let kept = state.notices.entry(notice.account).or_default();
        kept.push(notice);
        kept.sort_by_key(|notice| std::cmp::Reverse((notice.at, notice.id)));
        kept.truncate(MOST);
        Ok(())
    }

    async fn notices(&self, account: AccountId, most: usize) -> Stored<Vec<Notice>> {
        let state = self.state();
        Ok(state.notices.get(&account).into_iter().flatten().take(most).cloned().collect())
    }
}
